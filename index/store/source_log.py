"""The source log: every file, row and address ever added, with its latest outcome."""

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
    """The outcome of adding one source, shown to the user and stored until the source is added again.

    `row` is the line or record in a file with several articles, else None. `reason` says why the source was skipped or
    what it duplicates, `kind` says the same for programs. `warnings` are problems that the user should know of,
    although the article was added; `note` says how a table's columns were read. `found_in` says where each fact about
    the article was found; `at` is the time of adding (ISO 8601, UTC); `etag` and `modified` are the web server's
    version identifiers of the content read; `encoding` is the text encoding that the user named, kept for refreshing.
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
    encoding: str | None = None


_STORED = TypeAdapter(Outcome)


class SourceLog:
    """The outcomes in a library's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, outcome: Outcome) -> None:
        """Record the outcome of a source, replacing any earlier one."""
        key = (outcome.source, outcome.row or 0, outcome.article_id)
        with self._database.change() as db:
            sql = "INSERT OR REPLACE INTO outcomes (source, row, article_id, outcome) VALUES (?, ?, ?, ?)"
            db.execute(sql, (*key, _STORED.dump_json(outcome).decode()))

    def forget(self, article_id: str) -> None:
        """Delete the outcomes of an article's sources."""
        with self._database.change() as db:
            db.execute("DELETE FROM outcomes WHERE article_id = ?", (article_id,))

    def all(self) -> list[Outcome]:
        """Return all outcomes, ordered by source and row."""
        return self._read("SELECT outcome FROM outcomes ORDER BY source, row")

    def problems(self) -> list[Outcome]:
        """Return the outcomes of the sources that were skipped, are gone, or were added with a warning."""
        return [outcome for outcome in self.all() if outcome.status in ("skipped", "gone") or outcome.warnings]

    def of_article(self, article_id: str) -> list[Outcome]:
        """Return the outcomes of the sources of an article."""
        return self._read("SELECT outcome FROM outcomes WHERE article_id = ? ORDER BY source, row", article_id)

    def _read(self, sql: str, *values: str) -> list[Outcome]:
        return [_STORED.validate_json(row[0]) for row in self._database.rows(sql, *values)]


def now() -> str:
    """Return the current time in UTC, ISO 8601 to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
