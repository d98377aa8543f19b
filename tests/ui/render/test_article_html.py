"""An article in the source pane: paragraphs and marks."""

from hypothesis import given
from hypothesis import strategies as st

from index.article import Article
from tests.support.html import HOSTILE, Read, assert_literal
from ui.render import article_html
from ui.render.article_html import Selection


def article(text: str, title: str = "A title", **fields: str) -> Article:
    return Article(id="a:1", title=title, text=text, **fields)


def test_hostile_text_is_literal() -> None:
    hostile = article(HOSTILE, HOSTILE, author=HOSTILE, source=HOSTILE, published=HOSTILE)
    assert_literal(article_html.article(hostile, Selection((0, 9))))


@given(st.text(st.sampled_from("ab. \n\t"), max_size=80), st.integers(0, 80), st.integers(0, 80))
def test_the_marked_text_is_the_cited_span(text: str, first: int, second: int) -> None:
    start, end = sorted((min(first, len(text)), min(second, len(text))))
    read = Read(article_html.article(article(text), Selection((start, end))))
    assert read.marked == (text[start:end] if text.strip() else "")
    assert read.tags.count("mark") <= 1


@given(st.text(st.sampled_from("ab. \n\t"), max_size=80))
def test_paragraphs_hold_all_text_but_white_space(text: str) -> None:
    spans = list(article_html.paragraph_spans(text))
    assert " ".join(text[first:last] for first, last in spans).split() == text.split()
    assert all(text[first:last].strip() for first, last in spans)


def test_paragraphs_end_at_blank_lines_or_else_at_line_ends() -> None:
    parted, lines = "a\nb\n\nc", "a\nb"
    assert [parted[a:b] for a, b in article_html.paragraph_spans(parted)] == ["a\nb", "c"]
    assert [lines[a:b] for a, b in article_html.paragraph_spans(lines)] == ["a", "b"]


def test_a_title_that_the_text_repeats_is_told_once_unless_cited() -> None:
    text = "A title\n\nThe rest."
    assert "title-again" in article_html.article(article(text), Selection((9, 18)))
    assert "title-again" not in article_html.article(article(text), Selection((0, 7)))
