"""Models run by Ollama."""

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rag.llm.base import Model, client, split_address
from rag.llm.errors import Limits
from rag.llm.stream import Connection, Event

if TYPE_CHECKING:
    from llama_index.core.base.llms.types import ChatMessage, ChatResponse

_PORT = 11434
_CONTEXT = 8192  # otherwise Ollama reserves memory for the model's longest context


class OllamaModel(Model):
    """An Ollama model, given as ollama:MODEL; OLLAMA_HOST is the server's address."""

    def __init__(self, spec: str, name: str, limits: Limits) -> None:
        self._llm = client("ollama", "llama_index.llms.ollama").Ollama
        self._client = client("ollama", "ollama").Client
        super().__init__(spec, name, address_of(os.environ.get("OLLAMA_HOST", "")), "OLLAMA_API_KEY", limits)

    def ask(self, connection: Connection, messages: "Sequence[ChatMessage]") -> Iterator[Event]:
        """Send the prompt over one connection, and yield the server's events."""
        settings = connection.settings(self.is_local)
        http = self._client(host=self.address, timeout=connection.limits.total, **settings)
        connection.closers.append(http.close)
        options = {"temperature": 0.0, "context_window": _CONTEXT}
        llm = self._llm(model=self.name, base_url=self.address, client=http, **options)
        yield from map(_event, llm.stream_chat(messages))


def address_of(given: str) -> str:
    """Return the address given by OLLAMA_HOST; '' means this machine."""
    given = given.strip() or f"127.0.0.1:{_PORT}"
    parts = split_address(given if "://" in given else f"http://{given}", "The address in OLLAMA_HOST")
    # the server listens on 0.0.0.0; for a client that is this machine
    host = (parts.hostname or "").replace("0.0.0.0", "127.0.0.1")
    host = f"[{host}]" if ":" in host else host
    port = parts.port or (443 if parts.scheme == "https" else _PORT)
    return f"{parts.scheme}://{host}:{port}{parts.path}"


def _event(response: "ChatResponse") -> Event:
    raw: Any = response.raw
    return Event(
        text=response.delta or "",
        thought=response.additional_kwargs.get("thinking_delta") or "",
        finish=raw.get("done_reason") or ("stop" if raw.get("done") else None),
        tokens_in=raw.get("prompt_eval_count"),
        tokens_out=raw.get("eval_count"),
    )
