"""The reader of question sets: what it takes, and what it says of what it cannot take."""

import json
from pathlib import Path

import pytest

from eval.questions import Gold, Question, read_questions
from index.errors import QuestionError
from rag.question import Turn

FULL = {
    "id": "q1",
    "question": "When?",
    "answers": ["noon"],
    "evidence": [{"article_id": "a", "quote": "At noon.", "level": "sentence"}, {"article_id": "b"}],
    "answerable": True,
    "type": "when",
    "core": True,
    "history": [{"role": "user", "text": "Who?"}],
    "conversation_id": "c1",
    "turn": 2,
    "scope": ["a"],
}


def questions_file(folder: Path, *rows: object) -> Path:
    path = folder / "set.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def message(path: Path) -> str:
    with pytest.raises(QuestionError) as caught:
        read_questions(path)
    return str(caught.value)


def test_a_full_row(tmp_path: Path) -> None:
    assert read_questions(questions_file(tmp_path, FULL)) == [
        Question(
            id="q1",
            question="When?",
            answers=("noon",),
            evidence=(Gold("a", "At noon."), Gold("b", "")),
            answerable=True,
            type="when",
            core=True,
            history=(Turn("user", "Who?"),),
            conversation_id="c1",
            turn=2,
            scope=("a",),
        )
    ]


def test_a_question_alone_is_enough(tmp_path: Path) -> None:
    path = questions_file(tmp_path, {"id": 7, "question": "Who?"}, "", {"question": "When?", "id": None})
    assert read_questions(path) == [Question("7", "Who?"), Question("line-3", "When?")]


def test_a_byte_order_mark_and_a_line_separator_inside_a_question(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text('\ufeff{"question": "Who\u2028is it?"}\n', encoding="utf-8")
    assert [question.question for question in read_questions(path)] == ["Who\u2028is it?"]


def test_core_and_limit(tmp_path: Path) -> None:
    rows = [{"question": "?", "core": number % 2 == 1} for number in range(6)]
    path = questions_file(tmp_path, *rows)
    assert [question.id for question in read_questions(path, core=True, limit=2)] == ["line-2", "line-4"]
    assert len(read_questions(path, limit=100)) == 6


def test_a_core_without_questions_and_a_limit_of_none(tmp_path: Path) -> None:
    path = questions_file(tmp_path, {"question": "Who?"})
    with pytest.raises(QuestionError, match="ask the whole set"):
        read_questions(path, core=True)
    with pytest.raises(QuestionError, match="give 1 or more"):
        read_questions(path, limit=0)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('"Who?"', "not an object"),
        ({"id": "q"}, "has no question"),
        ({"question": "  "}, "has no question"),
        ({"question": ["Who?"]}, '"question" must be a text'),
        ({"question": "?", "id": 1.5}, '"id" must be a text'),
        ({"question": "?", "answers": "noon"}, '"answers" must be a list'),
        ({"question": "?", "answers": [12]}, '"answers" must be a list of texts'),
        ({"question": "?", "evidence": ["noon"]}, '"evidence" must be a list of {"article_id"'),
        ({"question": "?", "evidence": [{"quote": "x"}]}, '"evidence" must be a list of {"article_id"'),
        ({"question": "?", "answerable": "yes"}, '"answerable" must be true or false'),
        ({"question": "?", "core": 1}, '"core" must be true or false'),
        ({"question": "?", "turn": "2"}, '"turn" must be a whole number'),
        ({"question": "?", "history": {}}, '"history" must be a list'),
        ({"question": "?", "history": [3]}, "its history: "),
        ({"question": "?", "id": "a"}, 'the id "a" stands in line 1 too'),
    ],
)
def test_an_error_names_the_file_the_line_and_what_is_wrong(tmp_path: Path, row: object, says: str) -> None:
    path = questions_file(tmp_path, {"question": "Who?", "id": "a"}, row)
    text = message(path)
    assert text.startswith(f"{path}, line 2: ")
    assert says in text
    assert text.endswith(".")
    assert "\n" not in text


def test_a_set_that_cannot_be_read_at_all(tmp_path: Path) -> None:
    assert "holds no questions" in message(questions_file(tmp_path, "", "  "))
    assert "Cannot read questions from" in message(tmp_path / "missing.jsonl")
    assert "Cannot read questions from" in message(tmp_path)
    binary = tmp_path / "binary.jsonl"
    binary.write_bytes(b"\xff\xfe\x00")
    assert "not UTF-8" in message(binary)
