"""Composes comparisons: two articles, sources, people, things or times side by side, each cited."""

import re
from collections.abc import Iterator, Sequence

from index.text.english import terms
from index.text.numbers import values
from rag.answer import Asked, Evidence, Part, Statement
from rag.composing.citations import Numbering
from rag.composing.search import Composed, Search, place_of, quoted
from rag.refusals import is_refused
from rag.understanding.phrases import Phrase, phrases
from rag.understanding.subject import named_sources

_JOINED = re.compile(
    r"\s*(?:,\s*)?\b(?:and|with|to|versus|vs\.?|against|or|than|from|compared (?:with|to))\b\s*|\s*[-–—/:]\s+",
    re.IGNORECASE,
)
_SIDES = 2
_ENOUGH = 0.5
"""Share of the threshold that each side must reach: two matching sides are more reliable than either alone."""


def compose(asked: Asked, search: Search, numbering: Numbering) -> Composed | None:
    """Quote two sides next to each other; None if fewer than two are found."""
    for sides in _ways(asked, search):
        found = [(label, best) for label, best in sides if best]
        if len(found) >= _SIDES and len({best.key for _, best in found}) == len(found):
            return _beside(asked, found, numbering)
    return None


def _ways(asked: Asked, search: Search) -> Iterator[list[tuple[str, Evidence | None]]]:
    """Yield the possible sides of a comparison: named sources or articles, two things, or one thing at two times."""
    sources = named_sources(asked.question, search.summaries)
    if len(sources) >= _SIDES:
        ids = {source: {head.id for head in search.summaries if head.source == source} for source in sources}
        yield [(source, _best(_without(asked.question, sources), search, ids[source])) for source in sources]
    if len(asked.articles) >= _SIDES:
        heads = [head for article in asked.articles if (head := search.library.articles.summary(article))]
        yield [(place_of(head), _best(asked.question, search, {head.id})) for head in heads]
    if pair := two_sides(asked.question):
        yield [(label, _best(question, search)) for label, question in pair]
    yield _over_time(asked, search)


def two_sides(question: str) -> list[tuple[str, str]]:
    """Return the two things that a question compares, each with the question reworded to ask about it alone."""
    found = [phrase for phrase in phrases(question) if phrase.kind != "time" or re.search(r"\d{4}", phrase.text)]
    for one, other in _neighbours(question, found):
        return [
            (one.text, f"{question[: one.end]}{question[other.end :]}"),
            (other.text, f"{question[: one.start]}{other.text}{question[other.end :]}"),
        ]
    return []


def _neighbours(question: str, found: Sequence[Phrase]) -> Iterator[tuple[Phrase, Phrase]]:
    for one in found:
        for other in found:
            between = question[one.end : other.start] if one.end < other.start else ""
            if between and _JOINED.fullmatch(between):
                yield one, other


def _without(question: str, names: Sequence[str]) -> str:
    for name in names:
        question = re.sub(rf"\b(?:the\s+)?(?:{re.escape(name)}|{re.escape(name.split()[-1])})\b", " ", question)
    return " ".join(question.split())


def _best(question: str, search: Search, among: set[str] | None = None) -> Evidence | None:
    """Return the best sentence for one side; None if it is unlikely to answer."""
    _, evidence, chance = search.rank(question, search.passages(question, among=among)[: search.ranker.most])
    return None if is_refused(chance, _ENOUGH * search.threshold) or not evidence else evidence[0]


def _over_time(asked: Asked, search: Search) -> list[tuple[str, Evidence | None]]:
    """Return the best sentence and the next good one from another article that has different numbers, oldest first."""
    _, evidence, chance = search.rank(asked.question, search.passages(asked.question)[: search.ranker.most])
    if is_refused(chance, _ENOUGH * search.threshold) or not evidence:
        return []
    first = evidence[0]
    wanted = set(terms(first.text)) & set(terms(asked.question))
    for other in evidence[1:]:
        is_other = other.passage.article.id != first.passage.article.id and values(other.text) != values(first.text)
        if is_other and values(other.text) and len(wanted & set(terms(other.text))) >= min(2, len(wanted)):
            pair = sorted((first, other), key=lambda each: each.passage.article.published or "")
            return [(place_of(each.passage.article), each) for each in pair]
    return []


def _beside(asked: Asked, found: Sequence[tuple[str, Evidence]], numbering: Numbering) -> Composed:
    statements: list[Statement] = [quoted(best, numbering, label) for label, best in found]
    evidence = [best for _, best in found]
    chance = min(best.relevance for best in evidence)
    part = Part(asked, tuple(statements), confidence=chance)
    return Composed(part, evidence, [best.passage for best in evidence])
