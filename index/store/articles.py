"""The ledger: articles with their text and sentences, full text over chunks, and what vectors owe.

Every change to an article is one transaction that also writes into `owed` which chunks the vector store
must still take in or drop. A process that dies between the two leaves a list, not a difference.
"""

import json
import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from index.article import Article, ArticleHead, Chunk, Sentence
from index.store.database import Connection, Database
from index.text.scripts import UNSPACED

_ARTICLE = "id, title, text, url, source, author, published, updated, language, origin"
_HEAD = "id, title, url, source, published, pages, story"
_WORD = re.compile(r"[^\W_]+")
_AMONG = "chunks.article_id IN (SELECT value FROM json_each(?))"
"""One value for any number of ids: SQLite limits how many a query takes."""


class Owed(NamedTuple):
    """What the vector store owes for one chunk: 'upsert' or 'delete'."""

    ticket: int
    chunk_id: str
    action: str


class Located(NamedTuple):
    """A chunk with what a reader needs of its article."""

    chunk: Chunk
    article: ArticleHead
    sentences: tuple[Sentence, ...]


class Facts(NamedTuple):
    """What filters and lists ask of an article; `published` is ISO 8601 or None."""

    id: str
    title: str
    source: str | None
    author: str | None
    published: str | None
    language: str | None


class Ledger:
    """What the library knows for certain. Safe to share between threads and processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, article: Article, sentences: Sequence[Sentence], chunks: Sequence[Chunk]) -> None:
        """Write an article in place of any older one of its id, and owe its vectors."""
        with self._database.change() as db:
            _erase(db, article.id)
            values = [getattr(article, name) for name in _ARTICLE.split(", ")]
            spans = [(sentence.start, sentence.end) for sentence in sentences]
            kept = (article.content_hash, *map(json.dumps, (spans, article.pages, article.removed)))
            db.execute(
                f"INSERT INTO articles ({_ARTICLE}, content_hash, sentences, pages, removed) "
                f"VALUES ({', '.join('?' * 14)})",
                (*values, *kept),
            )
            for chunk in chunks:
                _write_chunk(db, article.title, chunk)

    def remove(self, article_id: str) -> None:
        """Delete an article from the ledger and the full text, and owe the deletion of its vectors."""
        with self._database.change() as db:
            _erase(db, article_id)
            db.execute("DELETE FROM addresses WHERE article_id = ?", (article_id,))

    def article(self, article_id: str) -> Article | None:
        """Return the article of this id, or None."""
        rows = self._database.rows(f"SELECT {_ARTICLE}, pages, removed FROM articles WHERE id = ?", article_id)
        return Article(*rows[0][:-2], *(tuple(json.loads(kept)) for kept in rows[0][-2:])) if rows else None

    def sentences(self, article_id: str) -> tuple[Sentence, ...]:
        """Return an article's sentences in order; none for an unknown id."""
        rows = self._database.rows("SELECT sentences FROM articles WHERE id = ?", article_id)
        spans = json.loads(str(rows[0][0])) if rows else []
        return tuple(Sentence(index, start, end) for index, (start, end) in enumerate(spans))

    def stamp(self, article_id: str) -> tuple[str | None, str] | None:
        """Return who owns an id (its origin) and its content hash, or None for an unknown id."""
        rows = self._database.rows("SELECT origin, content_hash FROM articles WHERE id = ?", article_id)
        return rows[0] if rows else None

    def content_hashes(self) -> list[tuple[str, str]]:
        """Return every article's id and the hash of its content, by id."""
        return self._database.rows("SELECT id, content_hash FROM articles ORDER BY id")

    def heads(self) -> list[ArticleHead]:
        """Return every article's head, by title."""
        rows = self._database.rows(f"SELECT {_HEAD} FROM articles ORDER BY title COLLATE NOCASE, id")
        return [_head(row) for row in rows]

    def facts(self) -> list[Facts]:
        """Return what filters ask of every article."""
        return [Facts(*row) for row in self._database.rows(f"SELECT {', '.join(Facts._fields)} FROM articles")]

    def find(self, reference: str) -> list[str]:
        """Return the ids of the articles that an id, a URL, an origin or another address names."""
        sql = (
            "SELECT id FROM articles WHERE id = ?1 OR url = ?1 OR origin = ?1 "
            "UNION SELECT article_id FROM addresses WHERE address = ?1 ORDER BY 1"
        )
        # SQLite takes no half characters, which a terminal may give; nothing kept has any
        whole = reference.encode("utf-8", "backslashreplace").decode()
        return [str(row[0]) for row in self._database.rows(sql, whole)]

    def head(self, article_id: str) -> ArticleHead | None:
        """Return one article's head, or None."""
        rows = self._database.rows(f"SELECT {_HEAD} FROM articles WHERE id = ?", article_id)
        return _head(rows[0]) if rows else None

    def located(self, ids: Sequence[str]) -> dict[str, Located]:
        """Return the chunks of these ids that exist, with their article's head and their sentences."""
        marks = ", ".join("?" * len(ids))
        sql = (
            f"SELECT c.id, c.article_id, c.first, c.last, c.text, a.sentences, {_of_article(_HEAD)} "
            f"FROM chunks c JOIN articles a ON a.id = c.article_id WHERE c.id IN ({marks})"
        )
        return {str(row[0]): _located(row) for row in self._database.rows(sql, *ids)}

    def chunks_of(self, article_id: str) -> list[Chunk]:
        """Return an article's chunks in order."""
        sql = "SELECT id, article_id, first, last, text FROM chunks WHERE article_id = ? ORDER BY row"
        return [Chunk(*row) for row in self._database.rows(sql, article_id)]

    def search(self, question: str, limit: int, among: Collection[str] | None = None) -> list[tuple[str, float]]:
        """Return ids and BM25 scores (higher is better) of the chunks that share words with `question`.

        `among` has the ids of the articles to search; None searches all.
        """
        found: dict[str, float] = {}
        for table, query in (("words", _words_query(question)), ("trigrams", _trigram_query(question))):
            if query:
                for chunk_id, score in self._match(table, query, limit, among):
                    found[chunk_id] = max(score, found.get(chunk_id, score))
        return sorted(found.items(), key=lambda item: (-item[1], item[0]))[:limit]

    def _match(self, table: str, query: str, limit: int, among: Collection[str] | None) -> list[tuple[str, float]]:
        wanted = "" if among is None else f"AND {_AMONG} "
        sql = (
            f"SELECT chunks.id, -bm25({table}) FROM {table} JOIN chunks ON chunks.row = {table}.rowid "
            f"WHERE {table} MATCH ? {wanted}ORDER BY bm25({table}), chunks.id LIMIT ?"
        )
        values = [] if among is None else [json.dumps(list(among))]
        return self._database.rows(sql, query, *values, limit)

    def frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """Return in how many chunks each Porter-stemmed term stands."""
        sql = "SELECT doc FROM vocabulary WHERE term = ?"
        counted = {term: self._database.rows(sql, term) for term in terms}
        return {term: int(str(rows[0][0])) if rows else 0 for term, rows in counted.items()}

    def owed(self, limit: int) -> list[Owed]:
        """Return up to `limit` debts of the vector store, deletions first."""
        sql = "SELECT ticket, chunk_id, action FROM owed ORDER BY action, ticket LIMIT ?"
        return [Owed(*row) for row in self._database.rows(sql, limit)]

    def owe(self, ids: Iterable[str], action: str) -> None:
        """Note that the vector store must take in ('upsert') or drop ('delete') these chunks."""
        with self._database.change() as db:
            sql = "INSERT OR REPLACE INTO owed (chunk_id, action) VALUES (?, ?)"
            db.executemany(sql, [(chunk_id, action) for chunk_id in ids])

    def chunk_ids(self) -> set[str]:
        """Return the ids of all chunks."""
        return {row[0] for row in self._database.rows("SELECT id FROM chunks")}

    def chunk_ids_of(self, articles: Collection[str]) -> set[str]:
        """Return the ids of these articles' chunks."""
        rows = self._database.rows(f"SELECT id FROM chunks WHERE {_AMONG}", json.dumps(list(articles)))
        return {row[0] for row in rows}

    def is_empty(self) -> bool:
        """Tell whether there is no article."""
        return not self._database.rows("SELECT 1 FROM articles LIMIT 1")

    def chunk_count(self) -> int:
        """Return the number of chunks."""
        return self._count("chunks")

    def owed_count(self) -> int:
        """Return how many chunks the vector store still owes."""
        return self._count("owed")

    def settle(self, done: Sequence[Owed]) -> int:
        """Strike off what the vector store has done, and return the new generation."""
        with self._database.change() as db:
            # By ticket: a chunk that changed again meanwhile has a new one, and stays owed.
            db.executemany("DELETE FROM owed WHERE ticket = ?", [(debt.ticket,) for debt in done])
            db.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
        return self.generation()

    def collection(self) -> str:
        """Return the name of the collection that holds the vectors in use."""
        return str(self._database.rows("SELECT value FROM meta WHERE key = 'collection'")[0][0])

    def use_collection(self, name: str) -> None:
        """Use the vectors of another collection from now on, in every process."""
        with self._database.change() as db:
            db.execute("UPDATE meta SET value = ? WHERE key = 'collection'", (name,))
            db.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")

    def generation(self) -> int:
        """Return a number that grows with every change to the vectors, whoever made it."""
        return int(str(self._database.rows("SELECT value FROM meta WHERE key = 'generation'")[0][0]))

    def counts(self) -> dict[str, int]:
        """Return the number of articles, chunks and rows of full text."""
        return {
            "articles": self._count("articles"),
            "chunks": self._count("chunks"),
            "full_text": self._count("words"),
        }

    def _count(self, table: str) -> int:
        return int(str(self._database.rows(f"SELECT count(*) FROM {table}")[0][0]))


def _of_article(columns: str) -> str:
    return ", ".join(f"a.{column}" for column in columns.split(", "))


def _head(row: Sequence[Any]) -> ArticleHead:
    article_id, title, url, source, published, pages, story = row
    return ArticleHead(article_id, title, url, source, published, tuple(json.loads(pages)), story)


def _located(row: Sequence[Any]) -> Located:
    first, last = row[2], row[3]
    spans = json.loads(row[5])[first : last + 1]
    sentences = tuple(Sentence(index, *span) for index, span in enumerate(spans, start=first))
    return Located(Chunk(*row[:5]), _head(row[6:]), sentences)


def _erase(db: Connection, article_id: str) -> None:
    for row, chunk_id in db.execute("SELECT row, id FROM chunks WHERE article_id = ?", (article_id,)).fetchall():
        db.execute("DELETE FROM words WHERE rowid = ?", (row,))
        db.execute("DELETE FROM trigrams WHERE rowid = ?", (row,))
        db.execute("INSERT OR REPLACE INTO owed (chunk_id, action) VALUES (?, 'delete')", (chunk_id,))
    db.execute("DELETE FROM chunks WHERE article_id = ?", (article_id,))
    db.execute("DELETE FROM bands WHERE article_id = ?", (article_id,))
    db.execute("DELETE FROM articles WHERE id = ?", (article_id,))


def _write_chunk(db: Connection, title: str, chunk: Chunk) -> None:
    values = (chunk.id, chunk.article_id, chunk.first, chunk.last, chunk.text)
    row = db.execute("INSERT INTO chunks (id, article_id, first, last, text) VALUES (?, ?, ?, ?, ?)", values).lastrowid
    db.execute("INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)", (row, title, chunk.text))
    if UNSPACED.search(title + chunk.text):
        db.execute("INSERT INTO trigrams (rowid, title, text) VALUES (?, ?, ?)", (row, title, chunk.text))
    db.execute("INSERT OR REPLACE INTO owed (chunk_id, action) VALUES (?, 'upsert')", (chunk.id,))


def _words_query(question: str) -> str:
    """Quote each word and join by OR: raw questions are FTS5 syntax errors."""
    words = dict.fromkeys(word.lower() for word in _WORD.findall(question))
    return " OR ".join(f'"{word}"' for word in words)


def _trigram_query(question: str) -> str:
    runs = UNSPACED.findall(question)
    grams = dict.fromkeys(run[i : i + 3] for run in runs for i in range(len(run) - 2))
    return " OR ".join(f'"{gram}"' for gram in grams)
