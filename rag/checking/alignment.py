"""A statement laid beside the sentence it copies: which words stand in the place of which.

What rewords a whole sentence cannot be compared so; what copies it but for a word or two can: that word is the fault.
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
"""Share of words in order (Ratcliff and Obershelp, 1988) from which a statement is a copy of a sentence."""
_SIMILAR = 0.3
"""Similarity of the vectors below which words in each other's place mean different things."""
_WORD = re.compile(r"\d[\d,.:]*\d|[\w’'-]+")
_NAME = re.compile(r"[A-Z][\w’'-]*[a-z]")
_PRONOUNS = frozenset("he she it they his her its their them him this that these those who which there".split())


class Replaced(NamedTuple):
    """Words of a statement and those of the sentence that stand in their place."""

    said: list[str]
    told: list[str]


def replaced_words(statement: str, cited: Sequence[str], embed: Embed) -> Iterator[str]:
    """Yield the words that a copied sentence has in place of others that mean something else."""
    for found in _replaced(statement, cited):
        said, told = " ".join(found.said), " ".join(found.told)
        if _is_other_thing(found) or _is_dissimilar(said, told, embed):
            yield said


def _replaced(statement: str, cited: Sequence[str]) -> Iterator[Replaced]:
    """Yield what was replaced in the sentence that is copied, if one is; what only moved was not."""
    said = _WORD.findall(statement)
    matchers = [(SequenceMatcher(None, _stems(said), _stems(told), autojunk=False), told) for told in _words(cited)]
    matcher, told = max(matchers, key=lambda each: each[0].ratio())
    if matcher.ratio() < _COPIED:
        return
    for change, i, j, k, m in matcher.get_opcodes():
        if change == "replace" and _stands_alone(said[i:j], told) and _stands_alone(told[k:m], said):
            yield Replaced(said[i:j], told[k:m])


def _words(cited: Sequence[str]) -> list[list[str]]:
    return [_WORD.findall(text) for text in cited]


def _stems(words: Sequence[str]) -> list[str]:
    return [(terms(word) or [word.lower()])[0] for word in words]


def _stands_alone(words: Sequence[str], others: Sequence[str]) -> bool:
    """Names, numbers and words with an opposite may well stand elsewhere too: "one third" and "two thirds"."""
    if any(_NAME.match(word) or values(word) for word in words):
        return True
    return not set(terms(" ".join(words))) & set(_stems(others)) or len(words) == 1


def _is_other_thing(found: Replaced) -> bool:
    """Tell whether a name, a number or one of two opposites was put in place of another."""
    if any(are_opposite(one, other) for one in found.said for other in found.told):
        return True
    said, told = (values(" ".join(words)) for words in found)
    names = [{word for word in words if _NAME.match(word) and terms(word)} for words in found]
    return bool(said and told and not said & told) or bool(names[0] and names[1] and not names[0] & names[1])


def _is_dissimilar(said: str, told: str, embed: Embed) -> bool:
    held = terms(said), terms(told)
    if not all(held) or any(word.lower() in _PRONOUNS for word in told.split()):
        return False
    one, other = embed([said, told])
    return float(one @ other) < _SIMILAR
