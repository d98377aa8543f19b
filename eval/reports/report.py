"""The report of a run as data: its figures by set, type and turn."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from eval.answers_file import AnswerLine
from eval.metrics.scored_answer import ScoredAnswer
from eval.sets.questions import Question
from eval.stats.compare import Baseline, Comparison, compare
from eval.stats.figures import Figure, figures
from eval.stats.minimums import Shortfall, find_shortfalls
from eval.stats.risk import at_coverages, bins, curve, decided

PRECISION = 0.8
"""Default share of right answers for which the report finds a threshold."""

FIRST_ERRORS = 10
"""How many failed questions a report lists; `answers.jsonl` has all of them."""

Figures = Mapping[str, Figure]


@dataclass(frozen=True)
class Requirements:
    """A run's targets: the share of right answers to find a threshold for, minimums, an earlier run to compare with."""

    precision: float = PRECISION
    minimums: Mapping[str, float] = field(default_factory=dict)
    baseline: Baseline | None = None


class Failure(NamedTuple):
    """A question that failed, and its error in one line."""

    set: str
    id: str
    error: str


class Result(NamedTuple):
    """A question that was asked, and its line of `answers.jsonl`."""

    question: Question
    line: AnswerLine


class Group(NamedTuple):
    """A group of cases: their number and figures."""

    n: int
    figures: Figures


@dataclass(frozen=True)
class Report:
    """The results of a run over `total` questions, and how long it took in seconds.

    `settings` records what was run and what produced the answers. Fewer results than `total` mean that the run was
    interrupted.
    """

    settings: Mapping[str, Any]
    total: int
    results: Sequence[Result]
    seconds: float
    requirements: Requirements = Requirements()

    @cached_property
    def cases(self) -> list[ScoredAnswer]:
        """The scores of every question that was answered."""
        return [line.case for _, line in self.results if line.case]

    @cached_property
    def failures(self) -> list[Failure]:
        """The questions that failed."""
        return [Failure(each.set, each.id, line.error) for each, line in self.results if line.error is not None]

    @cached_property
    def overall(self) -> Figures:
        """Every figure over all cases."""
        return figures(self.cases)

    @cached_property
    def by_set(self) -> dict[str, Group]:
        """The figures of each question set."""
        return _grouped(self.cases, lambda case: case.set)

    @cached_property
    def by_type(self) -> dict[str, Group]:
        """The figures of each question type; of each set's types if there are several sets."""
        several = len(self.by_set) > 1
        return _grouped(self.cases, lambda case: f"{case.set}: {case.type}" if several and case.type else case.type)

    @cached_property
    def by_turn(self) -> dict[str, Group]:
        """The figures of each turn of conversations."""
        of_turns = [case for case in self.cases if case.turn is not None]
        return _grouped(of_turns, lambda case: case.turn)

    @cached_property
    def comparison(self) -> Comparison | None:
        """The changes against the earlier run, if one is given."""
        baseline = self.requirements.baseline
        return compare(baseline, self.cases, self.settings) if baseline else None

    @cached_property
    def shortfalls(self) -> list[Shortfall]:
        """The minimums that were not reached."""
        return find_shortfalls(self.overall, self.requirements.minimums)

    def counts(self) -> dict[str, int]:
        """Return the counts of questions and sentences that the report states."""
        return {
            "questions": self.total,
            "asked": len(self.results),
            "reused": sum(line.reused for _, line in self.results),
            "failed": len(self.failures),
            "refused": sum(case.refused for case in self.cases),
            "answerable": sum(case.answerable is True for case in self.cases),
            "unanswerable": sum(case.answerable is False for case in self.cases),
            "inexact_sentences": sum(case.inexact for case in self.cases),
            "lost_quotes": sum(case.lost_quotes for case in self.cases),
            "unjudged": sum(line.is_unjudged for _, line in self.results),
        }


def to_json(report: Report) -> dict[str, Any]:
    """Return the object of `report.json` without its `cases`, figures rounded to 4 digits."""
    replies = decided(report.cases)
    return {
        "settings": dict(report.settings),
        "counts": report.counts(),
        "interrupted": len(report.results) < report.total,
        "overall": _rounded(report.overall),
        "by_set": _groups(report.by_set),
        "by_type": _groups(report.by_type),
        "by_turn": _groups(report.by_turn),
        "risk": [point._asdict() for point in at_coverages(curve(replies))],
        "calibration": [each._asdict() for each in bins(replies)],
        "comparison": _comparison(report.comparison) if report.comparison else None,
        "missed": [each._asdict() for each in report.shortfalls],
        "failures": [failure._asdict() for failure in report.failures[:FIRST_ERRORS]],
        "seconds": round(report.seconds, 3),
    }


def _comparison(comparison: Comparison) -> dict[str, Any]:
    return {**comparison._asdict(), "changes": [change._asdict() for change in comparison.changes]}


def _grouped(cases: Sequence[ScoredAnswer], name: Callable[[ScoredAnswer], Any]) -> dict[str, Group]:
    groups: dict[Any, list[ScoredAnswer]] = {}
    for case in cases:
        groups.setdefault(name(case), []).append(case)
    return {str(each): Group(len(groups[each]), figures(groups[each])) for each in sorted(groups)}


def _groups(groups: Mapping[str, Group]) -> dict[str, Any]:
    return {name: {"n": group.n, "figures": _rounded(group.figures)} for name, group in groups.items()}


def _rounded(figures: Figures) -> dict[str, dict[str, float | int | None]]:
    return {
        name: {key: round(value, 4) if isinstance(value, float) else value for key, value in figure._asdict().items()}
        for name, figure in figures.items()
    }
