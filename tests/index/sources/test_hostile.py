"""Files made to do harm, or broken: each gives one clear line, memory stays bounded, and nothing else is lost."""

import io
import os
import resource
import subprocess
import zipfile
from pathlib import Path

import pytest

from index.library import Library
from rag.engine import Engine
from tests.support.command_line import ONRECORD, Write, run
from tests.support.pdf_maker import content, down, stream, with_pages

GOOD = "The mill\n\nThe mill of Drow was built by Anton Sell in 1843."
LINES = stream(content(down(["The weir of Tarn was mended in June by the town."])))
LOCK = b"<</Filter/Standard/V 1/R 2/P -4/O <%b>/U <%b>>>" % (b"41" * 32, b"42" * 32)
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaaaaaaaaaaaaaaaa">'
    + "".join(f'<!ENTITY {one} "{f"&{other};" * 20}">' for other, one in zip("abcdef", "bcdefg", strict=True))
    + "]><rss version='2.0'><channel><title>x</title><item><title>t</title><description>&g;</description></item>"
    "</channel></rss>"
)
MEGABYTES = 1_500
"""More than a process needs that reads with care, and less than any of these files would take otherwise."""


def zipped(*members: tuple[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return whole.getvalue()


HOSTILE: dict[str, tuple[bytes, str]] = {
    "bomb.zip": (
        zipped(("a.txt", b"0" * 120_000_000), ("good.txt", b"The tower of Holm is ninety feet high.")),
        "a.txt",
    ),
    "escape.zip": (zipped(("../../evil.txt", b"Out of here."), ("in.txt", b"The baths of Pell are shut.")), "evil.txt"),
    "line.jsonl": (b'{"title": "x", "text": "' + b"word " * 10_000_000 + b'"}\n', "line.jsonl"),
    "deep.html": (b"<div>" * 60_000 + b"<p>deep</p>" + b"</div>" * 60_000, "deep.html"),
    "broken.txt": (b"\xff\xfe\xfa\xfb" * 300 + b"\x00\x01", "broken.txt"),
    "scan.pdf": (with_pages([stream(b"q 500 0 0 700 40 40 cm Q")]), "scan.pdf"),
    "locked.pdf": (with_pages([LINES], b"/Encrypt 6 0 R/ID[<00><00>]", [LOCK]), "locked.pdf"),
    "bomb.rss": (BOMB.encode(), "bomb.rss"),
}


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("batch") / "in"
    folder.mkdir()
    for name, (made, _) in HOSTILE.items():
        (folder / name).write_bytes(made)
    (folder / "mill.txt").write_text(GOOD)
    return folder


def test_a_hostile_batch_is_told_line_by_line_in_bounded_memory_and_the_rest_comes_in(batch: Path) -> None:
    def bounded() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (MEGABYTES << 20, MEGABYTES << 20))

    command = [ONRECORD, "add", str(batch), "--library", str(batch.parent / "library")]
    told = subprocess.run(command, capture_output=True, text=True, preexec_fn=bounded, check=False)
    assert told.returncode == 1, told.stderr
    assert "Traceback" not in told.stderr + told.stdout
    for name, (_, part) in HOSTILE.items():
        lines = [line for line in told.stdout.splitlines() if name in line and part in line]
        assert len(lines) == 1 or name == "deep.html", (name, lines)
        assert all(len(line) < 600 for line in lines)
    library = Library(batch.parent / "library")
    titles = {head.title for head in library.articles.summaries()}
    assert {"The mill", "The tower of Holm is ninety feet high.", "The baths of Pell are shut."} <= titles
    assert "Anton Sell" in Engine(library).ask("Who built the mill of Drow?").text
    assert len(library.sources.problems()) >= 7
    library.close()
    assert not (batch.parent.parent / "evil.txt").exists()


def test_eight_of_ten_files_come_in_and_the_good_pages_of_the_ninth(write: Write, tmp_path: Path) -> None:
    for number in range(7):
        write(f"in/note{number}.txt", f"Note {number}\n\nBoat number {number} was launched at Marn in {1900 + number}.")
    write("in/broken.txt", b"\x80\x81\xff\x00" * 200)
    write("in/empty.txt", "")
    write("in/report.pdf", (Path(__file__).parents[2] / "fixtures" / "pdf" / "bad_page.pdf").read_bytes())
    told = run("add", str(tmp_path / "in"), library=tmp_path / "library")
    assert told.code == 1
    assert told.out.count("added: ") == 8
    assert told.out.count("skipped: ") == 2
    for name in ("broken.txt", "empty.txt"):
        assert any(name in line and line.count(": ") >= 2 for line in told.out.splitlines())
    assert any("report.pdf" in line and "page" in line for line in told.out.splitlines())
    listed = run("list", "--problems", library=tmp_path / "library")
    assert listed.code == 0
    assert len(listed.out.splitlines()) == 3


def test_what_is_no_regular_file_is_not_read(library: Library, write: Write) -> None:
    good = write("good.txt", "The pier of Marn opened in May after two years of work on its piles.")
    pipe = str(Path(good).with_name("pipe"))
    os.mkfifo(pipe)
    outcomes = library.add_all(["/dev/zero", pipe, "/proc/kmsg", good])
    assert [outcome.status for outcome in outcomes] == ["skipped", "skipped", "skipped", "added"]
    assert "not a regular file" in str(outcomes[0].reason)


def test_a_file_too_big_to_be_an_article_is_not_read(library: Library, tmp_path: Path) -> None:
    with (tmp_path / "big.txt").open("wb") as file:
        file.truncate(3_000_000_000)
    (outcome,) = library.add_all([str(tmp_path / "big.txt")])
    assert "larger than 100 MB" in str(outcome.reason)
