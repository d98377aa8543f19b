"""Questions and answers in the chat."""

import pytest

from rag.answer import Answer, Citation, Request, Statement
from rag.refusals import Refusal, RefusalKind
from tests.support.html import HOSTILE, Read, assert_literal
from ui.render import answer_html


def cited(sentence: str, number: int = 1, title: str = "A title") -> Citation:
    return Citation(number, "a:1", title, None, "The Paper", "2024-03-03", sentence, 5, 5 + len(sentence))


def answered(*texts: str, question: str = "Who?", standalone: str = "Who?", verdict: str = "quoted") -> Answer:
    reason = "no reason" if verdict == "unsupported" else None
    statements = tuple(Statement(text, (number,), verdict, reason) for number, text in enumerate(texts, 1))
    citations = tuple(cited(text, number) for number, text in enumerate(texts, 1))
    return Answer(Request(question, standalone), statements, citations, (), None, 0.9, (), 0.1)


def refused(reason: str) -> Answer:
    return Answer(Request("Who?", "Who?"), (), (), (), Refusal(RefusalKind.NO_ANSWER, reason), 0.1, (), 0.1)


@pytest.mark.parametrize(
    "shown",
    [
        answer_html.question(HOSTILE),
        answer_html.problem(HOSTILE),
        answer_html.answer(answered(HOSTILE)),
        answer_html.answer(refused(HOSTILE)),
    ],
)
def test_hostile_text_is_literal(shown: str) -> None:
    assert_literal(shown)


def test_an_answer_shows_statements_with_buttons_that_open_their_sentence() -> None:
    read = Read(answer_html.answer(answered("Venn opposes the plan.")))
    assert read.attributes["value"] == "5 27 a:1"
    assert "[1]" in read.text
    assert "The Paper · 2024-03-03" in read.text


def test_a_standalone_question_is_shown_only_where_it_differs() -> None:
    same = answer_html.answer(answered("Yes.", question="Who?", standalone="Who?"))
    other = answer_html.answer(answered("Yes.", question="And when?", standalone="When did the mill open?"))
    assert "Understood as" not in same
    assert "Understood as: When did the mill open?" in Read(other).text


def test_a_refusal_says_why_and_has_nothing_to_open() -> None:
    read = Read(answer_html.answer(refused("The articles do not say.")))
    assert "The articles do not say." in read.text
    assert "button" not in read.tags


def test_first_words_stream_without_citations_until_their_statement_is_whole() -> None:
    found = answered("One two three.", "Four five.")
    assert Read(answer_html.answer(found, 2)).text.strip() == "One two"
    assert Read(answer_html.answer(found, 4)).text == "One two three.\u00a0[1]Four\u00a0"


def test_an_unsupported_statement_says_so() -> None:
    assert "not supported by the articles" in answer_html.answer(answered("Maybe.", verdict="unsupported"))
