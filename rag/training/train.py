"""Train the reader: `python -m rag.training.train --questions DIR --base WHEEL --out DIR`.

For how to stop, resume and finish a run, see `rag.training.run`. Its examples are windows.
"""

import argparse
import pickle
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import nn
from torch.utils.data import DataLoader, Dataset

from rag.ranking.encoding import load_tokenizer
from rag.training.batches import Batch, batches
from rag.training.loss import Logits, losses, total
from rag.training.network import Reader, from_base, tokenizer_file
from rag.training.parts import read_part
from rag.training.run import CHECKPOINT, PIECE, Run, prepare_torch, run_options
from rag.training.weights import start_weights


class ReaderRun(Run[Batch]):
    """A training run of the reader, with or without a teacher."""

    warmup = 4_000
    mean_share = 0.998

    def __init__(self, options: argparse.Namespace) -> None:
        self.tokenizer = load_tokenizer(tokenizer_file(options.base, options.out))
        self.reader = from_base(options.base, bare=bool(options.start))
        if options.start:
            self.reader.load_state_dict(start_weights(options.start))
        self.teacher = _teacher(*options.teacher).to(options.device) if options.teacher else None
        super().__init__(options, self.reader)

    def backward(self, update: Batch) -> dict[str, Any]:
        """Compute the losses of a batch and their gradients."""
        parts = losses(logits(self.reader, update, self.options.bfloat16), update, self.taught(update))
        total(parts).backward()
        return parts

    def size(self, update: Batch) -> int:
        """Return the number of windows in a batch."""
        return len(update.owners)

    def taught(self, batch: Batch) -> Logits | None:
        """Return the teacher's outputs for a batch, or None if there is no teacher."""
        with torch.no_grad():
            return logits(self.teacher, batch, self.options.bfloat16) if self.teacher else None

    def stream(self) -> Iterator[Batch]:
        """Yield batches forever, starting where the run stopped: part by part, then from the first part again."""
        parts = _Parts(self.options, self.tokenizer)
        order = count(self.progress.part)
        for packed in DataLoader(parts, batch_size=None, sampler=order, num_workers=self.options.workers):
            made = pickle.loads(packed)
            yield from (batch.to(self.options.device) for batch in made[self.progress.update :])
            self.progress.part, self.progress.update = self.progress.part + 1, 0


class _Parts(Dataset[bytes]):
    """The parts of the data as batches, pickled so that worker processes can prepare them."""

    def __init__(self, options: argparse.Namespace, tokenizer: Tokenizer) -> None:
        self.options = options
        self.tokenizer = tokenizer

    def __getitem__(self, number: int) -> bytes:
        paths = sorted(self.options.questions.glob("*.jsonl.xz"))
        questions = read_part(paths[number % len(paths)])
        made = batches(questions, self.tokenizer, self.options.windows, self.options.seed + number)
        return pickle.dumps(list(made))


def _teacher(base: Path, run: Path) -> Reader:
    """Return the network of an earlier run, with the mean of its weights."""
    teacher = from_base(base, bare=True)
    teacher.load_state_dict(torch.load(run / CHECKPOINT, weights_only=True, map_location="cpu")["mean"])
    return teacher.eval()


def logits(reader: Reader, batch: Batch, bfloat16: bool) -> Logits:
    """Return the reader's outputs for all windows, computed in slices to reduce padding."""
    width = batch.text.shape[1]
    device = batch.text.device.type
    pieces = []
    for inputs in batch.slices(PIECE if device == "cpu" else 100 * PIECE):
        with torch.autocast(device, torch.bfloat16, enabled=bfloat16):
            *tokens, answer = reader(*inputs)
        pieces.append([*(nn.functional.pad(t, (0, width - t.shape[1])) for t in tokens), answer])
    start, end, evidence, answer = (torch.cat(parts) for parts in zip(*pieces, strict=True))
    return start, end, evidence, answer


def main() -> None:
    """Train and leave `checkpoint.pt`, `tokenizer.json` and `train.log` in the folder."""
    parser = run_options(__doc__, rate=5e-5)
    parser.add_argument("--questions", type=Path, required=True, help="folder that `rag.training.prepare` wrote")
    parser.add_argument("--start", type=Path, help="weights to begin with: an int8 model, or a folder of parts")
    parser.add_argument("--teacher", type=Path, nargs=2, help="base and folder of a run whose answers are learned too")
    parser.add_argument("--windows", type=int, default=24, help="windows in one update")
    options = parser.parse_args()
    prepare_torch(options)
    run = ReaderRun(options)
    run.log(options={name: str(value) for name, value in vars(options).items()})
    run.train()


if __name__ == "__main__":
    main()
