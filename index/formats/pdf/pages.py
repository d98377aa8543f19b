"""A PDF's pages as pieces of text with positions, from `worker.py`, which may crash on a bad page."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from index.errors import SourceError

_WORKER = Path(__file__).with_name("worker.py")
_PAGES = 2_000
_CHARACTERS = 10_000_000
_SECONDS = 300
_DEATHS = 10


class Piece(NamedTuple):
    """Text drawn without a gap on one line; positions in points from the page's bottom left."""

    text: str
    left: float
    right: float
    base: float
    height: float
    bold: bool


@dataclass
class Page:
    """One page: its upright text, its rotated text, and its state: "text", "picture", "empty" or "broken"."""

    pieces: list[Piece] = field(default_factory=list)
    sideways: str = ""
    state: str = "broken"


@dataclass
class Document:
    """A PDF's pages in order, its metadata, and its page count, which may exceed the pages read."""

    pages: list[Page] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    count: int = 0


def read(content: bytes) -> Document:
    """Return a PDF's pages, at most 2,000 and about 8 million characters; raises `SourceError` if there are none."""
    document = Document()
    deadline = time.monotonic() + _SECONDS
    for _ in range(_DEATHS):
        ended = False
        for value in _work(content, document, deadline):
            ended = ended or "end" in value
            _take(document, value)
        if ended or len(document.pages) >= min(document.count, _PAGES):
            return document
        if not document.count or time.monotonic() > deadline:
            break
        document.pages.append(Page())  # the page on which the worker crashed
    if document.count and any(page.pieces for page in document.pages):
        return document
    raise SourceError("it needs more memory or time than is allowed for a PDF: save it as a new PDF or as text")


def _work(content: bytes, document: Document, deadline: float) -> Iterator[dict[str, Any]]:
    room = _CHARACTERS - sum(len(piece.text) for page in document.pages for piece in page.pieces)
    # -P: this folder has modules named like the standard library's
    command = [sys.executable, "-P", str(_WORKER), str(len(document.pages) + 1), str(_PAGES), str(room)]
    try:
        left = deadline - time.monotonic()
        output = subprocess.run(command, input=content, capture_output=True, timeout=left, check=False).stdout
    except subprocess.TimeoutExpired as error:
        output = error.stdout or b""
    for line in output.split(b"\n")[:-1]:
        yield json.loads(line)


def _take(document: Document, value: dict[str, Any]) -> None:
    if value.get("error") == "password":
        raise SourceError("it is protected by a password: save an unprotected copy")
    if "error" in value:
        raise SourceError("it is not a PDF, or it is damaged from the start: save it again")
    if "pages" in value:
        document.count, document.facts = value["pages"], value["facts"]
    if "page" in value:
        pieces = [Piece(*piece) for piece in value["pieces"]]
        document.pages.append(Page(pieces, value["sideways"], value["state"]))
