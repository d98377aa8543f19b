"""The base class of language models: answers are streamed, limited in time, and can be cancelled.

Keys are read from the environment each time they are sent, and never reach an attribute, a message or a log.
For the same reason, errors never repeat the text of a client or a server.
"""

import importlib
import ipaddress
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from types import ModuleType
from typing import TYPE_CHECKING, Self
from urllib.parse import SplitResult, urlsplit

from rag.llm.errors import Cause, ContextOverflowError, Failure, LanguageModelError, Limits
from rag.llm.stream import Connection, Event, Stream

if TYPE_CHECKING:
    from llama_index.core.base.llms.types import ChatMessage


class Model(ABC):
    """A language model. It keeps no session, so one object serves all users.

    `name` and `host` are for display; `is_local`: nothing leaves this machine.
    """

    def __init__(self, spec: str, name: str, address: str, key_name: str, limits: Limits) -> None:
        parts = urlsplit(address)
        self.spec, self.name, self.address, self.host = spec, name, address, parts.netloc
        self.is_local = is_loopback(parts.hostname or "")
        self.key_name, self.limits = key_name, limits
        self._stop: Callable[[], bool] | None = None

    @abstractmethod
    def ask(self, connection: Connection, messages: "Sequence[ChatMessage]") -> Iterator[Event]:
        """Send the prompt over one connection, and yield the server's events."""

    def until(self, stop: Callable[[], bool]) -> Self:
        """Return this model for one question: its streams end silently, within 50 ms, once `stop()` is true."""
        own = copy(self)
        own._stop = stop
        return own

    def stream(self, messages: "Sequence[ChatMessage]", stop: Callable[[], bool] | None = None) -> Stream:
        """Send the prompt and return the answer's stream, which ends silently, within 50 ms, once `stop()` is true."""
        return Stream(self, messages, stop or self._stop)

    def try_out(self) -> str | None:
        """Ask for one word; return None if the model answers, else one sentence that says what is wrong."""
        from llama_index.core.base.llms.types import ChatMessage

        try:
            with self.stream([ChatMessage(role="user", content="Answer with the one word: ready")]) as stream:
                next((piece for piece in stream if not piece.isspace()), None)
        except LanguageModelError as error:
            return str(error)
        return None

    def failed(self, why: Cause) -> LanguageModelError:
        """Return the error with the reason why this model gave no answer."""
        made = ContextOverflowError if why.kind is Failure.CONTEXT_OVERFLOW else LanguageModelError
        return made(f"The language model {self.name} at {self.host} gave no answer: {why.clause}.", *why)


def key_in(variable: str, required_by: str | None = None) -> str:
    """Return the key in an environment variable, or ''; raises LanguageModelError if one is required but missing."""
    key = os.environ.get(variable, "").strip()
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise LanguageModelError(f"The key in {variable} contains invalid characters: set it again.")
    if required_by and not key:
        raise LanguageModelError(f"There is no key for {required_by}: set {variable} in the environment.")
    return key


def client(extra: str, module: str) -> ModuleType:
    """Import a module that an optional extra installs."""
    try:
        return importlib.import_module(module)
    except ImportError:
        message = f"The client for {extra} is not installed: run pip install 'onrecord[{extra}]'."
        raise LanguageModelError(message) from None


def split_address(address: str, where: str) -> SplitResult:
    """Split an address; raises an error, which does not repeat it, for a missing host, a bad port or a password."""
    try:
        parts = urlsplit(address)
        usable = bool(parts.hostname) and parts.scheme in ("http", "https") and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable or parts.username or parts.password or " " in address:
        raise LanguageModelError(
            f"{where} is not a plain host and port: write http://host:port, and a key into ONRECORD_LLM_KEY."
        )
    return parts


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
