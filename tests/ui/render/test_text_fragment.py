"""Links to a page at a sentence follow WICG's URL text fragments."""

import pytest

from index.article import Article
from ui.render.article_html import Selection, article
from ui.render.text_fragment import at_sentence

PAGE = "https://x.example/a"


@pytest.mark.parametrize(
    ("sentence", "fragment"),
    [
        ("The wall opened.", "The%20wall%20opened."),
        ("Well-known, isn't it & so on?", "Well%2Dknown%2C%20isn%27t%20it%20%26%20so%20on%3F"),
        ("Two\n  lines", "Two%20lines"),
        ("Größe 100%", "Gr%C3%B6%C3%9Fe%20100%25"),
        ("\ud800 half", "%3F%20half"),
        (" ".join("abcdefghijklmno"), "a%20b%20c%20d%20e,k%20l%20m%20n%20o"),
        (" ".join("abcdefghijklmn"), "%20".join("abcdefghijklmn")),
    ],
)
def test_a_sentence_is_named_whole_or_by_its_ends(sentence: str, fragment: str) -> None:
    assert at_sentence(PAGE, sentence) == f"{PAGE}#:~:text={fragment}"


def test_a_fragment_that_is_there_stays() -> None:
    assert at_sentence(f"{PAGE}#part", "So.") == f"{PAGE}#part:~:text=So."


def test_without_a_sentence_the_page_is_the_page() -> None:
    assert at_sentence(PAGE, " ") == PAGE


def test_a_pdf_opens_at_its_page_instead() -> None:
    found = Article("a", "A", "One.\n\nTwo.", url="https://x.example/a.pdf", pages=(0, 6))
    shown = article(found, Selection((6, 10)))
    assert 'href="https://x.example/a.pdf#page=2"' in shown
    assert ":~:" not in shown
