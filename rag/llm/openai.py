"""OpenAI's models, and those of any server with the same protocol."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rag.llm.base import Model, key_in, split_address
from rag.llm.errors import LanguageModelError, Limits
from rag.llm.stream import Connection, Event

if TYPE_CHECKING:
    from llama_index.core.base.llms.types import ChatMessage, ChatResponse

_OPENAI = "https://api.openai.com/v1"
# The headers that the openai client may send: none about this machine (x-stainless-*) or from the environment
HEADERS = frozenset("host accept accept-encoding connection content-type content-length user-agent".split())
_DONE = re.compile(rb"(?:^|[\r\n])data: ?\[DONE\]")


class ServerModel(Model):
    """A model on any server with OpenAI's protocol, given as http(s)://host:port/v1#MODEL."""

    headers = HEADERS

    def __init__(self, spec: str, _: str, limits: Limits) -> None:
        address, _, name = spec.partition("#")
        if split_address(address, "The language model's address").query or not name.strip():
            raise LanguageModelError(
                "The language model's address must end with the model's name: write http://host:port/v1#MODEL."
            )
        self._prepare(spec, name.strip(), address, "ONRECORD_LLM_KEY", limits)

    def _prepare(self, spec: str, name: str, address: str, key_name: str, limits: Limits) -> None:
        from llama_index.llms.openai_like import OpenAILike

        super().__init__(spec, name, address, key_name, limits)
        key_in(key_name)
        try:
            OpenAILike(**self._settings())
        except ValueError:  # pydantic's error would show the key
            message = f"The model {name} is not a chat model: choose one of the host's chat models."
            raise LanguageModelError(message) from None

    def _settings(self) -> dict[str, Any]:
        from llama_index.core.callbacks import CallbackManager

        return {
            "model": self.name,
            "api_base": self.address,
            "api_key": key_in(self.key_name) or "none",
            "is_chat_model": True,
            "temperature": 0.0,
            "max_retries": 0,
            "callback_manager": CallbackManager([]),
        }

    def ask(self, connection: Connection, messages: "Sequence[ChatMessage]") -> Iterator[Event]:
        """Send the prompt over one connection; if the server rejects an option, retry without it."""
        import httpx
        import openai
        from llama_index.llms.openai_like import OpenAILike

        arguments = connection.settings(self.is_local, self._clean)
        arguments["event_hooks"]["response"] = [lambda response: _look_for_done(response, connection)]
        waits = httpx.Timeout(connection.limits.total, connect=connection.limits.first_token)
        http = httpx.Client(timeout=waits, **arguments)
        connection.closers.append(http.close)
        llm = OpenAILike(**self._settings(), timeout=connection.limits.total, http_client=http)
        options: dict[str, Any] = {"stream_options": {"include_usage": True}}
        while True:
            try:
                yield from map(_event, llm.stream_chat(messages, **options))
                return
            except openai.APIStatusError as error:
                if not (rejected := _rejected_option(error)) or options.get(rejected) is openai.omit:
                    raise
                options[rejected] = openai.omit

    def _clean(self, request: Any) -> None:
        for header in set(request.headers) - self.headers:
            del request.headers[header]
        request.headers["Accept-Encoding"] = "identity"
        if key := key_in(self.key_name):
            request.headers["Authorization"] = f"Bearer {key}"


class OpenAIModel(ServerModel):
    """An OpenAI model, given as openai:MODEL."""

    headers = HEADERS | {"openai-organization", "openai-project"}

    def __init__(self, spec: str, name: str, limits: Limits) -> None:
        key_in("OPENAI_API_KEY", required_by=spec)
        self._prepare(spec, name, _OPENAI, "OPENAI_API_KEY", limits)


def _rejected_option(error: Any) -> str | None:
    """Return which of our options a server does not know."""
    if error.status_code not in (400, 422):
        return None
    return next((option for option in ("stream_options", "temperature") if option in str(error)), None)


def _look_for_done(response: Any, connection: Connection) -> None:
    """Notice a stream's last line, [DONE], as the openai client ends the same way with and without it."""
    import httpx

    inner = response.stream

    class Watched(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            tail = b""
            for piece in inner:
                tail = (tail + piece)[-(len(piece) + 16) :]
                connection.done = connection.done or bool(_DONE.search(tail))
                yield piece

        def close(self) -> None:
            inner.close()

    response.stream = Watched()


def _event(response: "ChatResponse") -> Event:
    raw, facts = response.raw, response.additional_kwargs
    return Event(
        text=response.delta or "",
        thought=facts.get("thinking_delta") or "",
        finish=raw.choices[0].finish_reason if raw and raw.choices else None,
        tokens_in=facts.get("prompt_tokens"),
        tokens_out=facts.get("completion_tokens"),
    )
