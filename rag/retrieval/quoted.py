"""Phrases in quotation marks: a question with such a phrase is answered only from articles that contain it."""

import re
from collections.abc import Collection
from typing import NamedTuple

from index.library import Library

_QUOTED = re.compile(r"(?<![^\s(\[])[\"“„«]\s?([^\"“”„«»]{2,200}?)[,.!?]?\s?[\"”“»](?!\w)")


class Holding(NamedTuple):
    """The ids of the articles to search (None: all), and a quoted phrase that no article contains, if any."""

    articles: Collection[str] | None
    missing: str | None


def quoted_phrases(question: str) -> list[str]:
    """Return the phrases in quotation marks in a question."""
    return [phrase for phrase in _QUOTED.findall(question) if any(char.isalnum() for char in phrase)]


def holding_phrases(question: str, library: Library, among: Collection[str] | None) -> Holding:
    """Return the articles that contain every quoted phrase or, if there are none, at least one of the phrases."""
    found = []
    for phrase in quoted_phrases(question):
        holding = library.full_text.articles_with(phrase)
        found.append(holding if among is None else holding & set(among))
        if not found[-1]:
            return Holding(among, phrase)
    return Holding(set.intersection(*found) or set.union(*found) if found else among, None)
