"""Anthropic's models."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rag.llm.base import Model, client, key_in
from rag.llm.errors import LanguageModelError, Limits
from rag.llm.stream import Connection, Event

if TYPE_CHECKING:
    from llama_index.core.base.llms.types import ChatMessage, ChatResponse

_ANTHROPIC = "https://api.anthropic.com"
_MOST_TOKENS = 2048  # Anthropic's API requires a limit


class AnthropicModel(Model):
    """An Anthropic model, given as anthropic:MODEL."""

    def __init__(self, spec: str, name: str, limits: Limits) -> None:
        llms, self._client = client("anthropic", "llama_index.llms.anthropic"), client("anthropic", "anthropic")
        self._llm = llms.Anthropic
        key_in("ANTHROPIC_API_KEY", required_by=spec)
        super().__init__(spec, name, _ANTHROPIC, "ANTHROPIC_API_KEY", limits)
        try:
            _ = self._llm(model=name, **self._settings()).metadata
        except ValueError:
            message = f"The client for anthropic has no model {name}: check it, or upgrade llama-index-llms-anthropic."
            raise LanguageModelError(message) from None

    def _settings(self) -> dict[str, Any]:
        key = key_in(self.key_name)
        return {"base_url": self.address, "api_key": key, "max_retries": 0, "timeout": self.limits.total}

    def ask(self, connection: Connection, messages: "Sequence[ChatMessage]") -> Iterator[Event]:
        """Send the prompt over one connection, and yield the server's events."""
        llm = self._llm(model=self.name, temperature=0.0, max_tokens=_MOST_TOKENS, **self._settings())
        http = self._client.DefaultHttpxClient(**connection.settings(self.is_local))
        connection.closers.append(http.close)
        # LlamaIndex accepts no client for Anthropic, and its own cannot be closed from here
        llm._client = self._client.Anthropic(http_client=http, **self._settings())
        yield from map(_event, llm.stream_chat(messages))


def _event(response: "ChatResponse") -> Event:
    facts = response.message.additional_kwargs
    usage, finish = facts.get("usage") or {}, facts.get("stop_reason")
    return Event(
        text=response.delta or "",
        thought=facts.get("thinking_delta") or "",
        finish=finish,
        tokens_in=usage.get("input_tokens"),
        tokens_out=usage.get("output_tokens") if finish else None,  # preliminary until the end
    )
