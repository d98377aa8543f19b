"""A long text in stretches, so that what reads it needs memory for one stretch only."""

from collections.abc import Iterator

Span = tuple[int, int]

_BREAKS = ("\n\n", "\n", ". ", "。", " ")


def stretches(text: str, start: int, end: int, most: int) -> Iterator[Span]:
    """Yield `text[start:end]` in stretches of at most `most` characters.

    A stretch ends after a paragraph, else a line, a sentence, a word, whichever of these its second half has an end of.
    """
    while end - start > most:
        half, limit = start + most // 2, start + most
        found = ((text.rfind(kind, half, limit), kind) for kind in _BREAKS)
        cut = next((place + len(kind) for place, kind in found if place >= 0), limit)
        yield start, cut
        start = cut
    if start < end:
        yield start, end
