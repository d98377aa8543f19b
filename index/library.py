"""The library: ledger, full text and vectors, kept in step by this one class."""

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from filelock import FileLock

from index.article import Article, ArticleHead, Chunk, Sentence
from index.errors import LibraryError
from index.settings import CHUNK_CHARS, CHUNK_TOKENS
from index.sources.load import PLAIN, Fetching, Found, absolute, from_web, is_address, load
from index.store.aliases import Once
from index.store.articles import Facts, Ledger, Located, Owed
from index.store.database import Database
from index.store.feedback import Feedback
from index.store.source_log import SourceEntry, Sources, Status, now
from index.text.chunks import searched_text, split_article
from index.text.urls import canonical

if TYPE_CHECKING:
    import numpy as np
    from llama_index.core.base.embeddings.base import BaseEmbedding

    from index.store.vectors import Vectors

Progress = Callable[[int, int], None]
_OWED_AT_ONCE = 64
_QUESTIONS_KEPT = 32


class Outcome(NamedTuple):
    """What became of one article or source.

    `reason` says why it was skipped or what it is a duplicate of, `row` is its line in a file of many, `warnings`
    what a user must know although it came in, `note` how a table's columns were taken.
    """

    source: str
    status: Status
    reason: str | None = None
    article_id: str | None = None
    title: str | None = None
    row: int | None = None
    warnings: tuple[str, ...] = ()
    note: str | None = None


class Names(NamedTuple):
    """The sources and the authors of a library, each with its number of articles, most first."""

    sources: dict[str, int]
    authors: dict[str, int]


class Library:
    """Articles in one folder. Several threads and processes may use the same folder.

    `embedder` takes the place of the default one; a library that another one built, or with chunks of another size
    (`chunk_chars`), is not opened with it.
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
        self._ledger = Ledger(self._database)
        self._once = Once(self._database)
        self.sources = Sources(self._database)
        self.feedback = Feedback(self._database)
        self._given = embedder
        self._writing = FileLock(str(folder / "writing.lock"))
        self._opening = threading.Lock()
        self._seen = self._ledger.generation()
        # searching and reading both compare with the question: embed it once
        self.question_vector = lru_cache(_QUESTIONS_KEPT)(self._question_vector)

    @cached_property
    def embedder(self) -> "BaseEmbedding":
        """The embedder, loaded when first needed."""
        if self._given is not None:
            return self._given
        from index.embedder import MiniLM

        return MiniLM()

    @property
    def vectors(self) -> "Vectors":
        """The vector store, opened when first needed."""
        with self._opening:
            return self._vectors

    @cached_property
    def _vectors(self) -> "Vectors":
        return self._vectors_named(self._ledger.collection())

    def _vectors_named(self, collection: str) -> "Vectors":
        from index.embedder import dimension
        from index.store.vectors import Vectors

        made_by = self.embedder
        made_with = (made_by.model_name, dimension(made_by), self.chunk_chars)
        return Vectors(self.folder / "vectors", collection, *made_with)

    def add(
        self,
        sources: Sequence[str],
        replace: bool = False,
        progress: Progress | None = None,
        fetching: Fetching = PLAIN,
    ) -> Iterator[Outcome]:
        """Add what the sources hold and yield one outcome an article or skipped source.

        Articles are searchable by full text as they are yielded; `progress(done, total)` then counts
        the chunks whose vectors follow. An id that another source owns is skipped unless `replace`.
        """
        for source in sources:
            for found in load(source, fetching):
                yield self._keep(found, replace)
        self.sync(progress)

    def add_all(self, sources: Sequence[str]) -> list[Outcome]:
        """Add what the sources hold and return all outcomes."""
        return list(self.add(sources))

    def fetch_again(self, fetching: Fetching = PLAIN, article_id: str | None = None) -> Iterator[Outcome]:
        """Fetch every known address again, or those that gave one article, and yield what became of each.

        The text of a page that is gone is kept.
        """
        entries = self.sources.of_article(article_id) if article_id else self.sources.all()
        addresses = {entry.source: entry for entry in entries if is_address(entry.source)}
        for known in addresses.values():
            found = list(from_web(known.source, fetching, known))
            if not found:
                yield self._seen_again(known, "unchanged", None)
            for each in found:
                yield self._fetched(each, known)
        self.sync()

    def _fetched(self, found: Found, known: SourceEntry) -> Outcome:
        is_whole = found.source == known.source and found.row is None  # not one bad item of a feed
        if not is_whole or found.article or not known.article_id:
            return self._keep(found, False)
        if found.page and found.page.status == "gone":
            return self._seen_again(known, "gone", "it is gone from the web; its text is kept")
        return self._seen_again(known, "skipped", found.reason)

    def _seen_again(self, known: SourceEntry, status: Status, reason: str | None) -> Outcome:
        """Note what became of a known source; the article that it gave stays, and what the server said of it."""
        self.sources.note(known._replace(status=status, reason=reason, at=now()))
        return Outcome(known.source, status, reason, known.article_id, row=known.row)

    def _keep(self, found: Found, replace: bool) -> Outcome:
        with self._database.change():
            outcome = self._kept(found, replace)
            self.sources.note(_entry(found, outcome))
        return outcome

    def _kept(self, found: Found, replace: bool) -> Outcome:
        article = found.article
        if article is None:
            return Outcome(found.source, "skipped", found.reason, row=found.row, note=found.note)
        status = self._status(article)
        if status == "owned" and not replace:
            owner = (self._ledger.stamp(article.id) or ("", ""))[0]
            reason = f"its id {article.id} belongs to {owner}: use --replace to take it over"
            return Outcome(found.source, "skipped", reason, article.id, article.title, found.row, note=found.note)
        single = found.source if found.row is None else None  # a file of many names none of them
        twin = self._once.twin(article) if status == "added" else None
        if twin:
            self._once.name(article, twin[0], single)
            reason = f"the same article as “{twin[1]}” ({twin[0]})"
            return Outcome(found.source, "duplicate", reason, twin[0], article.title, found.row, note=found.note)
        if status != "unchanged":
            self._ledger.put(article, *split_article(article, self.chunk_chars))
            self._once.forget(article, single)
            self._once.note(article)
        shown: Status = "updated" if status == "owned" else status
        warnings = found.extracted.warnings if found.extracted else ()
        return Outcome(found.source, shown, None, article.id, article.title, found.row, warnings, found.note)

    def _status(self, article: Article) -> Literal["added", "updated", "unchanged", "owned"]:
        stamp = self._ledger.stamp(article.id)
        if stamp is None:
            return "added"
        if stamp[0] != article.origin and not _is_one_address(stamp[0], article.origin):
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
            self.vectors.upsert(list(found), self._embedded(found.values()))
        generation = self._ledger.settle(owed)
        if generation == self._seen + 1:
            self._seen = generation

    def rebuild(self, progress: Progress | None = None) -> None:
        """Embed every chunk again with this embedder, then use these vectors in place of the old ones.

        Stopped half-way, the old vectors stay in use and the next rebuild goes on.
        """
        with self._writing:
            old = self._ledger.collection()
            fresh = self._vectors_named(f"chunks-{_slug(self.embedder.model_name)}")
            self._fill(fresh, progress)
            self._ledger.use_collection(fresh.name)
            if old != fresh.name:
                fresh.drop(old)
            fresh.close()
        with self._opening:
            self.__dict__.pop("_vectors", None)

    def _fill(self, fresh: "Vectors", progress: Progress | None) -> None:
        missing = sorted(self._ledger.chunk_ids() - fresh.ids())
        for begin in range(0, len(missing), _OWED_AT_ONCE):
            found = self._ledger.located(missing[begin : begin + _OWED_AT_ONCE])
            fresh.upsert(list(found), self._embedded(found.values()))
            if progress:
                progress(min(begin + _OWED_AT_ONCE, len(missing)), len(missing))

    def _embedded(self, found: Iterable[Located]) -> "np.ndarray":
        return self.embed([searched_text(entry.article.title, entry.chunk) for entry in found])

    def embed(self, texts: list[str]) -> "np.ndarray":
        """Return one vector, of length one, for each text."""
        import numpy as np

        return np.asarray(self.embedder.get_text_embedding_batch(texts), dtype=np.float32)

    def refresh(self) -> None:
        """Reopen the vectors if another process changed them since they were opened."""
        generation = self._ledger.generation()
        if generation != self._seen:
            self.vectors.reopen(self._ledger.collection())
            self._seen = generation

    def find(self, reference: str) -> list[str]:
        """Return the ids of the articles that an id, a URL or a path names."""
        return self._ledger.find(reference) or self._ledger.find(str(absolute(reference) or ""))

    def remove(self, reference: str) -> list[str]:
        """Remove the articles that an id, a URL or a path names, everywhere; return their ids."""
        ids = self.find(reference)
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

    def holds(self, reference: str) -> bool:
        """Tell whether an id, a URL or a path names an article that is kept."""
        return bool(self._ledger.find(reference))

    def addresses(self, article_id: str) -> list[str]:
        """Return the other names that an article goes by: files and addresses with the same text."""
        return self._once.names(article_id)

    def heads(self) -> list[ArticleHead]:
        """Return every article's head, by title."""
        return self._ledger.heads()

    def fingerprint(self) -> str:
        """Return a SHA-256 over the articles, how they are cut into chunks, and the embedder's name."""
        made_with = (self.chunk_chars, CHUNK_TOKENS, self.embedder.model_name)
        content = json.dumps([made_with, self._ledger.content_hashes()])
        return hashlib.sha256(content.encode()).hexdigest()

    def facts(self) -> list[Facts]:
        """Return what filters ask of every article."""
        return self._ledger.facts()

    def known_names(self) -> Names:
        """Return the sources and the authors of the articles, each with its number of articles."""
        facts = self._ledger.facts()
        return Names(_counted(each.source for each in facts), _counted(each.author for each in facts))

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
        return [float(score) for score in self._embedded(found) @ self.question_vector(question)]

    def is_behind(self) -> bool:
        """Tell whether the vector store still owes some chunks."""
        return self._ledger.owed_count() > 0

    def is_empty(self) -> bool:
        """Tell whether there is no article yet."""
        return self._ledger.is_empty()

    def search_text(self, question: str, limit: int, among: Collection[str] | None = None) -> list[tuple[str, float]]:
        """Return chunk ids and BM25 scores, best first; `among` has the ids of the articles to search, None all."""
        return self._ledger.search(question, limit, among)

    def search_vectors(
        self, question: str, limit: int, among: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return chunk ids and cosine likeness, best first, `among` as above; none while no vector is stored."""
        self.refresh()
        chunks = None if among is None else self._ledger.chunk_ids_of(among)
        return self.vectors.search(self.question_vector(question), limit, chunks)

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
        self._database.close()


def _is_one_address(one: str | None, other: str | None) -> bool:
    if not one or not other or not is_address(one) or not is_address(other):
        return False
    return canonical(one) == canonical(other)


def _counted(names: Iterable[str | None]) -> dict[str, int]:
    counted = Counter(name for name in names if name)
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0].casefold())))


def _slug(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:12]


def _entry(found: Found, outcome: Outcome) -> SourceEntry:
    read, page = found.extracted, found.page
    return SourceEntry(
        found.source,
        found.row,
        outcome.status,
        outcome.reason,
        outcome.article_id,
        read.parser if read else None,
        read.charset if read else None,
        read.found_in if read else {},
        outcome.warnings,
        now(),
        page.etag if page else None,
        page.modified if page else None,
    )


def _prepare(folder: Path, create: bool) -> None:
    if not create and not (folder / "ledger.sqlite3").exists():
        raise LibraryError(f"There is no library in {folder}: add articles first, or name another --library.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(
            f"The library folder {folder} cannot be made ({error.strerror}): name another --library."
        ) from error
