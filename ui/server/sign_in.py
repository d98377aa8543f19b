"""Signing in: slower after each failure, and alike for names that are known and not."""

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
"""Failures of a name, or from an address, that cost nothing."""
_LONGEST = 30.0
"""Seconds that a try waits at most; who would have to wait longer is turned away."""
_FORGOTTEN = 900.0
"""Seconds after which failures count no more."""
_MOST = 10_000
"""Names and addresses that are remembered."""
_AT_ONCE = 2
"""Passwords that are checked at a time: each takes 16 MB and a core."""
_TOO_MANY = "Too many wrong names or passwords: wait half a minute, then sign in."

SignIn = Callable[[str, str], Awaitable[bool]]
_address: ContextVar[str] = ContextVar("address", default="")


class TooManyTriesError(Exception):
    """A name or an address has failed too often for another try now."""


@dataclass
class _Tries:
    count: int = 0
    free_at: float = 0.0
    last: float = 0.0


class Patience:
    """How long the next try of a name, and from an address, has to wait. A try counts as failed until it has not."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: OrderedDict[tuple[str, str], _Tries] = OrderedDict()

    def begin(self, name: str, address: str) -> float:
        """Count a try and return the seconds that it waits; TooManyTriesError where others wait before it already."""
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
        """Forget the failures of a name, and this one try of the address, from which others may be guessed."""
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
    """ASGI middleware that tells `sign_in` where a try comes from, and turns away who tries too often."""

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
    """Return what tells Gradio whether a name and a password fit."""
    nobody = hashed("")  # an unknown name takes as long as a known one
    patience, room = patience or Patience(), asyncio.Semaphore(_AT_ONCE)

    async def signed_in(user: str, password: str) -> bool:
        address = _address.get()
        await asyncio.sleep(patience.begin(user, address))
        async with room:
            # hashing takes its time, and must not hold up everybody else's screen
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
