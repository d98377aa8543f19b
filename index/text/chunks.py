"""Sentences to chunks: neighbouring sentences, about 1,000 characters, within the embedder's tokens."""

from bisect import bisect_left
from collections.abc import Iterator

from index.article import Article, Chunk, Sentence
from index.embedder import token_starts
from index.settings import CHUNK_CHARS, CHUNK_TOKENS
from index.text.sentences import Span, shortened, split_sentences

_TITLE_TOKENS = 64


def split_article(article: Article, chars: int = CHUNK_CHARS) -> tuple[list[Sentence], list[Chunk]]:
    """Return an article's sentences and its chunks of at most `chars`; a chunk with its title fits `CHUNK_TOKENS`."""
    starts = token_starts(article.text)
    budget = CHUNK_TOKENS - len(token_starts(searched_title(article.title)))
    sentences = _fitting_sentences(article.text, starts, budget)
    groups = _groups(sentences, starts, budget, chars)
    return sentences, [_chunk(article, number, group) for number, group in enumerate(groups)]


def searched_title(title: str) -> str:
    """Return the title as it stands before each chunk: at most 64 tokens of it."""
    starts = token_starts(title)
    return title if len(starts) <= _TITLE_TOKENS else title[: starts[_TITLE_TOKENS]].rstrip()


def searched_text(title: str, chunk: Chunk) -> str:
    """Return what is embedded for a chunk: its article's title, then its text."""
    return f"{searched_title(title)}\n{chunk.text}"


def _tokens(starts: list[int], start: int, end: int) -> int:
    return bisect_left(starts, end) - bisect_left(starts, start)


def _fitting_sentences(text: str, starts: list[int], budget: int) -> list[Sentence]:
    """Split, and cut shorter a sentence that alone has more tokens than a chunk may."""
    spans = [part for s in split_sentences(text) for part in _fitting(text, (s.start, s.end), starts, budget)]
    return [Sentence(index, start, end) for index, (start, end) in enumerate(spans)]


def _fitting(text: str, span: Span, starts: list[int], budget: int) -> Iterator[Span]:
    limit = span[1] - span[0]
    parts = [span]
    while limit > 32 and any(_tokens(starts, *part) > budget for part in parts):
        limit //= 2
        parts = list(shortened(text, span, limit))
    yield from parts


def _groups(sentences: list[Sentence], starts: list[int], budget: int, chars: int) -> Iterator[list[Sentence]]:
    group: list[Sentence] = []
    for sentence in sentences:
        if group and not _fits(group[0].start, sentence.end, starts, budget, chars):
            yield group
            group = []
        group.append(sentence)
    if group:
        yield group


def _fits(start: int, end: int, starts: list[int], budget: int, chars: int) -> bool:
    return end - start <= chars and _tokens(starts, start, end) <= budget


def _chunk(article: Article, number: int, group: list[Sentence]) -> Chunk:
    first, last = group[0], group[-1]
    text = article.text[first.start : last.end]
    return Chunk(f"{article.id}#{number}", article.id, first.index, last.index, text)
