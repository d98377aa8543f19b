"""The report as one HTML page, which needs no network: tables, drawings, and the worst answers beside their gold."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from eval.metrics.correctness import was_right
from eval.metrics.judge import PROMPT
from eval.metrics.scored_answer import Case
from eval.metrics.words import Quoted, is_gold
from eval.reports.markdown import (
    CHOSEN,
    change_cells,
    limits,
    opening,
    paired_line,
    risk_rows,
    settings,
    span,
    title,
    wanted_threshold,
)
from eval.reports.markup import Html, element, joined
from eval.reports.plots import plots
from eval.reports.report import Grouped, Report, Row
from eval.sets.questions import Question
from eval.stats.figures import NAMES
from eval.stats.risk import curve, judged

WORST = 20
"""How many of the worst answers are shown."""
_FLIPS = 50
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
:root { color-scheme: light dark; --ink: #1d2430; --soft: #5c6675; --line: #dfe3e8; --page: #fbfbfa; --card: #fff;
  --good: #2b7a4b; --bad: #b3403a; --accent: #2f6ea8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e7ec; --soft: #9aa4b2; --line: #333a45; --page: #16191e;
  --card: #1d2127; --good: #6cc08f; --bad: #e58a84; --accent: #7fb2e5; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 72rem; color: var(--ink); background: var(--page);
  font: 15px/1.55 system-ui, sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem; }
h3 { font-size: 1rem; margin: 0 0 .25rem; } p { margin: .25rem 0 .75rem; }
.soft, figcaption { color: var(--soft); font-size: .875rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .875rem; }
th, td { padding: .3rem .5rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; white-space: normal; min-width: 9rem; }
th { color: var(--soft); font-weight: 500; }
.facts td:last-child { text-align: left; white-space: normal; overflow-wrap: anywhere; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 1rem; }
figure { margin: 0; padding: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
figure svg { width: 100%; height: auto; color: var(--ink); }
.card { margin: 0 0 1rem; padding: 1rem 1.25rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .5rem; }
.sides { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1.5rem; margin-top: .75rem; }
@media (max-width: 40rem) { .sides { grid-template-columns: minmax(0, 1fr); } }
.sides h4 { margin: 0 0 .35rem; font-size: .8rem; font-weight: 600; color: var(--soft); }
blockquote { margin: 0 0 .6rem; padding-left: .75rem; border-left: 3px solid var(--line); }
blockquote.gold { border-color: var(--good); } blockquote.not { border-color: var(--bad); }
blockquote .soft { display: block; }
.better { color: var(--good); } .worse { color: var(--bad); }
pre { white-space: pre-wrap; background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
  padding: 1rem; }
ul { padding-left: 1.2rem; margin: .25rem 0; }
"""


def to_html(report: Report) -> str:
    """Return the page of `report.html`."""
    body = joined(
        [
            element("h1", f"Evaluation over {title(report)}"),
            element("p", opening(report), class_="soft"),
            *_section("Against the baseline", _comparison(report)),
            *_section("Wanted and missed", [_list(map(str, report.misses))] if report.misses else []),
            *_section("Figures", [_overall(report)]),
            *_section("Risk, calibration, latency", _plots(report)),
            *_section("By question set", _groups("set", report.by_set) if len(report.by_set) > 1 else []),
            *_section("By question type", _groups("type", report.by_type) if any(report.by_type) else []),
            *_section("By turn", _groups("turn", report.by_turn)),
            *_section("Risk against coverage", _risk(report)),
            *_section(f"The worst answers, at most {WORST}", _worst(report)),
            *_section("Limits", [_list(limits(report))]),
            *_section("Settings", [_table((), settings(report).items())]),
            *_section("The judge's prompt", [element("pre", PROMPT)] if report.settings.get("judge") else []),
        ]
    )
    return f"<!doctype html>\n{element('html', _head(report), element('body', body), lang='en')}\n"


def _head(report: Report) -> Html:
    # void elements have no end tag; these are constants
    meta = Html(
        f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
    )
    return element("head", meta, element("title", f"Evaluation over {title(report)}"), element("style", Html(_STYLE)))


def _section(head: str, parts: Sequence[Html]) -> list[Html]:
    return [element("h2", head), *parts] if parts else []


def _overall(report: Report) -> Html:
    rows = [
        (NAMES[name], _number(figure.value), span(figure), str(figure.n))
        for name, figure in report.overall.items()
        if figure.n
    ]
    return _table(("figure", "value", "95% interval", "n"), rows)


def _plots(report: Report) -> list[Html]:
    drawn = [element("figure", plot.svg, element("figcaption", plot.caption)) for plot in plots(report.cases)]
    return [element("div", *drawn, class_="plots")] if drawn else []


def _groups(name: str, groups: Mapping[str, Grouped]) -> list[Html]:
    rows = [
        (each or "(none)", str(group.n), *(_number(group.figures[key].value) for key in CHOSEN))
        for each, group in groups.items()
    ]
    return [_table((name, "questions", *CHOSEN.values()), rows)] if rows else []


def _risk(report: Report) -> list[Html]:
    points = curve(judged(report.cases))
    if not points:
        return []
    rows = risk_rows(points)
    told = wanted_threshold(points, report.demands.precision)
    return [_table(("answered", "wrong of these", "threshold"), rows), element("p", told)]


def _comparison(report: Report) -> list[Html]:
    found = report.comparison
    if not found:
        return []
    asked = {(row.question.set, row.question.id): row.question.question for row in report.rows}
    rows = [change_cells(change) for change in found.changes]
    parts = [
        element("p", paired_line(found), class_="soft"),
        _table(("figure", "before", "now", "change", "95% interval", "n", ""), rows),
    ]
    for head, keys in (("Now wrong", found.now_wrong), ("Now right", found.now_right)):
        lines = [f"{' '.join(key)}: {asked[key]}" for key in keys[:_FLIPS]]
        parts += [element("h3", f"{head} ({len(keys)})"), _list(lines)]
    changed = [(name, f"{old} → {new}") for name, (old, new) in found.settings.items()]
    return [*parts, element("h3", "Settings that differ"), _table((), changed)] if changed else parts


def worst(report: Report) -> list[tuple[Row, Case]]:
    """Return the worst answers: wrong ones, the surest first; then wrong refusals, the least sure first."""
    found = [(row, Case(**row.line["case"])) for row in report.rows if "case" in row.line]
    wrong = [(row, case) for row, case in found if was_right(case) is False]
    return sorted(wrong, key=lambda each: (each[1].refused, -each[1].confidence * (1 - 2 * each[1].refused)))[:WORST]


def _worst(report: Report) -> list[Html]:
    shown = [_card(row, case) for row, case in worst(report)]
    told = "Wrong answers, the surest first; then refusals of questions that the articles do answer."
    return [element("p", told, class_="soft"), *shown] if shown else []


def _card(row: Row, case: Case) -> Html:
    question, line = row
    facts = [question.set, question.id, question.type, f"confidence {case.confidence:.2f}", f"{case.seconds:.2f} s"]
    read_as = line["standalone"] if line["standalone"] != question.question else ""
    opinion = line.get("judge")
    return element(
        "article",
        element("h3", question.question, dir="auto"),
        element("div", " · ".join(fact for fact in facts if fact), class_="soft"),
        *([element("div", f"Read as: {read_as}", class_="soft", dir="auto")] if read_as else []),
        element("div", _side("Gold", _gold(question)), _side("What was cited", _cited(row)), class_="sides"),
        *([element("div", f"The judge: {opinion['reason']}", class_="soft")] if opinion else []),
        class_="card",
    )


def _side(head: str, parts: Sequence[Html]) -> Html:
    return element("div", element("h4", head), *parts)


def _gold(question: Question) -> list[Html]:
    told = "The articles do not answer this." if question.answerable is False else "; ".join(question.answers)
    quotes = [_quote(gold.quote or "(the whole article)", gold.article_id, "gold") for gold in question.evidence]
    return [element("p", told, dir="auto"), *quotes]


def _cited(row: Row) -> list[Html]:
    line = row.line
    if line["refused"]:
        nearest = [_quote(found["sentence"], found["article_id"], "") for found in line["evidence"][:3]]
        return [element("p", f"Refused: {line['reason']}"), *nearest]
    quotes = [_citation(one, row.question) for one in line["citations"]]
    # a quoted answer is its citations; one that a model wrote is shown too
    return [*([element("p", line["answer"], dir="auto")] if line["writing"] else []), *quotes]


def _citation(cited: Mapping[str, Any], question: Question) -> Html:
    found = Quoted(cited["article_id"], cited["sentence"])
    kind = "gold" if any(is_gold(found, gold) for gold in question.evidence) else "not gold"
    return _quote(f"[{cited['number']}] {found.sentence}", f"{found.article_id} · {kind}", kind)


def _quote(text: str, where: str, kind: str) -> Html:
    return element("blockquote", text, element("span", where, class_="soft"), class_=kind, dir="auto")


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Html:
    heads = [element("tr", *(element("th", name) for name in head))] if head else []
    body = [element("tr", *(_td(str(value)) for value in row)) for row in rows]
    kind = "figures" if head else "facts"
    return element("div", element("table", *heads, *body, class_=kind), class_="wide")


def _td(text: str) -> Html:
    return element("td", text, class_=text) if text in ("better", "worse") else element("td", text)


def _list(lines: Iterable[str]) -> Html:
    return element("ul", *(element("li", line, dir="auto") for line in lines))


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
