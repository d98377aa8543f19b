"""Metrics of the ranked chunks against those that contain gold quotes, computed with `ir-measures`."""

import re
from collections.abc import Iterable, Sequence

from eval.metrics.words import Span, quoted_golds
from eval.sets.questions import Gold, Question
from index.library import Library

DEPTHS = (1, 5, 10, 50)
"""Depths at which the recall of retrieved chunks is measured."""

NAMED = {**{f"R@{depth}": f"recall@{depth}" for depth in DEPTHS}, "RR": "mrr", "nDCG@10": "ndcg@10", "AP": "map"}
"""Names of the measures in `ir-measures`, and of our figures."""


def retrieval(ranked: Sequence[Span], gold: Iterable[Span]) -> dict[str, float | None]:
    """Return recall@k, reciprocal rank, nDCG@10 and average precision of ranked chunks; None if no chunk is gold.

    recall@k is the share of gold chunks among the first k; the mean reciprocal rank is the MRR (Voorhees, 1999), the
    mean of average precision the MAP; nDCG with binary gain (Järvelin and Kekäläinen, 2002). All are trec_eval's own
    through `ir-measures` (MacAvaney et al., 2022).
    """
    import ir_measures

    wanted = {repr(tuple(chunk)): 1 for chunk in gold}
    if not wanted:
        return dict.fromkeys(NAMED.values())
    places = {repr(tuple(chunk)): -float(rank) for rank, chunk in reversed(list(enumerate(ranked, start=1)))}
    measures = [ir_measures.parse_measure(name) for name in NAMED]
    scores = ir_measures.calc_aggregate(measures, {"": wanted}, {"": places})
    return {NAMED[str(measure)]: float(value) for measure, value in scores.items()}


def gold_chunks(ranked: Sequence[Span], question: Question, library: Library) -> tuple[set[Span], int]:
    """Return the chunks that contain the question's gold quotes, and how many quotes the library does not contain.

    Each quote has one gold chunk: among those that contain at least half of its characters (or, if it is too long for
    that, the most) at any place where it occurs, the one ranked best, or else the first. A quote that the library
    does not contain counts as a chunk that is never found.
    """
    chunks: set[Span] = set()
    lost = 0
    for number, gold in enumerate(quoted_golds(question.evidence)):
        article = library.articles.get(gold.article_id)
        holding = holders(_chunks(gold.article_id, library), locate(gold, article.text if article else ""))
        lost += not holding
        chunks.add(next((chunk for chunk in [*ranked, *holding] if chunk in holding), Span("", number, number)))
    return chunks, lost


def holders(chunks: Sequence[Span], places: Sequence[Span]) -> list[Span]:
    """Return the chunks that contain at least half of a quote at one of its places, or else the most of it."""
    held = {chunk: max(_shared(chunk, place) for place in places) for chunk in chunks} if places else {}
    enough = min(max(held.values(), default=0.0), 0.5)
    return [chunk for chunk, share in held.items() if share >= enough > 0]


def locate(gold: Gold, text: str) -> list[Span]:
    """Return every place in the article's text where the quote occurs, ignoring white space."""
    pattern = r"\s+".join(re.escape(word) for word in gold.quote.split())
    if not pattern:
        return []
    return [Span(gold.article_id, *match.span()) for match in re.finditer(pattern, text)]


def _shared(chunk: Span, place: Span) -> float:
    """Return the share of the place's characters that the chunk contains."""
    if chunk.article_id != place.article_id:
        return 0.0
    return max(0, min(chunk.end, place.end) - max(chunk.start, place.start)) / (place.end - place.start)


def _chunks(article_id: str, library: Library) -> list[Span]:
    sentences = library.articles.sentences(article_id)
    chunks = library.articles.chunks(article_id)
    return [Span(article_id, sentences[chunk.first].start, sentences[chunk.last].end) for chunk in chunks]
