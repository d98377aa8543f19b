"""Filters: which articles a question is asked about."""

import re
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Literal
from unicodedata import normalize

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, StrictStr

from index.errors import QuestionError

if TYPE_CHECKING:
    from index.article import ArticleSummary
    from index.library import Library

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_NAMED = 5
"""How many chosen articles are listed by name; the rest are counted."""
_CUT = 60
"""How many characters of a name an error shows."""

Days = tuple[date, date]


def _listed(value: object) -> object:
    return () if value is None else (value,) if isinstance(value, str) else value


Texts = Annotated[tuple[StrictStr, ...], BeforeValidator(_listed)]
"""Any number of strings; JSON may give a single one without a list."""


class FilterRow(BaseModel):
    """Filters as JSON, spelt as the options of `onrecord ask`; the plural names of earlier versions are accepted."""

    model_config = ConfigDict(extra="forbid")

    since: StrictStr | None = None
    until: StrictStr | None = None
    source: Annotated[Texts, Field(validation_alias=AliasChoices("source", "sources"))] = ()
    author: Annotated[Texts, Field(validation_alias=AliasChoices("author", "authors"))] = ()
    in_: Annotated[Texts, Field(validation_alias=AliasChoices("in", "articles"))] = ()


@dataclass(frozen=True)
class Filters:
    """Restrictions on the articles searched; empty ones restrict nothing.

    `since` and `until` bound the day of publication, inclusive, each YYYY, YYYY-MM or YYYY-MM-DD; an article not known
    to lie between them is excluded. `sources` and `authors` are parts of names in any case, of which one must match;
    `articles` are ids.
    """

    since: str | None = None
    until: str | None = None
    sources: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()

    def describe(self, library: "Library") -> tuple[str, ...]:
        """Return a short description of each filter, such as 'from 2024-01-01' or 'source: Tarn Post'."""
        heads = [library.articles.summary(article_id) for article_id in self.articles[:_NAMED]]
        titles = [" ".join(head.title.split()) for head in heads if head]
        more = len(self.articles) - _NAMED
        return (
            *([f"from {_shown_day(self.since, 0)}"] if self.since else []),
            *([f"until {_shown_day(self.until, 1)}"] if self.until else []),
            *(f"source: {' '.join(name.split())}" for name in self.sources),
            *(f"author: {' '.join(name.split())}" for name in self.authors),
            *(f"article: {title}" for title in titles),
            *([f"{more:,} more chosen article{'s' if more > 1 else ''}"] if more > 0 else []),
        )


@dataclass(frozen=True)
class Scope:
    """The articles that pass the filters: their ids (None: all), the total number, and the filters in words."""

    articles: frozenset[str] | None = None
    total: int = 0
    filters: tuple[str, ...] = ()

    def in_words(self, library: "Library") -> str:
        """Describe what is searched, such as '1 of 6 articles (source: Tarn)'."""
        total = library.articles.count() if self.articles is None else self.total
        counted = f"{total:,} article{'' if total == 1 else 's'}"
        return counted if self.articles is None else f"{len(self.articles):,} of {counted} ({'; '.join(self.filters)})"


def narrowed(filters: Filters, library: "Library") -> Scope:
    """Return which articles of a library pass the filters.

    Raises QuestionError for an invalid date, dates in the wrong order, and a name or id that no article has.
    """
    if filters == Filters():
        return Scope()
    facts = library.articles.summaries()
    days = _between(filters.since, filters.until)
    sources, authors = _names("source", filters.sources, facts), _names("author", filters.authors, facts)
    chosen = _chosen(filters.articles, facts)
    kept = frozenset(
        each.id
        for each in facts
        if (not filters.articles or each.id in chosen)
        and (not filters.sources or each.source in sources)
        and (not filters.authors or each.author in authors)
        and (not (filters.since or filters.until) or _is_within(each.published, days))
    )
    return Scope(kept, len(facts), filters.describe(library))


def named_articles(references: Iterable[str], library: "Library") -> tuple[str, ...]:
    """Return the ids of articles given by id, URL, file path or title; raises QuestionError if one matches none."""
    ids_of_all: list[str] = []
    for reference in references:
        ids = library.find(reference) or [
            each.id for each in library.articles.summaries() if _same(each.title, reference)
        ]
        if not ids:
            raise QuestionError(f"No article has the ID, URL, file or title {_quoted(reference)}: see 'onrecord list'.")
        ids_of_all += ids
    return tuple(dict.fromkeys(ids_of_all))


def _days(given: str) -> Days | None:
    """Return the first and last day of a year, month or day; None if it is invalid."""
    match = _DATE.fullmatch(given.strip())
    if not match:
        return None
    year, month, day = (int(part or 0) for part in match.groups())
    try:
        first = date(year, month or 1, day or 1)
    except ValueError:
        return None
    return first, date(year, month or 12, day or monthrange(year, month or 12)[1])


def _shown_day(given: str, end: Literal[0, 1]) -> str:
    days = _days(given)
    return days[end].isoformat() if days else given


def _between(since: str | None, until: str | None) -> Days:
    first = date.min if since is None else _read(since)[0]
    last = date.max if until is None else _read(until)[1]
    if first > last:
        raise QuestionError(f"No day is both since {first} and until {last}: put the earlier date first.")
    return first, last


def _read(given: str) -> Days:
    days = _days(given)
    if days is None:
        raise QuestionError(f"The date {_quoted(given)} is not valid: write it as YYYY, YYYY-MM or YYYY-MM-DD.")
    return days


def _is_within(published: str | None, days: Days) -> bool:
    known = _days(published[:10]) if published else None
    return known is not None and days[0] <= known[0] and known[1] <= days[1]


def _names(
    kind: Literal["source", "author"], parts: Sequence[str], facts: Sequence["ArticleSummary"]
) -> set[str | None]:
    """Return the names that contain one of the parts; each part must occur in some name."""
    names = {name: _folded(name) for each in facts if (name := getattr(each, kind))}
    matching: set[str | None] = set()
    for part in parts:
        sought = _folded(part)
        holding = {name for name, folded in names.items() if sought and sought in folded}
        if not holding:
            raise QuestionError(f"No article's {kind} contains {_quoted(part)}: {_nearest(part, names)}.")
        matching |= holding
    return matching


def _nearest(part: str, names: Iterable[str]) -> str:
    known = get_close_matches(part[:_CUT], [name[:_CUT] for name in names], 3, 0.0)
    if not known:
        return "it is not known for any article, so omit this filter"
    return f"the closest are {', '.join(map(_quoted, known))}; choose one of them or omit this filter"


def _chosen(ids: Sequence[str], facts: Sequence["ArticleSummary"]) -> set[str]:
    known = {each.id for each in facts}
    for article_id in ids:
        if article_id not in known:
            raise QuestionError(f"There is no article {_quoted(article_id)} any more: choose another one.")
    return set(ids)


def _same(title: str, given: str) -> bool:
    return _folded(title) == _folded(given) != ""


def _folded(text: str) -> str:
    return " ".join(normalize("NFKC", text).casefold().split())


def _quoted(text: str) -> str:
    """Return a name for an error message: shortened, without control characters."""
    shown = "".join(char if char.isprintable() else "\ufffd" for char in " ".join(text.split()))
    return f"“{shown if len(shown) <= _CUT else shown[: _CUT - 1] + '…'}”"
