"""Language models behind one small door: `model(SPEC)` gives a Model whose stream is bounded, cancellable and honest.

Keys come from the environment, stay inside the function that sends them, and never reach a message or a log:
for that reason no text of a client or a server is ever repeated in an error.
"""

import contextlib
import email.utils
import importlib
import ipaddress
import math
import os
import queue
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from urllib.parse import urlsplit

from index.errors import OnrecordError
from index.scripts import UNSPACED

if TYPE_CHECKING:
    from llama_index.core.base.llms.types import ChatMessage, ChatResponse

FIRST_TOKEN_SECONDS = 30.0
TOTAL_SECONDS = 120.0
_FORMS = "openai:MODEL, anthropic:MODEL, ollama:MODEL or http://host:port/v1#MODEL"
_OPENAI = "https://api.openai.com/v1"
_ANTHROPIC = "https://api.anthropic.com"
_OLLAMA = "127.0.0.1:11434"
_OLLAMA_CONTEXT = 8192  # Ollama would reserve memory for the longest context that the model knows
_ANTHROPIC_TOKENS = 2048  # Anthropic wants a limit
_POLL = 0.05  # seconds between two looks at stop() and the clock
_CHARACTERS_A_TOKEN = 4
# What the openai client may send: not its account of this machine (x-stainless-*), nor what the environment adds
_HEADERS = {"host", "accept", "accept-encoding", "connection", "content-type", "content-length", "user-agent"}
_OPENAI_HEADERS = {"openai-organization", "openai-project"}
_OVERFLOW = re.compile(r"context|\btokens?\b|too long|too large", re.IGNORECASE)
_CONTEXT = "the question and its evidence are longer than the model's context"
_DONE = re.compile(rb"(?:^|[\r\n])data: ?\[DONE\]")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n+")
_SHORT = 12  # bytes: a sentence of fewer ("Not stated.") may recur in a list
_LONGEST_CIRCLE = 400  # words

# The first name that the chain of exceptions holds tells the cause; matched by name, as each client has its own httpx
_CAUSES = {
    "gaierror": "no machine of that name was found: check the address",
    "SSLCertVerificationError": "its certificate is not trusted: check the address",
    "ConnectTimeout": "no connection was made in time: check that it runs at that address",
    "ConnectError": "no connection could be made: check that it runs at that address",
    "ConnectionError": "no connection could be made: check that it runs at that address",
    "RemoteProtocolError": "the connection was cut before the end of the answer",
    "ReadError": "the connection was cut before the end of the answer",
    "WriteError": "the connection was cut before the end of the answer",
    "LocalProtocolError": "the request could not be sent: check the key",
    "JSONDecodeError": "it sent what cannot be read as an answer: check the address",
}


class LanguageModelError(OnrecordError):
    """A language model cannot be used, or failed; `why` is the cause alone, one clause without a full stop."""

    def __init__(self, message: str, why: str | None = None) -> None:
        super().__init__(message)
        self.why = why or message.rstrip(".")


class ContextOverflowError(LanguageModelError):
    """What was sent is longer than the model's context."""


@dataclass(frozen=True)
class Usage:
    """What a stream took: tokens in and out, seconds; `estimated` where the server did not tell the tokens."""

    tokens_in: int
    tokens_out: int
    seconds: float
    estimated: bool


class _Part(NamedTuple):
    """What one event of the server brought."""

    text: str = ""
    thought: str = ""
    finish: str | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None


_Answer = Callable[["_Connection", "Sequence[ChatMessage]"], Iterator[_Part]]
"""Asks one model over one connection."""


@dataclass(frozen=True)
class _Limits:
    first_token: float
    total: float


class _Connection:
    """The connections of one stream. Closing a client does not wake a thread that waits for it; shutting down does."""

    def __init__(self, limits: _Limits) -> None:
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
        self._circles = _Circles()
        self._connection = _Connection(asked.limits)
        self._parts: queue.SimpleQueue[_Part | BaseException | None] = queue.SimpleQueue()
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

    def _next_part(self) -> _Part | None:
        while not (self._stop and self._stop()):
            try:
                part = self._parts.get(timeout=min(_POLL, max(0.0, self._left())))
            except queue.Empty:
                self._check_time()
                continue
            if isinstance(part, _Part):
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
            raise self._model.failed(_too_late(self._model.limits, self._alive))

    def _count(self, part: _Part) -> None:
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
            raise self._model.failed(_why(error, self._model))
        if not whole and not self._alive:
            raise self._model.failed("it closed the connection without sending any answer: check the address")
        if not whole:
            raise self._model.failed(_CAUSES["ReadError"])
        if not self._spoken:
            raise self._model.failed("it sent an empty answer")
        self._refuse_circles("\n")


class Model:
    """A language model that can be asked. Made by `model`; keeps no session, so one serves everyone.

    `name` and `host` are for the screen; `is_local` tells that nothing leaves this machine.
    """

    def __init__(self, spec: str, name: str, address: str, answer: _Answer, key_name: str, limits: _Limits) -> None:
        parts = urlsplit(address)
        self.spec, self.name, self.host = spec, name, parts.netloc
        self.is_local = _is_loopback(parts.hostname or "")
        self.answer, self.key_name, self.limits = answer, key_name, limits
        self._stop: Callable[[], bool] | None = None

    def until(self, stop: Callable[[], bool]) -> "Model":
        """Return this model for one question: its streams end quietly, within 50 ms, once `stop()` is true."""
        own = copy(self)
        own._stop = stop
        return own

    def stream(self, messages: "Sequence[ChatMessage]", stop: Callable[[], bool] | None = None) -> Stream:
        """Ask, and return the answer as it comes; once `stop()` is true the stream ends quietly, within 50 ms."""
        return Stream(self, messages, stop or self._stop)

    def try_out(self) -> str | None:
        """Ask for one word; return None if one came, else what is wrong, in one sentence."""
        from llama_index.core.base.llms.types import ChatMessage

        try:
            with self.stream([ChatMessage(role="user", content="Answer with the one word: ready")]) as stream:
                next((piece for piece in stream if not piece.isspace()), None)
        except LanguageModelError as error:
            return str(error)
        return None

    def failed(self, why: str) -> LanguageModelError:
        """Return the error that says so of this model; `why` is a clause."""
        kind = ContextOverflowError if why.startswith(_CONTEXT) else LanguageModelError
        return kind(f"The language model {self.name} at {self.host} gave no answer: {why}.", why)


def model(spec: str, first_token: float = FIRST_TOKEN_SECONDS, total: float = TOTAL_SECONDS) -> Model:
    """Return the model that `spec` names: openai:, anthropic:, ollama:MODEL or http(s)://host:port/v1#MODEL.

    `first_token` and `total` are the most seconds until the first token and until the end. Keys are read from the
    environment. A bad spec, a missing extra or a missing key is a LanguageModelError. Nothing is sent yet.
    """
    spec = spec.strip()
    if not (first_token > 0 and total > 0):
        raise LanguageModelError("The time limits of the language model must be more than 0 seconds: set them again.")
    form, _, name = spec.partition(":")
    make = {"openai": _openai, "anthropic": _anthropic, "ollama": _ollama, "http": _server, "https": _server}.get(form)
    if not make or not name.strip() or not spec.isprintable():
        # the spec is not repeated: it may be a key that was put in the wrong place
        raise LanguageModelError(f"The language model to use is given in no known form: write {_FORMS}.")
    return make(spec, name.strip(), _Limits(first_token, total))


def _openai(spec: str, name: str, limits: _Limits) -> Model:
    key = _key("OPENAI_API_KEY")
    if not key:
        raise LanguageModelError(f"There is no key for {spec}: set OPENAI_API_KEY in the environment.")
    answer = _openai_like(name, _OPENAI, key, _OPENAI_HEADERS)
    return Model(spec, name, _OPENAI, answer, "OPENAI_API_KEY", limits)


def _server(spec: str, _: str, limits: _Limits) -> Model:
    address, _, name = spec.partition("#")
    parts = _split(address, "the language model's address")
    if parts.query or not name.strip():
        raise LanguageModelError(
            "The language model's address must end in the model's name: write http://host:port/v1#MODEL."
        )
    answer = _openai_like(name.strip(), address, _key("ONRECORD_LLM_KEY"), set())
    return Model(spec, name.strip(), address, answer, "ONRECORD_LLM_KEY", limits)


def _openai_like(name: str, address: str, key: str, headers: set[str]) -> _Answer:
    import httpx
    import openai
    from llama_index.core.callbacks import CallbackManager
    from llama_index.llms.openai_like import OpenAILike

    settings: dict[str, Any] = {"model": name, "api_base": address, "api_key": key or "none", "is_chat_model": True}
    settings |= {"temperature": 0.0, "max_retries": 0, "callback_manager": CallbackManager([])}
    try:
        OpenAILike(**settings)
    except ValueError:  # pydantic's error shows the key
        raise LanguageModelError(f"The model {name} does not chat: choose one of the host's chat models.") from None
    local = _is_loopback(urlsplit(address).hostname or "")

    def clean(request: Any) -> None:
        for header in set(request.headers) - _HEADERS - headers:
            del request.headers[header]
        request.headers["Accept-Encoding"] = "identity"
        if key:
            request.headers["Authorization"] = f"Bearer {key}"

    def answer(connection: _Connection, messages: "Sequence[ChatMessage]") -> Iterator[_Part]:
        waits = httpx.Timeout(connection.limits.total, connect=connection.limits.first_token)
        arguments = connection.settings(local, clean)
        arguments["event_hooks"]["response"] = [lambda response: _look_for_done(response, connection)]
        client = httpx.Client(timeout=waits, **arguments)
        connection.closers.append(client.close)
        llm = OpenAILike(**settings, timeout=connection.limits.total, http_client=client)
        options: dict[str, Any] = {"stream_options": {"include_usage": True}}
        while True:
            try:
                yield from map(_openai_part, llm.stream_chat(messages, **options))
                return
            except openai.APIStatusError as error:
                if not (refused := _refused_option(error)) or options.get(refused) is openai.omit:
                    raise
                options[refused] = openai.omit

    return answer


def _refused_option(error: Any) -> str | None:
    """The option of ours that a server does not know, so that it can be left out: usage counts, or temperature."""
    if error.status_code not in (400, 422):
        return None
    return next((option for option in ("stream_options", "temperature") if option in str(error)), None)


def _look_for_done(response: Any, connection: _Connection) -> None:
    """Note the last line of a stream, [DONE]: the openai client ends the same way with it and without it."""
    import httpx

    inner = response.stream

    class Watched(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            tail = b""
            for part in inner:
                tail = (tail + part)[-(len(part) + 16) :]
                connection.done = connection.done or bool(_DONE.search(tail))
                yield part

        def close(self) -> None:
            inner.close()

    response.stream = Watched()


def _openai_part(response: "ChatResponse") -> _Part:
    raw, told = response.raw, response.additional_kwargs
    finish = raw.choices[0].finish_reason if raw and raw.choices else None
    counts = told.get("prompt_tokens"), told.get("completion_tokens")
    return _Part(response.delta or "", told.get("thinking_delta") or "", finish, *counts)


def _anthropic(spec: str, name: str, limits: _Limits) -> Model:
    llms, client = _extra("anthropic", "llama_index.llms.anthropic"), _extra("anthropic", "anthropic")
    key = _key("ANTHROPIC_API_KEY")
    if not key:
        raise LanguageModelError(f"There is no key for {spec}: set ANTHROPIC_API_KEY in the environment.")
    settings: dict[str, Any] = {"base_url": _ANTHROPIC, "api_key": key, "max_retries": 0, "timeout": limits.total}
    try:
        _ = llms.Anthropic(model=name, **settings).metadata
    except ValueError:
        message = f"The client for anthropic knows no model {name}: check it, or upgrade llama-index-llms-anthropic."
        raise LanguageModelError(message) from None

    def answer(connection: _Connection, messages: "Sequence[ChatMessage]") -> Iterator[_Part]:
        llm = llms.Anthropic(model=name, temperature=0.0, max_tokens=_ANTHROPIC_TOKENS, **settings)
        http = client.DefaultHttpxClient(**connection.settings(_is_loopback(urlsplit(_ANTHROPIC).hostname or "")))
        connection.closers.append(http.close)
        # LlamaIndex takes no client for Anthropic, and its own cannot be hung up
        llm._client = client.Anthropic(http_client=http, **settings)
        yield from map(_anthropic_part, llm.stream_chat(messages))

    return Model(spec, name, _ANTHROPIC, answer, "ANTHROPIC_API_KEY", limits)


def _anthropic_part(response: "ChatResponse") -> _Part:
    told = response.message.additional_kwargs
    counts = told.get("usage") or {}
    # output_tokens is but a first figure until the end
    out = counts.get("output_tokens") if told.get("stop_reason") else None
    thought = told.get("thinking_delta") or ""
    return _Part(response.delta or "", thought, told.get("stop_reason"), counts.get("input_tokens"), out)


def _ollama(spec: str, name: str, limits: _Limits) -> Model:
    llms, client = _extra("ollama", "llama_index.llms.ollama"), _extra("ollama", "ollama")
    address = _ollama_address(os.environ.get("OLLAMA_HOST", "").strip() or _OLLAMA)
    local = _is_loopback(urlsplit(address).hostname or "")

    def answer(connection: _Connection, messages: "Sequence[ChatMessage]") -> Iterator[_Part]:
        http = client.Client(host=address, timeout=connection.limits.total, **connection.settings(local))
        connection.closers.append(http.close)
        options = {"temperature": 0.0, "context_window": _OLLAMA_CONTEXT}
        llm = llms.Ollama(model=name, base_url=address, client=http, **options)
        yield from map(_ollama_part, llm.stream_chat(messages))

    return Model(spec, name, address, answer, "OLLAMA_API_KEY", limits)


def _ollama_address(given: str) -> str:
    parts = _split(given if "://" in given else f"http://{given}", "OLLAMA_HOST")
    # 0.0.0.0 is what the server listens on: to a client it is this machine
    host = (parts.hostname or "").replace("0.0.0.0", "127.0.0.1")
    host = f"[{host}]" if ":" in host else host
    port = parts.port or (443 if parts.scheme == "https" else 11434)
    return f"{parts.scheme}://{host}:{port}{parts.path}"


def _ollama_part(response: "ChatResponse") -> _Part:
    raw: Any = response.raw
    finish = raw.get("done_reason") or ("stop" if raw.get("done") else None)
    counts = raw.get("prompt_eval_count"), raw.get("eval_count")
    return _Part(response.delta or "", response.additional_kwargs.get("thinking_delta") or "", finish, *counts)


def _extra(extra: str, module: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except ImportError:
        message = f"The client for {extra} is not installed: run pip install 'onrecord[{extra}]'."
        raise LanguageModelError(message) from None


def _key(variable: str) -> str:
    key = os.environ.get(variable, "").strip()
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise LanguageModelError(f"The key in {variable} has characters that no key has: set it again.")
    return key


def _split(address: str, what: str) -> Any:
    """Split an address; one without host, with a bad port or with a password is refused without repeating it."""
    try:
        parts = urlsplit(address)
        usable = bool(parts.hostname) and parts.scheme in ("http", "https") and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable or parts.username or parts.password or " " in address:
        raise LanguageModelError(
            f"In {what} no plain host and port can be read: write http://host:port, with a key in ONRECORD_LLM_KEY."
        )
    return parts


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _work(
    answer: _Answer,
    messages: "Sequence[ChatMessage]",
    connection: _Connection,
    parts: "queue.SimpleQueue[_Part | BaseException | None]",
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


def _too_late(limits: _Limits, alive: bool) -> str:
    if alive or limits.total < limits.first_token:
        return f"it was not done within {limits.total:g} seconds"
    return f"no first word came within {limits.first_token:g} seconds"


def _why(error: BaseException, asked: Model) -> str:
    status = getattr(error, "status_code", None)
    if isinstance(status, int) and status > 0:
        return _why_status(status, error, asked.key_name)
    names = {type(each).__name__ for each in _chain(error)}
    if cause := next((clause for name, clause in _CAUSES.items() if name in names), None):
        return cause
    if any(name.endswith(("Timeout", "TimeoutError")) for name in names):
        return _too_late(asked.limits, alive=True)
    return _CONTEXT if _OVERFLOW.search(str(error)) else "it broke off with an error of its own"


def _why_status(status: int, error: BaseException, key_name: str) -> str:
    if status == 401:
        return f"it does not accept the key (401): check {key_name}"
    if status == 403:
        return f"it forbids this use (403): check {key_name} and the model's name"
    if status == 404:
        return "it knows no such model or address (404): check both"
    if status == 429:
        return _why_busy(error)
    if status in (400, 413, 422) and (status == 413 or _OVERFLOW.search(str(error))):
        return f"{_CONTEXT} ({status})"
    if status >= 500:
        return f"it has trouble of its own ({status}): try again later"
    return f"it refuses the request ({status})" if status >= 400 else f"it points to another address ({status})"


def _why_busy(error: BaseException) -> str:
    if "insufficient_quota" in str(error):
        return "the account has no quota left (429)"
    seconds = _retry_after(getattr(getattr(error, "response", None), "headers", {}))
    return f"it is asked too often (429): try again {'later' if seconds is None else f'in {seconds} seconds'}"


def _retry_after(headers: Any) -> int | None:
    value = str(headers.get("retry-after") or "").strip()
    if re.fullmatch(r"\d{1,9}(?:\.\d*)?", value):
        return math.ceil(float(value))
    try:
        then = email.utils.parsedate_to_datetime(value).timestamp()
    except ValueError:
        return None
    return max(0, math.ceil(then - time.time()))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        yield error
        error = error.__cause__ or error.__context__


class _Circles:
    """Tells when a text repeats itself: the same 20 words or more three times in a row, or one sentence four times."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._sentences: Counter[str] = Counter()
        self._word = self._sentence = ""

    def closed_by(self, piece: str) -> bool:
        """Whether the text repeats itself with this piece."""
        spaced = UNSPACED.sub(lambda run: f" {' '.join(run[0])} ", piece)
        *words, self._word = re.split(r"\s+", self._word + spaced)
        *sentences, self._sentence = _SENTENCE_END.split(self._sentence + piece)
        return self._repeat_words(filter(None, words)) or self._repeat_sentences(sentences)

    def _repeat_words(self, words: Iterable[str]) -> bool:
        for word in words:
            self._words.append(word)
            if self._is_circle():
                return True
        return False

    def _is_circle(self) -> bool:
        words = self._words
        return any(
            words[-1] == words[-1 - size] and words[-size:] == words[-2 * size : -size] == words[-3 * size : -2 * size]
            for size in range(20, min(len(words) // 3, _LONGEST_CIRCLE) + 1)
        )

    def _repeat_sentences(self, sentences: Iterable[str]) -> bool:
        plain = [" ".join(sentence.split()).casefold() for sentence in sentences]
        self._sentences.update(sentence for sentence in plain if len(sentence.encode("utf-8", "replace")) >= _SHORT)
        return any(self._sentences[sentence] > 3 for sentence in plain)
