"""An article on its way into the library: what a format's reader extracts from a file, before an id is assigned."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from index.errors import Problem


@dataclass(frozen=True)
class Item:
    """An article as read from its source, without boilerplate, or the `reason` why there is none, with its `kind`.

    `source` is the publication; `origin` the file or address that was read, `member` the file's name in an archive,
    `row` the line or record in a file with several articles, `id` the file's own id for the article. `is_summary` is
    true for a feed entry whose full text is on the page at `url`. `pages` holds the offset in `text` at which each page
    of a PDF starts; `removed` the boilerplate that was cut, in order; `found_in` where each fact was found
    (`{"published": "JSON-LD"}`); `parser` the library that read it; `warnings` what the user should know although the
    article was read; `note` how a table was read, on its first row; `etag` and `modified` the web server's version
    identifiers. Dates are ISO 8601 or None, never the time of reading.
    """

    title: str = ""
    text: str = ""
    url: str | None = None
    source: str | None = None
    author: str | None = None
    published: str | None = None
    updated: str | None = None
    language: str | None = None
    pages: tuple[int, ...] = ()
    removed: tuple[str, ...] = ()
    found_in: Mapping[str, str] = field(default_factory=dict)
    parser: str | None = None
    charset: str | None = None
    warnings: tuple[str, ...] = ()
    reason: str | None = None
    kind: Problem | None = None
    origin: str = ""
    member: str | None = None
    row: int | None = None
    id: str | None = None
    note: str | None = None
    is_summary: bool = False
    etag: str | None = None
    modified: str | None = None

    @property
    def location(self) -> str:
        """The file or address, and the name inside it, as shown to the user."""
        return self.origin if self.member is None else f"{self.origin}/{self.member}"
