"""The engine over a real library: order, shape, odd questions, and LlamaIndex's seams."""

import asyncio
from collections.abc import Callable

import pytest

from index.library import Library
from rag.answer import Answer
from rag.engine import Engine
from rag.understanding.standalone import Turn

Rows = Callable[..., str]
SYNTAX = (
    "C++?",
    "AND",
    "U.S.",
    "NEAR(a b)",
    "title:x",
    'a "b',
    "x* OR",
    "mill -Drow",
    "{a b}",
    "^mill",
    "'; DROP TABLE x",
)


@pytest.fixture(scope="module")
def budget(sample: Library) -> Answer:
    return Engine(sample).ask("How close was the vote on the 2025-26 budget?")


@pytest.fixture(scope="module")
def moon(sample: Library) -> Answer:
    return Engine(sample).ask("How far is the Moon from the Earth?")


def test_evidence_is_best_first_and_ten_at_most(budget: Answer) -> None:
    scores = [found.relevance for found in budget.evidence]
    assert len(scores) == 10
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert len({found.key for found in budget.evidence}) == 10


def test_the_best_evidence_is_quoted_first_word_for_word(budget: Answer) -> None:
    assert budget.statements[0].text == budget.evidence[0].text == budget.citations[0].sentence
    assert 1 <= len(budget.statements) <= 3
    assert {statement.verdict for statement in budget.statements} == {"quoted"}
    assert budget.text.startswith(f"{budget.citations[0].sentence} [1]")


def test_every_marker_has_its_citation(budget: Answer) -> None:
    used = [number for statement in budget.statements for number in statement.citations]
    assert sorted(set(used)) == [citation.number for citation in budget.citations]


def test_what_was_read_and_not_cited_is_named(budget: Answer) -> None:
    cited = {citation.article_id for citation in budget.citations}
    assert budget.also_read
    assert not cited & {head.id for head in budget.also_read}


def test_a_refusal_has_words_and_evidence_and_nothing_else(moon: Answer) -> None:
    assert moon.refused
    assert moon.text == moon.reason
    assert (moon.statements, moon.citations) == ((), ())
    assert moon.evidence
    assert moon.also_read


def test_confidence_tells_answers_from_refusals(budget: Answer, moon: Answer) -> None:
    assert 0 <= moon.confidence < budget.confidence <= 1


def test_the_engine_keeps_no_session(sample: Library, budget: Answer) -> None:
    engine = Engine(sample)
    engine.ask("Who is finishing the flood wall?", [Turn("user", "What about the herring?")])
    again = engine.ask(budget.question)
    assert (again.text, again.citations, again.confidence) == (budget.text, budget.citations, budget.confidence)


@pytest.mark.parametrize("question", SYNTAX)
def test_search_syntax_is_a_question_like_any_other(sample: Library, question: str) -> None:
    answer = Engine(sample).ask(question)
    assert answer.text
    assert answer.refused == (not answer.citations)


def test_a_question_of_a_thousand_words_is_answered_or_refused(sample: Library) -> None:
    answer = Engine(sample).ask(" ".join(f"word{n}" for n in range(900)))
    assert answer.text


def test_the_threshold_decides(sample: Library) -> None:
    question = "How close was the vote on the 2025-26 budget?"
    assert Engine(sample, threshold=1.0).ask(question).refused
    assert not Engine(sample, threshold=0.0).ask("How far is the Moon from the Earth?").refused


def test_query_and_aquery_tell_the_same(sample: Library, budget: Answer) -> None:
    engine = Engine(sample)
    told = engine.query(budget.question)
    later = asyncio.run(engine.aquery(budget.question))
    assert str(told) == str(later) == budget.text
    assert [node.node_id for node in told.source_nodes] == [node.node_id for node in later.source_nodes]
    assert told.metadata
    assert told.metadata["citations"][0]["sentence"] == budget.citations[0].sentence


def test_a_refused_query_still_shows_its_sources(sample: Library) -> None:
    assert Engine(sample).query("Who wrote the play Hamlet?").source_nodes


def test_a_quotation_is_cited_with_its_speaker(library: Library, rows: Rows) -> None:
    text = 'The pier was sold.\n\n"We will never paint it green," said Orrin Pell, the new owner. He laughed.'
    library.add_all([rows({"id": "pier", "title": "Pier sold", "text": text})])
    answer = Engine(library).ask("Will the pier be painted green?")
    assert '"We will never paint it green," said Orrin Pell, the new owner.' in [c.sentence for c in answer.citations]


def test_chinese_is_answered_in_its_own_sentence(library: Library, rows: Rows) -> None:
    text = "奎兰镇议会星期一开会。港口大桥将于五月重新开放。学校照常上课。"
    library.add_all([rows({"id": "zh", "title": "大桥", "text": text})])
    answer = Engine(library).ask("港口大桥什么时候重新开放？")
    assert answer.evidence[0].text == "港口大桥将于五月重新开放。"
