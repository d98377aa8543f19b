"""Reads answers back from JSON, as saved by a browser, and validates every field."""

from typing import Any

from pydantic import BaseModel

from index.article import ArticleSummary
from rag.answer import Answer, Asked, Citation, Kind, Part, Request, Statement, Writing
from rag.refusals import Notice, Refusal, RefusalKind


class _PartJson(BaseModel):
    question: str
    kind: Kind
    subject: str = ""
    articles: tuple[str, ...] = ()
    statements: tuple[Statement, ...]
    reason: str | None = None
    refusal_kind: RefusalKind | None = None
    confidence: float = 0.0
    short: str | None = None

    def part(self) -> Part:
        refusal = Refusal(self.refusal_kind, self.reason or "") if self.refusal_kind else None
        asked = Asked(self.question, self.kind, self.subject, self.articles)
        return Part(asked, self.statements, refusal, self.confidence, self.short)


class _ArticleJson(BaseModel):
    article_id: str
    title: str
    source: str | None = None
    published: str | None = None


class _AnswerJson(BaseModel):
    question: str
    standalone: str
    refused: bool
    reason: str | None
    refusal_kind: RefusalKind | None = None
    confidence: float
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    seconds: float
    notices: tuple[Notice, ...] = ()
    filters: tuple[str, ...] = ()
    writing: Writing | None = None
    parts: tuple[_PartJson, ...] = ()
    articles: tuple[_ArticleJson, ...] = ()
    more: tuple[str, ...] = ()


def answer_from_json(data: Any) -> Answer:
    """Return an answer written by `Answer.to_json`, without its evidence; raises ValueError for anything else."""
    read = _AnswerJson.model_validate(data)
    # older answers have no kind
    refusal = Refusal(read.refusal_kind or RefusalKind.NO_ANSWER, read.reason or "") if read.refused else None
    return Answer(
        request=Request(question=read.question, standalone=read.standalone, filters=read.filters),
        statements=read.statements,
        citations=read.citations,
        evidence=(),
        refusal=refusal,
        confidence=read.confidence,
        also_read=(),
        seconds=read.seconds,
        notices=read.notices,
        writing=read.writing,
        parts=tuple(each.part() for each in read.parts),
        articles=tuple(
            ArticleSummary(each.article_id, each.title, source=each.source, published=each.published)
            for each in read.articles
        ),
        more=read.more,
    )
