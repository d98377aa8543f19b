"""The outbox: chunks whose vectors are still to be written or deleted.

Every change to an article records its chunks here in the same transaction. If a process dies before the vector store
is updated, the pending work stays listed, and the stores do not diverge silently.
"""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from index.store.database import Database

Action = Literal["upsert", "delete"]


class Pending(NamedTuple):
    """One chunk whose vector is still to be written (`upsert`) or deleted (`delete`)."""

    id: int
    chunk_id: str
    action: Action


class Outbox:
    """The pending work of the vector store, and the collection in use. Safe to share between processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, chunk_ids: Iterable[str], action: Action) -> None:
        """Record that the vectors of these chunks must be written or deleted, replacing any pending action for them."""
        with self._database.change() as db:
            sql = "INSERT OR REPLACE INTO pending (chunk_id, action) VALUES (?, ?)"
            db.executemany(sql, [(chunk_id, action) for chunk_id in chunk_ids])

    def put_article(self, article_id: str, action: Action) -> None:
        """Record the same action for all chunks of an article in the article store."""
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
        """Delete the entries that the vector store has processed, and return the new generation."""
        with self._database.change() as db:
            # Deleted by id: a chunk that has changed again meanwhile has a new entry, and stays pending.
            db.executemany("DELETE FROM pending WHERE id = ?", [(entry.id,) for entry in done])
            db.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
        return self.generation()

    def count(self) -> int:
        """Return the number of pending chunks."""
        return self._database.count("pending")

    def holds(self, action: Action) -> bool:
        """Return whether any chunk is pending for this action."""
        return bool(self._database.rows("SELECT 1 FROM pending WHERE action = ? LIMIT 1", action))

    def generation(self) -> int:
        """Return a counter that increases with every change to the vectors, in any process."""
        return int(self._meta("generation"))

    def collection(self) -> str:
        """Return the name of the collection that holds the vectors in use."""
        return self._meta("collection")

    def use_collection(self, name: str) -> None:
        """Switch to the vectors of another collection, in every process."""
        with self._database.change() as db:
            db.execute("UPDATE meta SET value = ? WHERE key = 'collection'", (name,))
            db.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")

    def _meta(self, key: str) -> str:
        return str(self._database.rows("SELECT value FROM meta WHERE key = ?", key)[0][0])
