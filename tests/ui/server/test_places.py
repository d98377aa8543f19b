"""A bounded number of questions is answered at a time; the others wait in line, in order."""

import threading
from concurrent.futures import ThreadPoolExecutor

from ui.server.places import Places


def test_the_first_are_answered_and_the_others_are_told_how_many_come_before_them() -> None:
    places = Places(2)
    with places.stand() as first, places.stand() as second, places.stand() as third, places.stand() as fourth:
        assert [list(place.waiting()) for place in (first, second)] == [[], []]
        assert next(third.waiting()) == 1
        told = fourth.waiting()
        assert next(told) == 2
        second.leave()
        assert next(told) == 1
        first.leave()
        assert list(told) == []


def test_who_gives_up_leaves_the_line_to_the_others() -> None:
    places = Places(1)
    with places.stand(), places.stand() as last:
        with places.stand() as gone:
            assert list(gone.waiting(lambda: True)) == []
        assert places.ahead(last) == 1


def test_no_more_than_the_places_are_taken_at_once() -> None:
    places, lock, now, most = Places(3), threading.Lock(), 0, 0

    def ask(_: int) -> None:
        nonlocal now, most
        with places.stand() as place:
            list(place.waiting())
            with lock:
                now += 1
                most = max(most, now)
            threading.Event().wait(0.01)
            with lock:
                now -= 1

    with ThreadPoolExecutor(20) as crowd:
        list(crowd.map(ask, range(60)))
    assert most == 3
