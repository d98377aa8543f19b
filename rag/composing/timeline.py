"""Composes timelines: the dated events of a subject in chronological order, each cited."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from index.article import ArticleSummary
from index.text.english import terms
from index.text.resolved import Resolved, resolved_dates
from rag.answer import Asked, Evidence, Part
from rag.composing.citations import Numbering
from rag.composing.matching import matching
from rag.composing.search import Composed, Search, quoted, shown_day
from rag.ranking.features import is_headline
from rag.understanding.subject import held, weights

_MOST, _ARTICLES = 20, 20
_HELD = 0.5
_SAME = 0.6
_ENOUGH = 4
_TO = re.compile(r" ?(?:to|until|till|and|[-–]) ?(?:the )?")
"""What stands between the first and the last day of a period."""

Event = tuple[date, str, Evidence]
"""The first day of an event, its date as a label, and the sentence."""


def compose(asked: Asked, search: Search, numbering: Numbering) -> Composed | None:
    """Return the dated events of a subject in order; None if there are fewer than two."""
    events = sorted(_exact(_distinct(_events(asked, search))), key=lambda event: (event[0], event[2].sentence.start))
    if len(events) < 2:
        return None
    shown = events[:_MOST]
    statements = tuple(quoted(evidence, numbering, label, day.isoformat()) for day, label, evidence in shown)
    evidence = [each for _, _, each in events]
    return Composed(Part(asked, statements, confidence=1.0), evidence, [each.passage for each in evidence])


def _events(asked: Asked, search: Search) -> Iterator[Event]:
    """Yield the dated sentences on the subject, and each article's first sentence, dated by publication if need be.

    Of an article whose title names the subject, and without a subject, every dated sentence is on it.
    """
    within = resolved_dates(f"in {asked.question}", None)
    shares = weights(asked.subject, search.library)
    heads = list(_one_a_story(_heads(asked, within, search)))
    least = min(_HELD, max((held(shares, head.title) for head in heads), default=0.0))
    for head in heads:
        titled = held(shares, head.title)
        body = [each for each in search.sentences_of(head) if not is_headline(each.passage, each.sentence)]
        for at, each in enumerate(body):
            is_on_subject = at == 0 or held(shares, each.text) + titled >= least
            for event in _dated(each, head.published, is_lead=at == 0) if is_on_subject else ():
                if not within or any(span.first <= event[0] <= span.last for span in within):
                    yield event


def _heads(asked: Asked, within: Sequence[Resolved], search: Search) -> Sequence[ArticleSummary]:
    """Return the articles that are named, else those that match; a time restricts the events, not the articles."""
    named = [head for head in map(search.library.articles.summary, asked.articles) if head]
    if named or not within:
        return named or matching(asked, search)
    if terms(asked.subject):
        return search.about(asked.subject)
    nearest = min(span.first for span in within)
    return sorted(search.summaries, key=lambda head: abs(_published(head) - nearest))


def _published(head: ArticleSummary) -> date:
    return date.fromisoformat(head.published[:10]) if head.published else date.min


def _one_a_story(heads: Sequence[ArticleSummary]) -> Iterator[ArticleSummary]:
    stories: set[str] = set()
    for head in heads[:_ARTICLES]:
        if (head.story or head.id) not in stories:
            stories.add(head.story or head.id)
            yield head


def _dated(evidence: Evidence, published: str | None, is_lead: bool) -> Iterator[Event]:
    """Yield a sentence's events, one for each date outside quotation marks; a lead falls back to publication.

    A date less exact than another of the sentence is left out, as is the end of a period.
    """
    text = evidence.text
    found = [each for each in resolved_dates(text, published) if not _is_quoted(text, each.start)]
    exact = min((each.last - each.first for each in found), default=None)
    for before, each in zip([None, *found], found, strict=False):
        is_end = before is not None and _TO.fullmatch(text[before.end : each.start])
        if each.last - each.first == exact and not is_end:
            yield each.first, _label(each), evidence
    if is_lead and published and not found:
        yield date.fromisoformat(published[:10]), f"{shown_day(published[:10])} (published)", evidence


def _label(found: Resolved) -> str:
    if found.first == found.last:
        return shown_day(found.first.isoformat())
    if (found.last - found.first).days > 300:
        return str(found.first.year)
    if found.first.month == found.last.month:
        return f"{found.first:%B %Y}"
    begun = f"{found.first:%B}" if found.first.year == found.last.year else f"{found.first:%B %Y}"
    return f"{begun} to {found.last:%B %Y}"


def _is_quoted(text: str, at: int) -> bool:
    before = text[:at]
    return before.count("“") > before.count("”") or before.count('"') % 2 == 1


def _distinct(events: Iterator[Event]) -> list[Event]:
    """Drop events that repeat an earlier sentence with the same date."""
    kept: list[tuple[Event, set[str]]] = []
    for event in events:
        words = set(terms(event[2].text))
        if not any(_repeats(event[0], words, other[0][0], other[1]) for other in kept):
            kept.append((event, words))
    return [event for event, _ in kept]


def _exact(events: list[Event]) -> list[Event]:
    """Drop events dated only by year if enough others have a more exact date."""
    exact = [event for event in events if not event[1].isdigit()]
    return exact if len(exact) >= _ENOUGH else events


def _repeats(day: date, words: set[str], other: date, others: set[str]) -> bool:
    return day == other and len(words & others) > _SAME * min(len(words), len(others))
