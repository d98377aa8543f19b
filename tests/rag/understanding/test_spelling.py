"""Misspelt words are searched for as the library writes them, and nothing else is."""

from collections.abc import Iterator

import pytest

from index.library import Library
from rag.engine import Engine
from rag.refusals import NoticeKind
from rag.understanding.spelling import respelled

THEATRE = (
    "The Ormsund theatre closed on Tuesday after an inspector found mould in the cellar. It seats 640 people, in "
    "February too. Its director, Hedda Falkvist, has led it since 2014. The head of the seed vault, Dag Rimmer, has "
    "moved to the river. Its value was counted by Ida Brask."
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("spelling")
    (folder / "theatre.txt").write_text(THEATRE, encoding="utf-8")
    library = Library(folder / "library")
    library.add_all([str(folder / "theatre.txt")])
    yield library
    library.close()


@pytest.mark.parametrize(
    ("asked", "searched"),
    [
        ("Who is the directer of the Ormsnud teatre?", "Who is the director of the Ormsund theatre?"),
        ("Who is Heda Falkwist?", "Who is Hedda Falkvist?"),
        ("What is in the seed valut?", "What is in the seed vault?"),
        ("How old is Dag Rimer?", "How old is Dag Rimmer?"),
        ("waht did the inspecter find in febuary", "what did the inspector find in February"),
        ("WHO IS HEDA FALKWIST", "WHO IS Hedda Falkvist"),
        ("Wich theatre closed?", "which theatre closed?"),
    ],
)
def test_near_words_of_the_library_are_searched_for(filled: Library, asked: str, searched: str) -> None:
    assert respelled(asked, filled).text == searched


@pytest.mark.parametrize(
    "asked",
    [
        "Who is the director of the Ormsund theatre?",
        "Who is Ida Brant?",
        "Who is Knut Fossheim?",
        "How tall is the tower of the theatre?",
        "What is the HSD?",
        'Who said "the teatre closed"?',
        "Wer leitet das Teater von Ormsund?",
        "Qui dirige le théatre d'Ormsund ?",
    ],
)
def test_other_words_names_and_languages_stay(filled: Library, asked: str) -> None:
    assert respelled(asked, filled) == (asked, ())


def test_the_answer_says_what_was_searched_for(filled: Library) -> None:
    answer = Engine(filled).ask("Who is the directer of the Ormsund theatre?")
    assert "Falkvist" in answer.citations[0].sentence
    assert [notice.kind for notice in answer.notices] == [NoticeKind.RESPELLED]
    assert "“director” instead of “directer”" in str(answer.to_json()["notice"])


def test_a_refusal_says_it_too(filled: Library) -> None:
    answer = Engine(filled).ask("Who painted the Ormsund teatre green in 1743?")
    assert answer.refused
    assert answer.notices[0].kind is NoticeKind.RESPELLED
