"""Limits how many questions are answered at once, as each takes memory and a core; the others queue."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition

AT_ONCE = min(os.cpu_count() or 1, 4)
_LOOK_SECONDS = 0.5


class Places:
    """A queue of questions, of which the first `count` are being answered. Thread-safe."""

    def __init__(self, count: int = AT_ONCE) -> None:
        self.count = count
        self._line: list[Place] = []
        self._moved = Condition()

    @contextmanager
    def stand(self) -> "Iterator[Place]":
        """Queue until the context ends or the place is given up."""
        place = Place(self)
        with self._moved:
            self._line.append(place)
        try:
            yield place
        finally:
            self.leave(place)

    def leave(self, place: "Place") -> None:
        """Remove a place from the queue; those behind it move up."""
        with self._moved:
            if place in self._line:
                self._line.remove(place)
                self._moved.notify_all()

    def ahead(self, place: "Place", seconds: float = 0.0) -> int:
        """Return how many must finish before a place's turn, after waiting up to `seconds` for the queue to move."""
        with self._moved:
            if seconds:
                self._moved.wait(seconds)
            return max(0, self._line.index(place) - self.count + 1) if place in self._line else 0


class Place:
    """One question's place in the queue."""

    def __init__(self, places: Places) -> None:
        self._places = places

    def waiting(self, given_up: Callable[[], bool] = lambda: False) -> Iterator[int]:
        """Yield the number of questions ahead whenever it changes, until it is this one's turn or `given_up()`."""
        reported, ahead = 0, self._places.ahead(self)
        while ahead and not given_up():
            if ahead != reported:
                yield ahead
            reported, ahead = ahead, self._places.ahead(self, _LOOK_SECONDS)

    def leave(self) -> None:
        """Leave the queue, so that the next question is answered."""
        self._places.leave(self)
