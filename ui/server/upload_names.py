"""What browsers are told of an uploaded file: a name that says nothing, and serves only who brought the file."""

import json
import secrets
from collections import OrderedDict
from pathlib import PurePath
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.members import user_of
from ui.server.routes import is_upload

_MOST = 10_000
"""Names that are remembered; what they stand for goes away within two hours."""


class UploadNames:
    """The names of uploaded files, each with its path and the user who brought it. A name cannot be guessed."""

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
        """Return the file that a name stands for; None where it stands for none of this user's."""
        path, owner = self._known.get(name, (None, None)) if isinstance(name, str) else (None, None)
        return path if owner == user else None


class OpaqueUploads:
    """ASGI middleware that puts names for the paths which Gradio answers an upload with."""

    def __init__(self, app: ASGIApp, names: UploadNames) -> None:
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and is_upload(scope):
            send = _Renamed(send, self._names, user_of(scope)).send
        await self._app(scope, receive, send)


class _Renamed:
    def __init__(self, send: Send, names: UploadNames, user: str | None) -> None:
        self._send, self._names, self._user = send, names, user
        self._start: Message = {}
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        body = self._told() if self._start["status"] == 200 else self._body
        MutableHeaders(scope=self._start)["content-length"] = str(len(body))
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": body})

    def _told(self) -> bytes:
        paths: list[Any] = json.loads(self._body)
        return json.dumps([self._names.name_of(str(path), self._user) for path in paths]).encode()
