"""Reads plain text and Markdown, without the boilerplate of the page they were copied from."""

import json
import re
import tomllib
from collections.abc import Callable
from datetime import date
from typing import Any

from index.errors import SourceError
from index.formats.columns import mapping, person
from index.formats.html.facts import line_facts
from index.item import Item
from index.text.authors import authors
from index.text.boilerplate import split_boilerplate
from index.text.dates import date_order, iso_date

_SEPARATORS = str.maketrans({"\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x00": "\ufffd"})
_MARKS = "#*_ "
_TOP = 8
_TITLE_LENGTH = 300


_FRONT_MATTER: tuple[tuple[re.Pattern[str], Callable[[str], Any]], ...] = (
    (re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*\n", re.DOTALL), lambda text: _yaml(text)),
    (re.compile(r"\A\+\+\+[ \t]*\n(.*?)\n\+\+\+[ \t]*\n", re.DOTALL), tomllib.loads),
    (re.compile(r"\A(?:;;;[ \t]*\n)?(\{\n.*?\n\})[ \t]*\n(?:;;;[ \t]*\n)?", re.DOTALL), json.loads),
)


def extract_text(text: str) -> Item:
    """Return the article of a plain text: its first line is the title and is kept in the text.

    SourceError where nothing is left of it.
    """
    body, removed = _body(newlines(text))
    facts = line_facts(_top(body), date_order(None, [body]))
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
    """Return the article of a Markdown text, unconverted: facts from its front matter, or else from its first lines.

    SourceError where nothing is left of it.
    """
    rest, given = _front_matter(newlines(text))
    body, removed = _body(rest)
    front = _front_facts(given, rest)
    order = date_order(front.get("language")) or date_order(None, [body])
    seen = line_facts((line.strip(_MARKS) for line in _top(body)), order)
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
    """Return a text with `\\n` as its only line end, without NULs."""
    return text.replace("\r\n", "\n").translate(_SEPARATORS)


def _body(text: str) -> tuple[str, tuple[str, ...]]:
    body, removed = split_boilerplate(text)
    if not body.strip():
        raise SourceError("it has no text")
    return body.strip(), removed


def _top(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n", 40) if line.strip()][:_TOP]


def _first_line(text: str) -> str:
    return _top(text)[0][:_TITLE_LENGTH]


def _front_matter(text: str) -> tuple[str, dict[str, Any]]:
    """Return a text without its front matter (YAML, TOML or JSON), and the facts in that."""
    for form, parse in _FRONT_MATTER:
        match = form.match(text)
        try:
            facts = parse(match[1]) if match else None
        except (ValueError, RecursionError):
            facts = None
        if match and isinstance(facts, dict):
            return text[match.end() :], {str(name).lower(): value for name, value in facts.items()}
    return text, {}


def _yaml(text: str) -> Any:
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError("it is no YAML") from error


def _front_facts(given: dict[str, Any], text: str) -> dict[str, str]:
    read = mapping(list(given), [given])
    value = {field: given.get(column) for field, column in read.items() if field != "text"}
    order = date_order(_plain(value.get("language"))) or date_order(None, [text])
    told = {name: _plain(value.get(name)) for name in ("title", "url", "source", "language")} | {
        "author": authors(_names(value.get("author"))) or person(given),
        "published": iso_date(_plain(value.get("published")), order),
        "updated": iso_date(_plain(value.get("updated")), order),
    }
    return {name: value for name, value in told.items() if value}


def _names(value: Any) -> list[str | None]:
    given = value if isinstance(value, list) else [value]
    return [_plain(each.get("name")) or person(each) if isinstance(each, dict) else _plain(each) for each in given]


def _plain(value: Any) -> str | None:
    # nested lists can expand like a bomb
    return str(value).strip() or None if isinstance(value, str | int | float | date) else None
