"""What people see, as HTML. Every piece is made by `element`, which shows all other text as text."""

import re
from collections.abc import Iterable
from html import escape
from urllib.parse import urlsplit

from rag.llm.base import Model

_UNSHOWABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


SAMPLE_NOTE = "This is an invented sample collection: its town, people and events do not exist."


class Html(str):
    """Text that is HTML already. Only `element` makes it."""

    __slots__ = ()


def element(tag: str, *children: str, **attributes: str | int | None) -> Html:
    """Return one HTML element; a child that is not Html, and every attribute, is shown as text."""
    inside = "".join(child if isinstance(child, Html) else _as_text(child) for child in children)
    return Html(f"<{tag}{_attributes(attributes)}>{inside}</{tag}>")


def joined(pieces: Iterable[Html]) -> Html:
    """Return pieces of HTML as one."""
    return Html("".join(pieces))


def masthead(sample: bool) -> Html:
    """Return the name of the page, and the note that a sample is invented."""
    note = element("p", SAMPLE_NOTE, class_="sample-note") if sample else Html()
    return element("header", element("h1", "onrecord"), note)


def writer_note(model: Model | None) -> Html:
    """Return which model writes the answers, and where the sentences go for that; nothing where none does."""
    if not model:
        return Html()
    if model.is_local:
        return element("p", f"Answers are written by {model.name} at {model.host}, on this machine.")
    sent = element("strong", f"Your questions and the sentences found are sent to {model.host}")
    return element("p", sent, f", where {model.name} writes the answers.", class_="remote")


def empty_library() -> Html:
    """Return what the chat says while there is nothing to ask."""
    how = "Add some in the Library tab, or in a terminal: onrecord add FILE_OR_FOLDER"
    return element("div", element("h2", "No articles yet"), element("p", how), class_="welcome")


def invitation() -> Html:
    """Return what the chat says before the first question."""
    how = "Every answer is made of sentences of your articles, and each one can be opened where it stands."
    return element("div", element("h2", "Ask your articles"), element("p", how), class_="welcome")


def details(source: str | None, published: str | None) -> Html:
    """Return source and date as one line, with a date that is not known said."""
    date = element("time", published or "date unknown")
    return element("span", f"{source} · " if source else "", date, class_="details", dir="auto")


def web_link(url: str | None, label: str) -> Html:
    """Return a link that opens elsewhere, or nothing where the address is not of the web."""
    if not url or not _is_web(url):
        return Html()
    arrow = element("span", " ↗", aria_hidden="true")
    return element("a", label, arrow, href=url, target="_blank", rel="noopener noreferrer")


def place(article_id: str, start: int, end: int) -> str:
    """Return where to open an article, as a button carries it."""
    return f"{start} {end} {article_id}"


def read_place(written: str) -> tuple[str, int, int]:
    """Return article id, start and end of a written place; ValueError where it is none."""
    start, end, article_id = written.split(" ", 2)
    return article_id, int(start), int(end)


def open_button(label: str, article_id: str, start: int, end: int, **attributes: str) -> Html:
    """Return a button that opens an article at a sentence; `static/source_pane.js` listens for it."""
    # the chat's sanitizer drops data- and aria- attributes, and keeps a button's name, value and title
    where = place(article_id, start, end)
    return element("button", label, type="button", name="open", value=where, **attributes)


def _as_text(text: str) -> str:
    return escape(_UNSHOWABLE.sub("\ufffd", text))


def _attributes(attributes: dict[str, str | int | None]) -> str:
    given = ((name, value) for name, value in attributes.items() if value is not None)
    return "".join(f' {name.rstrip("_").replace("_", "-")}="{_as_text(str(value))}"' for name, value in given)


def _is_web(url: str) -> bool:
    try:
        return urlsplit(url).scheme in ("http", "https")
    except ValueError:
        return False
