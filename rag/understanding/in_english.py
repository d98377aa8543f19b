"""Rewords a question in another language with English words, to search English articles; not a full translation.

Question words, frequent words and names are enough for the reader and the full-text search to find the sentence. A
word that is not in the glossary is kept, so that the confidence is as low as it should be.
"""

import re
from collections.abc import Iterator, Sequence

from index.text.glossary import LANGUAGES, asking_words, function_words, plain, words
from index.text.language import likeliest
from index.text.scripts import UNSPACED

_WORD = re.compile(r"[^\W_]+")
_KANA = re.compile("[\u3040-\u30ff]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f][\w'’.-]*|\d[\d.,]*")
_ENGLISH_FIRST = frozenset("who what when where why how which whose whom did does is are".split())
"""Words that open English questions and none in the languages told here."""
_ENGLISH = 0.02
"""Chance of English above which a question is left unchanged."""


def in_english(question: str) -> str | None:
    """Return a German, French, Spanish or Japanese question in English words; None for other languages."""
    first = _WORD.search(question)
    if first and first[0].lower() in _ENGLISH_FIRST:
        return None  # without a look at its language, which takes a second to load
    language = "ja" if _KANA.search(question) else likeliest(question, _ENGLISH)
    if language not in LANGUAGES:
        return None
    told = _of_japanese(question) if language == "ja" else list(_told(question, language))
    asking = [word for word, asks in told if asks][:1]
    return " ".join([*asking, *dict.fromkeys(word for word, asks in told if not asks)]) + "?"


def _told(question: str, language: str) -> Iterator[tuple[str, bool]]:
    """Yield the English for each word or phrase, and whether it is a question word."""
    tokens = _WORD.findall(question)
    simple = [plain(token) for token in tokens]
    at = 0
    while at < len(tokens):
        asks, count = _phrase(simple[at:], asking_words(language))
        means, length = _phrase(simple[at:], words(language))
        if asks:
            yield asks, True
        elif simple[at] not in function_words(language):
            yield means or tokens[at], False
        at += count or (length if simple[at] not in function_words(language) else 1) or 1


def _phrase(tokens: Sequence[str], known: dict[str, str]) -> tuple[str | None, int]:
    """Return the English for the longest glossary entry at the start, and its number of words."""
    for beginning, english in known.items():
        *whole, last = _WORD.findall(beginning)
        count = len(whole) + 1
        if count > len(tokens) or list(tokens[: count - 1]) != whole:
            continue
        token = tokens[count - 1]
        if token == last or (not beginning.endswith((".", "'")) and token.startswith(last)):
            return english, count
    return None, 0


def _of_japanese(question: str) -> list[tuple[str, bool]]:
    """Return names and the English for known words, in the order of the question."""
    found = [(match.start(), match[0].strip(".,"), False) for match in _LATIN.finditer(question)]
    rest = question
    for known, asks in ((asking_words("ja"), True), (words("ja"), False)):
        for beginning, english in known.items():
            written = beginning.rstrip(".")
            if UNSPACED.match(written) and written in rest:
                found.append((rest.index(written), english, asks))
                rest = rest.replace(written, " " * len(written))
    return [(word, asks) for _, word, asks in sorted(found)]
