"""The chat: a question goes to the engine with the conversation so far, the answer streams back."""

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from index.errors import OnrecordError
from index.library import Library
from rag.answer import Answer
from rag.engine import Engine
from rag.question import Turn, read_history
from ui import render

_LOG = logging.getLogger(__name__)
_STEPS = 14
_STEP_SECONDS = 0.03
_ASKING_AT_ONCE = 8
_BROKEN = "Something went wrong inside onrecord, so this question has no answer; the terminal says more."
_HEIGHT = "calc(100dvh - 15.5rem)"

Messages = list[dict[str, Any]]


@dataclass(frozen=True)
class Exchange:
    """One question and its reply: plain for the history of the next question, HTML for the screen."""

    question: str
    reply: str
    shown: render.Html


Talk = tuple[Exchange, ...]


def build(engine: Engine, library: Library, questions: Sequence[str]) -> gr.Chatbot:
    """Lay out the chat and connect it to the engine; every browser session has a talk of its own."""
    talk = gr.State(())
    chat = _chatbot(library, questions)
    box = _question_box()
    fresh = gr.Button("New conversation", elem_id="new-conversation", size="sm")
    asking = [_on_question(engine, box, chat, talk), _on_sample_question(engine, chat, talk)]
    fresh.click(lambda: ([], ()), None, [chat, talk], cancels=asking, queue=False, api_visibility="private")
    return chat


def welcome(library: Library, questions: Sequence[str]) -> dict[str, Any]:
    """Return what the empty chat says and which questions it offers."""
    if library.is_empty():
        return {"placeholder": render.empty_library(), "examples": []}
    return {"placeholder": render.invitation(), "examples": [{"text": each} for each in questions]}


def replies(engine: Engine, question: str, talk: Talk) -> Iterator[tuple[Messages, Talk]]:
    """Yield the chat as it grows: the question, the answer's words bit by bit, then the whole of it."""
    yield _messages(talk, question, render.waiting()), talk
    found: Answer | str = _BROKEN
    for found in _asked(engine, question, talk):
        if isinstance(found, Answer) and found.partial:
            yield _messages(talk, question, render.answer(found)), talk
    if isinstance(found, str):
        last = Exchange(question, "", render.problem(found))
    else:
        for shown in _growing(found) if not found.writing else ():
            yield _messages(talk, question, shown), talk
            time.sleep(_STEP_SECONDS)
        last = Exchange(question, found.text, render.answer(found))
    yield _messages(talk, question, last.shown), (*talk, last)


def _chatbot(library: Library, questions: Sequence[str]) -> gr.Chatbot:
    # no Markdown, no maths: what the chat gets is HTML that ui/render.py has escaped, sanitized once more
    return gr.Chatbot(
        elem_id="chat",
        label="Conversation",
        show_label=False,
        render_markdown=False,
        latex_delimiters=[],
        sanitize_html=True,
        allow_tags=False,
        buttons=[],
        height=_HEIGHT,
        # static/chat.js keeps the question in view instead of the last line
        autoscroll=False,
        **welcome(library, questions),
    )


def _question_box() -> gr.Textbox:
    return gr.Textbox(
        elem_id="question",
        label="Your question",
        show_label=False,
        placeholder="Ask your articles…",
        lines=1,
        max_lines=6,
        submit_btn="Ask",
        autofocus=True,
    )


def _on_question(engine: Engine, box: gr.Textbox, chat: gr.Chatbot, talk: gr.State) -> Any:
    def asked(question: str, so_far: Talk) -> Iterator[tuple[Any, ...]]:
        emptied: Any = ""
        for step in replies(engine, question, so_far):
            yield *step, emptied
            # only once: what is typed during the answer stays
            emptied = gr.skip()

    return box.submit(asked, [box, talk], [chat, talk, box], **_event())


def _on_sample_question(engine: Engine, chat: gr.Chatbot, talk: gr.State) -> Any:
    def chosen(event: gr.SelectData, so_far: Talk) -> Iterator[tuple[Messages, Talk]]:
        yield from replies(engine, event.value["text"], so_far)

    return chat.example_select(chosen, talk, [chat, talk], **_event())


def _event() -> dict[str, Any]:
    return {
        "show_progress": "hidden",
        "concurrency_limit": _ASKING_AT_ONCE,
        "concurrency_id": "asking",
        "api_visibility": "private",
    }


def _asked(engine: Engine, question: str, talk: Talk) -> Iterator[Answer | str]:
    try:
        yield from engine.stream(question, _history(talk))
    except OnrecordError as error:
        yield str(error)
    except Exception:
        _LOG.exception("no answer to a question")
        yield _BROKEN


def _history(talk: Talk) -> tuple[Turn, ...]:
    answered = [exchange for exchange in talk if exchange.reply]
    return read_history([turn for exchange in answered for turn in _turns(exchange.question, exchange.reply)])


def _turns(question: str, reply: str) -> Messages:
    return [{"role": "user", "content": question}, {"role": "assistant", "content": reply}]


def _messages(talk: Talk, question: str, shown: render.Html) -> Messages:
    exchanges = [(exchange.question, exchange.shown) for exchange in talk] + [(question, shown)]
    return [message for asked, reply in exchanges for message in _bubbles(asked, reply)]


def _bubbles(question: str, shown: render.Html) -> Messages:
    # as parts, because Gradio would take tabs and leading spaces out of a plain string
    asked, reply = ([{"type": "text", "text": text}] for text in (render.question(question), shown))
    return [{"role": "user", "content": asked}, {"role": "assistant", "content": reply}]


def _growing(found: Answer) -> Iterator[render.Html]:
    words = sum(len(statement.text.split()) for statement in found.statements)
    stride = max(1, -(-words // _STEPS))
    for shown in range(stride, words, stride):
        yield render.answer(found, shown)
