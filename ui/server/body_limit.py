"""Limits the size of request bodies, counted as they arrive, before parsing and sign-in."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.refusal import refusal
from ui.server.routes import is_upload

MOST = 1 << 20
"""Largest request other than an upload, in bytes. A browser's saved conversations go in one and stay below it."""
_TOLD = "The request is larger than the limit of 1 MB: send less."


class _TooLargeError(Exception):
    pass


class BodyLimit:
    """ASGI middleware that answers 413 once a request exceeds `MOST`, whatever length its header claims.

    Uploads have their own limits, per file and in total.
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
    """One request whose bytes are counted. The app's response to a truncated body is not sent."""

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
            # some body parsers replace the error by one of their own
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
