"""Evidence in another language than the question: found by the names and numbers that both have.

Other words cannot match, and neither the reader nor the embedder was made for it. So only sentences that hold every
name and number of the question count, the likeliest by their vectors first.
"""

import re
from collections.abc import Iterator, Sequence

import numpy as np

from index.article import Sentence
from index.embedder import Embed
from index.text.english import terms
from index.text.language import chance_of, language
from rag.answer import Evidence, Passage
from rag.ranking.features import is_headline

_NAME = re.compile(r"(?<!^)\b(?:[A-Z][\w’'-]+|\d[\d.,:]*\d|\d)", re.MULTILINE)
_RELEVANCE = 0.3
"""Given to all: above the threshold, below what a sentence of the question's own language is given that answers."""

_SPOKEN = 0.1
"""Chance of the passage's language above which the question may be in it too: names alone make it doubtful."""


def cross_lingual_evidence(
    question: str, passages: Sequence[Passage], vector: np.ndarray, embed: Embed
) -> list[Evidence]:
    """Return the sentences in other languages that hold all names of the question, best first; often none."""
    names = set(terms(" ".join(_NAME.findall(question))))
    found = [row for passage in passages if names for row in _holding(names, passage, question)]
    if not found:
        return []
    similarity = embed([passage.text_of(sentence) for passage, sentence in found]) @ vector
    order = np.argsort(-similarity, kind="stable")
    return [Evidence(found[index][1], found[index][0], _RELEVANCE) for index in order]


def _holding(names: set[str], passage: Passage, question: str) -> Iterator[tuple[Passage, Sentence]]:
    if names - set(terms(f"{passage.article.title} {passage.chunk.text}")):
        return
    spoken = language(passage.chunk.text)
    if spoken is None or chance_of(question, spoken) > _SPOKEN:
        return
    for sentence in passage.sentences:
        if not names - set(terms(passage.text_of(sentence))) and not is_headline(passage, sentence):
            yield passage, sentence
