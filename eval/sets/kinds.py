"""Questions of every kind with their gold: what a right answer, list, summary, timeline or comparison contains."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from eval.sets.formats import read_models
from eval.sets.questions import Gold
from rag.understanding.history import Turn

Verdict = Literal["supported", "contradicted", "not_found"]
Alternatives = list[str]
"""Strings any one of which is enough."""


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PartGold(_Row):
    """One of several questions in a sentence: its short answers and quotes, both empty if it is unanswerable."""

    question: str
    answers: Alternatives
    evidence: list[Gold]
    answerable: bool


class ItemGold(_Row):
    """An item that belongs in a list, other names for it, and quotes that name it."""

    name: str
    alternatives: Alternatives
    evidence: list[Gold]


class EventGold(_Row):
    """An event: its day, month or year in ISO form, and a sentence that reports it."""

    date: str
    article_id: str
    quote: str


class SideGold(_Row):
    """One side of a comparison: its name, and quotes of which at least one must be cited."""

    name: str
    evidence: list[Gold]


class KindQuestion(_Row):
    """A question, its kind, whether it is held out (`kept`), and the gold of its kind.

    `expected` lists the kinds accepted for a question whose own kind an answer cannot have: parts and followup.
    `key_facts` and `contains` are lists of alternatives, one of each of which must appear; `articles` are those that
    a summary may cite, or that a reply about the library must link.
    """

    id: str
    kind: str
    question: str
    kept: bool
    history: list[Turn] = Field(default_factory=list)
    open_article: str | None = None
    expected: list[str] = Field(default_factory=list)
    answerable: bool = True
    answers: Alternatives = Field(default_factory=list)
    evidence: list[Gold] = Field(default_factory=list)
    parts: list[PartGold] = Field(default_factory=list)
    items: list[ItemGold] = Field(default_factory=list)
    key_facts: list[Alternatives] = Field(default_factory=list)
    contains: list[Alternatives] = Field(default_factory=list)
    articles: list[str] = Field(default_factory=list)
    events: list[EventGold] = Field(default_factory=list)
    sides: list[SideGold] = Field(default_factory=list)
    verdict: Verdict | None = None

    @property
    def kinds(self) -> list[str]:
        """The kinds that a right answer may have."""
        return self.expected or ["fact" if self.kind == "parts" else self.kind]


def read_kinds(path: Path) -> Iterator[KindQuestion]:
    """Yield the questions of a JSON Lines file; raises QuestionError, naming the line, for an invalid one."""
    return read_models(path, KindQuestion, "eval/sample/kinds.jsonl")
