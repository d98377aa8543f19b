"""The report as one self-contained HTML page: tables, plots, and the worst answers beside their gold."""

import re
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from eval.metrics.correctness import is_correct
from eval.metrics.scored_answer import ScoredAnswer
from eval.metrics.words import Quoted, is_gold
from eval.reports.content import opening, sections, title
from eval.reports.plots import plots
from eval.reports.report import Report, Result

WORST = 20
"""How many of the worst answers are shown."""

_UNSHOWABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def to_html(report: Report) -> str:
    """Return the page of `report.html`."""
    page = _environment().get_template("report.html.jinja")
    return page.render(
        title=title(report),
        opening=opening(report),
        sections=sections(report),
        plots=plots(report.cases),
        worst=worst(report),
        most=WORST,
    )


def worst(report: Report) -> list[tuple[Result, ScoredAnswer]]:
    """Return the worst answers: wrong ones, most confident first; then wrong refusals, least confident first."""
    scored = [(result, result.line.case) for result in report.results if result.line.case]
    wrong = [(result, case) for result, case in scored if is_correct(case) is False]
    return sorted(wrong, key=lambda each: (each[1].refused, each[1].confidence * (1 if each[1].refused else -1)))[
        :WORST
    ]


@lru_cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("eval.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_showable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["is_gold"] = lambda cited, gold: is_gold(Quoted(cited.article_id, cited.sentence), gold)
    return environment


def _showable(value: Any) -> Any:
    """Replace characters that a page cannot show; our own markup stays as it is."""
    return value if isinstance(value, Markup) or not isinstance(value, str) else _UNSHOWABLE.sub("\ufffd", value)
