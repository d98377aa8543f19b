"""The events of the chat: a question comes by the box, an example, a suggestion, or once more; stop ends it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import gradio as gr

from index.library import Library
from rag.engine import Engine
from rag.options import Options
from rag.suggestions import suggestions
from ui.browser.filters import FiltersBar
from ui.browser.sessions import Run, Running
from ui.browser.settings import Settings
from ui.browser.conversation import Conversation, Exchange, messages, replies
from ui.render import answer_html
from ui.server.places import Places

ASK, _STOP = "Ask", "Stop"
_QUESTIONS_AT_ONCE = 100
"""More than are answered at once: a question can say that it waits, and be stopped, once it is out of the queue."""
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
_EVENT: dict[str, Any] = {**_QUIET, "concurrency_limit": _QUESTIONS_AT_ONCE, "concurrency_id": "asking"}

Step = tuple[Any, ...]


@dataclass(frozen=True)
class ChatParts:
    """The parts of the chat that its events share. `editing` tells that the next question replaces the last one."""

    engine: Engine
    library: Library
    running: Running
    places: Places
    settings: Settings
    filters: FiltersBar
    talk: gr.State
    editing: gr.State
    chat: gr.Chatbot
    box: gr.Textbox
    messenger: gr.HTML
    suggested: gr.HTML

    @property
    def shown(self) -> list[Any]:
        """What a question changes."""
        return [self.chat, self.talk, self.box, self.editing, self.suggested]

    @property
    def unchanged(self) -> Step:
        """What a question that changes nothing has for `shown`: without it, Gradio empties them, or shows a step again.

        Seldom: each time Gradio makes a new chat of it, and keeps what all of them showed.
        """
        return (gr.skip(),) * len(self.shown)

    @property
    def choices(self) -> list[Any]:
        """The controls whose values `options` reads."""
        return [*self.settings.controls, *self.filters.controls]

    def options(self, values: Sequence[Any]) -> Options:
        """Return the options that the controls' values make."""
        count = len(self.settings.controls)
        return self.settings.options(self.filters.read(values[count:]), *values[:count])


def at_rest() -> dict[str, Any]:
    """Return the box for the next question as it is while no answer comes in."""
    return gr.update(submit_btn=ASK, stop_btn=False)


def connect(parts: ChatParts, fresh: gr.Button) -> list[Any]:
    """Connect the ways to ask, and those to end it; return the events after which the conversation has grown."""
    asked = [_by_box(parts), _by_example(parts), _by_suggestion(parts), _once_more(parts)]
    _on_edit(parts)
    _on_stop(parts, fresh)
    # static/actions.js says when
    parts.messenger.input(lambda: None, None, None, concurrency_limit=None, **_QUIET)
    for each in asked:
        suggest(parts, each)
    return asked


def _by_box(parts: ChatParts) -> Any:
    def asked(question: str, talk: Conversation, editing: bool, request: gr.Request, *values: Any) -> Iterator[Step]:
        before, asked = _replacing(talk, question) if editing and talk else (talk, Exchange(question))
        yield from _answered(parts, asked, before, request, values, is_typed=True)

    inputs = [parts.box, parts.talk, parts.editing, *parts.choices]
    # a browser takes a while to see that the last answer is done: an Enter that is quicker must not be lost
    return parts.box.submit(asked, inputs, parts.shown, trigger_mode="multiple", **_EVENT)


def _by_example(parts: ChatParts) -> Any:
    def asked(event: gr.SelectData, talk: Conversation, request: gr.Request, *values: Any) -> Iterator[Step]:
        yield from _answered(parts, Exchange(event.value["text"]), talk, request, values)

    return parts.chat.example_select(asked, [parts.talk, *parts.choices], parts.shown, **_EVENT)


def _by_suggestion(parts: ChatParts) -> Any:
    def asked(event: gr.EventData, talk: Conversation, request: gr.Request, *values: Any) -> Iterator[Step]:
        yield from _answered(parts, Exchange(str(event.question)), talk, request, values)

    return parts.messenger.submit(asked, [parts.talk, *parts.choices], parts.shown, **_EVENT)


def _once_more(parts: ChatParts) -> Any:
    def asked(talk: Conversation, request: gr.Request, *values: Any) -> Iterator[Step]:
        if talk:
            before, again = _replacing(talk, talk[-1].question)
            yield from _answered(parts, again, before, request, values)

    return parts.messenger.retry(asked, [parts.talk, *parts.choices], parts.shown, **_EVENT)


def _replacing(talk: Conversation, question: str) -> tuple[Conversation, Exchange]:
    # a conversation is known by its first exchange: what replaces that one takes its id
    return talk[:-1], Exchange(question, id=talk[-1].id)


def _on_edit(parts: ChatParts) -> None:
    def edited(talk: Conversation) -> tuple[Any, bool]:
        return (talk[-1].question, True) if talk else (gr.skip(), False)

    parts.messenger.edit(edited, parts.talk, [parts.box, parts.editing], **_QUIET)
    with gr.Row(visible=False, elem_id="editing") as row:
        gr.HTML(answer_html.editing(), apply_default_css=False)
        kept = gr.Button("Cancel", size="sm")
    kept.click(lambda: ("", False), None, [parts.box, parts.editing], **_QUIET)
    parts.editing.change(lambda editing: gr.update(visible=editing), parts.editing, row, queue=False, **_QUIET)


def _on_stop(parts: ChatParts, fresh: gr.Button) -> None:
    def stopped(request: gr.Request) -> None:
        parts.running.stop(request.session_hash)

    def forgotten(request: gr.Request) -> Step:
        parts.running.stop(request.session_hash, drop=True)
        return [], (), at_rest(), False, ""

    parts.box.stop(stopped, queue=False, api_visibility="private")
    # in the queue, so that it comes to the screen after what the answer had sent
    fresh.click(forgotten, None, parts.shown, concurrency_limit=None, **_QUIET)
    # a browser that goes away wants no answer any more
    page = gr.context.Context.root_block
    assert isinstance(page, gr.Blocks)
    page.unload(stopped)


def _answered(
    parts: ChatParts,
    asked: Exchange,
    before: Conversation,
    request: gr.Request,
    values: Sequence[Any],
    is_typed: bool = False,
) -> Iterator[Step]:
    with parts.running.begin(request.session_hash) as run:
        if run is None:
            # Enter during an answer: what is typed stays
            yield parts.unchanged
            return
        # in every step: of steps that come at once a browser may show the last alone
        stop = gr.update(submit_btn=False, stop_btn=_STOP)
        box = {**stop, "value": ""} if is_typed else stop
        for grown in _in_turn(parts, asked, before, parts.options(values), run):
            if not grown[-1].is_whole:
                yield messages(grown), grown, box, False, ""
                box = stop
    # only now: who sees the whole may ask the next one
    yield parts.unchanged if run.dropped else (messages(grown), grown, at_rest(), False, "")


def _in_turn(
    parts: ChatParts, asked: Exchange, before: Conversation, options: Options, run: Run
) -> Iterator[Conversation]:
    """Yield the talk while its question waits for the others before it, then as it grows."""
    with parts.places.stand() as place:
        for ahead in place.waiting(lambda: run.stopped):
            yield (*before, replace(asked, ahead=ahead))
        if run.stopped:
            yield (*before, replace(asked, stopped=True))
            return
        for grown in replies(parts.engine, asked, before, options, run):
            if grown[-1].answer:
                # read and quoted: only a model may still be writing, or the screen be showing
                place.leave()
            yield grown


def suggest(parts: ChatParts, grown: Any) -> None:
    """Show questions to go on with after the event `grown`, each as it is found, while the machine has time for it."""

    def found(talk: Conversation, request: gr.Request, *values: Any) -> Iterator[str]:
        last = talk[-1].answer if talk else None
        if last is None:
            return
        asked, fresh, options = {each.question for each in talk}, [], replace(parts.options(values), model=None)
        wanted = partial(parts.running.has_time, request.session_hash)
        for question in suggestions(parts.engine, parts.library, last, options, wanted):
            if not wanted():
                return
            fresh += [question] if question not in asked else []
            yield answer_html.suggested(fresh)

    grown.then(found, [parts.talk, *parts.choices], parts.suggested, concurrency_id="suggesting", **_QUIET)
