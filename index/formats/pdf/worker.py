"""Reads a PDF's pieces of text with their positions, by PDFium in a separate process; run by `pages.py`.

PDFium aborts the process that it runs in when a page asks for more memory than there is (a file of 2 KB can), it has no
time limit, and it must not be used by two threads. So this file imports nothing of ours, reads the PDF from its
standard input, and writes one JSON value per line to its standard output: the document's facts, then each page.
"""

import ctypes
import json
import math
import signal
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

_MEMORY = 1 << 30
_SECONDS_A_PAGE = 20
_CHARACTERS_A_PAGE = 200_000
_BOLD = 600
_ASKEW = -1
_PIECE = 20  # the size of a piece's positions in addition to its characters
_BROKEN: dict[str, Any] = {"pieces": [], "sideways": "", "state": "broken"}
_LINE_END_HYPHENS = {0x02: "-", 0xFFFE: "-", 0xAD: "\xad"}


class _Char(NamedTuple):
    """A character: its clockwise quarter turns from upright, and its position in points once turned upright."""

    char: str
    turn: int
    left: float
    right: float
    base: float
    height: float
    bold: bool


def main() -> None:
    """Read the PDF on standard input from the page whose number is the first argument, counted from 1."""
    first, last, room = (int(argument) for argument in sys.argv[1:4])
    content = sys.stdin.buffer.read()
    _limit_memory(len(content))
    for value in _document(content, first, last, room):
        sys.stdout.write(json.dumps(value) + "\n")
        sys.stdout.flush()


def _limit_memory(size: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    limit = _MEMORY + 3 * size
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _document(content: bytes, first: int, last: int, room: int) -> Iterator[dict[str, Any]]:
    import pypdfium2
    from pypdfium2 import raw

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        yield {"error": "password" if error.err_code == raw.FPDF_ERR_PASSWORD else "broken"}
        return
    yield {"pages": len(document), "facts": document.get_metadata_dict()}
    for number in range(first, min(len(document), last) + 1):
        _give_up_after(_SECONDS_A_PAGE)
        page = _page(document, number - 1)
        room -= sum(_PIECE + len(piece[0]) for piece in page["pieces"])
        if room < 0:
            break
        yield {"page": number, **page}
    yield {"end": True}


def _give_up_after(seconds: int) -> None:
    if hasattr(signal, "alarm"):  # not on Windows; without a handler it ends the process, even inside PDFium
        signal.alarm(seconds)


def _page(document: Any, index: int) -> dict[str, Any]:
    import pypdfium2

    try:
        page = document[index]
        textpage = page.get_textpage()
        if textpage.count_chars() > _CHARACTERS_A_PAGE:
            return _BROKEN
        pieces, sideways = _pieces(_characters(textpage))
        state = "text" if pieces else "picture" if any(True for _ in page.get_objects(max_depth=1)) else "empty"
        return {"pieces": pieces, "sideways": sideways, "state": state}
    except pypdfium2.PdfiumError:
        return _BROKEN


def _characters(textpage: Any) -> list[_Char]:
    from pypdfium2 import raw

    box, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    chars: list[_Char] = []
    for i in range(textpage.count_chars()):
        char = _char(raw.FPDFText_GetUnicode(textpage, i))
        if (
            raw.FPDFText_IsGenerated(textpage, i) == 1
        ):  # PDFium's generated space has no position: it follows a character
            chars += [chars[-1]._replace(char=" ", left=chars[-1].right)] if char == " " and chars else []
        elif char:
            raw.FPDFText_GetLooseCharBox(textpage, i, box)
            raw.FPDFText_GetCharOrigin(textpage, i, x, y)
            angle, bold = raw.FPDFText_GetCharAngle(textpage, i), raw.FPDFText_GetFontWeight(textpage, i) >= _BOLD
            chars.append(_placed(char, angle, box, (x.value, y.value), _height(textpage, i, box), bold))
    return [char for char in chars if all(map(math.isfinite, (char.left, char.right, char.base, char.height)))]


def _height(textpage: Any, i: int, box: Any) -> float:
    """Return a character's effective font size, since many PDFs set size 1 and scale it."""
    from pypdfium2 import raw

    matrix = raw.FS_MATRIX()
    if not raw.FPDFText_GetMatrix(textpage, i, matrix):
        return float(box.top - box.bottom)
    return float(raw.FPDFText_GetFontSize(textpage, i) * math.hypot(matrix.c, matrix.d))


def _char(code: int) -> str:
    char = _LINE_END_HYPHENS.get(code) or (chr(code) if code <= sys.maxunicode else "")
    return "" if char and not char.isspace() and unicodedata.category(char) in ("Cc", "Cs", "Cn") else char


def _placed(char: str, angle: float, box: Any, origin: tuple[float, float], height: float, bold: bool) -> _Char:
    """Return a character with its position after turning the page so that it is upright."""
    quarters, (x, y) = angle / (math.pi / 2), origin
    turn = round(quarters) % 4 if abs(quarters - round(quarters)) < 0.05 else _ASKEW
    left, right, base = {
        3: (box.bottom, box.top, -x),
        2: (-box.right, -box.left, -y),
        1: (-box.top, -box.bottom, x),
    }.get(turn, (box.left, box.right, y))
    return _Char(char, turn, left, right, base, height, bold)


def _pieces(characters: list[_Char]) -> tuple[list[list[Any]], str]:
    """Return the pieces [text, left, right, baseline, height, bold] of upright text, and the text that lies otherwise.

    Upright is the orientation of most of the page's text.
    """
    turns = Counter(char.turn for char in characters if not char.char.isspace())
    main = turns.most_common(1)[0][0] if turns else 0
    runs: list[list[_Char]] = []
    for char in (char for char in characters if char.turn == main):
        if runs and _is_next(runs[-1], char):
            runs[-1].append(char)
        elif not char.char.isspace():
            runs.append([char])
    return [_piece(run) for run in runs], "".join(char.char for char in characters if char.turn != main).strip()


def _piece(run: list[_Char]) -> list[Any]:
    left, right = min(char.left for char in run), max(char.right for char in run)
    places = (round(place, 2) for place in (left, right, run[0].base, max(char.height for char in run)))
    return ["".join(char.char for char in run).strip(), *places, all(char.bold for char in run)]


def _is_next(run: list[_Char], char: _Char) -> bool:
    last = run[-1]
    size = max(last.height, char.height)
    if abs(run[0].base - char.base) > 0.45 * size:
        return False
    # text goes back only in scripts written from the right; the two letters of a ligature have one place
    if char.left < last.left - 0.1 * size:
        backward = unicodedata.bidirectional(char.char) in ("R", "AL", "WS", "CS", "ON")
        return backward and last.left - char.right < 0.9 * size
    return char.left - last.right < 0.9 * size


if __name__ == "__main__":
    main()
