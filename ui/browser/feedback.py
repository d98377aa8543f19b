"""Thumbs: the rating of an answer, with an optional reason, is saved in the library."""

from dataclasses import replace
from typing import Any

import gradio as gr

from index.store.feedback import Opinion
from ui.browser.chat_events import ChatParts
from ui.browser.conversation import Conversation, history, messages

_QUIET: dict[str, Any] = {"show_progress": "hidden", "concurrency_limit": None, "api_visibility": "private"}
_LONGEST = 2000


def build(parts: ChatParts) -> Any:
    """Lay out the box that asks for a reason, and connect the thumbs; return the event of a thumb."""
    rating = gr.State("")
    reason = gr.Textbox(
        label="Thank you for rating this answer. Why? (optional)",
        elem_id="reason",
        max_length=_LONGEST,
        max_lines=3,
        submit_btn="Send",
        visible=False,
    )

    def rate(event: gr.EventData, conversation: Conversation, request: gr.Request) -> tuple[Any, ...]:
        position, _, thumb = str(event.thumb).partition(" ")
        number, good = int(position), thumb == "up"
        exchange = replace(conversation[number], good=good)
        assert exchange.answer is not None
        turns = [{"role": turn.role, "content": turn.text} for turn in history(conversation[:number])]
        parts.library.feedback.put(Opinion(exchange.id, good, exchange.answer.to_json(), turns))
        rated = (*conversation[:number], exchange, *conversation[number + 1 :])
        is_busy = parts.sessions.is_busy(request.session_hash)
        shown = (gr.skip(), gr.skip()) if is_busy else (messages(rated), rated)
        return *shown, exchange.id, gr.update(value="", visible=True)

    def explain(rated: str, why: str) -> Any:
        parts.library.feedback.explain(rated, why)
        return gr.update(value="", visible=False)

    reason.submit(explain, [rating, reason], reason, **_QUIET)
    return parts.messenger.like(rate, parts.conversation, [parts.chat, parts.conversation, rating, reason], **_QUIET)
