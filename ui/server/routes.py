"""Gradio's routes as this chat uses them; the many others are closed."""

from starlette.types import Scope

API = "/gradio_api"
LOGIN = "/login"
_UPLOAD = f"{API}/upload"
_ANYBODY = ("/", "/healthz", LOGIN, "/favicon.ico", "/robots.txt", "/theme.css", f"{API}/startup-events")
_ANYBODYS_FOLDERS = ("/assets/", "/static/", "/svelte/")
"""What the page for signing in is made of."""
_MEMBERS = (
    "/config",
    "/logout",
    *(f"{API}/{each}" for each in ("app_id", "cancel", "info", "login_check", "openapi.json", "reset", "theme.css")),
    *(f"{API}/{each}" for each in ("queue/data", "queue/join", "queue/status", "upload", "upload_progress", "user")),
)
_MEMBERS_FOLDERS = tuple(f"{API}/{each}/" for each in ("api", "call", "heartbeat", "mcp", "run"))


def is_upload(scope: Scope) -> bool:
    """Tell whether a request brings files."""
    return path_of(scope) == _UPLOAD and scope["method"] == "POST"


def is_for_anybody(scope: Scope) -> bool:
    """Tell whether a request is answered before anybody has signed in."""
    return path_of(scope) in _ANYBODY or scope["path"].startswith(_ANYBODYS_FOLDERS)


def is_used(scope: Scope) -> bool:
    """Tell whether the page, `gradio_client` or an assistant asks this.

    Closed are files by their path, addresses fetched for a caller, what was meant for developers.
    """
    path = path_of(scope)
    return is_for_anybody(scope) or path in _MEMBERS or f"{path}/".startswith(_MEMBERS_FOLDERS)


def path_of(scope: Scope) -> str:
    """Return a request's path without the slash at its end, with or without which Gradio has each route."""
    path = str(scope["path"])
    return path if path == "/" else path.removesuffix("/")
