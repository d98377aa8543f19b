"""The invented sample keeps its promise: enough of each kind, and every quote exact."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from eval.sample.library import OPENING, REFUSED, SAMPLE_ARTICLES, SAMPLE_QUESTIONS, sample_folder
from index.library import Library
from rag.engine import Engine


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


ARTICLES = {row["id"]: row for row in lines(SAMPLE_ARTICLES)}
QUESTIONS = lines(SAMPLE_QUESTIONS)


def test_there_are_thirty_articles_of_four_papers_over_three_years() -> None:
    assert len(ARTICLES) == len(lines(SAMPLE_ARTICLES)) == 30
    assert len({row["source"] for row in ARTICLES.values()}) >= 4
    assert {row["published"][:4] for row in ARTICLES.values()} == {"2023", "2024", "2025"}
    assert all(row["title"] and row["text"] and row["published"] for row in ARTICLES.values())


def test_a_third_of_thirty_questions_is_not_answerable_and_a_fifth_follows_up() -> None:
    assert len({row["id"] for row in QUESTIONS}) == 30
    assert Counter(row["answerable"] for row in QUESTIONS) == {True: 20, False: 10}
    assert sum(bool(row.get("history")) for row in QUESTIONS) == 6


def test_every_quote_stands_in_its_article() -> None:
    quotes = [entry for row in QUESTIONS for entry in row["evidence"]]
    assert all(entry["quote"] in ARTICLES[entry["article_id"]]["text"] for entry in quotes)
    assert all(row["answerable"] == bool(row["evidence"]) == bool(row["answers"]) for row in QUESTIONS)


def test_every_answer_or_its_words_stand_in_a_quote() -> None:
    for row in QUESTIONS:
        told = " ".join(entry["quote"] for entry in row["evidence"])
        assert not row["answers"] or any(answer in told for answer in row["answers"]), row["id"]


def test_the_sample_has_a_folder_of_its_own(tmp_path: Path) -> None:
    assert sample_folder(tmp_path / "mine") == tmp_path / "mine-sample"
    assert sample_folder(None).parent.name == "onrecord"


@pytest.mark.parametrize(
    ("question", "kind", "told"),
    zip(
        OPENING,
        ("fact", "summary", "timeline", "library"),
        ("1 October", "340 drivers", "14 July 2024", "2 articles"),
        strict=True,
    ),
)
def test_a_question_that_the_page_offers_is_answered(sample: Library, question: str, kind: str, told: str) -> None:
    answer = Engine(sample).ask(question)
    assert (answer.kind, answer.refused) == (kind, False)
    assert told in answer.text


def test_the_example_of_a_refusal_is_refused(sample: Library) -> None:
    assert Engine(sample).ask(REFUSED).refused
