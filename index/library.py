"""The library: ledger, full text and vectors, kept in step by this one class."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from filelock import FileLock

from index.article import Article, ArticleHead, Chunk, Sentence
from index.chunk import searched_text, split_article
from index.errors import LibraryError
from index.ledger import Ledger, Located, Owed
from index.load import Found, absolute, load

if TYPE_CHECKING:
    import numpy as np

    from index.embed import MiniLM
    from index.vectors import Vectors

Status = Literal["added", "updated", "unchanged", "skipped"]
Progress = Callable[[int, int], None]
_OWED_AT_ONCE = 64
_QUESTIONS_KEPT = 32


class Outcome(NamedTuple):
    """What became of one article or source; `reason` says why it was skipped, `row` is its line in a JSONL file."""

    source: str
    status: Status
    reason: str | None = None
    article_id: str | None = None
    title: str | None = None
    row: int | None = None


class Library:
    """Articles in one folder. Several threads and processes may use the same folder."""

    def __init__(self, folder: Path, create: bool = True) -> None:
        self.folder = folder
        _prepare(folder, create)
        self._ledger = Ledger(folder / "ledger.sqlite3")
        self._writing = FileLock(str(folder / "writing.lock"))
        self._opening = threading.Lock()
        self._seen = self._ledger.generation()
        # searching and reading both compare with the question: embed it once
        self.question_vector = lru_cache(_QUESTIONS_KEPT)(self._question_vector)

    @cached_property
    def embedder(self) -> "MiniLM":
        """The embedder, loaded when first needed."""
        from index.embed import MiniLM

        return MiniLM()

    @property
    def vectors(self) -> "Vectors":
        """The vector store, opened when first needed."""
        with self._opening:
            return self._vectors

    @cached_property
    def _vectors(self) -> "Vectors":
        from index.embed import DIMENSION
        from index.vectors import Vectors

        return Vectors(self.folder / "vectors", self.embedder.model_name, DIMENSION)

    def add(self, sources: Sequence[str], replace: bool = False, progress: Progress | None = None) -> Iterator[Outcome]:
        """Add what the sources hold and yield one outcome an article or skipped source.

        Articles are searchable by full text as they are yielded; `progress(done, total)` then counts
        the chunks whose vectors follow. An id that another source owns is skipped unless `replace`.
        """
        for source in sources:
            for found in load(source):
                yield self._keep(found, replace)
        self.sync(progress)

    def add_all(self, sources: Sequence[str]) -> list[Outcome]:
        """Add what the sources hold and return all outcomes."""
        return list(self.add(sources))

    def _keep(self, found: Found, replace: bool) -> Outcome:
        article = found.article
        if article is None:
            return Outcome(found.source, "skipped", found.reason, row=found.row)
        status = self._status(article)
        if status == "owned" and not replace:
            owner = (self._ledger.stamp(article.id) or ("", ""))[0]
            reason = f"its id {article.id} belongs to {owner}: use --replace to take it over"
            return Outcome(found.source, "skipped", reason, article.id, article.title, found.row)
        if status != "unchanged":
            self._ledger.put(article, *split_article(article))
        shown: Status = "updated" if status == "owned" else status
        return Outcome(found.source, shown, None, article.id, article.title, found.row)

    def _status(self, article: Article) -> Literal["added", "updated", "unchanged", "owned"]:
        stamp = self._ledger.stamp(article.id)
        if stamp is None:
            return "added"
        if stamp[0] != article.origin:
            return "owned"
        return "unchanged" if stamp[1] == article.content_hash else "updated"

    def sync(self, progress: Progress | None = None) -> None:
        """Bring the vectors in step with the ledger; also heals what a killed process left undone."""
        with self._writing:
            self._reconcile()
            done, total = 0, self._ledger.owed_count()
            while owed := self._ledger.owed(_OWED_AT_ONCE):
                self._settle(owed)
                done += len(owed)
                if progress:
                    progress(min(done, total), total)

    def _reconcile(self) -> None:
        """Owe what the vector store lost or kept against the ledger, where their counts differ."""
        counts = self.counts()
        if counts["owed"] or counts["vectors"] == counts["chunks"]:
            return
        kept, known = self.vectors.ids(), self._ledger.chunk_ids()
        self._ledger.owe(known - kept, "upsert")
        self._ledger.owe(kept - known, "delete")

    def _settle(self, owed: Sequence[Owed]) -> None:
        self.refresh()
        self.vectors.delete([debt.chunk_id for debt in owed if debt.action == "delete"])
        found = self._ledger.located([debt.chunk_id for debt in owed if debt.action == "upsert"])
        if found:
            texts = [searched_text(entry.article.title, entry.chunk) for entry in found.values()]
            self.vectors.upsert(list(found), self.embed(texts))
        generation = self._ledger.settle(owed)
        if generation == self._seen + 1:
            self._seen = generation

    def embed(self, texts: list[str]) -> "np.ndarray":
        """Return one vector, of length one, for each text."""
        import numpy as np

        return np.asarray(self.embedder.get_text_embedding_batch(texts), dtype=np.float32)

    def refresh(self) -> None:
        """Reopen the vectors if another process changed them since they were opened."""
        generation = self._ledger.generation()
        if generation != self._seen:
            self.vectors.reopen()
            self._seen = generation

    def remove(self, reference: str) -> list[str]:
        """Remove the articles that an id, a URL or a path names, everywhere; return their ids."""
        ids = self._ledger.find(reference) or self._ledger.find(str(absolute(reference) or ""))
        for article_id in ids:
            self._ledger.remove(article_id)
        self.sync()
        return ids

    def article(self, article_id: str) -> Article | None:
        """Return the article of this id, or None."""
        return self._ledger.article(article_id)

    def sentences(self, article_id: str) -> tuple[Sentence, ...]:
        """Return an article's sentences in order."""
        return self._ledger.sentences(article_id)

    def chunks(self, article_id: str) -> list[Chunk]:
        """Return an article's chunks in order."""
        return self._ledger.chunks_of(article_id)

    def heads(self) -> list[ArticleHead]:
        """Return every article's head, by title."""
        return self._ledger.heads()

    def head(self, article_id: str) -> ArticleHead | None:
        """Return one article's head, or None."""
        return self._ledger.head(article_id)

    def chunk_count(self) -> int:
        """Return how many chunks the full text holds."""
        return self._ledger.chunk_count()

    def _question_vector(self, question: str) -> "np.ndarray":
        import numpy as np

        return np.asarray(self.embedder.get_query_embedding(question), dtype=np.float32)

    def likeness(self, question: str, found: Sequence[Located]) -> list[float]:
        """Return the cosine likeness of chunks whose vectors may still be owed, made on the spot."""
        texts = [searched_text(entry.article.title, entry.chunk) for entry in found]
        return [float(score) for score in self.embed(texts) @ self.question_vector(question)]

    def is_behind(self) -> bool:
        """Tell whether the vector store still owes some chunks."""
        return self._ledger.owed_count() > 0

    def is_empty(self) -> bool:
        """Tell whether there is no article yet."""
        return self._ledger.is_empty()

    def search_text(self, question: str, limit: int) -> list[tuple[str, float]]:
        """Return chunk ids and BM25 scores, best first."""
        return self._ledger.search(question, limit)

    def search_vectors(self, question: str, limit: int) -> list[tuple[str, float]]:
        """Return chunk ids and cosine likeness, best first; none while no vector is stored."""
        self.refresh()
        return self.vectors.search(self.question_vector(question), limit)

    def located(self, ids: Sequence[str]) -> dict[str, Located]:
        """Return the chunks of these ids with head and sentences; ids that the ledger does not know are left out."""
        return self._ledger.located(ids)

    def frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """Return in how many chunks each Porter-stemmed term stands."""
        return self._ledger.frequencies(terms)

    def counts(self) -> dict[str, int]:
        """Return the number of articles, chunks, rows of full text, vectors, and chunks still owed."""
        self.refresh()
        return {**self._ledger.counts(), "vectors": self.vectors.count(), "owed": self._ledger.owed_count()}

    def close(self) -> None:
        """Close both stores."""
        if "_vectors" in self.__dict__:
            self._vectors.close()
        self._ledger.close()


def _prepare(folder: Path, create: bool) -> None:
    if not create and not (folder / "ledger.sqlite3").exists():
        raise LibraryError(f"There is no library in {folder}: add articles first, or name another --library.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(
            f"The library folder {folder} cannot be made ({error.strerror}): name another --library."
        ) from error
