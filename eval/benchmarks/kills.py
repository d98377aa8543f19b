"""`python -m eval.benchmarks kills`: kills commands at random moments; prints what was lost of what they reported."""

import os
import random
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from eval.benchmarks.served_library import Place, article_about, invented_places, served
from index.library import Library

_ONRECORD = Path(sys.executable).with_name("onrecord")
_PAGES = 12
_LONGEST = 12.0
"""Seconds after which a command is killed at the latest."""
_REPORTED = re.compile(r"^(added|updated|unchanged): (http://\S++)", re.MULTILINE)


def kills(times: int = 100, seed: int = 1) -> None:
    """Kill add, remove, refresh and rebuild TIMES times in all, then a chat that serves; print what was lost."""
    chance = random.Random(seed)
    with TemporaryDirectory() as name:
        folder = Path(name)
        places = list(islice(invented_places(), _PAGES))
        with _pages_of(folder, places) as addresses:
            told = [each for _ in range(times) for each in _killed(folder / "library", addresses, chance)]
            lost = [report for report, is_kept in told if not is_kept]
            print(f"{times} kills: {len(told)} changes reported before, {len(lost)} not in the library {lost or ''}")
            _run(folder / "library", ["add", "--allow-private", *addresses]).communicate()
        found = _killed_while_serving(folder / "library", places[0])
        print(f"killed while serving: the library then holds {found} of {len(places)} articles")
        subprocess.run([_ONRECORD, "doctor", "--library", folder / "library"], check=False)


@contextmanager
def _pages_of(folder: Path, places: Sequence[Place]) -> Iterator[list[str]]:
    """Serve a page about each place; yields the addresses."""
    (folder / "pages").mkdir()
    for number, place in enumerate(places):
        (folder / "pages" / f"{number}.txt").write_text(article_about(place, number), "utf-8")
    handler = partial(_Quiet, directory=str(folder / "pages"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield [f"http://127.0.0.1:{server.server_port}/{number}.txt" for number in range(len(places))]
        server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


def _killed(library: Path, addresses: Sequence[str], chance: random.Random) -> list[tuple[str, bool]]:
    """Kill one command at a random moment; return what it reported, each with whether the library agrees."""
    some = chance.sample(list(addresses), 3)
    commands = [["add", "--allow-private", *some], ["remove", *some], ["refresh", "--allow-private"], ["rebuild"]]
    command = chance.choice(commands)
    process = _run(library, command)
    wait = chance.uniform(0.3, _LONGEST)
    try:
        told, _ = process.communicate(timeout=wait)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        told, _ = process.communicate()
    opened = Library(library)
    reported = [(f"{did} {url}", bool(opened.find(url))) for did, url in _REPORTED.findall(told)]
    opened.close()
    print(f"{command[0]}, after {wait:.1f} s: {'ended by itself' if process.returncode >= 0 else 'killed'}", flush=True)
    return reported


def _run(library: Path, command: Sequence[str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [_ONRECORD, command[0], "--library", library, *command[1:]],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip


def _killed_while_serving(library: Path, place: Place) -> int:
    """Kill a chat that is answering; return the number of articles that the library then holds."""
    with served(library) as (address, process), httpx.Client(base_url=f"{address}gradio_api/call/") as client:
        joined = client.post("ask", json={"data": [place.question, None, None]}).raise_for_status()
        os.kill(process, signal.SIGKILL)
        with suppress(httpx.HTTPError):
            client.get(f"ask/{joined.json()['event_id']}")
    opened = Library(library)
    found = opened.counts()["articles"]
    opened.close()
    return found
