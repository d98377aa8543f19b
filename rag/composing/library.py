"""Answers questions about the articles themselves from the library's metadata, with links to the articles."""

import re
from collections import Counter
from collections.abc import Callable, Sequence

from index.article import ArticleSummary
from index.text.english import ARTICLE_NOUN, terms
from index.text.numbers import values
from rag.answer import Asked, Part, Statement
from rag.composing.citations import Numbering
from rag.composing.matching import matching
from rag.composing.search import Composed, Search, shown_day
from rag.understanding.subject import nearest_by_title, weights

_SHOWN = 8
_OF_ARTICLES = re.compile(
    rf"\b(?:{ARTICLE_NOUN}s?|(?:news)?papers?|sources?|outlets?|authors?|writers?|titles?|topics?|collection|magazines?"
    r"|these|here|you|this|it|newest|oldest)\b",
    re.IGNORECASE,
)
"""A question about the library itself has one of these words; any other is about the articles' content."""
Reply = tuple[str, Sequence[ArticleSummary]]


def compose(asked: Asked, search: Search, numbering: Numbering) -> Composed | None:
    """Answer from titles, sources, writers and dates; None if the answer depends on the articles' content."""
    if not _OF_ARTICLES.search(asked.question) and not asked.articles:
        return None
    heads = search.summaries
    found = next((reply for pattern, reply in _REPLIES if pattern.search(asked.question)), _about)
    text, linked = found(asked, search, heads)
    if not text:
        return None
    part = Part(asked, (Statement(text, (), "own"),), confidence=1.0)
    return Composed(part, articles=tuple(linked))


def _how_many(asked: Asked, search: Search, heads: Sequence[ArticleSummary]) -> Reply:
    chosen = matching(asked, search)
    if len(chosen) == len(heads):
        return f"There {_are(len(heads), 'article')} in this library{_span(heads)}.", ()
    return f"{_count(len(chosen), 'article')} of {len(heads)}: {_titles(chosen)}.", chosen


def _newest(asked: Asked, search: Search, heads: Sequence[ArticleSummary]) -> Reply:
    return _dated(asked, search, heads, newest=True)


def _oldest(asked: Asked, search: Search, heads: Sequence[ArticleSummary]) -> Reply:
    return _dated(asked, search, heads, newest=False)


def _dated(asked: Asked, search: Search, heads: Sequence[ArticleSummary], newest: bool) -> Reply:
    dated = sorted((each for each in matching(asked, search) if each.published), key=lambda each: each.published or "")
    if not dated:
        return "None of the articles has a date.", ()
    which, count = ("newest" if newest else "oldest"), _wanted(asked.question)
    ordered = dated[::-1] if newest else dated
    if count > 1:
        return f"The {count} {which} articles are {_titles(ordered[:count])}.", ordered[:count]
    return f"The {which} article is {_described(ordered[0])}.", ordered[:1]


def _wanted(question: str) -> int:
    """Return the number of articles asked for, as in "the last three"; 1 if none is given."""
    numbers = [int(number) for number in values(question) if 1 < number <= _SHOWN]
    return numbers[0] if numbers else 1


def _writer(asked: Asked, search: Search, heads: Sequence[ArticleSummary]) -> Reply:
    one = None if re.search(r"\b(?:authors|writers)\b", asked.question) else _one(asked, search)
    if one is None:
        names = sorted({head.author for head in heads if head.author})
        return (f"The writers are {_joined(names)}." if names else "No article names its writer."), ()
    who = f"was written by {one.author}" if one.author else "does not name its writer"
    return f"{_described(one)} {who}.", (one,)


def _published(asked: Asked, search: Search, heads: Sequence[ArticleSummary]) -> Reply:
    one = _one(asked, search) if terms(asked.subject) or asked.articles else None
    if one is None:
        return (
            f"The articles were published{_span(heads).replace(',', '', 1)}."
            if _span(heads)
            else "No article has a date."
        ), ()
    when = f"was published on {_day(one)}" if one.published else "has no date"
    where = f" in {one.source}" if one.source else ""
    return f"“{one.title}” {when}{where}.", (one,)


def _link(asked: Asked, search: Search, heads: Sequence[ArticleSummary]) -> Reply:
    chosen = [one] if (one := _one(asked, search)) else matching(asked, search)
    if len(chosen) == len(heads) or not chosen:
        return _about(asked, search, heads)
    return " ".join(f"{_described(head)}: {head.url or 'no address'}." for head in chosen[:_SHOWN]), chosen


def _sources(asked: Asked, search: Search, heads: Sequence[ArticleSummary]) -> Reply:
    counted = Counter(head.source for head in heads if head.source)
    if not counted:
        return "No article names its source.", ()
    return f"The articles come from {_joined([f'{name} ({count})' for name, count in counted.most_common()])}.", ()


def _about(asked: Asked, search: Search, heads: Sequence[ArticleSummary]) -> Reply:
    chosen = matching(asked, search)
    if len(chosen) == len(heads):
        newest = sorted(heads, key=lambda head: head.published or "", reverse=True)
        return f"There {_are(len(heads), 'article')}{_span(heads)}, among them {_titles(newest)}.", newest[:_SHOWN]
    if not chosen:
        return f"No article is about {asked.subject}.", ()
    return f"{_count(len(chosen), 'article')}: {_titles(chosen)}.", chosen


def _one(asked: Asked, search: Search) -> ArticleSummary | None:
    if asked.articles:
        return search.library.articles.summary(asked.articles[0])
    return (
        nearest_by_title(weights(asked.subject, search.library), search.about(asked.subject)) if asked.subject else None
    )


_REPLIES: tuple[tuple[re.Pattern[str], Callable[[Asked, Search, Sequence[ArticleSummary]], Reply]], ...] = tuple(
    (re.compile(rf"\b(?:{words})\b", re.IGNORECASE), reply)
    for words, reply in (
        ("how many|number of|count", _how_many),
        ("newest|latest|most recent|last", _newest),
        ("oldest|earliest|first", _oldest),
        ("who wrote|who is the author|authors?|writers?|written by|byline", _writer),
        ("links?|url|web address|address|origin", _link),
        ("when|what date|which day|what day|date|where was|period", _published),
        ("papers?|newspapers?|sources?|outlets?|publications?|magazines?", _sources),
    )
)


def _described(head: ArticleSummary) -> str:
    where = ", ".join(part for part in (head.source, _day(head)) if part)
    return f"“{head.title}”{f' ({where})' if where else ''}"


def _titles(heads: Sequence[ArticleSummary]) -> str:
    named = "; ".join(_described(head) for head in heads[:_SHOWN])
    return named + (f"; and {len(heads) - _SHOWN} more" if len(heads) > _SHOWN else "")


def _day(head: ArticleSummary) -> str:
    return shown_day((head.published or "")[:10])


def _span(heads: Sequence[ArticleSummary]) -> str:
    days = sorted(head.published[:10] for head in heads if head.published)
    if not days:
        return ""
    return (
        f", from {shown_day(days[0])} to {shown_day(days[-1])}" if days[0] != days[-1] else f", of {shown_day(days[0])}"
    )


def _are(count: int, noun: str) -> str:
    return f"{'is' if count == 1 else 'are'} {_count(count, noun)}"


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
