"""Libraries of other versions, damaged, full or not to be changed: opened as they are, or one sentence."""

import gzip
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from index.errors import LibraryError
from index.library import Library
from index.store.database import Database
from rag.engine import Engine

STORED = sorted((Path(__file__).parents[2] / "fixtures" / "libraries").glob("*.gz"))
"""The same two articles, as the code of each schema before this one wrote them."""
MILL = "The mill at Drow was built by Anton Sell in 1843."


def unpacked(stored: Path, folder: Path) -> Path:
    folder.mkdir()
    path = folder / "ledger.sqlite3"
    path.write_bytes(gzip.decompress(stored.read_bytes()))
    return path


@pytest.mark.parametrize("stored", STORED, ids=lambda path: path.name)
def test_a_library_of_an_earlier_version_is_brought_up_to_date(tmp_path: Path, stored: Path) -> None:
    unpacked(stored, tmp_path / "library")
    for _ in range(2):  # the second opening finds nothing to change
        library = Library(tmp_path / "library")
        assert Engine(library).ask("Who built the mill at Drow?").citations[0].sentence == MILL
        pier = library.articles.get("pier")
        assert pier
        sentences = [pier.text[each.start : each.end] for each in library.articles.sentences("pier")]
        assert sentences == ["Orrin Pell bought the pier at Marn in May 2021.", "He paid 300 crowns."]
        given = {outcome.article_id for outcome in library.sources.all()}
        assert given == (set() if "schema_1" in stored.name else {"mill", "pier"})  # which kept none yet
        library.sync()
        assert library.counts() == {"articles": 2, "chunks": 2, "full_text": 2, "vectors": 2, "pending": 0}
        library.close()


def test_what_an_earlier_version_left_pending_is_still_pending(tmp_path: Path) -> None:
    path = unpacked(next(path for path in STORED if "schema_2" in path.name), tmp_path / "library")
    old = sqlite3.connect(path)
    with old:
        old.execute("INSERT INTO owed (chunk_id, action) VALUES ('pier#0', 'upsert')")
    old.close()
    library = Library(tmp_path / "library")
    assert [entry.chunk_id for entry in library.outbox.pending(5)] == ["pier#0"]
    library.close()


def test_a_library_of_a_newer_version_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    Library(tmp_path / "library").close()
    path = tmp_path / "library" / "ledger.sqlite3"
    newer = sqlite3.connect(path)
    with newer:
        newer.execute("UPDATE meta SET value = '99' WHERE key = 'schema'")
    newer.close()
    before = path.read_bytes()
    with pytest.raises(LibraryError, match="newer onrecord"):
        Library(tmp_path / "library")
    assert path.read_bytes() == before


def test_a_file_that_is_no_library_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite3").write_bytes(b"no library at all " * 100)
    with pytest.raises(LibraryError, match="damaged"):
        Database(tmp_path / "ledger.sqlite3")


def test_a_full_disk_is_told_and_what_was_there_stays(tmp_path: Path) -> None:
    database = Database(tmp_path / "ledger.sqlite3")
    with database.change() as db:
        db.execute("INSERT INTO meta VALUES ('kept', 'yes')")
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages}")  # what SQLite does when the disk holds no page more
    with pytest.raises(LibraryError, match="disk is full"), database.change() as db:
        db.execute("INSERT INTO meta VALUES ('lost', ?)", ("x" * 1_000_000,))
    assert database.rows("SELECT key FROM meta WHERE key IN ('kept', 'lost')") == [("kept",)]
    with database.change() as db:
        db.execute("PRAGMA max_page_count = 1000000")
        db.execute("INSERT INTO meta VALUES ('later', 'yes')")
    assert database.rows("SELECT key FROM meta WHERE key = 'later'") == [("later",)]
    database.close()


@pytest.mark.parametrize("stored", [None, *STORED], ids=lambda path: path.name if path else "new")
def test_many_open_a_library_at_once_and_all_wait_for_the_one_that_brings_it_up_to_date(
    tmp_path: Path, stored: Path | None
) -> None:
    for attempt in range(10):
        folder = tmp_path / str(attempt)
        path = unpacked(stored, folder) if stored else folder / "ledger.sqlite3"
        folder.mkdir(exist_ok=True)
        together = Barrier(6)
        with ThreadPoolExecutor(6) as threads:
            opened = list(threads.map(lambda _, at=path, wait=together: open_after(wait, at), range(6)))
        for database in opened:
            assert database.rows("SELECT value FROM meta WHERE key = 'schema'") == [("5",)]
            database.close()


def open_after(barrier: Barrier, path: Path) -> Database:
    barrier.wait()
    return Database(path)
