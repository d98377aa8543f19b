"""The SQLite file of a library: its tables, and the one way to read and to change them."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from index.errors import LibraryError

__all__ = ["Connection", "Database"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS articles (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL, url TEXT, source TEXT, author TEXT,
    published TEXT, updated TEXT, language TEXT, origin TEXT, content_hash TEXT NOT NULL, sentences TEXT NOT NULL,
    pages TEXT NOT NULL DEFAULT '[]', removed TEXT NOT NULL DEFAULT '[]', story TEXT, signature BLOB);
CREATE TABLE IF NOT EXISTS chunks (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, article_id TEXT NOT NULL,
    first INTEGER NOT NULL, last INTEGER NOT NULL, text TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS chunks_of_article ON chunks (article_id);
CREATE INDEX IF NOT EXISTS articles_by_url ON articles (url);
CREATE INDEX IF NOT EXISTS articles_by_origin ON articles (origin);
CREATE INDEX IF NOT EXISTS articles_by_story ON articles (story);
CREATE TABLE IF NOT EXISTS addresses (
    address TEXT NOT NULL, article_id TEXT NOT NULL, PRIMARY KEY (address, article_id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS addresses_of_article ON addresses (article_id);
CREATE TABLE IF NOT EXISTS bands (
    band TEXT NOT NULL, article_id TEXT NOT NULL, PRIMARY KEY (band, article_id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS bands_of_article ON bands (article_id);
CREATE TABLE IF NOT EXISTS outcomes (
    source TEXT NOT NULL, row INTEGER NOT NULL, article_id TEXT, outcome TEXT NOT NULL,
    PRIMARY KEY (source, row)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS outcomes_by_article ON outcomes (article_id);
CREATE TABLE IF NOT EXISTS feedback (
    id TEXT PRIMARY KEY, good INTEGER NOT NULL, answer TEXT NOT NULL, history TEXT NOT NULL, reason TEXT,
    at TEXT NOT NULL);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (
    title, text, tokenize = "porter unicode61 remove_diacritics 2");
CREATE VIRTUAL TABLE IF NOT EXISTS trigrams USING fts5 (title, text, tokenize = "trigram");
CREATE VIRTUAL TABLE IF NOT EXISTS vocabulary USING fts5vocab(words, 'row');
CREATE TABLE IF NOT EXISTS pending (
    id INTEGER PRIMARY KEY AUTOINCREMENT, chunk_id TEXT NOT NULL UNIQUE, action TEXT NOT NULL);
INSERT OR IGNORE INTO meta VALUES ('generation', '0'), ('schema', '4'), ('collection', 'chunks');
"""
_MIGRATIONS = {
    "1": """
ALTER TABLE articles ADD COLUMN pages TEXT NOT NULL DEFAULT '[]';
ALTER TABLE articles ADD COLUMN removed TEXT NOT NULL DEFAULT '[]';
ALTER TABLE articles ADD COLUMN story TEXT;
ALTER TABLE articles ADD COLUMN signature BLOB;
UPDATE meta SET value = '2' WHERE key = 'schema';
""",
    "2": """
ALTER TABLE owed RENAME TO pending;
ALTER TABLE pending RENAME COLUMN ticket TO id;
UPDATE meta SET value = '3' WHERE key = 'schema';
""",
    "3": """
CREATE TABLE outcomes (
    source TEXT NOT NULL, row INTEGER NOT NULL, article_id TEXT, outcome TEXT NOT NULL,
    PRIMARY KEY (source, row)) WITHOUT ROWID;
INSERT INTO outcomes SELECT source, row, article_id, json_object(
    'source', source, 'row', nullif(row, 0), 'status', status, 'reason', reason, 'article_id', article_id,
    'parser', parser, 'charset', charset, 'found_in', json(found_in), 'warnings', json(warnings), 'at', at,
    'etag', etag, 'modified', modified) FROM sources;
DROP TABLE sources;
UPDATE meta SET value = '4' WHERE key = 'schema';
""",
}


class Database:
    """One open SQLite file. Safe to share between threads and processes."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._db = _opened(path)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def change(self) -> Iterator[Connection]:
        """Open a transaction that is written whole or not at all; one inside another joins it."""
        with self._lock:
            if self._db.in_transaction:
                yield self._db
                return
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def count(self, table: str) -> int:
        """Return the number of rows of one of the tables."""
        return int(str(self.rows(f"SELECT count(*) FROM {table}")[0][0]))


def _opened(path: Path) -> Connection:
    try:
        db = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        for version, script in _MIGRATIONS.items():
            if _schema(db) == version:
                db.executescript(f"BEGIN IMMEDIATE; {script} COMMIT;")
        db.executescript(_SCHEMA)
    except sqlite3.Error as error:
        raise LibraryError(f"The library file {path} cannot be opened ({error}): name another --library.") from error
    return db


def _schema(db: Connection) -> str | None:
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
        return None
    row = db.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
    return str(row[0]) if row else None
