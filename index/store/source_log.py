"""The ledger of sources: every file, row and address ever given, and what became of it."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

from index.store.database import Database

Status = Literal["added", "updated", "unchanged", "duplicate", "skipped", "gone"]
_COLUMNS = "source, row, status, reason, article_id, parser, charset, found_in, warnings, at, etag, modified"


class SourceEntry(NamedTuple):
    """One source and what became of it when it was last given.

    `row` is its line or record in a file of many, else None; `found_in` tells where the article's facts were found;
    `at` is when it was given (ISO 8601, UTC); `etag` and `modified` are a web server's marks of the version read.
    """

    source: str
    row: int | None
    status: Status
    reason: str | None
    article_id: str | None
    parser: str | None
    charset: str | None
    found_in: Mapping[str, str]
    warnings: tuple[str, ...]
    at: str
    etag: str | None
    modified: str | None


class Sources:
    """The table of sources."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, entry: SourceEntry) -> None:
        """Write down what became of a source, in place of what was known of it."""
        values = (entry.source, entry.row or 0, *entry[2:7], json.dumps(dict(entry.found_in)))
        with self._database.change() as db:
            db.execute(
                f"INSERT OR REPLACE INTO sources ({_COLUMNS}) VALUES ({', '.join('?' * 12)})",
                (*values, json.dumps(entry.warnings), *entry[9:]),
            )

    def all(self) -> list[SourceEntry]:
        """Return every source, by name and row."""
        return [_entry(row) for row in self._database.rows(f"SELECT {_COLUMNS} FROM sources ORDER BY source, row")]

    def problems(self) -> list[SourceEntry]:
        """Return the sources that were skipped, are gone, or came in with a warning."""
        return [entry for entry in self.all() if entry.status in ("skipped", "gone") or entry.warnings]

    def of_article(self, article_id: str) -> list[SourceEntry]:
        """Return the sources that gave an article."""
        sql = f"SELECT {_COLUMNS} FROM sources WHERE article_id = ? ORDER BY source, row"
        return [_entry(row) for row in self._database.rows(sql, article_id)]

    def at(self, source: str) -> SourceEntry | None:
        """Return what is known of a source of one article."""
        found = self._database.rows(f"SELECT {_COLUMNS} FROM sources WHERE source = ? AND row = 0", source)
        return _entry(found[0]) if found else None


def now() -> str:
    """Return the present time, UTC, in ISO 8601 to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _entry(row: tuple[Any, ...]) -> SourceEntry:
    source, number, status, reason, article_id, parser, charset, found_in, warnings, at, etag, modified = row
    told = (json.loads(found_in), tuple(json.loads(warnings)), at, etag, modified)
    return SourceEntry(source, number or None, status, reason, article_id, parser, charset, *told)
