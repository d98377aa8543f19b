"""The vector store alone, on real Chroma with vectors of our own."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.errors import LibraryError
from index.store.vectors import Vectors

EAST, NORTH = np.array([1, 0], dtype=np.float32), np.array([0, 1], dtype=np.float32)


@pytest.fixture
def vectors(tmp_path: Path) -> Iterator[Vectors]:
    made = Vectors(tmp_path / "vectors", "chunks", "tiny", 2)
    yield made
    made.close()


def test_the_nearest_comes_first_with_its_likeness(vectors: Vectors) -> None:
    vectors.upsert(["east", "north"], np.stack([EAST, NORTH]))
    assert [chunk_id for chunk_id, _ in vectors.search(NORTH, 5)] == ["north", "east"]
    assert [score for _, score in vectors.search(NORTH, 5)] == pytest.approx([1, 0], abs=1e-6)


def test_an_id_that_is_given_again_is_replaced(vectors: Vectors) -> None:
    vectors.upsert(["a", "b"], np.stack([EAST, EAST]))
    vectors.upsert(["a"], NORTH[None, :])
    assert vectors.count() == 2
    assert vectors.search(NORTH, 1)[0][0] == "a"


def test_unknown_ids_are_deleted_without_complaint(vectors: Vectors) -> None:
    vectors.upsert(["a"], EAST[None, :])
    vectors.delete(["nothing", "a"])
    vectors.delete([])
    assert (vectors.count(), vectors.ids(), vectors.search(EAST, 3)) == (0, set(), [])


def test_vectors_are_kept_when_closed(vectors: Vectors, tmp_path: Path) -> None:
    vectors.upsert(["a"], EAST[None, :])
    vectors.close()
    again = Vectors(tmp_path / "vectors", "chunks", "tiny", 2)
    assert again.ids() == {"a"}
    again.close()


@pytest.mark.parametrize(("name", "size", "told"), [("other", 2, "tiny.*other"), ("tiny", 3, "2.*3")])
def test_another_embedder_is_told_and_spoils_nothing(
    vectors: Vectors, tmp_path: Path, name: str, size: int, told: str
) -> None:
    vectors.upsert(["a"], EAST[None, :])
    vectors.close()
    with pytest.raises(LibraryError, match=told):
        Vectors(tmp_path / "vectors", "chunks", name, size)
    again = Vectors(tmp_path / "vectors", "chunks", "tiny", 2)
    assert again.ids() == {"a"}
    again.close()


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(LibraryError, match="cannot be read or written"):
        Vectors(tmp_path / "file", "chunks", "tiny", 2)
