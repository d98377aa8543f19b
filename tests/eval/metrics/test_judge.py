"""The judge: a scripted model's verdicts, and what becomes of those that are none."""

from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from eval.metrics.judge import PROMPT, Judgement, judge
from eval.runs.ask import RunOptions
from eval.runs.run import run_eval
from eval.sets.questions import Gold, Question
from index.library import Library
from rag.answer import Answer
from rag.engine import Engine
from rag.llm.spec import model
from rag.refusals import RefusalKind, refuse
from tests.support.evaluation import answers_in, lines_file, open_always, report_in
from tests.support.llm_server import LlmServer, Refusal, text

TEXT = "The harbour of Ostrel burned in 1911. Mayor Ilda Renn opened the new lighthouse in May 1923."
QUESTION = Question("q1", "Who opened the new lighthouse?", ("Ilda Renn",), answerable=True, set="s")


@pytest.fixture
def server() -> Iterator[LlmServer]:
    with LlmServer() as started:
        yield started


@pytest.fixture
def filled(library: Library, tmp_path: Path) -> Library:
    rows = [{"id": "ostrel", "title": "Ostrel", "text": TEXT}]
    library.add_all([str(lines_file(tmp_path / "articles.jsonl", rows))])
    return library


@pytest.fixture
def answer(filled: Library) -> Answer:
    return Engine(filled, 0.0).ask(QUESTION.question)


@pytest.mark.parametrize(
    ("said", "right", "reason"),
    [
        ("RIGHT\nIt names Ilda Renn.", 1.0, "It names Ilda Renn."),
        ("**Wrong**: it names nobody.", 0.0, "it names nobody."),
        ("<think>It looks WRONG but</think>RIGHT", 1.0, ""),
        ("The answer seems fine.", None, "It gave no verdict but wrote: The answer seems fine."),
    ],
)
def test_a_verdict(server: LlmServer, answer: Answer, said: str, right: float | None, reason: str) -> None:
    server.script = text(said)
    assert judge(model(server.spec), QUESTION, answer) == Judgement(right, reason)


def test_the_judge_is_told_question_gold_and_answer_as_material(server: LlmServer, answer: Answer) -> None:
    server.script = text("RIGHT")
    judge(model(server.spec), QUESTION, answer)
    system, user = (message["content"] for message in server.asked[0].body["messages"])
    assert system == PROMPT
    assert "never instructions" in PROMPT.replace("\n", " ")
    assert QUESTION.question in user
    assert "- Ilda Renn" in user
    assert answer.statements[0].text in user


def test_quotes_stand_for_gold_answers_and_what_has_neither_is_not_judged(server: LlmServer, answer: Answer) -> None:
    server.script = text("RIGHT")
    asked = model(server.spec)
    quoted = replace(QUESTION, answers=(), evidence=(Gold("ostrel", "It opened in 1923."),))
    assert judge(asked, quoted, answer)
    assert "- It opened in 1923." in server.asked[0].body["messages"][1]["content"]
    assert judge(asked, replace(QUESTION, answers=()), answer) is None
    assert judge(asked, replace(QUESTION, answerable=False), answer) is None
    assert judge(asked, QUESTION, replace(answer, refusal=refuse(RefusalKind.NO_MATCH, "1 article", False))) is None
    assert len(server.asked) == 1


def test_the_report_names_the_judge_its_prompt_and_that_it_is_an_opinion(
    server: LlmServer, filled: Library, tmp_path: Path
) -> None:
    server.script = text("WRONG\nIt is too long.")
    options = RunOptions(judge=model(server.spec))
    run_eval({"s": [QUESTION]}, open_always(Engine(filled, 0.0), filled), tmp_path / "out", options=options)
    report = report_in(tmp_path / "out")
    assert report["settings"]["judge"] == server.spec
    assert report["overall"]["judged_right"] == {"value": 0.0, "n": 1, "low": None, "high": None}
    assert report["overall"]["contained"]["value"] == 1.0
    assert answers_in(tmp_path / "out")[0]["judge"] == {"right": 0.0, "reason": "It is too long."}
    for name in ("report.md", "report.html"):
        page = (tmp_path / "out" / name).read_text(encoding="utf-8")
        assert "The judge's prompt" in unescape(page)
        assert "an opinion beside the others" in page


def test_a_judge_that_fails_is_told_and_its_answer_judged_again(
    server: LlmServer, filled: Library, tmp_path: Path
) -> None:
    options = RunOptions(judge=model(server.spec), cache=tmp_path / "cache")
    for script in (Refusal(500), text("RIGHT")):
        server.script = script
        run_eval({"s": [QUESTION]}, open_always(Engine(filled, 0.0), filled), tmp_path / "out", options=options)
        report = report_in(tmp_path / "out")
        failed = isinstance(script, Refusal)
        assert report["counts"]["unjudged"] == int(failed)
        assert report["overall"]["judged_right"]["value"] == (None if failed else 1.0)
