"""The library's data: articles, their sentences, and the chunks that are searched."""

import hashlib
from bisect import bisect_right
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Article:
    """One article as stored: `text` is exact, and every offset counts its Unicode code points.

    `published` and `updated` are ISO 8601 or None. `origin` is the source (an absolute path or an address) that the
    article came from and that owns its id. `pages` holds the start offset of each page of a PDF, `removed` the
    boilerplate that was cut.
    """

    id: str
    title: str
    text: str
    url: str | None = None
    source: str | None = None
    author: str | None = None
    published: str | None = None
    updated: str | None = None
    language: str | None = None
    origin: str | None = None
    pages: tuple[int, ...] = ()
    removed: tuple[str, ...] = ()
    content_hash: str = field(init=False, default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "content_hash", _hash(self))

    def page(self, offset: int) -> int | None:
        """Return the number of the page at this offset of the text, or None if there are no pages."""
        return _page(self.pages, offset)


@dataclass(frozen=True)
class ArticleSummary:
    """An article without its text, as used in lists and citations.

    Articles with the same `story` (an article's id) are near-duplicates from several places, and count as one voice.
    """

    id: str
    title: str
    url: str | None = None
    source: str | None = None
    author: str | None = None
    published: str | None = None
    updated: str | None = None
    language: str | None = None
    story: str | None = None
    pages: tuple[int, ...] = ()

    def page(self, offset: int) -> int | None:
        """Return the number of the page at this offset of the text, or None if there are no pages."""
        return _page(self.pages, offset)


@dataclass(frozen=True)
class Sentence:
    """A citable sentence: `article.text[start:end]`, without surrounding white space."""

    index: int
    start: int
    end: int


@dataclass(frozen=True)
class Chunk:
    """Neighbouring sentences of one article that are searched together.

    `first` and `last` are sentence indexes, both inclusive; `text` runs from the start of the first sentence to the end
    of the last.
    """

    id: str
    article_id: str
    first: int
    last: int
    text: str


def _page(pages: tuple[int, ...], offset: int) -> int | None:
    return max(bisect_right(pages, offset), 1) if pages else None


def _hash(article: Article) -> str:
    parts = (article.title, article.text, article.url, article.source, article.author)
    dates = (article.published, article.updated, article.language)
    digest = hashlib.sha256()
    for number, part in enumerate(parts + dates):
        digest.update(b"\x1f" if number else b"")
        digest.update((part or "").encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
