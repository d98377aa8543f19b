"""Bytes to text, in the charset they were written in."""

from typing import NamedTuple

from index.errors import SourceError


class Decoded(NamedTuple):
    """A file's text and the charset that it was read in."""

    text: str
    charset: str


def decode(content: bytes) -> Decoded:
    """Return text from bytes, UTF-8 where it is that, else by charset-normalizer's best guess."""
    if not content.strip():
        raise SourceError("it is empty")
    if b"\x00" in content[:4096] and content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise SourceError("it is a binary file, not text")
    try:
        return Decoded(content.decode("utf-8-sig"), "utf-8")
    except UnicodeDecodeError:
        return _guessed(content)


def _guessed(content: bytes) -> Decoded:
    from charset_normalizer import from_bytes

    matches = from_bytes(content)
    best = matches.best()
    # on short texts the legacy pages look alike to it, and Western Europe's is by far the most common
    likely = [match for match in matches if match.encoding == "cp1252"]
    if best and best.encoding.startswith("cp125") and likely:
        best = likely[0]
    if best is None:
        raise SourceError("its characters cannot be decoded: save it as UTF-8")
    text = str(best)
    if sum(not (char.isprintable() or char.isspace()) for char in text) > len(text) / 100:
        raise SourceError("it is a binary file, not text")
    return Decoded(text, best.encoding)
