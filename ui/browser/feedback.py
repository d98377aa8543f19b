"""Thumbs: an opinion on an answer, with an optional reason, goes into the library."""

from dataclasses import replace
from typing import Any

import gradio as gr

from index.store.feedback import Opinion
from ui.browser.chat_events import Asking
from ui.browser.state import Talk, history, messages

_QUIET: dict[str, Any] = {"show_progress": "hidden", "concurrency_limit": None, "api_visibility": "private"}
_LONGEST = 2000


def build(made: Asking) -> Any:
    """Lay out the line that asks for a reason, and connect the thumbs; return the event of a thumb."""
    rated = gr.State("")
    reason = gr.Textbox(
        label="Thank you, it is kept. Why? (optional)",
        elem_id="reason",
        max_length=_LONGEST,
        max_lines=3,
        submit_btn="Send",
        visible=False,
    )

    def rate(event: gr.EventData, talk: Talk, request: gr.Request) -> tuple[Any, ...]:
        number, _, thumb = str(event.thumb).partition(" ")
        grown = _rated(talk, int(number), thumb == "up")
        made.library.feedback.put(_opinion(grown, int(number)))
        asks = gr.update(value="", visible=True)
        if made.running.is_busy(request.session_hash):
            return gr.skip(), gr.skip(), grown[int(number)].id, asks
        return messages(grown), grown, grown[int(number)].id, asks

    def explain(opinion: str, why: str) -> Any:
        made.library.feedback.explain(opinion, why)
        return gr.update(value="", visible=False)

    reason.submit(explain, [rated, reason], reason, **_QUIET)
    return made.messenger.like(rate, made.talk, [made.chat, made.talk, rated, reason], **_QUIET)


def _rated(talk: Talk, number: int, good: bool) -> Talk:
    return (*talk[:number], replace(talk[number], good=good), *talk[number + 1 :])


def _opinion(talk: Talk, number: int) -> Opinion:
    exchange = talk[number]
    assert exchange.found is not None
    assert exchange.good is not None
    turns = [{"role": turn.role, "content": turn.text} for turn in history(talk[:number])]
    return Opinion(exchange.id, exchange.good, exchange.found.to_json(), turns)
