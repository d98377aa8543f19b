"""The page: chat and library on the left, the source pane on the right."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from index.library import Library
from rag.engine import Engine
from rag.llm.base import Model
from ui.browser import chat, draft, source_pane
from ui.browser import library as library_tab
from ui.render import html as render
from ui.server import api
from ui.server.places import Places
from ui.server.serve import DELETE_CACHE, keep_uploads_in

_STATIC = Path(__file__).parents[1] / "static"
_SCRIPTS = tuple(_STATIC / name for name in ("chat.js", "drawer.js", "tooltips.js", "accessibility.js"))


def build_app(
    engine: Engine,
    library: Library,
    sample: bool,
    questions: Sequence[str],
    models: Sequence[Model] = (),
    refused: str | None = None,
) -> gr.Blocks:
    """Return the whole page for one engine and one library; users choose one of the `models`, or none.

    `sample` says that the articles are invented. An empty chat offers the `questions`, and `refused` as an example of a
    question that the articles don't answer.
    """
    keep_uploads_in(library)
    places = Places()
    offered = chat.examples(questions, refused)
    app = gr.Blocks(title="onrecord", analytics_enabled=False, fill_width=True, delete_cache=DELETE_CACHE)
    with app:
        gr.HTML(render.masthead(sample), elem_id="masthead", apply_default_css=False)
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="left", scale=5, min_width=300), gr.Tabs(elem_id="tabs"):
                with gr.Tab("Chat", id="chat"):
                    chatbot = chat.build(engine, library, offered, models, places)
                with gr.Tab("Library", id="library", elem_id="library") as tab:
                    changes = library_tab.build(library, tab)
                with gr.Tab("Check", id="check", elem_id="check"):
                    draft.build(engine, places)
            source_pane.build(library)
        api.build(engine, library, places)

        def greet() -> dict[str, Any]:
            return gr.update(**chat.welcome(library, offered))

        for script in _SCRIPTS:
            app.load(None, js=script.read_text("utf-8"))
        for event in (app.load, *(change.then for change in changes)):
            event(greet, None, chatbot, show_progress="hidden", api_visibility="private")
    return app
