"""Response headers that let the browser run the page's own scripts only and load nothing from elsewhere."""

import re
from base64 import b64encode
from hashlib import sha256

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.whole_response import WholeResponse

_INLINE = re.compile(rb"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_COMMON = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
# Gradio evaluates the scripts it is given (eval), and uses inline styles
_PAGE = (
    "default-src 'self'; script-src 'self' 'unsafe-eval' {scripts}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "media-src 'self' blob:; frame-src 'none'; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_REST = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"


class SecurityHeaders:
    """ASGI middleware that adds a content security policy and related headers to every response.

    The page's policy lists the hashes of Gradio's inline scripts (CSP Level 3, section 8.4),
    so that injected scripts and event handlers do not run.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        guarded = WholeResponse(send, _name_scripts) if scope["path"] == "/" else _Other(send)
        await self._app(scope, receive, guarded.send)


class _Other:
    """A response other than the page: nothing in it may run if it is opened as a page."""

    def __init__(self, send: Send) -> None:
        self._send = send

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            _tell(message, _REST)
        await self._send(message)


def _name_scripts(start: Message, page: bytes) -> bytes:
    """Add the hashes of the page's inline scripts to its policy."""
    _tell(start, _PAGE.format(scripts=" ".join(_hashes(page))))
    return page


def _tell(start: Message, policy: str) -> None:
    headers = MutableHeaders(scope=start)
    headers.update({**_COMMON, "Content-Security-Policy": policy})


def _hashes(page: bytes) -> list[str]:
    return [f"'sha256-{b64encode(sha256(script).digest()).decode()}'" for script in _INLINE.findall(page)]
