"""Computes features of a sentence for a question, and scores sentences by them alone, without the trained reader.

A logistic regression weights five features and the retrieval score. It was fitted on public question sets, each with
equal weight. Sentence vectors are computed for the best `_EMBEDDED` sentences only.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from index.article import Sentence
from index.embedder import Embed
from index.text.english import Kind, asked_kind, asks_for_more, holds_kind, terms, without_asking
from index.text.function_words import without_function_words
from index.text.numbers import amounts, by_value
from index.text.scripts import UNSPACED
from rag.answer import Evidence, Passage
from rag.ranking.mentions import described

_EMBEDDED = 20
# In the order of `sentence_features`, followed by the similarity of the vectors.
_WEIGHTS = (2.56, 1.71, 0.4, 6.72, 1.68, 2.01)
_CONSTANT = -4.82
_HEADLINE = 2.0
_HANGUL = re.compile("[\uac00-\ud7a3]")
_LATIN_END = 0x250
_OTHER_AMOUNT, _OTHER_PEOPLE = 2.0, 2.0


@dataclass(frozen=True)
class QuestionFeatures:
    """A question prepared for comparison: its terms with their weights (idf), the kind of thing asked for, whether it
    asks for more than a fact, its vector, its large numbers, and the sentences about people it does not name."""

    weights: dict[str, float]
    order: tuple[str, ...]
    kind: Kind | None
    wants_more: bool
    vector: np.ndarray
    amounts: frozenset[float] = frozenset()
    about_others: frozenset[tuple[str, int]] = frozenset()

    @property
    def total(self) -> float:
        """The sum of the weights of all terms; 1 for a question without terms."""
        return sum(self.weights.values()) or 1.0

    def is_about_others(self, passage: Passage, sentence: Sentence) -> bool:
        """Return whether a sentence is about other people than the question."""
        return (passage.article.id, sentence.start) in self.about_others

    def deduction(self, passage: Passage, sentence: Sentence) -> float:
        """Return the penalty for a sentence about other people or other large numbers than the question."""
        found = amounts(passage.text_of(sentence)) if self.amounts else set()
        has_other_amount = bool(found) and not self.amounts & found
        return _OTHER_AMOUNT * has_other_amount + _OTHER_PEOPLE * self.is_about_others(passage, sentence)

    def share(self, found: set[str]) -> float:
        """Return the weighted share, 0 to 1, of the question's terms that are in `found`."""
        return sum(weight for term, weight in self.weights.items() if term in found) / self.total


def question_features(
    question: str, frequencies: Callable[[Sequence[str]], dict[str, int]], chunks: int, vector: np.ndarray
) -> QuestionFeatures:
    """Return the features of a question; idf as in BM25 (Robertson and Zaragoza, 2009), never negative."""
    order = tuple(dict.fromkeys(compared(without_function_words(without_asking(question)))))
    counted = frequencies(order)
    weights = {term: math.log(1 + (chunks - counted[term] + 0.5) / (counted[term] + 0.5)) for term in order}
    kind, more = asked_kind(question), asks_for_more(question)
    return QuestionFeatures(weights, order, kind, more, vector, frozenset(amounts(question)))


def compared(text: str) -> list[str]:
    """Return the terms of a text in the form used for comparison: numbers by value, and words in non-Latin alphabets,
    for which there is no stemmer, as n-grams of two or three letters."""
    return [piece for term in terms(by_value(text)) for piece in _pieces(term)]


def _pieces(term: str) -> list[str]:
    if not term or ord(term[0]) < _LATIN_END or UNSPACED.match(term):
        return [term]
    size = 2 if _HANGUL.match(term) else 3
    return [term[at : at + size] for at in range(max(len(term) - size + 1, 1))]


def score_sentences(question: QuestionFeatures, passages: Sequence[Passage], embed: Embed) -> list[Evidence]:
    """Return the sentences of the passages, best first, with `relevance` from 0 to 1."""
    if not passages:
        return []
    rows = [(passage, sentence) for passage in passages for sentence in passage.sentences]
    found = np.array([row for passage in passages for row in sentence_features(question, passage, passages[0].fused)])
    similarity = found[:, -1].copy()
    first = np.argsort(-_linear(found, similarity), kind="stable")[:_EMBEDDED]
    vectors = embed([passage.text_of(sentence) for passage, sentence in (rows[index] for index in first)])
    similarity[first] = vectors @ question.vector
    less = [_HEADLINE * is_headline(*row) + question.deduction(*row) for row in rows]
    return _ranked(rows, _linear(found, similarity) - np.array(less))


def is_headline(passage: Passage, sentence: Sentence) -> bool:
    """Return whether a sentence is the article's headline, which only announces what the sentences below it say."""
    return passage.text_of(sentence).strip("#* ") == passage.article.title


def sentence_features(question: QuestionFeatures, passage: Passage, best: float) -> list[tuple[float, ...]]:
    """Return, for each sentence: share of terms found (title included), word pairs found, kind, retrieval, vector."""
    title = set(compared(passage.article.title))
    retrieval = math.log(passage.fused / best)
    texts = [passage.text_of(sentence) for sentence in passage.sentences]
    # a bare surname also counts as what its introduction says about the person
    known = [
        set() if question.is_about_others(passage, sentence) else title | set(compared(described(texts, index)))
        for index, sentence in enumerate(passage.sentences)
    ]
    return [
        (*_words_held(question, text, held), retrieval, passage.dense or 0.0)
        for text, held in zip(texts, known, strict=True)
    ]


def _words_held(question: QuestionFeatures, text: str, known: set[str]) -> tuple[float, float, float]:
    words = compared(text)
    pairs = set(pairwise(question.order))
    paired = sum(pair in pairs for pair in pairwise(words)) / max(len(question.order), 1)
    kind = 0.0 if question.kind is None else 1.0 if holds_kind(text, question.kind) else -1.0
    return question.share(set(words) | known), paired, kind


def _linear(found: np.ndarray, similarity: np.ndarray) -> np.ndarray:
    scores: np.ndarray = np.column_stack([found, similarity]) @ np.array(_WEIGHTS) + _CONSTANT
    return scores


def _ranked(rows: list[tuple[Passage, Sentence]], scores: np.ndarray) -> list[Evidence]:
    chances = 1 / (1 + np.exp(-scores))
    order = np.argsort(-scores, kind="stable")
    return [Evidence(rows[index][1], rows[index][0], float(chances[index])) for index in order]
