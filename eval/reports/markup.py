"""HTML of a report: every piece is made by `element`, which shows all other text as text."""

import re
from collections.abc import Iterable
from html import escape

_UNSHOWABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


class Html(str):
    """Text that is HTML already: made by `element`, or a drawing of our own."""

    __slots__ = ()


def element(tag: str, *children: str, **attributes: str) -> Html:
    """Return one HTML element; a child that is not Html, and every attribute, is shown as text."""
    named = "".join(f' {name.rstrip("_")}="{_as_text(value)}"' for name, value in attributes.items())
    inside = "".join(child if isinstance(child, Html) else _as_text(child) for child in children)
    return Html(f"<{tag}{named}>{inside}</{tag}>")


def joined(pieces: Iterable[Html]) -> Html:
    """Return pieces of HTML as one."""
    return Html("".join(pieces))


def _as_text(text: str) -> str:
    return escape(_UNSHOWABLE.sub("\ufffd", text))
