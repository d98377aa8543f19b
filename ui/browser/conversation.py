"""A conversation: its questions, and what came of each, as it comes."""

import logging
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Any
from uuid import uuid4

from markupsafe import Markup

from index.errors import OnrecordError
from rag.answer import Answer
from rag.engine import Engine
from rag.options import Options
from rag.understanding.history import MOST_TURNS, Turn, read_history
from ui.browser.sessions import Run
from ui.render import answer_html
from ui.render.html import join

_LOG = logging.getLogger(__name__)
_SHOWN_SECONDS, _STEP_SECONDS = 0.4, 0.03
_FRAME_SECONDS = 0.05
"""A model may write faster than a screen can be drawn."""
_BROKEN = "Something went wrong inside onrecord, so it could not answer; see the terminal for details."

Messages = list[dict[str, Any]]


@dataclass(frozen=True)
class Exchange:
    """One question and what came of it: an answer, of which `words` are shown so far, or a problem, or neither yet.

    `stopped` where the user ended it; `good` is the thumb that the user gave it; `ahead` of it so many others wait.
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
        """Tell whether nothing more is to come."""
        return self.stopped or bool(self.problem or (self.answer and not self.answer.partial and self.words is None))


Conversation = tuple[Exchange, ...]


def replies(
    engine: Engine, asked: Exchange | str, talk: Conversation, options: Options | None = None, run: Run | None = None
) -> Iterator[Conversation]:
    """Yield the talk as it grows: the question, the answer's words bit by bit, then the whole of it, or until stopped.

    Nothing comes any more once the run is dropped.
    """
    run, shown_at = run or Run(), 0.0
    last = asked if isinstance(asked, Exchange) else Exchange(asked)
    yield (*talk, last)
    with closing(_asked(engine, last, talk, _stoppable(options or engine.options, run))) as growing:
        # once stopped, what is still on its way is not shown any more
        for last in takewhile(lambda _: not run.stopped, growing):
            if last.answer and last.answer.partial and time.monotonic() - shown_at > _FRAME_SECONDS:
                yield (*talk, last)
                shown_at = time.monotonic()
    if not run.dropped:
        yield from ((*talk, each) for each in _ending(last, run))


def history(talk: Conversation) -> tuple[Turn, ...]:
    """Return the turns that the next question may lean on: whatever failed is left out."""
    answered = ((each.question, each.answer.text) for each in talk[-MOST_TURNS // 2 :] if each.answer)
    return read_history([turn for asked, reply in answered if reply for turn in _turns(asked, reply)])


def messages(talk: Conversation) -> Messages:
    """Return a talk as Gradio's chat takes it."""
    return [
        message
        for number, exchange in enumerate(talk)
        for message in _bubbles(exchange, number, is_last=number == len(talk) - 1)
    ]


def _asked(engine: Engine, asked: Exchange, talk: Conversation, options: Options) -> Generator[Exchange, None, None]:
    try:
        for found in engine.stream(asked.question, history(talk), options):
            # of the evidence, only what is shown is kept: a talk would grow heavy
            yield replace(asked, answer=replace(found, evidence=found.shown_evidence))
    except OnrecordError as error:
        yield replace(asked, problem=str(error))
    except Exception:
        _LOG.exception("no answer to a question")
        yield replace(asked, problem=_BROKEN)


def _ending(last: Exchange, run: Run) -> Iterator[Exchange]:
    """Yield the rest of what is shown of an exchange: a quoted answer word by word, and last the whole of it."""
    if run.stopped and (last.answer is None or last.answer.partial):
        yield replace(last, stopped=True)
        return
    for words in _strides(last.answer) if last.answer and not last.answer.writing else ():
        if run.stopped:
            break
        yield replace(last, words=words)
    yield last


def _strides(answer: Answer) -> Iterator[int]:
    """Yield how many words to show as time goes on: fewer steps where each takes longer, as on a busy machine."""
    words = sum(len(statement.text.split()) for statement in answer.statements)
    begun = time.monotonic() - _STEP_SECONDS
    while words > 1 and (share := (time.monotonic() - begun) / _SHOWN_SECONDS) < 1:
        yield max(1, round(share * words))
        time.sleep(_STEP_SECONDS)


def _stoppable(options: Options, run: Run) -> Options:
    model = options.model
    return replace(options, model=model.until(lambda: run.stopped)) if model else options


def _turns(question: str, reply: str) -> Messages:
    return [{"role": "user", "content": question}, {"role": "assistant", "content": reply}]


def _bubbles(exchange: Exchange, number: int, is_last: bool) -> Messages:
    # as parts, because Gradio would take tabs and leading spaces out of a plain string
    shown = (answer_html.question(exchange.question), _shown(exchange, number, is_last))
    asked, reply = ([{"type": "text", "text": text}] for text in shown)
    return [{"role": "user", "content": asked}, {"role": "assistant", "content": reply}]


def _shown(exchange: Exchange, number: int, is_last: bool) -> Markup:
    if not exchange.is_whole:
        return _reply(exchange)
    return join((_reply(exchange), answer_html.actions(number, exchange.answer, exchange.good, is_last)))


def _reply(exchange: Exchange) -> Markup:
    if exchange.problem:
        return answer_html.problem(exchange.problem)
    if exchange.answer:
        return answer_html.answer(exchange.answer, exchange.words, exchange.stopped)
    return answer_html.stopped() if exchange.stopped else answer_html.waiting(exchange.ahead)
