"""The names that browsers get for uploaded files: random, and valid only for the user who uploaded the file."""

import json
import secrets
from collections import OrderedDict
from functools import partial
from pathlib import PurePath
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.members import user_of
from ui.server.routes import is_upload
from ui.server.whole_response import WholeResponse

_MOST = 10_000
"""How many names are remembered; their files are deleted within two hours."""


class UploadNames:
    """The names of uploaded files, each with its path and the user who uploaded it. A name cannot be guessed."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[str, str | None]] = OrderedDict()

    def name_of(self, path: str, user: str | None) -> str:
        """Return a new name for an uploaded file."""
        name = f"{secrets.token_urlsafe(24)}/{PurePath(path).name}"
        self._known[name] = (path, user)
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
        return name

    def path_of(self, name: object, user: str | None) -> str | None:
        """Return the path of a name's file; None if the name is unknown or another user's."""
        path, owner = self._known.get(name, (None, None)) if isinstance(name, str) else (None, None)
        return path if owner == user else None


class OpaqueUploads:
    """ASGI middleware that replaces the file paths in Gradio's upload responses by names."""

    def __init__(self, app: ASGIApp, names: UploadNames) -> None:
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and is_upload(scope):
            send = WholeResponse(send, partial(self._rename, user_of(scope))).send
        await self._app(scope, receive, send)

    def _rename(self, user: str | None, start: Message, body: bytes) -> bytes:
        if start["status"] != 200:
            return body
        paths: list[Any] = json.loads(body)
        renamed = json.dumps([self._names.name_of(str(path), user) for path in paths]).encode()
        MutableHeaders(scope=start)["content-length"] = str(len(renamed))
        return renamed
