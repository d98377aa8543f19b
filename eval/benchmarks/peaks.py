"""`python -m eval.benchmarks peaks`: the memory that `onrecord add` needs for very large sources.

Each source is added to a new library by a process of its own. Embedding all of it would take hours, so that the process
is stopped some minutes after it has begun to. What is printed is therefore no peak of a whole run: the index of the
vectors grows on, by 384 numbers each.
"""

import json
import random
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

_MEGABYTE = 1_000_000
_EVERY = 0.2  # seconds between two looks at the process
_SYLLABLES = "ba dor fen gal hes kir lom mar nev pol rus sten tuv wex yor zim".split()
_FORMS = (
    "The {} of {} was mended in {}, said {} {} of the {} board.",
    "In {4} nobody at the {0} knew that {3} had sold {1} hectares of {5} land before {2}.",
    "“We shall keep the {0},” {3} {4} told the council of {1} in {2}, while the {5} was being painted.",
    "{3} counted {2} crates of {0} at {1}; {4} found {5} missing.",
)


class Peak(NamedTuple):
    """Peak memory (MB) of a process while loading and in all, that of its children, and seconds of both stages."""

    loading: int
    whole: int
    children: int
    load_seconds: float
    embed_seconds: float
    stopped: bool
    pace: str


def peaks(sources: str = "base,text,zip,book,rows", rows: int = 100_000, minutes: float = 1.0) -> None:
    """Print the peak memory of adding SOURCES: a small text (base), a text of 20 MB, a zip, a book and ROWS rows.

    Vectors are made for MINUTES minutes at most.
    """
    for name in sources.split(","):
        with tempfile.TemporaryDirectory() as folder:
            source, what = _SOURCES[name](Path(folder), rows)
            print(f"{name} ({what}): {_told(_added(source, Path(folder) / 'library', 60 * minutes))}", flush=True)


def _told(peak: Peak) -> str:
    ended = f"vectors stopped after {peak.embed_seconds:.0f} s" if peak.stopped else "complete"
    return (
        f"peak memory {peak.whole} MB, {peak.loading} MB until its vectors were begun; children {peak.children} MB; "
        f"{peak.load_seconds:.0f} s to load{peak.pace}; {ended}"
    )


def _added(source: Path, library: Path, limit: float) -> Peak:
    """Add a source in a process of its own, stopped `limit` seconds after its first vector."""
    onrecord = Path(sys.executable).with_name("onrecord")
    begun, embedding, loading, children = time.monotonic(), 0.0, 0, 0
    counts: list[tuple[float, int]] = []
    stopped = False
    with subprocess.Popen([onrecord, "add", source, "--library", library], stdout=subprocess.DEVNULL) as process:
        whole = 0
        while process.poll() is None:
            now = time.monotonic()
            whole, children = max(whole, _highest(process.pid)), max(children, _of_children(process.pid))
            if not embedding and (library / "vectors").exists():
                embedding, loading = now, whole
            if not embedding and now - begun > len(counts):
                counts.append((now, _articles(library)))
            if embedding and not stopped and now - embedding > limit:
                stopped = True
                process.terminate()  # not as by Ctrl-C, which a shell's background jobs ignore
            time.sleep(_EVERY)
    ended = time.monotonic()
    seconds = ((embedding or ended) - begun, ended - embedding if embedding else 0.0)
    return Peak(loading or whole, whole, children, *seconds, stopped, _pace(counts))


def _pace(counts: list[tuple[float, int]]) -> str:
    """Return milliseconds an article in the first and the last tenth of the articles, if there are many."""
    total = counts[-1][1] if counts else 0
    steps = [(at - before, count - earlier, count) for (before, earlier), (at, count) in pairwise(counts)]
    if total < 1000:
        return ""
    first = [step for step in steps if step[2] <= total / 10] or steps[:1]
    last = [step for step in steps if step[2] > total * 0.9]
    told = [1000 * sum(step[0] for step in some) / max(1, sum(step[1] for step in some)) for some in (first, last)]
    return " ({:.1f} ms an article in the first tenth, {:.1f} in the last)".format(*told)


def _articles(library: Path) -> int:
    from index.errors import OnrecordError
    from index.library import Library

    with suppress(OnrecordError):
        opened = Library(library, create=False)
        try:
            return opened.articles.count()
        finally:
            opened.close()
    return 0


def _highest(process: int) -> int:
    with suppress(OSError):
        if found := re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text("utf-8")):
            return int(found[1]) * 1024 // _MEGABYTE
    return 0


def _of_children(process: int) -> int:
    with suppress(OSError):
        threads = Path(f"/proc/{process}/task").glob("*/children")
        return sum(_highest(int(child)) for path in threads for child in path.read_text("ascii").split())
    return 0


def _sentences(seed: int, characters: int) -> Iterator[str]:
    """Yield invented paragraphs of varied words, at least so many characters in all."""
    dice = random.Random(seed)

    def word() -> str:
        return "".join(dice.choices(_SYLLABLES, k=dice.randint(1, 4)))

    written = 0
    while written < characters:
        made = [
            dice.choice(_FORMS).format(word(), word().title(), dice.randint(1700, 2020), *(word() for _ in range(3)))
            for _ in range(dice.randint(2, 7))
        ]
        paragraph = " ".join(f"{sentence[0].upper()}{sentence[1:]}" for sentence in made)
        written += len(paragraph) + 2
        yield paragraph


def _text(seed: int, characters: int) -> str:
    return "\n\n".join(_sentences(seed, characters))[:characters]


def _base(folder: Path, _: int) -> tuple[Path, str]:
    path = folder / "small.txt"
    path.write_text(_text(1, 1000), "utf-8")
    return path, "one text of 1 kB"


def _big_text(folder: Path, _: int) -> tuple[Path, str]:
    path = folder / "big.txt"
    path.write_bytes(_text(2, 21 * _MEGABYTE).encode()[: 20 * _MEGABYTE])
    return path, "one text of 20 MB"


def _zip(folder: Path, _: int) -> tuple[Path, str]:
    path = folder / "texts.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        for number in range(60):
            zipped.writestr(f"{number:02}.txt", _text(number, 10 * _MEGABYTE))
    return path, f"60 texts of 10 MB, {path.stat().st_size // _MEGABYTE} MB zipped"


def _book(folder: Path, _: int) -> tuple[Path, str]:
    path = folder / "book.epub"
    body = "".join(f"<p>{paragraph}</p>" for paragraph in _sentences(3, 10_000))
    spine = '<itemref idref="page"/>' * 3000
    opf = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Ledger</dc:title></metadata><manifest>'
        f'<item id="page" href="page.xhtml" media-type="application/xhtml+xml"/></manifest><spine>{spine}</spine>'
        "</package>"
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
        '<rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        zipped.writestr("META-INF/container.xml", container)
        zipped.writestr("book.opf", opf)
        zipped.writestr("page.xhtml", f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{body}</body></html>')
    return path, "a book with one page of 10 kB 3,000 times"


def _rows(folder: Path, rows: int) -> tuple[Path, str]:
    path = folder / "rows.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for number in range(rows):
            row = {"id": f"row-{number}", "title": f"Report {number}", "text": _text(number, 600)}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path, f"{rows:,} rows of 600 characters, {path.stat().st_size // _MEGABYTE} MB"


_SOURCES: dict[str, Callable[[Path, int], tuple[Path, str]]] = {
    "base": _base,
    "text": _big_text,
    "zip": _zip,
    "book": _book,
    "rows": _rows,
}
