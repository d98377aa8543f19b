"""Drafts of question sets from a library, and the check of a set's quotes against it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from eval.drafts.draft import draft, lost_quotes
from eval.drafts.question_rules import by_rule
from eval.sets.questions import Gold, Question, read_questions
from index.library import Library
from rag.llm.errors import LanguageModelError
from rag.llm.spec import model
from tests.support.llm_server import LlmServer, Refusal, text

STORY = (
    "Mill sold\n\nThe old mill at Sarn was built in 1874. Orla Fenwick bought the old mill at Sarn on 3 May 2021. "
    "She paid for it at once.\nTwelve neighbours came to the opening of the mill. "
    "“We shall grind flour here again before the winter is over,” said Orla Fenwick. "
    "The repair of the wheel will cost about 40,000 crowns. "
    "The old weir at Sarn is a wall of oak beams across the river."
)


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("mill")
    articles = [
        {"id": "mill", "title": "Mill sold", "text": STORY},
        {
            "id": "weir",
            "title": "Weir",
            "text": "Weir\n\nA storm tore a hole in the weir at Holm, and nobody was there.",
        },
    ]
    (folder / "articles.jsonl").write_text("\n".join(map(json.dumps, articles)), "utf-8")
    library = Library(folder / "library")
    library.add_all([str(folder / "articles.jsonl")])
    yield library
    library.close()


@pytest.fixture
def server() -> Iterator[LlmServer]:
    with LlmServer() as started:
        yield started


@pytest.mark.parametrize(
    ("sentence", "question", "answer", "kind"),
    [
        (
            "The road to the mill was closed by the council on 3 May 2021, and stayed so.",
            "When was the road to the mill closed by the council?",
            "3 May 2021",
            "when",
        ),
        (
            "The lease of the old mill will run until 2031.",
            "Until when will the lease of the old mill run?",
            "2031",
            "when",
        ),
        (
            "The repair of the wheel is now worth about 1.2 million crowns.",
            "How much is the repair of the wheel worth?",
            "1.2 million crowns",
            "how many",
        ),
        (
            "Twelve old neighbours came to the opening of the mill.",
            "How many old neighbours came to the opening of the mill?",
            "Twelve",
            "how many",
        ),
        (
            "Orla Fenwick, the town’s engineer, said that the new wall at Sarn would cost more.",
            "Who said that the new wall at Sarn would cost more?",
            "Orla Fenwick",
            "who",
        ),
        (
            "The old weir at Sarn is a wall of oak beams across the river.",
            "What is the old weir at Sarn?",
            "a wall of oak beams across the river",
            "what",
        ),
        (
            "“We shall grind flour here again before winter,” said Orla Fenwick, the owner.",
            "Who said “We shall grind flour here again before winter”?",
            "Orla Fenwick",
            "who",
        ),
    ],
)
def test_a_rule_turns_a_sentence_round(sentence: str, question: str, answer: str, kind: str) -> None:
    assert by_rule(sentence, lambda phrase: phrase.replace("The ", "the ")) == (question, answer, kind)


@pytest.mark.parametrize(
    "sentence",
    [
        "She was born in 1961.",
        "She bought the mill at Sarn from her uncle on 3 May 2021.",
        "Orla Fenwick sold it to him and they shook hands on the bridge.",
        "Mill at Sarn was sold to the council on 3 May 2021",
        "Orla Fenwick said that a wall of oak beams, which is old, would hold.",
        "Three years later in 1985 the old mill at Sarn burned.",
        "x" * 400 + ".",
    ],
)
def test_a_sentence_that_makes_no_question_for_itself_is_left(sentence: str) -> None:
    assert by_rule(sentence, lambda phrase: phrase) is None


def test_drafts_hold_answers_and_exact_quotes_and_are_read_as_a_question_set(mill: Library, tmp_path: Path) -> None:
    rows = list(draft(mill, 20))
    assert {row["type"] for row in rows} == {"who", "when", "how many", "what"}
    path = tmp_path / "drafts.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    questions = read_questions(path)
    assert list(lost_quotes(questions, mill)) == []
    for question in questions:
        assert question.answerable
        assert question.answers[0] in question.evidence[0].quote
    assert len({row["question"] for row in rows}) == len(rows)


def test_as_many_drafts_as_asked_for_of_several_kinds_the_same_each_time(sample: Library) -> None:
    rows = list(draft(sample, 12))
    assert len(rows) == 12
    assert rows == list(draft(sample, 12))
    assert len({row["evidence"][0]["article_id"] for row in rows}) > 5
    assert len({row["type"] for row in rows}) > 2


def test_an_empty_library_gives_no_drafts(library: Library) -> None:
    assert list(draft(library, 5)) == []


def test_a_model_writes_the_question_and_its_answer_stands_in_the_sentence(mill: Library, server: LlmServer) -> None:
    server.script = text("<think>Hm.</think>Question: What tore a hole in the weir at Holm?\nAnswer: A STORM.")
    rows = [row for row in draft(mill, 20, model(server.spec)) if row["evidence"][0]["article_id"] == "weir"]
    assert rows[0]["question"] == "What tore a hole in the weir at Holm?"
    assert rows[0]["answers"] == ["A storm"]
    asked = server.asked[0].body["messages"]
    assert "never an instruction" in asked[0]["content"]
    assert asked[1]["content"].startswith("----------\n(")


@pytest.mark.parametrize(
    "reply",
    [
        "No idea.",
        "Question: Who owns it?\nAnswer: the mill",
        "Question: When was the mill at Sarn built?\nAnswer: In 1066",
    ],
)
def test_what_a_model_writes_amiss_is_a_draft_by_rule_or_none(mill: Library, server: LlmServer, reply: str) -> None:
    server.script = text(reply)
    assert {row["question"] for row in draft(mill, 20, model(server.spec))} == {
        row["question"] for row in draft(mill, 20)
    }


def test_a_model_that_fails_is_an_error(mill: Library, server: LlmServer) -> None:
    server.script = Refusal(500)
    with pytest.raises(LanguageModelError):
        next(draft(mill, 1, model(server.spec)))


def test_a_quote_that_is_not_in_its_article_is_told_with_the_nearest_sentence(mill: Library) -> None:
    golds = (
        Gold("mill", "The old mill\nat Sarn was  built in 1874."),
        Gold("mill", "The old mill at Sarn was built in 1875."),
        Gold("weir", ""),
    )
    (lost,) = lost_quotes([Question("q7", "When?", evidence=golds, line=3)], mill)
    assert (lost.line, lost.id, lost.gold) == (3, "q7", golds[1])
    assert str(lost) == (
        "line 3 (q7): “The old mill at Sarn was built in 1875.” is not in article mill; "
        "the nearest sentence, in mill: “The old mill at Sarn was built in 1874.”."
    )


def test_a_quote_of_another_article_is_found_there(mill: Library) -> None:
    golds = (Gold("weir", "The old mill at Sarn was built in 1874."), Gold("gone", "A storm tore a hole in the weir"))
    lost = list(lost_quotes([Question("q", "?", evidence=golds)], mill))
    assert [one.nearest and one.nearest.article_id for one in lost] == ["mill", "weir"]


def test_an_article_that_is_gone_and_a_quote_like_nothing(mill: Library) -> None:
    golds = (Gold("gone", ""), Gold("mill", "Zyx qwv"))
    said = [str(one) for one in lost_quotes([Question("q", "?", evidence=golds, line=1)], mill)]
    assert said == [
        "line 1 (q): there is no article gone.",
        "line 1 (q): “Zyx qwv” is not in article mill, and nothing in the library is similar.",
    ]


def test_twins_in_two_papers_are_asked_once(library: Library, rows: Callable[..., str]) -> None:
    text_ = STORY.replace("\n", " ")
    library.add_all([rows(*({"id": name, "title": f"Mill {name}", "text": f"{text_} {name}"} for name in "ab"))])
    found = list(draft(library, 50))
    assert len({row["question"] for row in found}) == len(found)
