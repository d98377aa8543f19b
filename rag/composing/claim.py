"""Checks a claim: supported, contradicted or not found, with the sentence that decides the verdict."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from index.text.english import terms
from index.text.numbers import values
from rag.answer import Asked, Citation, Evidence, Part, Passage, ReasonKind, Statement
from rag.checking.checker import SUPPORTED, Checker, Finding
from rag.composing.citations import Numbering, citation
from rag.composing.introductions import introductions
from rag.composing.search import Composed, Search
from rag.understanding.subject import held, weights

_TRIED, _NEAR = 8, 3
_AGAINST = frozenset(
    {ReasonKind.DATE, ReasonKind.NAME, ReasonKind.NEGATION, ReasonKind.UNIT, ReasonKind.RATE,
     ReasonKind.REPLACED_WORDS, ReasonKind.SPEAKER, ReasonKind.PERIOD}
)  # fmt: skip
"""Reasons that make a sentence on the same matter contradict the claim."""
_ALIKE, _ON_MATTER, _ALMOST_SAME = 0.6, 0.45, 0.8
"""Minimum similarity to the claim for a sentence to contradict it: for the reasons above, if it counts the same things
differently, and if it has other numbers."""
_SHARED = 0.7
"""Minimum share of the claim's terms, rare ones counting more, that the sentences that support it contain: unlike the
statements of an answer, a claim was not written from them."""
_LABELS = {"supported": "Supported", "contradicted": "Contradicted", "unsupported": "Not found"}


class _Verdict(NamedTuple):
    citations: Sequence[Citation]
    finding: Finding


def compose(asked: Asked, search: Search, numbering: Numbering) -> Composed:
    """Check one claim, the subject of the request, against the sentences nearest to it."""
    claim = asked.subject
    passages = search.passages(claim, among=asked.articles or None)
    evidence = nearest(claim, passages[: search.ranker.most], search)
    statement = checked(claim, evidence, search, numbering)
    return Composed(Part(asked, (statement,), confidence=1.0), evidence, passages)


def nearest(claim: str, passages: Sequence[Passage], search: Search) -> list[Evidence]:
    """Return the sentences of the passages nearest to a claim, their cosine similarity as relevance, nearest first."""
    found = {
        (passage.article.id, each.start): Evidence(each, passage, 0.0)
        for passage in passages
        for each in passage.sentences
    }
    if not found:
        return []
    vectors = search.library.embed([claim, *(each.text for each in found.values())])
    alike = vectors[1:] @ vectors[0]
    ranked = [replace(each, relevance=float(share)) for each, share in zip(found.values(), alike, strict=True)]
    return sorted(ranked, key=lambda each: -each.relevance)[:_TRIED]


def checked(claim: str, evidence: Sequence[Evidence], search: Search, numbering: Numbering) -> Statement:
    """Return the claim as a statement with its verdict, citing the sentences that decide it."""
    shares, against = weights(claim, search.library), None
    for each in evidence:
        for cited in _contexts(each, search):
            finding = Checker(search.library.embed, cited).check(claim, cited)
            told = " ".join(part for one in cited for part in (one.title, one.sentence))
            if finding.verdict in SUPPORTED and held(shares, told) >= _SHARED:
                numbers = tuple(numbering.number(citation) for citation in cited)
                return Statement(claim, numbers, "supported", label=_LABELS["supported"])
        if not against and _contradicts(claim, each, finding):
            against = _Verdict(cited[-1:], finding)
    if against is None:
        return Statement(claim, (), "unsupported", label=_LABELS["unsupported"])
    numbers = tuple(numbering.number(each) for each in against.citations)
    _, kind, reason = against.finding
    return Statement(claim, numbers, "contradicted", reason, kind, label=_LABELS["contradicted"])


def _contexts(evidence: Evidence, search: Search) -> Iterator[list[Citation]]:
    """Yield a sentence by itself, after those that identify its people, and after the one before it."""
    alone = citation(evidence)
    yield [alone]
    if introduced := introductions(evidence, search.library):
        yield [*map(citation, introduced), alone]
    held = evidence.passage.sentences
    if at := held.index(evidence.sentence):
        yield [citation(replace(evidence, sentence=held[at - 1])), alone]


def _contradicts(claim: str, evidence: Evidence, finding: Finding) -> bool:
    if finding.kind is ReasonKind.NUMBER:
        least = _ON_MATTER if counts_differ(claim, evidence.text) else _ALMOST_SAME
        return evidence.relevance >= least
    return finding.kind in _AGAINST and evidence.relevance >= _ALIKE


def counts_differ(claim: str, sentence: str) -> bool:
    """Return whether both texts count the same things, but none of them in equal number: "3 schools", "2 schools"."""
    said, told = _counted(claim), _counted(sentence)
    same = said.keys() & told.keys()
    return any(not said[thing] & told[thing] for thing in same)


def _counted(text: str) -> dict[str, set[float]]:
    """Return the things that a text counts, by the stem of the noun up to three words after the number."""
    found: dict[str, set[float]] = {}
    words = text.split()
    for at, word in enumerate(words):
        for value in values(word):
            for thing in terms(" ".join(words[at + 1 : at + 1 + _NEAR])):
                found.setdefault(thing, set()).add(float(value))
    return found
