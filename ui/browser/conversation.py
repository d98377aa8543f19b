"""A conversation: its questions, what came of each, and both as Gradio's chat shows them."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from markupsafe import Markup

from rag.answer import Answer
from rag.understanding.history import MOST_TURNS, Turn, read_history
from ui.render import answer_html
from ui.render.html import join

Messages = list[dict[str, Any]]


@dataclass(frozen=True)
class Exchange:
    """One question and its outcome: an answer (of which `words` are shown so far), a problem, or neither yet.

    `stopped`: the user ended it. `good`: the user's thumb. `ahead`: how many questions must be answered before it.
    """

    question: str
    answer: Answer | None = None
    problem: str | None = None
    words: int | None = None
    stopped: bool = False
    good: bool | None = None
    ahead: int = 0
    id: str = field(default_factory=lambda: uuid4().hex)

    @property
    def is_whole(self) -> bool:
        """Return whether nothing more is to come."""
        return self.stopped or bool(self.problem or (self.answer and not self.answer.partial and self.words is None))


Conversation = tuple[Exchange, ...]


def history(conversation: Conversation) -> tuple[Turn, ...]:
    """Return the turns that the next question can refer to, without those that failed."""
    turns: Messages = []
    for exchange in conversation[-MOST_TURNS // 2 :]:
        if exchange.answer and exchange.answer.text:
            turns.append({"role": "user", "content": exchange.question})
            turns.append({"role": "assistant", "content": exchange.answer.text})
    return read_history(turns)


def messages(conversation: Conversation) -> Messages:
    """Return a conversation in the form of Gradio's chat."""
    shown: Messages = []
    for number, exchange in enumerate(conversation):
        reply = _reply(exchange)
        if exchange.is_whole:
            is_last = number == len(conversation) - 1
            reply = join((reply, answer_html.actions(number, exchange.answer, exchange.good, is_last)))
        for role, text in (("user", answer_html.question(exchange.question)), ("assistant", reply)):
            # as parts: Gradio would strip tabs and leading spaces from a plain string
            shown.append({"role": role, "content": [{"type": "text", "text": text}]})
    return shown


def _reply(exchange: Exchange) -> Markup:
    if exchange.problem:
        return answer_html.problem(exchange.problem)
    if exchange.answer:
        return answer_html.answer(exchange.answer, exchange.words, exchange.stopped)
    return answer_html.stopped() if exchange.stopped else answer_html.waiting(exchange.ahead)
