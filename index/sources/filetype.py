"""File type detection: by content first, and by file name extension only where text formats look alike."""

import json
import re
from pathlib import PurePath

from index.errors import SourceError
from index.formats.archive import package
from index.text.charset import utf_16

KINDS = ("txt", "md", "html", "mhtml", "pdf", "docx", "epub", "odt", "eml", "rtf", "csv", "jsonl", "feed", "zip")

_HEAD_BYTES = 1 << 16
_EARLY = 1024
_ENDINGS = {
    **dict.fromkeys((".md", ".markdown", ".mdown", ".mkd"), "md"),
    **dict.fromkeys((".csv", ".tsv"), "csv"),
    **dict.fromkeys((".jsonl", ".ndjson"), "jsonl"),
    # text files that are not articles, often stored beside saved pages
    **dict.fromkeys((".css", ".js", ".mjs", ".ts", ".map", ".json", ".xml", ".svg", ".yaml", ".yml", ".toml"), None),
    **dict.fromkeys((".py", ".c", ".h", ".cpp", ".java", ".go", ".rs", ".rb", ".sh", ".bat", ".ps1", ".sql"), None),
}
_PDF = re.compile(rb"%PDF-\d")
_NOT_TEXT = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")
_PROLOG = re.compile(
    r"(?>\s++|<\?.*?\?>|<!--.*?-->|<!DOCTYPE\s++(?!html)[^>\[]*+(?:\[[^\]]*+\]\s*+)?>)*+", re.DOTALL | re.IGNORECASE
)
_FEED = re.compile(r"<(?:rss|(?:\w+:)?feed|rdf:RDF)[\s>]", re.IGNORECASE)
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
_PAGE_LATER = re.compile(r"^[ \t]*" + _PAGE.pattern, re.IGNORECASE | re.MULTILINE)
_TAG = re.compile(r"</[a-z][a-z0-9]*\s*>|<(?:p|br|hr|img|div|h[1-6])\b[^<>]*>", re.IGNORECASE)
_PAGE_ENDINGS = (".html", ".htm", ".xhtml", ".shtml", ".php", ".asp", ".aspx", ".jsp")
_HEADER = re.compile(r"([!-9;-~]+):(.*)")
_OF_TRANSPORT = {"message-id", "received", "return-path", "delivered-to", "x-mailer", "list-unsubscribe"}
_OF_MAIL = {"from", "to", "subject", "date", "mime-version", "content-type", *_OF_TRANSPORT}
_SAVED = re.compile(r"\bsaved by\b|microsoft mimeole", re.IGNORECASE)
_ROWS = re.compile(r'\[\s*\{\s*["}]')
_FIRST_KEY = re.compile(r'\{\s*"(?:[^"\\\n]|\\.){0,1000}"\s*:')


def kind(content: bytes, name: str) -> str | None:
    """Return one of `KINDS`, or None for any other type (images, programs, old Word files, spreadsheets).

    An empty file counts as text, so that its reader reports that it is empty. Never raises.
    """
    ending = PurePath(name).suffix.lower()
    bare = content[:_HEAD_BYTES].removeprefix(b"\xef\xbb\xbf").lstrip()
    if bare.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(content, ending)
    if bare.startswith(b"{\\rtf"):
        return "rtf"
    return _mail_kind(bare, ending) or _pdf_kind(content, bare) or _text_kind(content, ending)


def _zip_kind(content: bytes, ending: str) -> str | None:
    """Return the type of a ZIP package. A damaged one gets the type of its extension, whose reader reports it."""
    try:
        found = package(content)
    except SourceError:
        found = "zip"
    claimed = ending.removeprefix(".")
    return claimed if found == "zip" and claimed in ("docx", "epub", "odt") else found


def _pdf_kind(content: bytes, bare: bytes) -> str | None:
    """Return "pdf" or None. The PDF header may follow up to 1 KB of other data, as PDF readers allow."""
    behind = _PDF.search(content[:_EARLY]) and b"startxref" in content[-2 * _EARLY :]
    return "pdf" if _PDF.match(bare) or behind else None


def _mail_kind(bare: bytes, ending: str) -> str | None:
    headers = _headers(bare.decode("latin-1"))
    if "content-type" in headers and "mime-version" in headers and _is_saved_page(headers, ending):
        return "mhtml"
    ours = headers.keys() & _OF_MAIL
    sure = headers.keys() & _OF_TRANSPORT or ending in (".eml", ".emlx") or {"from", "mime-version"} <= ours
    return "eml" if len(ours) > 1 and sure else None


def _is_saved_page(headers: dict[str, str], ending: str) -> bool:
    if "snapshot-content-location" in headers or _SAVED.search(headers.get("from", "") + headers.get("x-mimeole", "")):
        return not headers.keys() & {"received", "to", "delivered-to"}
    is_page = "multipart/related" in headers["content-type"].lower() or "content-location" in headers
    return is_page and (ending in (".mht", ".mhtml") or not headers.keys() & {"from", "to", *_OF_TRANSPORT})


def _headers(text: str) -> dict[str, str]:
    """Return the header lines at the start, by lower-case name; empty if the content starts with anything else."""
    found: dict[str, str] = {}
    last = ""
    for line in text.replace("\r\n", "\n").split("\n")[:2000]:
        match = _HEADER.match(line)
        if match:
            last = match[1].lower()
            found.setdefault(last, match[2])
        elif last and line[:1] in (" ", "\t") and line.strip():
            found[last] += line
        elif found or not line.startswith("From "):
            return found if not line.strip() else {}
    return found


def _text_kind(content: bytes, ending: str) -> str | None:
    text = _head(content)
    if text is None:
        return None
    if not text.strip():
        return "txt"
    return _markup_kind(text, ending) or _json_kind(text, ending) or _by_ending(text, ending)


def _head(content: bytes) -> str | None:
    """Return the start of a text with its markup readable, or None for binary content."""
    head = content[:_HEAD_BYTES].removeprefix(b"\xef\xbb\xbf")
    if wide := utf_16(head):
        return head.decode(wide, "replace").removeprefix("\ufeff")
    if b"\x00" in head[:4096] or len(_NOT_TEXT.findall(head)) > len(head) / 30:
        return None
    return head.decode("latin-1")


def _markup_kind(text: str, ending: str) -> str | None:
    prolog = _PROLOG.match(text)
    start = prolog.end() if prolog else 0
    if _FEED.match(text, start):
        return "feed"
    if _PAGE.match(text, start):
        return "html"
    if ending in _ENDINGS or ending == ".txt":
        return None
    return "html" if _PAGE_LATER.search(text[:_EARLY]) or (ending in _PAGE_ENDINGS and _TAG.search(text)) else None


def _json_kind(text: str, ending: str) -> str | None:
    text = text.lstrip()
    line, newline, _ = text.partition("\n")
    if _ROWS.match(text) or ending in (".jsonl", ".ndjson"):
        return "jsonl"
    return "jsonl" if _FIRST_KEY.match(line) and (not newline or _is_json(line)) else None


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _by_ending(text: str, ending: str) -> str | None:
    if ending not in _ENDINGS and text.lstrip().startswith("<?xml"):
        return None
    return _ENDINGS.get(ending, "txt")
