"""Ranks sentences with the trained reader: its margin and logit, combined with the retrieval features.

The weights were fitted on public question sets, each with equal weight: first for the order of a question's sentences
(softmax over them), then a scale and a constant that turn the best score into a probability (Platt, 1999).
"""

from collections.abc import Iterator, Sequence

import numpy as np

from rag.answer import AnswerSpan, Evidence, Passage
from rag.ranking.cross_encoder import Reading
from rag.ranking.features import QuestionFeatures, is_headline, sentence_features

# Margin, answer logit, terms found, retrieval, vector.
_WEIGHTS = (0.128, 0.117, 1.556, 0.927, 0.983)
_CONSTANT = -2.602
_HEADLINE = 0.854
_LOWEST = -12.0  # lower margins carry no further information


def rank_sentences(
    question: QuestionFeatures, passages: Sequence[Passage], readings: Sequence[Reading]
) -> list[Evidence]:
    """Return the sentences of the passages, best first; `relevance` is each one's chance, 0 to 1, of answering."""
    found = [
        evidence
        for passage, reading in zip(passages, readings, strict=True)
        for evidence in _weighted(question, passage, reading, passages[0].fused)
    ]
    return sorted(found, key=lambda evidence: -evidence.relevance)


def _weighted(question: QuestionFeatures, passage: Passage, reading: Reading, best: float) -> Iterator[Evidence]:
    held = sentence_features(question, passage, best)
    for sentence, margin, span, (terms, _, _, retrieval, vector) in zip(
        passage.sentences, reading.margins, reading.spans, held, strict=True
    ):
        features = (max(margin, _LOWEST), reading.answers, terms, retrieval, vector)
        score = float(np.dot(_WEIGHTS, features)) + _CONSTANT - _HEADLINE * is_headline(passage, sentence)
        score -= question.deduction(passage, sentence)
        words = None if span is None else AnswerSpan(*span)
        yield Evidence(sentence, passage, 1 / (1 + float(np.exp(-score))), words)
