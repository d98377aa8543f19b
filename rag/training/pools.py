"""The passages of a source, searched like the product's library: by chunk, with its full-text index."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from index.article import Article
from index.store.articles import ArticleStore
from index.store.database import Database
from index.store.fulltext import FullText
from index.text.chunks import split_article
from rag.training.data import Record

DEPTH = 12
"""Number of chunks retrieved, as many as the product reads."""


class Found(NamedTuple):
    """A retrieved chunk, with the title of its article and the passage that it comes from."""

    title: str
    text: str
    passage: str


class Pool:
    """Passages that are searched together."""

    def __init__(self, path: Path, passages: Iterable[tuple[str, str]]) -> None:
        database = Database(path)
        self._articles, self._full_text = ArticleStore(database), FullText(database)
        self._found: dict[str, Found] = {}
        for number, (title, passage) in enumerate(passages):
            article = Article(str(number), title, passage)
            chunks = list(split_article(article))
            self._articles.put(article, chunks)
            self._full_text.put(article.id)
            self._found |= {chunk.id: Found(title, chunk.text, passage) for chunk, _ in chunks}

    def search(self, question: str) -> list[Found]:
        """Return the best chunks by BM25, best first."""
        return [self._found[chunk_id] for chunk_id, _ in self._full_text.search(question, DEPTH)]


def pools(folder: Path, records: Iterable[Record]) -> dict[str, Pool]:
    """Return the pool of each source (some share one), stored as files in a folder."""
    passages: dict[str, dict[str, str]] = {}
    for record in records:
        passages.setdefault(record.pool, {}).setdefault(record.passage, record.title)
    return {
        name: Pool(folder / f"{name}.sqlite", ((title, text) for text, title in held.items()))
        for name, held in sorted(passages.items())
    }
