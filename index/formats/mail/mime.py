"""MIME messages (emails and saved pages): decoded headers and text parts.

The standard library parses them under its older policy: the newer one takes 15 seconds over a hostile 200 KB header.
"""

import email
import re
from email.header import decode_header, make_header
from email.message import Message
from email.policy import Compat32
from typing import Any, TypeAlias

from index.errors import SourceError
from index.text.charset import Claims, Decoded, declared_in, decode

Part: TypeAlias = "Message[str, str]"

HTML = ("text/html", "application/xhtml+xml")

_HEADER_CHARS = 4000
_BODY_BYTES = 10_000_000
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\ufffe\uffff]")
_PAGE_ENDS = str.maketrans("\x0b\x0c", "\n\n")
_NEXT_MAIL = re.compile(rb"\n\r?\nFrom \S{1,200}[^\n]{1,40}\d\d:\d\d[^\n]{0,40}\r?\n[A-Za-z-]+:")


class _Bounded(Compat32):
    """Truncate overlong headers, as the time to split one grows with the square of its length."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_HEADER_CHARS]


def parse(content: bytes) -> Part:
    """Return an email or a saved page as the tree of its MIME parts."""
    bare = content.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if bare.startswith(b"From ") and (mails := len(_NEXT_MAIL.findall(bare))):
        raise SourceError(f"it is a mailbox of {mails + 1} mails: save each one as an .eml file of its own")
    return email.message_from_bytes(bare, policy=_Bounded())


def header(message: Part, name: str) -> str:
    """Return the first header called `name` (lower case) as readable text on one line, or an empty string."""
    return readable(raw_header(message, name))


def part_text(part: Part) -> Decoded:
    """Return a text part, decoded with the charset declared in its header or HTML, or else the likeliest one."""
    payload: Any = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    if len(content) > _BODY_BYTES:
        raise SourceError(f"it has more than {_BODY_BYTES // 1_000_000} MB of text: split it")
    in_page = declared_in(content) if part.get_content_type() in HTML else []
    decoded = (
        decode(content, Claims(declared=part.get_content_charset()), in_page) if content.strip() else Decoded("", "")
    )
    # no parser of HTML takes control characters
    return decoded._replace(text=_CONTROLS.sub("\ufffd", decoded.text.translate(_PAGE_ENDS)))


def root(related: Part) -> Part:
    """Return the part that the others (pictures, styles) belong to: that named by `start`, or else the first page."""
    parts = [part for part in related.walk() if not part.is_multipart()]
    start = related.get_param("start")
    named = [part for part in parts if start and raw_header(part, "content-id").strip() == str(start).strip()]
    pages = [part for part in parts if part.get_content_type() in HTML]
    return (named or pages or parts or [related])[0]


def raw_header(message: Part, name: str) -> str:
    """Return the raw first header called `name`, with non-ASCII bytes decoded."""
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name), "")
    if raw.isascii():
        return raw
    content = raw.encode("utf-8", "surrogateescape")
    try:
        return decode(content).text
    except SourceError:
        return content.decode("cp1252", "replace")


def readable(raw: str) -> str:
    """Return a header's value with its encoded words decoded, on one line, without control characters."""
    try:
        text = str(make_header(decode_header(raw))) if "=?" in raw else raw
    except Exception:  # a broken or unknown encoding: shown as it is
        text = raw
    text = text.encode("utf-8", "replace").decode()
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
