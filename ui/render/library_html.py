"""The Library tab, as HTML."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup

from index.article import ArticleSummary
from index.store.source_log import Outcome
from ui.render.html import element, join, open_button

_ROWS = 200
_PROBLEMS = 20
_NAME = 300
"""Characters of a name or title in a list, so that one long word does not fill the page."""


class Receipt(NamedTuple):
    """The outcome of one file or address, for the Library tab."""

    name: str
    status: str
    title: str | None
    problems: tuple[str, ...]


def receipts(rows: Sequence[Receipt]) -> Markup:
    """Return one line for each file or address: name, outcome, and the reason if it was skipped."""
    lines: list[Markup] = []
    for row in rows[-_ROWS:]:
        name = element("span", _cut(row.name), class_="name", dir="auto")
        status = element("span", row.status, class_="status")
        title = element("span", _cut(row.title), class_="title", dir="auto") if row.title else Markup()
        reasons = join(element("li", problem, dir="auto") for problem in row.problems[:_PROBLEMS])
        problems = element("ul", reasons) if row.problems else Markup()
        kind = "receipt doubtful" if row.problems else "receipt"
        lines.append(element("li", name, " ", status, " ", title, problems, class_=kind))
    return element("ul", *lines, class_="receipts", aria_live="polite", aria_label="Results")


def problems(entries: Sequence[Outcome]) -> Markup:
    """Return the sources that were skipped, are gone or were added with a warning, each with what is wrong."""
    if not entries:
        return Markup()
    lines: list[Markup] = []
    for entry in entries[-_ROWS:]:
        name = re.split(r"[/\\]", entry.source.rstrip("/"))[-1] + (f" line {entry.row}" if entry.row else "")
        shown = element("span", _cut(name), class_="name", dir="auto", title=_cut(entry.source))
        status = element("span", entry.status, class_="status")
        reason = element("span", "; ".join([entry.reason] if entry.reason else entry.warnings), dir="auto")
        lines.append(element("li", shown, " ", status, " ", reason, class_="receipt doubtful"))
    head = element("summary", _counted(len(entries), "source") + " with problems")
    return element("details", head, element("ul", *lines, class_="receipts"))


def counts(known: Mapping[str, int], shown: int | None = None) -> Markup:
    """Return the size of the library, and how many articles are `shown` if not all are."""
    articles = _counted(known["articles"], "article")
    listed = articles if shown in (None, known["articles"]) else f"{shown:,} of {articles}"
    pending = known.get("pending", 0)
    waiting = f" · {_counted(pending, 'passage')} not searchable by meaning yet" if pending else ""
    return element("p", f"{listed} · {_counted(known['chunks'], 'passage')}{waiting}", role="status")


def article_table(
    articles: Sequence[ArticleSummary], problems: Mapping[str, str], fetched: Collection[str] = ()
) -> Markup:
    """Return a table of articles, each with buttons that open and remove it; `problems` are by id.

    The articles in `fetched` also have a button to fetch them again.
    """
    if not articles:
        return element("p", "No matching articles.", class_="none")
    names = join(element("th", name, scope="col") for name in ("Title", "Source", "Published"))
    last = element("th", element("span", "Actions", class_="unseen"), scope="col")
    rows = join(_row(each, problems.get(each.id), each.id in fetched) for each in articles[:_ROWS])
    table = element("table", element("thead", element("tr", names, last)), element("tbody", rows))
    rest = len(articles) - _ROWS
    return join((table, element("p", f"and {rest:,} more: narrow the list to see them") if rest > 0 else Markup()))


def not_listed(why: str) -> Markup:
    """Return the sentence shown in place of the table."""
    return element("p", why, class_="none", role="alert")


def _row(each: ArticleSummary, problem: str | None, is_fetched: bool) -> Markup:
    name = _cut(each.title)
    title = open_button(name, each.id, 0, 0, class_="open", dir="auto")
    doubt = element("span", problem, class_="problem-note", dir="auto") if problem else Markup()
    buttons: list[Markup] = []
    for label in ("Refresh", "Remove") if is_fetched else ("Remove",):
        facts = {"name": label.lower(), "value": each.id, "title": name, "aria_label": f"{label} {name}"}
        buttons.append(element("button", label, type="button", **facts))
    cells = (join((title, doubt)), _cut(each.source or ""), (each.published or "")[:10], join(buttons))
    return element("tr", join(element("td", cell, dir="auto") for cell in cells))


def _cut(text: str) -> str:
    return text if len(text) <= _NAME else text[: _NAME - 1] + "…"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
