"""Sign-in: slower after each failure, and the same for known and unknown names."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from ui.server.auth import Passwords, hashed, matches
from ui.server.refusal import refusal
from ui.server.routes import LOGIN, path_of

_FREE = 5
"""How many failures of a name, or from an address, cause no delay."""
_LONGEST = 30.0
"""Longest delay of an attempt, in seconds; an attempt that would wait longer is rejected."""
_FORGOTTEN = 900.0
"""Seconds after which failures are forgotten."""
_MOST = 10_000
"""How many names and addresses are remembered."""
_AT_ONCE = 2
"""How many passwords are checked at once: each takes 16 MB and a core."""
_TOO_MANY = "Too many failed attempts: wait half a minute, then sign in."

SignIn = Callable[[str, str], Awaitable[bool]]
_address: ContextVar[str] = ContextVar("address", default="")


class TooManyTriesError(Exception):
    """A name or an address has failed too often to try again now."""


@dataclass
class _Tries:
    count: int = 0
    free_at: float = 0.0
    last: float = 0.0


class Patience:
    """The delay before the next attempt of a name or from an address. An attempt counts as failed until it succeeds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: OrderedDict[tuple[str, str], _Tries] = OrderedDict()

    def begin(self, name: str, address: str) -> float:
        """Count an attempt and return its delay in seconds; raises TooManyTriesError if others are already waiting."""
        now = self._clock()
        tried = [self._tries(key, now) for key in _keys(name, address)]
        starts = max(now, *(each.free_at for each in tried))
        if starts - now > _LONGEST:
            raise TooManyTriesError
        for each in tried:
            each.count, each.last = each.count + 1, now
            each.free_at = starts + _pause(each.count)
        return starts - now

    def succeed(self, name: str, address: str) -> None:
        """Forget a name's failures, but only this attempt of the address, which may be guessing other names."""
        by_name, by_address = _keys(name, address)
        self._known.pop(by_name, None)
        if tries := self._known.get(by_address):
            tries.count -= 1
            tries.free_at = min(tries.free_at, self._clock() + _pause(tries.count))

    def _tries(self, key: tuple[str, str], now: float) -> _Tries:
        tries = self._known.pop(key, None)
        if tries is None or now - tries.last > _FORGOTTEN:
            tries = _Tries()
        self._known[key] = tries
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
        return tries


class FromAddress:
    """ASGI middleware that tells `sign_in` where an attempt comes from, and rejects too many attempts."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or path_of(scope) != LOGIN:
            await self._app(scope, receive, send)
            return
        _address.set((scope.get("client") or ("", 0))[0])
        try:
            await self._app(scope, receive, send)
        except TooManyTriesError:
            await refusal(429, _TOO_MANY, Retry_After=str(round(_LONGEST)))(scope, receive, send)


def sign_in(passwords: Passwords, patience: Patience | None = None) -> SignIn:
    """Return the function by which Gradio checks a name and a password."""
    nobody = hashed("")  # an unknown name takes as long as a known one
    patience, room = patience or Patience(), asyncio.Semaphore(_AT_ONCE)

    async def signed_in(user: str, password: str) -> bool:
        address = _address.get()
        await asyncio.sleep(patience.begin(user, address))
        async with room:
            # hashing takes time and must not block other users' pages
            fits = await asyncio.to_thread(matches, password, passwords.get(user, nobody))
        if fits and user in passwords:
            patience.succeed(user, address)
            return True
        return False

    return signed_in


def _keys(name: str, address: str) -> Sequence[tuple[str, str]]:
    return ("name", name[:200]), ("address", address)


def _pause(failures: int) -> float:
    return min(2.0 ** (failures - _FREE), _LONGEST) if failures >= _FREE else 0.0
