"""Cuts passages into windows of whole sentences, about as long as the product's chunks."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from rag.ranking.encoding import Span, sentence_spans, words
from rag.training.data import Record, overlap

SIZE = (500, 1050)
"""The minimum and maximum target length of a window, in characters."""


@dataclass(frozen=True)
class Window:
    """A passage as the reader sees it; spans are offsets in `passage`, and there are none if it does not answer."""

    title: str
    date: str
    passage: str
    answers: tuple[Span, ...] = ()
    evidence: tuple[Span, ...] = ()


def gold_window(record: Record, dice: random.Random) -> Window:
    """Return whole sentences around the evidence, or those closest to the question if there is no evidence."""
    low, high = _bounds(record, dice)
    answers, evidence = (_shift(spans, low, high) for spans in (record.answers, record.evidence))
    return Window(record.title, "", record.passage[low:high], answers, evidence)


def _bounds(record: Record, dice: random.Random) -> Span:
    spans = sentence_spans(record.passage)
    size = dice.randint(*SIZE)
    if len(record.passage) <= size or not spans:
        return 0, len(record.passage)
    if not record.evidence:
        return nearest(record.question, record.passage, parts(spans, size))
    return grow(spans, record.evidence[:1] + record.answers[:1], size, dice)


def hardest_window(question: str, title: str, passage: str, dice: random.Random) -> Window:
    """Return the part of a passage without the answer that shares the most words with the question."""
    low, high = nearest(question, passage, parts(sentence_spans(passage), dice.randint(*SIZE)))
    return Window(title, "", passage[low:high])


def without_evidence(record: Record) -> str:
    """Return the passage without its evidence, or an empty string if an answer or too little text remains."""
    kept = [s for s in sentence_spans(record.passage) if not any(overlap(s, e) for e in record.evidence)]
    left = " ".join(record.passage[start:end] for start, end in kept)
    return left if len(left) > 250 and lacks(left, answer_texts(record)) else ""


def answer_texts(record: Record) -> list[str]:
    """Return the answers in lower case, or the evidence if no answer span is known."""
    return [record.passage[start:end].lower() for start, end in record.answers or record.evidence]


def lacks(text: str, answers: Sequence[str]) -> bool:
    """Return whether a text contains none of the answers."""
    lowered = text.lower()
    return not any(answer in lowered for answer in answers)


def parts(spans: Sequence[Span], size: int) -> list[Span]:
    """Join consecutive whole sentences into parts of up to `size` characters."""
    made: list[Span] = []
    for start, end in spans:
        if made and end - made[-1][0] <= size:
            made[-1] = (made[-1][0], end)
        else:
            made.append((start, end))
    return made


def nearest(question: str, text: str, among: Sequence[Span]) -> Span:
    """Return the part that shares the most words with the question."""
    asked = set(words(question))
    return max(among, key=lambda part: len(asked & set(words(text[part[0] : part[1]]))), default=(0, len(text)))


def grow(spans: Sequence[Span], needed: Sequence[Span], size: int, dice: random.Random) -> Span:
    """Widen the span of the needed sentences on either side at random, as far as the size allows."""
    inside = [i for i, span in enumerate(spans) if any(overlap(span, n) for n in needed)]
    first, last = min(inside, default=0), max(inside, default=0)
    sides = {-1, 1}
    while sides:
        side = dice.choice(sorted(sides))
        low, high = (first - 1, last) if side < 0 else (first, last + 1)
        if low < 0 or high >= len(spans) or spans[high][1] - spans[low][0] > size:
            sides.discard(side)
        else:
            first, last = low, high
    return spans[first][0], spans[last][1]


def _shift(spans: Sequence[Span], low: int, high: int) -> tuple[Span, ...]:
    """Return the parts of the spans that lie in a window, with offsets counted from its start."""
    cut = [(max(start, low) - low, min(end, high) - low) for start, end in spans]
    return tuple(span for span in cut if span[0] < span[1])
