"""`answers.jsonl`: one line per question asked, written during a run and read by the next one."""

import json
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict

from eval.metrics.judge import Judgement
from eval.metrics.scored_answer import ScoredAnswer
from rag.refusals import Notice


class QuotedSentence(BaseModel):
    """A sentence of an article that a reply cites or lists as evidence; a citation has a number."""

    model_config = ConfigDict(extra="allow")

    article_id: str
    sentence: str
    number: int = 0


class AnswerLine(BaseModel):
    """The reply to one question and its scores, or the error if it failed.

    A line holds the object that `ask --json` prints; only the fields that are read again are declared here. `reused`
    lines come from an earlier run; `key` identifies the question, settings and library a line may be reused for.
    """

    model_config = ConfigDict(extra="allow")

    set: str
    id: str
    key: str | None = None
    reused: bool = False
    question: str = ""
    error: str | None = None
    standalone: str = ""
    answer: str = ""
    refused: bool = False
    reason: str | None = None
    notice: str | None = None
    notices: tuple[Notice, ...] = ()
    citations: list[QuotedSentence] = []
    evidence: list[QuotedSentence] = []
    writing: dict[str, Any] | None = None
    seconds: float = 0.0
    judge: Judgement | None = None
    case: ScoredAnswer | None = None

    @property
    def is_unjudged(self) -> bool:
        """Whether a judge was asked but gave no verdict."""
        return self.judge is not None and self.judge.right is None


LineT = TypeVar("LineT", bound=BaseModel)


def read_lines(path: Path, kind: type[LineT]) -> list[LineT]:
    """Return the lines of a file; none if it is missing.

    A line that is truncated or in another version's format is skipped, so its question is asked again.
    """
    lines = path.read_bytes().splitlines() if path.exists() else []
    parsed = (_parse(line, kind) for line in lines)
    return [line for line in parsed if line is not None]


def line_bytes(line: BaseModel) -> bytes:
    """Return a line in the form that is written."""
    text = json.dumps(line.model_dump(exclude_unset=True), ensure_ascii=False)
    # a lone surrogate in a question becomes its JSON escape instead of an error
    return f"{text}\n".encode("utf-8", "backslashreplace")


def _parse(line: bytes, kind: type[LineT]) -> LineT | None:
    try:
        return kind.model_validate(json.loads(line))
    except (ValueError, RecursionError):
        return None
