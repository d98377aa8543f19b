"""Classifies a question by the kind of answer it asks for.

A logistic regression over the question's vector, words and word pairs, trained on our own questions
(`rag.training.kind`).
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise

import numpy as np

from index.text.english import ARTICLE_NOUN, asked_kind
from rag.answer import Kind

WEIGHTS = "weights/kind.npz"
_SURE, _SURELY = 0.6, 0.75
"""Minimum chance of a kind other than fact, and of small talk; in doubt, a question is answered as a fact."""
_LATIN_END = 0x250
_GREETING = 2
"""Maximum words of a greeting, which need not be in the model: "hi there", "gracias"."""
_WORD = re.compile(r"[^\W_]++(?:['’][^\W_]++)?")
_ARTICLE = re.compile(rf"{ARTICLE_NOUN}s?")
_CLAIM = re.compile(r" ?(?:check|verify|fact[- ]?check) ?(?:this|that)? ?[:–—-] ?(?=\S)", re.IGNORECASE)


@dataclass(frozen=True)
class KindModel:
    """The trained weights: words and word pairs used as features, and a row for each kind."""

    kinds: tuple[Kind, ...]
    features: dict[str, int]
    coefficients: np.ndarray
    constants: np.ndarray


@lru_cache(1)
def kind_model() -> KindModel:
    """Return the shipped weights."""
    with (files("rag.understanding") / WEIGHTS).open("rb") as file, np.load(file) as kept:
        features = {str(name): number for number, name in enumerate(kept["features"])}
        kinds = tuple(Kind(str(name)) for name in kept["kinds"])
        return KindModel(kinds, features, kept["coefficients"].astype(np.float32), kept["constants"])


def kind_of(question: str, vector: np.ndarray) -> Kind:
    """Return the kind of a standalone question; `vector` is its embedding, by its words alone if not by MiniLM."""
    if _CLAIM.match(question):
        return Kind.CLAIM
    model = kind_model()
    held = np.zeros(len(model.features), np.float32)
    held[[model.features[name] for name in word_features(question) if name in model.features]] = 1
    of_vector = np.zeros(model.coefficients.shape[1] - len(held), np.float32)
    if len(vector) == len(of_vector):
        of_vector = vector
    scores = model.coefficients @ np.concatenate([of_vector, held]) + model.constants
    chances = np.exp(scores - scores.max())
    best = int(chances.argmax())
    kind, chance = model.kinds[best], chances[best] / chances.sum()
    is_sure = chance >= (_SURELY if kind is Kind.SMALLTALK else _SURE)
    return kind if is_sure and _is_plain(question, kind, model) else Kind.FACT


def _is_plain(question: str, kind: Kind, model: KindModel) -> bool:
    """Return whether the classifier knows enough of the words; if not, they are keywords or another language."""
    words = [word.lower() for word in _WORD.findall(question)]
    if kind is Kind.SMALLTALK and len(words) <= _GREETING:
        return all(ord(char) < _LATIN_END for char in question if char.isalpha())
    return 3 * sum(word in model.features for word in words) >= len(words)


def word_features(question: str) -> set[str]:
    """Return the words and word pairs of a question, with its start and end marked, and a feature for its length."""
    words = ["^", *(word.lower().replace("’", "'") for word in _WORD.findall(question)), question.strip()[-1:]]
    return {*words, *(f"{one} {other}" for one, other in pairwise(words))} | ({f"#{len(words) // 4}"})


def claim_in(question: str) -> str:
    """Return the statement to check, without the words that ask for the check."""
    quoted = re.search(r"[“\"]([^“”\"]{8,500})[”\"]", question)
    if quoted:
        return quoted[1].strip()
    _, colon, rest = question.partition(":")
    if colon and len(rest.split()) > 2:
        return rest.strip()
    bare = question[found.end() :] if (found := _CLAIM.match(question)) else question
    that = re.match(r".{0,60}?\b(?:that|whether|if) (?=\S)", bare)
    return (bare[that.end() :] if that and not asked_kind(bare) else bare).strip().rstrip("?").strip()
