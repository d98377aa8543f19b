"""Replaces misspelt words in a question with the nearest words of the library's own vocabulary.

A word counts as misspelt if it is neither in the library nor in English (the tokenizer's whole words). The nearest
words differ by one letter added, left out, changed or swapped with the next one (optimal string alignment distance);
by up to two in long words.
"""

import re
from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from index.embedder import tokenizer
from index.library import Library
from index.text.english import STOP_WORDS, terms
from index.text.language import chance_of

_WORD = re.compile(r"[^\W\d_]{3,}")
_QUOTED = re.compile(r"[\"“«].*?[\"”»]")
_SHORTEST, _LONG = 4, 8
"""Minimum letters of a word that may be respelt, and of one that may have two mistakes."""
_MOST = 6
"""Maximum unknown words in a question; one with more is not merely misspelt."""
_SPOKEN = 0.02
"""Minimum chance of a word's language for the question; even short, misspelt questions reach 0.05."""


class Respelling(NamedTuple):
    """The question as searched, and the pairs of misspelt words and their replacements."""

    text: str
    replaced: tuple[tuple[str, str], ...]


class _Near(NamedTuple):
    """A term of the library that a word may mean; sorts by likelihood."""

    distance: int
    stands_apart: bool
    rarity: int
    term: str


def respelled(question: str, library: Library) -> Respelling:
    """Return the question with misspelt words replaced."""
    text = question
    replaced: list[tuple[str, str]] = []
    for match in reversed(list(_misspelt(question, library))):
        word = _function_word(match[0], text) or _in_library(match, text, library)
        if word:
            text = text[: match.start()] + word + text[match.end() :]
            if word not in STOP_WORDS:
                replaced.insert(0, (match[0], word))
    return Respelling(text, tuple(dict.fromkeys(replaced)))


def _misspelt(question: str, library: Library) -> list[re.Match[str]]:
    quoted = [match.span() for match in _QUOTED.finditer(question)]
    words = [match for match in _WORD.finditer(question) if not any(s <= match.start() < e for s, e in quoted)]
    unknown = [match for match in words if _is_unknown(match[0], question, library)]
    return unknown if len(unknown) <= _MOST else []


def _is_unknown(word: str, question: str, library: Library) -> bool:
    stems = terms(word)
    is_abbreviation = word.isupper() and not question.isupper()
    if len(stems) != 1 or is_abbreviation or word.lower() in _english():
        return False
    return not library.full_text.frequencies(stems)[stems[0]]


def _function_word(word: str, question: str) -> str | None:
    """Return the intended function word, as for "waht" or "wich"; prefers longer ones, as letters are often omitted."""
    is_name = word[:1].isupper() and not question.isupper() and not question.startswith(word)
    if is_name or chance_of(question.lower(), "en") < _SPOKEN:
        return None
    near = extract(word.lower(), STOP_WORDS, scorer=OSA.distance, score_cutoff=1, limit=None)
    found = [found for found, _, _ in near if found[0] == word[0].lower() and len(found) >= _SHORTEST - 1]
    return max(found, key=lambda meant: (len(meant), meant), default=None)


def _in_library(match: re.Match[str], question: str, library: Library) -> str | None:
    """Return the intended word from the library, as spelt in an article; None if there is none."""
    word, others = match[0].lower(), terms(f"{question[: match.start()]} . {question[match.end() :]}")
    if len(word) < _SHORTEST:
        return None
    full_text = library.full_text
    for beginnings in ({word[:2], word[1::-1], word[0] + word[2]}, {word[0]}):
        known = {term: count for start in beginnings for term, count in full_text.terms_from(start)}
        found = [
            _Near(distance, not full_text.stand_near(term, others), -known[term], term)
            for term, distance in _near(word, list(known))
        ]
        for near in sorted(found):
            shown, language = full_text.shown(near.term, word)
            if shown and (language is None or chance_of(question.lower(), language) >= _SPOKEN):
                return shown
    return None


def _near(word: str, known: Collection[str]) -> list[tuple[str, int]]:
    """Return the few terms nearest to a word or its stem, with their distances."""
    found: dict[str, int] = {}
    for form in {word, terms(word)[0]}:
        most = 1 if len(form) < _LONG else 2
        for term, distance, _ in extract(form, known, scorer=OSA.distance, score_cutoff=most, limit=_MOST):
            if len(term) >= _SHORTEST - 1:
                found[term] = min(int(distance), found.get(term, most))
    return list(found.items())


@lru_cache
def _english() -> frozenset[str]:
    """Return the words that are single tokens: the most frequent ones, about 30,000."""
    return frozenset(word for word in tokenizer().get_vocab() if word.isalpha())
