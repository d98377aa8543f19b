"""The vector store: one Chroma collection of chunks, with cosine distance and the library's own ids."""

import shutil
import threading
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from chromadb.config import Settings
from chromadb.errors import InternalError

from index.errors import LibraryError, OnrecordError, VectorsError
from index.settings import CHUNK_CHARS, CHUNK_TOKENS

_OPENINGS = count(1)
_LEAST_FREE = 20_000_000  # bytes of free space, below which the disk counts as full


class Vectors:
    """The chunk vectors of a library folder, in the collection `name`. Safe to share between threads."""

    def __init__(self, folder: Path, name: str, embedder: str, dimension: int, chunk_chars: int = CHUNK_CHARS) -> None:
        self._folder = folder
        self.name = name
        self._made_with = {
            "embedder": embedder,
            "dimension": dimension,
            "chunk_chars": chunk_chars,
            "chunk_tokens": CHUNK_TOKENS,
        }
        self._lock = threading.RLock()
        self._open()

    def _open(self) -> None:
        with self._told():
            self._client = _client(_unshared(self._folder))
            self._collection = self._client.get_or_create_collection(
                self.name,
                metadata=self._made_with,
                configuration={"hnsw": {"space": "cosine"}},
                embedding_function=None,
            )
            self._check(self._collection.metadata or {})

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Convert any exception from Chroma, including panics of its Rust core, to a one-sentence error."""
        try:
            yield
        except (OnrecordError, KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
            raise
        except BaseException as error:
            if shutil.disk_usage(self._folder.parent).free < _LEAST_FREE:
                raise LibraryError(
                    f"The vectors in {self._folder} cannot be written, as the disk is full: free some space, then run "
                    "the same command again."
                ) from error
            what = str(error).split("\n")[0][:200]
            raise VectorsError(
                f"The vectors in {self._folder} cannot be read or written ({what}): run 'onrecord rebuild' to make "
                "them again from the articles."
            ) from error

    def _check(self, found: Any) -> None:
        if all(found.get(key) == wanted for key, wanted in self._made_with.items()):
            return
        self._client.close()
        raise LibraryError(
            f"The library {self._folder.parent} was built with {_shown(found)}, this run uses "
            f"{_shown(self._made_with)}: use the same embedder again (ONRECORD_EMBEDDER), or run 'onrecord rebuild' "
            "to embed the articles again."
        )

    def reopen(self, name: str) -> None:
        """Reopen the store with the collection `name`, so that writes by other processes become visible."""
        with self._lock, self._told():
            self._client.close()
            self.name = name
            self._open()

    def drop(self, name: str) -> None:
        """Delete another collection of the same store. An unknown name is not an error."""
        with self._lock, self._told():
            if name in {collection.name for collection in self._client.list_collections()}:
                self._client.delete_collection(name)

    def close(self) -> None:
        """Close the store."""
        with self._lock:
            self._client.close()

    def upsert(self, ids: Sequence[str], vectors: np.ndarray) -> None:
        """Store one vector per id, replacing any earlier one."""
        with self._lock, self._told():
            for begin, end in self._batches(len(ids)):
                self._collection.upsert(ids=list(ids[begin:end]), embeddings=vectors[begin:end])

    def delete(self, ids: Sequence[str]) -> None:
        """Delete the vectors with these ids. Unknown ids are not an error."""
        with self._lock, self._told():
            for begin, end in self._batches(len(ids)):
                self._collection.delete(ids=list(ids[begin:end]))

    def _batches(self, total: int) -> Iterator[tuple[int, int]]:
        size = self._client.get_max_batch_size()
        for begin in range(0, total, size):
            yield begin, begin + size

    def search(self, vector: np.ndarray, limit: int, among: AbstractSet[str] | None = None) -> list[tuple[str, float]]:
        """Return up to `limit` ids with their cosine similarity, best first; only ids in `among`, if given."""
        with self._lock, self._told():
            if among is None:
                return self._nearest(vector, limit)
            try:
                return self._nearest(vector, limit, among & self.ids())
            except InternalError:
                # Chroma fails on an id that its open index lacks, because another process has stored it since.
                self.reopen(self.name)
                return self._nearest(vector, limit, among & self.ids())

    def _nearest(
        self, vector: np.ndarray, limit: int, among: AbstractSet[str] | None = None
    ) -> list[tuple[str, float]]:
        total = self._collection.count() if among is None else len(among)
        if not total:
            return []
        found = self._collection.query(
            query_embeddings=vector[None, :],
            n_results=min(limit, total),
            ids=None if among is None else list(among),
            include=["distances"],
        )
        distances = (found["distances"] or [[]])[0]
        return [(chunk_id, 1.0 - distance) for chunk_id, distance in zip(found["ids"][0], distances, strict=True)]

    def ids(self) -> set[str]:
        """Return the ids of all stored vectors."""
        with self._lock, self._told():
            return set(self._collection.get(include=[])["ids"])

    def count(self) -> int:
        """Return the number of stored vectors."""
        with self._lock, self._told():
            return int(self._collection.count())


def _shown(made_with: Any) -> str:
    embedder, size = made_with.get("embedder"), made_with.get("dimension")
    return f"the embedder {embedder} of {size} dimensions over chunks of {made_with.get('chunk_chars')} characters"


def _unshared(folder: Path) -> str:
    """Return the folder's path in a spelling not yet used in this process.

    Chroma caches one open system per spelling, which would hide the writes of other processes from a reopened store.
    """
    return str(folder) + "".join("/." if bit == "1" else "/" for bit in f"{next(_OPENINGS):b}")


def _client(folder: str) -> Any:
    return chromadb.PersistentClient(path=folder, settings=Settings(anonymized_telemetry=False, allow_reset=False))
