"""Finds running headers, footers and page numbers: lines at the same place at the top or bottom of several pages."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import takewhile

from index.formats.pdf.pages import Piece

Row = list[Piece]
_ROWS = 3
_PLACE = 6
_LONGEST = 60
_LARGEST = 1.15
_ANYWHERE = "@-99"
_NEAR = 1.7  # line heights between the lines of a text
_FULL = 0.8  # of the widest row
_FEWEST_WORDS = 5
_STOP = re.compile(r"""[.!?…。！？]["'”’»)\]]*$""")
_NUMBER = re.compile(
    r"\W*+(?P<label>page|p\.|seite|página|pagina)?+\W*+(?P<number>\d{1,4})(?P<of>\s*+(?:of|/|von|de|di)\s*+\d{1,4})?+\W*+",
    re.IGNORECASE,
)
_ROMAN = re.compile(r"[ivxlc]{1,7}")


def rows_of(pieces: Iterable[Piece]) -> list[Row]:
    """Group pieces into rows by baseline, from the top, each row from the left."""
    rows: list[Row] = []
    for piece in sorted(pieces, key=lambda piece: -piece.base):
        if rows and rows[-1][0].base - piece.base < 0.45 * max(rows[-1][0].height, piece.height):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda piece: piece.left) for row in rows]


def body_height(pages: list[list[Piece]]) -> float:
    """Return the height of most characters, in points: that of the body text."""
    heights: Counter[float] = Counter()
    for pieces in pages:
        for piece in pieces:
            heights[round(piece.height * 2) / 2] += len(piece.text)
    return heights.most_common(1)[0][0] or 1.0


def without_running_lines(pages: list[list[Piece]]) -> tuple[list[list[Piece]], list[str]]:
    """Return the pages' pieces without running lines, and those lines; all are kept if nothing else would be left.

    A row among the first or last three of a page is one if another page has the same at that place, digits apart, or
    if it is or begins or ends with a number that counts with the pages. A row set larger than the text is a heading,
    one that stands among the lines of the text and goes on with it, or is a sentence, is text.
    """
    rows = [rows_of(pieces) for pieces in pages]
    seen = Counter(mark for number, page in enumerate(rows, 1) for mark in _page_marks(page, number))
    body = body_height(pages)
    kept, removed = [], []
    for number, page in enumerate(rows, 1):
        runs = [_running(ends, number, seen, body, page) for ends in _ends(page)]
        gone = {id(row) for run in runs for row in run}
        removed += [_text(row) for row in page if id(row) in gone]
        kept.append([piece for row in page if id(row) not in gone for piece in row])
    return (kept, removed) if any(kept) else (pages, [])


def _ends(page: list[Row]) -> tuple[list[Row], list[Row]]:
    """Return the first rows from the top down and the last ones from the bottom up."""
    return page[:_ROWS], page[::-1][:_ROWS]


def _running(ends: list[Row], number: int, seen: Counter[str], body: float, page: list[Row]) -> list[Row]:
    width = max((row[-1].right - row[0].left for row in page), default=0.0)

    def runs(row: Row) -> bool:
        if _is_of_text(row, page, width):
            return False
        if max(piece.height for piece in row) > _LARGEST * body and not _NUMBER.fullmatch(_text(row)[:_LONGEST]):
            return False
        # a number alone may stand at the foot of one page and in the head of the next
        marks = [mark for mark in _marks(row, number) if len(row) == 1 or not mark.endswith(_ANYWHERE)]
        return _is_own_number(row, number) or any(_count(mark, seen) > 1 for mark in marks)

    return list(takewhile(runs, ends))


def _is_of_text(row: Row, page: list[Row], width: float) -> bool:
    """Return whether a row belongs to the text, not the margin: as close as its lines, and prose."""
    place = next(number for number, each in enumerate(page) if each is row)
    beside = [page[at] for at in (place - 1, place + 1) if 0 <= at < len(page)]
    near = [
        each for each in beside if abs(each[0].base - row[0].base) < _NEAR * row[0].height and _is_as_large(each, row)
    ]
    text = _text(row)
    if not near or _NUMBER.fullmatch(text[:_LONGEST]):
        return False
    is_sentence = bool(_STOP.search(text)) and len(text.split()) >= _FEWEST_WORDS
    continues = (
        page[place - 1] in near and place > 0 and text[:1].islower() and not _STOP.search(_text(page[place - 1]))
    )
    is_full = row[-1].right - row[0].left > _FULL * width and len(text.split()) >= _FEWEST_WORDS
    return is_sentence or continues or is_full


def _is_as_large(one: Row, other: Row) -> bool:
    return abs(one[0].height - other[0].height) < 0.1 * other[0].height


def _page_marks(page: list[Row], number: int) -> set[str]:
    """Return the marks of a page that other pages may share, each once, so that a page does not match itself."""
    return {mark for ends in _ends(page) for row in ends for mark in _marks(row, number)}


def _marks(row: Row, number: int) -> Iterator[str]:
    """Yield the marks that another page would share with a running row, with the row's height on the page."""
    place = round(row[0].base / _PLACE)
    text = _text(row)
    letters = re.sub(r"\d+", "#", text)
    if _ROMAN.fullmatch(text):
        yield f"roman @{place}"
    else:
        yield f"{letters if any(char.isalpha() for char in letters) else text} @{place}"
    for piece in (row[0], row[-1]):
        found = _NUMBER.fullmatch(piece.text[:_LONGEST])
        if found:
            yield f"number {int(found['number']) - number} @{place}"
            yield f"number {int(found['number']) - number} {_ANYWHERE}"


def _count(mark: str, seen: Counter[str]) -> int:
    """Count the pages with a mark at its place or an adjacent one, to allow for rounding."""
    says, _, place = mark.rpartition("@")
    return sum(seen[f"{says}@{int(place) + step}"] for step in (-1, 0, 1))


def _is_own_number(row: Row, number: int) -> bool:
    found = _NUMBER.fullmatch(_text(row)[:_LONGEST])
    return bool(found and int(found["number"]) == number)


def _text(row: Row) -> str:
    return " ".join(piece.text for piece in row)
