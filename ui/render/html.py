"""The HTML of the page. Every piece is made by `element`, which escapes anything that is not HTML already."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from rag.llm.base import Model

SAMPLE_NOTE = "This is an invented sample collection: its town, people and events are fictional."
_UNSHOWABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def element(tag: str, *children: str, **attributes: str | int | None) -> Markup:
    """Return one HTML element; attributes, and children that are not Markup, are escaped."""
    given = ((name.rstrip("_").replace("_", "-"), value) for name, value in attributes.items() if value is not None)
    written = Markup().join(Markup(' {}="{}"').format(name, _showable(str(value))) for name, value in given)
    return Markup("<{0}{1}>{2}</{0}>").format(tag, written, join(children))


def join(pieces: Iterable[str]) -> Markup:
    """Join pieces; those that are not Markup are escaped."""
    return Markup().join(piece if isinstance(piece, Markup) else escape(_showable(piece)) for piece in pieces)


def _showable(text: str) -> str:
    return _UNSHOWABLE.sub("\ufffd", text)


def masthead(sample: bool) -> Markup:
    """Return the head of the page, with a note if the articles are an invented sample."""
    note = element("p", SAMPLE_NOTE, class_="sample-note") if sample else Markup()
    return element("header", element("h1", "onrecord"), note)


def writer_note(model: Model | None) -> Markup:
    """Return which model writes the answers, and where the sentences are sent for it; nothing without a model."""
    if not model:
        return Markup()
    if model.is_local:
        return element("p", f"Answers are written by {model.name} at {model.host}, on this machine.")
    sent = element("strong", f"Your questions and the sentences found are sent to {model.host}")
    return element("p", sent, f", where {model.name} writes the answers.", class_="remote")


def empty_library() -> Markup:
    """Return the text of the chat while the library is empty."""
    how = "Add some in the Library tab, or from a terminal: onrecord add FILE_OR_FOLDER"
    return element("div", element("h2", "No articles yet"), element("p", how), class_="welcome")


def invitation() -> Markup:
    """Return the text of the chat before the first question."""
    how = "Every answer cites sentences of your articles. Click a number to see its sentence in the article."
    return element("div", element("h2", "Ask your articles"), element("p", how), class_="welcome")


def details(source: str | None, published: str | None) -> Markup:
    """Return source and date as one line; an unknown date is "undated"."""
    date = element("time", published or "undated")
    return element("span", f"{source} · " if source else "", date, class_="details", dir="auto")


def web_link(url: str | None, label: str) -> Markup:
    """Return a link that opens in a new tab, or nothing if the URL is not a web address."""
    try:
        is_web = urlsplit(url or "").scheme in ("http", "https")
    except ValueError:
        is_web = False
    if not is_web:
        return Markup()
    arrow = element("span", " ↗", aria_hidden="true")
    return element("a", label, arrow, href=url, target="_blank", rel="noopener noreferrer")


def place(article_id: str, start: int, end: int) -> str:
    """Return the place at which a button opens an article, as its value."""
    return f"{start} {end} {article_id}"


def read_place(written: str) -> tuple[str, int, int]:
    """Return article id, start and end of a place made by `place`; ValueError for anything else."""
    start, end, article_id = written.split(" ", 2)
    return article_id, int(start), int(end)


def open_button(label: str, article_id: str, start: int, end: int, **attributes: str) -> Markup:
    """Return a button that opens an article at a sentence (see `static/source_pane.js`)."""
    # the chat's sanitizer removes data- and aria- attributes, but keeps a button's name, value and title
    where = place(article_id, start, end)
    return element("button", label, type="button", name="open", value=where, **attributes)
