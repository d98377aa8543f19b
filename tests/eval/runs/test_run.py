"""The run over the real engine: one line for each question, whatever happens to it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from eval.reports.report import Report
from eval.runs.ask import RunOptions
from eval.runs.run import run_eval
from eval.sets.questions import Question, read_questions
from index.errors import EmptyLibraryError, OnrecordError, QuestionError
from index.library import Library
from rag.answer import Answer, Passage
from rag.engine import Engine
from rag.options import Options
from rag.understanding.history import Turn
from tests.support.evaluation import answers_in, lines_file, noting, open_always, report_in

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
TALK: list[dict[str, Any]] = [
    {"id": "t2", "question": "And when?", "conversation_id": "c", "turn": 2},
    {
        "id": "t1",
        "question": "Who opened the lighthouse?",
        "answers": ["Ilda Renn"],
        "conversation_id": "c",
        "turn": 1,
    },
]
Answered = tuple[Answer, list[Passage]]


@pytest.fixture
def filled(library: Library, tmp_path: Path) -> Library:
    articles = lines_file(tmp_path / "articles.jsonl", [{"id": "ostrel", "title": "Ostrel", "text": TEXT}])
    library.add_all([str(articles)])
    return library


@pytest.fixture
def questions(tmp_path: Path) -> list[Question]:
    return read_questions(lines_file(tmp_path / "set.jsonl", QUESTIONS))


def run(engine: Engine, library: Library, questions: Sequence[Question], out: Path, **options: Any) -> Report:
    return run_eval({"set": questions}, open_always(engine, library), out, options=RunOptions(**options))


class StoppingEngine(Engine):
    """Raises what it is given, but for the first question that it answers."""

    error: BaseException = RuntimeError("broke\nhere")
    asked = 0

    def ask_traced(self, question: str, history: Sequence[Turn] = (), options: Options | None = None) -> Answered:
        self.asked += 1
        if self.asked > 1:
            raise self.error
        return super().ask_traced(question, history, options)


def test_a_run_writes_a_line_a_question_and_the_figures(
    filled: Library, questions: list[Question], tmp_path: Path
) -> None:
    out, seen = tmp_path / "new" / "out", list[tuple[int, int]]()
    run_eval(
        {"set": questions},
        open_always(Engine(filled), filled),
        out,
        {"v": "1"},
        {"questions": "set.jsonl"},
        progress=lambda *done: seen.append(done),
    )
    assert [line["id"] for line in answers_in(out)] == ["q1", "line-2"]
    assert {"answer", "citations", "evidence", "seconds", "case", "key"} <= answers_in(out)[0].keys()
    assert seen == [(0, 2), (1, 2), (2, 2)]
    report = report_in(out)
    assert report["settings"]["questions"] == "set.jsonl"
    assert report["settings"]["v"] == "1"
    assert report["settings"]["library of set"] == filled.fingerprint()
    assert report["overall"]["recall@10"]["value"] == 1
    assert report["overall"]["evidence_hit@3"]["value"] == 1
    assert report["overall"]["exact"]["value"] == 1
    assert report["overall"]["refusal_recall"]["value"] is None
    assert [case["id"] for case in report["cases"]] == ["q1", "line-2"]
    assert {path.name for path in out.iterdir()} == {"answers.jsonl", "report.json", "report.md", "report.html"}


def test_a_question_that_breaks_the_engine_is_a_line_with_its_error(
    filled: Library, questions: list[Question], tmp_path: Path
) -> None:
    report = run(StoppingEngine(filled), filled, questions, tmp_path)
    assert [failure.error for failure in report.failures] == ["RuntimeError: broke here"]
    failed = {"set": "set", "id": "line-2", "question": QUESTIONS[1]["question"], "error": "RuntimeError: broke here"}
    assert answers_in(tmp_path)[1] == failed
    for name in ("report.md", "report.html"):
        assert "RuntimeError: broke here" in (tmp_path / name).read_text(encoding="utf-8")


def test_an_error_for_users_is_its_message_alone(filled: Library, questions: list[Question], tmp_path: Path) -> None:
    engine = StoppingEngine(filled)
    engine.error = QuestionError("Too long.")
    run(engine, filled, questions, tmp_path)
    assert answers_in(tmp_path)[1]["error"] == "Too long."


def test_an_interruption_leaves_a_report_and_a_resumed_run_goes_on(
    filled: Library, questions: list[Question], tmp_path: Path
) -> None:
    engine = StoppingEngine(filled)
    engine.error = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        run(engine, filled, questions, tmp_path)
    assert [line["id"] for line in answers_in(tmp_path)] == ["q1"]
    assert report_in(tmp_path)["interrupted"] is True
    assert report_in(tmp_path)["counts"]["asked"] == 1
    with (tmp_path / "answers.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"id": "line-2", "cut off')
    again = noting(filled)
    report = run(again, filled, questions, tmp_path, resume=True)
    assert [question for question, _ in again.asked] == ["When did the harbour burn?"]
    assert [line["id"] for line in answers_in(tmp_path)] == ["q1", "line-2"]
    assert len(report.cases) == 2


def test_a_resumed_run_asks_again_what_was_made_with_other_settings(
    filled: Library, questions: list[Question], tmp_path: Path
) -> None:
    asked = []
    for version in ("1", "1", "2"):
        engine = noting(filled)
        opened = open_always(engine, filled)
        run_eval({"set": questions}, opened, tmp_path, {"v": version}, options=RunOptions(resume=True))
        asked.append(len(engine.asked))
    assert asked == [2, 0, 2]


def test_several_workers_give_the_same_answers_in_the_order_of_the_questions(
    filled: Library, questions: list[Question], tmp_path: Path
) -> None:
    many = [question_named(question, f"{question.id}-{number}") for number in range(6) for question in questions]
    run(Engine(filled), filled, many, tmp_path / "one")
    run(Engine(filled), filled, many, tmp_path / "four", workers=4)
    one, four = answers_in(tmp_path / "one"), answers_in(tmp_path / "four")
    assert [line["id"] for line in four] == [question.id for question in many]
    assert [line["answer"] for line in one] == [line["answer"] for line in four]
    assert "include waiting for others" in (tmp_path / "four" / "report.md").read_text(encoding="utf-8")


def question_named(question: Question, name: str) -> Question:
    return Question(name, question.question, question.answers, question.evidence, set=question.set)


def test_several_sets_have_a_library_each_and_one_report(
    filled: Library, questions: list[Question], tmp_path: Path
) -> None:
    other = read_questions(lines_file(tmp_path / "other.jsonl", [{"id": "q1", "question": "Who opened it?"}]))
    opened = open_always(Engine(filled), filled)
    run_eval({"set": questions, "other": other}, opened, tmp_path / "out")
    report = report_in(tmp_path / "out")
    assert report["by_set"].keys() == {"set", "other"}
    assert report["by_set"]["set"]["n"] == 2
    assert {"library of set", "library of other"} <= report["settings"].keys()
    assert [(line["set"], line["id"]) for line in answers_in(tmp_path / "out")] == [
        ("set", "q1"),
        ("set", "line-2"),
        ("other", "q1"),
    ]


@pytest.mark.parametrize("history", ["gold", "live"])
def test_a_conversation_goes_on_from_gold_or_from_the_engines_own_answers(
    filled: Library, tmp_path: Path, history: str
) -> None:
    talk = read_questions(lines_file(tmp_path / "talk.jsonl", TALK))
    engine = noting(filled)
    run_eval({"talk": talk}, open_always(engine, filled), tmp_path, options=RunOptions(history=history))  # type: ignore[arg-type]
    said = dict(engine.asked)["And when?"]
    assert said[0] == Turn("user", "Who opened the lighthouse?")
    assert said[1].text == "Ilda Renn" if history == "gold" else QUOTE in said[1].text
    assert [line["id"] for line in answers_in(tmp_path)] == ["t2", "t1"]
    assert report_in(tmp_path)["by_turn"].keys() == {"1", "2"}


def test_a_live_conversation_asks_what_its_gold_history_has_and_the_set_does_not(
    filled: Library, tmp_path: Path
) -> None:
    history = [
        {"role": "user", "text": "Who opened the lighthouse?"},
        {"role": "assistant", "text": "A stranger did."},
    ]
    row = {"question": "And when?", "conversation_id": "c", "turn": 2, "history": history}
    talk = read_questions(lines_file(tmp_path / "talk.jsonl", [row]))
    engine = noting(filled)
    run(engine, filled, talk, tmp_path, history="live")
    assert [question for question, _ in engine.asked] == ["Who opened the lighthouse?", "And when?"]
    assert QUOTE in engine.asked[1][1][1].text
    assert len(answers_in(tmp_path)) == 1


def test_filters_and_the_day_of_a_question_reach_the_engine(filled: Library, tmp_path: Path) -> None:
    seen: list[Options | None] = []

    class Looking(Engine):
        def ask_traced(self, question: str, history: Sequence[Turn] = (), options: Options | None = None) -> Answered:
            seen.append(options)
            return super().ask_traced(question, history, options)

    rows = [{"question": "Who opened it?", "filters": {"articles": ["ostrel"]}, "asked": "1930-02-01"}]
    run(Looking(filled), filled, read_questions(lines_file(tmp_path / "set.jsonl", rows)), tmp_path)
    assert seen[0] is not None
    assert seen[0].filters.articles == ("ostrel",)
    assert str(seen[0].today) == "1930-02-01"


def test_an_empty_library_ends_the_run_at_once(library: Library, questions: list[Question], tmp_path: Path) -> None:
    with pytest.raises(EmptyLibraryError):
        run(Engine(library), library, questions, tmp_path)


def test_a_folder_that_cannot_be_written(filled: Library, questions: list[Question], tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(OnrecordError, match="Cannot write the evaluation to"):
        run(Engine(filled), filled, questions, file)


def test_half_a_surrogate_pair_in_a_question_breaks_no_file(filled: Library, tmp_path: Path) -> None:
    run(Engine(filled), filled, [Question("\ud83d", "Who opened the lighthouse \ud83d?", set="set")], tmp_path)
    assert answers_in(tmp_path)[0]["id"] == "\ud83d"
    assert report_in(tmp_path)["cases"][0]["id"] == "\ud83d"
