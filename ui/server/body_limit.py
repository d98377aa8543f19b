"""How much of a request is read: counted as it comes, before anybody parses it or asks who sent it."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.refusal import refusal
from ui.server.routes import is_upload

MOST = 1 << 20
"""Bytes of a request that brings no file. A browser's kept conversations go in one, so they are held below it."""
_TOLD = "The request is larger than 1 MB, which is the most that is read at once: send less."


class _TooLargeError(Exception):
    pass


class BodyLimit:
    """ASGI middleware that answers 413 once a request is larger than `MOST`, whatever length it claims.

    Uploads have limits of their own: for a file, and for all of them.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or is_upload(scope):
            await self._app(scope, receive, send)
        elif _claimed(scope) > MOST:
            await refusal(413, _TOLD)(scope, receive, send)
        else:
            await _Counted(receive, send).answer(self._app, scope)


class _Counted:
    """One request whose bytes are counted. What the app answers to a body that was cut off is not sent."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._room = MOST
        self._started = False

    async def answer(self, app: ASGIApp, scope: Scope) -> None:
        try:
            await app(scope, self._counting, self._sending)
        except _TooLargeError:
            pass
        except Exception:
            # some readers make an error of their own of it
            if self._room >= 0:
                raise
        if self._room < 0 and not self._started:
            await refusal(413, _TOLD)(scope, self._receive, self._send)

    async def _counting(self) -> Message:
        message = await self._receive()
        self._room -= len(message.get("body", b""))
        if self._room < 0:
            raise _TooLargeError
        return message

    async def _sending(self, message: Message) -> None:
        if self._room >= 0 or self._started:
            self._started = True
            await self._send(message)


def _claimed(scope: Scope) -> int:
    claims = Headers(scope=scope).getlist("content-length")
    return max((int(claim) for claim in claims if claim.isascii() and claim.isdigit() and len(claim) < 20), default=0)
