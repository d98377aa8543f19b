"""A small crowd asks at once: every answer is its own, and none is an error."""

import asyncio
from itertools import islice
from pathlib import Path

from eval.benchmarks.crowd import crowd, summary
from eval.benchmarks.served_library import fill, invented_places
from tests.support.browser import serving


def test_each_of_several_clients_gets_its_own_answers(tmp_path: Path) -> None:
    places = list(islice(invented_places(), 12))
    fill(tmp_path, places)
    with serving(tmp_path / "library") as address:
        heard = asyncio.run(crowd(address, places, clients=6, questions=2))
    assert [(each.right, each.status) for each in heard] == [(True, 200)] * 12, summary(heard)
