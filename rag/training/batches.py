"""Questions as tensors: the places of answers and evidence among the tokens, windows of like length together."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Encoding, Tokenizer
from torch import Tensor

from rag.ranking.encoding import encode, head, text_tokens
from rag.training.data import overlap
from rag.training.questions import Question
from rag.training.windows import Window

Row = tuple[Encoding, list[list[int]]]
"""A window's tokens, and marks of equal length: text, starts, ends, evidence."""


@dataclass(frozen=True)
class Batch:
    """The tensors of some questions' windows, shortest window first.

    `owners` has the number of each window's question; `answerable` and `known` count by question: whether one
    of its windows answers, and whether the places of its answer are known.
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
        """The batch on a device."""
        inputs = self.inputs[0].to(device), self.inputs[1].to(device), self.inputs[2].to(device)
        rest = {name: value.to(device) for name, value in vars(self).items() if name != "inputs"}
        return Batch(inputs, **rest)

    def slices(self, tokens: int) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        """The inputs in pieces of about so many tokens, each no wider than its longest window."""
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
    """Batches in random order, each of whole questions with about so many windows together."""
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
    """Stack the windows of questions and mark their gold places."""
    owned = [(n, row) for n, question in enumerate(questions) for row in _rows(question, tokenizer)]
    owned.sort(key=lambda pair: len(pair[1][0].ids))
    owners = torch.tensor([number for number, _ in owned])
    rows = [row for _, row in owned]
    text, starts, ends, evidence = (_stack([marks[i] for _, marks in rows], torch.bool) for i in range(4))
    answerable = torch.tensor([question.answerable for question in questions])
    found = torch.zeros(len(questions), dtype=torch.bool)
    found[owners[starts.any(1) & ends.any(1)]] = True
    inputs = _inputs([encoding for encoding, _ in rows])
    return Batch(inputs, text, starts, ends, evidence, evidence.any(1).float(), owners, answerable, found | ~answerable)


def _rows(question: Question, tokenizer: Tokenizer) -> Iterator[Row]:
    fronts = [head(window.title, window.date) for window in question.windows]
    pairs = [(front, window.passage) for front, window in zip(fronts, question.windows, strict=True)]
    for window, front, encoding in zip(
        question.windows, fronts, encode(tokenizer, question.question, pairs), strict=True
    ):
        yield encoding, _marks(window, front, encoding, question.span_known)


def _marks(window: Window, front: str, encoding: Encoding, span_known: bool) -> list[list[int]]:
    """Where text, starts, ends and evidence are; an answer of unknown words lies anywhere in the evidence."""
    text, starts, ends, evidence = ([0] * len(encoding.ids) for _ in range(4))
    for place, low, high in text_tokens(encoding, front):
        inside = any(overlap((low, high), span) for span in window.evidence)
        text[place] = 1
        evidence[place] = int(inside)
        starts[place] = int(any(low <= start < high for start, _ in window.answers) if span_known else inside)
        ends[place] = int(any(low < end <= high for _, end in window.answers) if span_known else inside)
    return [text, starts, ends, evidence]


def _inputs(encodings: Sequence[Encoding]) -> tuple[Tensor, Tensor, Tensor]:
    ids, mask, types = zip(*((c.ids, c.attention_mask, c.type_ids) for c in encodings), strict=True)
    return _stack(ids), _stack(mask), _stack(types)


def _stack(rows: Sequence[Sequence[int]], kind: torch.dtype = torch.long) -> Tensor:
    width = max(map(len, rows))
    return torch.tensor([[*row, *([0] * (width - len(row)))] for row in rows], dtype=kind)
