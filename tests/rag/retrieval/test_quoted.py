"""A phrase in quotation marks must occur in the articles that are searched."""

import pytest

from index.library import Library
from rag.engine import Engine
from rag.refusals import RefusalKind
from rag.retrieval.quoted import holding_phrases, quoted_phrases
from tests.support.command_line import Rows

ARTICLES = (
    {
        "id": "snow",
        "title": "Snow on Skarholm",
        "text": "“We have never been so cut off,” said Runa Egge, who keeps the shop.",
    },
    {"id": "hall", "title": "The hall", "text": "The company plays in the old fish hall. Runa Egge built it in 1950."},
    {"id": "lift", "title": "港の昇降機", "text": "港の昇降機は月曜日に開いた。"},
)


@pytest.fixture
def filled(library: Library, rows: Rows) -> Library:
    library.add_all([rows(*ARTICLES)])
    return library


@pytest.mark.parametrize(
    ("question", "phrases"),
    [
        ('Who said "never so cut off"?', ["never so cut off"]),
        ("Who wrote “Snow, again?” and «The hall»?", ["Snow, again", "The hall"]),
        ('How long is a 3" nail and a 5" nail?', []),
        ('מי כתב את התנ"ך?', []),
        ('What is ""?', []),
        ("It's the dog's, isn't it?", []),
    ],
)
def test_phrases_are_what_stands_between_quotation_marks(question: str, phrases: list[str]) -> None:
    assert quoted_phrases(question) == phrases


@pytest.mark.parametrize(
    ("question", "articles"),
    [
        ('Who said "we have NEVER been so cut off"?', {"snow"}),
        ("Where is the “fish hall”?", {"hall"}),
        ("What is said in “Snow on Skarholm”?", {"snow"}),
        ("「港」 “昇降機”", {"lift"}),
        ("“港の”", {"lift"}),
        ("“fish hall” or “cut off”?", {"hall", "snow"}),
        ("“fish hall” by “Runa Egge”?", {"hall"}),
        ("Where is the fish hall?", None),
    ],
)
def test_only_articles_with_the_phrase_are_searched(filled: Library, question: str, articles: set[str] | None) -> None:
    assert holding_phrases(question, filled, None) == (articles, None)


def test_a_phrase_that_no_article_holds_is_refused_by_name(filled: Library) -> None:
    answer = Engine(filled).ask("Who built the “fish cellar”?")
    assert answer.refusal is not None
    assert answer.refusal.kind is RefusalKind.NO_PHRASE
    assert "“fish cellar”" in answer.refusal.sentence
    assert not answer.citations


def test_a_phrase_must_occur_among_the_articles_asked(filled: Library) -> None:
    assert holding_phrases("“fish hall”", filled, ["snow"]).missing == "fish hall"
