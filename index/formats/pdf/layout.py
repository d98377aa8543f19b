"""Puts a page's pieces in reading order: column by column, as lines with the positions that separate paragraphs."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from index.formats.pdf.pages import Piece
from index.formats.pdf.running_lines import Row, rows_of

_CANDIDATES = 40
_PROSE = 18
_DEPTH = 4
_MOST = 20_000
_MOST_CELLS = 100
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_BULLET = re.compile(r"^(?:[•‣◦▪▫●○■□►▶⁃∙·–*\-\uf0b7\uf0a7\uf0d8\uf076\u2756]|o(?=\s[A-Z]))\s+")
_MARK = re.compile(_BULLET.pattern + r"|\(?\w{1,3}[.)]\s|\d+(?:\.\d+)+\.?\s")
Gap = tuple[float, float]


@dataclass
class Line:
    """A line of one column; `left_edge` and `right_edge` are its column's, `cells` more than one in a table's row."""

    text: str
    cells: tuple[str, ...]
    left: float
    right: float
    base: float
    height: float
    bold: bool
    page: int
    column: int
    left_edge: float = 0.0
    right_edge: float = 0.0

    def has_room_for(self, following: str) -> bool:
        """Return whether the next line's first word would have fitted on this one, so that it was ended on purpose."""
        wide = (self.right - self.left) / max(len(self.text), 1)
        word = len(following.split(" ", 1)[0]) + 1
        return self.right + word * wide < self.right_edge - 0.1 * self.height


def lines_of(pieces: list[Piece], page: int) -> list[Line]:
    """Return a page's lines in reading order."""
    lines: list[list[Line]] = []
    for number, column in enumerate(_columns(pieces)):
        rows = rows_of(column)
        gaps = _cell_gaps(rows)
        lines.append([_line(row, cut, page, number) for row, cut in zip(rows, gaps, strict=True)])
    for made in lines:
        _set_edges(made, [line for column in lines for line in column])
    return [line for column in lines for line in column]


def _columns(pieces: list[Piece], depth: int = 0) -> Iterator[list[Piece]]:
    """Yield the page's columns in reading order; what crosses the gutter separates those above from those below."""
    gutter = _gutter(pieces) if depth < _DEPTH and len(pieces) < _MOST else None
    if gutter is None:
        yield pieces
        return
    left: list[Piece] = []
    right: list[Piece] = []
    across: list[Piece] = []
    for row in rows_of(pieces):
        crosses = any(piece.left < gutter - 1 and piece.right > gutter + 1 for piece in row)
        if crosses and (left or right):
            yield from _sides(left, right, depth)
            left, right = [], []
        if crosses:
            across += row
            continue
        if across:
            yield across
            across = []
        left += [piece for piece in row if piece.right <= gutter + 1]
        right += [piece for piece in row if piece.right > gutter + 1]
    yield from [across] if across else []
    yield from _sides(left, right, depth)


def _sides(left: list[Piece], right: list[Piece], depth: int) -> Iterator[list[Piece]]:
    for side in (left, right):
        if side:
            yield from _columns(side, depth + 1)


def _gutter(pieces: list[Piece]) -> float | None:
    """Return where a right column of prose starts, next to another column of prose, or None."""
    lefts = Counter(round(piece.left / 4) * 4 for piece in pieces)
    best, fewest = None, 0.25 * len(pieces)
    for start, _ in lefts.most_common(_CANDIDATES):
        at = min(piece.left for piece in pieces if round(piece.left / 4) * 4 == start)
        left = [piece for piece in pieces if piece.right <= at + 1]
        right = [piece for piece in pieces if piece.left >= at - 1]
        crossing = len(pieces) - len(left) - len(right)
        if crossing < fewest and _are_columns(left, right):
            best, fewest = at, crossing
    return best


def _are_columns(left: list[Piece], right: list[Piece]) -> bool:
    """Return whether both sides are lines of prose, unlike a table's cells, side by side."""
    if len(left) < 3 or len(right) < 3:
        return False
    sides = [rows_of(left), rows_of(right)]
    if any(len(rows) < 3 or median(sum(len(piece.text) for piece in row) for row in rows) < _PROSE for rows in sides):
        return False
    top, bottom = min(rows[0][0].base for rows in sides), max(rows[-1][0].base for rows in sides)
    return top - bottom > 1.5 * left[0].height


def _cell_gaps(rows: list[Row]) -> list[set[Gap]]:
    """Return for each row the gaps between a table's cells: those that the row above or below has too.

    A single wide space may come from justified text, where wide spaces do not line up between rows.
    """
    gaps = [_gaps(row) for row in rows]
    cells = []
    for i, mine in enumerate(gaps):
        beside = [gaps[j] for j in (i - 1, i + 1) if 0 <= j < len(rows)]
        height = rows[i][0].height
        if any(_are_one_grid(mine, others, height) for others in beside):
            cells.append(set(mine))
        else:
            wide = [gap for others in beside for gap in others if _is_wide(gap, height)]
            cells.append({gap for gap in mine if _is_wide(gap, height) and any(_meet(gap, o, height) for o in wide)})
    return cells


def _gaps(row: Row) -> list[Gap]:
    if len(row) > _MOST_CELLS:
        return []
    wide_gaps = [(a.right, b.left) for a, b in pairwise(row) if b.left - a.right > 0.85 * b.height]
    return wide_gaps[1:] if _MARK.fullmatch(row[0].text + " ") else wide_gaps


def _are_one_grid(mine: list[Gap], others: list[Gap], height: float) -> bool:
    return bool(mine) and len(mine) == len(others) and all(map(_meet, mine, others, [height] * len(mine)))


def _meet(gap: Gap, other: Gap, height: float) -> bool:
    return min(gap[1], other[1]) - max(gap[0], other[0]) > 0.5 * height


def _is_wide(gap: Gap, height: float) -> bool:
    return gap[1] - gap[0] > 1.3 * height


def _line(row: Row, gaps: set[Gap], page: int, column: int) -> Line:
    cells = [row[0].text]
    for before, piece in pairwise(row):
        if (before.right, piece.left) in gaps:
            cells.append(piece.text)
        else:
            cells[-1] += (" " if piece.left - before.right > 0.1 * before.height else "") + piece.text
    clean = tuple(re.sub(r"\s+", " ", cell.translate(_LIGATURES)).strip() for cell in cells)
    widest = max(row, key=lambda piece: len(piece.text))
    left, right, bold = row[0].left, max(piece.right for piece in row), all(piece.bold for piece in row)
    text = _BULLET.sub("- ", " ".join(clean), count=1)
    return Line(text, clean, left, right, widest.base, widest.height, bold, page, column)


def _set_edges(lines: list[Line], page: list[Line]) -> None:
    """Set each line's edges, the right one by its widest neighbours, if there are enough."""
    left = min((line.left for line in lines), default=0.0)
    for run in _runs(lines):
        same = [line for line in lines if abs(line.height - run[0].height) < 0.1 * line.height]
        peers = run if len(run) > 2 else same
        if len(peers) < 3:
            peers = [line for line in page if line.left < run[0].right and line.right > run[0].left]
        right = max(line.right for line in peers)
        for line in run:
            line.left_edge, line.right_edge = left, right


def _runs(lines: list[Line]) -> Iterator[list[Line]]:
    run: list[Line] = []
    for line in lines:
        near = run and run[-1].base - line.base < 1.7 * line.height
        if run and not (near and abs(run[-1].height - line.height) < 0.1 * line.height):
            yield run
            run = []
        run.append(line)
    if run:
        yield run
