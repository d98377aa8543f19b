"""Questions in which a name or number is replaced by another from the passage, which then does not answer them.

Each has an answerable twin of the same form, so that the form alone gives nothing away: the same question with the
passage in which the two names or numbers are swapped.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.ranking.encoding import Span
from rag.training.data import NAME, Record, overlap

_NUMBER = re.compile(r"\b\d+(?:[.,]\d+)*\b")


def swapped(record: Record, dice: random.Random) -> tuple[Record, Record] | None:
    """Return the changed question with its own passage (no answer), and with the twin's passage."""
    pairs = list(_pairs(record))
    if not pairs:
        return None
    one, other = dice.choice(pairs)
    question = exchange(record.question, one, other)
    plain = replace(record, question=question, answers=(), evidence=(), span_known=True)
    return plain, _twin(replace(record, question=question), one, other)


def _pairs(record: Record) -> Iterator[tuple[str, str]]:
    """Yield a name or number common to question and passage, with another of its kind from outside the answers."""
    for kind in (NAME, _NUMBER):
        held = _outside_answers(kind, record)
        for one in dict.fromkeys(kind.findall(record.question)):
            if one in held:
                yield from ((one, other) for other in held if _differ(one, other, record.question))


def _outside_answers(kind: re.Pattern[str], record: Record) -> list[str]:
    """Return the names or numbers of a passage, except those that begin a sentence or are part of an answer."""
    found = [match for match in kind.finditer(record.passage) if not _begins(record.passage, match.start())]
    answered = {match.group() for match in found if any(overlap(match.span(), span) for span in record.answers)}
    return [name for name in dict.fromkeys(match.group() for match in found) if name not in answered]


def _begins(text: str, place: int) -> bool:
    return not text[:place].rstrip(" \"'“‘(").strip() or text[:place].rstrip(" \"'“‘(")[-1] in ".!?\n"


def _differ(one: str, other: str, question: str) -> bool:
    """Return whether two names are distinct but of the same form: a year is only replaced by a year."""
    alike = one.isdigit() == other.isdigit() and (not one.isdigit() or len(one) == len(other))
    return alike and one not in other and other not in one and other not in question


def _twin(record: Record, one: str, other: str) -> Record:
    passage = exchange(record.passage, one, other)
    moved = [_moved(record.passage, spans, one, other) for spans in (record.answers, record.evidence)]
    title = exchange(record.title, one, other)
    return replace(record, passage=passage, title=title, answers=moved[0], evidence=moved[1])


def exchange(text: str, one: str, other: str) -> str:
    """Return the text with two names swapped."""
    return _either(one, other).sub(lambda match: other if match.group() == one else one, text)


def _either(one: str, other: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{re.escape(one)}|{re.escape(other)})\b")


def _moved(text: str, spans: Sequence[Span], one: str, other: str) -> tuple[Span, ...]:
    """Return the new positions of spans after two names are swapped."""
    lengths = [len(exchange(text[:place], one, other)) for span in spans for place in span]
    return tuple(zip(lengths[::2], lengths[1::2], strict=True))
