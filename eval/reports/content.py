"""The content of a report, independent of its format: sections of sentences, tables and lists, as plain text."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from eval.metrics.judge import PROMPT
from eval.reports.report import FIRST_ERRORS, Group, Report
from eval.stats.compare import SLOWER, Change, Comparison, Key
from eval.stats.figures import NAMES, Figure
from eval.stats.risk import at_coverages, curve, decided, threshold_for

GROUP_COLUMNS = {
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
"""The figures shown in tables of groups, with their column headings; the JSON has them all."""

_FLIPS = 50
"""How many questions that went from right to wrong, or back, are listed; `report.json` has them all."""


class Table(NamedTuple):
    """A table: its column headings and the texts of its cells."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]


class Lines(NamedTuple):
    """A list of lines, with or without a heading."""

    lines: Sequence[str]
    heading: str = ""


class Verbatim(NamedTuple):
    """Text shown exactly as it is."""

    text: str


Block = str | Table | Lines | Verbatim


class Section(NamedTuple):
    """A heading and the content under it."""

    heading: str
    blocks: Sequence[Block]


def title(report: Report) -> str:
    """Return the title of a report."""
    return f"Evaluation of {report.settings.get('questions', 'questions')}"


def opening(report: Report) -> str:
    """Return how many questions were asked, refused and failed."""
    counts = report.counts()
    reused = f" {counts['reused']} answers were reused from an earlier run." if counts["reused"] else ""
    return (
        f"{counts['asked']} of {counts['questions']} questions asked in {report.seconds:.1f} seconds: "
        f"{counts['refused']} refused, {counts['failed']} failed. {counts['answerable']} are answerable and "
        f"{counts['unanswerable']} are not.{reused} n is the number of questions (for exactness: sentences) that a "
        "figure applies to. Intervals are 95% bootstrap intervals."
    )


def sections(report: Report) -> list[Section]:
    """Return the sections of the full report that have any content."""
    groups = {
        "set": report.by_set if len(report.by_set) > 1 else {},
        "type": report.by_type if any(report.by_type) else {},
        "turn": report.by_turn,
    }
    names = {"set": "By question set", "type": "By question type", "turn": "By turn"}
    settings = [f"{name}: {value}" for name, value in report.settings.items() if value is not None]
    found = [
        Section("Against the baseline", comparison_blocks(report)),
        Section("Minimums not reached", shortfall_blocks(report)),
        Section("Figures", [_overall_table(report.overall)]),
        *(Section(names[name], group_blocks(name, group)) for name, group in groups.items()),
        Section("Risk against coverage", risk_blocks(report)),
        Section("Limits", [Lines(limits(report))]),
        Section("Settings", [Lines(settings)] if settings else []),
        Section("The judge's prompt", [Verbatim(PROMPT)] if report.settings.get("judge") else []),
    ]
    return [section for section in found if section.blocks]


def shortfall_blocks(report: Report) -> list[Block]:
    """Return a table of the figures below their minimum, or nothing."""
    return [Lines([str(each) for each in report.shortfalls])] if report.shortfalls else []


def group_blocks(name: str, groups: Mapping[str, Group]) -> list[Block]:
    """Return a table with a row for each group; nothing if there are no groups."""
    rows = [
        (each or "(none)", str(group.n), *(number(group.figures[key].value) for key in GROUP_COLUMNS))
        for each, group in groups.items()
    ]
    return [Table((name, "questions", *GROUP_COLUMNS.values()), rows)] if rows else []


def risk_blocks(report: Report) -> list[Block]:
    """Return what refusing more would cost and save: a table and a sentence, or nothing if it is not known."""
    points, precision = curve(decided(report.cases)), report.requirements.precision
    if not points:
        return []
    rows = [(f"{p.coverage:.2f}", f"{p.risk:.3f}", f"{p.threshold:.3f}") for p in at_coverages(points)]
    best = threshold_for(points, precision)
    advice = (
        f"For {precision:.0%} right answers: --threshold {best.threshold:.4f}, "
        f"which answers {best.coverage:.0%} of these questions."
        if best
        else f"No threshold makes {precision:.0%} of the answers right."
    )
    return [Table(("answered", "of these, wrong", "threshold"), rows), advice]


def comparison_blocks(report: Report) -> list[Block]:
    """Return what changed against the baseline: a table, the flipped questions, the settings that differ."""
    comparison = report.comparison
    if not comparison:
        return []
    asked = {(question.set, question.id): question.question for question, _ in report.results}
    flips = {"Now wrong": comparison.now_wrong, "Now right": comparison.now_right}
    differing = [f"{name}: {old} → {new}" for name, (old, new) in comparison.settings.items()]
    return [
        _pairing(comparison),
        Table(
            ("figure", "before", "now", "change", "95% interval", "n", "verdict"),
            [change_cells(change) for change in comparison.changes],
        ),
        *(Lines(_flip_lines(keys, asked), f"{heading} ({len(keys)})") for heading, keys in flips.items()),
        *([Lines(differing, "Settings that differ")] if differing else []),
    ]


def change_cells(change: Change) -> tuple[str, ...]:
    """Return the table cells of one change."""
    is_ratio = change.name == "speed"
    sign = "" if is_ratio else "+"
    difference = "" if change.difference is None else f"{'×' if is_ratio else ''}{change.difference:{sign}.3f}"
    interval = "" if change.low is None or change.high is None else f"{change.low:{sign}.3f} to {change.high:{sign}.3f}"
    p = "" if change.p is None else f" (p {change.p:.3f})"
    name = "Seconds per question (mean; ratio)" if is_ratio else NAMES[change.name]
    return name, number(change.old), number(change.new), difference, f"{interval}{p}", str(change.n), change.verdict


def limits(report: Report) -> list[str]:
    """Return caveats about the figures, and the first failures."""
    counts = report.counts()
    workers = report.settings.get("workers") or 1
    lines = [
        (
            len(report.results) < report.total,
            f"Interrupted after {len(report.results)} of {report.total} questions.",
        ),
        (counts["failed"], f"Questions that failed and are not in the figures: {counts['failed']}."),
        (counts["inexact_sentences"], f"Sentences that differ from the article's text: {counts['inexact_sentences']}."),
        (
            counts["lost_quotes"],
            f"Gold quotes not in the library, so never retrieved: {counts['lost_quotes']}.",
        ),
        (counts["unjudged"], f"Answers without a verdict from the judge: {counts['unjudged']}."),
        (True, "Exact match and F1 compare the short answer in the first statement (without the reader, all of it)."),
        (True, "Risk and calibration: a reply is right if its first evidence sentence is gold."),
        (True, "The seconds of the first question include loading the models."),
        (workers > 1, f"{workers} questions were asked at once, so the seconds of each include waiting for others."),
        (counts["reused"], f"{counts['reused']} answers were reused; their seconds are those of the earlier run."),
        (report.settings.get("judge"), "The judge is a language model: its figure is an opinion beside the others."),
    ]
    return [line for applies, line in lines if applies] + failure_lines(report)


def failure_lines(report: Report) -> list[str]:
    """Return the first questions that failed, one line each."""
    return [f"Failed: {each.set}: {each.id}: {each.error}" for each in report.failures[:FIRST_ERRORS]]


def interval_text(figure: Figure) -> str:
    """Return a figure's interval as text, or an empty text."""
    return "" if figure.low is None or figure.high is None else f"{figure.low:.3f} to {figure.high:.3f}"


def number(value: float | None) -> str:
    """Return a figure rounded to 3 digits, or a dash."""
    return "-" if value is None else f"{value:.3f}"


def _overall_table(figures: Mapping[str, Figure]) -> Table:
    rows = [
        (NAMES[name], number(figure.value), interval_text(figure), str(figure.n)) for name, figure in figures.items()
    ]
    return Table(("figure", "value", "95% interval", "n"), rows)


def _flip_lines(keys: Sequence[Key], asked: Mapping[Key, str]) -> list[str]:
    lines = [f"{' '.join(key)}: {asked[key]}" for key in keys[:_FLIPS]]
    return [*lines, f"and {len(keys) - _FLIPS} more, see report.json"] if len(keys) > _FLIPS else lines


def _pairing(comparison: Comparison) -> str:
    """Explain how the runs were paired, and what a verdict means."""
    unpaired = f" {comparison.only_old} only in the baseline and {comparison.only_new} only in this run are left out."
    compared = sum(change.difference is not None for change in comparison.changes)
    is_timed = any(change.name == "speed" for change in comparison.changes)
    return (
        f"{comparison.paired} questions are in both runs."
        f"{unpaired if comparison.only_old or comparison.only_new else ''} "
        "A change is better or worse if its 95% interval excludes zero (for figures that are yes or no for each "
        f"question: if McNemar's p is below .05). Of {compared} figures about one in forty looks worse by chance "
        "alone, where anything varied at all. "
        + (
            f"Speed is the ratio of seconds, and is worse if its interval lies above {SLOWER}."
            if is_timed
            else "Speed is not compared: the runs were made on different machines or with different --workers."
        )
    )
