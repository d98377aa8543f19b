"""The source log: every file, row and address ever given, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from pydantic import TypeAdapter

from index.errors import Problem
from index.store.database import Database

Status = Literal["added", "updated", "unchanged", "duplicate", "skipped", "gone"]


@dataclass(frozen=True)
class Outcome:
    """What became of one source: shown when it is added, and stored until it is given again.

    `row` is its line or record in a file of many, else None. `reason` says why it was skipped or what it is a
    duplicate of, `kind` the same for programs; `warnings` what a user must know although it came in; `note` how a
    table's columns were read. `found_in` tells where the article's facts were found; `at` is when it was given (ISO
    8601, UTC); `etag` and `modified` are a web server's marks of the version read.
    """

    source: str
    status: Status
    row: int | None = None
    reason: str | None = None
    kind: Problem | None = None
    article_id: str | None = None
    title: str | None = None
    parser: str | None = None
    charset: str | None = None
    found_in: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    note: str | None = None
    at: str = ""
    etag: str | None = None
    modified: str | None = None


_STORED = TypeAdapter(Outcome)


class SourceLog:
    """The outcomes in a library's file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, outcome: Outcome) -> None:
        """Record what became of a source, in place of what was known of it."""
        key = (outcome.source, outcome.row or 0, outcome.article_id)
        with self._database.change() as db:
            sql = "INSERT OR REPLACE INTO outcomes (source, row, article_id, outcome) VALUES (?, ?, ?, ?)"
            db.execute(sql, (*key, _STORED.dump_json(outcome).decode()))

    def all(self) -> list[Outcome]:
        """Return every outcome, by source and row."""
        return self._read("SELECT outcome FROM outcomes ORDER BY source, row")

    def problems(self) -> list[Outcome]:
        """Return the sources that were skipped, are gone, or came in with a warning."""
        return [outcome for outcome in self.all() if outcome.status in ("skipped", "gone") or outcome.warnings]

    def of_article(self, article_id: str) -> list[Outcome]:
        """Return the sources that gave an article."""
        return self._read("SELECT outcome FROM outcomes WHERE article_id = ? ORDER BY source, row", article_id)

    def _read(self, sql: str, *values: str) -> list[Outcome]:
        return [_STORED.validate_json(row[0]) for row in self._database.rows(sql, *values)]


def now() -> str:
    """Return the present time, UTC, in ISO 8601 to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
