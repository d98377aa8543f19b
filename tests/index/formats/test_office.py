"""Word-processor and book files: what is read of them, what is left out, how broken ones are told."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from index.errors import SourceError
from index.formats.office import docx, epub, odt, rtf
from index.item import Item

FIXTURES = Path(__file__).parents[2] / "fixtures"
READERS: dict[str, Callable[[bytes], Item]] = {
    "docx": docx.extract,
    "epub": epub.extract,
    "odt": odt.extract,
    "rtf": rtf.extract,
}
FILES = sorted(path for kind in READERS for path in (FIXTURES / kind).glob(f"*.{kind}"))
FACTS = ("title", "author", "source", "published", "updated", "language")


def content(name: str) -> bytes:
    return (FIXTURES / name.rpartition(".")[2] / name).read_bytes()


def changed(name: str, **parts: bytes | None) -> bytes:
    """A fixture with parts of it (named by their path's end, `_` for its dot) put in its place or taken out."""
    given = {part.replace("_", "."): new for part, new in parts.items()}
    out = BytesIO()
    with ZipFile(BytesIO(content(name))) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for member in old.namelist():
            value = given.get(member.rpartition("/")[2], old.read(member))
            if value is not None:
                new.writestr(member, value)
    return out.getvalue()


def book(page: str) -> bytes:
    return changed("ferry-ledger.epub", part1_html=page.encode(), part2_html=None)


def told(kind: str, given: bytes) -> str:
    """The reason or the warning that a reader gives for a broken file."""
    try:
        return READERS[kind](given).warnings[0]
    except SourceError as error:
        return str(error)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_document_gives_its_blocks_in_order_and_its_facts(path: Path) -> None:
    expected = json.loads(Path(f"{path}.json").read_text("utf-8"))
    found = READERS[path.suffix[1:]](path.read_bytes())
    lines = [line for line in found.text.split("\n") if line]
    assert lines == [line for block in expected["kept"] for line in block.split("\n")]
    assert {key: getattr(found, key) for key in FACTS if key in expected} == {
        key: expected[key] for key in FACTS if key in expected
    }
    assert not [words for words in expected["boilerplate"] if words in found.text]


def test_blocks_are_parted_by_a_blank_line_and_rows_and_items_by_none() -> None:
    text = docx.extract(content("tide-gate.docx")).text
    assert "by hand.\n\n- Gate 2 opened at 05:40.\n- Its sensor" in text
    assert "\n\nGate | Planned | Actual\n2 | 05:30 | 05:40\n3 | 05:45 |\n\nThe lag" in text
    assert not [line for line in text.split("\n") if line != line.rstrip()]


def test_what_was_cut_is_told() -> None:
    assert docx.extract(content("tide-gate.docx")).removed == ("In this paper", "What the log shows 2")
    assert epub.extract(content("salt-roads.epub")).removed[:2] == ("The prize-winning bestseller", "Where to find it")
    assert odt.extract(content("brenlow-clock.odt")).removed == ("Contents list", "A gift from the miller 1")


def test_a_document_says_where_its_facts_were_found() -> None:
    shown, given = docx.extract(content("tide-gate.docx")), rtf.extract(content("lighthouse.rtf"))
    assert shown.found_in == dict.fromkeys(("title", "author", "published"), "visible text")
    assert given.found_in["author"] == "document properties"
    assert epub.extract(content("salt-roads.epub")).found_in["source"] == "book metadata"


@pytest.mark.parametrize("name", [path.name for path in FILES])
def test_a_file_cut_off_anywhere_is_told_in_plain_words(name: str) -> None:
    whole = content(name)
    for length in range(0, len(whole), max(1, len(whole) // 40)):
        assert told(name.rpartition(".")[2], whole[:length]).startswith(("it", "its"))


def test_a_rich_text_that_is_cut_off_is_read_up_to_there() -> None:
    found = rtf.extract(content("lighthouse.rtf")[:-40])
    assert found.text.startswith("The lighthouse that was\nsold twice\n\n17 August 2019")
    assert found.warnings == ("its end is missing: get a complete copy",)


@pytest.mark.parametrize("kind", READERS)
def test_a_file_of_another_kind_is_told(kind: str) -> None:
    with pytest.raises(SourceError, match="it is not "):
        READERS[kind](b"<html>hello</html>")


def test_a_protected_or_old_word_document_is_told() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    with pytest.raises(SourceError, match="protected by a password"):
        docx.extract(ole + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(SourceError, match="before 2007: save it as"):
        docx.extract(ole + "WordDocument".encode("utf-16-le"))


def test_a_protected_odt_or_book_is_told() -> None:
    with pytest.raises(SourceError, match="protected by a password"):
        odt.extract(changed("garden-rules.odt", manifest_xml=b"<m:encryption-data/>"))
    sealed = BytesIO(content("ferry-ledger.epub"))
    with ZipFile(sealed, "a") as archive:
        archive.writestr("META-INF/encryption.xml", '<e><CipherReference URI="OEBPS/part1.html"/></e>')
    with pytest.raises(SourceError, match="protected against copying"):
        epub.extract(sealed.getvalue())


def test_a_missing_part_is_told() -> None:
    with pytest.raises(SourceError, match=r"content\.opf is missing"):
        epub.extract(changed("salt-roads.epub", content_opf=None))
    with pytest.raises(SourceError, match="inconsistent"):
        docx.extract(changed("tide-gate.docx", document_xml=None))
    with pytest.raises(SourceError, match="not an OpenDocument text"):
        odt.extract(changed("garden-rules.odt", content_xml=None))


def test_a_document_without_text_is_told() -> None:
    empty = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body/></w:document>'
    for kind, blank in {
        "docx": changed("bees-german.docx", document_xml=empty),
        "odt": changed("garden-rules.odt", content_xml=b'<d><b xmlns="urn:x:office:1.0"><text/></b></d>'),
        "epub": book("<html><body><img src='x'/></body></html>"),
        "rtf": b"{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}\\pard\\par}",
    }.items():
        with pytest.raises(SourceError, match=r"it has no text|is missing"):
            READERS[kind](blank)


def test_a_chapter_or_notes_that_cannot_be_read_become_a_warning() -> None:
    ledger = epub.extract(content("ferry-ledger.epub"))
    assert ledger.warnings == ("its part OEBPS/lost.html is missing: get a complete copy",)
    gate = docx.extract(changed("tide-gate.docx", footnotes_xml=b"<w:footnotes"))
    assert gate.warnings == ("its footnotes cannot be read",)
    assert "harbour clock" not in gate.text
    assert "The pump log holds four entries." in gate.text
    assert gate.title == "How the Vellmar tide gate lost its timing"


def test_an_archive_that_unpacks_to_too_much_is_not_unpacked() -> None:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr("content.xml", bytes(11 * 1024 * 1024))
    for kind in ("docx", "epub", "odt"):
        with pytest.raises(SourceError, match="compressed more tightly"):
            READERS[kind](out.getvalue())


def test_entities_of_a_page_are_neither_expanded_nor_loaded(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hunter2")
    laughs = '<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">'
    page = f'<!DOCTYPE h [{laughs}<!ENTITY f SYSTEM "{(tmp_path / "secret").as_uri()}">]><html><body><p>&b;&f;</p>'
    text = epub.extract(book(page + "<p>Plain&nbsp;words.</p></body></html>")).text
    assert text == "Plain\u00a0words."


def test_nesting_however_deep_is_told_or_read() -> None:
    with pytest.raises(SourceError, match="nested too deeply"):
        rtf.extract(b"{\\rtf1 " + b"{" * 20_000)
    word = "<w:tbl><w:tr><w:tc>" * 80 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 80
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    deep = f'<w:document xmlns:w="{space}"><w:body>{word}</w:body></w:document>'.encode()
    with pytest.raises(SourceError, match="nested too deeply"):
        docx.extract(changed("bees-german.docx", document_xml=deep))
    assert epub.extract(book("<div>" * 200 + "words" + "</div>" * 200)).text == "words"


def test_a_title_or_author_that_a_program_made_up_is_not_taken() -> None:
    info = b"{\\info{\\title Microsoft Word - report.doc}{\\author Windows User}}"
    found = rtf.extract(b"{\\rtf1" + info + b"Posted on 5 June 2020\\par Rain in Ullen\\par It rained.}")
    assert (found.title, found.author, found.published) == ("Rain in Ullen", None, "2020-06-05")


def test_a_date_in_a_sentence_is_not_when_a_document_was_published() -> None:
    found = rtf.extract(b"{\\rtf1 Rain in Ullen\\par It rained on 5 June 2020.\\par 5/6/2020\\par}")
    assert found.published is None


def test_a_tables_cell_holds_its_paragraphs_and_a_table_of_one_column_is_a_box() -> None:
    inner = "<table><tr><td>x</td><td>y</td></tr></table>"
    page = f"<table><tr><td><p>a</p><p>b</p>{inner}</td><td/><td>c</td></tr></table>"
    box = "<table><tr><td><h2>Box</h2><p>In it.</p></td></tr></table>"
    assert epub.extract(book(f"<body>{page}{box}</body>")).text == "a b x y |  | c\n\nBox\n\nIn it."


def test_a_year_that_stands_for_an_unknown_date_is_unknown() -> None:
    with ZipFile(BytesIO(content("salt-roads.epub"))) as archive:
        package = archive.read("OEBPS/content.opf").replace(b"2021-09-14", b"0101-01-01T00:00:00+00:00")
    assert epub.extract(changed("salt-roads.epub", content_opf=package)).published is None


def test_changes_that_were_tracked_are_read_as_accepted_and_a_text_box_and_a_footnote_once() -> None:
    words = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    compatible = "http://schemas.openxmlformats.org/markup-compatibility/2006"

    def run(text: str) -> str:
        return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'

    box = f"<w:txbxContent><w:p>{run('The rent is due in May.')}</w:p></w:txbxContent>"
    body = (
        f"<w:p>{run('The mill will employ ')}<w:del><w:r><w:delText>90</w:delText></w:r></w:del>"
        f"<w:ins>{run('70')}</w:ins>{run(' people.')}<w:r><w:footnoteReference w:id='1'/></w:r></w:p>"
        f"<w:p><w:moveFrom>{run('It opens in autumn.')}</w:moveFrom></w:p>"
        f"<w:p><w:moveTo>{run('It opens in autumn.')}</w:moveTo></w:p>"
        f"<w:sdt><w:sdtContent><w:p>{run('Its head is Odd Marsk.')}</w:p></w:sdtContent></w:sdt>"
        f"<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'>{box}</mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    note = f"<w:footnote w:id='1'><w:p>{run('Only in winter.')}</w:p></w:footnote>"
    spaces = f'xmlns:w="{words}" xmlns:mc="{compatible}"'
    found = docx.extract(
        changed(
            "tide-gate.docx",
            document_xml=f"<w:document {spaces}><w:body>{body}</w:body></w:document>".encode(),
            footnotes_xml=f"<w:footnotes {spaces}>{note}</w:footnotes>".encode(),
        )
    )
    assert "The mill will employ 70 people." in found.text
    once = ("It opens in autumn.", "Its head is Odd Marsk.", "The rent is due in May.", "Only in winter.")
    assert [found.text.count(sentence) for sentence in once] == [1, 1, 1, 1]
