"""Thumbs: an opinion on an answer, with an optional reason, goes into the library."""

from dataclasses import replace
from typing import Any

import gradio as gr

from index.store.feedback import Opinion
from ui.browser.chat_events import ChatParts
from ui.browser.conversation import Conversation, history, messages

_QUIET: dict[str, Any] = {"show_progress": "hidden", "concurrency_limit": None, "api_visibility": "private"}
_LONGEST = 2000


def build(parts: ChatParts) -> Any:
    """Lay out the line that asks for a reason, and connect the thumbs; return the event of a thumb."""
    rated = gr.State("")
    reason = gr.Textbox(
        label="Thank you for rating this answer. Why? (optional)",
        elem_id="reason",
        max_length=_LONGEST,
        max_lines=3,
        submit_btn="Send",
        visible=False,
    )

    def rate(event: gr.EventData, talk: Conversation, request: gr.Request) -> tuple[Any, ...]:
        number, _, thumb = str(event.thumb).partition(" ")
        grown = _rated(talk, int(number), thumb == "up")
        parts.library.feedback.put(_opinion(grown, int(number)))
        asks = gr.update(value="", visible=True)
        if parts.running.is_busy(request.session_hash):
            return gr.skip(), gr.skip(), grown[int(number)].id, asks
        return messages(grown), grown, grown[int(number)].id, asks

    def explain(opinion: str, why: str) -> Any:
        parts.library.feedback.explain(opinion, why)
        return gr.update(value="", visible=False)

    reason.submit(explain, [rated, reason], reason, **_QUIET)
    return parts.messenger.like(rate, parts.talk, [parts.chat, parts.talk, rated, reason], **_QUIET)


def _rated(talk: Conversation, number: int, good: bool) -> Conversation:
    return (*talk[:number], replace(talk[number], good=good), *talk[number + 1 :])


def _opinion(talk: Conversation, number: int) -> Opinion:
    exchange = talk[number]
    assert exchange.answer is not None
    assert exchange.good is not None
    turns = [{"role": turn.role, "content": turn.text} for turn in history(talk[:number])]
    return Opinion(exchange.id, exchange.good, exchange.answer.to_json(), turns)
