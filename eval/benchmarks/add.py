"""`python -m eval.benchmarks add`: the time and memory needed to add articles, stage by stage."""

import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

_TOGETHER = 64
_PLACES = "Tarn Holm Drow Pell Marn Rusk Sarn Quay Lodd Vess".split()
_THINGS = "mill weir ferry school bridge tower harbour library bakery orchard".split()
_WORDS = "slowly quietly again together early twice hardly openly gladly badly".split()


def add(articles: int = 1000, characters: int = 8000, vectors: int = 200) -> None:
    """Print articles and characters per second for each stage; vectors are made for the first VECTORS articles."""
    with tempfile.TemporaryDirectory() as folder:
        files = _written(Path(folder) / "pages", articles, characters)
        _whole(Path(folder), files)
        print(f"peak memory so far: {_peak()} MB", flush=True)
        _stages(files, Path(folder), vectors)
    print(f"peak memory with the articles of all stages held at once: {_peak()} MB")


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _stages(files: list[Path], folder: Path, vectors: int) -> None:
    from index.embedder import MiniLM
    from index.sources.load import article_of, load
    from index.store.articles import ArticleStore
    from index.store.database import Database
    from index.store.fulltext import FullText
    from index.store.vectors import Vectors
    from index.text.chunks import searched_text, split_article
    from index.text.sentences import split_sentences

    size = sum(path.stat().st_size for path in files)
    with _timed("extract", len(files), size):
        found = [article_of(item) for path in files for item in load(str(path)) if not item.reason]
    with _timed("sentences", len(found), size):
        for article in found:
            split_sentences(article.text)
    with _timed("sentences and chunks", len(found), size):
        split = [list(split_article(article)) for article in found]
    database = Database(folder / "bench.sqlite3")
    store, full_text = ArticleStore(database), FullText(database)
    with _timed("full text", len(found), size):
        for article, chunks in zip(found, split, strict=True):
            store.put(article, chunks)
            full_text.put(article.id)
    some = [(article, chunk) for article, chunks in zip(found[:vectors], split, strict=False) for chunk, _ in chunks]
    written = Vectors(folder / "vectors", "chunks", "bench", 384)
    with _timed("vectors", min(vectors, len(found)), size * min(vectors, len(found)) // len(found)):
        embedder = MiniLM()
        for begin in range(0, len(some), _TOGETHER):
            batch = some[begin : begin + _TOGETHER]
            made = embedder.embed([searched_text(article.title, chunk) for article, chunk in batch])
            written.upsert([chunk.id for _, chunk in batch], made)
    written.close()


def _whole(folder: Path, files: list[Path]) -> None:
    """Time `Library.add` until the last article can be found by full text."""
    from index.library import Library

    library = Library(folder / "library")
    size = sum(path.stat().st_size for path in files)
    with _timed("add, searchable by full text", len(files), size):
        outcomes: Iterable[object] = library.add([str(folder / "pages")])
        for _, _ in zip(range(len(files)), outcomes, strict=False):
            pass
    library.close()


@contextmanager
def _timed(stage: str, articles: int, characters: int) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    seconds = time.perf_counter() - begun
    rate = f"{articles / seconds:,.0f} articles/s, {characters / seconds:,.0f} characters/s"
    print(f"{stage}: {seconds:.1f} s for {articles:,} articles, {rate}", flush=True)


def _written(folder: Path, articles: int, characters: int) -> list[Path]:
    folder.mkdir()
    dice = random.Random(7)
    paths = [folder / f"{number:05}.html" for number in range(articles)]
    for number, path in enumerate(paths):
        path.write_text(_page(number, characters, dice.choice), "utf-8")
    return paths


def _page(number: int, characters: int, choose: Callable[[list[str]], str]) -> str:
    paragraphs, length = [], 0
    while length < characters:
        sentences = " ".join(
            f"The {choose(_THINGS)} of {choose(_PLACES)} was {choose(_WORDS)} mended in {1800 + (length + n) % 220}, "
            f"said {choose(_PLACES)} Marsh of the {choose(_THINGS)} board."
            for n in range(4)
        )
        paragraphs.append(f"<p>{sentences}</p>")
        length += len(sentences)
    body = "".join(paragraphs)
    return (
        f"<html lang='en'><head><title>Report {number}</title></head><body><nav><a href='/'>Home</a></nav>"
        f"<article><h1>Report {number} of {choose(_PLACES)}</h1>{body}</article><footer>© 2024</footer></body></html>"
    )
