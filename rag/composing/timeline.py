"""Composes timelines: the dated events of a subject in chronological order, each cited."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from index.article import ArticleSummary
from index.text.english import terms
from index.text.resolved import Resolved, resolved_dates
from rag.answer import Asked, Evidence, Part
from rag.composing.citations import Numbering
from rag.composing.search import Composed, Search, quoted, shown_day
from rag.ranking.features import is_headline
from rag.understanding.subject import about, held, weights

_MOST, _ARTICLES = 20, 20
_HELD = 0.5
_SAME = 0.6
_ENOUGH = 4

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
    """Yield the dated sentences on the subject, and each article's first sentence, dated by publication if need be."""
    within = resolved_dates(f"in {asked.question}", None)
    shares = weights(_without_dates(asked.subject, asked.subject), search.library)
    for head in _one_a_story(_heads(asked, shares, within, search)):
        titled = held(shares, head.title)
        body = [each for each in search.sentences_of(head) if not is_headline(each.passage, each.sentence)]
        for at, each in enumerate(body):
            share = held(shares, each.text) + titled / 2
            event = _event(each, head.published, is_lead=at == 0) if at == 0 or (shares and share >= _HELD) else None
            if event and (not within or any(span.first <= event[0] <= span.last for span in within)):
                yield event


def _heads(
    asked: Asked, shares: Mapping[str, float], within: Sequence[Resolved], search: Search
) -> Sequence[ArticleSummary]:
    """Return the articles that are named, else those about the subject, else those published in the time asked for."""
    named = [head for head in map(search.library.articles.summary, asked.articles) if head]
    if named or shares:
        return named or about(shares, search.passages(asked.subject))
    spans = [(span.first.isoformat(), span.last.isoformat()) for span in within]
    return [each for each in search.summaries if any(a <= (each.published or "")[:10] <= b for a, b in spans)]


def _one_a_story(heads: Sequence[ArticleSummary]) -> Iterator[ArticleSummary]:
    stories: set[str] = set()
    for head in heads[:_ARTICLES]:
        if (head.story or head.id) not in stories:
            stories.add(head.story or head.id)
            yield head


def _without_dates(text: str, left: str) -> str:
    for span in reversed(resolved_dates(f"in {text}", None)):
        left = f"{left[: max(span.start - 3, 0)]} {left[max(span.end - 3, 0) :]}"
    return left


def _event(evidence: Evidence, published: str | None, is_lead: bool) -> Event | None:
    """Return a sentence's event, dated by its first date outside quotation marks; a lead falls back to publication."""
    found = [each for each in resolved_dates(evidence.text, published) if not _is_quoted(evidence.text, each.start)]
    if found:
        return found[0].first, _label(found[0]), evidence
    if is_lead and published:
        return date.fromisoformat(published[:10]), f"{shown_day(published[:10])} (published)", evidence
    return None


def _label(found: Resolved) -> str:
    if found.first == found.last:
        return shown_day(found.first.isoformat())
    if (found.last - found.first).days > 300:
        return str(found.first.year)
    if found.first.month == found.last.month:
        return f"{found.first:%B %Y}"
    return f"{found.first:%B} to {found.last:%B %Y}"


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
