"""Plain text and Markdown to articles: their own words, without the furniture of the page they were copied from."""

import re
from datetime import date
from typing import Any

from index.errors import SourceError
from index.formats.html.facts import line_facts
from index.item import Item
from index.text.boilerplate import split_furniture
from index.text.dates import iso_date
from index.text.names import authors

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)\n---[ \t]*\n", re.DOTALL)
_SEPARATORS = str.maketrans({"\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x00": "\ufffd"})
_MARKS = "#*_ "
_TOP = 8
_TITLE_LENGTH = 300


def extract_text(text: str) -> Item:
    """Return the article of a plain text: its first line is the title and stays in the text.

    SourceError where nothing is left of it.
    """
    body, removed = _body(newlines(text))
    facts = line_facts(_top(body))
    return Item(
        title=_first_line(body),
        text=body,
        author=facts.get("author"),
        published=facts.get("published"),
        updated=facts.get("updated"),
        removed=removed,
        found_in=dict.fromkeys(facts, "visible text") | {"title": "first line"},
        parser="text",
    )


def extract_markdown(text: str) -> Item:
    """Return the article of a Markdown text as it is written: facts from its front matter, else from its first lines.

    SourceError where nothing is left of it.
    """
    rest, given = _front_matter(newlines(text))
    body, removed = _body(rest)
    front = _front_facts(given)
    seen = line_facts(line.strip(_MARKS) for line in _top(body))
    facts = {"title": _first_line(body).strip(_MARKS) or _first_line(body), **seen, **front}
    return Item(
        title=facts["title"][:_TITLE_LENGTH],
        text=body,
        url=facts.get("url"),
        source=facts.get("source"),
        author=facts.get("author"),
        published=facts.get("published"),
        updated=facts.get("updated"),
        language=facts.get("language"),
        removed=removed,
        found_in={"title": "first line"} | dict.fromkeys(seen, "visible text") | dict.fromkeys(front, "front matter"),
        parser="text",
    )


def newlines(text: str) -> str:
    """Return a text with `\\n` as its only line end, and no NUL."""
    return text.replace("\r\n", "\n").translate(_SEPARATORS)


def _body(text: str) -> tuple[str, tuple[str, ...]]:
    body, removed = split_furniture(text)
    if not body.strip():
        raise SourceError("it has no text")
    return body.strip(), removed


def _top(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n", 40) if line.strip()][:_TOP]


def _first_line(text: str) -> str:
    return _top(text)[0][:_TITLE_LENGTH]


def _front_matter(text: str) -> tuple[str, dict[str, Any]]:
    import yaml

    match = _FRONT_MATTER.match(text)
    try:
        facts = yaml.safe_load(match[1]) if match else None
    except (yaml.YAMLError, ValueError, RecursionError):
        facts = None
    return (text[match.end() :], facts) if match and isinstance(facts, dict) else (text, {})


def _front_facts(given: dict[str, Any]) -> dict[str, str]:
    told = {
        "title": _plain(given.get("title")),
        "url": _plain(given.get("url")),
        "source": _plain(given.get("source")),
        "author": authors(_names(given.get("author") or given.get("authors"))),
        "published": iso_date(_plain(given.get("date") or given.get("published"))),
        "updated": iso_date(_plain(given.get("updated"))),
        "language": _plain(given.get("language")),
    }
    return {name: value for name, value in told.items() if value}


def _names(value: Any) -> list[str | None]:
    return [_plain(name) for name in (value if isinstance(value, list) else [value])]


def _plain(value: Any) -> str | None:
    # lists in lists can be a bomb when they are written out
    return str(value).strip() or None if isinstance(value, str | int | float | date) else None
