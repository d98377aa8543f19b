"""Resolves mentions: finds the sentence that introduces a bare surname or pronoun, or names a quotation's speaker."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from index.text.english import FULL_NAME, MONTHS, NAME, NAME_PARTICLE, SAID, WEEKDAYS
from index.text.sentences import names_speaker

_FULL_NAME = re.compile(rf"\b{FULL_NAME}")
_SURNAME = re.compile(rf"\b({NAME})(?:'s|’s)?\b")
_PRONOUN = re.compile(rf"^[\"“‘']?(?:But |And |Then |Later,? |Yet )?(He|She|They|His|Her)\b|\b(?:he|she) {SAID}\b")
_NOT_NAMES = frozenset(
    """
    The A An In On At But And For From It He She They We I This That These Those There When While After
    Before If As By To Of Its His Her Their Our My Some Many Most
    No Not What Who Why How Where Which Yes So Then Now New Last Next Both All Each One Two Three
    """.split()
).union(MONTHS, WEEKDAYS)
_AROUND = 60
_OPENERS, _CLOSERS = "“«", "”»"
_MARKS = (*_OPENERS, '"')


def introducing(texts: Sequence[str], paragraphs: Sequence[int], index: int) -> list[int]:
    """Return the indexes of at most two earlier or later sentences that identify the people in sentence `index`.

    `texts` holds one article's sentences in order, `paragraphs` the paragraph number of each.
    """
    found = [_speaker(texts, paragraphs, index), _person(texts, index)]
    return list(dict.fromkeys(at for at in found if at is not None and at != index))


def described(texts: Sequence[str], index: int) -> str:
    """Return the text around the full name of the person that sentence `index` calls by a bare surname, or ''."""
    surname = _bare_surname(texts[index])
    at = _introduces(texts, index, surname) if surname else None
    if surname is None or at is None:
        return ""
    place = texts[at].find(surname)
    return texts[at][max(place - _AROUND, 0) : place + _AROUND]


def _person(texts: Sequence[str], index: int) -> int | None:
    bare = _bare_surname(texts[index])
    if bare:
        return _introduces(texts, index, bare)
    if _PRONOUN.search(texts[index]) and not _people(texts[index]):
        return _last_person(texts, index)
    return None


def _bare_surname(text: str) -> str | None:
    """Return the first surname used alone: not part of a full name and not a common opening word."""
    full = [match.span() for match in _FULL_NAME.finditer(text)]
    for match in _SURNAME.finditer(text):
        inside = any(start <= match.start() < end for start, end in full)
        if not inside and match[1].removesuffix("'s") not in _NOT_NAMES:
            return match[1].removesuffix("'s").removesuffix("’s")
    return None


def _introduces(texts: Sequence[str], index: int, surname: str) -> int | None:
    """Return the first sentence before `index` that gives the surname with a first name."""
    pattern = re.compile(rf"\b{NAME}(?:\s+{NAME_PARTICLE})*\s+{re.escape(surname)}\b")
    for at in range(index):
        if any(is_person(match[0]) for match in pattern.finditer(texts[at])):
            return at
    return None


def _last_person(texts: Sequence[str], index: int) -> int | None:
    """Return the nearest earlier sentence that names someone; for a bare surname, the sentence that introduces it."""
    for at in range(index - 1, max(index - 6, -1), -1):
        if _people(texts[at]):
            return at
        surname = _bare_surname(texts[at])
        introduced = _introduces(texts, at, surname) if surname else None
        if introduced is not None:
            return introduced
    return None


def _people(text: str) -> list[str]:
    return [match[0] for match in _FULL_NAME.finditer(text) if is_person(match[0])]


def is_person(name: str) -> bool:
    """Return whether capitalised words may be a name, that is, do not begin with a common opening word."""
    return name.split()[0] not in _NOT_NAMES


def _speaker(texts: Sequence[str], paragraphs: Sequence[int], index: int) -> int | None:
    """Return the sentence that names the speaker of the longer quotation that a sentence belongs to.

    A quotation ends with its paragraph, so that unbalanced quotation marks have no effect beyond it. It continues only
    if the next paragraph begins with an opening mark, as newspapers print quotations of several paragraphs.
    """
    first, last = _paragraph(paragraphs, index)
    while first and texts[first][:1] in _MARKS and _is_open(texts, *_paragraph(paragraphs, first - 1)):
        first = _paragraph(paragraphs, first - 1)[0]
    opening = next((at for at in range(index, first - 1, -1) if not _is_open(texts, first, at - 1)), first)
    if opening == index and not _is_open(texts, opening, index):
        return _resumed(texts, first, index)
    closing = next((at for at in range(index, last + 1) if not _is_open(texts, opening, at)), last)
    before = [opening - 1] if opening > first else []
    near = [*range(opening, closing + 1), *before, *range(closing + 1, min(closing + 2, last + 1))]
    return next((at for at in near if at != index and names_speaker(texts[at])), None)


def _resumed(texts: Sequence[str], first: int, index: int) -> int | None:
    """Return the paragraph's previous sentence that names a speaker, if this one is a quotation that names none."""
    if texts[index][:1] not in _MARKS or names_speaker(texts[index]):
        return None
    return next((at for at in range(index - 1, first - 1, -1) if names_speaker(texts[at])), None)


def _paragraph(paragraphs: Sequence[int], index: int) -> tuple[int, int]:
    """Return the first and the last sentence of a sentence's paragraph."""
    return bisect_left(paragraphs, paragraphs[index]), bisect_right(paragraphs, paragraphs[index]) - 1


def _is_open(texts: Sequence[str], first: int, last: int) -> bool:
    """Return whether a quotation is still open after a run of sentences."""
    text = "\n".join(texts[first : last + 1])
    curly = sum(text.count(char) for char in _OPENERS) - sum(text.count(char) for char in _CLOSERS)
    return curly > 0 or text.count('"') % 2 == 1
