"""Finds the subject of a question: what it is about, without the words that only ask.

A logistic regression over the vector of each word in its context tells the words of the subject from the others
("articles", "timeline", "in the order in which they took place"). It is trained on our own questions
(`rag.training.subject_words`), so that it depends on form and not on the matters that people ask about.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

import numpy as np

from index.embedder import token_vectors
from index.text.english import STOP_WORDS

WEIGHTS = "weights/subject_words.npz"
WORD = re.compile(r"[^\W_]++(?:['’-][^\W_]++)*+")
_SURE, _BESIDE = 0.5, 0.2
"""Minimum chance of a word of the subject, and of a word next to one."""
_CACHED = 256


@lru_cache(_CACHED)
def subject_of(question: str) -> str:
    """Return a question's subject: the text from its first to its last word of the subject; '' if it has none."""
    coefficients, constant = _weights()
    found = [(match, 1 / (1 + np.exp(-vector @ coefficients - constant))) for match, vector in content_words(question)]
    sure = [place for place, (_, chance) in enumerate(found) if chance >= _SURE]
    if not sure:
        return ""
    first, last = sure[0], sure[-1]
    while first and found[first - 1][1] >= _BESIDE:
        first -= 1
    while last + 1 < len(found) and found[last + 1][1] >= _BESIDE:
        last += 1
    return question[found[first][0].start() : found[last][0].end()]


@lru_cache(1)
def _weights() -> tuple[np.ndarray, float]:
    with (files("rag.understanding") / WEIGHTS).open("rb") as file, np.load(file) as kept:
        return kept["coefficients"].astype(np.float32), float(kept["constant"])


def content_words(question: str) -> Iterator[tuple[re.Match[str], np.ndarray]]:
    """Yield each word of a question that is no stop word, with its vector: the mean of those of its tokens."""
    offsets, vectors = token_vectors(question)
    for match in WORD.finditer(question):
        inside = [place for place, (start, end) in enumerate(offsets) if start < match.end() and end > match.start()]
        if inside and match[0].lower() not in STOP_WORDS:
            yield match, vectors[inside].mean(axis=0)
