"""Requires sign-in, by Gradio's own cookie, on every route but those of the sign-in page."""

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.refusal import refusal
from ui.server.routes import is_for_anybody, is_used

_SIGN_IN = "Sign in first: this chat requires a user name and a password."
_NOTHING = "There is nothing at this address: the chat is at /, and /gradio_api/info describes the API."


def user_of(scope: Scope) -> str | None:
    """Return the user who sent a request, by Gradio's sign-in cookie; None if not signed in."""
    app, cookies = scope["app"], HTTPConnection(scope).cookies
    tokens = (cookies.get(f"access-token{kind}-{app.cookie_id}") for kind in ("", "-unsecure"))
    return next((app.tokens[token] for token in tokens if token in app.tokens), None)


class Members:
    """ASGI middleware that closes unused routes, and requires sign-in for the rest where sign-in is on.

    Gradio itself reads a request's body before it checks the user, and leaves some routes open.
    """

    def __init__(self, app: ASGIApp, asks: bool) -> None:
        self._app = app
        self._asks = asks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
        elif not is_used(scope):
            await refusal(404, _NOTHING)(scope, receive, send)
        elif self._asks and not is_for_anybody(scope) and user_of(scope) is None:
            await refusal(401, _SIGN_IN)(scope, receive, send)
        else:
            await self._app(scope, receive, _Cookies(send, is_https=scope["scheme"] == "https").send)


class _Cookies:
    """A response whose cookies are never sent with cross-site requests and, behind https, only over https.

    Gradio sets `SameSite=None`, for embedded pages; ours is never embedded.
    """

    def __init__(self, send: Send, is_https: bool) -> None:
        self._send = send
        self._is_https = is_https

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            cookies = headers.getlist("set-cookie")
            del headers["set-cookie"]
            for cookie in cookies:
                headers.append("set-cookie", _lax(cookie, self._is_https))
        await self._send(message)


def _lax(cookie: str, is_https: bool) -> str:
    parts = [part.strip() for part in cookie.split(";")]
    kept = [part for part in parts if not part.lower().startswith("samesite")]
    secure = ["Secure"] if is_https and "secure" not in [part.lower() for part in kept] else []
    return "; ".join([*kept, *secure, "SameSite=Lax"])
