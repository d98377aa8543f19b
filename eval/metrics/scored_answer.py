"""One answer scored against the gold of its question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.metrics.multiple_choice import choice_accuracy
from eval.metrics.retrieval import gold_chunks, retrieval
from eval.metrics.support import support
from eval.metrics.words import (
    Quoted,
    Span,
    citation_precision,
    citation_recall,
    contained,
    date_match,
    evidence_hit,
    exact_match,
    f1,
    number_match,
    with_refusals,
)
from eval.sets.questions import Question
from index.library import Library
from rag.answer import Answer, Evidence, Passage

Texts = Mapping[str, str]
"""Article texts by article id; ids unknown to the library are missing."""


@dataclass(frozen=True)
class ScoredAnswer:
    """The scores of one answer; a figure that does not apply is None.

    `sentences` counts the cited and evidence sentences, `inexact` those that differ from the article's text at their
    offsets, `lost_quotes` the gold quotes that the library does not contain; `set` names the question set.
    """

    id: str
    type: str
    answerable: bool | None
    refused: bool
    confidence: float
    seconds: float
    figures: Mapping[str, float | None]
    sentences: int
    inexact: int
    lost_quotes: int
    set: str = ""
    conversation_id: str | None = None
    turn: int | None = None


def score_answer(question: Question, answer: Answer, passages: Sequence[Passage], library: Library) -> ScoredAnswer:
    """Score one answer, and the ranked passages it was taken from, against the question's gold."""
    ranked = [_span(passage) for passage in passages]
    gold, lost = gold_chunks(ranked, question, library)
    exact = _exact(answer, _texts(answer, library))
    supporting = support(answer.statements, answer.citations, library.embed)
    return ScoredAnswer(
        id=question.id,
        type=question.type,
        answerable=question.answerable,
        refused=answer.refused,
        confidence=answer.confidence,
        seconds=answer.seconds,
        figures=retrieval(ranked, gold)
        | _citing(question, answer)
        | supporting
        | _answering(question, answer)
        | _cost(answer),
        sentences=len(exact),
        inexact=exact.count(False),
        lost_quotes=lost,
        set=question.set,
        conversation_id=question.conversation_id,
        turn=question.turn,
    )


def _texts(answer: Answer, library: Library) -> Texts:
    ids = {citation.article_id for citation in answer.citations}
    ids |= {found.passage.article.id for found in answer.evidence}
    articles = (library.articles.get(article_id) for article_id in ids)
    return {article.id: article.text for article in articles if article is not None}


def _span(passage: Passage) -> Span:
    return Span(passage.article.id, passage.sentences[0].start, passage.sentences[-1].end)


def _citing(question: Question, answer: Answer) -> dict[str, float | None]:
    evidence = [Quoted(found.passage.article.id, found.text) for found in answer.evidence]
    cited = [Quoted(citation.article_id, citation.sentence) for citation in answer.citations]
    return {
        "evidence_hit@1": evidence_hit(evidence, question.evidence, 1),
        "evidence_hit@3": evidence_hit(evidence, question.evidence, 3),
        "citation_precision": citation_precision(cited, question.evidence),
        "citation_recall": citation_recall(cited, question.evidence),
    }


def _answering(question: Question, answer: Answer) -> dict[str, float | None]:
    # some sets give a refusal's wording as the "answer" of an unanswerable question
    golds = () if question.answerable is False else question.answers
    # the statements rather than `answer.text`, whose [1] markers would be read as numbers
    statements = [statement.text for statement in answer.statements]
    said = " ".join(statements)
    # without the reader there is no short answer, so the whole first statement is compared
    short = answer.short or (statements[0] if statements else "")
    return {
        "contained": contained(said, golds),
        "exact_match": exact_match(short, golds),
        "f1": f1(short, golds),
        "squad_exact": with_refusals(exact_match, short, golds, question.answerable),
        "squad_f1": with_refusals(f1, short, golds, question.answerable),
        "number_match": number_match(said, golds),
        "date_match": date_match(said, golds),
        "choice_accuracy": choice_accuracy(short, said, question.choices, golds),
    }


def _cost(answer: Answer) -> dict[str, float | None]:
    writing = answer.writing
    return {
        "tokens_in": float(writing.tokens_in) if writing else None,
        "tokens_out": float(writing.tokens_out) if writing else None,
        "writing_seconds": writing.seconds if writing else None,
    }


def _exact(answer: Answer, texts: Texts) -> list[bool]:
    cited = [(Span(one.article_id, one.start, one.end), one.sentence) for one in answer.citations]
    found = [(_place(one), one.text) for one in answer.evidence]
    return [_stands(span, sentence, texts) for span, sentence in cited + found]


def _stands(span: Span, sentence: str, texts: Texts) -> bool:
    text = texts.get(span.article_id, "")
    return 0 <= span.start < span.end and text[span.start : span.end] == sentence


def _place(evidence: Evidence) -> Span:
    return Span(evidence.passage.article.id, evidence.sentence.start, evidence.sentence.end)
