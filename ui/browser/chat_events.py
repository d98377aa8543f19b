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
from ui.browser.running import Running
from ui.browser.settings import Settings
from ui.browser.state import Exchange, Talk, messages, replies
from ui.render import answer_html

ASK, _STOP = "Ask", "Stop"
_ASKING_AT_ONCE = 32
"""More than a machine answers at once: a question shows, and can be stopped, only once it is out of the queue."""
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
_EVENT: dict[str, Any] = {**_QUIET, "concurrency_limit": _ASKING_AT_ONCE, "concurrency_id": "asking"}

Step = tuple[Any, ...]


@dataclass(frozen=True)
class Asking:
    """The parts of the chat that its events share. `editing` tells that the next question replaces the last one."""

    engine: Engine
    library: Library
    running: Running
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


def connect(made: Asking, fresh: gr.Button) -> list[Any]:
    """Connect the ways to ask, and those to end it; return the events after which the conversation has grown."""
    asked = [_by_box(made), _by_example(made), _by_suggestion(made), _once_more(made)]
    _on_edit(made)
    _on_stop(made, fresh)
    # static/actions.js says when
    made.messenger.input(lambda: None, None, None, concurrency_limit=None, **_QUIET)
    for each in asked:
        suggest(made, each)
    return asked


def _by_box(made: Asking) -> Any:
    def asked(question: str, talk: Talk, editing: bool, request: gr.Request, *values: Any) -> Iterator[Step]:
        before, asked = _replacing(talk, question) if editing and talk else (talk, Exchange(question))
        yield from _answered(made, asked, before, request, values, is_typed=True)

    inputs = [made.box, made.talk, made.editing, *made.choices]
    # a browser takes a while to see that the last answer is done: an Enter that is quicker must not be lost
    return made.box.submit(asked, inputs, made.shown, trigger_mode="multiple", **_EVENT)


def _by_example(made: Asking) -> Any:
    def asked(event: gr.SelectData, talk: Talk, request: gr.Request, *values: Any) -> Iterator[Step]:
        yield from _answered(made, Exchange(event.value["text"]), talk, request, values)

    return made.chat.example_select(asked, [made.talk, *made.choices], made.shown, **_EVENT)


def _by_suggestion(made: Asking) -> Any:
    def asked(event: gr.EventData, talk: Talk, request: gr.Request, *values: Any) -> Iterator[Step]:
        yield from _answered(made, Exchange(str(event.question)), talk, request, values)

    return made.messenger.submit(asked, [made.talk, *made.choices], made.shown, **_EVENT)


def _once_more(made: Asking) -> Any:
    def asked(talk: Talk, request: gr.Request, *values: Any) -> Iterator[Step]:
        if talk:
            before, again = _replacing(talk, talk[-1].question)
            yield from _answered(made, again, before, request, values)

    return made.messenger.retry(asked, [made.talk, *made.choices], made.shown, **_EVENT)


def _replacing(talk: Talk, question: str) -> tuple[Talk, Exchange]:
    # a conversation is known by its first exchange: what replaces that one takes its id
    return talk[:-1], Exchange(question, id=talk[-1].id)


def _on_edit(made: Asking) -> None:
    def edited(talk: Talk) -> tuple[Any, bool]:
        return (talk[-1].question, True) if talk else (gr.skip(), False)

    made.messenger.edit(edited, made.talk, [made.box, made.editing], **_QUIET)
    with gr.Row(visible=False, elem_id="editing") as row:
        gr.HTML(answer_html.editing(), apply_default_css=False)
        kept = gr.Button("Keep it", size="sm")
    kept.click(lambda: ("", False), None, [made.box, made.editing], **_QUIET)
    made.editing.change(lambda editing: gr.update(visible=editing), made.editing, row, queue=False, **_QUIET)


def _on_stop(made: Asking, fresh: gr.Button) -> None:
    def stopped(request: gr.Request) -> None:
        made.running.stop(request.session_hash)

    def forgotten(request: gr.Request) -> Step:
        made.running.stop(request.session_hash, drop=True)
        return [], (), at_rest(), False, ""

    made.box.stop(stopped, queue=False, api_visibility="private")
    # in the queue, so that it comes to the screen after what the answer had sent
    fresh.click(forgotten, None, made.shown, concurrency_limit=None, **_QUIET)
    # a browser that goes away wants no answer any more
    page = gr.context.Context.root_block
    assert isinstance(page, gr.Blocks)
    page.unload(stopped)


def _answered(
    made: Asking, asked: Exchange, before: Talk, request: gr.Request, values: Sequence[Any], is_typed: bool = False
) -> Iterator[Step]:
    with made.running.begin(request.session_hash) as run:
        if run is None:
            # Enter during an answer: what is typed stays
            yield made.unchanged
            return
        # in every step: of steps that come at once a browser may show the last alone
        stop = gr.update(submit_btn=False, stop_btn=_STOP)
        box = {**stop, "value": ""} if is_typed else stop
        for grown in replies(made.engine, asked, before, made.options(values), run):
            if not grown[-1].is_whole:
                yield messages(grown), grown, box, False, ""
                box = stop
    # only now: who sees the whole may ask the next one
    yield made.unchanged if run.dropped else (messages(grown), grown, at_rest(), False, "")


def suggest(made: Asking, grown: Any) -> None:
    """Show questions to go on with after the event `grown`, each as it is found, while the machine has time for it."""

    def found(talk: Talk, request: gr.Request, *values: Any) -> Iterator[str]:
        last = talk[-1].found if talk else None
        if last is None:
            return
        asked, fresh, options = {each.question for each in talk}, [], replace(made.options(values), model=None)
        wanted = partial(made.running.has_time, request.session_hash)
        for question in suggestions(made.engine, made.library, last, options, wanted):
            if not wanted():
                return
            fresh += [question] if question not in asked else []
            yield answer_html.suggested(fresh)

    grown.then(found, [made.talk, *made.choices], made.suggested, concurrency_id="suggesting", **_QUIET)
