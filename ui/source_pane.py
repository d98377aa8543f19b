"""The pane beside the chat: an article, opened at the sentence that was cited."""

from pathlib import Path

import gradio as gr

from index.library import Library
from ui import render

_SCRIPT = Path(__file__).with_name("static") / "pane.js"


def build(library: Library) -> None:
    """Lay out the pane; a click on any button made by `render.open_button` opens its article there."""
    with gr.Column(elem_id="source-pane", scale=4, min_width=300):
        gr.Button("Close", elem_id="close-pane", size="sm")
        pane = gr.HTML(
            render.nothing_open(),
            elem_id="source-article",
            js_on_load=_SCRIPT.read_text("utf-8"),
            apply_default_css=False,
        )

    def opened(event: gr.EventData) -> str:
        return open_article(library, event.place)

    pane.click(opened, None, pane, show_progress="hidden", concurrency_limit=None, api_visibility="private")


def open_article(library: Library, place: str) -> render.Html:
    """Return the article of a written place, as the pane shows it, with its sentence marked."""
    try:
        article_id, start, end = render.read_place(place)
    except ValueError:
        return render.article_gone()
    found = library.article(article_id)
    return render.article(found, start, end) if found else render.article_gone()
