"""A checked draft as an HTML table."""

from collections.abc import Sequence

from markupsafe import Markup

from rag.answer import Citation
from rag.draft import Checked, summary
from ui.render.html import details, element, join, open_button


def draft_table(checked: Sequence[Checked], total: int) -> Markup:
    """Return a row for each sentence checked so far of `total`: its verdict, the sentence, and what decides it."""
    rows = [_row(each) for each in checked]
    state = f"{summary(checked)}." if len(checked) == total else f"Checked {len(checked)} of {total} sentences…"
    titles = element("tr", *(element("th", title, scope="col") for title in ("Verdict", "Sentence", "In the articles")))
    table = element("table", element("thead", titles), element("tbody", *rows))
    return join((element("p", state, class_="state", role="status"), table if rows else Markup()))


def _row(checked: Checked) -> Markup:
    verdict = element("td", checked.verdict.capitalize(), class_=f"verdict {checked.verdict.replace(' ', '-')}")
    reason = checked.statement.reason if checked.statement else None
    remark = element("div", reason, class_="remark", dir="auto") if reason else Markup()
    sentence = element("td", checked.sentence, remark, dir="auto")
    return element("tr", verdict, sentence, element("td", *map(_cited, checked.citations)))


def _cited(citation: Citation) -> Markup:
    button = open_button(citation.title, citation.article_id, citation.start, citation.end, class_="open", dir="auto")
    quote = element("q", citation.sentence, dir="auto")
    return element("div", quote, button, details(citation.source, citation.published), class_="cited")
