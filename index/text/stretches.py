"""Splitting of a long text into stretches, so that only one stretch at a time needs memory."""

from collections.abc import Iterator

Span = tuple[int, int]

_BREAKS = ("\n\n", "\n", ". ", "。", " ")


def stretches(text: str, start: int, end: int, most: int) -> Iterator[Span]:
    """Yield `text[start:end]` in stretches of at most `most` characters.

    A stretch ends after a paragraph, else a line, a sentence or a word: the first of these that ends in its second
    half.
    """
    while end - start > most:
        half, limit = start + most // 2, start + most
        found = ((text.rfind(kind, half, limit), kind) for kind in _BREAKS)
        cut = next((place + len(kind) for place, kind in found if place >= 0), limit)
        yield start, cut
        start = cut
    if start < end:
        yield start, end
