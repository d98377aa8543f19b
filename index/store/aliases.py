"""Each article once: the same text under another name is one article, nearly the same text is one story."""

from collections.abc import Iterator

from index.article import Article
from index.store.database import Database
from index.store.near_duplicates import NEAR, bands, likeness, same, signature
from index.text.urls import canonical


class Once:
    """What tells whether an article is known already, under whatever name or address."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def twin(self, article: Article) -> tuple[str, str] | None:
        """Return id and title of another article that is this one: equal text, or one address and nearly equal."""
        sql = "SELECT DISTINCT article_id FROM bands WHERE band = ? AND article_id != ? ORDER BY 1 LIMIT 1"
        found = self._database.rows(sql, _same(article), article.id) or self._at_address(article)
        if not found:
            return None
        row = self._database.rows("SELECT id, title FROM articles WHERE id = ?", found[0][0])
        return (row[0][0], row[0][1]) if row else None

    def _at_address(self, article: Article) -> list[tuple[str, float]]:
        if not article.url:
            return []
        sql = (
            "SELECT a.id, a.signature FROM addresses d JOIN articles a ON a.id = d.article_id "
            "WHERE d.address = ? AND a.id != ? AND a.signature IS NOT NULL ORDER BY a.id"
        )
        known = self._database.rows(sql, canonical(article.url), article.id)
        own = signature(article.text)
        return [(other, score) for other, kept in known if (score := likeness(own, kept)) >= NEAR]

    def name(self, article: Article, article_id: str, source: str | None) -> None:
        """Write down that an article goes by the names of this one too: its address, its id, and `source`."""
        names = {article.id, source, article.url, canonical(article.url) if article.url else None}
        self.forget(article, source)
        with self._database.change() as db:
            sql = "INSERT OR IGNORE INTO addresses VALUES (?, ?)"
            db.executemany(sql, [(name, article_id) for name in names if name and name != article_id])

    def forget(self, article: Article, source: str | None) -> None:
        """Forget which article a source of one article, and its id, named before."""
        with self._database.change() as db:
            db.executemany("DELETE FROM addresses WHERE address = ?", [(article.id,), (source,)])

    def names(self, article_id: str) -> list[str]:
        """Return the names that were written down for an article, but for its own address."""
        sql = (
            "SELECT d.address, a.url FROM addresses d JOIN articles a ON a.id = d.article_id "
            "WHERE a.id = ? ORDER BY d.address"
        )
        return [name for name, url in self._database.rows(sql, article_id) if not url or name != canonical(url)]

    def note(self, article: Article) -> None:
        """Write down what an article is recognised by, and the story that it belongs to."""
        own = signature(article.text)
        keys = [_same(article), *bands(own)]
        with self._database.change() as db:
            db.execute("UPDATE articles SET signature = ? WHERE id = ?", (own, article.id))
            db.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", [(key, article.id) for key in keys])
            if article.url:
                db.execute("INSERT OR IGNORE INTO addresses VALUES (?, ?)", (canonical(article.url), article.id))
            near = dict(self._near(article.id, own, keys))
            if near:
                self._join(article.id, near)

    def _near(self, article_id: str, own: bytes, keys: list[str]) -> Iterator[tuple[str, str | None]]:
        marks = ", ".join("?" * len(keys))
        sql = (
            "SELECT DISTINCT a.id, a.story, a.signature FROM bands b JOIN articles a ON a.id = b.article_id "
            f"WHERE b.band IN ({marks}) AND a.id != ? AND a.signature IS NOT NULL"
        )
        for other, story, kept in self._database.rows(sql, *keys, article_id):
            if likeness(own, kept) >= NEAR:
                yield other, story

    def _join(self, article_id: str, near: dict[str, str | None]) -> None:
        stories = {story for story in near.values() if story}
        named = min(stories) if stories else min(near)
        with self._database.change() as db:
            sql = "UPDATE articles SET story = ? WHERE id = ?"
            db.executemany(sql, [(named, member) for member in (article_id, *near)])
            sql = "UPDATE articles SET story = ? WHERE story = ?"
            db.executemany(sql, [(named, story) for story in stories])


def _same(article: Article) -> str:
    return f"same:{same(article.text)}"
