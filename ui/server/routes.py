"""The Gradio routes that this chat uses; all others are closed."""

from starlette.types import Scope

API = "/gradio_api"
LOGIN = "/login"
_UPLOAD = f"{API}/upload"
_ANYBODY = ("/", "/healthz", LOGIN, "/favicon.ico", "/robots.txt", "/theme.css", f"{API}/startup-events")
_ANYBODYS_FOLDERS = ("/assets/", "/static/", "/svelte/")
"""The assets of the sign-in page."""
_MEMBERS = (
    "/config",
    "/logout",
    *(f"{API}/{each}" for each in ("app_id", "cancel", "info", "login_check", "openapi.json", "reset", "theme.css")),
    *(f"{API}/{each}" for each in ("queue/data", "queue/join", "queue/status", "upload", "upload_progress", "user")),
)
_MEMBERS_FOLDERS = tuple(f"{API}/{each}/" for each in ("api", "call", "heartbeat", "mcp", "run"))


def is_upload(scope: Scope) -> bool:
    """Return whether a request uploads files."""
    return path_of(scope) == _UPLOAD and scope["method"] == "POST"


def is_for_anybody(scope: Scope) -> bool:
    """Return whether a request is answered without sign-in."""
    return path_of(scope) in _ANYBODY or scope["path"].startswith(_ANYBODYS_FOLDERS)


def is_used(scope: Scope) -> bool:
    """Return whether the page, `gradio_client` or an assistant uses this route.

    Routes that serve files by path, fetch addresses for a caller or are meant for developers are closed.
    """
    path = path_of(scope)
    return is_for_anybody(scope) or path in _MEMBERS or f"{path}/".startswith(_MEMBERS_FOLDERS)


def path_of(scope: Scope) -> str:
    """Return a request's path without a trailing slash, as Gradio serves each route with and without one."""
    path = str(scope["path"])
    return path if path == "/" else path.removesuffix("/")
