"""The answer by quoting, on evidence made by hand."""

import numpy as np
import pytest

from index.article import ArticleSummary, Chunk, Sentence
from index.text.english import asks_for_more, terms
from rag.answer import Evidence, Passage
from rag.composing.citations import Numbering
from rag.composing.fact import choose
from rag.composing.search import quoted
from rag.ranking.features import QuestionFeatures


def found(text: str, relevance: float, article: str = "a", start: int = 0) -> Evidence:
    sentence = Sentence(0, start, start + len(text))
    head = ArticleSummary(id=article, title=f"Title {article}", source="The Post", published="2024-03-03")
    passage = Passage(Chunk(f"{article}#{start}", article, 0, 0, text), head, (sentence,), None, None, 1.0)
    return Evidence(sentence, passage, relevance)


def asked(question: str) -> QuestionFeatures:
    order = tuple(dict.fromkeys(terms(question)))
    return QuestionFeatures(
        dict.fromkeys(order, 1.0), order, None, asks_for_more(question), np.zeros(2, dtype=np.float32)
    )


def test_numbers_run_in_order_of_first_use_and_are_used_again() -> None:
    one, two, who = found("It opened.", 0.9), found("It shut.", 0.8, start=20), found("Ana Pell came.", 0.5, start=40)
    numbering = Numbering()
    statements = [quoted(each, numbering, introduced_by=[who]) for each in (one, two)]
    citations = numbering.citations
    assert [statement.citations for statement in statements] == [(1, 2), (3, 2)]
    assert [citation.number for citation in citations] == [1, 2, 3]
    assert [citation.sentence for citation in citations] == ["It opened.", "Ana Pell came.", "It shut."]


def test_a_citation_tells_where_its_sentence_stands() -> None:
    numbering = Numbering()
    statement = quoted(found("It opened.", 0.9, start=7), numbering)
    (citation,) = numbering.citations
    assert (statement.text, statement.verdict) == ("It opened.", "quoted")
    assert (citation.article_id, citation.start, citation.end) == ("a", 7, 17)
    assert (citation.title, citation.source, citation.published) == ("Title a", "The Post", "2024-03-03")


def test_the_same_place_in_two_articles_is_two_citations() -> None:
    numbering = Numbering()
    for article in ("a", "b"):
        quoted(found("It opened.", 0.9, article), numbering)
    citations = numbering.citations
    assert [(citation.number, citation.article_id) for citation in citations] == [(1, "a"), (2, "b")]


def test_the_best_sentence_is_quoted_even_alone() -> None:
    assert [entry.text for entry in choose(asked("pier"), [found("The pier.", 0.1)])] == ["The pier."]


def test_a_repeat_is_not_quoted_twice() -> None:
    evidence = [found("The pier opened in May.", 0.9), found("In May the pier opened.", 0.9, "b")]
    assert len(choose(asked("When did the pier open and shut?"), evidence)) == 1


def test_a_sentence_that_adds_a_term_is_quoted_too_and_never_more_than_three() -> None:
    texts = ("The pier opened.", "The weir shut.", "The mill burned.", "The well dried.", "The tower fell.")
    evidence = [found(text, 0.9 - n / 100, start=50 * n) for n, text in enumerate(texts)]
    chosen = choose(asked("pier weir mill well tower"), evidence)
    assert [entry.text for entry in chosen] == list(texts[:3])


def test_a_weak_sentence_is_not_quoted() -> None:
    evidence = [found("The pier opened.", 0.9), found("The weir shut.", 0.2, start=50)]
    assert len(choose(asked("pier weir"), evidence)) == 1


def test_a_why_question_gets_up_to_four_sentences_of_the_best_and_no_repeats() -> None:
    texts = ("The pier opened.", "The weir shut.", "The pier opened.", "It rained.", "The mill burned.", "It ended.")
    evidence = [found(text, 0.9 - n / 10, start=50 * n) for n, text in enumerate(texts)]
    chosen = choose(asked("Why did the pier open?"), evidence)
    assert [entry.text for entry in chosen] == ["The pier opened.", "The weir shut.", "It rained.", "The mill burned."]


@pytest.mark.parametrize(
    ("question", "more"),
    [
        ("Why did the mill close?", True),
        ("How did the mill burn down?", True),
        ("What happened at the weir?", True),
        ("List the members of the council.", True),
        ("Compare the two budgets.", True),
        ("How many people came?", False),
        ("Who said why it closed?", False),
        ("When did the mill burn down?", False),
    ],
)
def test_questions_that_want_more_than_a_fact_are_known(question: str, more: bool) -> None:
    assert asks_for_more(question) == more
