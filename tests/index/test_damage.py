"""A damaged store is told in one sentence, and what can be saved is."""

from pathlib import Path

import pytest

from index.library import Library
from tests.support.command_line import PIER, Rows, is_one_sentence, run


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


def test_every_rebuild_embeds_all_again(folder: Path) -> None:
    library = Library(folder)
    names = []
    for _ in range(3):
        library.rebuild()
        names.append(library.outbox.collection())
        assert library.counts()["vectors"] == 1
    assert names[0] != names[1] != names[2]
    library.close()
