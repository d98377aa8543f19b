"""Hybrid retrieval: BM25 and vector rankings, combined by reciprocal rank fusion."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from index.library import Library
from index.store.articles import Located
from index.text.english import terms
from index.text.numbers import values
from rag.answer import Passage

# Reciprocal rank fusion (Cormack, Clarke and Buettcher, 2009), with a higher weight for BM25: on five question
# sets, plain fusion is worse than BM25 at depth one on three; 10 and 0.5 are worse on none.
_K = 10
WEIGHTS = (1.0, 0.5)
"""The weights of the full-text and vector rankings in the fused ranking."""
DEPTH = 50
_PENDING = 5
_SAME = 0.7
"""Share of the smaller passage's words above which two passages of a story count as repetitions."""

Ranking = Sequence[tuple[str, float]]


class HybridRetriever:
    """Ranks a library's chunks for a question; `weights` overrides the measured default."""

    def __init__(self, library: Library, weights: tuple[float, float] = WEIGHTS) -> None:
        self._library = library
        self._weights = weights

    def passages(self, question: str, limit: int = DEPTH, among: Collection[str] | None = None) -> list[Passage]:
        """Return up to `limit` passages, best first; `among` holds the ids of the articles to search (None: all)."""
        lexical = self._library.full_text.search(question, DEPTH, among)
        dense = self._library.search_vectors(question, DEPTH, among)
        fused = fuse(lexical, dense, self._weights)
        located = self._library.articles.located([chunk_id for chunk_id, _ in fused])
        scores = (dict(lexical), dict(dense) | self._pending(question, located, lexical, dense))
        passages = (_passage(located[key], scores, score) for key, score in fused if key in located)
        return list(islice(_one_voice(passages), limit))

    def _pending(
        self, question: str, located: Mapping[str, Located], lexical: Ranking, dense: Ranking
    ) -> dict[str, float]:
        """Return the similarity of the best full-text results whose vectors are pending."""
        known = dict(dense)
        missing = [key for key, _ in lexical[:_PENDING] if key in located and key not in known]
        if not missing or not self._library.outbox.count():
            return {}
        similarities = self._library.similarities(question, [located[key] for key in missing])
        return dict(zip(missing, similarities, strict=True))


def _one_voice(passages: Iterable[Passage]) -> Iterator[Passage]:
    """Drop passages that repeat a higher-ranked one from another article of the same story."""
    said: dict[str, list[_Said]] = {}
    for passage in passages:
        story = passage.article.story
        if story is None:
            yield passage
            continue
        content = _Said(passage.article.id, set(terms(passage.chunk.text)), values(passage.chunk.text))
        before = said.setdefault(story, [])
        if not any(content.repeats(other) for other in before):
            yield passage
        before.append(content)


class _Said(NamedTuple):
    """The content of an article's passage: its words and numbers."""

    article_id: str
    words: set[str]
    numbers: set[float]

    def repeats(self, other: "_Said") -> bool:
        """Return whether this repeats another article; a number of its own makes a passage new, as in daily reports."""
        if self.article_id == other.article_id or not self.numbers <= other.numbers:
            return False
        return len(self.words & other.words) > _SAME * min(len(self.words), len(other.words))


def _passage(located: Located, scores: tuple[dict[str, float], dict[str, float]], fused: float) -> Passage:
    lexical, dense = (scored.get(located.chunk.id) for scored in scores)
    return Passage(located.chunk, located.article, located.sentences, lexical, dense, fused)


def fuse(lexical: Ranking, dense: Ranking, weights: tuple[float, float] = WEIGHTS) -> list[tuple[str, float]]:
    """Return ids with their weighted sums of 1 / (10 + rank) over both rankings, best first."""
    fused: dict[str, float] = {}
    for weight, ranking in zip(weights, (lexical, dense), strict=True):
        for rank, (key, _) in enumerate(ranking if weight else (), start=1):
            fused[key] = fused.get(key, 0.0) + weight / (_K + rank)
    return sorted(fused.items(), key=lambda item: (-item[1], item[0]))
