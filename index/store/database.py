"""The SQLite database of a library: its tables, and the only way to read and change them."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from filelock import FileLock

from index.errors import LibraryError
from index.store.lock import held

__all__ = ["Connection", "Database"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS articles (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL, url TEXT, source TEXT, author TEXT,
    published TEXT, updated TEXT, language TEXT, origin TEXT, content_hash TEXT NOT NULL,
    pages TEXT NOT NULL DEFAULT '[]', removed TEXT NOT NULL DEFAULT '[]', story TEXT, signature BLOB);
CREATE TABLE IF NOT EXISTS chunks (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, article_id TEXT NOT NULL,
    first INTEGER NOT NULL, last INTEGER NOT NULL, text TEXT NOT NULL, sentences TEXT NOT NULL);
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
INSERT OR IGNORE INTO meta VALUES ('generation', '0'), ('schema', '5'), ('collection', 'chunks');
"""
_MIGRATIONS = {
    "1": """
ALTER TABLE articles ADD COLUMN pages TEXT NOT NULL DEFAULT '[]';
ALTER TABLE articles ADD COLUMN removed TEXT NOT NULL DEFAULT '[]';
ALTER TABLE articles ADD COLUMN story TEXT;
ALTER TABLE articles ADD COLUMN signature BLOB;
CREATE TABLE sources (
    source TEXT NOT NULL, row INTEGER NOT NULL, status TEXT NOT NULL, reason TEXT, article_id TEXT, parser TEXT,
    charset TEXT, found_in TEXT NOT NULL, warnings TEXT NOT NULL, at TEXT NOT NULL, etag TEXT, modified TEXT,
    PRIMARY KEY (source, row)) WITHOUT ROWID;
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
    "4": """
ALTER TABLE chunks ADD COLUMN sentences TEXT NOT NULL DEFAULT '[]';
UPDATE chunks SET sentences = (
    SELECT json_group_array(json(s.value)) FROM articles a, json_each(a.sentences) s
    WHERE a.id = chunks.article_id AND s.key BETWEEN chunks.first AND chunks.last);
ALTER TABLE articles DROP COLUMN sentences;
UPDATE meta SET value = '5' WHERE key = 'schema';
""",
}


_VERSION = "5"
_DAMAGED = "is damaged: put a copy of it in its place, or add your articles to another --library."
_FAILURES = {
    sqlite3.SQLITE_FULL: "cannot grow, as the disk is full: free some space, then run the same command again.",
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_IOERR: "cannot be read or written: check the disk and the space on it, then run the same again.",
    sqlite3.SQLITE_READONLY: "cannot be changed by this account: change its permissions, or name another --library.",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: check its permissions, or name another --library.",
    sqlite3.SQLITE_BUSY: "is being changed by another process: wait until that is done, then run the same again.",
}
"""Error messages by SQLite result code."""


class Database:
    """One open SQLite database. Safe to share between threads and processes.

    Failures are raised as LibraryError. A file that this account may not write is opened read-only.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        with self._told():
            self._db = _opened(path) if _is_writable(path) else _opened_to_read(path)

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    @contextmanager
    def change(self) -> Iterator[Connection]:
        """Open a transaction, committed as a whole or rolled back. A nested transaction joins the outer one."""
        with self._lock:
            if self._db.in_transaction:
                yield self._db
                return
            with self._told():
                self._db.execute("BEGIN IMMEDIATE")
                try:
                    yield self._db
                    self._db.execute("COMMIT")
                except BaseException:
                    if self._db.in_transaction:  # SQLite rolls back by itself when the disk is full
                        self._db.execute("ROLLBACK")
                    raise

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        with self._lock, self._told():
            return self._db.execute(sql, values).fetchall()

    def count(self, table: str) -> int:
        """Return the number of rows in a table."""
        return int(str(self.rows(f"SELECT count(*) FROM {table}")[0][0]))

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            what = _FAILURES.get(code, f"failed ({error}): name another --library.")
            raise LibraryError(f"The library file {self._path} {what}") from error


def _is_writable(path: Path) -> bool:
    """Return whether the database may be changed. SQLite must be able to write to its folder too."""
    return os.access(path.parent, os.W_OK) and (not path.exists() or os.access(path, os.W_OK))


def _opened(path: Path) -> Connection:
    db = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
    _refuse_newer(db, path)
    if _schema(db) != _VERSION:
        with held(FileLock(f"{path}.lock")):  # SQLite does not wait while another process switches to WAL
            _bring_up_to_date(db)
    db.execute("PRAGMA synchronous = NORMAL")
    db.executescript(_SCHEMA)  # a table may be younger than the schema's number
    return db


def _bring_up_to_date(db: Connection) -> None:
    db.execute("PRAGMA journal_mode = WAL")
    for version, script in _MIGRATIONS.items():
        if _schema(db) == version:
            db.executescript(f"BEGIN IMMEDIATE; {script} COMMIT;")
    db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")


def _opened_to_read(path: Path) -> Connection:
    """Open a database read-only. Without a write-ahead log beside it, the file is complete and opened as immutable."""
    mode = "mode=ro" if path.with_name(f"{path.name}-wal").exists() else "immutable=1"
    db = sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, isolation_level=None, check_same_thread=False)
    _refuse_newer(db, path)
    if _schema(db) != _VERSION:
        raise LibraryError(
            f"The library {path.parent} was made by an older onrecord and cannot be changed by this account: "
            "let the account that owns it run 'onrecord list' once."
        )
    return db


def _refuse_newer(db: Connection, path: Path) -> None:
    schema = _schema(db)
    if schema is not None and schema != _VERSION and schema not in _MIGRATIONS:
        raise LibraryError(
            f"The library {path.parent} was made by a newer onrecord (schema {schema}, this one reads up to "
            f"{_VERSION}): install the newer onrecord, or name another --library."
        )


def _schema(db: Connection) -> str | None:
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
        return None
    row = db.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
    return str(row[0]) if row else None
