"""Who is meant: the sentence that introduces a bare surname or pronoun, or names a quotation's speaker."""

import re
from collections.abc import Sequence

from index.text.english import FULL_NAME, MONTHS, NAME, NAME_PARTICLE, SAID, WEEKDAYS

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
_TAG = re.compile(rf"[\"”»].{{0,60}}\b{SAID}\b|\b{SAID}\b.{{0,60}}[:,]\s*[\"“«]")
_AROUND = 60
_OPENERS, _CLOSERS = "“«", "”»"


def introducing(texts: Sequence[str], index: int) -> list[int]:
    """Return the indexes of earlier or later sentences that tell whom sentence `index` means; at most two.

    `texts` are one article's sentences in order.
    """
    found = [_speaker(texts, index), _person(texts, index)]
    return list(dict.fromkeys(at for at in found if at is not None and at != index))


def described(texts: Sequence[str], index: int) -> str:
    """Return what stands around the full name of whom sentence `index` calls by a bare surname, or ''."""
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
    """Return the first surname that stands alone: the last word of no full name, and no common opener."""
    full = [match.span() for match in _FULL_NAME.finditer(text)]
    for match in _SURNAME.finditer(text):
        inside = any(start <= match.start() < end for start, end in full)
        if not inside and match[1].removesuffix("'s") not in _NOT_NAMES:
            return match[1].removesuffix("'s").removesuffix("’s")
    return None


def _introduces(texts: Sequence[str], index: int, surname: str) -> int | None:
    """Return the first sentence before `index` that gives the surname with what stands before it."""
    pattern = re.compile(rf"\b{NAME}(?:\s+{NAME_PARTICLE})*\s+{re.escape(surname)}\b")
    for at in range(index):
        if any(_is_person(match[0]) for match in pattern.finditer(texts[at])):
            return at
    return None


def _last_person(texts: Sequence[str], index: int) -> int | None:
    """Return the nearest earlier sentence that names someone; a bare surname leads on to its introduction."""
    for at in range(index - 1, max(index - 6, -1), -1):
        if _people(texts[at]):
            return at
        surname = _bare_surname(texts[at])
        introduced = _introduces(texts, at, surname) if surname else None
        if introduced is not None:
            return introduced
    return None


def _people(text: str) -> list[str]:
    return [match[0] for match in _FULL_NAME.finditer(text) if _is_person(match[0])]


def _is_person(name: str) -> bool:
    return name.split()[0] not in _NOT_NAMES


def _speaker(texts: Sequence[str], index: int) -> int | None:
    """Return the neighbour that names the speaker, where the sentence lies inside a longer quotation."""
    before = _open_quotes("\n".join(texts[max(index - 8, 0) : index]))
    inside = before or _open_quotes(texts[index])
    if not inside:
        return None
    for at in range(index if not before else max(index - 8, 0), min(index + 6, len(texts))):
        if at != index and _has_tag(texts[at]):
            return at
    return None


def _open_quotes(text: str) -> bool:
    curly = sum(text.count(char) for char in _OPENERS) - sum(text.count(char) for char in _CLOSERS)
    return curly > 0 or text.count('"') % 2 == 1


def _has_tag(text: str) -> bool:
    return bool(_TAG.search(text))
