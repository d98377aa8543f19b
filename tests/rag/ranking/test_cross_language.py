"""A sentence in another language than the question: likely by the names that both hold, never by a constant."""

from pathlib import Path

from index.library import Library
from rag.engine import Engine

TEXT = "Il ponte di Valdisera\n\nIl sindaco Aldo Ferri ha inaugurato il ponte di Valdisera il 3 marzo 2024."


def test_names_of_the_question_make_a_foreign_sentence_likely(library: Library, tmp_path: Path) -> None:
    (tmp_path / "ponte.txt").write_text(TEXT, "utf-8")
    library.add_all([str(tmp_path / "ponte.txt")])
    engine = Engine(library)
    chances = [
        engine.ask(question).confidence
        for question in ("Who opened the bridge of Valdisera?", "Who opened the bridge of Montescuro?")
    ]
    assert chances[0] >= engine.threshold > chances[1]
