"""Checks a claim: supported, contradicted or not found, with the sentence that decides the verdict."""

from collections.abc import Sequence

from rag.answer import Asked, Citation, Evidence, Part, ReasonKind, Statement
from rag.checking.checker import SUPPORTED, Checker
from rag.composing.citations import Numbering, citation
from rag.composing.search import Composed, Search
from rag.understanding.kind import claim_in

_TRIED = 6
_AGAINST = frozenset(
    {ReasonKind.NUMBER, ReasonKind.DATE, ReasonKind.NAME, ReasonKind.NEGATION, ReasonKind.UNIT, ReasonKind.RATE,
     ReasonKind.REPLACED_WORDS, ReasonKind.SPEAKER, ReasonKind.PERIOD}
)  # fmt: skip
"""Reasons that make a sentence on the same matter contradict the claim."""
_ALIKE = 0.6
"""Minimum similarity to the claim for a sentence to count as a contradiction: it must be on the same matter."""
_LABELS = {"supported": "Supported", "contradicted": "Contradicted", "unsupported": "Not found"}


def compose(asked: Asked, search: Search, numbering: Numbering) -> Composed:
    """Check one claim against the sentences ranked best for it."""
    claim = claim_in(asked.question)
    passages = search.passages(claim, among=asked.articles or None)
    _, evidence, chance = search.rank(claim, passages[: search.ranker.most])
    statement = checked(claim, evidence, search, numbering)
    return Composed(Part(asked, (statement,), confidence=chance), evidence, passages)


def checked(claim: str, evidence: Sequence[Evidence], search: Search, numbering: Numbering) -> Statement:
    """Return the claim as a statement with its verdict, citing the sentence that decides it."""
    given = [citation(each) for each in evidence[:_TRIED]]
    checker = Checker(search.library.embed, given)
    against: tuple[Citation, str | None, ReasonKind | None] | None = None
    vectors = search.library.embed([claim, *(each.sentence for each in given)])
    for each, alike in zip(given, vectors[1:] @ vectors[0], strict=True):
        found = checker.check(claim, [each])
        if found.verdict in SUPPORTED:
            return Statement(claim, (numbering.number(each),), "supported", label=_LABELS["supported"])
        if against is None and found.kind in _AGAINST and alike >= _ALIKE:
            against = each, found.reason, found.kind
    if against:
        cited, reason, kind = against
        number = numbering.number(cited)
        return Statement(claim, (number,), "contradicted", reason, kind, label=_LABELS["contradicted"])
    return Statement(claim, (), "unsupported", label=_LABELS["unsupported"])
