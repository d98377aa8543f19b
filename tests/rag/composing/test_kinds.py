"""Questions that are not one fact, over a few articles of our own: what each kind gives."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from index.library import Library
from rag.answer import Answer, Kind
from rag.engine import Engine
from rag.understanding.history import Turn

ROWS: Sequence[dict[str, Any]] = (
    {
        "id": "kiln-opens",
        "title": "Glass kiln opens at Marrow Point",
        "text": "The town of Hestwick opened a glass kiln at Marrow Point on Monday. The kiln was built by Torvald "
        "Lunn for 2.1 million crowns. It employs 14 people. “We shall never let it go cold,” said Isolde Fenn, who "
        "manages the kiln. The old kiln had closed on 3 May 2019. The kiln sells bowls for 40 crowns.",
        "source": "The Hestwick Echo",
        "author": "Bram Tolley",
        "published": "2023-06-07",
    },
    {
        "id": "kiln-fire",
        "title": "Fire stops glass kiln for a month",
        "text": "A fire broke out in the glass kiln at Marrow Point on 12 January 2024. Nobody was hurt. The kiln will "
        "be shut until 15 February 2024. “I smelt it before I saw it,” said Rurik Asp, a glassblower. Lunn put the "
        "damage at 90,000 crowns. Isolde Fenn said that all 14 people would keep their jobs.",
        "source": "The Vale Times",
        "author": "Signe Ruud",
        "published": "2024-01-13",
    },
    {
        "id": "heron-count",
        "title": "Fewer herons nest on Lake Imber",
        "text": "Only 31 pairs of herons nested on Lake Imber this year, down from 58 in 2019. Maren Oyelle, who "
        "counts them, blamed the dry spring. “They go where the frogs are,” she said. The count began in 1987.",
        "source": "The Hestwick Echo",
        "author": "Signe Ruud",
        "published": "2023-08-21",
    },
)
TEXTS = {row["id"]: f"{row['text']}" for row in ROWS}


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Answer]]:
    folder: Path = tmp_path_factory.mktemp("kinds")
    library = Library(folder / "library")
    (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, ROWS)), "utf-8")
    library.add_all([str(folder / "rows.jsonl")])
    yield Engine(library).ask
    library.close()


def cited(answer: Answer) -> list[str]:
    return [citation.sentence for citation in answer.citations]


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Give me a timeline of the glass kiln", Kind.TIMELINE),
        ("Summarise the article about the herons", Kind.SUMMARY),
        ("How many articles are there?", Kind.LIBRARY),
        ("Find every mention of Isolde Fenn", Kind.LIST),
        ("Check: The kiln employs 14 people.", Kind.CLAIM),
        ("hello!", Kind.SMALLTALK),
        ("Who built the glass kiln?", Kind.FACT),
    ],
)
def test_the_kind_of_a_question_is_in_its_json(ask: Callable[..., Answer], question: str, kind: Kind) -> None:
    answer = ask(question)
    assert answer.to_json()["kind"] == kind
    assert not answer.refused
    for citation in answer.citations:
        assert citation.sentence in TEXTS[citation.article_id] or citation.sentence == citation.title


def test_a_timeline_is_in_the_order_of_the_events_and_dates_each(ask: Callable[..., Answer]) -> None:
    answer = ask("Please give me the events around the glass kiln in order")
    days = [statement.date for statement in answer.statements]
    assert days == sorted(filter(None, days))
    assert {"2019-05-03", "2023-06-05", "2024-01-12", "2024-02-15"} <= set(days)
    assert not any("heron" in sentence for sentence in cited(answer))


def test_a_timeline_keeps_to_the_time_asked_for(ask: Callable[..., Answer]) -> None:
    days = [statement.date or "" for statement in ask("Timeline of the glass kiln in 2024").statements]
    assert len(days) > 1
    assert all(day.startswith("2024") for day in days)


@pytest.mark.parametrize("question", ["Summarise the article about the herons", "tl;dr of the piece on Lake Imber"])
def test_a_summary_of_one_article_cites_no_other(ask: Callable[..., Answer], question: str) -> None:
    answer = ask(question)
    assert {citation.article_id for citation in answer.citations} == {"heron-count"}
    assert len(answer.statements) >= 2


def test_a_summary_of_a_subject_groups_its_articles_by_date(ask: Callable[..., Answer]) -> None:
    articles = [citation.article_id for citation in ask("What do the articles say about the glass kiln?").citations]
    assert list(dict.fromkeys(articles)) == ["kiln-opens", "kiln-fire"]


def test_it_is_the_article_cited_last(ask: Callable[..., Answer]) -> None:
    history = [
        Turn("user", "How many pairs of herons nested on Lake Imber?"),
        Turn("assistant", "Only 31 pairs of herons nested on Lake Imber this year, down from 58 in 2019. [1]"),
    ]
    assert {citation.article_id for citation in ask("Summarise it", history).citations} == {"heron-count"}


@pytest.mark.parametrize(
    ("question", "expected", "articles"),
    [
        ("How many articles do you have?", "3 articles", []),
        ("What is the newest article?", "Fire stops glass kiln", ["kiln-fire"]),
        ("Which articles mention Isolde Fenn?", "2 articles", ["kiln-fire", "kiln-opens"]),
        ("Who wrote the article about the herons?", "Signe Ruud", ["heron-count"]),
        ("When was the article about the fire published?", "13 January 2024", ["kiln-fire"]),
        ("Which papers are in here?", "The Hestwick Echo (2)", []),
        ("Show me the articles from the Echo", "herons", ["kiln-opens", "heron-count"]),
        ("How many articles are from 2023?", "2 articles of 3", ["kiln-opens", "heron-count"]),
    ],
)
def test_the_library_answers_from_its_own_data(
    ask: Callable[..., Answer], question: str, expected: str, articles: list[str]
) -> None:
    answer = ask(question)
    assert expected in answer.text
    assert sorted(head.id for head in answer.articles) == sorted(articles)
    assert not answer.citations


def test_every_mention_is_listed_by_article_and_date(ask: Callable[..., Answer]) -> None:
    assert cited(ask("Find every mention of Isolde Fenn")) == [
        "“We shall never let it go cold,” said Isolde Fenn, who manages the kiln.",
        "Isolde Fenn said that all 14 people would keep their jobs.",
    ]


def test_everyone_quoted_is_listed_once(ask: Callable[..., Answer]) -> None:
    answer = ask("List everyone who is quoted about the glass kiln")
    quoted = [sentence for sentence in cited(answer) if "“" in sentence]
    assert len(quoted) == 2
    assert {"Fenn" in sentence or "Asp" in sentence for sentence in quoted} == {True}


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("The kiln was built by Torvald Lunn.", "supported"),
        ("It is said that 31 pairs of herons nested on Lake Imber.", "supported"),
        ("The kiln employs 40 people.", "contradicted"),
        ("Maren Oyelle is a retired surgeon.", "unsupported"),
    ],
)
def test_a_claim_gets_a_verdict(ask: Callable[..., Answer], claim: str, verdict: str) -> None:
    (statement,) = ask(f"Check: {claim}").statements
    assert statement.verdict == verdict
    assert bool(statement.citations) == (verdict != "unsupported")
