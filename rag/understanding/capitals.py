"""Restores the capitals of names in a question typed in lower case, as names are found by their capitals."""

import re
from collections.abc import Iterator

from index.text.english import STOP_WORDS
from rag.understanding.phrases import PREPOSITIONS

_WORD = re.compile(r"[^\W_]{2,60}+")
_OPENS = re.compile(r"(?:^|[.!?:\n])[\W_]{0,5}$")


def uncapitalised(text: str) -> str:
    """Return a text written all in capitals in lower case, as its capitals do not mark names."""
    return text.lower() if text.isupper() and len(text.split()) > 2 else text


def with_capitals(question: str, spoken: str) -> str:
    """Return a lower-case question with the capitals that its words have in the rest of the conversation.

    A word that only begins a sentence there is taken for a name if a preposition or a name precedes it.
    """
    if not question.islower():
        return question
    sure, unsure = _capitalised(spoken)
    parts, at, name_may_follow = [], 0, False
    for match in _WORD.finditer(question):
        is_name = match[0] in sure or (name_may_follow and match[0] in unsure)
        parts += [question[at : match.start()], match[0].capitalize() if is_name else match[0]]
        at, name_may_follow = match.end(), is_name or match[0] in PREPOSITIONS
    return "".join([*parts, question[at:]])


def _capitalised(spoken: str) -> tuple[set[str], set[str]]:
    """Return the words, in lower case, with a capital inside a sentence, and those with one at its beginning only."""
    sure: set[str] = set()
    opening: set[str] = set()
    for match in _names(spoken):
        opens = _OPENS.search(spoken, max(0, match.start() - 8), match.start())
        (opening if opens else sure).add(match[0].lower())
    return sure, opening - sure


def _names(spoken: str) -> Iterator[re.Match[str]]:
    matches = _WORD.finditer(spoken)
    return (match for match in matches if match[0].istitle() and match[0].lower() not in STOP_WORDS)
