"""Signing in slows down after failures, with a ceiling and in bounded memory, and tells nothing by its time."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest

from index.library import Library
from rag.engine import Engine
from tests.support.browser import free_port
from ui.browser.page import build_app
from ui.server import auth, sign_in
from ui.server.serve import start

ADA = {"ada": auth.hashed("rye")}


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def patience(clock: Clock) -> sign_in.Patience:
    return sign_in.Patience(clock)


def tries(patience: sign_in.Patience, clock: Clock, name: str, address: str, count: int) -> list[float]:
    waits = []
    for _ in range(count):
        waits.append(patience.begin(name, address))
        clock.now += waits[-1]
    return waits


def test_five_failures_cost_nothing_and_each_further_one_twice_as_much_up_to_a_ceiling(
    patience: sign_in.Patience, clock: Clock
) -> None:
    assert tries(patience, clock, "ada", "192.0.2.1", 12) == [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 30, 30]


def test_both_the_name_and_the_address_are_remembered(patience: sign_in.Patience, clock: Clock) -> None:
    tries(patience, clock, "ada", "192.0.2.1", 6)
    assert patience.begin("ada", "192.0.2.2") > 0
    assert patience.begin("bo", "192.0.2.1") > 0
    assert patience.begin("cy", "192.0.2.3") == 0


def test_who_tries_many_times_at_once_is_turned_away(patience: sign_in.Patience) -> None:
    for _ in range(9):
        patience.begin("ada", "192.0.2.1")
    with pytest.raises(sign_in.TooManyTriesError):
        patience.begin("ada", "192.0.2.1")


def test_success_forgives_the_name_and_time_forgives_all(patience: sign_in.Patience, clock: Clock) -> None:
    tries(patience, clock, "ada", "192.0.2.1", 5)
    patience.succeed("ada", "192.0.2.1")
    assert patience.begin("ada", "192.0.2.2") == 0
    tries(patience, clock, "eve", "192.0.2.9", 9)
    clock.now += 1000
    assert patience.begin("eve", "192.0.2.9") == 0


def test_own_successes_do_not_buy_guesses(patience: sign_in.Patience, clock: Clock) -> None:
    waits = []
    for number in range(8):
        waits += tries(patience, clock, f"guess{number}", "192.0.2.1", 1)
        waits += tries(patience, clock, "ada", "192.0.2.1", 1)
        patience.succeed("ada", "192.0.2.1")
    assert max(waits) > 0


def test_memory_is_bounded(patience: sign_in.Patience, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in, "_MOST", 50)
    for number in range(500):
        patience.begin(f"name{number}", f"address{number}")
    assert len(patience._known) <= 50


def test_unknown_names_cost_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []

    def counted(password: str, kept: str) -> bool:
        checked.append(kept.split("$")[0])
        return auth.matches(password, kept)

    monkeypatch.setattr(sign_in, "matches", counted)
    check = sign_in.sign_in(ADA)
    assert asyncio.run(check("ada", "rye"))
    assert not asyncio.run(check("ada", "wrong"))
    assert not asyncio.run(check("nobody", ""))
    assert checked == ["scrypt"] * 3


@pytest.fixture
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    library = Library(tmp_path_factory.mktemp("sign-in") / "library")
    app = build_app(Engine(library), library, False, ())
    yield start(app, library, "127.0.0.1", free_port(), ADA)
    app.close()
    library.close()


def test_the_server_makes_guessing_wait(closed: str) -> None:
    async def guess(client: httpx.AsyncClient, number: int) -> int:
        form = {"username": f"ada{number % 2}", "password": str(number)}
        return (await client.post("login", data=form)).status_code

    async def guessed() -> list[int]:
        async with httpx.AsyncClient(base_url=closed, timeout=90) as client:
            early = [await guess(client, number) for number in range(5)]
            return early + list(await asyncio.gather(*(guess(client, number) for number in range(12))))

    told = asyncio.run(guessed())
    assert told[:5] == [400] * 5
    assert set(told[5:]) == {400, 429}


@pytest.mark.parametrize(("scheme", "secure"), [("http", 1), ("https", 2)])
def test_cookies_go_with_no_foreign_request(closed: str, scheme: str, secure: int) -> None:
    form = {"username": "ada", "password": "rye"}
    told = httpx.post(f"{closed}login", data=form, headers={"X-Forwarded-Proto": scheme})
    cookies = told.headers.get_list("set-cookie")
    assert len(cookies) == 2
    assert all("SameSite=Lax" in each and "httponly" in each.lower() for each in cookies)
    assert not [each for each in cookies if "samesite=none" in each.lower()]
    assert len([each for each in cookies if "secure;" in each.lower().replace("-unsecure", "")]) == secure
