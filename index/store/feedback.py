"""Thumbs on answers, with the question, the answer and its citations as they were, kept in the library."""

import json
from datetime import UTC, datetime
from typing import Any, NamedTuple

from index.store.database import Database


class Opinion(NamedTuple):
    """One thumb: up where `good`, with the reason that was given, on an answer as `ask --json` prints it.

    `history` are the turns before the question, as {role, content}; `at` is when it was given, ISO 8601 in UTC.
    """

    id: str
    good: bool
    answer: dict[str, Any]
    history: list[dict[str, str]]
    reason: str | None = None
    at: str = ""


class Feedback:
    """The opinions in a library's file. Safe to share between threads and processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, opinion: Opinion) -> None:
        """Keep an opinion, in place of an older one of its id."""
        at = opinion.at or datetime.now(UTC).isoformat(timespec="seconds")
        written = (json.dumps(opinion.answer), json.dumps(opinion.history))
        with self._database.change() as db:
            db.execute(
                "INSERT OR REPLACE INTO feedback (id, good, answer, history, reason, at) VALUES (?, ?, ?, ?, ?, ?)",
                (opinion.id, opinion.good, *written, opinion.reason, at),
            )

    def explain(self, opinion_id: str, reason: str) -> None:
        """Keep the reason of an opinion."""
        with self._database.change() as db:
            db.execute("UPDATE feedback SET reason = ? WHERE id = ?", (reason.strip() or None, opinion_id))

    def all(self) -> list[Opinion]:
        """Return every opinion, the oldest first."""
        rows = self._database.rows("SELECT id, good, answer, history, reason, at FROM feedback ORDER BY at, rowid")
        return [Opinion(row[0], bool(row[1]), json.loads(row[2]), json.loads(row[3]), row[4], row[5]) for row in rows]
