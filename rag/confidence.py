"""How likely it is that the articles answer a question, without a trained reader.

A logistic regression over three signs, fitted on public question sets: answerable and unanswerable questions,
and questions of one set asked of another's articles; each kind in each set counts the same.
"""

import math
from collections.abc import Sequence

from rag.answer import Evidence, Passage
from rag.likeness import Asked
from rag.words import terms

_IN_SENTENCE, _IN_CHUNK, _NEAREST, _CONSTANT = 2.74, 0.83, 6.79, -5.68


def confidence(question: Asked, evidence: Sequence[Evidence], passages: Sequence[Passage]) -> float:
    """Return the chance, 0 to 1, that the best evidence answers the question."""
    if not evidence:
        return 0.0
    best = evidence[0]
    title = set(terms(best.passage.article.title))
    in_sentence = question.share(title | set(terms(best.text)))
    in_chunk = question.share(title | set(terms(best.passage.chunk.text)))
    nearest = max(passage.dense or 0.0 for passage in passages)
    score = _IN_SENTENCE * in_sentence + _IN_CHUNK * in_chunk + _NEAREST * nearest + _CONSTANT
    return 1 / (1 + math.exp(-score))
