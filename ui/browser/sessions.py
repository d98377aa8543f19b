"""Which browser sessions are waiting for an answer, and how each is told to stop."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_CORES = os.cpu_count() or 1


@dataclass
class Run:
    """One question being answered: `stopped` keeps what was shown so far, `dropped` shows nothing more of it."""

    stopped: bool = False
    dropped: bool = False


class Running:
    """The questions being answered, at most one for each browser session. Safe to share between threads."""

    def __init__(self) -> None:
        self._runs: dict[str, Run] = {}

    @contextmanager
    def begin(self, session: str | None) -> Iterator[Run | None]:
        """Open the run of a session; None where one is open already."""
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
        """Tell the run of a session, where there is one, to end; `drop` where its answer is wanted no more.

        What is dropped may take a while to end, and does not keep the next question waiting.
        """
        if run := self._runs.get(session or ""):
            run.stopped, run.dropped = True, drop
            if drop:
                self._runs.pop(session or "", None)

    def is_busy(self, session: str | None) -> bool:
        """Tell whether a session waits for an answer."""
        return (session or "") in self._runs

    def has_time(self, session: str | None) -> bool:
        """Tell whether a session waits for no answer, and a core of the machine is left by those that do."""
        return not self.is_busy(session) and len(self._runs) < _CORES
