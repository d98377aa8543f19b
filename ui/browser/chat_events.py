"""The events of the chat: asking (by the box, an example, a suggestion, or again), editing, and stopping."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import gradio as gr

from index.library import Library
from rag.engine import Engine
from rag.options import Options
from rag.suggestions import suggestions
from ui.browser.conversation import Conversation, Exchange, messages
from ui.browser.filters import FiltersBar
from ui.browser.replies import replies
from ui.browser.sessions import Run, Sessions
from ui.browser.settings import Settings
from ui.render import answer_html
from ui.server.places import Places

ASK, _STOP = "Ask", "Stop"
_QUESTIONS_AT_ONCE = 100
"""More than are answered at once: only a question that has left Gradio's queue can show that it waits or be stopped."""
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
_EVENT: dict[str, Any] = {**_QUIET, "concurrency_limit": _QUESTIONS_AT_ONCE, "concurrency_id": "asking"}

Step = tuple[Any, ...]


@dataclass(frozen=True)
class ChatParts:
    """The parts of the chat that its events share. While `editing` is true, the next question replaces the last one."""

    engine: Engine
    library: Library
    sessions: Sessions
    places: Places
    settings: Settings
    filters: FiltersBar
    conversation: gr.State
    editing: gr.State
    chat: gr.Chatbot
    box: gr.Textbox
    messenger: gr.HTML
    suggested: gr.HTML

    @property
    def shown(self) -> list[Any]:
        """The components that a question changes."""
        return [self.chat, self.conversation, self.box, self.editing, self.suggested]

    @property
    def unchanged(self) -> Step:
        """The outputs of an event that changes nothing: without them Gradio empties `shown` or repeats a step.

        To be used sparingly: each time, Gradio creates a new chat and keeps the contents of the old ones.
        """
        return (gr.skip(),) * len(self.shown)

    @property
    def choices(self) -> list[Any]:
        """The controls whose values `options` takes."""
        return [*self.settings.controls, *self.filters.controls]

    @property
    def known(self) -> list[Any]:
        """The components that an event asking a question takes."""
        return [self.conversation, self.editing, *self.choices]

    def options(self, values: Sequence[Any]) -> Options:
        """Return the options that the controls are set to."""
        count = len(self.settings.controls)
        return self.settings.options(self.filters.read(values[count:]), *values[:count])


def at_rest() -> dict[str, Any]:
    """Return the state of the question box while no answer is being given."""
    return gr.update(submit_btn=ASK, stop_btn=False)


def connect(parts: ChatParts, fresh: gr.Button) -> list[Any]:
    """Connect the ways to ask, edit and stop; return the events after which the conversation has grown."""
    asked = [_by_box(parts), _by_example(parts), _by_suggestion(parts), _once_more(parts)]
    _on_edit(parts)
    _on_stop(parts, fresh)
    # an event that does nothing: static/actions.js says why
    parts.messenger.input(lambda: None, None, None, concurrency_limit=None, **_QUIET)
    for each in asked:
        suggest(parts, each)
    return asked


def _by_box(parts: ChatParts) -> Any:
    def asked(
        question: str, conversation: Conversation, editing: bool, request: gr.Request, *values: Any
    ) -> Iterator[Step]:
        before, exchange = conversation, Exchange(question)
        if editing and conversation:
            before, exchange = _replacing(conversation, question)
        yield from _answered(parts, exchange, before, editing, request, values, is_typed=True)

    inputs = [parts.box, *parts.known]
    # "multiple": the browser may not know yet that the last answer is complete, and a quick Enter must not be lost
    return parts.box.submit(asked, inputs, parts.shown, trigger_mode="multiple", **_EVENT)


def _by_example(parts: ChatParts) -> Any:
    def asked(
        event: gr.SelectData, conversation: Conversation, editing: bool, request: gr.Request, *values: Any
    ) -> Iterator[Step]:
        yield from _answered(parts, Exchange(event.value["text"]), conversation, editing, request, values)

    return parts.chat.example_select(asked, parts.known, parts.shown, **_EVENT)


def _by_suggestion(parts: ChatParts) -> Any:
    def asked(
        event: gr.EventData, conversation: Conversation, editing: bool, request: gr.Request, *values: Any
    ) -> Iterator[Step]:
        asked = Exchange(str(event.question))
        yield from _answered(parts, asked, conversation, editing, request, values, is_plain=event.plain is True)

    return parts.messenger.submit(asked, parts.known, parts.shown, **_EVENT)


def _once_more(parts: ChatParts) -> Any:
    def asked(conversation: Conversation, editing: bool, request: gr.Request, *values: Any) -> Iterator[Step]:
        if conversation:
            before, again = _replacing(conversation, conversation[-1].question)
            yield from _answered(parts, again, before, editing, request, values)

    return parts.messenger.retry(asked, parts.known, parts.shown, **_EVENT)


def _replacing(conversation: Conversation, question: str) -> tuple[Conversation, Exchange]:
    # a conversation is identified by its first exchange, so a replacement keeps the id
    return conversation[:-1], Exchange(question, id=conversation[-1].id)


def _on_edit(parts: ChatParts) -> None:
    def edited(conversation: Conversation) -> tuple[Any, bool]:
        return (conversation[-1].question, True) if conversation else (gr.skip(), False)

    parts.messenger.edit(edited, parts.conversation, [parts.box, parts.editing], **_QUIET)
    with gr.Row(visible=False, elem_id="editing") as row:
        gr.HTML(answer_html.editing(), apply_default_css=False)
        cancel = gr.Button("Cancel", size="sm")
    cancel.click(lambda: ("", False), None, [parts.box, parts.editing], **_QUIET)
    parts.editing.change(lambda editing: gr.update(visible=editing), parts.editing, row, queue=False, **_QUIET)


def _on_stop(parts: ChatParts, fresh: gr.Button) -> None:
    def stopped(request: gr.Request) -> None:
        parts.sessions.stop(request.session_hash)

    def forgotten(request: gr.Request) -> Step:
        parts.sessions.stop(request.session_hash, drop=True)
        return [], (), at_rest(), False, ""

    parts.box.stop(stopped, queue=False, api_visibility="private")
    # queued, so that it reaches the screen after whatever the answer has sent
    fresh.click(forgotten, None, parts.shown, concurrency_limit=None, **_QUIET)
    # a closed browser needs no answer
    page = gr.context.Context.root_block
    assert isinstance(page, gr.Blocks)
    page.unload(stopped)


def _answered(
    parts: ChatParts,
    asked: Exchange,
    before: Conversation,
    editing: bool,
    request: gr.Request,
    values: Sequence[Any],
    is_typed: bool = False,
    is_plain: bool = False,
) -> Iterator[Step]:
    with parts.sessions.begin(request.session_hash) as run:
        if run is None:
            # Enter during an answer: the text stays in the box
            yield parts.unchanged
            return
        # repeated in every step: of several steps that arrive together, a browser may show only the last
        stop = gr.update(submit_btn=False, stop_btn=_STOP)
        box = {**stop, "value": ""} if is_typed else stop
        # an edit that begins while this answer is on its way goes on
        edited = False if editing else gr.skip()
        options = replace(parts.options(values), is_plain=is_plain)
        for grown in _in_turn(parts, asked, before, options, run):
            if not grown[-1].is_whole:
                yield messages(grown), grown, box, edited, ""
                box = stop
    # only after the run has ended: a complete reply means that the next question can be asked
    yield parts.unchanged if run.dropped else (messages(grown), grown, at_rest(), edited, "")


def _in_turn(
    parts: ChatParts, asked: Exchange, before: Conversation, options: Options, run: Run
) -> Iterator[Conversation]:
    """Yield the conversation while its question waits for those before it, then as it grows."""
    with parts.places.stand() as place:
        for ahead in place.waiting(lambda: run.stopped):
            yield (*before, replace(asked, ahead=ahead))
        if run.stopped:
            yield (*before, replace(asked, stopped=True))
            return
        for grown in replies(parts.engine, asked, before, options, run):
            if grown[-1].answer:
                # the engine's work is done: at most a model is still writing
                place.leave()
            yield grown


def suggest(parts: ChatParts, grown: Any) -> None:
    """Suggest questions after the event `grown`, one by one as they are found, while the machine is otherwise idle."""

    def found(conversation: Conversation, request: gr.Request, *values: Any) -> Iterator[str]:
        last = conversation[-1].answer if conversation else None
        if last is None:
            return
        asked, fresh, options = {each.question for each in conversation}, [], replace(parts.options(values), model=None)
        wanted = partial(parts.sessions.has_time, request.session_hash)
        for question in suggestions(parts.engine, parts.library, last, options, wanted):
            if not wanted():
                return
            fresh += [question] if question not in asked else []
            yield answer_html.suggested(fresh)

    grown.then(found, [parts.conversation, *parts.choices], parts.suggested, concurrency_id="suggesting", **_QUIET)
