"""The Library tab."""

from tests.support.html import HOSTILE, assert_literal
from ui.render import library_html


def test_hostile_text_is_literal() -> None:
    assert_literal(library_html.receipts([library_html.Receipt(HOSTILE, "skipped", HOSTILE, (HOSTILE,))]))
