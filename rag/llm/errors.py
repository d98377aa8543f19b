"""Why a language model gave no answer, as one clause; no text of a client or server is repeated: it may hold a key."""

import email.utils
import math
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

CONTEXT = "the question and its evidence are longer than the model's context"
CUT = "the connection was cut before the end of the answer"
_OVERFLOW = re.compile(r"context|\btokens?\b|too long|too large", re.IGNORECASE)
# The first name that the chain of exceptions holds tells the cause; matched by name, as each client has its own httpx
_CAUSES = {
    "gaierror": "no machine of that name was found: check the address",
    "SSLCertVerificationError": "its certificate is not trusted: check the address",
    "ConnectTimeout": "no connection was made in time: check that it runs at that address",
    "ConnectError": "no connection could be made: check that it runs at that address",
    "ConnectionError": "no connection could be made: check that it runs at that address",
    "RemoteProtocolError": CUT,
    "ReadError": CUT,
    "WriteError": CUT,
    "LocalProtocolError": "the request could not be sent: check the key",
    "JSONDecodeError": "it sent what cannot be read as an answer: check the address",
}


@dataclass(frozen=True)
class Limits:
    """The most seconds until a model's first token and until its end."""

    first_token: float
    total: float


def too_late(limits: Limits, alive: bool) -> str:
    """Return which limit was passed, by a model that had said something (`alive`) or nothing."""
    if alive or limits.total < limits.first_token:
        return f"it was not done within {limits.total:g} seconds"
    return f"no first word came within {limits.first_token:g} seconds"


def why(error: BaseException, key_name: str, limits: Limits) -> str:
    """Return why a client's exception means that no answer came; `key_name` is the variable that holds the key."""
    status = getattr(error, "status_code", None)
    if isinstance(status, int) and status > 0:
        return _why_status(status, error, key_name)
    names = {type(each).__name__ for each in _chain(error)}
    if cause := next((clause for name, clause in _CAUSES.items() if name in names), None):
        return cause
    if any(name.endswith(("Timeout", "TimeoutError")) for name in names):
        return too_late(limits, alive=True)
    return CONTEXT if _OVERFLOW.search(str(error)) else "it broke off with an error of its own"


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
        return f"{CONTEXT} ({status})"
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
