"""Train the check: `python -m rag.training.check_train --rows FILE --parses FILE --base WHEEL --out DIR`.

For how to stop, resume and finish a run, see `rag.training.run`. Its examples are rows.
"""

import argparse
import pickle
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from rag.ranking.encoding import load_tokenizer
from rag.training.check_data import block, read_rows
from rag.training.check_faults import vocabulary
from rag.training.check_grammar import read_passages
from rag.training.check_network import (
    MAX_TOKENS,
    WRONG_WEIGHT,
    Batch,
    Checker,
    bare_checker,
    batches,
    losses,
    new_checker,
    on_reader,
)
from rag.training.network import tokenizer_file
from rag.training.run import PIECE, Run, prepare_torch, run_options
from rag.training.weights import read_parts

BLOCK = 1_024
"""Number of rows generated and sorted by length together."""


class CheckRun(Run[list[Batch]]):
    """A training run of the check; each update consists of several batches of rows of similar length."""

    warmup = 2_000
    mean_share = 0.995

    def __init__(self, options: argparse.Namespace) -> None:
        self.checker = first(options)
        super().__init__(options, self.checker)

    def backward(self, update: list[Batch]) -> dict[str, Any]:
        """Compute the losses of an update's batches and their gradients."""
        rows = self.size(update)
        sums: dict[str, Tensor] = {}
        for batch in update:
            with torch.autocast(self.options.device, torch.bfloat16, enabled=self.options.bfloat16):
                parts = losses(self.checker, batch.to(self.options.device))
            ((parts["verdict"] + WRONG_WEIGHT * parts["wrong"]) / rows).backward()
            sums = {name: sums.get(name, 0) + value.detach() / rows for name, value in parts.items()}
        return sums

    def size(self, update: list[Batch]) -> int:
        """Return the number of rows in an update."""
        return sum(len(batch.labels) for batch in update)

    def stream(self) -> Iterator[list[Batch]]:
        """Yield the batches of one update after another, forever, starting where the run stopped."""
        order = count(self.progress.part)
        blocks = Blocks(self.options)
        for packed in DataLoader(blocks, batch_size=None, sampler=order, num_workers=self.options.workers):
            yield from pickle.loads(packed)[self.progress.update :]
            self.progress.part, self.progress.update = self.progress.part + 1, 0


def first(options: argparse.Namespace) -> Checker:
    """Return the initial network: an earlier check, or new heads on the reader's or the base's encoder."""
    if options.start is not None:
        checker = bare_checker(options.base)
        checker.load_state_dict(read_parts(options.start, "check"))
        return checker
    return on_reader(options.base, options.reader) if options.reader else new_checker(options.base)


class Blocks(Dataset[bytes]):
    """Blocks of rows, batched by update and pickled so that worker processes can prepare them."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.tokenizer = load_tokenizer(tokenizer_file(options.base, options.out))
        self.tokenizer.enable_truncation(MAX_TOKENS, strategy="only_second")
        self.public = read_rows(options.rows)
        self.passages = [passage for passage in read_passages(options.parses) if not passage.is_held]
        self.words = vocabulary(self.passages)

    def __getitem__(self, number: int) -> bytes:
        size: int = self.options.batch
        rows = block(self.public, self.passages, self.words, f"{self.options.seed}:{number}", BLOCK)
        updates = [rows[at : at + size] for at in range(0, len(rows), size)]
        piece = PIECE if self.options.device == "cpu" else 100 * PIECE
        return pickle.dumps([list(batches(self.tokenizer, update, piece)) for update in updates])


def main() -> None:
    """Train and leave `checkpoint.pt`, `tokenizer.json` and `train.log` in the folder."""
    parser = run_options(__doc__, rate=8e-5)
    parser.add_argument("--rows", type=Path, required=True, help="the public sets: train.jsonl.xz")
    parser.add_argument("--parses", type=Path, required=True, help="the file that `rag.training.check_parse` wrote")
    parser.add_argument("--reader", type=Path, help="begin with the reader's encoder: its int8 model, or its parts")
    parser.add_argument("--start", type=Path, help="begin with an earlier check's weights: the folder of its parts")
    parser.add_argument("--batch", type=int, default=32, help="rows in one update")
    options = parser.parse_args()
    prepare_torch(options)
    run = CheckRun(options)
    run.log(options={name: str(value) for name, value in vars(options).items()})
    run.train()


if __name__ == "__main__":
    main()
