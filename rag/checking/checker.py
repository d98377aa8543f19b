"""What a statement claims against the sentences that it cites: found in them, by rules that can be read.

Deterministic first: quotations verbatim, numbers by value and unit, names, negations and speakers must be found in the
cited sentences or in the head of their article. Then no word of a copied sentence may stand in another's place, no
clause may be added, and what is left must be near enough in vectors.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.embedder import Embed
from index.text.dates import days
from index.text.english import terms
from index.text.language import language
from index.text.numbers import measures, rates, values
from rag.answer import Verdict
from rag.checking.alignment import changed
from rag.checking.quotations import misquoted

_NAME = re.compile(r"(?<![\w’'])[A-Z][\w’'-]*[a-z][\w’'-]*")
_OPENING = re.compile(r"(?:^|[.!?:]\s+|[“\"]\s*)\s*$")
_WORD = re.compile(r"[\w’'-]+")
_NOT = frozenset(
    "not no never none nobody nothing neither nor without cannot against refused refuses refuse rejected rejects "
    "reject denied denies deny unable lacks lacked hardly scarcely barely rarely seldom".split()
)
_AGAINST_NUMBER = re.compile(r"\bagainst(?=\s+\d)")
_FAILED_TO = re.compile(r"\bfail(?:s|ed|ing)? to ")
_NOBODY = frozenset("nobody none nothing".split())
_SAID = r"(?:said|says|told|asked|added|wrote|argued|claimed|complained|warned|explained|insisted|thought|called)"
_SPEAKER = re.compile(
    rf"([A-Z][\w’'-]+)(?:,[^,.]{{1,80}},)?\s+{_SAID}\b|\b{_SAID}\s+(?:[A-Z][\w’'-]+\s+)*([A-Z][\w’'-]+)"
)
_PRONOUN_SAID = re.compile(rf"\b(?:he|she|they)\s+{_SAID}\b", re.IGNORECASE)
_THE_SAID = re.compile(rf"\b[Tt]he (?:[a-z’'-]+ ){{0,2}}?([a-z’'-]+) {_SAID}\b")
_REPORTED = re.compile(rf"\b{_SAID}(?: \w+)? that\b[^.]*")
_SINCE, _UNTIL = re.compile(r"\bsince (\d{4})\b"), re.compile(r"\b(?:to|until|till|by) (\d{4})\b")
_REPORTS = re.compile(rf"\b{_SAID}\b|[“\"]|\baccording to\b|\breport|\bstatement\b|\bletter\b", re.IGNORECASE)
_MONTHS = frozenset("January February March April June July August September October November December".split())

# measured on the seen two thirds of tests/statements.jsonl and on a hundred others, written apart from the check
_LIKE = 0.6
"""Likeness of the vectors below which a statement says something else than what it cites."""
_CLAUSE_LIKE = 0.58
"""Likeness and share of known words together below which a clause says something that is not there."""
_CLAUSE = re.compile(r"[,;:]\s+|\s+(?=(?:and|but|who|which|because|although|while|after|so that)\s)")
_FEWEST_WORDS, _SHORT = 3, 15
_COMMON = 0.5
"""Share of words found above which two texts are of one language, whatever is guessed."""
_TO_COME = re.compile(r"\b(?:next|tomorrow)\b")


class Checked(NamedTuple):
    """Whether a statement is supported by what it cites, and why not where it is not."""

    verdict: Verdict
    reason: str | None


def check(statement: str, cited: Sequence[str], head: str, embed: Embed) -> Checked:
    """Check a statement against the sentences it cites; `head` is their article's title, source, author and date."""
    if not cited:
        return Checked("unsupported", "it cites nothing")
    text = " ".join(cited)
    if _is_other_language(statement, text):
        return _across(statement, text, head)
    for reason in _faults(statement, text, head):
        return Checked("unsupported", reason)
    for words in changed(statement, [*cited, text], embed):
        return Checked("unsupported", f"“{words}” stands in place of something else in the cited sentence")
    if (clause := _added(statement, text, head, embed)) is not None:
        return Checked("unsupported", f"“{clause}” is not in the cited sentence")
    if _likeness(statement, [text], embed) < _LIKE:
        return Checked("unsupported", "the cited sentence says something else")
    return Checked("supported", None)


def _is_other_language(statement: str, text: str) -> bool:
    said, told = language(statement), language(text)
    # names and numbers are alike in both
    words = " ".join(word for word in _WORD.findall(statement) if word.islower())
    return said != told and None not in (said, told) and _share(words, text) < _COMMON


def _across(statement: str, text: str, head: str) -> Checked:
    """Check a statement against sentences of another language: by what is alike in both."""
    known = f"{text} {head}"
    names = [name for name in _names_missing(statement, known) if name not in _MONTHS]
    for missing in (*misquoted(statement, text), *_numbers_missing(statement, known), *names):
        return Checked("unsupported", f"“{missing}” is not in the cited sentence")
    shared = values(statement) & values(known) or {
        name for name in _NAME.findall(statement) if terms(name) and name in known
    }
    if not shared:
        return Checked("unsupported", "it is in another language than the cited sentence, and shares no name with it")
    return Checked("supported", "in another language than the sentence: its names and numbers were checked, no more")


def _faults(statement: str, text: str, head: str) -> Iterator[str]:
    known = f"{text} {head}"
    yield from (f"“{words}” is not in the cited sentence" for words in misquoted(statement, text))
    yield from (f"{number} is not in the cited sentence" for number in _numbers_missing(statement, known))
    told = sorted(days(statement) - days(known))
    yield from (f"{day} {month.title()} is not in the cited sentence" for day, month in told)
    yield from (f"{name} is not in the cited sentence" for name in _names_missing(statement, known))
    yield from (f"“{word}” is not in the cited sentence" for word in _to_come(statement, known))
    yield from (
        f"{_digits(number)} {unit} is not in the cited sentence" for number, unit in _other_unit(statement, known)
    )
    yield from (f"“a {span}” is not in the cited sentence" for span in _other_rate(statement, known))
    yield from (f"the cited sentence differs on “{term}” by a negation" for term in _turned(statement, text))
    yield from (f"the cited sentence is not said by the {noun}" for noun in _unnamed_speakers(statement, known))
    yield from (f"the cited sentence ends what the statement begins in {year}" for year in _ended(statement, text))
    yield from (f"the cited sentence is not said by {name}" for name in _wrong_speakers(statement, text))


def _numbers_missing(statement: str, known: str) -> list[str]:
    shares = {share for share, unit in measures(known) if unit == "per cent"}
    missing = sorted(values(statement) - values(known) - shares)
    return [_digits(number) for number in missing]


def _digits(number: float) -> str:
    return f"{number:,.10g}" if number >= 10_000 else f"{number:g}"


def _other_unit(statement: str, known: str) -> Iterator[tuple[float, str]]:
    """Yield numbers that the known text has with another unit than the statement."""
    told = measures(known)
    for number, unit in sorted(measures(statement) - told):
        if unit != "of several" and any(number == other for other, _ in told):
            yield number, unit


def _other_rate(statement: str, known: str) -> list[str]:
    told = rates(known)
    return sorted(rates(statement) - told) if told else []


def _to_come(statement: str, known: str) -> list[str]:
    """Return the words that put a statement into the future, where nothing in the known text does."""
    said, told = (_TO_COME.findall(text.lower()) for text in (statement, known))
    return [word for word in said if not told]


def _names_missing(statement: str, known: str) -> Iterator[str]:
    there = {_bare(word) for word in _WORD.findall(known)}
    capitalised = {_bare(word) for word in _NAME.findall(known)}
    for found in _NAME.finditer(statement):
        bare = _bare(found[0])
        opens = bool(_OPENING.search(statement[: found.start()])) and bare not in capitalised
        before_name = bool(re.match(r"\s+[A-Z]", statement[found.end() :])) and bool(terms(found[0]))
        is_name = not opens or found[0] in _MONTHS or before_name
        if is_name and bare not in there and not values(found[0]):
            yield found[0]


def _bare(word: str) -> str:
    bare = re.sub(r"['’]s?$", "", word).lower()
    return bare.removesuffix("s") if bare.endswith("days") else bare


def _turned(statement: str, text: str) -> Iterator[str]:
    """Yield terms that the one negates and the other affirms, where no negated term is common to both."""
    said, told = _negated(statement), _negated(text)
    if said & told:
        return
    yield from sorted((said & set(terms(text))) | (told & set(terms(statement))))


def _negated(text: str) -> set[str]:
    # "394, against 611" compares
    words = [word.lower() for word in _WORD.findall(_FAILED_TO.sub("not ", _AGAINST_NUMBER.sub(" ", text)))]
    found: set[str] = set()
    for index, word in enumerate(words):
        if word in _NOT or word.endswith(("n't", "n’t")):
            found |= set(_next_term(words[index + 1 : index + 5]))
            found |= set(_next_term(words[max(0, index - 3) : index][::-1])) if word in _NOBODY else set()
    return found


def _next_term(words: Sequence[str]) -> list[str]:
    return next((held[:1] for word in words if (held := terms(word))), [])


def _wrong_speakers(statement: str, text: str) -> Iterator[str]:
    """Yield who is said to have said something, where the cited sentences name other speakers only, or none."""
    speakers = {_bare(name) for name in _speakers(text)}
    reports = speakers or _REPORTS.search(text)
    if reports and (not speakers or _PRONOUN_SAID.search(text)):
        return
    yield from (name for name in _speakers(statement) if _bare(name) not in speakers)


def _unnamed_speakers(statement: str, known: str) -> list[str]:
    """Return "the treasurer" who is said to have said something, where none is named but in what was said."""
    told = {word.lower() for word in _WORD.findall(_REPORTED.sub(" ", known))}
    return [noun for noun in _THE_SAID.findall(statement) if noun not in told]


def _ended(statement: str, text: str) -> list[str]:
    """Return the years since when something is said to be, which the cited sentences give as its end."""
    return [
        year for year in _SINCE.findall(statement) if year in _UNTIL.findall(text) and year not in _SINCE.findall(text)
    ]


def _speakers(text: str) -> Iterator[str]:
    for found in _SPEAKER.finditer(text):
        yield found[1] or found[2]


def _likeness(one: str, others: Sequence[str], embed: Embed) -> float:
    vectors = embed([one, *others])
    return float((vectors[1:] @ vectors[0]).max())


def _added(statement: str, text: str, head: str, embed: Embed) -> str | None:
    """Return a clause of the statement that nothing in the cited sentences is like."""
    parts = [text, *(part for part in _CLAUSE.split(text) if len(part) > _SHORT)]
    clauses = _CLAUSE.split(statement)
    for clause in clauses if len(clauses) > 1 else ():
        if len(_content(clause)) < _FEWEST_WORDS:
            continue
        if _share(clause, f"{text} {head}") + _likeness(clause, parts, embed) < _CLAUSE_LIKE:
            return clause.strip(" ,.;:")
    return None


def _share(statement: str, known: str) -> float:
    """Return the share of a statement's content words that are known; numbers are compared by value elsewhere."""
    said, there = terms(" ".join(_content(statement))), set(terms(known))
    return sum(term in there for term in said) / max(len(said), 1)


def _content(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if terms(word) and not values(word)]
