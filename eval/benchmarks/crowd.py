"""`python -m eval.benchmarks crowd`: many clients ask over the API at once; prints waiting times and memory."""

import asyncio
import json
import re
import tempfile
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import httpx
import numpy as np

from eval.benchmarks.served_library import Place, fill, invented_places, served

_PATIENCE = 600.0


class Heard(NamedTuple):
    """Seconds from a question to its answer, whether the answer was right, and the HTTP status of the last response."""

    seconds: float
    right: bool
    status: int


def main(clients: int = 50, questions: int = 5, articles: int = 500) -> None:
    """Let CLIENTS clients ask QUESTIONS questions each, one after another, and print the results."""
    places = list(islice(invented_places(), articles))
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder), places)
        with served(Path(folder) / "library") as (address, process):
            print(f"memory of the server before: {peak(process)} MB", flush=True)
            heard = asyncio.run(crowd(address, places, clients, questions))
            print(summary(heard))
            print(f"memory of the server at its highest: {peak(process)} MB")


async def crowd(address: str, places: Sequence[Place], clients: int, questions: int) -> list[Heard]:
    """Return the replies of all clients; each client asks about places of its own if there are enough."""
    each = [
        [places[(number * questions + turn) % len(places)] for turn in range(questions)] for number in range(clients)
    ]
    return [one for heard in await asyncio.gather(*(_client(address, asked) for asked in each)) for one in heard]


def summary(heard: Sequence[Heard]) -> str:
    """Return a summary: how many answers were right, statuses other than 200, and the waiting times."""
    seconds = [each.seconds for each in heard]
    failed = sorted(each.status for each in heard if each.status != 200)
    return (
        f"{sum(each.right for each in heard)} of {len(heard)} answered with their own article; other statuses: "
        f"{failed or 'none'}; seconds to an answer: p50 {np.percentile(seconds, 50):.1f}, "
        f"p95 {np.percentile(seconds, 95):.1f}, longest {max(seconds):.1f}"
    )


def peak(process: int) -> int:
    """Return a process's peak resident memory so far, in megabytes (Linux)."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text("utf-8"))
    return int(found[1]) // 1024 if found else 0


async def _client(address: str, asked: Sequence[Place]) -> list[Heard]:
    async with httpx.AsyncClient(base_url=f"{address}gradio_api/call/", timeout=_PATIENCE, trust_env=False) as client:
        return [await _ask(client, place) for place in asked]


async def _ask(client: httpx.AsyncClient, place: Place) -> Heard:
    begun = time.perf_counter()
    joined = await client.post("ask", json={"data": [place.question, None, None]})
    if joined.status_code != 200:
        return Heard(time.perf_counter() - begun, False, joined.status_code)
    answered = await client.get(f"ask/{joined.json()['event_id']}")
    return Heard(time.perf_counter() - begun, _is_own(answered.text, place), answered.status_code)


def _is_own(events: str, place: Place) -> bool:
    last = events.strip().rpartition("\n\n")[2]
    if not last.startswith("event: complete"):
        return False
    answer = json.loads(last.partition("data: ")[2])[0]["answer"]
    return place.person in answer and place.town in answer
