"""Libraries that earlier versions made are opened as they are."""

import sqlite3
from pathlib import Path

from index.store.database import Database
from index.store.outbox import Outbox
from index.store.source_log import SourceLog

_SCHEMA_2 = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE sources (
    source TEXT NOT NULL, row INTEGER NOT NULL, status TEXT NOT NULL, reason TEXT, article_id TEXT, parser TEXT,
    charset TEXT, found_in TEXT NOT NULL, warnings TEXT NOT NULL, at TEXT NOT NULL, etag TEXT, modified TEXT,
    PRIMARY KEY (source, row)) WITHOUT ROWID;
CREATE TABLE owed (ticket INTEGER PRIMARY KEY AUTOINCREMENT, chunk_id TEXT NOT NULL UNIQUE, action TEXT NOT NULL);
INSERT INTO meta VALUES ('generation', '7'), ('schema', '2'), ('collection', 'chunks');
INSERT INTO owed (chunk_id, action) VALUES ('pier#0', 'upsert');
INSERT INTO sources VALUES ('/pier.csv', 3, 'added', NULL, 'pier', 'csv', 'utf-8', '{"title": "column head"}',
    '["no date"]', '2026-01-02T03:04:05+00:00', NULL, NULL);
"""


def test_a_library_of_schema_2_keeps_its_outcomes_and_what_is_pending(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    old = sqlite3.connect(path)
    old.executescript(_SCHEMA_2)
    old.close()
    for _ in range(2):  # the second opening finds nothing to change
        database = Database(path)
        outbox = Outbox(database)
        assert [(entry.chunk_id, entry.action) for entry in outbox.pending(5)] == [("pier#0", "upsert")]
        assert outbox.generation() == 7
        (outcome,) = SourceLog(database).all()
        assert (outcome.source, outcome.row, outcome.status, outcome.article_id) == ("/pier.csv", 3, "added", "pier")
        assert (outcome.found_in, outcome.warnings) == ({"title": "column head"}, ("no date",))
        database.close()
