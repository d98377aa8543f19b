"""Serves the page: where it listens, who may use it, how much it accepts at once, and what the browser may do."""

import errno
import os
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi.exceptions import RequestValidationError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from uvicorn.protocols.http import auto
from uvicorn.protocols.http.h11_impl import H11Protocol

from index.errors import OnrecordError
from index.library import Library
from ui.server.auth import Passwords
from ui.server.body_limit import BodyLimit
from ui.server.calls import Calls
from ui.server.headers import SecurityHeaders
from ui.server.members import Members
from ui.server.refusal import refusal
from ui.server.same_origin import KnownHosts, SameOrigin
from ui.server.sign_in import FromAddress, sign_in
from ui.server.upload_limit import UploadRoom
from ui.server.upload_names import OpaqueUploads, UploadNames

_STATIC = Path(__file__).parents[1] / "static"
_SANS = ("system-ui", "sans-serif")
_MONO = ("ui-monospace", "monospace")
_UPLOAD_LIMIT = "100mb"
_UPLOADS_LIMIT = 2 << 30
"""Largest total size of the uploads that Gradio keeps at a time, in bytes."""
_QUEUE = 100
_SESSIONS = 200
"""How many browser windows, open or closed, Gradio keeps the state of: up to a few megabytes each."""
_KEPT_SECONDS = 3600
"""Seconds; Gradio's own copies of uploads are deleted within two hours."""
DELETE_CACHE = (600, _KEPT_SECONDS)

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


def launch(
    app: gr.Blocks, library: Library, host: str, port: int, passwords: Passwords, mcp: bool, names: Sequence[str] = ()
) -> None:
    """Serve the page until the process is stopped, and print its address once it is up."""
    address = start(app, library, host, port, passwords, mcp, names)
    print(f"The chat is at {address} (press Ctrl-C to stop it).", file=sys.stderr, flush=True)
    if mcp:
        print(f"AI assistants connect to {address}gradio_api/mcp/", file=sys.stderr, flush=True)
    app.block_thread()


def start(
    app: gr.Blocks,
    library: Library,
    host: str,
    port: int,
    passwords: Passwords | None = None,
    mcp: bool = False,
    names: Sequence[str] = (),
) -> str:
    """Start serving the page in the background and return its address; `app.close()` stops it.

    `names` are its host names besides its own addresses, for use behind a reverse proxy.
    """
    hosts = KnownHosts(host, names)
    _refuse_busy_port(host, port)
    _reach_ourselves_directly()
    _bound_headers()
    _, address, _ = app.queue(max_size=_QUEUE, api_open=False).launch(
        # Gradio builds an address from it, in which IPv6 needs brackets
        server_name=f"[{host}]" if ":" in host else host,
        server_port=port,
        auth=sign_in(passwords) if passwords else None,
        app_kwargs=_around(app, library, hosts, bool(passwords)),
        theme=_theme(),
        css_paths=_styles(),
        max_file_size=_UPLOAD_LIMIT,
        state_session_capacity=_SESSIONS,
        quiet=True,
        prevent_thread_lock=True,
        share=False,
        inbrowser=False,
        ssr_mode=False,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=mcp,
    )
    return str(address)


def _bound_headers() -> None:
    """Let uvicorn parse requests with h11, which refuses headers over 64 kB; httptools keeps whatever is sent."""
    auto.AutoHTTPProtocol = H11Protocol


def keep_uploads_in(library: Library) -> None:
    """Have Gradio store uploads in the library's folder, and delete what a killed process left there."""
    folder = _incoming(library)
    folder.mkdir(exist_ok=True)
    os.environ["GRADIO_TEMP_DIR"] = str(folder)
    for kept in folder.rglob("*"):
        # another process may be adding the newest ones
        if kept.is_file() and time.time() - kept.stat().st_mtime > _KEPT_SECONDS:
            kept.unlink(missing_ok=True)


def _incoming(library: Library) -> Path:
    return library.folder.absolute() / "incoming"


def _around(app: gr.Blocks, library: Library, hosts: KnownHosts, asks: bool) -> dict[str, Any]:
    """Return the options of Gradio's server: each middleware wraps those after it."""
    names = UploadNames()
    middleware = [
        Middleware(SecurityHeaders),
        Middleware(BodyLimit),
        Middleware(Members, asks=asks),
        Middleware(FromAddress),
        Middleware(UploadRoom, folder=_incoming(library), most=_UPLOADS_LIMIT),
        Middleware(OpaqueUploads, names=names),
        Middleware(Calls, blocks=app, names=names),
    ]
    handlers = {RequestValidationError: _not_understood}
    routes = [_health(library)]
    return {"middleware": middleware, "routes": routes, "lifespan": _guarded_by(hosts), "exception_handlers": handlers}


async def _not_understood(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    named = ", ".join(str(each["loc"][-1])[:40] for each in error.errors()[:3])
    return refusal(422, f"The request has missing or invalid fields: check {named}.")


def _guarded_by(hosts: KnownHosts) -> Lifespan:
    @asynccontextmanager
    async def guarded(app: Starlette) -> AsyncIterator[None]:
        # wraps Gradio's own middleware, which answers other origins before any middleware given as an option
        assert app.middleware_stack is not None
        app.middleware_stack = SameOrigin(app.middleware_stack, hosts)
        yield

    return guarded


def _health(library: Library) -> Route:
    def health(request: Request) -> JSONResponse:
        return JSONResponse({"status": "ok", "articles": library.counts()["articles"]})

    return Route("/healthz", health)


def _styles() -> list[Path]:
    # shared rules come first, so that each part's own file can add to them
    return sorted(_STATIC.glob("*.css"), key=lambda path: (path.name != "onrecord.css", path.name))


def _theme() -> gr.themes.Base:
    # system fonts only: Gradio's own themes name fonts that a browser would download
    theme = gr.themes.Base(primary_hue="teal", neutral_hue="stone", radius_size="lg", font=_SANS, font_mono=_MONO)
    # Gradio's muted text, selected tab and primary button have too little contrast
    return theme.set(
        body_text_color_subdued="*neutral_600",
        input_placeholder_color="*neutral_500",
        color_accent="*primary_700",
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_text_color="white",
    )


def _refuse_busy_port(host: str, port: int) -> None:
    try:
        with socket.create_server((host, port), family=_family(host)):
            return
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise OnrecordError(f"Port {port} of {host} is in use: choose another with --port.") from error
        told = f"Cannot listen on {host}, port {port}: choose another --host or --port."
        raise OnrecordError(told) from error


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _reach_ourselves_directly() -> None:
    # Gradio checks that its own server is up, and would do so through a proxy set in the environment
    for name in ("NO_PROXY", "no_proxy"):
        known = os.environ.get(name)
        os.environ[name] = ",".join(filter(None, (known, "127.0.0.1", "localhost")))
