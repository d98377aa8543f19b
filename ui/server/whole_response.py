"""A response that is sent only once its body is complete, because its headers depend on its body."""

from collections.abc import Callable

from starlette.types import Message, Send


class WholeResponse:
    """A response held until it is complete; `rewrite` gets its start message and body, and returns the body to send."""

    def __init__(self, send: Send, rewrite: Callable[[Message, bytes], bytes]) -> None:
        self._send = send
        self._rewrite = rewrite
        self._start: Message = {}
        self._parts: list[bytes] = []

    async def send(self, message: Message) -> None:
        """Buffer a message from the application; the last one sends the response."""
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._parts.append(message.get("body", b""))
        if message.get("more_body"):
            return
        body = self._rewrite(self._start, b"".join(self._parts))
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": body})
