"""Aligns a statement with the sentence it copies, and finds the words that were replaced.

A thorough paraphrase cannot be compared in this way; a copy with a word or two changed can: those words are the error.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from index.embedder import Embed
from index.text.english import terms
from index.text.numbers import values
from rag.checking.opposites import are_opposite

_COPIED = 0.6
"""Share of matching words in order (Ratcliff and Obershelp, 1988) from which a statement counts as a copy."""
_SIMILAR = 0.3
"""Cosine similarity below which replacing words changes the meaning."""
_WORD = re.compile(r"\d[\d,.:]*\d|[\w’'-]+")
_NAME = re.compile(r"[A-Z][\w’'-]*[a-z]")
_PRONOUNS = frozenset("he she it they his her its their them him this that these those who which there".split())


class Replaced(NamedTuple):
    """Words of a statement, and the words of the sentence that they replace."""

    said: list[str]
    original: list[str]


def replaced_words(statement: str, cited: Sequence[str], embed: Embed) -> Iterator[str]:
    """Yield the words of a near-copy that replace words with another meaning."""
    for pair in _replaced(statement, cited):
        said, original = " ".join(pair.said), " ".join(pair.original)
        if _is_other_thing(pair) or _is_dissimilar(said, original, embed):
            yield said


def _replaced(statement: str, cited: Sequence[str]) -> Iterator[Replaced]:
    """Yield the replacements in the sentence that is copied, if any; words that only moved do not count."""
    said = _WORD.findall(statement)
    matchers = [
        (SequenceMatcher(None, _stems(said), _stems(source), autojunk=False), source) for source in _words(cited)
    ]
    matcher, source = max(matchers, key=lambda each: each[0].ratio())
    if matcher.ratio() < _COPIED:
        return
    for change, i, j, k, m in matcher.get_opcodes():
        if change == "replace" and _stands_alone(said[i:j], source) and _stands_alone(source[k:m], said):
            yield Replaced(said[i:j], source[k:m])


def _words(cited: Sequence[str]) -> list[list[str]]:
    return [_WORD.findall(text) for text in cited]


def _stems(words: Sequence[str]) -> list[str]:
    return [(terms(word) or [word.lower()])[0] for word in words]


def _stands_alone(words: Sequence[str], others: Sequence[str]) -> bool:
    """Return whether words occur only here; names and numbers may recur elsewhere: "one third" and "two thirds"."""
    if any(_NAME.match(word) or values(word) for word in words):
        return True
    return not set(terms(" ".join(words))) & set(_stems(others)) or len(words) == 1


def _is_other_thing(pair: Replaced) -> bool:
    """Return whether a name, a number or one of two opposites was replaced by another."""
    if any(are_opposite(one, other) for one in pair.said for other in pair.original):
        return True
    said, original = (values(" ".join(words)) for words in pair)
    names = [{word for word in words if _NAME.match(word) and terms(word)} for words in pair]
    return bool(said and original and not said & original) or bool(names[0] and names[1] and not names[0] & names[1])


def _is_dissimilar(said: str, original: str, embed: Embed) -> bool:
    held = terms(said), terms(original)
    if not all(held) or any(word.lower() in _PRONOUNS for word in original.split()):
        return False
    one, other = embed([said, original])
    return float(one @ other) < _SIMILAR
