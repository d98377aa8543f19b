"""Estimates the chance that the best evidence answers a question, which the engine compares with its threshold.

Two logistic regressions, one with the reader and one without it, fitted on answerable and unanswerable questions of
public question sets. Each set has equal weight; an answer is correct if the best sentence is a gold one.
"""

import math
from collections.abc import Sequence

from rag.answer import Evidence, Passage
from rag.ranking.features import QuestionFeatures, compared

_RELEVANCE, _NEAREST, _CONSTANT = 0.958, 1.329, -0.783
_IN_SENTENCE, _IN_CHUNK, _NEAREST_UNREAD, _CONSTANT_UNREAD = 1.642, 0.497, 4.069, -4.863
_HELD, _CONSTANT_BY_WORDS = 8.0, -6.6
"""Set on the open half of eval/sample/languages so that a sentence with 60% of the question's words just passes."""
_SURE = 1e-6


def confidence(evidence: Sequence[Evidence], passages: Sequence[Passage]) -> float:
    """Return the chance, 0 to 1, that the best evidence answers, based on the reader's relevance."""
    if not evidence:
        return 0.0
    relevance = min(max(evidence[0].relevance, _SURE), 1 - _SURE)
    return _chance(_RELEVANCE * math.log(relevance / (1 - relevance)) + _NEAREST * _nearest(passages) + _CONSTANT)


def confidence_unread(question: QuestionFeatures, evidence: Sequence[Evidence], passages: Sequence[Passage]) -> float:
    """Return the same chance without the reader, based on the question's words found in the best sentence."""
    if not evidence:
        return 0.0
    best = evidence[0]
    title = set(compared(best.passage.article.title))
    in_sentence = question.share(title | set(compared(best.text)))
    in_chunk = question.share(title | set(compared(best.passage.chunk.text)))
    held = _IN_SENTENCE * in_sentence + _IN_CHUNK * in_chunk
    return _chance(held + _NEAREST_UNREAD * _nearest(passages) + _CONSTANT_UNREAD)


def confidence_by_words(question: QuestionFeatures, evidence: Sequence[Evidence]) -> float:
    """Return the same chance for non-Latin scripts, for which sentence vectors are meaningless."""
    if not evidence:
        return 0.0
    held = set(compared(evidence[0].passage.article.title)) | set(compared(evidence[0].text))
    return _chance(_HELD * question.share(held) + _CONSTANT_BY_WORDS)


def _nearest(passages: Sequence[Passage]) -> float:
    return max(passage.dense or 0.0 for passage in passages)


def _chance(score: float) -> float:
    return 1 / (1 + math.exp(-score))
