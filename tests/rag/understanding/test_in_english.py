"""Questions in other languages, told in English words."""

import pytest

from index.library import Library
from rag.engine import Engine
from rag.understanding.in_english import in_english
from tests.support.command_line import Rows


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("Wer hat die Quill Bridge entworfen?", "who Quill Bridge design?"),
        ("Wie viele Bücher hat die Bibliothek von Tolland?", "how many book library Tolland?"),
        ("Seit wann fährt die Fähre nach Marn?", "when drove ferry Marn?"),
        ("Qui dirige la bibliothèque de Tolland ?", "who head library Tolland?"),
        ("À quel prix l'école de Sull a-t-elle été vendue ?", "how much school Sull sold?"),
        ("¿Cuánto cuesta un billete del ferry de Halden?", "how much cost ticket ferry Halden?"),
        ("¿De dónde es Lene Hask?", "where Lene Hask?"),
        ("Quill Bridge は誰が設計しましたか？", "who Quill Bridge design?"),
        ("日本の首都はどこですか？", "where Japan capital?"),
    ],
)
def test_asking_words_frequent_words_and_names_are_told(asked: str, told: str) -> None:
    assert in_english(asked) == told


@pytest.mark.parametrize(
    "asked",
    [
        "Who designed the Quill Bridge?",
        "quill bridge designer",
        "Who is Ida Brant?",
        "How old is Osk Dahlen?",
        "من بنى مكتبة سلوان؟",
        "Кто начальник порта Марн?",
    ],
)
def test_english_and_languages_without_a_glossary_are_left_alone(asked: str) -> None:
    assert in_english(asked) is None


BRIDGE = {
    "id": "bridge",
    "title": "Quill Bridge to open",
    "text": "The Quill Bridge over the river Tarn opens in June. It was designed by the engineer Marit Solvang. The "
    "bridge is 812 metres long and cost 46 million crowns.",
}
PORT = {
    "id": "port",
    "title": "Порт Марн снова открыт",
    "text": "Порт Марн снова открылся в понедельник. Начальник порта — Вера Ладова. Паром ходит каждые полчаса.",
}


@pytest.fixture
def filled(library: Library, rows: Rows) -> Library:
    library.add_all([rows(BRIDGE, PORT)])
    return library


def test_english_articles_answer_other_languages_with_a_confidence_of_each(filled: Library) -> None:
    engine = Engine(filled)
    asked = ("Wer hat die Quill Bridge entworfen?", "¿Cuánto costó el puente Quill Bridge?")
    designed, cost = (engine.ask(question) for question in asked)
    assert "Solvang" in designed.citations[0].sentence
    assert "46 million" in cost.citations[0].sentence
    assert designed.confidence != cost.confidence


def test_words_of_another_alphabet_match_by_their_letters(filled: Library) -> None:
    answer = Engine(filled).ask("Кто начальник порта Марн?")
    assert "Ладова" in answer.citations[0].sentence
    assert Engine(filled).ask("Сколько стоит хлеб в Лондоне?").refused
