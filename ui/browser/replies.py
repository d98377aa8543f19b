"""A reply as it is shown: streamed from the engine, frame by frame, until it is complete or stopped."""

import logging
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import takewhile

from index.errors import OnrecordError
from rag.answer import Answer
from rag.engine import Engine
from rag.options import Options
from ui.browser.conversation import Conversation, Exchange, history
from ui.browser.sessions import Run

_LOG = logging.getLogger(__name__)
_SHOWN_SECONDS, _STEP_SECONDS = 0.4, 0.03
_FRAME_SECONDS = 0.05
"""A model may write faster than a screen can be drawn."""
_BROKEN = "Something went wrong inside onrecord, so it could not answer; see the terminal for details."


def replies(
    engine: Engine,
    asked: Exchange | str,
    conversation: Conversation,
    options: Options | None = None,
    run: Run | None = None,
) -> Iterator[Conversation]:
    """Yield the conversation as it grows: the question, the answer bit by bit, then all of it, or until it is stopped.

    Once the run is dropped, nothing more is yielded.
    """
    run, shown_at = run or Run(), 0.0
    last = asked if isinstance(asked, Exchange) else Exchange(asked)
    options = options or engine.options
    if options.model:
        options = replace(options, model=options.model.until(lambda: run.stopped))
    yield (*conversation, last)
    with closing(_outcomes(engine, last, conversation, options)) as outcomes:
        # once stopped, what is still on its way is not shown
        for last in takewhile(lambda _: not run.stopped, outcomes):
            if last.answer and last.answer.partial and time.monotonic() - shown_at > _FRAME_SECONDS:
                yield (*conversation, last)
                shown_at = time.monotonic()
    if not run.dropped:
        yield from ((*conversation, each) for each in _ending(last, run))


def _outcomes(
    engine: Engine, asked: Exchange, conversation: Conversation, options: Options
) -> Generator[Exchange, None, None]:
    try:
        for answer in engine.stream(asked.question, history(conversation), options):
            # only the evidence that is shown is kept: a long conversation would take too much memory
            yield replace(asked, answer=replace(answer, evidence=answer.shown_evidence))
    except OnrecordError as error:
        yield replace(asked, problem=str(error))
    except Exception:
        _LOG.exception("a question could not be answered")
        yield replace(asked, problem=_BROKEN)


def _ending(last: Exchange, run: Run) -> Iterator[Exchange]:
    """Yield the last frames of an exchange: a quoted answer word by word, and finally all of it."""
    if run.stopped and (last.answer is None or last.answer.partial):
        yield replace(last, stopped=True)
        return
    for words in _word_counts(last.answer) if last.answer and not last.answer.writing else ():
        if run.stopped:
            break
        yield replace(last, words=words)
    yield last


def _word_counts(answer: Answer) -> Iterator[int]:
    """Yield how many words to show as time passes, in fewer steps where each takes longer, as on a busy machine."""
    words = sum(len(statement.text.split()) for statement in answer.statements)
    begun = time.monotonic() - _STEP_SECONDS
    while words > 1 and (share := (time.monotonic() - begun) / _SHOWN_SECONDS) < 1:
        yield max(1, round(share * words))
        time.sleep(_STEP_SECONDS)
