"""The library: articles, full text and vectors, kept consistent by this class."""

import hashlib
import json
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from index.article import Article
from index.embedder import prepare
from index.errors import LibraryError, Problem, VectorsError
from index.item import Item
from index.settings import CHUNK_CHARS, CHUNK_TOKENS
from index.sources.load import PLAIN, Fetching, absolute, article_of, from_web, is_address, load
from index.store.aliases import Aliases
from index.store.articles import ArticleStore, Located
from index.store.database import Database
from index.store.feedback import Feedback
from index.store.fulltext import FullText
from index.store.lock import held
from index.store.outbox import Outbox, Pending
from index.store.source_log import Outcome, SourceLog, Status, now
from index.text.chunks import searched_text, split_article
from index.text.urls import canonical

if TYPE_CHECKING:
    import numpy as np
    from llama_index.core.base.embeddings.base import BaseEmbedding

    from index.store.vectors import Vectors

Progress = Callable[[int, int], None]
_BATCH = 64  # chunks embedded between two progress reports
_CACHED_QUESTIONS = 32
_SHARED = ("row", "reason", "kind", "parser", "charset", "found_in", "note", "etag", "modified")


class Library:
    """Articles in one folder, which several threads and processes may use at once.

    `embedder` replaces the default one. A library built with another embedder or another chunk size (`chunk_chars`) is
    refused.
    """

    def __init__(
        self,
        folder: Path,
        create: bool = True,
        embedder: "BaseEmbedding | None" = None,
        chunk_chars: int = CHUNK_CHARS,
    ) -> None:
        self.folder = folder
        self.chunk_chars = chunk_chars
        _prepare(folder, create)
        self._database = Database(folder / "ledger.sqlite3")
        self.articles = ArticleStore(self._database)
        self.full_text = FullText(self._database)
        self.outbox = Outbox(self._database)
        self.aliases = Aliases(self._database)
        self.sources = SourceLog(self._database)
        self.feedback = Feedback(self._database)
        self._given = embedder
        self._writing = FileLock(str(folder / "writing.lock"))
        self._opening = threading.Lock()
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        self._seen = self.outbox.generation()

    @cached_property
    def embedder(self) -> "BaseEmbedding":
        """The embedder, loaded on first use."""
        if self._given is not None:
            return self._given
        from index.embedder import MiniLM

        return MiniLM()

    @property
    def vectors(self) -> "Vectors":
        """The vector store, opened on first use."""
        with self._opening:
            return self._vectors

    @cached_property
    def _vectors(self) -> "Vectors":
        return self._vectors_named(self.outbox.collection())

    def _vectors_named(self, collection: str) -> "Vectors":
        from index.embedder import dimension
        from index.store.vectors import Vectors

        made_by = self.embedder
        made_with = (made_by.model_name, dimension(made_by), self.chunk_chars)
        return Vectors(self._vector_folder, collection, *made_with)

    @cached_property
    def _vector_folder(self) -> Path:
        """The folder of the vectors: a copy if this account may not write there, as Chroma must be able to write."""
        folder = self.folder / "vectors"
        if os.access(self.folder, os.W_OK):
            return folder
        self._copy = tempfile.TemporaryDirectory(prefix="onrecord-", ignore_cleanup_errors=True)
        return Path(shutil.copytree(folder, Path(self._copy.name) / "vectors")) if folder.exists() else folder

    def add(
        self,
        sources: Sequence[str],
        replace: bool = False,
        progress: Progress | None = None,
        fetching: Fetching = PLAIN,
    ) -> Iterator[Outcome]:
        """Add the articles of the sources, and yield one outcome per article or skipped source.

        An article is searchable by full text once its outcome is yielded; `progress(done, total)` then counts the
        chunks whose vectors follow. An article whose id another source owns is skipped unless `replace` is true.
        """
        for source in sources:
            yield from self._keep_all(load(source, fetching), replace, fetching.encoding)
        self.sync(progress)

    def _keep_all(self, items: Iterable[Item], take_over: bool, encoding: str | None) -> Iterator[Outcome]:
        """Keep the items, of which none is still held at the end: an article may have 80 MB in memory."""
        for item in items:
            yield self._keep(item, take_over, encoding)

    def add_all(self, sources: Sequence[str]) -> list[Outcome]:
        """Add the articles of the sources and return all outcomes."""
        return list(self.add(sources))

    def refresh(self, fetching: Fetching = PLAIN, article_id: str | None = None) -> Iterator[Outcome]:
        """Fetch every known address again, or those of one article, and yield the outcome of each.

        The text of a page that is gone is kept.
        """
        outcomes = self.sources.of_article(article_id) if article_id else self.sources.all()
        addresses = {outcome.source: outcome for outcome in outcomes if is_address(outcome.source)}
        for known in addresses.values():
            told = fetching._replace(encoding=fetching.encoding or known.encoding)
            items = list(from_web(known.source, told, known))
            if not items:
                yield self._seen_again(known, status="unchanged", reason=None, kind=None)
            for item in items:
                yield self._fetched(item, known)
        self.sync()

    def _fetched(self, item: Item, known: Outcome) -> Outcome:
        is_whole = item.location == known.source and item.row is None  # not a single bad entry of a feed
        if not is_whole or not item.reason or not known.article_id:
            return self._keep(item, False, known.encoding)
        if item.kind is Problem.GONE:
            reason = "the page is gone from its site; its text is kept"
            return self._seen_again(known, status="gone", reason=reason, kind=item.kind)
        return self._seen_again(known, status="skipped", reason=item.reason, kind=item.kind)

    def _seen_again(self, known: Outcome, **changes: Any) -> Outcome:
        """Record a new outcome of a known source, keeping its article and the server's version identifiers."""
        outcome = replace(known, at=now(), **changes)
        self.sources.put(outcome)
        return outcome

    def _keep(self, item: Item, take_over: bool, encoding: str | None) -> Outcome:
        with self._database.change():
            outcome = replace(self._kept(item, take_over), encoding=encoding)
            self.sources.put(outcome)
        return outcome

    def _kept(self, item: Item, take_over: bool) -> Outcome:
        shared = {name: getattr(item, name) for name in _SHARED}
        skipped = Outcome(source=item.location, status="skipped", at=now(), **shared)
        if item.reason:
            return skipped
        article = article_of(item)
        outcome = replace(skipped, article_id=article.id, title=article.title)
        status, owner = self._status(article)
        if status == "skipped" and not take_over:
            reason = f"its id {article.id} belongs to {owner}: use --replace to take it over"
            return replace(outcome, reason=reason, kind=Problem.ID_TAKEN)
        single = item.location if item.row is None else None  # a file with several articles is no alias of any of them
        original = self.aliases.duplicate_of(article) if status == "added" else None
        if original:
            self.aliases.add(article, original[0], single)
            reason = f"the same article as “{original[1]}” ({original[0]})"
            duplicate = replace(outcome, status="duplicate", article_id=original[0])
            return replace(duplicate, reason=reason, kind=Problem.DUPLICATE)
        if status != "unchanged":
            self._write(article)
            self.aliases.forget(article, single)
            self.aliases.register(article)
        return replace(outcome, status="updated" if status == "skipped" else status, warnings=item.warnings)

    def _status(self, article: Article) -> tuple[Status, str | None]:
        """Return the status of an article and the owner of its id; it is skipped if that is another source."""
        known = self.articles.owner(article.id)
        if known is None:
            return "added", None
        owner, content_hash = known
        if owner != article.origin and not _is_one_address(owner, article.origin):
            return "skipped", owner
        return "unchanged" if content_hash == article.content_hash else "updated", owner

    def sync(self, progress: Progress | None = None) -> None:
        """Bring the vectors in line with the articles, and complete what a killed process left pending."""
        with held(self._writing):
            self._reconcile()
            if self.outbox.holds("upsert"):
                prepare(self.embedder)  # before the vectors are opened: it needs most memory while it is loaded
            done, total = 0, self.outbox.count()
            while batch := self.outbox.pending(_BATCH):
                self._write_vectors(batch)
                done += len(batch)
                if progress:
                    progress(min(done, total), total)

    def _reconcile(self) -> None:
        """If the counts differ, mark missing vectors, and those left over from deleted chunks, as pending."""
        if self.outbox.count():
            return
        counts = self.counts()
        if counts["vectors"] == counts["chunks"]:
            return
        stored, known = self.vectors.ids(), self.articles.chunk_ids()
        self.outbox.put(known - stored, "upsert")
        self.outbox.put(stored - known, "delete")

    def _write_vectors(self, batch: Sequence[Pending]) -> None:
        self._reopen_if_changed()
        self.vectors.delete([entry.chunk_id for entry in batch if entry.action == "delete"])
        located = self.articles.located([entry.chunk_id for entry in batch if entry.action == "upsert"])
        if located:
            self.vectors.upsert(list(located), self._embed_chunks(located.values()))
        generation = self.outbox.complete(batch)
        if generation == self._seen + 1:
            self._seen = generation

    def rebuild(self, progress: Progress | None = None) -> None:
        """Embed every chunk again with this embedder, then replace the old vectors by the new ones.

        If interrupted, the old vectors stay in use, and the next rebuild resumes. Damaged vectors are deleted first.
        """
        with held(self._writing):
            try:
                self._embed_anew(progress)
            except VectorsError:
                self._let_go()
                shutil.rmtree(self.folder / "vectors", ignore_errors=True)
                self._embed_anew(progress)
        self._let_go()

    def _embed_anew(self, progress: Progress | None) -> None:
        old = self.outbox.collection()
        name = "chunks-" + hashlib.sha256(self.embedder.model_name.encode()).hexdigest()[:12]
        fresh = self._vectors_named(f"{name}-2" if old == name else name)  # the one in use may be damaged
        self._fill(fresh, progress)
        self.outbox.use_collection(fresh.name)
        fresh.drop(old)
        fresh.close()

    def _let_go(self) -> None:
        """Drop the open vectors, unclosed as another thread may be reading; the next use opens the current ones."""
        with self._opening:
            self.__dict__.pop("_vectors", None)

    def _fill(self, fresh: "Vectors", progress: Progress | None) -> None:
        missing = sorted(self.articles.chunk_ids() - fresh.ids())
        for begin in range(0, len(missing), _BATCH):
            located = self.articles.located(missing[begin : begin + _BATCH])
            fresh.upsert(list(located), self._embed_chunks(located.values()))
            if progress:
                progress(min(begin + _BATCH, len(missing)), len(missing))

    def _embed_chunks(self, located: Iterable[Located]) -> "np.ndarray":
        return self.embed([searched_text(each.article.title, each.chunk) for each in located])

    def embed(self, texts: list[str]) -> "np.ndarray":
        """Return one vector of unit length per text."""
        import numpy as np

        return np.asarray(self.embedder.get_text_embedding_batch(texts), dtype=np.float32)

    @cached_property
    def question_vector(self) -> "Callable[[str], np.ndarray]":
        """Embeds a question, with a cache, as searching and ranking both need its vector."""
        import numpy as np

        embedder = self.embedder  # not self: a cache that held the library would keep it alive after its last use
        return lru_cache(_CACHED_QUESTIONS)(
            lambda question: np.asarray(embedder.get_query_embedding(question), dtype=np.float32)
        )

    def search_vectors(
        self, question: str, limit: int, among: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return chunk ids and cosine similarity, best first; empty while no vector is stored.

        `among` restricts the search to the articles with these ids; None searches all.
        """
        self._reopen_if_changed()
        chunks = None if among is None else self.articles.chunk_ids(among)
        return self.vectors.search(self.question_vector(question), limit, chunks)

    def similarities(self, question: str, located: Sequence[Located]) -> list[float]:
        """Return the cosine similarity of chunks to a question, embedding them now, as their vectors may be pending."""
        return [float(score) for score in self._embed_chunks(located) @ self.question_vector(question)]

    def _reopen_if_changed(self) -> None:
        """Reopen the vectors if another process has changed them since they were opened."""
        generation = self.outbox.generation()
        if generation != self._seen:
            self.vectors.reopen(self.outbox.collection())
            self._seen = generation

    def find(self, reference: str) -> list[str]:
        """Return the ids of the articles that an id, a URL or a path names."""
        return self.articles.find(reference) or self.articles.find(str(absolute(reference) or ""))

    def remove(self, reference: str) -> list[str]:
        """Remove the articles that an id, a URL or a path names from all stores, and return their ids."""
        ids = self.find(reference)
        for article_id in ids:
            with self._database.change():
                self._erase(article_id)
                self.aliases.remove(article_id)
                self.sources.forget(article_id)  # or a refresh would bring it back
        self.sync()
        return ids

    def _write(self, article: Article) -> None:
        self._erase(article.id)
        self.articles.put(article, split_article(article, self.chunk_chars))
        self.full_text.put(article.id)
        self.outbox.put_article(article.id, "upsert")

    def _erase(self, article_id: str) -> None:
        self.outbox.put_article(article_id, "delete")
        self.full_text.remove(article_id)
        self.articles.remove(article_id)

    def fingerprint(self) -> str:
        """Return a SHA-256 over the articles, the chunk sizes and the embedder's name."""
        made_with = (self.chunk_chars, CHUNK_TOKENS, self.embedder.model_name)
        content = json.dumps([made_with, self.articles.content_hashes()])
        return hashlib.sha256(content.encode()).hexdigest()

    def counts(self) -> dict[str, int]:
        """Return the number of articles, chunks, full-text rows, vectors, and pending chunks."""
        self._reopen_if_changed()
        return {
            "articles": self.articles.count(),
            "chunks": self.articles.chunk_count(),
            "full_text": self.full_text.count(),
            "vectors": self.vectors.count(),
            "pending": self.outbox.count(),
        }

    def close(self) -> None:
        """Close the database and the vector store."""
        if "_vectors" in self.__dict__:
            self._vectors.close()
        self._database.close()
        if "_vector_folder" in self.__dict__ and self._copy:
            self._copy.cleanup()


def _is_one_address(one: str | None, other: str | None) -> bool:
    if not one or not other or not is_address(one) or not is_address(other):
        return False
    return canonical(one) == canonical(other)


def _prepare(folder: Path, create: bool) -> None:
    if not create and not (folder / "ledger.sqlite3").exists():
        raise LibraryError(f"There is no library in {folder}: add articles first, or name another --library.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(
            f"The library folder {folder} cannot be made ({error.strerror}): name another --library."
        ) from error
