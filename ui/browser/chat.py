"""The chat: its tools, the conversation, what can be done with a reply, and the box for the next question."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from index.library import Library
from rag.engine import Engine
from rag.llm.base import Model
from ui.browser import feedback, history_drawer, settings
from ui.browser import filters as filters_bar
from ui.browser.chat_events import ASK, ChatParts, connect
from ui.browser.sessions import Running
from ui.browser.browser_secret import browser_secret
from ui.render import html as render
from ui.server.places import Places

_SCRIPT = Path(__file__).parents[1] / "static" / "actions.js"


def build(
    engine: Engine, library: Library, questions: Sequence[str], models: Sequence[Model], places: Places
) -> gr.Chatbot:
    """Lay out the chat and connect it to the engine; every browser session has a talk of its own.

    A browser chooses among the `models`, or none. Its questions stand in line for the `places`.
    """
    with gr.Row(elem_id="chat-tools"):
        fresh = gr.Button("New conversation", elem_id="new-conversation", size="sm")
        gr.Button("History", elem_id="open-history", size="sm")
        filtering = gr.Button("Filters", elem_id="open-filters", size="sm")
        gr.Button("Settings", elem_id="open-settings", size="sm")
    chosen = settings.build(engine.options, models, browser_secret(library.folder))
    bar = filters_bar.build(library, filtering)
    conversation = _chatbot(library, questions)
    with gr.Column(elem_id="over-box", min_width=0) as over_box:
        suggested = gr.HTML(elem_id="suggestions", apply_default_css=False)
        filters_bar.chips(bar, library)
    messenger = gr.HTML(elem_id="messenger", js_on_load=_SCRIPT.read_text("utf-8"), apply_default_css=False)
    parts = ChatParts(
        engine,
        library,
        Running(),
        places,
        settings=chosen,
        filters=bar,
        talk=gr.State(()),
        editing=gr.State(False),
        chat=conversation,
        box=_question_box(),
        messenger=messenger,
        suggested=suggested,
    )
    with over_box:
        grown = [*connect(parts, fresh), feedback.build(parts)]
    settings.note(chosen)
    history_drawer.build(parts, grown)
    return conversation


def welcome(library: Library, questions: Sequence[str]) -> dict[str, Any]:
    """Return what the empty chat says and which questions it offers."""
    if library.articles.is_empty():
        return {"placeholder": render.empty_library(), "examples": []}
    return {"placeholder": render.invitation(), "examples": [{"text": each} for each in questions]}


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
        height=None,
        # static/chat.js keeps the question in view instead of the last line
        autoscroll=False,
        **welcome(library, questions),
    )


def _question_box() -> gr.Textbox:
    return gr.Textbox(
        elem_id="question",
        label="Your question",
        show_label=False,
        placeholder="Ask a question about your articles…",
        lines=1,
        max_lines=6,
        submit_btn=ASK,
        autofocus=True,
    )
