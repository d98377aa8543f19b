"""Scores an answer by the kind of its question, from the JSON printed by `onrecord ask --json`.

A figure is a pair: how many were right, out of how many. The pairs of several questions are added.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from eval.metrics.words import Quoted, contained, is_gold
from eval.sets.kinds import EventGold, ItemGold, KindQuestion
from eval.sets.questions import Gold

Reply = Mapping[str, Any]
"""An answer, or one part of it, as JSON."""
Texts = Mapping[str, str]
"""The texts of the articles, by id."""
Figures = dict[str, tuple[int, int]]

_PRECISION, _RECALL, _KEY_FACTS, _EVENTS = 0.85, 0.8, 0.7, 0.5
"""What a list, a summary or a timeline must reach to count as a right follow-up."""
_LEANS = re.compile(
    r"[\"“‘']?(?:he|she|it|they|him|her|his|its|their|this|that|these|those|but|so|also|and|then|there|both|such)\b",
    re.IGNORECASE,
)


_MARKS = str.maketrans("‘’“”–", "''\"\"-")


def holds(text: str, alternatives: Sequence[str]) -> bool:
    """Return whether a text contains one of the alternatives as whole words, ignoring the style of quotation marks."""
    return bool(contained(text.translate(_MARKS), [each.translate(_MARKS) for each in alternatives]))


def cited(reply: Reply) -> list[Quoted]:
    """Return the cited sentences of a reply, in the order of their numbers."""
    citations = sorted(reply.get("citations") or (), key=lambda each: int(each["number"]))
    return [Quoted(each["article_id"], each["sentence"]) for each in citations]


def is_kind_right(question: KindQuestion, reply: Reply) -> bool:
    """Return whether the answer has a kind that is accepted for the question."""
    return reply.get("kind") in question.kinds


def is_fact_right(answers: Sequence[str], evidence: Sequence[Gold], reply: Reply) -> bool:
    """Return whether the short answer contains a gold answer, or the first citation is a gold quote."""
    if reply.get("refused", True):
        return False
    first = cited(reply)[:1]
    return holds(reply.get("short") or "", answers) or any(is_gold(each, gold) for each in first for gold in evidence)


def fact(question: KindQuestion, reply: Reply) -> Figures:
    """Score a fact question: answered correctly, or refused if the articles do not say."""
    if not question.answerable:
        return {"unanswerable refused": (int(bool(reply.get("refused"))), 1)}
    return {"facts right": (int(is_fact_right(question.answers, question.evidence, reply)), 1)}


def parts(question: KindQuestion, reply: Reply) -> Figures:
    """Score each part by position: an unanswerable part must be refused, and a missing part is wrong."""
    given = reply.get("parts") or [reply]
    right = sum(
        is_fact_right(gold.answers, gold.evidence, part) if gold.answerable else bool(part.get("refused"))
        for gold, part in zip(question.parts, given, strict=False)
    )
    return {
        "parts right": (right, len(question.parts)),
        "split into the right number": (int(len(given) == len(question.parts)), 1),
    }


def list_items(question: KindQuestion, reply: Reply) -> Figures:
    """Score a list: the recall of the gold items, and the precision of the items claimed."""
    sentences = " \n".join(each.sentence for each in cited(reply))
    claims = list(dict.fromkeys(_claims(reply)))
    found = sum(holds(sentences, _names(item)) for item in question.items)
    right = sum(any(_is_item(claim, item) for item in question.items) for claim in claims)
    return {"item recall": (found, len(question.items)), "item precision": (right, len(claims))}


def _names(item: ItemGold) -> list[str]:
    return [item.name, *item.alternatives]


def _is_item(claim: str, item: ItemGold) -> bool:
    return holds(claim, _names(item)) or any(holds(name, [claim]) for name in _names(item))


def _claims(reply: Reply) -> Iterator[str]:
    """Yield the item that each statement claims: its short answer, else the marked words, else the sentence."""
    by_number = {each["number"]: each for each in reply.get("citations") or ()}
    for statement in reply.get("statements") or ():
        if short := statement.get("short"):
            yield short
            continue
        for citation in (by_number[number] for number in statement["citations"]):
            span = citation.get("span")
            start = citation["start"]
            yield citation["sentence"][span["start"] - start : span["end"] - start] if span else citation["sentence"]


def summary(question: KindQuestion, reply: Reply, texts: Texts) -> Figures:
    """Score a summary: key facts covered, sentences from other articles, and dangling sentences."""
    sentences = cited(reply)
    foreign = sum(each.article_id not in question.articles for each in sentences)
    return {
        "key facts": _key_facts(question, sentences),
        "foreign sentences": (foreign, len(sentences)),
        "dangling sentences": (dangling(sentences, texts), len(sentences)),
        "summaries given": (int(bool(sentences)), 1),
    }


def lead_summary(question: KindQuestion, sentences: Mapping[str, Sequence[str]], texts: Texts) -> Figures:
    """Score the baseline: the first five sentences of an article, or the first two of each if there are several."""
    most = 5 if len(question.articles) == 1 else 2
    lead = [Quoted(name, sentence) for name in question.articles for sentence in sentences[name][:most]]
    return {
        "lead: key facts": _key_facts(question, lead),
        "lead: dangling sentences": (dangling(lead, texts), len(lead)),
    }


def _key_facts(question: KindQuestion, sentences: Sequence[Quoted]) -> tuple[int, int]:
    told = " \n".join(each.sentence for each in sentences)
    return sum(holds(told, alternatives) for alternatives in question.key_facts), len(question.key_facts)


def dangling(sentences: Sequence[Quoted], texts: Texts) -> int:
    """Count sentences whose first word refers to the preceding sentence, if that one is not cited just before."""
    pairs = pairwise([Quoted("", ""), *sentences])
    return sum(bool(_LEANS.match(each.sentence)) and not _follows(before, each, texts) for before, each in pairs)


def _follows(before: Quoted, sentence: Quoted, texts: Texts) -> bool:
    if before.article_id != sentence.article_id:
        return False
    head, _, _ = texts.get(sentence.article_id, "").partition(sentence.sentence)
    return head.rstrip().endswith(before.sentence)


def timeline(question: KindQuestion, reply: Reply) -> Figures:
    """Score a timeline: dates in order, and events given with their date."""
    dates = [each["date"] for each in reply.get("statements") or () if each.get("date")]
    in_order = len(dates) > 1 and all(_is_same(a, b) or a < b for a, b in pairwise(dates))
    found = sum(_is_told(event, reply) for event in question.events)
    return {"timelines in order": (int(in_order), 1), "events with their date": (found, len(question.events))}


def _is_told(event: EventGold, reply: Reply) -> bool:
    """Return whether a statement has the event's date and, if that is not a full day, also cites its sentence."""
    by_number = {each["number"]: each for each in reply.get("citations") or ()}
    gold = Gold(event.article_id, event.quote)
    for statement in reply.get("statements") or ():
        if statement.get("date") and _is_same(statement["date"], event.date):
            quotes = [by_number[number] for number in statement["citations"]]
            is_cited = any(is_gold(Quoted(each["article_id"], each["sentence"]), gold) for each in quotes)
            if is_cited or (statement["date"] == event.date and len(event.date) == len("2024-01-31")):
                return True
    return False


def _is_same(date: str, other: str) -> bool:
    """Return whether two ISO dates agree to the precision of the shorter one, as 2024-03 and 2024-03-15 do."""
    return date.startswith(other) or other.startswith(date)


def comparison(question: KindQuestion, reply: Reply) -> Figures:
    """Score a comparison: right only if both sides are cited."""
    quotes = cited(reply)
    told = [any(is_gold(each, gold) for each in quotes for gold in side.evidence) for side in question.sides]
    return {"comparisons with both sides": (int(all(told)), 1)}


def library(question: KindQuestion, reply: Reply) -> Figures:
    """Score a reply about the library: it says what is expected, and links exactly the expected articles."""
    linked = {each["article_id"] for each in reply.get("articles") or ()}
    is_told = all(holds(reply.get("answer") or "", alternatives) for alternatives in question.contains)
    is_linked = not question.articles or linked == set(question.articles)
    return {"library right": (int(is_told and is_linked and not reply.get("refused")), 1)}


def smalltalk(_: KindQuestion, reply: Reply) -> Figures:
    """Score small talk: right if neither refused nor answered with a citation."""
    return {"small talk right": (int(not reply.get("refused") and not reply.get("citations")), 1)}


def claim(question: KindQuestion, reply: Reply) -> Figures:
    """Score a claim to check: its verdict, and whether a deciding sentence is cited."""
    statements = reply.get("statements") or ({"verdict": "unsupported"},)
    said = {"unsupported": "not_found"}.get(statements[0]["verdict"], statements[0]["verdict"])
    figures = {"claims right": (int(said == question.verdict), 1)}
    if question.evidence:
        decides = any(is_gold(each, gold) for each in cited(reply) for gold in question.evidence)
        figures["claims with their sentence"] = (int(decides), 1)
    return figures


def follow_up(question: KindQuestion, reply: Reply, texts: Texts) -> Figures:
    """Score a follow-up as right or wrong, by whatever gold it has."""
    return {"follow-ups right": (int(_is_right(question, reply, texts)), 1)}


def _is_right(question: KindQuestion, reply: Reply, texts: Texts) -> bool:
    figures = _by_gold(question, reply, texts)
    if "item recall" in figures:
        return _share(figures, "item recall") >= _RECALL and _share(figures, "item precision") >= _PRECISION
    if "key facts" in figures:
        return _share(figures, "key facts") >= _KEY_FACTS and not figures["foreign sentences"][0]
    if "timelines in order" in figures:
        return bool(figures["timelines in order"][0]) and _share(figures, "events with their date") >= _EVENTS
    return all(right == of for right, of in figures.values())


def _by_gold(question: KindQuestion, reply: Reply, texts: Texts) -> Figures:
    if question.key_facts:
        return summary(question, reply, texts)
    if question.items:
        return list_items(question, reply)
    if question.events:
        return timeline(question, reply)
    if question.sides:
        return comparison(question, reply)
    return library(question, reply) if question.contains or question.articles else fact(question, reply)


def _share(figures: Figures, name: str) -> float:
    right, of = figures[name]
    return right / max(of, 1)


_SCORES: dict[str, Callable[[KindQuestion, Reply], Figures]] = {
    "fact": fact,
    "parts": parts,
    "list": list_items,
    "timeline": timeline,
    "comparison": comparison,
    "library": library,
    "smalltalk": smalltalk,
    "claim": claim,
}


def score(question: KindQuestion, reply: Reply, texts: Texts) -> Figures:
    """Return the figures of one answer, by the kind of its question; `kind right` comes first."""
    figures: Figures = {"kind right": (int(is_kind_right(question, reply)), 1)}
    if question.kind == "summary":
        return figures | summary(question, reply, texts)
    if question.kind == "followup":
        return figures | follow_up(question, reply, texts)
    return figures | _SCORES[question.kind](question, reply)
