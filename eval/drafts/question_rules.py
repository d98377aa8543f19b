"""Makes questions from single sentences by rule: a statement of fact is turned into a question about one part of it.

The rules are few, strict and English only: a sentence that fits none of them gives no question.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from index.text.english import MONTH, SCALE, TENS_IN_WORDS, UNITS_IN_WORDS, terms
from index.text.numbers import values

_SHORTEST, _LONGEST = 30, 300
"""Shortest and longest sentence, in characters, that is turned into a question."""
_MOST_WORDS = 30
_FEWEST_TERMS = 3

_DATE = rf"(?:\d{{1,2}} {MONTH}(?: \d{{4}})?|{MONTH} (?:\d{{1,2}}, )?\d{{4}}|(?:1\d|20)\d\d)"
_TWO_TO_TWENTY = "|".join(word for word, value in (UNITS_IN_WORDS | TENS_IN_WORDS).items() if 2 <= value <= 20)
_NUMBER = rf"(?:\d[\d,.]*\d|\d|(?i:{_TWO_TO_TWENTY}))(?: {SCALE})?"
_NAME = r"[A-Z][\w'’-]{1,60}+(?: (?:(?:of|de|van) )?[A-Z][\w'’-]{1,60}+){0,9}"
_VERB = (
    r"(?:is|was|will|has|had|won|became|took|gave|found|made|led|left|built|wrote|sold|paid|went|ran|held|kept|began"
    r"|told|bought|lost|met|came|stood|fell|rose|grew|chose|spoke|broke|said|asked|leads|runs|owns|makes|plays|[a-z]{3,}ed)"
)
_SUBJECT = r"(?P<subject>[A-Z][^,;:.]{3,80}?)"
_TAIL = r"(?=[.,;]|$| (?!and\b|or\b|to\b|until\b))"

_SAID = re.compile(
    rf"^[\"“](?P<words>[^\"”“]{{25,160}}?),[\"”] (?:said (?P<answer>{_NAME})\b|(?P<before>{_NAME}) said\b)"
)
_WHEN = re.compile(
    rf"^{_SUBJECT} (?P<aux>was|were|is|are|will) (?P<rest>[^,;:.]{{3,120}}?)"
    rf" (?P<at>in|on|by|since|until|from) (?P<answer>{_DATE}){_TAIL}"
)
_HOW_MUCH = re.compile(
    rf"^{_SUBJECT} (?P<aux>is|was|will) (?:now )?(?P<rest>worth|cost) (?:about |around |nearly |at least )?"
    rf"(?P<answer>{_NUMBER}(?: [a-z]+)?){_TAIL}"
)
_HOW_MANY = re.compile(
    rf"^(?P<answer>{_NUMBER}) (?P<noun>(?:[a-z]+ )?(?:[a-z]+s|people|men|women|children))"
    rf" (?P<rest>(?:of [^,;]{{3,40}} )?(?:are|were|have|{_VERB})\b.+)"
)
_WHO = re.compile(rf"^(?P<answer>{_NAME})(?:, (?:the|a|an|who) [^,;]{{3,80}},)? (?P<rest>{_VERB}\b.+)")
_WHAT = re.compile(rf"^{_SUBJECT} (?P<aux>is|was|are|were) (?P<answer>(?:a|an|the) [^,;:.]{{5,80}}){_TAIL}")

_PRONOUN = re.compile(
    r"\b(?:he|she|it|they|we|i|you|him|her|them|us|his|its|their|our|my|your|this|these|those|there|here|then|one|both|other"
    r"|others|another|same|such|today|yesterday|tomorrow|ago|now)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"\b(?:that|who|which|what|said|says|told|when|where|if|as|because|although|though|but|and|or|while|after|before)\b",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[.!?][\"”']?\s*$")
_END_OF_CLAUSE = re.compile(r"[,;:.!?](?:\s|$)| (?:and|but|which|who|while|because|although) ")


class Draft(NamedTuple):
    """A question, the words of its sentence that answer it, and the kind of question."""

    question: str
    answer: str
    type: str


def by_rule(sentence: str, lowered: Callable[[str], str]) -> Draft | None:
    """Return the question that the first matching rule makes from a sentence, or None.

    `lowered` turns a phrase from a sentence's start into its form inside one: in lower case, unless it is a name.
    """
    if not _SHORTEST <= len(sentence) <= _LONGEST or not _ENDS.search(sentence):
        return None
    return next((draft for draft in _drafts(" ".join(sentence.split()), lowered) if is_usable(draft, sentence)), None)


def is_usable(draft: Draft, sentence: str) -> bool:
    """Return whether a question stands alone, does not give its answer away, and is answered by the sentence."""
    asked, answer = draft.question, draft.answer
    words = re.sub(r"“[^”]*”", "", asked)  # a quotation may contain any words
    return (
        answer in " ".join(sentence.split())
        and answer.lower() not in asked.lower()
        and not _PRONOUN.search(words)
        and asked.endswith("?")
        and all(text.count("(") == text.count(")") and "--" not in text for text in (asked, answer))
        and len(asked.split()) <= _MOST_WORDS
        and len(terms(asked)) >= _FEWEST_TERMS
    )


def _drafts(sentence: str, lowered: Callable[[str], str]) -> Iterator[Draft]:
    yield from _said(sentence)
    yield from _turned(sentence, lowered)
    yield from _begun(sentence, lowered)


def _said(sentence: str) -> Iterator[Draft]:
    if match := _SAID.match(sentence):
        yield Draft(f"Who said “{match['words']}”?", match["answer"] or match["before"], "who")


def _turned(sentence: str, lowered: Callable[[str], str]) -> Iterator[Draft]:
    """Yield questions with the auxiliary before the subject."""
    for kind, pattern in (("when", _WHEN), ("how many", _HOW_MUCH), ("what", _WHAT)):
        match = pattern.match(sentence)
        if not match or _CLAUSE.search(match["subject"]) or len(match["subject"].split()) > 9:
            continue
        subject = lowered(match["subject"])
        if kind == "what":
            yield Draft(f"What {match['aux']} {subject}?", match["answer"].rstrip(), kind)
        elif kind == "how many":
            yield Draft(f"How much {match['aux']} {subject} {match['rest']}?", match["answer"], kind)
        elif not re.search(_DATE, match["rest"]):
            when = "When" if match["at"] in ("in", "on") else f"{match['at'].title()} when"
            yield Draft(f"{when} {match['aux']} {subject} {match['rest']}?", match["answer"], kind)


def _begun(sentence: str, lowered: Callable[[str], str]) -> Iterator[Draft]:
    """Yield questions about a sentence's first words: the others keep their order."""
    if match := _HOW_MANY.match(sentence):
        yield Draft(f"How many {match['noun']} {_clause(match['rest'])}?", match["answer"], "how many")
    match = _WHO.match(sentence)
    if match and lowered(match["answer"]) == match["answer"] and terms(match["answer"]) and not values(match["answer"]):
        thing = " " not in match["answer"] and re.match(r"(?:is|was|has|had)\b", match["rest"])
        yield Draft(f"{'Who or what' if thing else 'Who'} {_clause(match['rest'])}?", match["answer"], "who")


def _clause(rest: str) -> str:
    """Return the first clause; empty if it would end at a comma inside a quotation."""
    end = _END_OF_CLAUSE.search(rest)
    clause = rest[: end.start()].rstrip() if end else rest
    return "" if end and end[0].startswith(",") and " that " in clause else clause
