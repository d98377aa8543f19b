"""The check's network: a MiniLM encoder that reads a statement with its evidence and predicts whether it is supported.

[CLS] statement [SEP] title · paper · date · author ·
evidence [SEP]
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Encoding, Tokenizer
from torch import Tensor, nn
from transformers import BertModel

from rag.ranking.encoding import HEAD_END
from rag.training.check_data import Row
from rag.training.network import from_base
from rag.training.weights import start_weights

LABELS = ("supported", "contradicted", "not told")
OUTPUTS = ("wrong", "verdict")
MAX_TOKENS, MAX_STATEMENT_TOKENS = 256, 128
WRONG_WEIGHT = 0.5
"""Weight of the loss over the statement's tokens, relative to that of the verdict."""
RARE = 3.0
"""Weight of tokens that are part of a fault, because they are rare."""

_OF_LABEL = {"supported": 0, "contradicted": 1, "not told": 2, "unsupported": 3}


class Checker(nn.Module):
    """Three logits for the pair (`LABELS`), and one for each token: whether the evidence fails to support it."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        self.encoder = encoder
        self.verdict = nn.Linear(encoder.config.hidden_size, len(LABELS))
        self.wrong = nn.Linear(encoder.config.hidden_size, 1)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> tuple[Tensor, Tensor]:
        """Return the logits in the order of `OUTPUTS`."""
        hidden = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        return self.wrong(hidden).squeeze(-1), self.verdict(hidden[:, 0])


def new_checker(base: Path) -> Checker:
    """Return a checker with new heads on the base's encoder."""
    return Checker(from_base(base).encoder)


def on_reader(base: Path, reader: Path) -> Checker:
    """Return a checker with new heads on the reader's encoder, which is already trained on text pairs."""
    checker = bare_checker(base)
    weights = {name: value for name, value in start_weights(reader).items() if name.startswith("encoder.")}
    checker.load_state_dict(weights, strict=False)
    return checker


def bare_checker(base: Path) -> Checker:
    """Return a checker of the base's shape whose weights are still to be loaded."""
    return Checker(from_base(base, bare=True).encoder)


@dataclass(frozen=True)
class Batch:
    """The tensors of several rows; `wrong` is 1 at the tokens of a fault, `judged` where those tokens are known."""

    inputs: tuple[Tensor, Tensor, Tensor]
    labels: Tensor
    wrong: Tensor
    judged: Tensor

    def to(self, device: str) -> "Batch":
        """Return the batch on the given device."""
        ids, mask, types = (tensor.to(device) for tensor in self.inputs)
        return Batch((ids, mask, types), *(tensor.to(device) for tensor in (self.labels, self.wrong, self.judged)))


def encode(tokenizer: Tokenizer, rows: Sequence[Row]) -> list[Encoding]:
    """Encode rows as text pairs."""
    pairs = [(short(tokenizer, row.statement), evidence(row)) for row in rows]
    return list(tokenizer.encode_batch(pairs))


def evidence(row: Row) -> str:
    """Return the head of the article, followed by the evidence sentences."""
    return (row.head + HEAD_END if row.head else "") + " ".join(row.evidence)


def short(tokenizer: Tokenizer, statement: str) -> str:
    """Return the statement, truncated if it is far too long."""
    offsets = tokenizer.encode(statement, add_special_tokens=False).offsets
    return statement if len(offsets) <= MAX_STATEMENT_TOKENS else statement[: offsets[MAX_STATEMENT_TOKENS - 1][1]]


def batches(tokenizer: Tokenizer, rows: Sequence[Row], tokens: int) -> Iterator[Batch]:
    """Yield batches of rows of similar length, each of at most `tokens` tokens including padding."""
    pairs = sorted(zip(encode(tokenizer, rows), rows, strict=True), key=lambda pair: len(pair[0].ids))
    held: list[tuple[Encoding, Row]] = []
    for pair in pairs:
        if held and len(pair[0].ids) * (len(held) + 1) > tokens:
            yield to_batch(held)
            held = []
        held.append(pair)
    if held:
        yield to_batch(held)


def to_batch(pairs: Sequence[tuple[Encoding, Row]]) -> Batch:
    """Stack rows and mark the wrong tokens of their statements."""
    encodings = [encoding for encoding, _ in pairs]
    ids, mask, types = zip(*((e.ids, e.attention_mask, e.type_ids) for e in encodings), strict=True)
    labels = torch.tensor([_OF_LABEL[row.label] for _, row in pairs])
    wrong, judged = (_stack(rows) for rows in zip(*(_marks(*pair) for pair in pairs), strict=True))
    return Batch((_stack(ids), _stack(mask), _stack(types)), labels, wrong.float(), judged.float())


def _marks(encoding: Encoding, row: Row) -> tuple[list[int], list[int]]:
    places = list(zip(encoding.sequence_ids, encoding.offsets, strict=True))
    spans = row.wrong or ()
    wrong = [int(part == 0 and any(start < b and a < end for a, b in spans)) for part, (start, end) in places]
    return wrong, [int(part == 0 and row.wrong is not None) for part, _ in places]


def _stack(rows: Sequence[Sequence[int]]) -> Tensor:
    width = max(map(len, rows))
    return torch.tensor([[*row, *([0] * (width - len(row)))] for row in rows])


def losses(checker: Checker, batch: Batch) -> dict[str, Tensor]:
    """Return both losses summed over the batch; a row labelled only `unsupported` may be of either kind."""
    wrong, verdict = (logits.float() for logits in checker(*batch.inputs))
    chances = torch.log_softmax(verdict, 1)
    chances = torch.cat([chances, torch.logsumexp(chances[:, 1:], 1, keepdim=True)], 1)
    found = -chances.gather(1, batch.labels[:, None]).sum()
    weight = batch.judged * (1 + (RARE - 1) * batch.wrong)
    marked = nn.functional.binary_cross_entropy_with_logits(wrong, batch.wrong, weight=weight, reduction="none")
    return {"verdict": found, "wrong": (marked.sum(1) / batch.judged.sum(1).clamp(min=1)).sum()}
