"""The layout of the chat: tool buttons, conversation, suggestions, filter chips and question box."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.components.chatbot import ExampleMessage as Example

from index.library import Library
from rag.engine import Engine
from rag.llm.base import Model
from ui.browser import feedback, history_drawer, settings
from ui.browser import filters as filters_bar
from ui.browser.browser_secret import browser_secret
from ui.browser.chat_events import ASK, ChatParts, connect
from ui.browser.sessions import Sessions
from ui.render import html as render
from ui.server.places import Places

_SCRIPT = Path(__file__).parents[1] / "static" / "actions.js"


def build(
    engine: Engine, library: Library, offered: Sequence[Example], models: Sequence[Model], places: Places
) -> gr.Chatbot:
    """Lay out the chat and connect it to the engine; every browser session has a conversation of its own.

    Users choose one of the `models`, or none. Their questions wait in line for the `places`.
    """
    with gr.Row(elem_id="chat-tools"):
        fresh = gr.Button("New conversation", elem_id="new-conversation", size="sm")
        gr.Button("History", elem_id="open-history", size="sm")
        filtering = gr.Button("Filters", elem_id="open-filters", size="sm")
        gr.Button("Settings", elem_id="open-settings", size="sm")
    chosen = settings.build(engine.options, models, browser_secret(library.folder))
    bar = filters_bar.build(library, filtering)
    chatbot = _chatbot(library, offered)
    with gr.Column(elem_id="over-box", min_width=0) as over_box:
        suggested = gr.HTML(elem_id="suggestions", apply_default_css=False)
        filters_bar.chips(bar, library)
    messenger = gr.HTML(elem_id="messenger", js_on_load=_SCRIPT.read_text("utf-8"), apply_default_css=False)
    parts = ChatParts(
        engine,
        library,
        Sessions(),
        places,
        settings=chosen,
        filters=bar,
        conversation=gr.State(()),
        editing=gr.State(False),
        chat=chatbot,
        box=gr.Textbox(
            elem_id="question",
            label="Your question",
            show_label=False,
            placeholder="Ask a question about your articles…",
            lines=1,
            max_lines=6,
            submit_btn=ASK,
            autofocus=True,
        ),
        messenger=messenger,
        suggested=suggested,
    )
    with over_box:
        grown = [*connect(parts, fresh), feedback.build(parts)]
    settings.note(chosen)
    history_drawer.build(parts, grown)
    return chatbot


def welcome(library: Library, offered: Sequence[Example]) -> dict[str, Any]:
    """Return the text of an empty chat and the example questions it offers."""
    if library.articles.is_empty():
        return {"placeholder": render.empty_library(), "examples": []}
    return {"placeholder": render.invitation(), "examples": list(offered) or _about(library)}


def examples(questions: Sequence[str], refused: str | None) -> list[Example]:
    """Return the questions to offer; the refused one says that it is an example of a refusal."""
    offered: list[Example] = [{"text": each} for each in questions]
    if refused:
        offered.append({"text": refused, "display_text": f"{refused} (the articles don’t say)"})
    return offered


def _about(library: Library) -> list[Example]:
    """Return questions that any library answers: about itself, and a summary of its newest article."""
    newest = max(library.articles.summaries(), key=lambda head: head.published or "")
    return [
        {"text": "How many articles do you have?"},
        {"text": "Which papers are in here?"},
        {"text": f"Summarise the article “{newest.title}”"},
    ]


def _chatbot(library: Library, offered: Sequence[Example]) -> gr.Chatbot:
    # neither Markdown nor maths: the chat gets HTML that ui/render has escaped, and sanitizes it once more
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
        # static/chat.js keeps the question in view, not the last line
        autoscroll=False,
        **welcome(library, offered),
    )
