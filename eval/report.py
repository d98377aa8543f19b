"""The report of a run: figures overall and by question type, as JSON and as a Markdown page."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.figures import NAMES, Figure, figures
from eval.risk import Point, at_coverages, curve, judged, threshold_for
from eval.score import Case

BY_TYPE = {
    "recall@10": "chunks@10",
    "evidence_hit@1": "hit@1",
    "evidence_hit@3": "hit@3",
    "citation_precision": "cit. P",
    "citation_recall": "cit. R",
    "contained": "contained",
    "f1": "F1",
    "refused": "refused",
    "seconds_p50": "p50 s",
}
"""The figures in the Markdown's table by type, with their column heads; the JSON has them all."""

PRECISION = 0.8
"""The share of right answers that a threshold is looked up for, where none is named."""

FIRST_ERRORS = 10
"""How many failed questions a report names; `answers.jsonl` has every one."""


@dataclass(frozen=True)
class Failure:
    """A question that got no answer, and the error in one line."""

    id: str
    error: str


@dataclass(frozen=True)
class Report:
    """What a run over `total` questions measured and how long it took in seconds.

    `settings` tells what was run: the question set, its limits, versions; `precision` is the share of right
    answers for which a threshold is looked up. Fewer cases and failures
    than `total` means that the run was interrupted.
    """

    settings: Mapping[str, Any]
    total: int
    cases: Sequence[Case]
    failures: Sequence[Failure]
    seconds: float
    precision: float = PRECISION

    @property
    def asked(self) -> int:
        """How many questions were asked, the failed ones included."""
        return len(self.cases) + len(self.failures)

    def by_type(self) -> dict[str, list[Case]]:
        """Return the cases of each question type, types in alphabetical order."""
        types = sorted({case.type for case in self.cases})
        return {name: [case for case in self.cases if case.type == name] for name in types}

    def counts(self) -> dict[str, int]:
        """Return how many questions and sentences there were of each kind that a reader must know."""
        return {
            "questions": self.total,
            "asked": self.asked,
            "failed": len(self.failures),
            "refused": sum(case.refused for case in self.cases),
            "answerable": sum(case.answerable is True for case in self.cases),
            "unanswerable": sum(case.answerable is False for case in self.cases),
            "inexact_sentences": sum(case.inexact for case in self.cases),
            "lost_quotes": sum(case.lost_quotes for case in self.cases),
        }


def write_report(report: Report, out: Path) -> Path:
    """Write `report.json` and `report.md` into a folder and return the path of the page."""
    _write(out / "report.json", json.dumps(to_json(report), ensure_ascii=False, indent=2) + "\n")
    _write(out / "report.md", to_markdown(report))
    return out / "report.md"


def to_json(report: Report) -> dict[str, Any]:
    """Return the object of `report.json`, figures rounded to 4 digits."""
    return {
        "settings": dict(report.settings),
        "counts": report.counts(),
        "interrupted": report.asked < report.total,
        "overall": _rounded(figures(report.cases)),
        "risk": [point._asdict() for point in at_coverages(curve(judged(report.cases)))],
        "by_type": {name: _rounded(figures(cases)) for name, cases in report.by_type().items()},
        "failures": [asdict(failure) for failure in report.failures[:FIRST_ERRORS]],
        "seconds": round(report.seconds, 3),
    }


def to_markdown(report: Report) -> str:
    """Return the page of `report.md`, figures rounded to 3 digits."""
    sections = {
        f"# Evaluation over {cell(report.settings.get('questions', 'questions'))}": _opening(report),
        "## Overall": _overall(report.cases),
        "## By question type": _types(report.by_type()),
        "## Risk against coverage": "\n\n".join(risk_lines(report)),
        "## Limits": _listed(_limits(report)),
        "## Settings": _listed(_settings(report.settings)),
    }
    return "\n\n".join(f"{head}\n\n{body}" for head, body in sections.items() if body) + "\n"


def risk_lines(report: Report) -> list[str]:
    """Return what refusing more would cost and save: a table and a sentence, or nothing where none can be judged."""
    points = curve(judged(report.cases))
    if not points:
        return []
    rows = [(f"{p.coverage:.2f}", f"{p.risk:.3f}", f"{p.threshold:.3f}") for p in at_coverages(points)]
    return [_table(("answered", "wrong of these", "threshold"), rows), _wanted(points, report.precision)]


def _wanted(points: Sequence[Point], precision: float) -> str:
    found = threshold_for(points, precision)
    if found is None:
        return f"No threshold makes {precision:.0%} of the answers right."
    return (
        f"For {precision:.0%} right answers: --threshold {found.threshold:.4f}, "
        f"which answers {found.coverage:.0%} of these questions."
    )


def cell(value: object) -> str:
    """Return a value as one line of plain text that breaks no Markdown table or page."""
    text = " ".join(str(value).split())
    for mark in "\\|`*_[":
        text = text.replace(mark, f"\\{mark}")
    return text.replace("<", "&lt;")


def _opening(report: Report) -> str:
    counts = report.counts()
    return (
        f"{counts['asked']} of {counts['questions']} questions asked in {report.seconds:.1f} seconds: "
        f"{counts['refused']} refused, {counts['failed']} failed. {counts['answerable']} are answerable, "
        f"{counts['unanswerable']} are not. n is how many questions (for exactness: sentences) a "
        "figure applies to."
    )


def _overall(cases: Sequence[Case]) -> str:
    found = figures(cases)
    rows = [(NAMES[name], _digits(figure), figure.n) for name, figure in found.items()]
    return _table(("figure", "value", "n"), rows)


def _types(by_type: Mapping[str, Sequence[Case]]) -> str:
    if set(by_type) <= {""}:
        return ""
    rows = [(name or "(none)", len(cases), *_chosen(cases)) for name, cases in by_type.items()]
    return _table(("type", "questions", *BY_TYPE.values()), rows)


def _chosen(cases: Sequence[Case]) -> list[str]:
    found = figures(cases)
    return [_digits(found[name]) for name in BY_TYPE]


def _limits(report: Report) -> list[str]:
    counts = report.counts()
    lines = [
        (report.asked < report.total, f"Interrupted after {report.asked} of {report.total} questions."),
        (counts["failed"], f"Failed, and in no figure: {counts['failed']}."),
        (counts["inexact_sentences"], f"Sentences that are not exact: {counts['inexact_sentences']}."),
        (counts["lost_quotes"], f"Gold quotes not in the library, so never found: {counts['lost_quotes']}."),
        (True, "Exact match and F1 compare the words marked in the first statement (without the reader, all of it)."),
        (True, "Risk and calibration: a reply is right where its first evidence sentence is gold."),
        (True, "The seconds of the first question include what is loaded at first use."),
    ]
    errors = [f"Failed: {cell(one.id)}: {cell(one.error)}" for one in report.failures[:FIRST_ERRORS]]
    return [line for applies, line in lines if applies] + errors


def _settings(settings: Mapping[str, Any]) -> list[str]:
    return [f"{cell(name)}: {cell(value)}" for name, value in settings.items() if value is not None]


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    rule = ["---", *("---:" for _ in head[1:])]
    lines = [head, rule, *([cell(value) for value in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _listed(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _digits(figure: Figure) -> str:
    return "-" if figure.value is None else f"{figure.value:.3f}"


def _rounded(found: Mapping[str, Figure]) -> dict[str, dict[str, float | int | None]]:
    return {name: {"value": None if value is None else round(value, 4), "n": n} for name, (value, n) in found.items()}


def _write(path: Path, text: str) -> None:
    # half a surrogate pair in a question becomes its JSON escape instead of an error
    path.write_text(text, encoding="utf-8", errors="backslashreplace")
