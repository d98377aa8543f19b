"""The browser sessions that are waiting for an answer, and how each run is stopped."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_CORES = os.cpu_count() or 1


@dataclass
class Run:
    """One question being answered. `stopped`: what was shown so far stays; `dropped`: nothing more is shown."""

    stopped: bool = False
    dropped: bool = False


class Sessions:
    """The sessions with a question being answered, at most one each. Safe to share between threads."""

    def __init__(self) -> None:
        self._runs: dict[str, Run] = {}

    @contextmanager
    def begin(self, session: str | None) -> Iterator[Run | None]:
        """Begin a run for a session; None if it already has one."""
        run, name = Run(), session or ""
        if self._runs.setdefault(name, run) is not run:
            yield None
            return
        try:
            yield run
        finally:
            if self._runs.get(name) is run:
                del self._runs[name]

    def stop(self, session: str | None, drop: bool = False) -> None:
        """Stop the run of a session, if any; `drop` discards its answer.

        A dropped run may take a while to end, but does not keep the next question waiting.
        """
        if run := self._runs.get(session or ""):
            run.stopped, run.dropped = True, drop
            if drop:
                self._runs.pop(session or "", None)

    def is_busy(self, session: str | None) -> bool:
        """Return whether a session is waiting for an answer."""
        return (session or "") in self._runs

    def has_time(self, session: str | None) -> bool:
        """Return whether a session is not waiting for an answer while those that are leave a core free."""
        return not self.is_busy(session) and len(self._runs) < _CORES
