"""Answers through a real small model over a real connection: it mis-cites all the time, and is never believed."""

import json
from collections.abc import Iterator

import pytest

from eval.sample.library import SAMPLE_QUESTIONS
from index.library import Library
from rag.answer import Answer
from rag.checking.quotations import misquoted
from rag.engine import Engine
from rag.llm.spec import model
from rag.options import Options
from tests.support.small_model import small_model

QUESTIONS = [json.loads(line)["question"] for line in SAMPLE_QUESTIONS.read_text("utf-8").splitlines()][:4]


@pytest.fixture(scope="module")
def spec() -> Iterator[str]:
    with small_model() as made:
        yield made


@pytest.fixture(scope="module")
def answers(spec: str, sample: Library) -> list[Answer]:
    engine = Engine(sample, options=Options(model=model(spec)))
    return [engine.ask(question) for question in QUESTIONS]


def test_every_question_gets_a_reply_and_the_model_wrote_some(answers: list[Answer]) -> None:
    assert len(answers) == len(QUESTIONS)
    assert any(answer.writing for answer in answers)
    assert all(answer.reason for answer in answers if answer.refused)


def test_every_marker_that_is_shown_leads_to_a_sentence_of_the_library(answers: list[Answer], sample: Library) -> None:
    for answer in answers:
        numbers = [citation.number for citation in answer.citations]
        assert numbers == list(range(1, len(numbers) + 1))
        assert {number for statement in answer.statements for number in statement.citations} <= set(numbers)
        for cited in answer.citations:
            article = sample.articles.get(cited.article_id)
            assert article
            assert article.text[cited.start : cited.end] == cited.sentence


def test_no_quotation_that_is_not_verbatim_is_called_supported(answers: list[Answer]) -> None:
    for answer in answers:
        cited = {citation.number: citation.sentence for citation in answer.citations}
        for statement in answer.statements:
            if statement.verdict in ("supported", "quoted"):
                assert not list(misquoted(statement.text, " ".join(cited[number] for number in statement.citations)))


def test_what_it_cost_is_told(answers: list[Answer]) -> None:
    for written in (answer.writing for answer in answers if answer.writing):
        assert written.tokens_in > 100
        assert written.tokens_out > 0
        assert written.seconds > 0


def test_its_own_context_overflow_is_met_by_fewer_sentences(spec: str) -> None:
    from llama_index.core.base.llms.types import ChatMessage

    from rag.llm.errors import ContextOverflowError

    with pytest.raises(ContextOverflowError):
        list(model(spec).stream([ChatMessage(role="user", content="mill weir ferry " * 4000)]))
