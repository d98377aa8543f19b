"""The report of a run: its figures by set, type and turn, as data; and its files."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from eval.metrics.scored_answer import Case
from eval.runs.cache import Line
from eval.sets.questions import Question
from eval.stats.compare import Baseline, Comparison, compare
from eval.stats.figures import Figure, figures
from eval.stats.minimums import Miss, missed
from eval.stats.risk import at_coverages, bins, curve, judged

PRECISION = 0.8
"""The share of right answers that a threshold is looked up for, where none is named."""

FIRST_ERRORS = 10
"""How many failed questions a report names; `answers.jsonl` has every one."""

Figures = Mapping[str, Figure]


@dataclass(frozen=True)
class Demands:
    """What is asked of a run: the share of right answers to find a threshold for, least figures, an earlier run."""

    precision: float = PRECISION
    minimums: Mapping[str, float] = field(default_factory=dict)
    baseline: Baseline | None = None


class Failure(NamedTuple):
    """A question that got no answer, and the error in one line."""

    set: str
    id: str
    error: str


class Row(NamedTuple):
    """A question that was asked, and its line of `answers.jsonl`."""

    question: Question
    line: Line


class Grouped(NamedTuple):
    """A group of cases: how many, and their figures."""

    n: int
    figures: Figures


@dataclass(frozen=True)
class Report:
    """What a run over `total` questions measured and how long it took in seconds.

    `settings` tells what was run and what made the answers. Fewer rows than `total` means that the run was
    interrupted.
    """

    settings: Mapping[str, Any]
    total: int
    rows: Sequence[Row]
    seconds: float
    demands: Demands = Demands()

    @cached_property
    def cases(self) -> list[Case]:
        """The figures of every question that was answered."""
        return [Case(**row.line["case"]) for row in self.rows if "case" in row.line]

    @cached_property
    def failures(self) -> list[Failure]:
        """The questions that got no answer."""
        failed = [row for row in self.rows if "error" in row.line]
        return [Failure(row.question.set, row.question.id, row.line["error"]) for row in failed]

    @cached_property
    def overall(self) -> Figures:
        """Every figure over all cases."""
        return figures(self.cases)

    @cached_property
    def by_set(self) -> dict[str, Grouped]:
        """The figures of each question set."""
        return _grouped(self.cases, lambda case: case.set)

    @cached_property
    def by_type(self) -> dict[str, Grouped]:
        """The figures of each question type; of each set's types, where there are several sets."""
        several = len(self.by_set) > 1
        return _grouped(self.cases, lambda case: f"{case.set}: {case.type}" if several and case.type else case.type)

    @cached_property
    def by_turn(self) -> dict[str, Grouped]:
        """The figures of each turn of conversations."""
        of_turns = [case for case in self.cases if case.turn is not None]
        return _grouped(of_turns, lambda case: case.turn)

    @cached_property
    def comparison(self) -> Comparison | None:
        """What changed against the earlier run, where one is given."""
        baseline = self.demands.baseline
        return compare(baseline, self.cases, self.settings) if baseline else None

    @cached_property
    def misses(self) -> list[Miss]:
        """The wanted least figures that were not reached."""
        return missed(self.overall, self.demands.minimums)

    def counts(self) -> dict[str, int]:
        """Return how many questions and sentences there were of each kind that a reader must know."""
        return {
            "questions": self.total,
            "asked": len(self.rows),
            "reused": sum(bool(row.line.get("reused")) for row in self.rows),
            "failed": len(self.failures),
            "refused": sum(case.refused for case in self.cases),
            "answerable": sum(case.answerable is True for case in self.cases),
            "unanswerable": sum(case.answerable is False for case in self.cases),
            "inexact_sentences": sum(case.inexact for case in self.cases),
            "lost_quotes": sum(case.lost_quotes for case in self.cases),
            "unjudged": sum(row.line.get("judge", {}).get("right", 0) is None for row in self.rows),
        }


def write_report(report: Report, out: Path) -> None:
    """Write `report.json`, `report.md` and `report.html` into a folder."""
    from eval.reports.html import to_html
    from eval.reports.markdown import to_markdown

    _write(out / "report.json", _json_text(report))
    _write(out / "report.md", to_markdown(report))
    _write(out / "report.html", to_html(report))


def to_json(report: Report) -> dict[str, Any]:
    """Return the object of `report.json` but for its `cases`, figures rounded to 4 digits."""
    replies = judged(report.cases)
    return {
        "settings": dict(report.settings),
        "counts": report.counts(),
        "interrupted": len(report.rows) < report.total,
        "overall": _rounded(report.overall),
        "by_set": _groups(report.by_set),
        "by_type": _groups(report.by_type),
        "by_turn": _groups(report.by_turn),
        "risk": [point._asdict() for point in at_coverages(curve(replies))],
        "calibration": [each._asdict() for each in bins(replies)],
        "comparison": _compared(report.comparison) if report.comparison else None,
        "missed": [miss._asdict() for miss in report.misses],
        "failures": [failure._asdict() for failure in report.failures[:FIRST_ERRORS]],
        "seconds": round(report.seconds, 3),
    }


def _json_text(report: Report) -> str:
    """Return `report.json`, each case on a line of its own: the next run pairs them with its own."""
    head = json.dumps(to_json(report), ensure_ascii=False, indent=2)
    cases = ",\n    ".join(json.dumps(asdict(case), ensure_ascii=False) for case in report.cases)
    return f'{head[:-2]},\n  "cases": [\n    {cases}\n  ]\n}}\n'


def _compared(found: Comparison) -> dict[str, Any]:
    return {**found._asdict(), "changes": [change._asdict() for change in found.changes]}


def _grouped(cases: Sequence[Case], name: Callable[[Case], Any]) -> dict[str, Grouped]:
    groups: dict[Any, list[Case]] = {}
    for case in cases:
        groups.setdefault(name(case), []).append(case)
    return {str(each): Grouped(len(groups[each]), figures(groups[each])) for each in sorted(groups)}


def _groups(groups: Mapping[str, Grouped]) -> dict[str, Any]:
    return {name: {"n": group.n, "figures": _rounded(group.figures)} for name, group in groups.items()}


def _rounded(found: Figures) -> dict[str, dict[str, float | int | None]]:
    return {name: {key: _short(value) for key, value in figure._asdict().items()} for name, figure in found.items()}


def _short(value: float | None) -> float | None:
    return round(value, 4) if isinstance(value, float) else value


def _write(path: Path, text: str) -> None:
    # half a surrogate pair in a question becomes its JSON escape instead of an error
    path.write_text(text, encoding="utf-8", errors="backslashreplace")
