"""One answer of a language model as it comes: bounded in time, ended from any thread, honest about how it ended."""

import contextlib
import math
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from rag.llm.errors import CUT, Limits, too_late, why
from rag.llm.repetition import Circles

if TYPE_CHECKING:
    from llama_index.core.base.llms.types import ChatMessage

    from rag.llm.base import Model

_POLL = 0.05  # seconds between two looks at stop() and the clock
_CHARACTERS_A_TOKEN = 4


@dataclass(frozen=True)
class Usage:
    """What a stream took: tokens in and out, seconds; `estimated` where the server did not tell the tokens."""

    tokens_in: int
    tokens_out: int
    seconds: float
    estimated: bool


class Part(NamedTuple):
    """What one event of the server brought."""

    text: str = ""
    thought: str = ""
    finish: str | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None


Answer = Callable[["Connection", "Sequence[ChatMessage]"], Iterator[Part]]
"""Asks one model over one connection."""


class Connection:
    """The connections of one stream. Closing a client does not wake a thread that waits for it; shutting down does."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.closers: list[Callable[[], None]] = []
        self.hung_up = False
        self.done = False
        self._sockets: list[socket.socket] = []

    def settings(self, local: bool, hook: Callable[[Any], None] | None = None) -> dict[str, Any]:
        """Return arguments for an httpx (or httpx2) client, so that this object knows its sockets.

        Nothing is redirected (sentences go to the named host alone), and nothing local goes through a proxy.
        """
        hooks = [self._watch, hook] if hook else [self._watch]
        return {"event_hooks": {"request": hooks}, "follow_redirects": False, "trust_env": not local}

    def _watch(self, request: Any) -> None:
        request.extensions["trace"] = self._traced

    def _traced(self, event: str, info: dict[str, Any]) -> None:
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._sockets.append(info["return_value"].get_extra_info("socket"))
            if self.hung_up:
                self.hang_up()

    def hang_up(self) -> None:
        """End every connection at once, from any thread."""
        self.hung_up = True
        for each in list(self._sockets):
            # the plain socket's own method: a TLS socket's would unwrap it under the reading thread
            with contextlib.suppress(OSError):
                socket.socket.shutdown(each, socket.SHUT_RDWR)

    def close(self) -> None:
        """Free the clients; for the thread that used them."""
        for closer in self.closers:
            closer()


class Stream:
    """An answer as it comes: an iterator over pieces of text, which may raise LanguageModelError at any piece.

    Asking starts at once. `close()` (also by `with`, by the last reference going, or by `stop()` turning true) ends
    the connection. `finish` is the server's reason for the end ("stop"; "length" means cut short), None before it.
    """

    def __init__(self, asked: "Model", messages: "Sequence[ChatMessage]", stop: Callable[[], bool] | None) -> None:
        self.finish: str | None = None
        self._model, self._stop = asked, stop
        self._begun, self._ended = time.monotonic(), 0.0
        self._in, self._out = sum(len(message.content or "") for message in messages), 0
        self._told_in: int | None = None
        self._told_out: int | None = None
        self._alive = self._spoken = False
        self._circles = Circles()
        self._connection = Connection(asked.limits)
        self._parts: queue.SimpleQueue[Part | BaseException | None] = queue.SimpleQueue()
        # the thread must not know this object: so it can be collected, and end the connection, while the thread waits
        work = (asked.answer, tuple(messages), self._connection, self._parts, self._begun + asked.limits.total)
        threading.Thread(target=_work, args=work, name="onrecord-llm", daemon=True).start()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        if self._ended:
            raise StopIteration
        try:
            return self._next_text()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __del__(self) -> None:
        if hasattr(self, "_connection"):
            self.close()

    @property
    def usage(self) -> Usage:
        """Tokens and seconds so far; of the whole stream once it has ended."""
        told = self._told_in is not None and self._told_out is not None
        tokens_in = math.ceil(self._in / _CHARACTERS_A_TOKEN) if self._told_in is None else self._told_in
        tokens_out = math.ceil(self._out / _CHARACTERS_A_TOKEN) if self._told_out is None else self._told_out
        return Usage(tokens_in, tokens_out, (self._ended or time.monotonic()) - self._begun, not told)

    def close(self) -> None:
        """End the stream and its connection; harmless when it has ended."""
        if not self._ended:
            self._ended = time.monotonic()
        self._connection.hang_up()

    def _next_text(self) -> str:
        while part := self._next_part():
            self._count(part)
            if part.text:
                self._spoken = self._spoken or not part.text.isspace()
                self._refuse_circles(part.text)
                return part.text
        raise StopIteration

    def _next_part(self) -> Part | None:
        while not (self._stop and self._stop()):
            try:
                part = self._parts.get(timeout=min(_POLL, max(0.0, self._left())))
            except queue.Empty:
                self._check_time()
                continue
            if isinstance(part, Part):
                return part
            self._check_end(part)
            return None
        return None

    def _left(self) -> float:
        limits = self._model.limits
        allowed = limits.total if self._alive else min(limits.first_token, limits.total)
        return self._begun + allowed - time.monotonic()

    def _check_time(self) -> None:
        if self._left() <= 0:
            raise self._model.failed(too_late(self._model.limits, self._alive))

    def _count(self, part: Part) -> None:
        self._alive = self._alive or bool(part.text or part.thought)
        self._out += len(part.text) + len(part.thought)
        self.finish = part.finish or self.finish
        self._told_in = self._told_in if part.tokens_in is None else part.tokens_in
        self._told_out = self._told_out if part.tokens_out is None else part.tokens_out

    def _refuse_circles(self, text: str) -> None:
        if self._circles.closed_by(text):
            raise self._model.failed("it went round in circles, writing the same words again and again")

    def _check_end(self, error: BaseException | None) -> None:
        whole = self.finish is not None or self._connection.done
        if error and not whole:
            # not `from error`: a client's exception carries the request, and with it the key
            raise self._model.failed(why(error, self._model.key_name, self._model.limits))
        if not whole and not self._alive:
            raise self._model.failed("it closed the connection without sending any answer: check the address")
        if not whole:
            raise self._model.failed(CUT)
        if not self._spoken:
            raise self._model.failed("it sent an empty answer")
        self._refuse_circles("\n")


def _work(
    answer: Answer,
    messages: "Sequence[ChatMessage]",
    connection: Connection,
    parts: "queue.SimpleQueue[Part | BaseException | None]",
    deadline: float,
) -> None:
    """Run a client's stream in a thread of its own: it may wait for ever, its reader does not."""
    end: BaseException | None = None
    try:
        for part in answer(connection, messages):
            parts.put(part)
            if connection.hung_up or time.monotonic() > deadline:
                raise TimeoutError  # a reader who sleeps does not keep the model busy
    except BaseException as error:
        end = error
    finally:
        connection.close()
        parts.put(end)
