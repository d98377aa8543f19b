"""Language models behind one small door: `model(SPEC)` gives a Model whose stream is bounded, cancellable and honest.

Keys come from the environment, stay inside the function that sends them, and never reach a message or a log:
for that reason no text of a client or a server is ever repeated in an error.
"""

import importlib
import ipaddress
import os
import re
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from index.errors import OnrecordError
from rag.llm.errors import CONTEXT, Limits
from rag.llm.stream import Answer, Connection, Part, Stream

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
# What the openai client may send: not its account of this machine (x-stainless-*), nor what the environment adds
_HEADERS = {"host", "accept", "accept-encoding", "connection", "content-type", "content-length", "user-agent"}
_OPENAI_HEADERS = {"openai-organization", "openai-project"}
_DONE = re.compile(rb"(?:^|[\r\n])data: ?\[DONE\]")


class LanguageModelError(OnrecordError):
    """A language model cannot be used, or failed; `why` is the cause alone, one clause without a full stop."""

    def __init__(self, message: str, why: str | None = None) -> None:
        super().__init__(message)
        self.why = why or message.rstrip(".")


class ContextOverflowError(LanguageModelError):
    """What was sent is longer than the model's context."""


class Model:
    """A language model that can be asked. Made by `model`; keeps no session, so one serves everyone.

    `name` and `host` are for the screen; `is_local` tells that nothing leaves this machine.
    """

    def __init__(self, spec: str, name: str, address: str, answer: Answer, key_name: str, limits: Limits) -> None:
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
        kind = ContextOverflowError if why.startswith(CONTEXT) else LanguageModelError
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
    return make(spec, name.strip(), Limits(first_token, total))


def _openai(spec: str, name: str, limits: Limits) -> Model:
    key = _key("OPENAI_API_KEY")
    if not key:
        raise LanguageModelError(f"There is no key for {spec}: set OPENAI_API_KEY in the environment.")
    answer = _openai_like(name, _OPENAI, key, _OPENAI_HEADERS)
    return Model(spec, name, _OPENAI, answer, "OPENAI_API_KEY", limits)


def _server(spec: str, _: str, limits: Limits) -> Model:
    address, _, name = spec.partition("#")
    parts = _split(address, "the language model's address")
    if parts.query or not name.strip():
        raise LanguageModelError(
            "The language model's address must end in the model's name: write http://host:port/v1#MODEL."
        )
    answer = _openai_like(name.strip(), address, _key("ONRECORD_LLM_KEY"), set())
    return Model(spec, name.strip(), address, answer, "ONRECORD_LLM_KEY", limits)


def _openai_like(name: str, address: str, key: str, headers: set[str]) -> Answer:
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

    def answer(connection: Connection, messages: "Sequence[ChatMessage]") -> Iterator[Part]:
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


def _look_for_done(response: Any, connection: Connection) -> None:
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


def _openai_part(response: "ChatResponse") -> Part:
    raw, told = response.raw, response.additional_kwargs
    finish = raw.choices[0].finish_reason if raw and raw.choices else None
    counts = told.get("prompt_tokens"), told.get("completion_tokens")
    return Part(response.delta or "", told.get("thinking_delta") or "", finish, *counts)


def _anthropic(spec: str, name: str, limits: Limits) -> Model:
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

    def answer(connection: Connection, messages: "Sequence[ChatMessage]") -> Iterator[Part]:
        llm = llms.Anthropic(model=name, temperature=0.0, max_tokens=_ANTHROPIC_TOKENS, **settings)
        http = client.DefaultHttpxClient(**connection.settings(_is_loopback(urlsplit(_ANTHROPIC).hostname or "")))
        connection.closers.append(http.close)
        # LlamaIndex takes no client for Anthropic, and its own cannot be hung up
        llm._client = client.Anthropic(http_client=http, **settings)
        yield from map(_anthropic_part, llm.stream_chat(messages))

    return Model(spec, name, _ANTHROPIC, answer, "ANTHROPIC_API_KEY", limits)


def _anthropic_part(response: "ChatResponse") -> Part:
    told = response.message.additional_kwargs
    counts = told.get("usage") or {}
    # output_tokens is but a first figure until the end
    out = counts.get("output_tokens") if told.get("stop_reason") else None
    thought = told.get("thinking_delta") or ""
    return Part(response.delta or "", thought, told.get("stop_reason"), counts.get("input_tokens"), out)


def _ollama(spec: str, name: str, limits: Limits) -> Model:
    llms, client = _extra("ollama", "llama_index.llms.ollama"), _extra("ollama", "ollama")
    address = _ollama_address(os.environ.get("OLLAMA_HOST", "").strip() or _OLLAMA)
    local = _is_loopback(urlsplit(address).hostname or "")

    def answer(connection: Connection, messages: "Sequence[ChatMessage]") -> Iterator[Part]:
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


def _ollama_part(response: "ChatResponse") -> Part:
    raw: Any = response.raw
    finish = raw.get("done_reason") or ("stop" if raw.get("done") else None)
    counts = raw.get("prompt_eval_count"), raw.get("eval_count")
    return Part(response.delta or "", response.additional_kwargs.get("thinking_delta") or "", finish, *counts)


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
