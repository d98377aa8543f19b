"""Groups lines into blocks: paragraphs (also across columns and pages), headings, lists and tables."""

import re
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import quantiles

from index.formats.pdf.hyphens import Words, line_end
from index.formats.pdf.layout import Line

_ITEM = re.compile(r"(?:- |\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)] )\S")
_NOTE = re.compile(r"(?:\(?\d{1,3}[.)]?|[*†‡§])\s*\S")
_ENDED = re.compile(r"""[.!?:;…。！？]["'”’»)\]]*(?:\d{1,3})?$""")
_LEADER = re.compile(r"(?:\. ?){4}\s*[\divxlc]{1,5}$")
_NOTE_SIZE = 0.92
_INDENT = 0.7


@dataclass
class Block:
    """Lines that form a block; `kind` is "text", "item" or "rows"."""

    kind: str
    lines: list[Line] = field(default_factory=list)


class Setting:
    """A document's typesetting: the height of its body text, and the usual line spacing by height."""

    def __init__(self, lines: list[Line], body: float) -> None:
        self.body = body
        steps: dict[int, list[float]] = {}
        for above, line in pairwise(lines):
            step = above.base - line.base
            same_column = (above.page, above.column) == (line.page, line.column)
            if same_column and 0.7 * line.height < step < 2.5 * line.height:
                steps.setdefault(round(line.height), []).append(step)
        self._usual = {height: quantiles(found, n=4)[0] for height, found in steps.items() if len(found) > 1}

    def step(self, line: Line) -> float:
        """Return the usual distance from a line like this to the one above, in points."""
        return self._usual.get(round(line.height), 1.25 * line.height)


def blocks_of(pages: list[list[Line]], body: float) -> list[Block]:
    """Return the blocks of all pages in order; footnotes come before a paragraph that continues on the next page."""
    setting = Setting([line for lines in pages for line in lines], body)
    blocks: list[Block] = []
    notes: list[Block] = []
    for lines in pages:
        text, feet = _without_notes(lines, setting)
        for number, line in enumerate(text):
            continued = bool(blocks) and continues(blocks[-1], line, setting)
            if number == 0 and notes:
                blocks[len(blocks) - continued : len(blocks) - continued] = notes
                notes = []
            _add(blocks, line, continued)
        for line in feet:
            _add(notes, line, bool(notes) and continues(notes[-1], line, setting))
    return blocks + notes


def _without_notes(lines: list[Line], setting: Setting) -> tuple[list[Line], list[Line]]:
    """Return a page's lines and its footnotes: smaller lines at the foot of a page or column, starting with a mark."""
    feet: list[Line] = []
    for column in {line.column for line in lines}:
        last = [line for line in lines if line.column == column]
        start = len(last)
        while start and last[start - 1].height < _NOTE_SIZE * setting.body:
            start -= 1
        if 0 < start < len(last) and _NOTE.match(last[start].text):
            feet += last[start:]
    gone = {id(line) for line in feet}
    return [line for line in lines if id(line) not in gone], feet


def _add(blocks: list[Block], line: Line, continued: bool) -> None:
    if continued:
        blocks[-1].lines.append(line)
    else:
        kind = "rows" if len(line.cells) > 1 else "item" if _ITEM.match(line.text) else "text"
        blocks.append(Block(kind, [line]))


def continues(block: Block, line: Line, setting: Setting) -> bool:
    """Return whether a line belongs to the block before it."""
    last = block.lines[-1]
    if block.kind == "rows" or len(line.cells) > 1:
        return block.kind == "rows" and len(line.cells) > 1 and line.page == last.page
    if abs(line.height - last.height) > 0.1 * last.height:
        return False
    large = last.height > 1.12 * setting.body
    same_column = line.page == last.page and line.column == last.column
    if same_column and last.base - line.base > _reach(last, line, large) * setting.step(line) + 0.5:
        return False
    if large:
        return same_column and not _is_numbered(line)
    return not _is_item(last, line) and not _starts(block, line, same_column)


def _reach(last: Line, line: Line, large: bool) -> float:
    """Return the largest line spacing within a paragraph, in usual steps, as pages are stretched to fill them."""
    if line.text[:1].islower() and not _ENDED.search(last.text):
        return 1.8
    return 1.3 if large else 1.2


def _is_numbered(line: Line) -> bool:
    return bool(re.match(r"\d+(\.\d+)*\.?\s", line.text))


def _starts(block: Block, line: Line, same_column: bool) -> bool:
    """Return whether a nearby line of the same size starts a new paragraph."""
    last = block.lines[-1]
    room = last.has_room_for(line.text)
    ended, small = bool(_ENDED.search(last.text)), line.text[:1].islower()
    if _LEADER.search(last.text[-80:]):
        return True
    if last.bold != line.bold and (room or ended):
        return True
    if block.kind == "item" and same_column:
        return line.left < block.lines[0].left - 1 or (room and ended and line.left <= block.lines[0].left + 1)
    if _is_indented(line) and ended and not small and not (same_column and _is_indented(last)):
        return True
    if (room and ended) or (same_column and not small and _are_centred(last, line)):
        return True
    short = last.right - last.left_edge < 0.75 * (last.right_edge - last.left_edge)
    return room and short and not small


def _is_item(last: Line, line: Line) -> bool:
    """Return whether a line starts a list item, not the second half of a sentence with a dash."""
    if not _ITEM.match(line.text):
        return False
    dash = line.text.startswith("- ") and line.text[2:3].islower() and abs(line.left - last.left) < 1
    return not (dash and not _ENDED.search(last.text) and not last.has_room_for(line.text))


def _are_centred(last: Line, line: Line) -> bool:
    apart = abs(line.left - last.left)
    return apart > _INDENT * line.height and abs(line.left + line.right - last.left - last.right) < 0.2 * apart


def _is_indented(line: Line) -> bool:
    return line.left > line.left_edge + _INDENT * line.height


@dataclass(frozen=True)
class Text:
    """The blocks as text: the offset where each page starts, and each block's own text."""

    text: str
    pages: tuple[int, ...]
    blocks: tuple[str, ...]


def text_of(blocks: list[Block], count: int) -> Text:
    """Return the text of a document of `count` pages; a page without text starts where the next one does."""
    words = Words(line.text for block in blocks for line in block.lines)
    parts: list[str] = []
    made: list[str] = []
    starts: dict[int, int] = {}
    length = 0
    for i, block in enumerate(blocks):
        gap = "" if i == 0 else "\n" if blocks[i - 1].kind == block.kind == "item" else "\n\n"
        pieces = _parts(block, words)
        length += len(gap)
        for line, piece in zip(block.lines, pieces, strict=True):
            starts.setdefault(line.page, length)
            length += len(piece)
        made.append("".join(pieces))
        parts += [gap, made[-1]]
    return Text("".join(parts), tuple(_filled(starts, count, length)), tuple(made))


def _parts(block: Block, words: Words) -> list[str]:
    """Return a block's lines, ready to be joined without separators."""
    if block.kind == "rows":
        rows = [" | ".join(line.cells) for line in block.lines]
        return [row + "\n" for row in rows[:-1]] + rows[-1:]
    texts = [line.text for line in block.lines]
    return [line_end(text, below, words) for text, below in pairwise(texts)] + texts[-1:]


def _filled(starts: dict[int, int], count: int, length: int) -> list[int]:
    pages, following = [], length
    for number in range(count, 0, -1):
        following = starts.get(number, following)
        pages.append(following)
    return pages[::-1]
