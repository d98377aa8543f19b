"""Turns questions into tensors, with answers and evidence marked at their tokens and windows ordered by length."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from tokenizers import Encoding, Tokenizer
from torch import Tensor

from rag.ranking.encoding import encode, head, text_tokens
from rag.training.questions import Question
from rag.training.windows import Window

Row = tuple[Encoding, np.ndarray]
"""A window's tokens, and four rows of marks for them: text, starts, ends, evidence."""


@dataclass(frozen=True)
class Batch:
    """The tensors of several questions' windows, shortest window first.

    `owners` gives the question number of each window. `answerable` and `known` have one value per question: whether
    one of its windows answers it, and whether the positions of its answer are known.
    """

    inputs: tuple[Tensor, Tensor, Tensor]
    text: Tensor
    starts: Tensor
    ends: Tensor
    evidence: Tensor
    answers: Tensor
    owners: Tensor
    answerable: Tensor
    known: Tensor

    def to(self, device: str) -> "Batch":
        """Return the batch on the given device."""
        inputs = self.inputs[0].to(device), self.inputs[1].to(device), self.inputs[2].to(device)
        rest = {name: value.to(device) for name, value in vars(self).items() if name != "inputs"}
        return Batch(inputs, **rest)

    def slices(self, tokens: int) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        """Yield the inputs in slices of about `tokens` tokens, each no wider than its longest window."""
        lengths = self.inputs[1].sum(1).tolist()
        first = 0
        while first < len(lengths):
            last = first + 1
            while last < len(lengths) and lengths[last] * (last + 1 - first) <= tokens:
                last += 1
            ids, mask, types = (part[first:last, : lengths[last - 1]] for part in self.inputs)
            yield ids, mask, types
            first = last


def batches(questions: Sequence[Question], tokenizer: Tokenizer, windows: int, seed: int) -> Iterator[Batch]:
    """Yield batches in random order, each of whole questions with about `windows` windows in total."""
    order = list(questions)
    random.Random(seed).shuffle(order)
    held: list[Question] = []
    for question in order:
        if held and sum(len(each.windows) for each in held) + len(question.windows) > windows:
            yield to_batch(held, tokenizer)
            held = []
        held.append(question)
    if held:
        yield to_batch(held, tokenizer)


def to_batch(questions: Sequence[Question], tokenizer: Tokenizer) -> Batch:
    """Stack the windows of the questions and mark the gold positions."""
    owned = [(n, row) for n, question in enumerate(questions) for row in _rows(question, tokenizer)]
    owned.sort(key=lambda pair: len(pair[1][0].ids))
    owners = torch.tensor([number for number, _ in owned])
    rows = [row for _, row in owned]
    text, starts, ends, evidence = (_stack([marks[i] for _, marks in rows]).bool() for i in range(4))
    answerable = torch.tensor([question.answerable for question in questions])
    found = torch.zeros(len(questions), dtype=torch.bool)
    found[owners[starts.any(1) & ends.any(1)]] = True
    inputs = _inputs([encoding for encoding, _ in rows])
    return Batch(inputs, text, starts, ends, evidence, evidence.any(1).float(), owners, answerable, found | ~answerable)


def _rows(question: Question, tokenizer: Tokenizer) -> Iterator[Row]:
    fronts = [head(window.title, window.date) for window in question.windows]
    pairs = [(front, window.passage) for front, window in zip(fronts, question.windows, strict=True)]
    encodings = encode(tokenizer, question.question, pairs)
    for window, front, encoding in zip(question.windows, fronts, encodings, strict=True):
        yield encoding, _marks(window, front, encoding, question.span_known)


def _marks(window: Window, front: str, encoding: Encoding, span_known: bool) -> np.ndarray:
    """Mark text, starts, ends and evidence; an answer whose words are unknown may lie anywhere in the evidence."""
    marks = np.zeros((4, len(encoding.ids)), dtype=bool)
    places, lows, highs = np.array(text_tokens(encoding, front), dtype=int).reshape(-1, 3).T
    inside = _any((lows < end) & (start < highs) for start, end in window.evidence)
    starts = _any((lows <= start) & (start < highs) for start, _ in window.answers) if span_known else inside
    ends = _any((lows < end) & (end <= highs) for _, end in window.answers) if span_known else inside
    for row, found in enumerate((True, starts, ends, inside)):
        marks[row, places] = found
    return marks


def _any(found: Iterable[np.ndarray]) -> Any:
    """Return the positions at which at least one condition holds."""
    held = list(found)
    return np.any(held, axis=0) if held else False


def _inputs(encodings: Sequence[Encoding]) -> tuple[Tensor, Tensor, Tensor]:
    ids, mask, types = zip(*((c.ids, c.attention_mask, c.type_ids) for c in encodings), strict=True)
    return _stack(ids), _stack(mask), _stack(types)


def _stack(rows: Sequence[Sequence[int] | np.ndarray]) -> Tensor:
    stacked = np.zeros((len(rows), max(map(len, rows))), dtype=np.int64)
    for number, row in enumerate(rows):
        stacked[number, : len(row)] = row
    return torch.from_numpy(stacked)
