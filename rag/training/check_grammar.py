"""Article sentences with their grammar, as written by `check_parse`, from which statements for the check are made."""

import hashlib
import json
import lzma
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from rag.ranking.encoding import Span

HELD = 0.1
"""Share of the passages held out from training, used to measure each kind of fault."""


class Token(NamedTuple):
    """One word or punctuation mark of a sentence: its position and its grammatical attributes."""

    start: int
    end: int
    lemma: str
    tag: str
    dep: str
    head: int
    entity: str


@dataclass(frozen=True)
class Parse:
    """A sentence with its tokens; a token's `head` is the index of its syntactic head, or its own index at the root."""

    text: str
    tokens: tuple[Token, ...]

    def word(self, index: int) -> str:
        """Return a token as written."""
        return self.text[self.tokens[index].start : self.tokens[index].end]

    def children(self, index: int, *deps: str) -> list[int]:
        """Return the tokens attached to a token by any of these relations, or by any relation if none is given."""
        return [i for i in self._below[index] if not deps or self.tokens[i].dep in deps]

    @cached_property
    def _below(self) -> list[list[int]]:
        below: list[list[int]] = [[] for _ in self.tokens]
        for index, token in enumerate(self.tokens):
            if token.head != index:
                below[token.head].append(index)
        return below

    def subtree(self, index: int) -> list[int]:
        """Return a token and all its descendants, in order."""
        found, left = [], [index]
        while left:
            found.append(left.pop())
            left.extend(self._below[found[-1]])
        return sorted(found)

    def span(self, indices: Sequence[int]) -> Span:
        """Return the characters from the first to the last of these tokens."""
        return self.tokens[min(indices)].start, self.tokens[max(indices)].end

    def phrase(self, index: int) -> Span | None:
        """Return the span of a token's subtree, or None if it is not contiguous."""
        inside = self.subtree(index)
        return self.span(inside) if inside[-1] - inside[0] + 1 == len(inside) else None

    @cached_property
    def root(self) -> int:
        """The sentence's main verb."""
        return next(i for i, token in enumerate(self.tokens) if token.head == i)

    @cached_property
    def entities(self) -> list[tuple[int, int, str]]:
        """Names, numbers and dates: first token, last token, kind."""
        found: list[tuple[int, int, str]] = []
        for index, token in enumerate(self.tokens):
            if token.entity.startswith("B-"):
                found.append((index, index, token.entity[2:]))
            elif token.entity and found:
                found[-1] = (found[-1][0], index, found[-1][2])
        return found


@dataclass(frozen=True)
class ParsedPassage:
    """Consecutive sentences of an article."""

    title: str
    sentences: tuple[Parse, ...]

    @property
    def is_held(self) -> bool:
        """Whether the passage is held out for measuring."""
        digest = hashlib.sha256(self.sentences[0].text.encode()).digest()
        return digest[0] / 256 < HELD


def read_passages(path: Path) -> list[ParsedPassage]:
    """Read the passages from a file written by `check_parse`."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        return [from_row(json.loads(line)) for line in lines]


def from_row(row: dict[str, Any]) -> ParsedPassage:
    """Convert one row of the file to a passage."""
    sentences = (Parse(text, tuple(Token(*token) for token in tokens)) for text, tokens in row["sentences"])
    return ParsedPassage(row["title"], tuple(sentences))
