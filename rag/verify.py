"""What a statement claims against the sentences that it cites: found in them, by rules that can be read.

Deterministic first: quotations verbatim, numbers by value, names, negations and speakers must be found in the cited
sentences or in the head of their article. Then what is left must be near enough in words and in vectors.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from index.language import language
from rag.answer import Verdict
from rag.quotation import misquoted
from rag.values import days, values
from rag.words import terms

Embed = Callable[[list[str]], np.ndarray]

_NAME = re.compile(r"(?<![\w’'])[A-Z][\w’'-]*[a-z][\w’'-]*")
_OPENING = re.compile(r"(?:^|[.!?:]\s+|[“\"]\s*)\s*$")
_WORD = re.compile(r"[\w’'-]+")
_NOT = frozenset(
    "not no never none nobody nothing neither nor without cannot against refused refuses refuse rejected rejects "
    "reject denied denies deny unable lacks lacked".split()
)
_NOBODY = frozenset("nobody none nothing".split())
_SAID = r"(?:said|says|told|asked|added|wrote|argued|claimed|complained|warned|explained|insisted|thought|called)"
_SPEAKER = re.compile(
    rf"([A-Z][\w’'-]+)(?:,[^,.]{{1,80}},)?\s+{_SAID}\b|\b{_SAID}\s+(?:[A-Z][\w’'-]+\s+)*([A-Z][\w’'-]+)"
)
_PRONOUN_SAID = re.compile(rf"\b(?:he|she|they)\s+{_SAID}\b", re.IGNORECASE)
_REPORTS = re.compile(rf"\b{_SAID}\b|[“\"]|\baccording to\b|\breport|\bstatement\b|\bletter\b", re.IGNORECASE)
_MONTHS = frozenset("January February March April June July August September October November December".split())

# fitted on the seen two thirds of tests/statements.jsonl: likeness of the vectors, share of words found, constant
_LIKENESS, _FOUND, _CONSTANT = 8.0, 4.0, -7.2

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
    if _nearness(statement, text, head, embed) < 0:
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
    yield from (f"the cited sentence differs on “{term}” by a negation" for term in _turned(statement, text))
    yield from (f"the cited sentence is not said by {name}" for name in _wrong_speakers(statement, text))


def _numbers_missing(statement: str, known: str) -> list[str]:
    missing = sorted(values(statement) - values(known))
    return [f"{number:,.10g}" if number >= 10_000 else f"{number:g}" for number in missing]


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
    return re.sub(r"['’]s?$", "", word).lower()


def _turned(statement: str, text: str) -> Iterator[str]:
    """Yield terms that the one negates and the other affirms, where no negated term is common to both."""
    said, told = _negated(statement), _negated(text)
    if said & told:
        return
    yield from sorted((said & set(terms(text))) | (told & set(terms(statement))))


def _negated(text: str) -> set[str]:
    words = [word.lower() for word in _WORD.findall(text)]
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


def _speakers(text: str) -> Iterator[str]:
    for found in _SPEAKER.finditer(text):
        yield found[1] or found[2]


def _nearness(statement: str, text: str, head: str, embed: Embed) -> float:
    share = _share(statement, f"{text} {head}")
    one, other = embed([statement, text])
    return _LIKENESS * float(one @ other) + _FOUND * share + _CONSTANT


def _share(statement: str, known: str) -> float:
    said, there = terms(statement), set(terms(known))
    return sum(term in there for term in said) / max(len(said), 1)
