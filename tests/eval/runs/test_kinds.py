"""The measure of every kind: what counts as right on answers made by hand, and what is printed of which half."""

from pathlib import Path
from typing import Any

import pytest

from eval.metrics.kinds import Reply, dangling, holds, lead_summary, score
from eval.metrics.words import Quoted
from eval.runs.kinds import Sample, ask, figures_of, report, totals, wrong
from eval.sets.kinds import KindQuestion, read_kinds
from index.errors import QuestionError
from index.library import Library
from rag.engine import Engine

FIRST, SECOND = "The kiln at Marle was lit on 3 May.", "It burned for nine days."
THIRD = "Ode Farrow and Lin Moss paid for the wood."
TEXTS = {"kiln": f"{FIRST} {SECOND}\n\n{THIRD}", "pier": "The pier at Ull was sold."}


def question(kind: str, **gold: Any) -> KindQuestion:
    return KindQuestion.model_validate({"id": "q", "kind": kind, "question": "?", "kept": False, **gold})


def reply(*sentences: str, article: str = "kiln", **fields: Any) -> dict[str, Any]:
    """Return an answer of one statement for each sentence, in which nothing is marked."""
    citations = [
        {"number": n, "article_id": article, "sentence": each, "start": 0, "end": len(each), "span": None}
        for n, each in enumerate(sentences, 1)
    ]
    statements = [{"text": each, "citations": [n], "verdict": "quoted"} for n, each in enumerate(sentences, 1)]
    return {"refused": False, "short": None, "citations": citations, "statements": statements, **fields}


REFUSED: Reply = {"refused": True, "kind": "fact", "answer": "The articles do not tell.", "citations": []}


def gold(quote: str, article: str = "kiln") -> dict[str, str]:
    return {"article_id": article, "quote": quote}


def figure(name: str, asked: KindQuestion, given: Reply) -> tuple[int, int]:
    return score(asked, given, TEXTS)[name]


def test_the_kind_is_that_of_the_question_or_one_of_those_expected() -> None:
    assert figure("kind right", question("fact"), {"kind": "fact", "refused": True}) == (1, 1)
    assert figure("kind right", question("parts", expected=["fact"]), reply(kind="fact")) == (1, 1)
    assert figure("kind right", question("parts", expected=["fact"]), reply(kind="list")) == (0, 1)
    assert figure("kind right", question("fact"), reply(FIRST)) == (0, 1)


@pytest.mark.parametrize(
    ("given", "right"),
    [
        (reply(FIRST), 1),
        (reply(SECOND, short="on 3 May"), 1),
        (reply(SECOND, short="on 13 May"), 0),
        (reply(SECOND, FIRST), 0),
        (reply(FIRST, article="pier"), 0),
        (REFUSED, 0),
    ],
)
def test_a_fact_is_right_by_its_short_answer_or_its_first_sentence(given: Reply, right: int) -> None:
    asked = question("fact", answers=["3 May"], evidence=[gold(FIRST)])
    assert figure("facts right", asked, given) == (right, 1)


def test_what_is_not_told_must_be_refused() -> None:
    asked = question("fact", answerable=False)
    assert figure("unanswerable refused", asked, REFUSED) == (1, 1)
    assert figure("unanswerable refused", asked, reply(FIRST)) == (0, 1)


def test_each_part_counts_by_its_place() -> None:
    told = {"question": "When?", "answers": ["3 May"], "evidence": [gold(FIRST)], "answerable": True}
    untold = {"question": "Why?", "answers": [], "evidence": [], "answerable": False}
    asked = question("parts", parts=[told, untold])
    assert figure("parts right", asked, {"parts": [reply(FIRST), REFUSED]}) == (2, 2)
    assert figure("parts right", asked, {"parts": [REFUSED, reply(FIRST)]}) == (0, 2)
    assert figure("parts right", asked, reply(FIRST)) == (1, 2)
    assert figure("split into the right number", asked, reply(FIRST)) == (0, 1)


def people(*names: str) -> KindQuestion:
    return question("list", items=[{"name": name, "alternatives": [], "evidence": [gold(THIRD)]} for name in names])


def test_an_item_is_found_where_a_cited_sentence_names_it() -> None:
    asked = people("Ode Farrow", "Lin Moss", "Ned Sarn")
    assert figure("item recall", asked, reply(THIRD)) == (2, 3)
    assert figure("item recall", asked, REFUSED) == (0, 3)


def test_claimed_items_are_the_short_answers_the_marked_words_or_the_whole_sentences() -> None:
    asked = people("Ode Farrow", "Lin Moss")
    assert figure("item precision", asked, reply(THIRD, FIRST)) == (1, 2)
    marked = reply(THIRD)
    marked["citations"][0]["span"] = {"start": 0, "end": 10}
    assert figure("item precision", asked, marked) == (1, 1)
    marked["statements"][0]["short"] = "the wood"
    assert figure("item precision", asked, marked) == (0, 1)


def test_an_item_claimed_twice_counts_once() -> None:
    given = reply(THIRD, FIRST, FIRST)
    assert figure("item precision", people("Lin Moss"), given) == (1, 2)


def about_the_kiln() -> KindQuestion:
    return question("summary", articles=["kiln"], key_facts=[["3 May"], ["nine days", "9 days"], ["sold"]])


def test_a_summary_is_scored_by_key_facts_and_foreign_sentences() -> None:
    assert figure("key facts", about_the_kiln(), reply(FIRST, SECOND)) == (2, 3)
    assert figure("foreign sentences", about_the_kiln(), reply(FIRST)) == (0, 1)
    assert figure("foreign sentences", about_the_kiln(), reply(TEXTS["pier"], article="pier")) == (1, 1)
    assert figure("summaries given", about_the_kiln(), REFUSED) == (0, 1)


@pytest.mark.parametrize(
    ("sentences", "count"),
    [([FIRST, SECOND], 0), ([SECOND], 1), ([THIRD, SECOND], 1), ([FIRST, THIRD], 0), (["“But no,” she said."], 1)],
)
def test_a_sentence_dangles_without_the_one_before_it(sentences: list[str], count: int) -> None:
    assert dangling([Quoted("kiln", each) for each in sentences], TEXTS) == count


def test_the_lead_baseline_takes_five_sentences_of_one_article_or_two_of_each() -> None:
    sentences = {"kiln": [FIRST, SECOND, THIRD], "pier": [TEXTS["pier"]]}
    assert lead_summary(about_the_kiln(), sentences, TEXTS)["lead: dangling sentences"] == (0, 3)
    both = about_the_kiln().model_copy(update={"articles": ["kiln", "pier"]})
    assert lead_summary(both, sentences, TEXTS)["lead: key facts"] == (3, 3)
    assert lead_summary(both, sentences, TEXTS)["lead: dangling sentences"] == (0, 3)


def dated(*dates: str) -> dict[str, Any]:
    given = reply(FIRST, SECOND)
    for statement, date in zip(given["statements"], dates, strict=False):
        statement["date"] = date
    return given


@pytest.mark.parametrize(
    ("dates", "order", "told"),
    [
        (("2024-05-03", "2024-05-12"), 1, 2),
        (("2024-05-12", "2024-05-03"), 0, 2),
        (("2024-05-04", "2024-05"), 1, 1),
        (("2024-05-03",), 0, 1),
        ((), 0, 0),
    ],
)
def test_a_timeline_is_in_order_and_tells_events_with_their_dates(
    dates: tuple[str, ...], order: int, told: int
) -> None:
    events = [{"date": "2024-05-03", **gold(FIRST)}, {"date": "2024-05-12", **gold(SECOND)}]
    given = dated(*dates)
    assert figure("timelines in order", question("timeline", events=events), given) == (order, 1)
    assert figure("events with their date", question("timeline", events=events), given) == (told, 2)


def test_a_comparison_needs_both_sides() -> None:
    sides = [{"name": "first", "evidence": [gold(FIRST)]}, {"name": "second", "evidence": [gold(SECOND)]}]
    assert figure("comparisons with both sides", question("comparison", sides=sides), reply(SECOND, FIRST)) == (1, 1)
    assert figure("comparisons with both sides", question("comparison", sides=sides), reply(FIRST)) == (0, 1)


def test_the_library_tells_what_is_wanted_and_links_these_articles_alone() -> None:
    asked = question("library", contains=[["30", "thirty"]], articles=["kiln"])
    given = {"answer": "There are 30 articles.", "refused": False, "articles": [{"article_id": "kiln"}]}
    assert figure("library right", asked, given) == (1, 1)
    assert figure("library right", asked, {**given, "articles": []}) == (0, 1)
    assert figure("library right", asked, {**given, "answer": "There are 130 articles."}) == (0, 1)


def test_small_talk_is_neither_refused_nor_cited() -> None:
    assert figure("small talk right", question("smalltalk"), reply()) == (1, 1)
    assert figure("small talk right", question("smalltalk"), reply(FIRST)) == (0, 1)
    assert figure("small talk right", question("smalltalk"), REFUSED) == (0, 1)


@pytest.mark.parametrize(
    ("verdict", "said", "right"),
    [("supported", "supported", 1), ("not_found", "unsupported", 1), ("contradicted", "supported", 0)],
)
def test_a_claim_is_right_by_its_verdict(verdict: str, said: str, right: int) -> None:
    asked = question("claim", verdict=verdict, evidence=[gold(FIRST)])
    given = reply(FIRST)
    given["statements"][0]["verdict"] = said
    assert figure("claims right", asked, given) == (right, 1)
    assert figure("claims with their sentence", asked, given) == (1, 1)


def test_a_follow_up_is_right_as_its_gold_says() -> None:
    fact = question("followup", expected=["fact"], answers=["3 May"], evidence=[gold(FIRST)])
    assert figure("follow-ups right", fact, reply(FIRST)) == (1, 1)
    short = question("followup", expected=["summary"], articles=["kiln"], key_facts=[["3 May"], ["nine days"]])
    assert figure("follow-ups right", short, reply(FIRST, SECOND)) == (1, 1)
    assert figure("follow-ups right", short, reply(FIRST)) == (0, 1)
    assert figure("follow-ups right", people("Ode Farrow").model_copy(update={"kind": "followup"}), reply(THIRD)) == (
        1,
        1,
    )


def test_words_are_whole_and_typographic_marks_do_not_matter() -> None:
    assert holds("The Seamen’s Chapel", ["seamen's chapel"])
    assert not holds("13 May", ["3 May"])
    assert not holds("anything", [])


def test_kept_questions_are_never_shown_and_counted_apart() -> None:
    asked, kept = question("fact", answers=["x"]), question("fact", answers=["x"], kept=True)
    figures = score(asked, REFUSED, TEXTS)
    assert "facts right 0 of 1" in (wrong(asked, REFUSED, figures) or "")
    assert wrong(kept, REFUSED, figures) is None
    right = score(question("fact", answerable=False), REFUSED, TEXTS)
    assert wrong(asked, REFUSED, right) is None
    lines = list(report([(asked, figures), (asked, right), (kept, figures)]))
    assert lines[0] == "open half, 2 questions"
    assert "kept half, 1 questions" in lines
    assert totals([(asked, figures), (asked, figures)])["fact"]["facts right"] == (0, 2)


def test_an_answer_of_the_engine_is_scored(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_text(f'{{"id": "kiln", "title": "Kiln", "text": "Kiln\\n\\n{FIRST} {SECOND}"}}\n', encoding="utf-8")
    library.add_all([str(path)])
    asked = question("fact", question="When was the kiln at Marle lit?", answers=["3 May"], evidence=[gold(FIRST)])
    given = ask(Engine(library), asked.model_copy(update={"open_article": "kiln"}))
    assert figures_of(asked, given, Sample(path))["facts right"] == (1, 1)
    assert Sample(path).sentences["kiln"] == [FIRST, SECOND]


def test_a_question_that_cannot_be_asked_is_a_refusal(library: Library) -> None:
    assert ask(Engine(library), question("fact"))["refused"]


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "kinds.jsonl"
    path.write_text('{"id": "q", "kind": "fact", "question": "?"}\n', encoding="utf-8")
    with pytest.raises(QuestionError, match=r'kinds\.jsonl, line 1: "kept"'):
        list(read_kinds(path))
