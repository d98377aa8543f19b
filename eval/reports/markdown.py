"""The report as a Markdown page, and a short form for a build's summary."""

import re
from collections.abc import Iterable, Sequence

from eval.reports.content import (
    Block,
    Lines,
    Section,
    Table,
    Verbatim,
    comparison_blocks,
    failure_lines,
    group_blocks,
    opening,
    risk_blocks,
    sections,
    shortfall_blocks,
    title,
)
from eval.reports.report import Group, Report

_MARKS = re.compile(r"[\\|`*\[]|(?<![^\W_])_|_(?![^\W_])")
"""Characters with a meaning in Markdown; an underscore inside a word has none."""


def to_markdown(report: Report) -> str:
    """Return the text of `report.md`, figures rounded to 3 digits."""
    return _page(1, report, sections(report))


def to_summary(report: Report) -> str:
    """Return the short page for a build's summary: minimums not reached, changes, failures, figures."""
    pooled = {"all": Group(len(report.cases), report.overall)} if len(report.by_set) > 1 else {}
    failures = failure_lines(report)
    short = [
        Section("Minimums not reached", shortfall_blocks(report)),
        Section("Against the baseline", comparison_blocks(report)),
        Section("Failures", [Lines(failures)] if failures else []),
        Section("Figures", group_blocks("set", report.by_set | pooled)),
    ]
    return _page(2, report, [section for section in short if section.blocks])


def risk_lines(report: Report) -> list[str]:
    """Return what refusing more would cost and save, as Markdown."""
    return [_block(block) for block in risk_blocks(report)]


def cell(value: object) -> str:
    """Return a value as one line of plain text, escaped for Markdown tables."""
    text = " ".join(str(value).split())
    text = _MARKS.sub(lambda mark: f"\\{mark[0]}", text)
    return text.replace("<", "&lt;")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table, its first column left-aligned and the others right-aligned."""
    rule = ["---", *("---:" for _ in head[1:])]
    lines = [head, rule, *([cell(value) for value in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def listed(lines: Iterable[object]) -> str:
    """Return lines of plain text as a Markdown list."""
    return "\n".join(f"- {cell(line)}" for line in lines)


def _page(level: int, report: Report, shown: Iterable[Section]) -> str:
    parts = [f"{'#' * level} {cell(title(report))}", opening(report)]
    for section in shown:
        parts += [f"{'#' * (level + 1)} {section.heading}", *map(_block, section.blocks)]
    return "\n\n".join(parts) + "\n"


def _block(block: Block) -> str:
    match block:
        case Table(head, rows):
            return table(head, rows)
        case Lines(lines, heading):
            return "\n\n".join(
                part for part in (f"{heading}:" if heading and lines else heading, listed(lines)) if part
            )
        case Verbatim(text):
            return f"```text\n{text}\n```"
        case sentence:
            return sentence
