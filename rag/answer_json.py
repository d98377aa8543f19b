"""Reads answers back from JSON, as saved by a browser, and validates every field."""

from typing import Any

from pydantic import BaseModel

from rag.answer import Answer, Citation, Request, Statement, Writing
from rag.refusals import Notice, Refusal, RefusalKind


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
    )
