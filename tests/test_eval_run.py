"""The run over the real engine: one line for each question, whatever happens to it."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from eval.run import RunResult, run_eval
from index.errors import EmptyLibraryError, OnrecordError, QuestionError
from index.library import Library
from rag.answer import Answer, Passage
from rag.engine import Engine
from rag.question import Turn

TEXT = "The harbour of Ostrel burned in 1911. Mayor Ilda Renn opened the new lighthouse in May 1923."
QUOTE = "Mayor Ilda Renn opened the new lighthouse in May 1923."
QUESTIONS: list[dict[str, Any]] = [
    {
        "id": "q1",
        "question": "Who opened the new lighthouse?",
        "answers": ["Ilda Renn"],
        "evidence": [{"article_id": "ostrel", "quote": QUOTE}],
        "answerable": True,
        "type": "who",
    },
    {"question": "When did the harbour burn?"},
]


@pytest.fixture
def filled(library: Library, tmp_path: Path) -> Library:
    articles = lines_file(tmp_path / "articles.jsonl", [{"id": "ostrel", "title": "Ostrel", "text": TEXT}])
    library.add_all([str(articles)])
    return library


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    return lines_file(tmp_path / "set.jsonl", QUESTIONS)


def lines_file(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def answers_in(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "answers.jsonl").read_text(encoding="utf-8").splitlines()]


def report_in(out: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((out / "report.json").read_text(encoding="utf-8"))
    return data


class StoppingEngine(Engine):
    """Raises what it is given, but for the first question that it answers."""

    error: BaseException = RuntimeError("broke\nhere")
    asked = 0

    def ask_traced(self, question: str, history: Sequence[Turn] = ()) -> tuple[Answer, list[Passage]]:
        self.asked += 1
        if self.asked > 1:
            raise self.error
        return super().ask_traced(question, history)


def test_a_run_writes_a_line_a_question_and_the_figures(filled: Library, questions: Path, tmp_path: Path) -> None:
    out, seen = tmp_path / "new" / "out", list[tuple[int, int]]()
    outcome = run_eval(
        Engine(filled), filled, questions, out, progress=lambda *done: seen.append(done), versions={"v": "1"}
    )
    assert outcome == RunResult(0, out / "report.md", outcome.risk)
    assert "--threshold" in outcome.risk[-1]
    assert [line["id"] for line in answers_in(out)] == ["q1", "line-2"]
    assert {"answer", "citations", "evidence", "seconds"} <= answers_in(out)[0].keys()
    assert seen == [(0, 2), (1, 2), (2, 2)]
    report = report_in(out)
    assert report["settings"] == {"questions": "set.jsonl", "core": False, "limit": None, "v": "1"}
    assert report["overall"]["recall@10"] == {"value": 1, "n": 1}
    assert report["overall"]["evidence_hit@3"] == {"value": 1, "n": 1}
    assert report["overall"]["exact"]["value"] == 1
    assert report["overall"]["refusal_recall"]["value"] is None


def test_a_question_that_breaks_the_engine_is_a_line_with_its_error(
    filled: Library, questions: Path, tmp_path: Path
) -> None:
    outcome = run_eval(StoppingEngine(filled), filled, questions, tmp_path)
    assert outcome.failed == 1
    failed = {"id": "line-2", "question": QUESTIONS[1]["question"], "error": "RuntimeError: broke here"}
    assert answers_in(tmp_path)[1] == failed
    assert "RuntimeError: broke here" in outcome.report.read_text(encoding="utf-8")


def test_an_error_for_users_is_its_message_alone(filled: Library, questions: Path, tmp_path: Path) -> None:
    engine = StoppingEngine(filled)
    engine.error = QuestionError("Too long.")
    run_eval(engine, filled, questions, tmp_path)
    assert answers_in(tmp_path)[1]["error"] == "Too long."


def test_an_interruption_leaves_the_report_of_what_was_done(filled: Library, questions: Path, tmp_path: Path) -> None:
    engine = StoppingEngine(filled)
    engine.error = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        run_eval(engine, filled, questions, tmp_path)
    assert [line["id"] for line in answers_in(tmp_path)] == ["q1"]
    assert report_in(tmp_path)["interrupted"] is True
    assert report_in(tmp_path)["counts"]["asked"] == 1


def test_an_empty_library_ends_the_run_at_once(library: Library, questions: Path, tmp_path: Path) -> None:
    with pytest.raises(EmptyLibraryError):
        run_eval(Engine(library), library, questions, tmp_path)


def test_a_folder_that_cannot_be_written(filled: Library, questions: Path) -> None:
    with pytest.raises(OnrecordError, match="Cannot write the evaluation to"):
        run_eval(Engine(filled), filled, questions, questions)
