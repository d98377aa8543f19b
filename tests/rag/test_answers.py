"""Cases A1, A3 and U2's engine half, and the shape of every answer."""

import asyncio
import json
from collections.abc import Callable

import pytest

from eval.sample.library import SAMPLE_QUESTIONS
from index.errors import EmptyLibraryError, QuestionError
from index.library import Library
from rag.engine import Engine
from rag.understanding.standalone import Turn, read_history, standalone_question

Rows = Callable[..., str]
_KEYS = {"question", "standalone", "answer", "refused", "reason", "confidence", "statements", "citations", "evidence"}
_KEYS |= {"short", "notice", "also_read", "seconds"}
_BUSES = (
    "The council of Tarn has bought six buses. The mayor, Ilse Brandt, said that the buses would run until midnight.",
    "Bus fares in Tarn will rise in May. The council blamed the price of diesel and said no bus route would close.",
    "A bus shelter on Mill Lane was mended after the storm. The council paid 900 crowns for the work on the shelter.",
)


def bus_library(library: Library, rows: Rows) -> Engine:
    library.add_all([rows(*({"id": f"b{n}", "title": f"Buses {n}", "text": text} for n, text in enumerate(_BUSES)))])
    return Engine(library)


@pytest.mark.parametrize("question", ["What is the capital of Australia?", "What did the mayor say about trams?"])
def test_what_the_articles_do_not_say_is_refused(library: Library, rows: Rows, question: str) -> None:
    answer = bus_library(library, rows).ask(question)
    assert answer.refused
    assert not answer.citations
    assert not answer.statements
    assert answer.text
    assert answer.evidence


def test_a_bare_surname_brings_the_sentence_that_introduces_it(library: Library, rows: Rows) -> None:
    filler = [f"The tide at Sollin reached {n} metres on the old gauge during the week." for n in range(2, 7)]
    first = "The harbour master of Sollin, Orla Venn, met the traders on Monday to hear about the plan for the quay."
    text = "\n\n".join([first, *filler, "Venn said she would oppose the plan."])
    library.add_all([rows({"id": "venn", "title": "Quay plan", "text": text})])
    answer = Engine(library).ask("What does the harbour master think of the plan?")
    cited = [citation.sentence for citation in answer.citations]
    assert "Venn said she would oppose the plan." in cited
    assert first in cited


def test_follow_ups_of_two_people_do_not_mix(sample: Library) -> None:
    engine = Engine(sample)
    one = [Turn("user", "Which company is going to run the boats to Brannet?"), Turn("assistant", "Kestrane Lines.")]
    two = [Turn("user", "When did the council pass the flood wall at Salter's Quay?"), Turn("assistant", "On Tuesday.")]
    first, second = engine.ask("And when?", one), engine.ask("And when?", two)
    assert "Brannet" in first.standalone
    assert "Salter's Quay" in second.standalone
    assert "flood" not in first.standalone


def test_every_sentence_of_every_sample_answer_is_exact(sample: Library) -> None:
    engine = Engine(sample)
    for line in SAMPLE_QUESTIONS.read_text("utf-8").splitlines():
        row = json.loads(line)
        told = engine.ask(row["question"], read_history(row.get("history", []))).to_json()
        assert set(told) >= _KEYS
        assert len(told["evidence"]) <= 10
        for found in (*told["citations"], *told["evidence"]):
            article = sample.articles.get(found["article_id"])
            assert article
            assert article.text[found["start"] : found["end"]] == found["sentence"]
        assert told["refused"] or all(statement["citations"] for statement in told["statements"])


def test_the_engine_is_a_llamaindex_query_engine(sample: Library) -> None:
    engine = Engine(sample)
    assert engine.query("How close was the vote on the 2025-26 budget?").source_nodes
    response = asyncio.run(engine.aquery("How close was the vote on the 2025-26 budget?"))
    assert "nine votes to eight" in str(response)


def test_history_is_read_in_every_form_and_bad_history_is_told() -> None:
    parts = [{"role": "user", "content": [{"type": "text", "text": "Who?"}]}, {"role": "assistant", "text": "She."}]
    assert read_history(parts) == (Turn("user", "Who?"), Turn("assistant", "She."))
    for bad in ({}, [1], [{"role": "user"}], [{"content": "x"}]):
        with pytest.raises(QuestionError):
            read_history(bad)


@pytest.mark.parametrize(
    ("before", "asked", "read_as"),
    [
        ("Is Ingrid Tolvane still the leader?", "Why did she resign?", "Why did Ingrid Tolvane resign?"),
        (
            "How much will it cost to mend the swing bridge?",
            "What about the school roof?",
            "How much will it cost to mend the school roof?",
        ),
        ("Who runs the ferry?", "What is the capital of Vennshire?", "What is the capital of Vennshire?"),
    ],
)
def test_a_follow_up_is_made_standalone(before: str, asked: str, read_as: str) -> None:
    assert standalone_question(asked, [Turn("user", before)]) == read_as


def test_questions_that_cannot_be_asked_are_told(library: Library, sample: Library) -> None:
    with pytest.raises(EmptyLibraryError, match="no articles yet"):
        Engine(library).ask("Who?")
    for bad in ("   ", "?!", "x" * 20_000):
        with pytest.raises(QuestionError):
            Engine(sample).ask(bad)
