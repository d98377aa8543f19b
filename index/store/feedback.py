"""User feedback on answers, stored with the question, the answer and its citations as they were."""

import json
from datetime import UTC, datetime
from typing import Any, NamedTuple

from index.store.database import Database


class Opinion(NamedTuple):
    """One rating of an answer: thumbs up if `good`, else down, with an optional `reason`.

    `answer` has the form that `ask --json` prints. `history` holds the turns before the question, as {role, content}.
    `at` is the time of the rating, ISO 8601 in UTC.
    """

    id: str
    good: bool
    answer: dict[str, Any]
    history: list[dict[str, str]]
    reason: str | None = None
    at: str = ""


class Feedback:
    """The opinions in a library's database. Safe to share between threads and processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, opinion: Opinion) -> None:
        """Store an opinion, replacing any earlier one with the same id."""
        at = opinion.at or datetime.now(UTC).isoformat(timespec="seconds")
        written = (json.dumps(opinion.answer), json.dumps(opinion.history))
        with self._database.change() as db:
            db.execute(
                "INSERT OR REPLACE INTO feedback (id, good, answer, history, reason, at) VALUES (?, ?, ?, ?, ?, ?)",
                (opinion.id, opinion.good, *written, opinion.reason, at),
            )

    def explain(self, opinion_id: str, reason: str) -> None:
        """Store the reason for an opinion."""
        with self._database.change() as db:
            db.execute("UPDATE feedback SET reason = ? WHERE id = ?", (reason.strip() or None, opinion_id))

    def all(self) -> list[Opinion]:
        """Return all opinions, oldest first."""
        rows = self._database.rows("SELECT id, good, answer, history, reason, at FROM feedback ORDER BY at, rowid")
        return [Opinion(row[0], bool(row[1]), json.loads(row[2]), json.loads(row[3]), row[4], row[5]) for row in rows]
