"""Answers the parts of a question one by one and combines them into one answer with shared citation numbers."""

from collections.abc import Mapping

from rag.answer import Answer, Asked, Kind, Request, not_cited
from rag.composing import claim, comparison, fact, library, smalltalk, summary, timeline
from rag.composing import list as lists
from rag.composing.citations import Numbering
from rag.composing.search import Composed, Composer, Search
from rag.refusals import respelled_as

COMPOSERS: Mapping[Kind, Composer] = {
    Kind.FACT: fact.compose,
    Kind.LIST: lists.compose,
    Kind.SUMMARY: summary.compose,
    Kind.TIMELINE: timeline.compose,
    Kind.COMPARISON: comparison.compose,
    Kind.LIBRARY: library.compose,
    Kind.SMALLTALK: smalltalk.compose,
    Kind.CLAIM: claim.compose,
}


_EVIDENCE_KEPT = 10


def compose(request: Request, search: Search) -> tuple[Answer, list[Composed]]:
    """Answer each part according to its kind, or as a fact if that finds nothing; return the answer and its parts."""
    numbering = Numbering()
    composed = [_composed(asked, search, numbering) for asked in request.parts]
    parts = tuple(each.part for each in composed)
    answered = [part for part in parts if not part.refusal]
    read = [passage for each in composed for passage in each.passages[: search.ranker.most]]
    return Answer(
        request=request,
        statements=tuple(statement for part in parts for statement in part.statements),
        citations=numbering.citations,
        evidence=tuple(evidence for each in composed for evidence in each.evidence[: _EVIDENCE_KEPT // len(parts)]),
        refusal=None if answered else parts[0].refusal,
        confidence=min((part.confidence for part in answered), default=parts[0].confidence),
        also_read=not_cited(read, numbering.citations),
        seconds=0.0,
        notices=(*search.ranker.notices, *([respelled_as(request.respelled)] if request.respelled else ())),
        parts=parts,
        articles=tuple(article for each in composed for article in each.articles),
        more=tuple(question for each in composed for question in each.more),
    ), composed


def _composed(asked: Asked, search: Search, numbering: Numbering) -> Composed:
    return COMPOSERS[asked.kind](asked, search, numbering) or fact.compose(asked, search, numbering)
