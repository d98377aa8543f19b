"""The article store: articles with their text, sentences and chunks, the authoritative data of the library."""

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from index.article import Article, ArticleSummary, Chunk, Sentence
from index.store.database import Database

_ARTICLE = "id, title, text, url, source, author, published, updated, language, origin"
_SUMMARY = "id, title, url, source, author, published, updated, language, story, pages"


class Located(NamedTuple):
    """A chunk with the summary of its article and its own sentences."""

    chunk: Chunk
    article: ArticleSummary
    sentences: tuple[Sentence, ...]


class ArticleStore:
    """Articles, sentences and chunks in the library's database. Safe to share between threads and processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, article: Article, chunks: Iterable[tuple[Chunk, Sequence[Sentence]]]) -> None:
        """Write a new article, whose id must not be in use, and its chunks, each with its sentences."""
        columns = [getattr(article, name) for name in _ARTICLE.split(", ")]
        stored = (article.content_hash, *map(json.dumps, (article.pages, article.removed)))
        with self._database.change() as db:
            db.execute(
                f"INSERT INTO articles ({_ARTICLE}, content_hash, pages, removed) VALUES ({', '.join('?' * 13)})",
                (*columns, *stored),
            )
            db.executemany(
                "INSERT INTO chunks (id, article_id, first, last, text, sentences) VALUES (?, ?, ?, ?, ?, ?)",
                (
                    (chunk.id, chunk.article_id, chunk.first, chunk.last, chunk.text, _spans(sentences))
                    for chunk, sentences in chunks
                ),
            )

    def remove(self, article_id: str) -> None:
        """Delete an article and its chunks. An unknown id is not an error."""
        with self._database.change() as db:
            db.execute("DELETE FROM chunks WHERE article_id = ?", (article_id,))
            db.execute("DELETE FROM articles WHERE id = ?", (article_id,))

    def get(self, article_id: str) -> Article | None:
        """Return the article with this id, or None."""
        rows = self._database.rows(f"SELECT {_ARTICLE}, pages, removed FROM articles WHERE id = ?", article_id)
        if not rows:
            return None
        *columns, pages, removed = rows[0]
        known = dict(zip(_ARTICLE.split(", "), columns, strict=True))
        return Article(**known, pages=tuple(json.loads(pages)), removed=tuple(json.loads(removed)))

    def sentences(self, article_id: str) -> tuple[Sentence, ...]:
        """Return an article's sentences in order, or an empty tuple for an unknown id."""
        rows = self._database.rows("SELECT first, sentences FROM chunks WHERE article_id = ? ORDER BY row", article_id)
        return tuple(sentence for first, spans in rows for sentence in _sentences(first, spans))

    def chunks(self, article_id: str) -> list[Chunk]:
        """Return an article's chunks in order."""
        sql = "SELECT id, article_id, first, last, text FROM chunks WHERE article_id = ? ORDER BY row"
        return [Chunk(*row) for row in self._database.rows(sql, article_id)]

    def around(self, chunk: Chunk, before: int, after: int) -> list[tuple[Chunk, tuple[Sentence, ...]]]:
        """Return a stored chunk with so many chunks of its article before and after it, in order, with sentences."""
        sql = (
            "SELECT id, article_id, first, last, text, sentences FROM chunks WHERE article_id = ?1 AND row BETWEEN "
            "(SELECT row FROM chunks WHERE id = ?2) - ?3 AND (SELECT row FROM chunks WHERE id = ?2) + ?4 ORDER BY row"
        )
        rows = self._database.rows(sql, chunk.article_id, chunk.id, before, after)
        return [(Chunk(*row[:5]), _sentences(row[2], row[5])) for row in rows]

    def text(self, article_id: str, start: int, end: int) -> str:
        """Return a part of an article's text, or '' for an unknown id."""
        sql = "SELECT substr(text, ?2, ?3) FROM articles WHERE id = ?1"
        rows = self._database.rows(sql, article_id, start + 1, end - start)
        return str(rows[0][0]) if rows else ""

    def summary(self, article_id: str) -> ArticleSummary | None:
        """Return the summary of an article, or None for an unknown id."""
        rows = self._database.rows(f"SELECT {_SUMMARY} FROM articles WHERE id = ?", article_id)
        return _summary(rows[0]) if rows else None

    def summaries(self) -> list[ArticleSummary]:
        """Return the summaries of all articles, ordered by title."""
        rows = self._database.rows(f"SELECT {_SUMMARY} FROM articles ORDER BY title COLLATE NOCASE, id")
        return [_summary(row) for row in rows]

    def located(self, chunk_ids: Sequence[str]) -> dict[str, Located]:
        """Return the chunks with these ids, with article summary and sentences. Unknown ids are omitted."""
        sql = (
            f"SELECT c.id, c.article_id, c.first, c.last, c.text, c.sentences, a.{_SUMMARY.replace(', ', ', a.')} "
            f"FROM chunks c JOIN articles a ON a.id = c.article_id WHERE c.id IN ({', '.join('?' * len(chunk_ids))})"
        )
        return {str(row[0]): _located(row) for row in self._database.rows(sql, *chunk_ids)}

    def find(self, reference: str) -> list[str]:
        """Return the ids of the articles that an id, a URL, an origin or another address names."""
        sql = (
            "SELECT id FROM articles WHERE id = ?1 OR url = ?1 OR origin = ?1 "
            "UNION SELECT article_id FROM addresses WHERE address = ?1 ORDER BY 1"
        )
        # Terminal input may contain lone surrogates, which SQLite cannot bind. Stored values never contain any.
        valid = reference.encode("utf-8", "backslashreplace").decode()
        return [str(row[0]) for row in self._database.rows(sql, valid)]

    def owner(self, article_id: str) -> tuple[str | None, str] | None:
        """Return the origin that owns an id and the content hash of its article, or None for an unknown id."""
        rows = self._database.rows("SELECT origin, content_hash FROM articles WHERE id = ?", article_id)
        return rows[0] if rows else None

    def content_hashes(self) -> list[tuple[str, str]]:
        """Return the id and content hash of every article, ordered by id."""
        return self._database.rows("SELECT id, content_hash FROM articles ORDER BY id")

    def chunk_ids(self, articles: Collection[str] | None = None) -> set[str]:
        """Return the ids of all chunks, or only those of the given articles."""
        if articles is None:
            return {row[0] for row in self._database.rows("SELECT id FROM chunks")}
        # Passed as one JSON value, because SQLite limits the number of values in a query.
        sql = "SELECT id FROM chunks WHERE article_id IN (SELECT value FROM json_each(?))"
        return {row[0] for row in self._database.rows(sql, json.dumps(list(articles)))}

    def is_empty(self) -> bool:
        """Return whether there are no articles."""
        return not self._database.rows("SELECT 1 FROM articles LIMIT 1")

    def count(self) -> int:
        """Return the number of articles."""
        return self._database.count("articles")

    def chunk_count(self) -> int:
        """Return the number of chunks."""
        return self._database.count("chunks")


def _summary(row: Sequence[Any]) -> ArticleSummary:
    *columns, pages = row
    known = dict(zip(_SUMMARY.split(", "), columns, strict=False))
    return ArticleSummary(**known, pages=tuple(json.loads(pages)))


def _spans(sentences: Sequence[Sentence]) -> str:
    return json.dumps([(sentence.start, sentence.end) for sentence in sentences])


def _sentences(first: int, spans: str) -> tuple[Sentence, ...]:
    return tuple(Sentence(index, start, end) for index, (start, end) in enumerate(json.loads(spans), start=first))


def _located(row: Sequence[Any]) -> Located:
    chunk = Chunk(*row[:5])
    return Located(chunk, _summary(row[6:]), _sentences(chunk.first, row[5]))
