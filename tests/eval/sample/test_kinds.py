"""The questions of every kind are sound: enough of each in both halves, gold of their kind, exact quotes."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from eval.metrics.kinds import holds
from eval.sample.library import SAMPLE_ARTICLES
from eval.sets.kinds import KindQuestion, read_kinds
from eval.sets.questions import Gold
from rag.understanding.history import read_history

PATH = Path(__file__).parents[3] / "eval" / "sample" / "kinds.jsonl"
QUESTIONS = list(read_kinds(PATH))
ARTICLES = {row["id"]: row for row in map(json.loads, SAMPLE_ARTICLES.read_text("utf-8").splitlines())}
KINDS = ("fact", "parts", "list", "summary", "timeline", "comparison", "library", "smalltalk", "claim", "followup")


def golds(question: KindQuestion) -> Iterator[Gold]:
    yield from question.evidence
    for holder in (*question.parts, *question.items, *question.sides):
        yield from holder.evidence
    yield from (Gold(each.article_id, each.quote) for each in question.events)


def test_there_are_25_of_each_kind_and_half_of_them_are_kept() -> None:
    assert {each.kind for each in QUESTIONS} == set(KINDS)
    assert len({each.id for each in QUESTIONS}) == len(QUESTIONS)
    answerable = Counter(each.kind for each in QUESTIONS if each.answerable)
    assert min(answerable.values()) >= 25
    kept = Counter(each.kind for each in QUESTIONS if each.kept)
    assert all(abs(2 * kept[kind] - sum(each.kind == kind for each in QUESTIONS)) <= 1 for kind in KINDS)
    assert sum(each.kind == "fact" and not each.answerable for each in QUESTIONS) >= 26


def test_quotes_and_articles_are_those_of_the_sample() -> None:
    for question in QUESTIONS:
        for gold in golds(question):
            assert gold.quote, question.id
            assert gold.quote in ARTICLES[gold.article_id]["text"], question.id
        assert {*question.articles, *filter(None, [question.open_article])} <= ARTICLES.keys(), question.id


def has_its_gold(question: KindQuestion) -> bool:
    return {
        "fact": bool(question.answers) == bool(question.evidence) == question.answerable,
        "parts": len(question.parts) > 1,
        "list": bool(question.items),
        "summary": 4 <= len(question.key_facts) <= 6 and bool(question.articles),
        "timeline": len(question.events) > 1,
        "comparison": len(question.sides) == 2,
        "library": bool(question.contains or question.articles),
        "smalltalk": not list(golds(question)),
        "claim": bool(question.evidence) == (question.verdict in ("supported", "contradicted")),
        "followup": bool(question.history and question.expected),
    }[question.kind]


def test_every_question_has_the_gold_of_its_kind() -> None:
    assert [each.id for each in QUESTIONS if not has_its_gold(each)] == []


def test_answers_and_key_facts_are_told_by_the_quotes_or_the_articles() -> None:
    for question in QUESTIONS:
        told = " \n".join(each.quote for each in golds(question))
        texts = " \n".join(ARTICLES[name]["text"] for name in question.articles)
        assert not question.answers or holds(told, question.answers), question.id
        assert all(not part.answerable or holds(told, part.answers) for part in question.parts), question.id
        assert all(holds(told, [item.name, *item.alternatives]) for item in question.items), question.id
        assert all(holds(texts, alternatives) for alternatives in question.key_facts), question.id


def test_events_stand_in_order_and_histories_can_be_read() -> None:
    for question in QUESTIONS:
        dates = [event.date for event in question.events]
        assert dates == sorted(dates), question.id
        turns = [{"role": turn.role, "text": turn.text} for turn in question.history]
        assert read_history(turns) == tuple(question.history), question.id
        assert [turn.role for turn in question.history] == ["user", "assistant"] * (len(turns) // 2), question.id
