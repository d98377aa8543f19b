"""Stores that are damaged, full, locked or not to be written: one sentence, and what can be saved is."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from index.library import Library
from tests.support.command_line import ONRECORD, PIER, Result, Rows, is_one_sentence, run

NOBODY = 65534


@pytest.fixture
def folder(tmp_path: Path, rows: Rows) -> Path:
    made = Library(tmp_path / "library")
    made.add_all([rows(PIER)])
    made.close()
    return tmp_path / "library"


def damage(path: Path) -> None:
    """Put nonsense over a file's pages, but not over its first bytes."""
    content = bytearray(path.read_bytes())
    content[100:] = b"\xa5" * (len(content) - 100)
    path.write_bytes(content)


def test_damaged_vectors_are_told_and_made_again_from_the_articles(folder: Path) -> None:
    damage(folder / "vectors" / "chroma.sqlite3")
    told = run("ask", "Who bought the pier at Marn?", library=folder)
    assert is_one_sentence(told), told
    assert "onrecord rebuild" in told.err
    assert "1 vectors" in run("rebuild", library=folder).out
    assert "Orrin Pell" in run("ask", "Who bought the pier at Marn?", library=folder).out
    assert run("doctor", library=folder).code == 0


def test_vectors_that_are_no_store_at_all_are_made_again(folder: Path) -> None:
    (folder / "vectors" / "chroma.sqlite3").write_bytes(b"")
    for segment in folder.glob("vectors/*/"):
        shutil.rmtree(segment)
    assert run("rebuild", library=folder).code == 0
    assert run("doctor", library=folder).code == 0


def test_every_rebuild_embeds_all_again(folder: Path) -> None:
    library = Library(folder)
    names = []
    for _ in range(3):
        library.rebuild()
        names.append(library.outbox.collection())
        assert library.counts()["vectors"] == 1
    assert names[0] != names[1] != names[2]
    library.close()


def test_a_damaged_article_store_is_told(folder: Path) -> None:
    damage(folder / "ledger.sqlite3")
    for command in (("ask", "Who bought the pier?"), ("list",), ("doctor",), ("rebuild",)):
        told = run(*command, library=folder)
        assert is_one_sentence(told), told
        assert "damaged" in told.err


def test_a_lock_that_is_a_folder_is_told(folder: Path, rows: Rows) -> None:
    (folder / "writing.lock").unlink(missing_ok=True)
    (folder / "writing.lock").mkdir()
    told = run("remove", "pier", library=folder)
    assert told.code == 2
    assert "Traceback" not in told.err
    assert "writing.lock" in told.err.strip().splitlines()[-1]


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() != 0 or not shutil.which("setpriv"),
    reason="only root can become another account",
)
def test_a_library_that_this_account_may_not_write_can_be_asked_and_says_so_when_it_is_added_to(
    folder: Path, rows: Rows
) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
        os.chown(path, NOBODY, NOBODY)
    answered = as_nobody(folder, "ask", "Who bought the pier at Marn?")
    assert answered.code == 0, answered.err
    assert "Orrin Pell" in answered.out
    told = as_nobody(folder, "add", rows({**PIER, "id": "other", "text": "The weir of Tarn is shut."}, name="b.jsonl"))
    assert told.code == 2
    assert "Traceback" not in told.err
    assert "permissions" in told.err
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def as_nobody(folder: Path, *arguments: str) -> Result:
    """Run a command as an account that may read the library and not write it: root without its right to do so."""
    rights = "-dac_override,-dac_read_search,-fowner"
    command = ["setpriv", "--bounding-set", rights, "--inh-caps", rights, ONRECORD, *arguments, "--library", folder]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return Result(done.returncode, done.stdout, done.stderr)
