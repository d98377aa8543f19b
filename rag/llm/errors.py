"""Failures of language models: kinds, and the clauses made from them.

The text of a client or a server is never repeated, as it may contain a key.
"""

import email.utils
import math
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from index.errors import OnrecordError


class Failure(StrEnum):
    """The kinds of failure of a language model; SETUP: it cannot be used at all."""

    SETUP = "setup"
    NO_SUCH_HOST = "no_such_host"
    UNTRUSTED = "untrusted"
    UNREACHABLE = "unreachable"
    CONNECTION_LOST = "connection_lost"
    NOT_SENT = "not_sent"
    UNREADABLE = "unreadable"
    NOT_STARTED_IN_TIME = "not_started_in_time"
    NOT_DONE_IN_TIME = "not_done_in_time"
    KEY_REJECTED = "key_rejected"
    ACCESS_DENIED = "access_denied"
    NOT_FOUND = "not_found"
    RATE_LIMITED = "rate_limited"
    NO_QUOTA = "no_quota"
    CONTEXT_OVERFLOW = "context_overflow"
    SERVER_ERROR = "server_error"
    REQUEST_REJECTED = "request_rejected"
    REDIRECTED = "redirected"
    NO_ANSWER = "no_answer"
    EMPTY_ANSWER = "empty_answer"
    REPETITION = "repetition"
    TOO_LONG = "too_long"
    OTHER = "other"


_CLAUSES = {
    Failure.NO_SUCH_HOST: "no machine with that name was found: check the address",
    Failure.UNTRUSTED: "its certificate is not trusted: check the address",
    Failure.UNREACHABLE: "no connection could be made: check that a server is running at that address",
    Failure.CONNECTION_LOST: "the connection was lost before the end of the answer",
    Failure.NOT_SENT: "the request could not be sent: check the key",
    Failure.UNREADABLE: "its reply could not be understood: check the address",
    Failure.NOT_STARTED_IN_TIME: "it did not begin to answer within {seconds:g} seconds",
    Failure.NOT_DONE_IN_TIME: "it did not finish within {seconds:g} seconds",
    Failure.KEY_REJECTED: "it rejected the key ({status}): check {key}",
    Failure.ACCESS_DENIED: "it denied access ({status}): check {key} and the model's name",
    Failure.NOT_FOUND: "it has no such model or address ({status}): check both",
    Failure.RATE_LIMITED: "it received too many requests ({status}): try again {when}",
    Failure.NO_QUOTA: "the account has no quota left ({status})",
    Failure.CONTEXT_OVERFLOW: "the question and its evidence are longer than the model's context",
    Failure.SERVER_ERROR: "the server had an internal error ({status}): try again later",
    Failure.REQUEST_REJECTED: "it rejected the request ({status})",
    Failure.REDIRECTED: "it redirected to another address ({status})",
    Failure.NO_ANSWER: "it closed the connection without sending an answer: check the address",
    Failure.EMPTY_ANSWER: "it sent an empty answer",
    Failure.REPETITION: "it kept repeating the same words",
    Failure.TOO_LONG: "it wrote more than {characters:,} characters without ending",
    Failure.OTHER: "it stopped with an error",
}
_OVERFLOW = re.compile(r"context|\btokens?\b|too long|too large", re.IGNORECASE)
# The first of these in the chain of exceptions is the cause; matched by name, as each client has its own httpx
_EXCEPTIONS = {
    "gaierror": Failure.NO_SUCH_HOST,
    "SSLCertVerificationError": Failure.UNTRUSTED,
    "ConnectTimeout": Failure.UNREACHABLE,
    "ConnectError": Failure.UNREACHABLE,
    "ConnectionError": Failure.UNREACHABLE,
    "RemoteProtocolError": Failure.CONNECTION_LOST,
    "ReadError": Failure.CONNECTION_LOST,
    "WriteError": Failure.CONNECTION_LOST,
    "LocalProtocolError": Failure.NOT_SENT,
    "JSONDecodeError": Failure.UNREADABLE,
}
_STATUSES = {401: Failure.KEY_REJECTED, 403: Failure.ACCESS_DENIED, 404: Failure.NOT_FOUND}


class LanguageModelError(OnrecordError):
    """A language model failed or cannot be used; `why` is the cause, as a clause without a full stop."""

    def __init__(self, message: str, kind: Failure = Failure.SETUP, why: str | None = None) -> None:
        super().__init__(message)
        self.kind, self.why = kind, why or message.rstrip(".")


class ContextOverflowError(LanguageModelError):
    """The prompt is longer than the model's context."""


@dataclass(frozen=True)
class Limits:
    """Time limits in seconds: until a model's first token and until its end."""

    first_token: float
    total: float


class Cause(NamedTuple):
    """Why there is no answer: a kind and a clause."""

    kind: Failure
    clause: str


def cause(kind: Failure, **facts: Any) -> Cause:
    """Return a kind of failure with its clause, filled in with `facts`."""
    return Cause(kind, _CLAUSES[kind].format(**facts))


def too_late(limits: Limits, started: bool) -> Cause:
    """Return the failure of exceeding a time limit; `started`: the model had begun to answer."""
    if started or limits.total < limits.first_token:
        return cause(Failure.NOT_DONE_IN_TIME, seconds=limits.total)
    return cause(Failure.NOT_STARTED_IN_TIME, seconds=limits.first_token)


def cause_of(error: BaseException, key_name: str, limits: Limits) -> Cause:
    """Return the failure behind a client's exception; `key_name` is the variable that holds the key."""
    status = getattr(error, "status_code", None)
    if isinstance(status, int) and status > 0:
        return _cause_of_status(status, error, key_name)
    names = {type(each).__name__ for each in _chain(error)}
    if kind := next((kind for name, kind in _EXCEPTIONS.items() if name in names), None):
        return cause(kind)
    if any(name.endswith(("Timeout", "TimeoutError")) for name in names):
        return too_late(limits, started=True)
    return cause(Failure.CONTEXT_OVERFLOW if _OVERFLOW.search(str(error)) else Failure.OTHER)


def _cause_of_status(status: int, error: BaseException, key_name: str) -> Cause:
    when = "later"
    if status == 429:
        kind = Failure.NO_QUOTA if "insufficient_quota" in str(error) else Failure.RATE_LIMITED
        seconds = _retry_after(getattr(getattr(error, "response", None), "headers", {}))
        when = when if seconds is None else f"in {seconds} seconds"
    elif status == 413 or (status in (400, 422) and _OVERFLOW.search(str(error))):
        kind = Failure.CONTEXT_OVERFLOW
    elif status >= 400:
        kind = _STATUSES.get(status, Failure.REQUEST_REJECTED if status < 500 else Failure.SERVER_ERROR)
    else:
        kind = Failure.REDIRECTED
    return cause(kind, status=status, key=key_name, when=when)


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
