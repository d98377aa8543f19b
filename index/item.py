"""What a format's reader makes of one file: an article's text and facts, before it has an id."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Extracted:
    """An article as a file holds it, without furniture.

    `pages` has for each page of a PDF the offset in `text` where it starts; `removed` the furniture that was cut,
    in order; `found_in` where a fact comes from (`{"published": "JSON-LD"}`); `parser` the library that read it;
    `warnings` what a user must know although the article came in (`"page 2 cannot be read"`).
    Dates are ISO 8601 or None, never the time of reading.
    """

    title: str
    text: str
    url: str | None = None
    source: str | None = None
    author: str | None = None
    published: str | None = None
    updated: str | None = None
    language: str | None = None
    pages: tuple[int, ...] = ()
    removed: tuple[str, ...] = ()
    found_in: Mapping[str, str] = field(default_factory=dict)
    parser: str = ""
    charset: str | None = None
    warnings: tuple[str, ...] = ()
