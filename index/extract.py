"""One file's content to one article: decoded, without furniture, under its own title and dates."""

import re
from typing import Any

from index.article import Article
from index.dates import iso_date
from index.errors import SourceError
from index.furniture import without_furniture
from index.names import authors

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)\n---[ \t]*\n", re.DOTALL)
_SEPARATORS = str.maketrans({"\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x00": "\ufffd"})


def from_plain(text: str, article_id: str, origin: str) -> Article:
    """Return the article of a text file: its first line is the title and stays in the text."""
    body = without_furniture(_newlines(text)).strip()
    if not body:
        raise SourceError("it has no text")
    return Article(article_id, _first_line(body), body, origin=origin)


def from_markdown(text: str, article_id: str, origin: str) -> Article:
    """Return the article of a Markdown file: title from its front matter or first heading."""
    body, facts = _front_matter(_newlines(text))
    body = without_furniture(body).strip()
    if not body:
        raise SourceError("it has no text")
    title = _fact(facts, "title") or _first_line(body).strip("#*_ ") or _first_line(body)
    return Article(
        article_id,
        title,
        body,
        url=_fact(facts, "url"),
        source=_fact(facts, "source"),
        author=authors(facts.get("author") or facts.get("authors")),
        published=iso_date(facts.get("date") or facts.get("published")),
        updated=iso_date(facts.get("updated")),
        language=_fact(facts, "language"),
        origin=origin,
    )


def from_html(html: str, article_id: str, origin: str) -> Article:
    """Return the article of a web page, by trafilatura: main text, headline, author, dates, site."""
    import trafilatura

    found: Any = trafilatura.bare_extraction(html, with_metadata=True, include_comments=False, include_tables=True)
    text = without_furniture(_newlines(found.text or "")) if found else ""
    if not found or not text.strip():
        raise SourceError("no article text was found in the page")
    title = found.title or _first_line(text)
    return Article(
        article_id,
        title.strip(),
        text,
        url=found.url,
        source=found.sitename or found.hostname,
        author=authors(found.author),
        published=iso_date(found.date),
        language=found.language,
        origin=origin,
    )


def _newlines(text: str) -> str:
    return text.replace("\r\n", "\n").translate(_SEPARATORS)


def _first_line(text: str) -> str:
    return next(line.strip() for line in text.split("\n") if line.strip())[:300]


def _front_matter(text: str) -> tuple[str, dict[str, Any]]:
    import yaml

    match = _FRONT_MATTER.match(text)
    try:
        facts = yaml.safe_load(match.group(1)) if match else None
    except yaml.YAMLError:
        facts = None
    return (text[match.end() :], facts) if match and isinstance(facts, dict) else (text, {})


def _fact(facts: dict[str, Any], key: str) -> str | None:
    value = facts.get(key)
    return str(value).strip() or None if value is not None else None
