"""Compares two runs over the same questions: what changed, whether significantly, and which questions flipped."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb, exp, log
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from pydantic import TypeAdapter

from eval.metrics.correctness import is_correct
from eval.metrics.scored_answer import ScoredAnswer
from eval.sets.questions import Question
from eval.stats.figures import NAMES, Measured, measures
from eval.stats.intervals import draws, middle, whole
from index.errors import QuestionError

DIRECTIONS = {
    "refused": 0,
    "aurc": -1,
    "ece": -1,
    **dict.fromkeys(("tokens_in", "tokens_out", "writing_seconds", "seconds_p50", "seconds_p95"), 0),
}
"""-1: lower is better; 0: neither, or another figure decides. For all others higher is better."""

SLOWER = 1.2
"""How many times slower counts as worse: smaller changes come and go with the machine's load."""

SURE = 0.05
_SPEED = "speed"
Key = tuple[str, str]


@dataclass(frozen=True)
class Baseline:
    """An earlier run: its settings and scored answers, as in its `report.json`."""

    settings: Mapping[str, Any]
    cases: Sequence[ScoredAnswer]


class Change(NamedTuple):
    """A figure before and after, over the questions that both runs asked, and the difference with its 95% interval.

    `p` is McNemar's p if the figure is yes or no for each question. `verdict` is better, worse, or empty if the
    change may be chance or is neither. For `speed`, the difference is a ratio of seconds.
    """

    name: str
    old: float | None
    new: float | None
    difference: float | None
    low: float | None
    high: float | None
    n: int
    p: float | None
    verdict: str


class Comparison(NamedTuple):
    """The changes between two runs over their `paired` questions: figures, flipped questions, settings."""

    paired: int
    only_old: int
    only_new: int
    changes: list[Change]
    now_wrong: list[Key]
    now_right: list[Key]
    settings: dict[str, tuple[Any, Any]]

    @property
    def losses(self) -> list[Change]:
        """The figures that are significantly worse."""
        return [change for change in self.changes if change.verdict == "worse"]


def read_baseline(path: Path) -> Baseline:
    """Return the run of a `report.json`; raises QuestionError if the file is not one."""
    try:
        return TypeAdapter(Baseline).validate_python(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise QuestionError(f"Cannot read the baseline {path}: {error.strerror or error}.") from error
    except (ValueError, RecursionError) as error:
        message = f"{path} is not a report.json that this version of 'onrecord eval' wrote: run the baseline again."
        raise QuestionError(message) from error


def check_pairs(baseline: Baseline, questions: Sequence[Question]) -> None:
    """Raise QuestionError if a run over these questions cannot be compared, as none is in the baseline."""
    before = {(case.set, case.id) for case in baseline.cases}
    if not any((question.set, question.id) in before for question in questions):
        raise QuestionError("The baseline has none of these questions: compare runs over the same question sets.")


def compare(baseline: Baseline, cases: Sequence[ScoredAnswer], settings: Mapping[str, Any]) -> Comparison:
    """Pair the cases of two runs by question set and id, and measure every change over the pairs.

    The interval of a change is a paired bootstrap: both runs are measured on the same resamples of the questions
    (Efron and Tibshirani, 1993). If a figure is yes or no for each question, McNemar's exact test decides instead
    whether the change may be chance (McNemar, 1947).
    """
    before, after = ({(case.set, case.id): case for case in some} for some in (baseline.cases, cases))
    shared = [key for key in after if key in before]
    old, new = [before[key] for key in shared], [after[key] for key in shared]
    flips = [(key, is_correct(one), is_correct(other)) for key, one, other in zip(shared, old, new, strict=True)]
    return Comparison(
        paired=len(shared),
        only_old=len(before) - len(shared),
        only_new=len(after) - len(shared),
        changes=[*_changes(old, new), *_speed(old, new, baseline.settings, settings)] if shared else [],
        now_wrong=[key for key, was, now in flips if was is True and now is False],
        now_right=[key for key, was, now in flips if was is False and now is True],
        settings=_changed(baseline.settings, settings),
    )


def mcnemar(lost: int, won: int) -> float:
    """Return the chance of a split at least this uneven if losing and winning were equally likely.

    McNemar's exact binomial test, two-sided.
    """
    total = lost + won
    tail = sum(comb(total, number) for number in range(min(lost, won) + 1)) / (1 << total)
    return min(1.0, 2 * tail)


def _changes(old: Sequence[ScoredAnswer], new: Sequence[ScoredAnswer]) -> list[Change]:
    before, after = measures(old), measures(new)
    known = [name for name in NAMES if before[name].n or after[name].n]
    spans = _spans([(before[name], after[name]) for name in known], len(old))
    return [
        _change(name, before[name], after[name], span, _mcnemar(name, old, new), len(old))
        for name, span in zip(known, spans, strict=True)
    ]


def _spans(pairs: Sequence[tuple[Measured, Measured]], cases: int) -> list[tuple[float, float] | None]:
    """Return the interval of each difference, new minus old, over resamples that both runs share."""
    parts = [[new.measure(weights) - old.measure(weights) for old, new in pairs] for weights in draws(cases)]
    return [middle(np.concatenate(each)) for each in zip(*parts, strict=True)]


def _change(
    name: str, before: Measured, after: Measured, span: tuple[float, float] | None, p: float | None, cases: int
) -> Change:
    old, new = whole(before.measure, cases), whole(after.measure, cases)
    if old is None or new is None or span is None:
        return Change(name, old, new, None, None, None, min(before.n, after.n), None, "")
    difference = new - old
    is_sure = p < SURE if p is not None else not span[0] <= 0 <= span[1]
    return Change(name, old, new, difference, *span, min(before.n, after.n), p, _verdict(name, difference, is_sure))


def _verdict(name: str, difference: float, is_sure: bool) -> str:
    way = difference * DIRECTIONS.get(name, 1)
    if not is_sure or not way:
        return ""
    return "better" if way > 0 else "worse"


def _mcnemar(name: str, old: Sequence[ScoredAnswer], new: Sequence[ScoredAnswer]) -> float | None:
    """Return McNemar's p over the questions for which both runs have a yes or no; None for any other figure."""
    pairs = [(_single(name, one), _single(name, other)) for one, other in zip(old, new, strict=True)]
    known = [(one, other) for one, other in pairs if one is not None and other is not None]
    if not known or any(value not in (0, 1) for pair in known for value in pair):
        return None
    return mcnemar(sum(one > other for one, other in known), sum(one < other for one, other in known))


def _single(name: str, case: ScoredAnswer) -> float | None:
    """Return one case's value of a figure; refusing is yes or no too."""
    if name == "refused":
        return float(case.refused)
    if name == "refusal_recall":
        return float(case.refused) if case.answerable is False else None
    return case.figures.get(name)


def _speed(
    old: Sequence[ScoredAnswer], new: Sequence[ScoredAnswer], before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[Change]:
    """Return how many times as long the questions took: the geometric mean of the ratios (Fleming and Wallace, 1986).

    Empty if the runs are not comparable: on different machines, or with different numbers of questions at once.
    """
    if any(before.get(name) != after.get(name) for name in ("workers", "machine")):
        return []
    logs = np.array([log(max(b.seconds, 1e-4) / max(a.seconds, 1e-4)) for a, b in zip(old, new, strict=True)])
    means = np.concatenate([weights @ logs / len(logs) for weights in draws(len(logs))])
    low, high = (exp(value) for value in np.percentile(means, (2.5, 97.5)))
    verdict = "worse" if low > SLOWER else "better" if high < 1 / SLOWER else ""
    before_s, after_s = (float(np.mean([case.seconds for case in some])) for some in (old, new))
    return [Change(_SPEED, before_s, after_s, exp(float(logs.mean())), low, high, len(logs), None, verdict)]


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    names = dict.fromkeys([*before, *after])
    return {name: (before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)}
