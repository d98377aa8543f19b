"""Explicit rules by which cited sentences contradict or lack what a statement says, each with its reason."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.text.dates import days
from index.text.english import MONTHS, NAME, SAID_OR_CLAIMED, terms
from index.text.numbers import measures, rates, values
from rag.answer import ReasonKind
from rag.checking.quotations import misquoted

_NAME = re.compile(rf"(?<![\w’']){NAME}")
_OPENS_AFTER = (".", "!", "?", ":", "“", '"')
_WORD = re.compile(r"[\w’'-]+")
_NOT = frozenset(
    "not no never none nobody nothing neither nor without cannot against refused refuses refuse rejected rejects "
    "reject denied denies deny unable lacks lacked hardly scarcely barely rarely seldom".split()
)
_AGAINST_NUMBER = re.compile(r"\bagainst(?=\s+\d)")
_FAILED_TO = re.compile(r"\bfail(?:s|ed|ing)? to ")
_NOBODY = frozenset("nobody none nothing".split())
_SAID = rf"(?:{SAID_OR_CLAIMED}|thought|called)"
_SPEAKER = re.compile(
    rf"(?<![\w’'-])([A-Z][\w’'-]++)(?:,[^,.]{{1,80}},)?\s++{_SAID}\b"
    rf"|\b{_SAID}\s++(?:[A-Z][\w’'-]++\s++)*?([A-Z][\w’'-]++)(?!\s++[A-Z])"
)
_PRONOUN_SAID = re.compile(rf"\b(?:he|she|they)\s+{_SAID}\b", re.IGNORECASE)
_THE_SAID = re.compile(rf"\b[Tt]he (?:[a-z’'-]+ ){{0,2}}?([a-z’'-]+) {_SAID}\b")
_REPORTED = re.compile(rf"\b{_SAID}(?: \w+)? that\b[^.]*")
_SINCE, _UNTIL = re.compile(r"\bsince (\d{4})\b"), re.compile(r"\b(?:to|until|till|by) (\d{4})\b")
_REPORTS = re.compile(rf"\b{_SAID}\b|[“\"]|\baccording to\b|\breport|\bstatement\b|\bletter\b", re.IGNORECASE)
_TO_COME = re.compile(r"\b(?:next|tomorrow)\b")


class Veto(NamedTuple):
    """Why a statement is not supported: a kind and a clause."""

    kind: ReasonKind
    reason: str


def vetoes(statement: str, text: str, head: str) -> Iterator[Veto]:
    """Yield what a statement says that is in neither the cited text nor its article's head."""
    known = f"{text} {head}"
    yield from (_missing(ReasonKind.QUOTATION, f"“{words}”") for words in misquoted(statement, text))
    yield from (_missing(ReasonKind.NUMBER, number) for number in _numbers(statement, known))
    others = sorted(days(statement) - days(known))
    yield from (_missing(ReasonKind.DATE, f"{day} {month.title()}") for day, month in others)
    yield from (_missing(ReasonKind.NAME, name) for name in _names(statement, known))
    if not _TO_COME.search(known.lower()):
        yield from (_missing(ReasonKind.TENSE, f"“{word}”") for word in _TO_COME.findall(statement.lower()))
    yield from (_missing(ReasonKind.UNIT, counted) for counted in _units(statement, known))
    if known_rates := rates(known):
        yield from (_missing(ReasonKind.RATE, f"“a {span}”") for span in sorted(rates(statement) - known_rates))
    for term in _negations(statement, text):
        reason = f"only one of the statement and the cited sentence negates “{term}”"
        yield Veto(ReasonKind.NEGATION, reason)
    for speaker in (*_speakers_by_role(statement, known), *_speakers_by_name(statement, text)):
        yield Veto(ReasonKind.SPEAKER, f"the cited sentence does not name {speaker} as the speaker")
    for year in _SINCE.findall(statement):
        if year in _UNTIL.findall(text) and year not in _SINCE.findall(text):
            yield Veto(ReasonKind.PERIOD, f"the cited sentence says that it ended in {year}, not that it began")


def vetoes_across_languages(statement: str, text: str, head: str) -> Iterator[Veto]:
    """Yield the objections to a statement in another language than the text: names and numbers should be the same."""
    known = f"{text} {head}"
    yield from (_missing(ReasonKind.QUOTATION, f"“{words}”") for words in misquoted(statement, text))
    yield from (_missing(ReasonKind.NUMBER, f"“{number}”") for number in _numbers(statement, known))
    yield from (_missing(ReasonKind.NAME, f"“{name}”") for name in _names(statement, known) if name not in MONTHS)
    shared = {name for name in _NAME.findall(statement) if terms(name) and name in known}
    if not shared and not values(statement) & values(known):
        reason = "it is in a different language from the cited sentence and shares no name or number with it"
        yield Veto(ReasonKind.OTHER_LANGUAGE, reason)


def _missing(kind: ReasonKind, what: str) -> Veto:
    return Veto(kind, f"{what} is not in the cited sentence")


def _numbers(statement: str, known: str) -> list[str]:
    shares = {share for share, unit in measures(known) if unit == "per cent"}
    return [_digits(number) for number in sorted(values(statement) - values(known) - shares)]


def _digits(number: float) -> str:
    return f"{number:,.10g}" if number >= 10_000 else f"{number:g}"


def _units(statement: str, known: str) -> Iterator[str]:
    """Yield numbers that have another unit in the known text than in the statement."""
    there = measures(known)
    for number, unit in sorted(measures(statement) - there):
        if unit != "of several" and any(number == other for other, _ in there):
            yield f"{_digits(number)} {unit}"


def _names(statement: str, known: str) -> Iterator[str]:
    there = {_bare(word) for word in _WORD.findall(known)}
    capitalised = {_bare(word) for word in _NAME.findall(known)}
    for match in _NAME.finditer(statement):
        bare = _bare(match[0])
        opens = _opens(statement[: match.start()].rstrip()) and bare not in capitalised
        before_name = bool(re.match(r"\s+[A-Z]", statement[match.end() :])) and bool(terms(match[0]))
        is_name = not opens or match[0] in MONTHS or before_name
        if is_name and bare not in there and not values(match[0]):
            yield match[0]


def _opens(before: str) -> bool:
    """Return whether a sentence begins after some text, where a capital letter does not show a name."""
    return not before or before.endswith(_OPENS_AFTER)


def _bare(word: str) -> str:
    bare = re.sub(r"['’]s?$", "", word).lower()
    return bare.removesuffix("s") if bare.endswith("days") else bare


def _negations(statement: str, text: str) -> list[str]:
    """Return terms that one text negates and the other affirms, if they have no negated term in common."""
    said, there = _negated(statement), _negated(text)
    return [] if said & there else sorted((said & set(terms(text))) | (there & set(terms(statement))))


def _negated(text: str) -> set[str]:
    # "394, against 611" compares
    words = [word.lower() for word in _WORD.findall(_FAILED_TO.sub("not ", _AGAINST_NUMBER.sub(" ", text)))]
    negated: set[str] = set()
    for index, word in enumerate(words):
        if word in _NOT or word.endswith(("n't", "n’t")):
            negated |= set(_next_term(words[index + 1 : index + 5]))
            negated |= set(_next_term(words[max(0, index - 3) : index][::-1])) if word in _NOBODY else set()
    return negated


def _next_term(words: Sequence[str]) -> list[str]:
    return next((held[:1] for word in words if (held := terms(word))), [])


def _speakers_by_role(statement: str, known: str) -> list[str]:
    """Return the speaker of a statement by role, such as "the treasurer", if none is named outside the quotation."""
    there = {word.lower() for word in _WORD.findall(_REPORTED.sub(" ", known))}
    return [f"the {noun}" for noun in _THE_SAID.findall(statement) if noun not in there]


def _speakers_by_name(statement: str, text: str) -> list[str]:
    """Return a statement's speaker if the cited sentences name only other speakers, or none."""
    speakers = {_bare(name) for name in _speakers(text)}
    if (speakers or _REPORTS.search(text)) and (not speakers or _PRONOUN_SAID.search(text)):
        return []
    return [name for name in _speakers(statement) if _bare(name) not in speakers]


def _speakers(text: str) -> list[str]:
    return [match[1] or match[2] for match in _SPEAKER.finditer(text)]
