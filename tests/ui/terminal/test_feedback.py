"""Thumbs are kept in the library and come out as a question set."""

import json
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.sets.questions import read_questions
from index.library import Library
from index.store.feedback import Opinion
from rag.answer import Answer, Citation, Request, Statement
from rag.refusals import Refusal, RefusalKind
from ui.terminal.cli import app

SAID = "Marla Quist opened the Tarn bridge on 3 May 2021."
CITED = Citation(1, "bridge", "Bridge", None, "The Courier", "2021-05-04", SAID, 0, len(SAID))
REQUEST = Request("Who opened it?", "Who opened it?")
ANSWER = Answer(REQUEST, (Statement(SAID, (1,), "quoted"),), (CITED,), (), None, 0.9,
                (), 0.1)  # fmt: skip
REFUSAL = Answer(Request("Why?", "Why?"), (), (), (), Refusal(RefusalKind.NO_ANSWER, "No answer."), 0.1, (), 0.1)


def opinion(name: str, good: bool, answer: Answer = ANSWER) -> Opinion:
    return Opinion(name, good, answer.to_json(), [{"role": "user", "content": "Is there a bridge?"}])


def test_an_opinion_is_kept_with_its_reason_and_replaced_by_a_later_one(tmp_path: Path) -> None:
    library = Library(tmp_path / "library")
    library.feedback.put(opinion("a", True))
    library.feedback.put(opinion("a", False))
    library.feedback.explain("a", " Too long. ")
    library.close()
    again = Library(tmp_path / "library")
    kept = again.feedback.all()
    again.close()
    assert [(each.id, each.good, each.reason) for each in kept] == [("a", False, "Too long.")]
    assert kept[0].answer["citations"][0]["sentence"] == SAID


def test_a_library_from_before_the_feedback_opens(tmp_path: Path) -> None:
    Library(tmp_path).close()
    old = sqlite3.connect(tmp_path / "ledger.sqlite3")
    old.execute("DROP TABLE feedback")
    old.close()
    library = Library(tmp_path)
    assert library.feedback.all() == []
    library.close()


def test_the_export_is_a_question_set(library: Library, tmp_path: Path) -> None:
    for each in (opinion("a", True), opinion("b", False), opinion("c", True, REFUSAL)):
        library.feedback.put(each)
    file = tmp_path / "thumbs.jsonl"
    told = CliRunner().invoke(app, ["feedback", "--export", str(file), "--library", str(library.folder)])
    assert told.exit_code == 0
    assert "Wrote 3 questions" in told.output
    good, bad, refused = read_questions(file)
    assert (good.answerable, good.answers, good.evidence[0].quote) == (True, (SAID,), SAID)
    assert good.history[0].text == "Is there a bridge?"
    assert (bad.answerable, bad.answers, bad.evidence) == (None, (), ())
    assert (refused.answerable, refused.answers) == (False, ())
    assert json.loads(file.read_text().splitlines()[1])["thumb"] == "down"


def test_thumbs_are_listed(library: Library) -> None:
    run = CliRunner()
    assert "No answer has been rated yet" in run.invoke(app, ["feedback", "--library", str(library.folder)]).output
    library.feedback.put(opinion("a", False))
    library.feedback.explain("a", "Too long.")
    assert "bad  Who opened it?: Too long." in run.invoke(app, ["feedback", "--library", str(library.folder)]).output


@pytest.mark.parametrize("name", ["missing/thumbs.jsonl", "."])
def test_a_file_that_cannot_be_written_is_one_sentence(library: Library, tmp_path: Path, name: str) -> None:
    library.feedback.put(opinion("a", True))
    told = CliRunner().invoke(app, ["feedback", "--export", str(tmp_path / name), "--library", str(library.folder)])
    assert "Cannot write" in str(told.exception)
