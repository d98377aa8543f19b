"""What a language model writes, taken apart: its statements and the [1] markers behind them."""

import re
from collections.abc import Iterator

from index.text.sentences import split_sentences

_MARKED = re.compile(r"\s*((?:\[\d+(?:\s*,\s*\d+)*\]\s*)+)([.!?]?)")
_HALF_MARKER = re.compile(r"(?:\s*\[[\d,\s]*\]?[.!?]?)+$")


def settled(text: str) -> tuple[str, str]:
    """Return what is whole, up to the last marker that more text follows, and the rest without half a marker."""
    ends = [marked.end() for marked in _MARKED.finditer(text) if re.match(r"\s*[^\s\[]", text[marked.end() :])]
    end = ends[-1] if ends else 0
    return text[:end], _HALF_MARKER.sub("", text[end:].strip()).strip()


def marked_statements(text: str) -> Iterator[tuple[str, list[int]]]:
    """Yield each statement with the numbers behind it; markers belong to the sentence before them."""
    begin = 0
    for marked in _MARKED.finditer(text):
        *before, last = _sentences(text[begin : marked.start()]) or [""]
        yield from ((said, []) for said in before)
        if last:
            yield last + marked[2], [int(number) for number in re.findall(r"\d+", marked[1])]
        begin = marked.end()
    yield from ((said, []) for said in _sentences(text[begin:]))


def _sentences(text: str) -> list[str]:
    found = [text[sentence.start : sentence.end].strip() for sentence in split_sentences(text)]
    return [said for said in found if re.search(r"\w", said)]
