"""A library of invented places, one article each, and a chat that serves it, for the server benchmarks."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx

_SYLLABLES = "ba dor fen gal hes kir lom mar nev pol rus sten tuv".split()
_THINGS = "bridge mill ferry harbour library bakery orchard tower school weir".split()
_FILLER = (
    "The council of {town} met on Tuesday and spoke about the state of the roads, the price of hay and the tide "
    "tables, and put off what it could. A second reading is planned for the autumn, said the clerk of {town}, who "
    "added that nobody had written in. The weather was mild for the season, and the market was well attended."
)


class Place(NamedTuple):
    """An invented town, the thing it built, and who opened it: the subject of one article."""

    town: str
    thing: str
    person: str

    @property
    def question(self) -> str:
        """A question that only this article answers."""
        return f"Who opened the {self.thing} of {self.town}?"


def invented_places() -> Iterator[Place]:
    """Yield invented places with distinct names."""
    names = (f"{a}{b}{c}".capitalize() for a in _SYLLABLES for b in _SYLLABLES for c in _SYLLABLES)
    for number, town in enumerate(names):
        person = f"{town[::-1].capitalize()} {_SYLLABLES[number % 13].capitalize()}son"
        yield Place(town, _THINGS[number % len(_THINGS)], person)


def article_about(place: Place, number: int) -> str:
    """Return the text of an article that tells who opened a place, among paragraphs that tell nothing."""
    fact = f"The {place.thing} of {place.town} was opened by {place.person} in {1900 + number % 120}."
    filler = "\n\n".join([_FILLER.format(town=place.town)] * 3)
    return f"News from {place.town}\n\n{filler}\n\n{fact}\n\n{filler}"


def fill(folder: Path, places: Sequence[Place]) -> None:
    """Write the articles and add them to a library, with their vectors."""
    from index.library import Library

    pages = folder / "pages"
    pages.mkdir()
    for number, place in enumerate(places):
        (pages / f"{number:05}.txt").write_text(article_about(place, number), "utf-8")
    library = Library(folder / "library")
    library.add_all([str(pages)])
    library.close()


@contextmanager
def served(library: Path) -> Iterator[tuple[str, int]]:
    """Serve a library with `onrecord chat`; yields its address and its process id."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    onrecord = Path(sys.executable).with_name("onrecord")
    address = f"http://127.0.0.1:{port}/"
    with subprocess.Popen([onrecord, "chat", "--port", str(port), "--library", library]) as server:
        try:
            _wait_for(f"{address}healthz", server)
            yield address, server.pid
        finally:
            server.terminate()


def _wait_for(address: str, server: "subprocess.Popen[bytes]") -> None:
    while server.poll() is None:
        try:
            httpx.get(address).raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(0.2)
    raise SystemExit("The chat did not start: see its message above.")
