"""Questions with another name or number of their passage put in: the passage does not answer them.

So that the form of such a question does not tell, each has a twin that can be answered: the same question
with the passage in which the two names or numbers have changed places.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.ranking.encoding import Span
from rag.training.data import NAME, Record, overlap

_NUMBER = re.compile(r"\b\d+(?:[.,]\d+)*\b")


def swapped(record: Record, dice: random.Random) -> tuple[Record, Record] | None:
    """The question about another name or number: with its own passage (no answer), and with the twin's."""
    pairs = list(_pairs(record))
    if not pairs:
        return None
    one, other = dice.choice(pairs)
    question = exchange(record.question, one, other)
    plain = replace(record, question=question, answers=(), evidence=(), span_known=True)
    return plain, _twin(replace(record, question=question), one, other)


def _pairs(record: Record) -> Iterator[tuple[str, str]]:
    """A name or number that question and passage hold, with another of its kind that is no part of the answer."""
    for kind in (NAME, _NUMBER):
        held = _outside_answers(kind, record)
        for one in dict.fromkeys(kind.findall(record.question)):
            if one in held:
                yield from ((one, other) for other in held if _differ(one, other, record.question))


def _outside_answers(kind: re.Pattern[str], record: Record) -> list[str]:
    """The names or numbers of a passage, less those at the beginning of a sentence and those of the answers."""
    found = [match for match in kind.finditer(record.passage) if not _begins(record.passage, match.start())]
    answered = {match.group() for match in found if any(overlap(match.span(), span) for span in record.answers)}
    return [name for name in dict.fromkeys(match.group() for match in found) if name not in answered]


def _begins(text: str, place: int) -> bool:
    return not text[:place].rstrip(" \"'“‘(").strip() or text[:place].rstrip(" \"'“‘(")[-1] in ".!?\n"


def _differ(one: str, other: str, question: str) -> bool:
    """Whether two names are different things, of one form: a year is changed for a year only."""
    alike = one.isdigit() == other.isdigit() and (not one.isdigit() or len(one) == len(other))
    return alike and one not in other and other not in one and other not in question


def _twin(record: Record, one: str, other: str) -> Record:
    passage = exchange(record.passage, one, other)
    moved = [_moved(record.passage, spans, one, other) for spans in (record.answers, record.evidence)]
    title = exchange(record.title, one, other)
    return replace(record, passage=passage, title=title, answers=moved[0], evidence=moved[1])


def exchange(text: str, one: str, other: str) -> str:
    """The text with two names in each other's place."""
    return _either(one, other).sub(lambda match: other if match.group() == one else one, text)


def _either(one: str, other: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{re.escape(one)}|{re.escape(other)})\b")


def _moved(text: str, spans: Sequence[Span], one: str, other: str) -> tuple[Span, ...]:
    """Where spans stand once the names have changed places."""
    lengths = [len(exchange(text[:place], one, other)) for span in spans for place in span]
    return tuple(zip(lengths[::2], lengths[1::2], strict=True))
