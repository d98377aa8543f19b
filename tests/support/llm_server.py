"""A scripted OpenAI-compatible server on loopback: it sends what a test specifies, and records the requests.

    with LlmServer() as server:
        server.script = [say("Seven "), 0.2, say("years."), finish(), usage(12, 3), DONE]
        stream = model(server.spec).stream(messages)

A script is a list of steps: bytes are sent, a number is a pause in seconds (ended if the client disconnects), and CUT
drops the connection. With `Refusal(status, headers, body)` as the script, that response is sent instead.
"""

import json
import select
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

CUT = None
FOR_EVER = 30.0
DONE = b"data: [DONE]\n\n"
Step = bytes | float | None


@dataclass(frozen=True)
class Refusal:
    """A response that is not a stream."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: str = '{"error": {"message": "no"}}'


@dataclass(frozen=True)
class Asked:
    """A request as received, with header names in lower case."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


def event(**fields: Any) -> bytes:
    """Return one event of the stream, with the fields that every chunk has."""
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": []} | fields
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


def delta(finish: str | None = None, **fields: str) -> bytes:
    return event(choices=[{"index": 0, "delta": fields, "finish_reason": finish}])


def say(text: str) -> bytes:
    return delta(content=text)


def think(text: str) -> bytes:
    return delta(reasoning_content=text)


def finish(reason: str = "stop") -> bytes:
    return delta(finish=reason)


def usage(tokens_in: int, tokens_out: int) -> bytes:
    counts = {"prompt_tokens": tokens_in, "completion_tokens": tokens_out, "total_tokens": tokens_in + tokens_out}
    return event(usage=counts)


def text(*pieces: str) -> list[Step]:
    """Return the script of a good answer."""
    return [*map(say, pieces), finish(), usage(12, 3), DONE]


class LlmServer:
    """Answers each request with the next of `scripts`, or with `script` if none are left."""

    def __init__(self, chunked: bool = True) -> None:
        self.script: Sequence[Step] | Refusal = text("Ready.")
        self.scripts: list[Sequence[Step] | Refusal] = []
        self.asked: list[Asked] = []
        self.hung_up = threading.Event()
        self.chunked = chunked  # if False, closing the connection ends the answer, as with old servers
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}/v1"
        self.spec = f"{self.address}#tiny"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def next_script(self) -> Sequence[Step] | Refusal:
        return self.scripts.pop(0) if self.scripts else self.script

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(_Handler):
            home = server

        return Handler


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    home: LlmServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.home.asked.append(Asked(self.path, headers, body))
        script = self.home.next_script()
        if isinstance(script, Refusal):
            self._refuse(script)
        else:
            self._play(script)

    def log_message(self, *_: object) -> None:
        pass

    def _refuse(self, refusal: Refusal) -> None:
        self.send_response(refusal.status)
        for name, value in ({"Content-Type": "application/json"} | refusal.headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(refusal.body.encode())))
        self.end_headers()
        self.wfile.write(refusal.body.encode())

    def _play(self, script: Sequence[Step]) -> None:
        self.close_connection = True
        try:
            # a silent server does not even send the response head
            steps = iter(script)
            first = next(steps, CUT)
            if isinstance(first, float):
                self._wait(first)
                first = next(steps, CUT)
            self._head()
            for step in (first, *steps):
                if step is CUT:
                    return self.connection.shutdown(socket.SHUT_RDWR)
                self._wait(step) if isinstance(step, float) else self._send(step)
            if self.home.chunked:
                self.wfile.write(b"0\r\n\r\n")
        except OSError:
            self.home.hung_up.set()

    def _head(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header(*(("Transfer-Encoding", "chunked") if self.home.chunked else ("Connection", "close")))
        self.end_headers()

    def _send(self, content: bytes) -> None:
        self._wait(0.0)
        self.wfile.write(b"%x\r\n%s\r\n" % (len(content), content) if self.home.chunked else content)

    def _wait(self, seconds: float) -> None:
        """Wait; raises ConnectionError as soon as the client disconnects."""
        until = time.monotonic() + seconds
        while True:
            left = max(0.0, until - time.monotonic())
            ready, _, _ = select.select([self.connection], [], [], min(left, 0.5))
            if ready and not self.connection.recv(1, socket.MSG_PEEK):
                raise ConnectionError("the client has gone")
            if not left or ready:
                return
