"""Questions to go on with are made of the articles, and answered by them."""

from collections.abc import Callable

import pytest

from index.library import Library
from rag.engine import Engine
from rag.options import Options
from rag.suggestions import MOST, suggestions

MILL = (
    "Anton Sell built the mill at Drow.\n\nThe old mill race was dug in 1843.\n\n"
    "A flood came in 1911 and took the wheel.\n\n"
    "The wheel was found again, said Berta Holm, who keeps the museum.\n\nVisitors pay 4 crowns."
)


@pytest.fixture
def filled(library: Library, rows: Callable[..., str]) -> Library:
    library.add_all([rows({"id": "mill", "title": "The mill at Drow", "text": MILL})])
    return library


def test_each_suggestion_is_answered_by_a_sentence_that_was_not_cited(filled: Library) -> None:
    engine = Engine(filled)
    found = engine.ask("Who built the mill at Drow?")
    cited = {citation.sentence for citation in found.citations}
    asked = list(suggestions(engine, filled, found, Options()))
    assert 0 < len(asked) <= MOST
    for question in asked:
        answer = engine.ask(question, (), Options(sentences=1))
        assert not answer.refused
        assert {citation.sentence for citation in answer.citations} - cited


def test_facts_names_and_years_become_questions(filled: Library) -> None:
    engine = Engine(filled, threshold=0)
    asked = list(suggestions(engine, filled, engine.ask("Who built the mill at Drow?"), Options()))
    assert "When was the old mill race dug?" in asked or "Who is Berta Holm?" in asked


def test_an_empty_library_suggests_nothing(library: Library, rows: Callable[..., str]) -> None:
    library.add_all([rows({"id": "a", "title": "A", "text": "Nothing here."})])
    engine = Engine(library)
    found = engine.ask("What is the capital of Australia?")
    library.remove("a")
    assert list(suggestions(engine, library, found, Options())) == []
