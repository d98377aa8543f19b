"""Measures of the ranked chunks against those that hold gold quotes, by `ir-measures`."""

import re
from collections.abc import Iterable, Sequence

from eval.metrics.words import Span, quoted_golds
from eval.sets.questions import Gold, Question
from index.library import Library

DEPTHS = (1, 5, 10, 50)
"""Depths at which the recall of retrieved chunks is measured."""

NAMED = {**{f"R@{depth}": f"recall@{depth}" for depth in DEPTHS}, "RR": "mrr", "nDCG@10": "ndcg@10", "AP": "map"}
"""The measures as `ir-measures` names them, and the names of our figures."""


def retrieval(ranked: Sequence[Span], gold: Iterable[Span]) -> dict[str, float | None]:
    """Return recall@k, reciprocal rank, nDCG@10 and average precision of ranked chunks; None where none is gold.

    recall@k is the share of gold chunks among the first k; their mean reciprocal rank is the MRR (Voorhees, 1999), the
    mean of average precision the MAP; nDCG with binary gain (Järvelin and Kekäläinen, 2002). All are trec_eval's own
    through `ir-measures` (MacAvaney et al., 2022).
    """
    import ir_measures

    wanted = {repr(tuple(chunk)): 1 for chunk in gold}
    if not wanted:
        return dict.fromkeys(NAMED.values())
    places = {repr(tuple(chunk)): -float(rank) for rank, chunk in reversed(list(enumerate(ranked, start=1)))}
    measures = [ir_measures.parse_measure(name) for name in NAMED]
    found = ir_measures.calc_aggregate(measures, {"": wanted}, {"": places})
    return {NAMED[str(measure)]: float(value) for measure, value in found.items()}


def gold_chunks(ranked: Sequence[Span], question: Question, library: Library) -> tuple[set[Span], int]:
    """Return the chunks of the library that hold the question's gold quotes, and how many quotes it does not hold.

    A quote has one chunk: of those that hold at least half of its characters (or, where it is so long that none does,
    the most of them), in any place where it stands, the one ranked best, or the first. A quote that the library does
    not hold is a chunk that is never found.
    """
    found: set[Span] = set()
    lost = 0
    for number, gold in enumerate(quoted_golds(question.evidence)):
        article = library.articles.get(gold.article_id)
        holding = holders(_chunks(gold.article_id, library), locate(gold, article.text if article else ""))
        lost += not holding
        found.add(next((chunk for chunk in [*ranked, *holding] if chunk in holding), Span("", number, number)))
    return found, lost


def holders(chunks: Sequence[Span], places: Sequence[Span]) -> list[Span]:
    """Return the chunks that hold at least half of a quote at one of its places, or else the most of it."""
    held = {chunk: max(_shared(chunk, place) for place in places) for chunk in chunks} if places else {}
    enough = min(max(held.values(), default=0.0), 0.5)
    return [chunk for chunk, share in held.items() if share >= enough > 0]


def locate(gold: Gold, text: str) -> list[Span]:
    """Return every place in the article's text where the quote stands, white space aside."""
    pattern = r"\s+".join(re.escape(word) for word in gold.quote.split())
    if not pattern:
        return []
    return [Span(gold.article_id, *match.span()) for match in re.finditer(pattern, text)]


def _shared(chunk: Span, place: Span) -> float:
    """Return the share of the place's characters that the chunk holds."""
    if chunk.article_id != place.article_id:
        return 0.0
    return max(0, min(chunk.end, place.end) - max(chunk.start, place.start)) / (place.end - place.start)


def _chunks(article_id: str, library: Library) -> list[Span]:
    sentences = library.articles.sentences(article_id)
    chunks = library.articles.chunks(article_id)
    return [Span(article_id, sentences[chunk.first].start, sentences[chunk.last].end) for chunk in chunks]
