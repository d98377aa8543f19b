"""How many questions are answered at a time: each takes memory and a core, so the others wait in line."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition

AT_ONCE = min(os.cpu_count() or 1, 4)
_LOOK_SECONDS = 0.5


class Places:
    """A line of questions, of which the first `count` are being answered. Safe to share between threads."""

    def __init__(self, count: int = AT_ONCE) -> None:
        self.count = count
        self._line: list[Place] = []
        self._moved = Condition()

    @contextmanager
    def stand(self) -> "Iterator[Place]":
        """Stand in line until the context ends, or the place leaves it."""
        place = Place(self)
        with self._moved:
            self._line.append(place)
        try:
            yield place
        finally:
            self.leave(place)

    def leave(self, place: "Place") -> None:
        """Take a place out of the line, which moves up."""
        with self._moved:
            if place in self._line:
                self._line.remove(place)
                self._moved.notify_all()

    def ahead(self, place: "Place", seconds: float = 0.0) -> int:
        """Return how many have to leave before a place is answered, after waiting for the line to move."""
        with self._moved:
            if seconds:
                self._moved.wait(seconds)
            return max(0, self._line.index(place) - self.count + 1) if place in self._line else 0


class Place:
    """One question's place in line."""

    def __init__(self, places: Places) -> None:
        self._places = places

    def waiting(self, given_up: Callable[[], bool] = lambda: False) -> Iterator[int]:
        """Yield how many questions come before this one, whenever that changes, until it is its turn or given up."""
        told, ahead = 0, self._places.ahead(self)
        while ahead and not given_up():
            if ahead != told:
                yield ahead
            told, ahead = ahead, self._places.ahead(self, _LOOK_SECONDS)

    def leave(self) -> None:
        """Let the next one be answered."""
        self._places.leave(self)
