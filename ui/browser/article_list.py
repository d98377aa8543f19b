"""The articles that the Library tab lists, and their order."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

from index.article import ArticleSummary
from index.library import Library
from index.sources.load import is_address
from rag.filters import Filters, narrowed

SORTS: dict[str, tuple[Callable[[ArticleSummary], str], bool]] = {
    "Title": (lambda each: each.title.casefold(), False),
    "Newest first": (lambda each: each.published or "", True),
    "Oldest first": (lambda each: each.published or "~", False),
    "Source": (lambda each: (each.source or "~").casefold(), False),
}


class Wanted(NamedTuple):
    """What to list; an empty text, False or None does not narrow the list."""

    text: str | None = None
    source: str | None = None
    language: str | None = None
    since: str | None = None
    until: str | None = None
    problems: bool = False
    sort: str = "Title"


def listed(library: Library, wanted: Wanted) -> list[ArticleSummary]:
    """Return the wanted articles in the wanted order; QuestionError for an invalid date."""
    sought = (wanted.text or "").strip().casefold()
    days = Filters(since=(wanted.since or "").strip() or None, until=(wanted.until or "").strip() or None)
    within = narrowed(days, library).articles
    doubtful = problems(library) if wanted.problems else None
    found = [
        each
        for each in library.articles.summaries()
        if sought in f"{each.title}\n{each.source or ''}\n{each.author or ''}".casefold()
        and wanted.source in (None, "", each.source)
        and wanted.language in (None, "", each.language)
        and (within is None or each.id in within)
        and (doubtful is None or each.id in doubtful)
    ]
    by, backwards = SORTS.get(wanted.sort, SORTS["Title"])
    # ties are in the order of their titles
    return sorted(sorted(found, key=SORTS["Title"][0]), key=by, reverse=backwards)


def problems(library: Library) -> dict[str, str]:
    """Return what is wrong with each article that was added with a warning, or whose page is gone."""
    reasons: dict[str, list[str]] = {}
    for entry in library.sources.problems():
        if entry.article_id:
            reasons.setdefault(entry.article_id, []).extend([entry.reason] if entry.reason else entry.warnings)
    return {article_id: "; ".join(lines) for article_id, lines in reasons.items()}


def fetched(library: Library) -> set[str]:
    """Return the ids of the articles that came from the web and can be fetched again."""
    return {entry.article_id for entry in library.sources.all() if entry.article_id and is_address(entry.source)}


def choices(names: Iterable[str | None]) -> list[tuple[str, str]]:
    """Return names as the choices of a list, each with its number of articles, the most frequent first."""
    counted = Counter(name for name in names if name)
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0].casefold()))
    return [(f"{name} ({count:,})", name) for name, count in ordered]
