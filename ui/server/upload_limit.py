"""Limits the disk space of all uploads together; Gradio only limits each file."""

from pathlib import Path

from starlette.formparsers import MultiPartException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.routes import is_upload

_FULL = "The uploads together exceed the maximum allowed size: add fewer files, or try again in two hours."


class UploadRoom:
    """ASGI middleware that aborts an upload, with status 413, once it and the files in `folder` exceed `most` bytes."""

    def __init__(self, app: ASGIApp, folder: Path, most: int) -> None:
        self._app = app
        self._folder = folder
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and is_upload(scope):
            receive = self._bounded(receive)
        await self._app(scope, receive, send)

    def _bounded(self, receive: Receive) -> Receive:
        room = self._most - sum(map(_size, self._folder.rglob("*")))

        async def bounded() -> Message:
            nonlocal room
            message = await receive()
            room -= len(message.get("body", b""))
            if room < 0:
                # Gradio turns this exception into status 413 by the words "maximum allowed size"
                raise MultiPartException(_FULL)
            return message

        return bounded


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0  # Gradio may delete files of the folder meanwhile
