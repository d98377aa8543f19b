"""Decoding of bytes to text.

The encoding is, in this order: the one the user names, a byte order mark, a declared one, UTF-8, else a guess by the
language of the words, which adds a warning.
"""

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from index.errors import SourceError
from index.text.language import certainty, language
from index.text.scripts import script
from index.text.stretches import stretches

_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
# What these names mean in practice (WHATWG Encoding Standard), where Python interprets them more narrowly.
_SUPERSETS = {
    **dict.fromkeys(("ascii", "us-ascii", "latin1", "latin-1", "iso-8859-1", "iso8859-1", "iso-8859-15"), "cp1252"),
    **dict.fromkeys(("gb2312", "gbk", "x-gbk", "gb_2312-80"), "gb18030"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "ksc5601"), "cp949"),
    **dict.fromkeys(("tis-620", "iso-8859-11", "windows-874"), "cp874"),
    "big5": "big5hkscs",
    "iso-8859-9": "cp1254",
    "iso-8859-8-i": "iso-8859-8",
    "unicode": "utf-16",
    "x-mac-cyrillic": "mac-cyrillic",
}
_NOT_READ = ("idna", "punycode", "unicode-escape", "raw-unicode-escape")  # slow, or a notation of programming languages
_META = re.compile(rb"<meta\b[^>]{0,200}?charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_XML = re.compile(rb"\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
_HEAD_BYTES = 4096
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_FEWEST_BYTES = 8  # fewer could be characters of any script
_READ_BYTES = 100_000  # basis of a guess

# Languages with letters that Windows-1252 lacks, and the Windows code page for them.
_PAGES = {
    **dict.fromkeys("hu pl cs sk sl hr bs ro sq".split(), "cp1250"),
    **dict.fromkeys("tr az".split(), "cp1254"),
    **dict.fromkeys("lt lv et".split(), "cp1257"),
}
_OF_DOS_AND_MAC = ("cp850", "mac-roman", "cp852", "cp866", "mac-cyrillic", "mac-latin2")
_BROKEN = re.compile(
    r"[\x80-\x9f\ufffd]|(?<=[^\W\d_])(?![’‘‑–—…·\xad])[\xa1-\xbf×÷ˆ˜\u2010-\u26ff](?=[^\W\d_])"
    r"|(?<=[a-zß-ÿ])[À-ÞŠŽŸŒ](?![^\W\d_a-zß-ÿ])"
)
"""A sequence that no language writes: a symbol or capital inside a word, or a control or replacement character."""


class Claims(NamedTuple):
    """Claims about the encoding of some bytes: `named` by the user, `declared` by the server that sent them."""

    named: str | None = None
    declared: str | None = None


NO_CLAIMS = Claims()


class Decoded(NamedTuple):
    """A file's text, the encoding used to decode it, and any warnings about the decoding."""

    text: str
    charset: str
    warnings: tuple[str, ...] = ()


def decode(content: bytes, claims: Claims = NO_CLAIMS, declared: Iterable[str] = ()) -> Decoded:
    """Return the decoded text; `declared` are the encodings declared in the content, which rank below the server's."""
    if not content.strip():
        raise SourceError("it is empty")
    if claims.named:
        found = _named(content, claims.named)
    else:
        found = _marked(content) or _declared(content, (claims.declared, *declared)) or _likeliest(content)
    if _unprintable(found.text) > len(found.text) / 100:
        raise SourceError("it is a binary file, not text")
    return found


def _unprintable(text: str) -> int:
    """Return the number of characters neither printable nor space, skipping fully printable stretches quickly."""
    parts = (text[start:end] for start, end in stretches(text, 0, len(text), 100))
    odd = (part for part in parts if not part.isprintable())
    return sum(not (char.isprintable() or char.isspace()) for part in odd for char in part)


def codec(name: str) -> str | None:
    """Return Python's name of a text encoding, or None if it is unknown or not supported."""
    try:
        found = codecs.lookup(_SUPERSETS.get(name.strip().lower(), name.strip()))
        "é".encode(found.name, "ignore").decode(found.name)  # fails for a codec that is not a text encoding
    except (LookupError, ValueError, TypeError):
        return None
    return None if found.name in _NOT_READ else found.name


def declared_in(content: bytes) -> list[str]:
    """Return the encodings that an HTML page or XML file declares in its content."""
    head = content[:_HEAD_BYTES]
    matches = (_XML.match(head.removeprefix(codecs.BOM_UTF8)), _META.search(head))
    return [match[1].decode("ascii") for match in matches if match]


def utf_16(content: bytes) -> str | None:
    """Return the UTF-16 encoding, with its byte order, of a text or its start, with or without a byte order mark."""
    marked = next((name for mark, name in _MARKS.items() if content.startswith(mark)), "")
    return marked if marked.startswith("utf-16") else _utf_16(content)


def checked(named: str) -> str:
    """Return Python's name of the encoding that a user names; SourceError if it is unknown."""
    name = codec(named)
    if name is None:
        raise SourceError(f'"{named}" is no encoding that is known: name one such as utf-8, windows-1252 or shift_jis')
    return name


def _named(content: bytes, named: str) -> Decoded:
    name = checked(named)
    text = content.decode(name, "replace").removeprefix("\ufeff")
    broken = text.count("\ufffd")
    told = f"{broken} of its characters cannot be read as {named}: name another --encoding"
    return Decoded(text, name, (told,) if broken else ())


def _marked(content: bytes) -> Decoded | None:
    name = next((name for mark, name in _MARKS.items() if content.startswith(mark)), None)
    return _claimed(content, name) if name else None


def _declared(content: bytes, declared: Iterable[str | None]) -> Decoded | None:
    """Return the text in the first declared encoding that the bytes do not contradict."""
    plain = None if content.isascii() else _utf_8(content)
    for name in filter(None, (codec(name) for name in declared if name)):
        wide = name.startswith(("utf-16", "utf-32"))
        if plain and not wide:
            return plain  # no text in another encoding is valid UTF-8 by chance
        if (not wide or _CONTROLS.search(content)) and (found := _claimed(content, name)):
            return found
    return None


def _claimed(content: bytes, name: str) -> Decoded | None:
    """Return the text in a claimed encoding, or None if over 1 % of its characters are broken."""
    text = content.decode(name, "replace").removeprefix("\ufeff")
    broken = text.count("\ufffd")
    broken -= content.decode("utf-8", "ignore").count("\ufffd") if broken else 0
    if broken > len(text) / 100:
        return None
    told = f"{broken} of its characters are broken: they stand as \ufffd"
    return Decoded(text, name, (told,) if broken > 0 else ())


def _utf_8(content: bytes) -> Decoded | None:
    try:
        return Decoded(content.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return None


def _likeliest(content: bytes) -> Decoded:
    wide = _utf_16(content) if _CONTROLS.search(content[:_HEAD_BYTES]) else None
    if wide:
        return _guess(content, wide)
    if b"\x00" in content[:_HEAD_BYTES]:
        raise SourceError("it is a binary file, not text")
    return _utf_8(content) or _guess(content, _legacy(content[:_READ_BYTES]))


def _guess(content: bytes, name: str) -> Decoded:
    told = f"its encoding is a guess ({name}): if its letters look wrong, add it again with --encoding NAME"
    return Decoded(content.decode(name, "replace"), name, (told,))


def _utf_16(content: bytes) -> str | None:
    """Return the byte order of UTF-16 text without a byte order mark: symbols and letters of mostly one script.

    Such text contains bytes that no other text encoding uses, at least in its spaces and full stops.
    """
    head = content[: _HEAD_BYTES & ~1]
    if len(head) < _FEWEST_BYTES or len(_CONTROLS.findall(head)) < len(head) / 100:
        return None
    plain = [name for name in ("utf-16-le", "utf-16-be") if _plainness(head, name) > 0.9]
    # in the wrong byte order, an alphabet becomes many different Chinese characters
    return min(plain, key=lambda name: len({ord(char) >> 8 for char in head.decode(name, "ignore")}), default=None)


def _plainness(content: bytes, name: str) -> float:
    """Return the share of a text that is ASCII, symbols or letters of its main script; 0 if it is not text."""
    try:
        text = content.decode(name)
    except UnicodeDecodeError as error:
        text = content[: error.start].decode(name) if error.start >= len(content) - 2 else ""
    kinds = Counter(_kind(char) for char in text)
    if not text or kinds["none"]:
        return 0.0
    signs = kinds.pop("sign", 0)
    return (signs + max(kinds.values(), default=0)) / len(text)


def _kind(char: str) -> str:
    if char.isascii():
        return "sign" if char.isprintable() or char in "\t\n\r\x0c" else "none"
    category = unicodedata.category(char)
    if category in ("Cc", "Cn", "Co", "Cs"):
        return "none"
    if category[0] in "PSZN" and not char.isalpha():
        return "sign"
    return script(char)


def _legacy(content: bytes) -> str:
    """Return the likeliest encoding among those older than Unicode."""
    from chardetng_py import EncodingDetector

    detector = EncodingDetector()
    detector.feed(content, last=True)
    best = codec(detector.guess(tld=None, allow_utf8=False)) or "cp1252"
    text = content.decode(best, "replace")
    if best == "cp1252":
        best = _PAGES.get(language(text) or "", best)
    broken = len(_BROKEN.findall(text))
    older = {name: content.decode(name, "replace") for name in _OF_DOS_AND_MAC if broken}
    faults = {name: len(_BROKEN.findall(text)) for name, text in older.items()}
    fewest = [name for name in older if faults[name] == min(faults.values()) < broken / 2]
    return max(fewest, key=lambda name: certainty(older[name]), default=best)
