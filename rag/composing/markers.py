"""Parses a language model's output into statements and their [1] markers."""

import re
from collections.abc import Iterator

from index.text.sentences import split_sentences

_MARKED = re.compile(r"(?<!\s)\s*+((?:\[\d{1,6}(?: ?, ?\d{1,6}){0,20}\]\s*+)++)([.!?]?)")
_HALF_MARKER = re.compile(r"\[[\d,\s]{0,80}\]?[.!?]?")
_FOLLOWED = re.compile(r"\s*+[^\s\[]")
_LONGEST_MARKER = 200
_OPENS, _CLOSES = "<think>", "</think>"


class Transcript:
    """Collects a model's text as it arrives, in linear time: the complete part, and the part still being written.

    `whole` ends after the last marker that is followed by more text. Neither part includes the model's reasoning.
    """

    def __init__(self) -> None:
        self.whole = ""
        self._rest, self._unread = "", ""
        self._searched, self._thinks = 0, False

    @property
    def text(self) -> str:
        """The text so far."""
        return (self.whole + self._rest + ("" if self._thinks else self._unread)).strip()

    @property
    def tail(self) -> str:
        """The part that is not complete yet, without any incomplete marker at its end."""
        kept, end = self._rest.strip(), self._rest.strip()[-_LONGEST_MARKER:]
        while (at := end.rfind("[")) >= 0 and _HALF_MARKER.fullmatch(end[at:]):
            kept, end = kept[: len(kept) - len(end) + at].rstrip(), end[:at].rstrip()
        return kept

    def add(self, piece: str) -> None:
        """Add the next piece of text."""
        self._unread += piece
        while (at := self._unread.find(_CLOSES if self._thinks else _OPENS)) >= 0:
            self._rest += "" if self._thinks else self._unread[:at]
            self._unread = self._unread[at + len(_CLOSES if self._thinks else _OPENS) :]
            self._thinks = not self._thinks
        kept = _begun_tag(self._unread, _CLOSES if self._thinks else _OPENS)
        said = self._unread[: len(self._unread) - kept]
        self._unread = self._unread[len(said) :]
        if not self._thinks:
            self._rest = self._rest + said if self.whole or self._rest else said.lstrip()
            self._settle()

    def _settle(self) -> None:
        ends = [match.end() for match in _MARKED.finditer(self._rest, self._searched)]
        whole = next((end for end in reversed(ends) if _FOLLOWED.match(self._rest, end)), 0)
        self.whole, self._rest = self.whole + self._rest[:whole], self._rest[whole:]
        window = self._rest[-_LONGEST_MARKER:]
        at = window.rfind("[")
        self._searched = len(self._rest) - len(window) + (len(window[:at].rstrip()) if at >= 0 else len(window))


def _begun_tag(text: str, tag: str) -> int:
    """Return the number of characters at the end of a text that may be the start of a tag."""
    return next((size for size in range(len(tag) - 1, 0, -1) if text.endswith(tag[:size])), 0)


def marked_statements(text: str) -> Iterator[tuple[str, list[int]]]:
    """Yield each statement with its citation numbers; markers belong to the sentence before them."""
    begin = 0
    for marked in _MARKED.finditer(text):
        *before, last = _sentences(text[begin : marked.start()]) or [""]
        yield from ((said, []) for said in before)
        if last:
            yield last + marked[2], [int(number) for number in re.findall(r"\d+", marked[1])]
        begin = marked.end()
    yield from ((said, []) for said in _sentences(text[begin:]))


def _sentences(text: str) -> list[str]:
    statements = [text[sentence.start : sentence.end].strip() for sentence in split_sentences(text)]
    return [said for said in statements if re.search(r"\w", said)]
