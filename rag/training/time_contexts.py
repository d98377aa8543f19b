"""Questions about one time, in a context that also says what was true at other times.

The time questions come in groups: one relation of one article, asked for several intervals. The sentences that answer
a group, joined, contain every answer, and only the interval shows which one is right.
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.ranking.encoding import Span
from rag.training.data import Record

SOURCE = "timeqa"
TOGETHER = 4
"""Sentences per passage."""


def time_contexts(records: Sequence[Record], seed: int) -> Iterator[Record]:
    """Yield each answerable question, its passage made of its own sentence and up to three from its group."""
    groups: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        if record.source == SOURCE and record.evidence and record.relation:
            groups[record.relation].append(record)
    for relation, group in groups.items():
        dice = random.Random(f"{seed} {relation}")
        yield from (joined for record in group if (joined := _joined(record, group, dice)))


def _joined(record: Record, group: Sequence[Record], dice: random.Random) -> Record | None:
    """Return the record with sentences of its group as its passage; None if they contain no other answer."""
    own = _sentence(record)
    rest = dict.fromkeys(_sentence(other) for other in group if not _same_answer(record, other))
    others = [sentence for sentence in rest if sentence != own]
    if not others:
        return None
    chosen = [own, *dice.sample(others, min(len(others), TOGETHER - 1))]
    dice.shuffle(chosen)
    start = len(" ".join(chosen[: chosen.index(own)])) + (chosen.index(own) > 0)
    shift = start - record.evidence[0][0]
    answers = tuple(_moved(span, shift) for span in record.answers if _inside(span, record.evidence[0]))
    evidence = (_moved(record.evidence[0], shift),)
    return replace(record, source="timeqa_context", passage=" ".join(chosen), answers=answers, evidence=evidence)


def _sentence(record: Record) -> str:
    return record.passage[slice(*record.evidence[0])]


def _same_answer(one: Record, other: Record) -> bool:
    texts = [{record.passage[start:end] for start, end in record.answers} for record in (one, other)]
    return bool(texts[0] & texts[1]) or any(text in _sentence(other) for text in texts[0])


def _moved(span: Span, shift: int) -> Span:
    return span[0] + shift, span[1] + shift


def _inside(span: Span, outer: Span) -> bool:
    return outer[0] <= span[0] and span[1] <= outer[1]
