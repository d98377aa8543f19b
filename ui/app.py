"""The page: chat and library on the left, the source pane on the right."""

import errno
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from index.errors import OnrecordError
from index.library import Library
from rag.engine import Engine
from ui import chat, library_tab, render, source_pane

_STYLE = Path(__file__).with_name("static") / "onrecord.css"
_SCRIPT = Path(__file__).with_name("static") / "chat.js"
_SANS = ("system-ui", "sans-serif")
_MONO = ("ui-monospace", "monospace")
_UPLOAD_LIMIT = "100mb"
# what Gradio keeps of uploads besides our copy goes away within the hour
_CACHE_SECONDS = (600, 3600)


def build_app(engine: Engine, library: Library, sample: bool, questions: Sequence[str]) -> gr.Blocks:
    """Return the whole page over one engine and one library; `sample` says that the articles are invented."""
    app = gr.Blocks(title="onrecord", analytics_enabled=False, fill_width=True, delete_cache=_CACHE_SECONDS)
    with app:
        gr.HTML(render.masthead(sample, engine.options.model), elem_id="masthead", apply_default_css=False)
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="left", scale=5, min_width=300):
                conversation, changes = _left(engine, library, questions)
            source_pane.build(library)

        def greet() -> dict[str, Any]:
            return gr.update(**chat.welcome(library, questions))

        app.load(None, js=_SCRIPT.read_text("utf-8"))
        for looked_again in (app.load, *(change.then for change in changes)):
            looked_again(greet, None, conversation, show_progress="hidden", api_visibility="private")
    return app


def launch(app: gr.Blocks, host: str, port: int) -> None:
    """Serve the page until the process is told to stop, and say where it is once it is there."""
    print(f"The chat is at {start(app, host, port)} (Ctrl-C stops it).", file=sys.stderr, flush=True)
    app.block_thread()


def start(app: gr.Blocks, host: str, port: int) -> str:
    """Serve the page from now on, in the background, and return its address; `app.close()` stops it."""
    _refuse_busy_port(host, port)
    _reach_ourselves_directly()
    _, address, _ = app.queue(max_size=100).launch(
        server_name=host,
        server_port=port,
        theme=_theme(),
        css_paths=_STYLE,
        max_file_size=_UPLOAD_LIMIT,
        quiet=True,
        prevent_thread_lock=True,
        share=False,
        inbrowser=False,
        ssr_mode=False,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
    )
    return str(address)


def _left(engine: Engine, library: Library, questions: Sequence[str]) -> tuple[gr.Chatbot, list[Any]]:
    with gr.Tabs(elem_id="tabs"):
        with gr.Tab("Chat", id="chat"):
            conversation = chat.build(engine, library, questions)
        with gr.Tab("Library", id="library", elem_id="library") as tab:
            changes = library_tab.build(library, tab)
    return conversation, changes


def _theme() -> gr.themes.Base:
    # system fonts only: Gradio's own themes name fonts that a browser would fetch
    theme = gr.themes.Base(primary_hue="teal", neutral_hue="stone", radius_size="lg", font=_SANS, font_mono=_MONO)
    # Gradio's quiet text is too pale to read with ease
    return theme.set(body_text_color_subdued="*neutral_600", input_placeholder_color="*neutral_500")


def _refuse_busy_port(host: str, port: int) -> None:
    try:
        with socket.create_server((host, port), family=_family(host)):
            return
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise OnrecordError(f"Port {port} of {host} is in use: name another with --port.") from error
        told = f"Cannot listen on {host}, port {port}: name another --host or --port."
        raise OnrecordError(told) from error


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _reach_ourselves_directly() -> None:
    # Gradio asks its own server whether it is up, and would ask through a proxy of the environment
    for name in ("NO_PROXY", "no_proxy"):
        known = os.environ.get(name)
        os.environ[name] = ",".join(filter(None, (known, "127.0.0.1", "localhost")))
