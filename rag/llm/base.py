"""What every language model has in common: it streams answers that are limited in time and can be cancelled.

Keys are read from the environment whenever they are sent, and never reach an attribute, a message or a log:
for that reason no text of a client or a server is ever repeated in an error.
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
    """A language model that can be asked; keeps no session, so one serves everyone.

    `name` and `host` are for the screen; `is_local` tells that nothing leaves this machine.
    """

    def __init__(self, spec: str, name: str, address: str, key_name: str, limits: Limits) -> None:
        parts = urlsplit(address)
        self.spec, self.name, self.address, self.host = spec, name, address, parts.netloc
        self.is_local = is_loopback(parts.hostname or "")
        self.key_name, self.limits = key_name, limits
        self._stop: Callable[[], bool] | None = None

    @abstractmethod
    def ask(self, connection: Connection, messages: "Sequence[ChatMessage]") -> Iterator[Event]:
        """Ask over one connection, and yield what the server sends."""

    def until(self, stop: Callable[[], bool]) -> Self:
        """Return this model for one question: its streams end quietly, within 50 ms, once `stop()` is true."""
        own = copy(self)
        own._stop = stop
        return own

    def stream(self, messages: "Sequence[ChatMessage]", stop: Callable[[], bool] | None = None) -> Stream:
        """Ask, and return the answer as it arrives; once `stop()` is true the stream ends quietly, within 50 ms."""
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

    def failed(self, why: Cause) -> LanguageModelError:
        """Return the error that says why this model gave no answer."""
        made = ContextOverflowError if why.kind is Failure.CONTEXT_OVERFLOW else LanguageModelError
        return made(f"The language model {self.name} at {self.host} gave no answer: {why.clause}.", *why)


def key_in(variable: str, required_by: str | None = None) -> str:
    """Return the key that an environment variable holds, or ''; an error where one is `required_by` a model."""
    key = os.environ.get(variable, "").strip()
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise LanguageModelError(f"The key in {variable} contains characters that no key has: set it again.")
    if required_by and not key:
        raise LanguageModelError(f"There is no key for {required_by}: set {variable} in the environment.")
    return key


def client(extra: str, module: str) -> ModuleType:
    """Return a module that an extra of the installation brings."""
    try:
        return importlib.import_module(module)
    except ImportError:
        message = f"The client for {extra} is not installed: run pip install 'onrecord[{extra}]'."
        raise LanguageModelError(message) from None


def split_address(address: str, where: str) -> SplitResult:
    """Split an address; one without host, with a bad port or with a password is refused without repeating it."""
    try:
        parts = urlsplit(address)
        usable = bool(parts.hostname) and parts.scheme in ("http", "https") and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable or parts.username or parts.password or " " in address:
        raise LanguageModelError(
            f"{where} is not a plain host and port: write http://host:port, and put a key into ONRECORD_LLM_KEY."
        )
    return parts


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
