"""How likely it is that the articles answer a question, without a trained reader."""

import math
from collections.abc import Sequence

from rag.answer import Evidence, Passage
from rag.likeness import Asked
from rag.words import terms

_WEIGHTS = {"best": 0.5, "held": 2.0, "near": 1.0}
_CONSTANT = -2.0


def confidence(question: Asked, evidence: Sequence[Evidence], passages: Sequence[Passage]) -> float:
    """Return the chance, 0 to 1, that the best evidence answers the question."""
    if not evidence:
        return 0.0
    best = evidence[0]
    held = question.share(set(terms(best.passage.chunk.text)) | set(terms(best.passage.article.title)))
    near = max(passage.dense or 0.0 for passage in passages)
    score = _WEIGHTS["best"] * _logit(best.relevance) + _WEIGHTS["held"] * held + _WEIGHTS["near"] * near
    return 1 / (1 + math.exp(-(score + _CONSTANT)))


def _logit(chance: float) -> float:
    bounded = min(max(chance, 1e-6), 1 - 1e-6)
    return math.log(bounded / (1 - bounded))
