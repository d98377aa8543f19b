"""Examples as tensors: the places of answers and evidence among the tokens, batches of like length."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Encoding, Tokenizer
from torch import Tensor

from rag.ranking.encoding import Span, encode, head, text_tokens
from rag.training.data import Example, overlap

POOL = 40
"""Batches that are sorted by length together."""


@dataclass(frozen=True)
class Batch:
    """The tensors of some examples; masks are true where a token is text, or gold."""

    inputs: tuple[Tensor, Tensor, Tensor]
    text: Tensor
    starts: Tensor
    ends: Tensor
    evidence: Tensor
    answerable: Tensor
    span_known: Tensor


def batches(examples: Sequence[Example], tokenizer: Tokenizer, size: int, seed: int) -> Iterator[Batch]:
    """Batches in random order, each of examples of about one length."""
    dice = random.Random(seed)
    for at in range(0, len(examples), size * POOL):
        group = [coded(example, tokenizer) for example in examples[at : at + size * POOL]]
        group.sort(key=lambda pair: len(pair[1].ids))
        parts = [group[i : i + size] for i in range(0, len(group), size)]
        dice.shuffle(parts)
        yield from map(to_batch, parts)


def coded(example: Example, tokenizer: Tokenizer) -> tuple[Example, Encoding]:
    """An example with its tokens."""
    front = head(example.title, example.date)
    return example, encode(tokenizer, example.question, [(front, example.passage)])[0]


def to_batch(pairs: Sequence[tuple[Example, Encoding]]) -> Batch:
    """Stack examples and mark their gold places; the null answer is the first token."""
    masks = [_masks(example, encoding) for example, encoding in pairs]
    text, starts, ends, evidence = (_stack(rows, torch.bool) for rows in zip(*masks, strict=True))
    known = torch.tensor([example.span_known for example, _ in pairs])
    lost = starts.sum(1).eq(0) | ends.sum(1).eq(0)
    answerable = torch.tensor([float(example.answerable) for example, _ in pairs])
    return Batch(_inputs([e for _, e in pairs]), text, starts, ends, evidence, answerable, known & ~lost)


def _inputs(encodings: Sequence[Encoding]) -> tuple[Tensor, Tensor, Tensor]:
    ids, mask, types = zip(*((c.ids, c.attention_mask, c.type_ids) for c in encodings), strict=True)
    return _stack(ids), _stack(mask), _stack(types)


def _masks(example: Example, encoding: Encoding) -> tuple[list[int], ...]:
    text, starts, ends, evidence = ([0] * len(encoding.ids) for _ in range(4))
    for place, low, high in text_tokens(encoding, head(example.title, example.date)):
        text[place] = 1
        starts[place] = int(any(low <= start < high for start, _ in example.answers))
        ends[place] = int(any(low < end <= high for _, end in example.answers))
        evidence[place] = int(_within((low, high), example.evidence))
    if not example.answerable:
        starts[0] = ends[0] = 1
    return text, starts, ends, evidence


def _within(token: Span, spans: Sequence[Span]) -> bool:
    return any(overlap(token, span) for span in spans)


def _stack(rows: Sequence[Sequence[int]], kind: torch.dtype = torch.long) -> Tensor:
    width = max(map(len, rows))
    return torch.tensor([[*row, *([0] * (width - len(row)))] for row in rows], dtype=kind)
