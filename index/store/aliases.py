"""Duplicates and near-duplicates: a duplicate becomes an alias of an article, near-duplicates form one story."""

import json
from collections.abc import Iterator

from index.article import Article
from index.store.database import Database
from index.store.near_duplicates import NEAR, bands, signature, similarity, text_hash
from index.text.urls import canonical

_LOOKED_AT = 32  # maximum number of articles read per band or address


class Aliases:
    """The names and addresses of articles, and the hashes that identify texts already stored."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def duplicate_of(self, article: Article) -> tuple[str, str] | None:
        """Return id and title of another article with the same text, or with one address and nearly the same text."""
        sql = "SELECT DISTINCT article_id FROM bands WHERE band = ? AND article_id != ? ORDER BY 1 LIMIT 1"
        known = self._database.rows(sql, _exact_key(article), article.id) or self._at_address(article)
        if not known:
            return None
        row = self._database.rows("SELECT id, title FROM articles WHERE id = ?", known[0][0])
        return (row[0][0], row[0][1]) if row else None

    def _at_address(self, article: Article) -> list[tuple[str, float]]:
        if not article.url:
            return []
        sql = (
            "SELECT a.id, a.signature FROM addresses d JOIN articles a ON a.id = d.article_id "
            "WHERE d.address = ? AND a.id != ? AND a.signature IS NOT NULL ORDER BY a.id LIMIT ?"
        )
        known = self._database.rows(sql, canonical(article.url), article.id, _LOOKED_AT)
        own = signature(article.text)
        return [(other, score) for other, stored in known if (score := similarity(own, stored)) >= NEAR]

    def add(self, article: Article, article_id: str, source: str | None) -> None:
        """Record the address, the id and the `source` of a duplicate as further names of `article_id`."""
        names = {article.id, source, article.url, canonical(article.url) if article.url else None}
        self.forget(article, source)
        with self._database.change() as db:
            sql = "INSERT OR IGNORE INTO addresses VALUES (?, ?)"
            db.executemany(sql, [(name, article_id) for name in names if name and name != article_id])

    def forget(self, article: Article, source: str | None) -> None:
        """Delete the aliases under this article's id and under `source`, a source that holds one article."""
        with self._database.change() as db:
            db.executemany("DELETE FROM addresses WHERE address = ?", [(article.id,), (source,)])

    def remove(self, article_id: str) -> None:
        """Delete all names and hashes of an article."""
        with self._database.change() as db:
            db.execute("DELETE FROM addresses WHERE article_id = ?", (article_id,))
            db.execute("DELETE FROM bands WHERE article_id = ?", (article_id,))

    def names(self, article_id: str) -> list[str]:
        """Return the other names of an article: the files and addresses that contained the same text."""
        sql = (
            "SELECT d.address, a.url FROM addresses d JOIN articles a ON a.id = d.article_id "
            "WHERE a.id = ? ORDER BY d.address"
        )
        return [name for name, url in self._database.rows(sql, article_id) if not url or name != canonical(url)]

    def register(self, article: Article) -> None:
        """Record the hashes that identify an article, and the story it belongs to."""
        own = signature(article.text)
        keys = [_exact_key(article), *bands(own)]
        with self._database.change() as db:
            db.execute("UPDATE articles SET signature = ? WHERE id = ?", (own, article.id))
            db.execute("DELETE FROM bands WHERE article_id = ?", (article.id,))
            db.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", [(key, article.id) for key in keys])
            if article.url:
                db.execute("INSERT OR IGNORE INTO addresses VALUES (?, ?)", (canonical(article.url), article.id))
            near = list(self._near(article.id, own, keys))
            if near:
                self._join(article.id, near)

    def _near(self, article_id: str, own: bytes, keys: list[str]) -> Iterator[tuple[str, str | None]]:
        """Yield the near-duplicates of an article, each with its story.

        Only a limited number of articles per band is read. This is enough, as every member of a story leads to it.
        """
        sql = "SELECT article_id FROM bands WHERE band = ? AND article_id != ? LIMIT ?"
        known = {row[0] for key in keys for row in self._database.rows(sql, key, article_id, _LOOKED_AT)}
        sql = (
            "SELECT id, story, signature FROM articles "
            "WHERE id IN (SELECT value FROM json_each(?)) AND signature IS NOT NULL ORDER BY id"
        )
        for other, story, stored in self._database.rows(sql, json.dumps(sorted(known))):
            if similarity(own, stored) >= NEAR:
                yield other, story

    def _join(self, article_id: str, near: list[tuple[str, str | None]]) -> None:
        stories = {story for _, story in near if story}
        named = min(stories) if stories else min(other for other, _ in near)
        alone = [article_id, *(other for other, story in near if story is None)]
        with self._database.change() as db:
            sql = "UPDATE articles SET story = ? WHERE id = ?"
            db.executemany(sql, [(named, member) for member in alone])
            sql = "UPDATE articles SET story = ? WHERE story = ?"
            db.executemany(sql, [(named, story) for story in stories - {named}])


def _exact_key(article: Article) -> str:
    return f"same:{text_hash(article.text)}"
