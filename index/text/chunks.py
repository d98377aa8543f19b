"""Chunks of neighbouring sentences, about 1,000 characters long, within the embedder's token limit."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from index.article import Article, Chunk, Sentence
from index.embedder import token_starts, tokens_of_each
from index.settings import CHUNK_CHARS, CHUNK_TOKENS
from index.text.sentences import sentence_spans, shortened
from index.text.stretches import Span

_TITLE_TOKENS = 64
_TOGETHER = 256  # sentences whose tokens are counted in one batch


class _Counted(NamedTuple):
    sentence: Sentence
    tokens: int


def split_article(article: Article, chars: int = CHUNK_CHARS) -> Iterator[tuple[Chunk, tuple[Sentence, ...]]]:
    """Yield an article's chunks of at most `chars` characters, each with its sentences.

    A chunk together with the title fits into `CHUNK_TOKENS`. Every sentence is in exactly one chunk. Memory use does
    not grow with the text.
    """
    budget = CHUNK_TOKENS - len(token_starts(searched_title(article.title)))
    for number, group in enumerate(_groups(_counted(article.text, budget), budget, chars)):
        first, last = group[0], group[-1]
        text = article.text[first.start : last.end]
        yield Chunk(f"{article.id}#{number}", article.id, first.index, last.index, text), tuple(group)


def searched_title(title: str) -> str:
    """Return the title as prefixed to each chunk, truncated to 64 tokens."""
    starts = token_starts(title)
    return title if len(starts) <= _TITLE_TOKENS else title[: starts[_TITLE_TOKENS]].rstrip()


def searched_text(title: str, chunk: Chunk) -> str:
    """Return the text that is embedded for a chunk: its article's title, then its own text."""
    return f"{searched_title(title)}\n{chunk.text}"


def _counted(text: str, budget: int) -> Iterator[_Counted]:
    """Yield the sentences of a text with their token counts; a sentence of more than `budget` tokens is split."""
    spans = sentence_spans(text)
    index = 0
    while some := list(islice(spans, _TOGETHER)):
        for span, tokens in zip(some, tokens_of_each([text[start:end] for start, end in some]), strict=True):
            for (start, end), count in [(span, tokens)] if tokens <= budget else _cut(text, span, budget):
                yield _Counted(Sentence(index, start, end), count)
                index += 1


def _cut(text: str, span: Span, budget: int) -> list[tuple[Span, int]]:
    limit = span[1] - span[0]
    while True:
        limit //= 2
        parts = list(shortened(text, span, limit))
        counts = tokens_of_each([text[start:end] for start, end in parts])
        if limit <= 32 or max(counts) <= budget:
            return list(zip(parts, counts, strict=True))


def _groups(counted: Iterable[_Counted], budget: int, chars: int) -> Iterator[list[Sentence]]:
    group: list[Sentence] = []
    tokens = 0
    for sentence, count in counted:
        if group and (sentence.end - group[0].start > chars or tokens + count > budget):
            yield group
            group, tokens = [], 0
        group.append(sentence)
        tokens += count
    if group:
        yield group
