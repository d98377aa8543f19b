"""A drawer: a panel at the side of the page, opened by the button that has its name."""

from collections.abc import Iterator
from contextlib import contextmanager

import gradio as gr


@contextmanager
def drawer(name: str, title: str) -> Iterator[None]:
    """Lay out the contents of a drawer, which `static/drawer.js` opens by the button `open-NAME`, and closes."""
    with gr.Column(elem_id=name, elem_classes="drawer", min_width=0):
        gr.Markdown(f"## {title}", elem_classes="drawer-title")
        gr.Button("Close", elem_classes="close-drawer", size="sm")
        yield
