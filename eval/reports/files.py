"""The files of a report: `report.json`, `report.md` and `report.html`."""

import json
from dataclasses import asdict
from pathlib import Path

from eval.reports.html import to_html
from eval.reports.markdown import to_markdown
from eval.reports.report import Report, to_json

NAMES = ("report.json", "report.md", "report.html")


def write_report(report: Report, out: Path) -> None:
    """Write `report.json`, `report.md` and `report.html` into a folder."""
    for name, text in zip(NAMES, (_json_text(report), to_markdown(report), to_html(report)), strict=True):
        # a lone surrogate in a question becomes its JSON escape instead of an error
        (out / name).write_text(text, encoding="utf-8", errors="backslashreplace")


def _json_text(report: Report) -> str:
    """Return the text of `report.json`, one case per line; the next run pairs them with its own."""
    head = json.dumps(to_json(report), ensure_ascii=False, indent=2)
    cases = ",\n    ".join(json.dumps(asdict(case), ensure_ascii=False) for case in report.cases)
    return f'{head[:-2]},\n  "cases": [\n    {cases}\n  ]\n}}\n'
