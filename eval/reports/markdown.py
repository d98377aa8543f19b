"""The report as a Markdown page, and its short form for the summary of a build."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from eval.metrics.judge import PROMPT
from eval.reports.report import FIRST_ERRORS, Grouped, Report
from eval.stats.compare import SLOWER, Change, Comparison, Key
from eval.stats.figures import NAMES, Figure
from eval.stats.risk import Point, at_coverages, curve, judged, threshold_for

CHOSEN = {
    "recall@10": "chunks@10",
    "evidence_hit@1": "hit@1",
    "evidence_hit@3": "hit@3",
    "citation_precision": "cit. P",
    "citation_recall": "cit. R",
    "support_recall": "supported",
    "contained": "contained",
    "f1": "F1",
    "refused": "refused",
    "refusal_f1": "refusal F1",
    "seconds_p50": "p50 s",
}
"""The figures in tables of groups, with their column heads; the JSON has them all."""

_FLIPS = 20
"""How many flipped questions are named each way; `report.json` has them all."""


def to_markdown(report: Report) -> str:
    """Return the page of `report.md`, figures rounded to 3 digits."""
    sections = {
        f"# Evaluation over {cell(title(report))}": opening(report),
        "## Against the baseline": "\n\n".join(comparison_lines(report)),
        "## Wanted and missed": listed(str(miss) for miss in report.misses),
        "## Overall": _overall(report),
        "## By question set": groups_table("set", report.by_set) if len(report.by_set) > 1 else "",
        "## By question type": groups_table("type", report.by_type) if any(report.by_type) else "",
        "## By turn": groups_table("turn", report.by_turn),
        "## Risk against coverage": "\n\n".join(risk_lines(report)),
        "## Limits": listed(map(cell, limits(report))),
        "## Settings": listed(f"{cell(name)}: {cell(value)}" for name, value in settings(report).items()),
        "## The judge's prompt": f"```text\n{PROMPT}\n```" if report.settings.get("judge") else "",
    }
    return "\n\n".join(f"{head}\n\n{body}" for head, body in sections.items() if body) + "\n"


def to_summary(report: Report) -> str:
    """Return the short page for the summary of a build: what failed, what changed, the figures."""
    sections = {
        f"## Evaluation over {cell(title(report))}": opening(report),
        "### Wanted and missed": listed(str(miss) for miss in report.misses),
        "### Against the baseline": "\n\n".join(comparison_lines(report)),
        "### Failed": listed(map(cell, failure_lines(report))),
        "### Figures": groups_table("set", report.by_set | _of_all(report)),
    }
    return "\n\n".join(f"{head}\n\n{body}" for head, body in sections.items() if body) + "\n"


def title(report: Report) -> str:
    """Return what was asked, in one line."""
    return str(report.settings.get("questions", "questions"))


def opening(report: Report) -> str:
    """Return how many questions were asked and what became of them."""
    counts = report.counts()
    kept = f" {counts['reused']} were known from an earlier run." if counts["reused"] else ""
    return (
        f"{counts['asked']} of {counts['questions']} questions asked in {report.seconds:.1f} seconds: "
        f"{counts['refused']} refused, {counts['failed']} failed. {counts['answerable']} are answerable, "
        f"{counts['unanswerable']} are not.{kept} n is how many questions (for exactness: sentences) a "
        "figure applies to; the intervals are bootstrapped."
    )


def risk_lines(report: Report) -> list[str]:
    """Return what refusing more would cost and save: a table and a sentence, or nothing where none can be judged."""
    points = curve(judged(report.cases))
    if not points:
        return []
    rows = risk_rows(points)
    told = wanted_threshold(points, report.demands.precision)
    return [table(("answered", "wrong of these", "threshold"), rows), told]


def risk_rows(points: Sequence[Point]) -> list[tuple[str, str, str]]:
    """Return the share answered, the share of these that is wrong, and the threshold, at rounded shares."""
    return [(f"{p.coverage:.2f}", f"{p.risk:.3f}", f"{p.threshold:.3f}") for p in at_coverages(points)]


def wanted_threshold(points: Sequence[Point], precision: float) -> str:
    """Return the threshold that makes this share of the answers right, in a sentence."""
    found = threshold_for(points, precision)
    if found is None:
        return f"No threshold makes {precision:.0%} of the answers right."
    return (
        f"For {precision:.0%} right answers: --threshold {found.threshold:.4f}, "
        f"which answers {found.coverage:.0%} of these questions."
    )


def comparison_lines(report: Report) -> list[str]:
    """Return what changed against the baseline: a table, the flipped questions, the settings that differ."""
    found = report.comparison
    if not found:
        return []
    asked = {(row.question.set, row.question.id): row.question.question for row in report.rows}
    rows = [change_cells(change) for change in found.changes]
    return [
        paired_line(found),
        table(("figure", "before", "now", "change", "95% interval", "n", ""), rows),
        *_flipped("Now wrong", found.now_wrong, asked),
        *_flipped("Now right", found.now_right, asked),
        *([f"Settings that differ:\n\n{listed(setting_lines(found.settings))}"] if found.settings else []),
    ]


def paired_line(found: Comparison) -> str:
    """Return how the runs were paired, and what a verdict means."""
    alone = f" {found.only_old} only in the baseline and {found.only_new} only in this run are left out."
    compared = sum(change.difference is not None for change in found.changes)
    timed = any(change.name == "speed" for change in found.changes)
    return (
        f"{found.paired} questions are in both runs.{alone if found.only_old or found.only_new else ''} "
        "Changes are called better or worse where their 95% interval excludes none (figures that are yes or no for "
        f"each question: where McNemar's p is below .05). Of {compared} figures about one in forty looks worse by "
        "chance alone, where anything varied at all. "
        + (
            f"Speed is the ratio of seconds, and worse where it is surely above {SLOWER}."
            if timed
            else "Speed is not compared: the runs were made on different machines or with different --workers."
        )
    )


def change_cells(change: Change) -> tuple[str, ...]:
    """Return one change as the cells of a table."""
    is_ratio = change.name == "speed"
    sign = "" if is_ratio else "+"
    told = "" if change.difference is None else f"{'×' if is_ratio else ''}{change.difference:{sign}.3f}"
    span = "" if change.low is None or change.high is None else f"{change.low:{sign}.3f} to {change.high:{sign}.3f}"
    p = "" if change.p is None else f" (p {change.p:.3f})"
    head = "Seconds of a question (mean; ratio)" if is_ratio else NAMES[change.name]
    return head, _number(change.old), _number(change.new), told, f"{span}{p}", str(change.n), change.verdict


def setting_lines(changed: Mapping[str, tuple[Any, Any]]) -> list[str]:
    """Return the settings that differ, one line each."""
    return [cell(f"{name}: {old} → {new}") for name, (old, new) in changed.items()]


def limits(report: Report) -> list[str]:
    """Return what a reader must know about the figures, and the first failures."""
    counts = report.counts()
    workers = report.settings.get("workers") or 1
    lines = [
        (len(report.rows) < report.total, f"Interrupted after {len(report.rows)} of {report.total} questions."),
        (counts["failed"], f"Failed, and in no figure: {counts['failed']}."),
        (counts["inexact_sentences"], f"Sentences that are not exact: {counts['inexact_sentences']}."),
        (counts["lost_quotes"], f"Gold quotes not in the library, so never found: {counts['lost_quotes']}."),
        (counts["unjudged"], f"Answers that the judge gave no verdict on: {counts['unjudged']}."),
        (True, "Exact match and F1 compare the words marked in the first statement (without the reader, all of it)."),
        (True, "Risk and calibration: a reply is right where its first evidence sentence is gold."),
        (True, "The seconds of the first question include what is loaded at first use."),
        (workers > 1, f"{workers} questions were asked at once, so the seconds of each include waiting for others."),
        (counts["reused"], f"{counts['reused']} answers were known; their seconds are those of when they were made."),
        (report.settings.get("judge"), "The judge is a language model: its figure is an opinion beside the others."),
    ]
    return [line for applies, line in lines if applies] + failure_lines(report)


def failure_lines(report: Report) -> list[str]:
    """Return the first questions that got no answer, one line each."""
    return [f"Failed: {one.set}: {one.id}: {one.error}" for one in report.failures[:FIRST_ERRORS]]


def settings(report: Report) -> dict[str, Any]:
    """Return the settings that have a value."""
    return {name: value for name, value in report.settings.items() if value is not None}


def groups_table(name: str, groups: Mapping[str, Grouped]) -> str:
    """Return a table with a row for each group; nothing for no groups."""
    rows = [(each or "(none)", group.n, *_chosen(group.figures)) for each, group in groups.items()]
    return table((name, "questions", *CHOSEN.values()), rows) if rows else ""


def cell(value: object) -> str:
    """Return a value as one line of plain text that breaks no Markdown table or page."""
    text = " ".join(str(value).split())
    for mark in "\\|`*_[":
        text = text.replace(mark, f"\\{mark}")
    return text.replace("<", "&lt;")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table, its first column to the left and all others to the right."""
    rule = ["---", *("---:" for _ in head[1:])]
    lines = [head, rule, *([cell(value) for value in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def listed(lines: Iterable[str]) -> str:
    """Return lines as a Markdown list."""
    return "\n".join(f"- {line}" for line in lines)


def span(figure: Figure) -> str:
    """Return a figure's interval as text, or nothing."""
    return "" if figure.low is None or figure.high is None else f"{figure.low:.3f} to {figure.high:.3f}"


def _of_all(report: Report) -> dict[str, Grouped]:
    return {"all": Grouped(len(report.cases), report.overall)} if len(report.by_set) > 1 else {}


def _overall(report: Report) -> str:
    rows = [(NAMES[name], _number(figure.value), span(figure), figure.n) for name, figure in report.overall.items()]
    return table(("figure", "value", "95% interval", "n"), rows)


def _flipped(head: str, keys: Sequence[Key], asked: Mapping[Key, str]) -> list[str]:
    if not keys:
        return [f"{head}: no question."]
    lines = [f"{cell(' '.join(key))}: {cell(asked[key])}" for key in keys[:_FLIPS]]
    more = [f"and {len(keys) - _FLIPS} more, named in report.json"] if len(keys) > _FLIPS else []
    return [f"{head} ({len(keys)}):\n\n{listed(lines + more)}"]


def _chosen(figures: Mapping[str, Figure]) -> list[str]:
    return [_number(figures[name].value) for name in CHOSEN]


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
