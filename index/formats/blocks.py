"""Shared by zipped documents: reading members within limits, safe XML, the text blocks of a tree, and facts."""

import re
import zlib
from collections.abc import Iterable, Sequence
from html import unescape
from io import BytesIO
from typing import Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from index.errors import SourceError
from index.formats.attributes import bounded_bytes
from index.item import Item
from index.text.authors import authors
from index.text.dates import iso_date

MEGABYTE = 1024 * 1024
UNPACKED = 200 * MEGABYTE  # of all members together, as declared in the archive; zipfile reads no more than that
READ = 32 * MEGABYTE  # the part that is read: a book of 1,000 pages has about 3 MB of XML
MEMBERS = 20_000
TAGS = 1_500_000  # of one part; lxml needs about 200 bytes for each
RATIO = 200  # of a member over 10 MB; text shrinks to a tenth or twentieth

_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31});")
_XML_ENTITIES = (b"amp", b"lt", b"gt", b"quot", b"apos")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_BREAK = "\x0b"

_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_BLOCKS = _HEADINGS | frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form "
    "header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
_UNREAD = frozenset(
    "annotation audio button head iframe input noscript object rp rt script select style svg template textarea "
    "video".split()
)
_NOTE_TYPES = frozenset("footnote endnote rearnote footnotes endnotes rearnotes doc-footnote doc-endnotes".split())
_NOTE_MARK = re.compile(r"\[\w{1,4}\]|\(?\d{1,4}\)?|[*†‡§¶↑↩\ufe0e^]+|")
_BARE_MARK = re.compile(r"\[\d{1,4}\]|[*†‡§↑↩\ufe0e^]+")

_NO_TITLE = re.compile(
    r"(?:untitled|document|unbenannt|dokument|sans titre|sin título|title|word document)[\s\d]{0,20}"
    r"|microsoft word - .*|\S{1,200}\.(?:docx?|dotx?|odt|rtf)",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(
    r"(?:(?:microsoft |office |windows ){0,3}user|admin(?:istrator)?|owner|author|unknown|root|guest|python-docx)"
    r"\s{0,9}\d{0,9}",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"(?:[Bb]y|BY)\s+([^\W\d_][\w.'’-]*(?:\s+[^\W\d_][\w.'’-]*){1,5})")
_STAMP = re.compile(
    r"(?:(?P<new>(?:first )?published|posted|date|dated)|(?P<changed>(?:last )?(?:updated|modified|revised)))?"
    r"(?:\s{1,9}+on)?+\s{0,9}+:?\s{0,9}+(?:[^\W\d]{3,12},\s{1,9}+)?"
    r"(?P<date>\d{1,2}(?:st|nd|rd|th|\.)?(?: of| de)? [^\W\d]{3,12}\.?,?(?: de)? \d{4}"
    r"|[^\W\d]{3,12}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}|\d{4}-\d{2}-\d{2})",
    re.IGNORECASE,
)
_FIRST_LINES = 6
_STAMP_LENGTH = 100
_TITLE_LENGTH = 300


class Block(NamedTuple):
    """A separate unit of text; `kind` is title, heading, paragraph, item or row."""

    text: str
    kind: str = "paragraph"


class Package:
    """A zip archive in memory, read member by member within limits; nothing is written to disk."""

    def __init__(self, content: bytes) -> None:
        if not content.startswith(b"PK"):
            raise SourceError("it is not the kind of document that its name says: save it again from its own program")
        try:
            self._zip = ZipFile(BytesIO(content))
            infos = self._zip.infolist()
        except (BadZipFile, EOFError, ValueError, NotImplementedError, OSError) as error:
            raise SourceError("it is damaged or incomplete: get a complete copy") from error
        if len(infos) > MEMBERS or sum(info.file_size for info in infos) > UNPACKED:
            raise SourceError("it unpacks to more than 200 MB: make it smaller, for example by removing pictures")
        if any(info.file_size > max(RATIO * info.compress_size, 10 * MEGABYTE) for info in infos):
            raise SourceError("it is compressed more tightly than any real document, so it was not unpacked")
        self._members = {info.filename: info for info in infos}
        self._left = READ

    @property
    def names(self) -> list[str]:
        """The members' names, in the archive's order."""
        return list(self._members)

    def read(self, name: str) -> bytes:
        """Return one member's bytes; raises SourceError if it is missing, damaged or too large."""
        info = self._members.get(name)
        if info is None:
            raise SourceError(f"its part {name[:100]} is missing: get a complete copy")
        if info.file_size > self._left:
            raise SourceError("it has more than 32 MB of text: split it")
        if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise SourceError(f"its part {name[:100]} uses an unsupported compression: save it again")
        if info.flag_bits & 1:
            raise SourceError("it is protected by a password: save an unprotected copy")
        self._left -= info.file_size
        try:
            return self._zip.read(info)
        except (BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OSError) as error:
            raise SourceError(f"its part {name[:100]} is damaged: get a complete copy") from error

    def xml(self, name: str) -> Any:
        """Return one member's XML root; raises SourceError if it cannot be read."""
        try:
            return parse_xml(self.read(name))
        except ValueError as error:
            raise SourceError(f"its part {name[:100]} is damaged: get a complete copy") from error


def parse_xml(content: bytes) -> Any:
    """Return the root of an XML document; its own entities are removed unexpanded, and nothing is loaded.

    Raises SourceError if it has far too many tags, ValueError if it is malformed.
    """
    if content.count(b"<") > TAGS:
        raise SourceError("it has too many parts to read: split it")
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(_ENTITY.sub(_numeric, content), parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error
    etree.strip_tags(root, etree.Entity)
    return root


def _numeric(match: re.Match[bytes]) -> bytes:
    """Replace HTML's named characters, which XML does not have but pages in books use."""
    if match[1] in _XML_ENTITIES:
        return match[0]
    meant = unescape(match[0].decode())
    return match[0] if meant.startswith("&") else b"".join(b"&#%d;" % ord(char) for char in meant)


def parse_html(content: bytes) -> Any:
    """Return the root of an HTML document, however broken; raises ValueError if it is empty."""
    from lxml import etree

    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(bounded_bytes(content), parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error
    if root is None:
        raise ValueError("it is empty")
    return root


def local(element: Any) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2].lower()


def kinds(element: Any) -> set[str]:
    """Return an element's declared roles: the words of its `epub:type` and `role`."""
    values = [value for key, value in element.attrib.items() if key.rpartition("}")[2] in ("type", "epub:type", "role")]
    return set(" ".join(values).lower().split())


def drop(elements: Iterable[Any]) -> list[Any]:
    """Remove elements from their tree, keeping the text after each, and return them."""
    attached = [element for element in elements if element.getparent() is not None]
    for element in attached:
        tail, element.tail = element.tail, None
        parent, before = element.getparent(), element.getprevious()
        if tail and before is not None:
            before.tail = (before.tail or "") + tail
        elif tail:
            parent.text = (parent.text or "") + tail
        parent.remove(element)
    return attached


def blocks(root: Any) -> list[Block]:
    """Return the blocks of an HTML tree in order, footnotes last, without note marks and hidden content."""
    drop([element for element in root.iter("{*}a", "{*}sup", "a", "sup") if _is_note_mark(element)])
    notes = [element for element in root.iter() if element is not root and kinds(element) & _NOTE_TYPES]
    outer = drop([note for note in notes if not any(kinds(above) & _NOTE_TYPES for above in note.iterancestors())])
    return [block for tree in (root, *outer) for block in _Walk().read(tree)]


def _is_note_mark(element: Any) -> bool:
    """Return whether an element is a note's number or back link, and not part of the text."""
    text = "".join(element.itertext()).strip()
    if len(text) > 8:
        return False
    if local(element) == "sup":
        return bool(element.findall(".//{*}a") or element.findall(".//a")) and bool(_NOTE_MARK.fullmatch(text))
    if kinds(element) & {"noteref", "doc-noteref", "doc-backlink", "backlink"}:
        return True
    return "#" in element.get("href", "") and bool(text) and bool(_BARE_MARK.fullmatch(text))


class _Walk:
    """One walk over a tree, without recursion, as a hostile file may be nested to any depth."""

    def __init__(self) -> None:
        self._found: list[Block] = []
        self._pieces: list[list[str]] = [[]]  # the text so far; one more list for each table cell that is open
        self._rows: list[list[str]] = []
        self._plain: set[Any] = set()  # rows and cells used only for layout
        self._items = 0
        self._mark = ""

    def read(self, root: Any) -> list[Block]:
        from lxml import etree

        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            if event == "start" and _is_unread(element):
                walk.skip_subtree()
            elif event == "start":
                self._open(element, local(element))
                self._pieces[-1].append(element.text or "")
            else:
                self._close(element, local(element))
                self._pieces[-1].append(element.tail or "" if element is not root else "")
        self._flush("paragraph")
        return self._found

    def _open(self, element: Any, name: str) -> None:
        if name in _BLOCKS:
            self._flush("paragraph")
        if name == "br":
            self._pieces[-1].append(_BREAK)
        elif name == "li":
            self._items, self._mark = self._items + 1, "- "
        elif name == "table" and _is_layout(element):
            self._plain.update(part for row in _own_rows(element) for part in (row, *row))
        elif name == "tr" and element not in self._plain:
            self._rows.append([])
        elif name in ("td", "th") and self._rows and element not in self._plain:
            self._pieces.append([])

    def _close(self, element: Any, name: str) -> None:
        if _is_unread(element) or name not in _BLOCKS:
            return
        if name in ("td", "th") and len(self._pieces) > 1 and element not in self._plain:
            self._rows[-1].append(_SPACES.sub(" ", _line("".join(self._pieces.pop()))))
        elif name == "tr" and self._rows and element not in self._plain:
            self._row(self._rows.pop())
        elif name in _HEADINGS:
            self._flush("title" if element.get("class") == "title" else "heading")
        else:
            self._flush("paragraph")
        if name == "li":
            self._items, self._mark = self._items - 1, ""

    def _row(self, cells: list[str]) -> None:
        text = " | ".join(cells).rstrip()
        if len(self._pieces) > 1:  # a table in a table's cell
            self._pieces[-1].append(" ".join(cells) + " ")
        elif any(cells):
            self._found.append(Block(text, "row"))

    def _flush(self, kind: str) -> None:
        if len(self._pieces) > 1:
            self._pieces[-1].append(" ")
            return
        text = _line("".join(self._pieces[-1]))
        self._pieces[-1].clear()
        if text:
            self._found.append(Block(self._mark + text, "item" if self._items else kind))
            self._mark = ""


def _is_unread(element: Any) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return local(element) in _UNREAD or element.get("hidden") is not None or "display:none" in style


def _is_layout(table: Any) -> bool:
    """Return whether a table has a single column, and so is a box around text."""
    return all(sum(local(cell) in ("td", "th") for cell in row) < 2 for row in _own_rows(table))


def _own_rows(table: Any) -> list[Any]:
    parts = [part for child in table for part in ([child] if local(child) == "tr" else child)]
    return [part for part in parts if local(part) == "tr"]


def _line(text: str) -> str:
    lines = _SPACES.sub(" ", text).split(_BREAK)
    return "\n".join(line.strip(" \xa0") for line in lines).strip("\n")


def joined(text_blocks: Sequence[Block]) -> str:
    """Join blocks into one text, with a blank line between them but not between table rows or list items."""
    parts: list[str] = []
    for before, block in zip([None, *text_blocks], text_blocks, strict=False):
        close = before is not None and before.kind == block.kind and block.kind in ("item", "row")
        parts.append(("\n" if close else "\n\n") + block.text if before else block.text)
    return "".join(parts)


def article(
    found: Sequence[Block],
    title: str | None,
    author: str | None,
    where: str,
    parser: str,
    language: str | None = None,
    removed: Iterable[str] = (),
    warnings: Iterable[str] = (),
) -> Item:
    """Return a word processor's document; facts in its first lines take precedence over its properties (found `where`).

    A file's creation and saving dates are not those of publication, so dates come only from these lines.
    Raises SourceError if it has no text.
    """
    text = joined(found)
    if not text:
        raise SourceError("it has no text")
    facts, seen = _first_lines(found), "visible text"
    shown = next((block.text for block in found if block.kind == "title"), None)
    named = _unless(_NO_TITLE, title)
    headline = shown or named or next((block.text for block in found if not _is_stamp(block.text)), found[0].text)
    written = _unless(_NO_AUTHOR, re.sub(r";\s*", ", ", author or ""))
    found_in = dict.fromkeys(facts, seen) | {"title": where if named and not shown else seen}
    if written and "author" not in facts:
        found_in["author"] = where
    if language:
        found_in["language"] = where
    return Item(
        title=headline.split("\n")[0][:_TITLE_LENGTH],
        text=text,
        author=facts.get("author") or authors(written),
        published=facts.get("published"),
        updated=facts.get("updated"),
        language=language or None,
        removed=tuple(removed),
        found_in=found_in,
        parser=parser,
        warnings=tuple(warnings),
    )


def _unless(pattern: re.Pattern[str], given: str | None) -> str | None:
    """Return whether a property is a program's default, such as "Document1", and not a title or a name."""
    text = " ".join((given or "").split())
    return text if text and not pattern.fullmatch(text) else None


def _first_lines(text_blocks: Sequence[Block]) -> dict[str, str]:
    facts: dict[str, str] = {}
    lines = [
        line for block in text_blocks[:_FIRST_LINES] if block.kind == "paragraph" for line in block.text.split("\n")
    ]
    for part in (part for line in lines for part in _parts(line)):
        stamp, byline = _STAMP.fullmatch(part), _BYLINE.fullmatch(part)
        date = iso_date(stamp["date"]) if stamp else None
        if stamp and date:
            facts.setdefault("updated" if stamp["changed"] else "published", date)
        elif byline:
            facts.setdefault("author", re.sub(r" and ", ", ", byline[1]))
    return facts


def _is_stamp(line: str) -> bool:
    return any(_STAMP.fullmatch(part) or _BYLINE.fullmatch(part) for part in _parts(line))


def _parts(line: str) -> list[str]:
    """Split a line such as "By A. Writer | 3 March 2024" into its facts; a longer line is a sentence."""
    return [part.strip() for part in re.split(r"\s[|·•–—]\s", line)] if len(line) <= _STAMP_LENGTH else []
