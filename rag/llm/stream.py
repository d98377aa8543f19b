"""A language model's answer as a stream: limited in time, cancellable from any thread, with the reason for its end."""

import contextlib
import math
import queue
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, Self

from rag.llm.errors import Cause, Failure, LanguageModelError, Limits, cause, cause_of, too_late
from rag.llm.repetition import Repetition

if TYPE_CHECKING:
    from llama_index.core.base.llms.types import ChatMessage

_POLL = 0.05  # seconds between checks of stop() and the clock
_CHARACTERS_A_TOKEN = 4
_MOST_CHARACTERS = 200_000  # of text and reasoning: no answer is that long
_MOST_WAITING = 64  # most events received but not read yet: a fast server waits for its reader
_THOUGHT = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL)


@dataclass(frozen=True)
class Usage:
    """A stream's usage: input and output tokens, seconds; `estimated`: the server did not count the tokens."""

    tokens_in: int
    tokens_out: int
    seconds: float
    estimated: bool


class Event(NamedTuple):
    """The content of one server event."""

    text: str = ""
    thought: str = ""
    finish: str | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None


class Connection:
    """The connections of one stream. Closing a client does not wake a thread waiting on it; shutdown does."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.closers: list[Callable[[], None]] = []
        self.hung_up = False
        self.done = False
        self._sockets: list[socket.socket] = []

    def settings(self, local: bool, hook: Callable[[Any], None] | None = None) -> dict[str, Any]:
        """Return arguments for an httpx (or httpx2) client by which this object gets to know its sockets.

        Redirects are not followed (sentences go only to the named host), and local addresses bypass proxies.
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
        """End all connections at once, from any thread."""
        self.hung_up = True
        for each in list(self._sockets):
            # the plain socket's method: a TLS socket's would unwrap it under the reading thread
            with contextlib.suppress(OSError):
                socket.socket.shutdown(each, socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the clients; to be called by the thread that used them."""
        for closer in self.closers:
            closer()


class Provider(Protocol):
    """What a stream needs from a language model."""

    limits: Limits
    key_name: str

    def ask(self, connection: Connection, messages: "Sequence[ChatMessage]") -> Iterator[Event]:
        """Send the prompt over one connection, and yield the server's events."""

    def failed(self, why: Cause) -> LanguageModelError:
        """Return the error with this reason."""


class Stream:
    """An answer as it arrives: an iterator over pieces of text, which may raise LanguageModelError at any point.

    The request starts at once. `close()` (also called by `with`, when the last reference goes, or when `stop()` turns
    true) ends the connection. `finish` is the server's reason for the end ("stop"; "length" means truncated), or None.
    """

    def __init__(self, provider: Provider, messages: "Sequence[ChatMessage]", stop: Callable[[], bool] | None) -> None:
        self.finish: str | None = None
        self._provider, self._stop = provider, stop
        self._begun, self._ended = time.monotonic(), 0.0
        self._in, self._out = sum(len(message.content or "") for message in messages), 0
        self._told_in: int | None = None
        self._told_out: int | None = None
        self._started = self._has_words = False
        self._repetition = Repetition()
        self._connection = Connection(provider.limits)
        self._events: queue.SimpleQueue[Event | BaseException | None] = queue.SimpleQueue()
        self._room = threading.Semaphore(_MOST_WAITING)
        # the thread must not refer to this object, which can then be collected, and end the connection, meanwhile
        deadline = self._begun + provider.limits.total
        work = (provider, tuple(messages), self._connection, self._events, self._room, deadline)
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
        """Tokens and seconds so far, or of the whole stream once it has ended."""
        reported = self._told_in is not None and self._told_out is not None
        tokens_in = math.ceil(self._in / _CHARACTERS_A_TOKEN) if self._told_in is None else self._told_in
        tokens_out = math.ceil(self._out / _CHARACTERS_A_TOKEN) if self._told_out is None else self._told_out
        return Usage(tokens_in, tokens_out, (self._ended or time.monotonic()) - self._begun, not reported)

    def close(self) -> None:
        """End the stream and its connection; does nothing if it has ended."""
        if not self._ended:
            self._ended = time.monotonic()
        self._connection.hang_up()

    def _next_text(self) -> str:
        while event := self._next_event():
            self._started = self._started or bool(event.text or event.thought)
            self._out += len(event.text) + len(event.thought)
            if self._out > _MOST_CHARACTERS:
                raise self._provider.failed(cause(Failure.TOO_LONG, characters=_MOST_CHARACTERS))
            self.finish = event.finish or self.finish
            self._told_in = self._told_in if event.tokens_in is None else event.tokens_in
            self._told_out = self._told_out if event.tokens_out is None else event.tokens_out
            if event.text:
                self._has_words = self._has_words or not event.text.isspace()
                self._refuse_repetition(event.text)
                return event.text
        raise StopIteration

    def _next_event(self) -> Event | None:
        limits = self._provider.limits
        while not (self._stop and self._stop()):
            allowed = limits.total if self._started else min(limits.first_token, limits.total)
            left = self._begun + allowed - time.monotonic()
            try:
                event = self._events.get(timeout=min(_POLL, max(0.0, left)))
            except queue.Empty:
                if left <= 0:
                    raise self._provider.failed(too_late(limits, self._started)) from None
                continue
            if isinstance(event, Event):
                self._room.release()
                return event
            self._check_end(event)
            return None
        return None

    def _refuse_repetition(self, text: str) -> None:
        if self._repetition.found_with(text):
            raise self._provider.failed(cause(Failure.REPETITION))

    def _check_end(self, error: BaseException | None) -> None:
        if self.finish is None and not self._connection.done:
            if error:
                # not `from error`: a client's exception carries the request, and with it the key
                raise self._provider.failed(cause_of(error, self._provider.key_name, self._provider.limits))
            raise self._provider.failed(cause(Failure.CONNECTION_LOST if self._started else Failure.NO_ANSWER))
        if not self._has_words:
            raise self._provider.failed(cause(Failure.EMPTY_ANSWER))
        self._refuse_repetition("\n")


def without_thoughts(text: str) -> str:
    """Return a model's text without its reasoning."""
    return _THOUGHT.sub("", text).strip()


def _work(
    provider: Provider,
    messages: "Sequence[ChatMessage]",
    connection: Connection,
    events: "queue.SimpleQueue[Event | BaseException | None]",
    room: threading.Semaphore,
    deadline: float,
) -> None:
    """Run a client's stream in its own thread, which may block for ever without blocking the reader."""

    end: BaseException | None = None
    try:
        for event in provider.ask(connection, messages):
            while not room.acquire(timeout=_POLL):
                if connection.hung_up or time.monotonic() > deadline:
                    break
            events.put(event)
            if connection.hung_up or time.monotonic() > deadline:
                raise TimeoutError  # so that neither an endless answer nor an idle reader keeps the model busy
    except BaseException as error:
        end = error
    finally:
        connection.close()
        events.put(end)
