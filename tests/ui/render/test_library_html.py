"""The Library tab: its lists hold names and titles as text, and the buttons of each article."""

import pytest

from index.article import ArticleSummary
from index.store.source_log import Outcome
from tests.support.html import HOSTILE, Read, assert_literal
from ui.render import library_html

ARTICLE = ArticleSummary("a:1", "The mill", source="The Paper", published="2024-03-03")


@pytest.mark.parametrize(
    "shown",
    [
        library_html.receipts([library_html.Receipt(HOSTILE, "skipped", HOSTILE, (HOSTILE,))]),
        library_html.problems([Outcome(HOSTILE, "skipped", reason=HOSTILE)]),
        library_html.article_table([ArticleSummary("a:1", HOSTILE, source=HOSTILE)], {"a:1": HOSTILE}),
    ],
)
def test_hostile_text_is_literal(shown: str) -> None:
    assert_literal(shown)


def test_only_an_article_from_the_web_can_be_fetched_again() -> None:
    assert "Refresh" not in Read(library_html.article_table([ARTICLE], {})).text
    assert "Refresh" in Read(library_html.article_table([ARTICLE], {}, {"a:1"})).text


def test_a_source_with_problems_is_named_by_its_file_and_line() -> None:
    shown = Read(library_html.problems([Outcome("/a/b/rows.jsonl", "skipped", row=3, reason="it has no text")]))
    assert "rows.jsonl line 3 skipped it has no text" in shown.text
    assert "1 source with problems" in shown.text
