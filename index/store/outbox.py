"""The outbox: chunks whose vectors are still to be written or deleted.

Every change to an article writes its chunks here in the same transaction. A process that dies before the vector
store has followed leaves a list of what is pending, not a silent difference.
"""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from index.store.database import Database

Action = Literal["upsert", "delete"]


class Pending(NamedTuple):
    """One chunk whose vector is still to be written ('upsert') or deleted."""

    id: int
    chunk_id: str
    action: Action


class Outbox:
    """What the vector store must still do, and which vectors are in use. Safe to share between processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, chunk_ids: Iterable[str], action: Action) -> None:
        """Note that the vectors of these chunks must be written or deleted, in place of what was pending for them."""
        with self._database.change() as db:
            sql = "INSERT OR REPLACE INTO pending (chunk_id, action) VALUES (?, ?)"
            db.executemany(sql, [(chunk_id, action) for chunk_id in chunk_ids])

    def put_article(self, article_id: str, action: Action) -> None:
        """Note the same of all chunks of an article in the article store."""
        with self._database.change() as db:
            sql = (
                "INSERT OR REPLACE INTO pending (chunk_id, action) "
                "SELECT id, ? FROM chunks WHERE article_id = ? ORDER BY row"
            )
            db.execute(sql, (action, article_id))

    def pending(self, limit: int) -> list[Pending]:
        """Return up to `limit` entries, deletions first."""
        sql = "SELECT id, chunk_id, action FROM pending ORDER BY action, id LIMIT ?"
        return [Pending(*row) for row in self._database.rows(sql, limit)]

    def complete(self, done: Sequence[Pending]) -> int:
        """Strike off what the vector store has done, and return the new generation."""
        with self._database.change() as db:
            # By id: a chunk that changed again meanwhile has a new entry, and stays pending.
            db.executemany("DELETE FROM pending WHERE id = ?", [(entry.id,) for entry in done])
            db.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
        return self.generation()

    def count(self) -> int:
        """Return how many chunks are pending."""
        return self._database.count("pending")

    def generation(self) -> int:
        """Return a number that grows with every change to the vectors, whichever process made it."""
        return int(self._meta("generation"))

    def collection(self) -> str:
        """Return the name of the collection that holds the vectors in use."""
        return self._meta("collection")

    def use_collection(self, name: str) -> None:
        """Use the vectors of another collection from now on, in every process."""
        with self._database.change() as db:
            db.execute("UPDATE meta SET value = ? WHERE key = 'collection'", (name,))
            db.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")

    def _meta(self, key: str) -> str:
        return str(self._database.rows("SELECT value FROM meta WHERE key = ?", key)[0][0])
