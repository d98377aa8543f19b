"""How likely it is that the best evidence answers a question: what the engine compares with its threshold.

Two logistic regressions, one where the reader read and one without it, fitted on public question sets: answerable
and unanswerable questions, each set counting the same; right is a best sentence that is gold.
"""

import math
from collections.abc import Sequence

from rag.answer import Evidence, Passage
from rag.ranking.features import QuestionFeatures, compared

_RELEVANCE, _NEAREST, _CONSTANT = 0.958, 1.329, -0.783
_IN_SENTENCE, _IN_CHUNK, _NEAREST_UNREAD, _CONSTANT_UNREAD = 1.642, 0.497, 4.069, -4.863
_HELD, _CONSTANT_BY_WORDS = 8.0, -6.6
"""Set on the open half of eval/sample/languages: one that holds six tenths of a question's words is just answered."""
_SURE = 1e-6


def confidence(evidence: Sequence[Evidence], passages: Sequence[Passage]) -> float:
    """Return the chance, 0 to 1, that the best evidence answers, from what the reader says about it."""
    if not evidence:
        return 0.0
    relevance = min(max(evidence[0].relevance, _SURE), 1 - _SURE)
    return _chance(_RELEVANCE * math.log(relevance / (1 - relevance)) + _NEAREST * _nearest(passages) + _CONSTANT)


def confidence_unread(question: QuestionFeatures, evidence: Sequence[Evidence], passages: Sequence[Passage]) -> float:
    """Return the same chance where no reader read: from the question's words that the best sentence holds."""
    if not evidence:
        return 0.0
    best = evidence[0]
    title = set(compared(best.passage.article.title))
    in_sentence = question.share(title | set(compared(best.text)))
    in_chunk = question.share(title | set(compared(best.passage.chunk.text)))
    held = _IN_SENTENCE * in_sentence + _IN_CHUNK * in_chunk
    return _chance(held + _NEAREST_UNREAD * _nearest(passages) + _CONSTANT_UNREAD)


def confidence_by_words(question: QuestionFeatures, evidence: Sequence[Evidence]) -> float:
    """Return the same chance for other alphabets, whose sentences have no vectors that mean anything."""
    if not evidence:
        return 0.0
    held = set(compared(evidence[0].passage.article.title)) | set(compared(evidence[0].text))
    return _chance(_HELD * question.share(held) + _CONSTANT_BY_WORDS)


def _nearest(passages: Sequence[Passage]) -> float:
    return max(passage.dense or 0.0 for passage in passages)


def _chance(score: float) -> float:
    return 1 / (1 + math.exp(-score))
