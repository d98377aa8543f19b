"""The cache: what is asked again, and what is not."""

from pathlib import Path
from typing import Any

import pytest

from eval.answers_file import AnswerLine, read_lines
from eval.runs.ask import RunOptions
from eval.runs.cache import Cache, key_of, program_hash
from eval.runs.run import run_eval
from eval.sets.questions import Gold, Question
from index.errors import OnrecordError
from index.library import Library
from rag.refusals import Notice, NoticeKind
from rag.understanding.history import Turn
from tests.support.evaluation import NotingEngine, answers_in, lines_file, noting, open_always

TEXT = "The harbour of Ostrel burned in 1911. Mayor Ilda Renn opened the new lighthouse in May 1923."
QUESTIONS = [Question("q1", "Who opened the new lighthouse?", set="s"), Question("q2", "When did it burn?", set="s")]


@pytest.fixture
def filled(library: Library, tmp_path: Path) -> Library:
    add(library, tmp_path, TEXT)
    return library


def add(library: Library, folder: Path, text: str) -> None:
    rows = [{"id": "ostrel", "title": "Ostrel", "text": text}]
    library.add_all([str(lines_file(folder / "articles.jsonl", rows))])


def run(engine: NotingEngine, library: Library, folder: Path, questions: list[Question], **made_with: Any) -> int:
    engine.asked.clear()
    options = RunOptions(cache=folder / "cache")
    run_eval({"s": questions}, open_always(engine, library), folder / "out", made_with, options=options)
    return len(engine.asked)


def test_an_unchanged_question_is_not_asked_again_and_keeps_its_seconds(filled: Library, tmp_path: Path) -> None:
    engine = noting(filled)
    assert run(engine, filled, tmp_path, QUESTIONS) == 2
    before = answers_in(tmp_path / "out")
    assert run(engine, filled, tmp_path, QUESTIONS) == 0
    after = answers_in(tmp_path / "out")
    assert [line["seconds"] for line in after] == [line["seconds"] for line in before]
    assert [line["case"]["seconds"] for line in after] == [line["case"]["seconds"] for line in before]
    assert [line["reused"] for line in before + after] == [False, False, True, True]
    assert "2 answers were reused" in (tmp_path / "out" / "report.md").read_text(encoding="utf-8")


def test_what_changed_is_asked_again(filled: Library, tmp_path: Path) -> None:
    engine = noting(filled)
    run(engine, filled, tmp_path, QUESTIONS)
    changed = Question("q2", "When did it burn down?", set="s")
    assert run(engine, filled, tmp_path, [QUESTIONS[0], changed]) == 1
    with_gold = Question("q1", QUESTIONS[0].question, evidence=(Gold("ostrel", "x"),), set="s")
    assert run(engine, filled, tmp_path, [with_gold, changed]) == 1
    assert run(engine, filled, tmp_path, QUESTIONS, llm="m") == 2
    add(filled, tmp_path, TEXT.replace("May", "June"))
    assert run(engine, filled, tmp_path, QUESTIONS) == 2


def test_an_answer_with_a_notice_is_asked_again(filled: Library, tmp_path: Path) -> None:
    engine = noting(filled)
    engine.ranker.notices = (Notice(NoticeKind.RANKED_BY_SIMILARITY, "The reader is missing."),)
    assert [run(engine, filled, tmp_path, QUESTIONS) for _ in range(2)] == [2, 2]


def test_a_line_that_was_cut_off_is_left_out_and_little_is_kept_for_ever(tmp_path: Path) -> None:
    for number in range(25):
        Cache(tmp_path, {"number": number}).put(AnswerLine(set="s", id=str(number), key="k"))
    assert len(list(tmp_path.iterdir())) == 20
    path = next(tmp_path.iterdir())
    path.write_bytes(path.read_bytes() + b'{"key": "cut off')
    assert len(read_lines(path, AnswerLine)) == 1
    assert Cache(tmp_path, {"number": 24}).get("k") == AnswerLine(set="s", id="24", key="k")


def test_a_cache_that_cannot_be_written_says_how_to_do_without(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OnrecordError, match="use --no-cache"):
        Cache(tmp_path / "file", {})


def test_the_key_tells_questions_histories_and_settings_apart_but_not_the_line_in_the_file() -> None:
    question = Question("q", "Who?", set="s", line=3)
    key = key_of(question, (), {"v": 1})
    assert key == key_of(Question("q", "Who?", set="s", line=4), (), {"v": 1})
    others = [
        key_of(Question("q", "Whom?", set="s"), (), {"v": 1}),
        key_of(question, (Turn("user", "x"),), {"v": 1}),
        key_of(question, (), {"v": 2}),
        key_of(Question("q", "Who?", set="t"), (), {"v": 1}),
    ]
    assert len({key, *others}) == 5


def test_the_hash_of_the_program_stays_while_nothing_changes() -> None:
    assert program_hash() == program_hash()
