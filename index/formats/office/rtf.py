"""Reads Rich Text (.rtf): one pass removes what is not read from the source, striprtf decodes the rest."""

import codecs
import re
from dataclasses import dataclass, field, replace

from index.errors import SourceError
from index.formats.blocks import Block, article
from index.item import Item

LARGEST = 8 * 1024 * 1024  # characters of source without pictures; a long book has 3 million
DEEPEST = 10_000  # depth of nested groups

_TOKEN = re.compile(
    r"\\bin(?P<binary>\d{1,9}) ?|\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,9})? ?|\\'(?P<hex>[0-9a-fA-F]{2})"
    r"|\\(?P<sign>[^a-zA-Z])|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)|[\r\n]+|\\"
)
_LINE, _HEADING, _ITEM, _PARAGRAPH, _ROW, _CELL = "\x0b", "\x1a", "\x1c", "\x1d", "\x1e", "\x1f"
_BREAKS = {"row": _ROW, "cell": _CELL, "line": _LINE}
_BREAKS |= dict.fromkeys(("par", "sect", "page"), _PARAGRAPH)
_BREAKS |= dict.fromkeys(("nestcell", "nestrow", "tab", "column"), " ")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_NOT_ASCII = re.compile(r"[\x80-\xff]")
# the second byte of a Japanese or Chinese character may be written as an ASCII letter
_HALF = re.compile(r"(?<=\\'[0-9a-f]{2})[^\\{}\x00-\x1f]")
_PIECE = re.compile(f"([^{_PARAGRAPH}{_ROW}]*)([{_PARAGRAPH}{_ROW}]|$)")
_MARKS = re.compile(f"[{_HEADING}{_ITEM}]")
_SPACES = re.compile(r"[ \t\r\n]+")
_SIGNS = {"\\": "\\\\", "{": "\\{", "}": "\\}", "~": "\\~", "_": "\\_", "\n": _PARAGRAPH, "\r": _PARAGRAPH}
_CHARACTERS = frozenset("emdash endash emspace enspace qmspace bullet lquote rquote ldblquote rdblquote".split())
_READ = frozenset("footnote info title author fonttbl shp shpinst shptxt nesttableprops".split())
_CHARSETS = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}


def extract(content: bytes) -> Item:
    """Return the article of a Rich Text file, text boxes and footnotes at the end.

    Inserted text is kept; deleted and hidden text, comments, headers and footers are not.
    Raises SourceError if the file is not RTF, is too large or has no text; a truncated file is read to its end.
    """
    source = content.decode("latin-1").lstrip("\ufeffï»¿ \r\n\t")
    if not source.startswith("{\\rtf"):
        raise SourceError("it is not a Rich Text file")
    cut = _Cut()
    cut.read(source)
    found = _blocks(cut.text(cut.parts))
    warnings = ["its end is missing: get a complete copy"] if cut.open_groups else []
    title, author = (cut.text(cut.info[name]).strip() for name in ("title", "author"))
    return article(found, title, author, "document properties", "striprtf", warnings=warnings)


@dataclass
class _Group:
    """The state until a group's closing brace; `out` is None if nothing in it is read."""

    out: list[str] | None
    place: str = ""
    is_hidden: bool = False
    is_starred: bool = False


@dataclass
class _Cut:
    """The source's text, by destination, still with RTF escapes."""

    body: list[str] = field(default_factory=list)
    asides: list[list[str]] = field(default_factory=list)
    info: dict[str, list[str]] = field(default_factory=lambda: {"title": [], "author": []})
    fonts: dict[int, int] = field(default_factory=dict)
    charset: str = "cp1252"
    default_font: int = 0
    _font: int = 0
    _size: int = 0
    _in_table: bool = False
    _is_heading: bool = False

    def read(self, source: str) -> None:
        from striprtf.striprtf import destinations

        self._unread = destinations - _READ | {"listtext"}
        self._groups: list[_Group] = []
        self._group = _Group(self.body)
        at = 0
        while at < len(source) and (match := _TOKEN.match(source, at)):
            at = match.end() + int(match["binary"] or 0)
            self._take(match)
            if match["brace"] == "}" and not self._groups:
                break  # what follows the document is not part of it

    @property
    def open_groups(self) -> int:
        return len(self._groups)

    @property
    def parts(self) -> list[str]:
        """The body and what is appended to it, as one source."""
        return self.body + [part for aside in self.asides for part in (_PARAGRAPH, "{", *aside, "}")]

    def text(self, parts: list[str]) -> str:
        """Return the text of one part, decoded by each font's charset."""
        from striprtf.striprtf import rtf_to_text

        source = _HALF.sub(lambda half: f"\\'{ord(half[0]):02x}", "".join(parts))
        fonts = "\n".join(f"{{\\f{font}\\fcharset{charset} A;}}" for font, charset in self.fonts.items())
        whole = f"{{\\rtf1{{\\fonttbl\n{fonts}}}\\f{self.default_font} {source}"
        found = rtf_to_text(whole, self.charset, "replace")  # type: ignore[no-untyped-call]
        return str(found).replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def _take(self, match: re.Match[str]) -> None:
        if match["brace"]:
            self._brace(match["brace"])
        elif match["word"]:
            self._word(match["word"], int(match["number"]) if match["number"] else None)
        elif match["sign"] == "*":
            self._group.is_starred = True
        elif match["sign"]:
            self._show(_SIGNS.get(match["sign"], ""))
        elif match["hex"]:
            self._show(f"\\'{match['hex'].lower()}")
        elif match["text"]:
            plain = _CONTROLS.sub(" ", match["text"])
            self._show(_NOT_ASCII.sub(lambda char: f"\\'{ord(char[0]):02x}", plain))

    def _brace(self, brace: str) -> None:
        if brace == "{":
            self._put("{")
            if len(self._groups) > DEEPEST:
                raise SourceError("it is damaged: its parts are nested too deeply")
            self._groups.append(self._group)
            self._group = replace(self._group, is_starred=False)
        elif self._groups:
            self._group = self._groups.pop()
            self._put("}")

    def _put(self, source: str) -> None:
        if self._group.out is not None:
            self._group.out.append(source)
            self._size += len(source)
        if self._size > LARGEST:
            raise SourceError("it has more than 8 MB of text: split it")

    def _show(self, source: str) -> None:
        if not self._group.is_hidden:
            self._put(source)

    def _word(self, word: str, number: int | None) -> None:
        if word in ("listtext", "pntext"):
            self._put("{}" + _ITEM)
        if word in self._unread or (self._group.is_starred and word not in _READ):
            self._group.out = None
        elif word in _READ:
            self._enter(word)
        elif self._group.place == "fonttbl":
            self._font_word(word, number)
        elif word in _BREAKS:
            self._break(word)
        else:
            self._format(word, number)
        self._group.is_starred = False

    def _enter(self, word: str) -> None:
        if self._group.out is None:
            return
        if word in ("footnote", "shptxt"):
            self._group.out = []
            self.asides.append(self._group.out)
        elif word in ("title", "author"):
            self._group.out = self.info[word] if self._group.place == "info" else None
        else:
            self._group.out = []
        self._group.place = word

    def _font_word(self, word: str, number: int | None) -> None:
        if word == "f" and number is not None:
            self._font = number
        elif word == "fcharset" and number is not None:
            self.fonts[self._font] = number

    def _break(self, word: str) -> None:
        sign = _BREAKS[word]
        if sign == _PARAGRAPH and self._in_table and self._group.place == "":
            sign = " "
        # an empty group; otherwise the symbol would be taken for the fallback letter of a \u
        self._put("{}" + (_HEADING if self._is_heading else "") + sign)

    def _format(self, word: str, number: int | None) -> None:
        if word in ("v", "deleted"):
            self._group.is_hidden = number != 0
        elif word == "plain":
            self._group.is_hidden = False
            self._put(f"\\f{self.default_font} ")
        elif word in ("pard", "intbl"):
            self._in_table = word == "intbl"
            self._is_heading = self._is_heading and word != "pard"
        elif word == "outlinelevel":
            self._is_heading = number is not None and number < 9
        elif word == "u":
            self._show(f"\\u{number if number is not None and -32768 <= number < 65536 else 65533} ")
        elif word in _CHARACTERS:
            self._show(f"\\{word} ")
        else:
            self._charset_word(word, number)

    def _charset_word(self, word: str, number: int | None) -> None:
        if word in ("f", "uc") and number is not None and 0 <= number < 100_000:
            self._put(f"\\{word}{number} ")
        elif word == "deff" and number is not None and number >= 0:
            self.default_font = number
        elif word in _CHARSETS:
            self.charset = _CHARSETS[word]
        elif word == "ansicpg":
            self.charset = _known(f"cp{number}") or self.charset


def _known(charset: str) -> str | None:
    try:
        return codecs.lookup(charset).name
    except LookupError:
        return None


def _blocks(text: str) -> list[Block]:
    every_block = [_block(match[1], match[2] == _ROW) for match in _PIECE.finditer(text)]
    return [block for block in every_block if block.text]


def _block(piece: str, is_row: bool) -> Block:
    lines = [_SPACES.sub(" ", _MARKS.sub("", line)).strip() for line in piece.split(_LINE)]
    text = "\n".join(lines).strip("\n")
    if is_row or _CELL in text:
        cells = [" ".join(cell.split()) for cell in text.removesuffix(_CELL).split(_CELL)]
        return Block(" | ".join(cells).rstrip() if any(cells) else "", "row")
    if _HEADING in piece:
        return Block(text, "heading")
    return Block(f"- {text}", "item") if text and _ITEM in piece else Block(text)
