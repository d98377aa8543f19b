"""A file's kind is told by what is in it; its name's ending helps only where texts look alike."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.sources.filetype import KINDS, kind

FIXTURES = Path(__file__).parents[2] / "fixtures"
MAIL = b"Received: from relay.example by mx.example\r\nFrom: Harbour Letter <post@harbour.example>\r\n"
MAIL += b"To: reader@reader.example\r\nSubject: The ferry\r\nMIME-Version: 1.0\r\n"
RELATED = b'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="b"\r\n\r\n--b\r\n'
BLINK = b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://mill.example/a\r\nSubject: Mill\r\n"
BLINK += b"Date: Sun, 3 Mar 2024 10:00:00 -0000\r\nMIME-Version: 1.0\r\n" + RELATED
OLD_IE = b"From: <Saved by Windows Internet Explorer 8>\r\nSubject: Mill\r\nMIME-Version: 1.0\r\n"
OLD_IE += b"X-MimeOLE: Produced By Microsoft MimeOLE V6.00\r\n" + RELATED
RSS = b'<?xml version="1.0"?>\n<!-- made by hand -->\n<?xml-stylesheet href="a"?>\n<rss version="2.0"></rss>'
ATOM = b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"></feed>'
RDF = b'<rdf:RDF xmlns="http://purl.org/rss/1.0/"></rdf:RDF>'
PROSE = "The mill stands by the river. Its wheel – nine metres across – has not turned since May.\n".encode()
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00"
GZIP = bytes.fromhex("1f8b08085fe2a15302ff") + bytes(range(1, 32)) * 8


def packed(*names: str, mimetype: str = "") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        if mimetype:
            zipped.writestr("mimetype", mimetype)
        for name in names:
            zipped.writestr(name, "<a/>")
    return file.getvalue()


DOCX = packed("[Content_Types].xml", "word/document.xml")
EPUB = packed("META-INF/container.xml", mimetype="application/epub+zip\n")
ODT = packed("content.xml", mimetype="application/vnd.oasis.opendocument.text")


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a.txt", "pdf"),
        (b"\x00\x01junk" * 20 + b"%PDF-1.4\n1 0 obj\nendobj\nstartxref\n9\n%%EOF", "a.pdf", "pdf"),
        (b"A PDF starts with the letters %PDF-1.7, and ends with others.", "a.md", "md"),
        (b"{\\rtf1\\ansi A letter.}", "a.doc", "rtf"),
        (DOCX, "a.zip", "docx"),
        (EPUB, "a.bin", "epub"),
        (ODT, "a.docx", "odt"),
        (packed("a.txt", "b.html"), "a.docx.zip", "zip"),
        (packed("inner.docx/word/document.xml"), "a.zip", "zip"),
        (packed(), "a.zip", "zip"),
        (DOCX[:60], "a.docx", "docx"),
        (DOCX[:60], "a.zip", "zip"),
        (packed("[Content_Types].xml", "xl/workbook.xml"), "a.xlsx", None),
        (packed(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "a.ods", None),
        (packed("META-INF/MANIFEST.MF"), "a.jar", None),
        (MAIL + b"\r\nThe ferry is late.", "a.txt", "eml"),
        (b"\r\n" + MAIL + RELATED, "a", "eml"),
        (b"Subject: The ferry\nDate: 3 March 2024\n\nIt is late.", "a.eml", "eml"),
        (b"From: the mayor\nTo: all\nSubject: The ferry\n\nIt is late.", "memo.txt", "txt"),
        (BLINK, "a.html", "mhtml"),
        (OLD_IE, "a.eml", "mhtml"),
        (b"MIME-Version: 1.0\n" + RELATED, "a.mht", "mhtml"),
        (b"<!DOCTYPE html>\n<p>A mill", "a.txt", "html"),
        (b"<!-- saved from url=(0022)https://mill.example/ -->\r\n<HTML lang=en>", "a.md", "html"),
        (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD"><html>', "a.xml", "html"),
        ("\ufeff<html><body>Mølle</body></html>".encode("utf-16"), "a.htm", "html"),
        (b"<h1>Mill</h1><p>It stands.</p>", "a.html", "html"),
        (b"Warning: no cache\n<html><body>Mill</body></html>", "saved", "html"),
        (PROSE, "a.html", "txt"),
        (b"How <html> and <body> came about is a long story.", "a", "txt"),
        (b"# Tags\n\n```\n<html>\n</html>\n```\n", "a.md", "md"),
        (RSS, "a.xml", "feed"),
        (ATOM, "a.html", "feed"),
        (RDF, "index.rdf", "feed"),
        (b'<?xml version="1.0"?><urlset></urlset>', "sitemap", None),
        (b'{"id": 1, "text": "It stands."}\n{"id": 2}\n', "a.txt", "jsonl"),
        (b'[\n  {"text": "It stands."}\n]', "a.json", "jsonl"),
        (b'{"text": "' + b"long " * 20_000 + b'"}\n', "a", "jsonl"),
        (b"not JSON, but said to be", "a.jsonl", "jsonl"),
        (b'{\n  "name": "settings"\n}', "package.json", None),
        (b"title,text\nMill,It stands.\n", "a.csv", "csv"),
        (b"title,text\nMill,It stands.\n", "a.txt", "txt"),
        (PROSE, "a.pdf", "txt"),
        (PROSE, "noending", "txt"),
        (PROSE, "Letter to A. Smith", "txt"),
        (PROSE.decode().encode("utf-16"), "a.txt", "txt"),
        (PROSE.decode().encode("cp1252"), "a.MD", "md"),
        (b".mill { color: red }", "page_files/a.css", None),
        (b"", "a.pdf", "txt"),
        (b" \n ", "a.md", "txt"),
        (OLE, "a.doc", None),
        (PNG, "a.txt", None),
        (JPEG, "a.html", None),
        (EXE, "a.txt", None),
        (GZIP, "a.gz", None),
    ],
)
def test_kind_is_told_by_content_first(content: bytes, name: str, expected: str | None) -> None:
    assert kind(content, name) == expected


STARTS = (
    b"",
    b"%PDF-",
    b"{\\rtf",
    b"PK\x03\x04",
    DOCX[:-8],
    EPUB,
    b"<?xml ",
    b"<!DOCTYPE ",
    b"<!--",
    MAIL,
    b"[{",
    b"{",
)
ENDINGS = ("", ".txt", ".html", ".eml", ".mht", ".jsonl", ".docx", ".\x00", ".exe")


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(STARTS), st.binary(max_size=300), st.sampled_from(ENDINGS))
@example(b"{", b'"' + b"[" * 100_000, ".json")
@example(b"[" * 50_000, b"", "")
def test_no_bytes_raise(start: bytes, rest: bytes, ending: str) -> None:
    assert kind(start + rest, "a" + ending) in (*KINDS, None)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_no_broken_zip_raises(data: st.DataObject) -> None:
    broken = bytearray(data.draw(st.sampled_from([DOCX, EPUB, ODT])))
    for place, byte in data.draw(st.lists(st.tuples(st.integers(0, len(broken) - 1), st.integers(0, 255)), max_size=6)):
        broken[place] = byte
    assert kind(bytes(broken), "a.zip") in (*KINDS, None)


@pytest.mark.parametrize("content", [b"<!--" * 16_000, b"\n" * 65_000, b"a:" * 32_000, b"<!DOCTYPE x [" * 5_000])
def test_long_repetitions_are_told_at_once(content: bytes) -> None:
    assert kind(content, "a") in (*KINDS, None)


def test_json_that_is_deeply_nested_is_no_error() -> None:
    assert kind(b'{"a": ' + b"[" * 60_000 + b"\n", "a.txt") == "txt"
    assert kind(json.dumps([{"text": "It stands."}]).encode(), "rows") == "jsonl"


@pytest.mark.parametrize("folder", ["eml", "mhtml"])
def test_saved_mails_and_pages_are_told_without_their_names(folder: str) -> None:
    files = [path for path in sorted((FIXTURES / folder).iterdir()) if path.suffix != ".json"]
    assert [kind(path.read_bytes(), "saved.txt") for path in files] == [folder] * len(files)
