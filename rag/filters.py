"""Which articles a question is asked of."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Filters:
    """What narrows the articles asked; an empty one narrows nothing.

    `since` and `until` are days (ISO 8601, both included) of publication; `sources` and `authors` names, `articles` ids.
    """

    since: str | None = None
    until: str | None = None
    sources: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
