"""Strings that make a regular expression backtrack, derived from its own parse tree.

Backtracking explodes when a pattern repeats something and the rest does not match. So every repeated part, and its
neighbours, are repeated many times between a start that matches and an end that does not.
"""

import itertools
import re
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import FrameType
from typing import Any

MISMATCHES = ("", "\x00", "\x00\n", "!", "\n")
_CATEGORIES = {
    op.CATEGORY_DIGIT: "7", op.CATEGORY_NOT_DIGIT: "a", op.CATEGORY_SPACE: " ", op.CATEGORY_NOT_SPACE: "a",
    op.CATEGORY_WORD: "a", op.CATEGORY_NOT_WORD: " ",
}  # fmt: skip
_MOST_VARIANTS = 6
_MOST_PUMPS = 40


def grown(pattern: re.Pattern[str], length: int) -> Iterator[str]:
    """Yield adversarial strings of about `length` characters for a pattern."""
    tree = parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    whole = _variants(tree)[:2]
    for before, pump in itertools.islice(_pumps(tree), _MOST_PUMPS):
        if not pump:
            continue
        middle = pump * max(2, length // len(pump))
        for start in dict.fromkeys(("", before)):
            for end in (*MISMATCHES, *(text[-1:] + "\x00" for text in whole[:1])):
                yield start + middle + end


def seconds(run: Callable[[str], object], text: str, limit: float) -> float:
    """Return the processor time that a pattern takes on a text, or `limit` if it takes longer."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, limit)
    started = time.thread_time()
    try:
        run(text)
    except TimeoutError:
        return limit
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    return time.thread_time() - started


def _pumps(tree: Any) -> Iterator[tuple[str, str]]:
    """Yield the text before a repeated part, and the text to repeat: its body, its neighbours, or the whole pattern."""
    whole = _variants(tree)
    yield from (("", text) for text in whole[:2])
    yield from (("", text[:-1]) for text in whole[:1])
    seen = set()
    for before, items, at in _repeats(list(tree), ""):
        body = _variants(items[at][1][2])
        after = _variants(items[at + 1 : at + 2]) if at + 1 < len(items) else []
        for text in (*body, *(x + y for x in body[:2] for y in after[:2]), *after[:2]):
            if (before, text) not in seen:
                seen.add((before, text))
                yield before, text


def _repeats(items: Sequence[Any], before: str) -> Iterator[tuple[str, Sequence[Any], int]]:
    """Yield every repeated part: the sample text before it, the sequence that contains it, and its index there."""
    for at, (kind, value) in enumerate(items):
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            if value[1] == op.MAXREPEAT or value[1] > 8:
                yield before, items, at
            yield from _repeats(list(value[2]), before)
        else:
            for inner in _inside(kind, value):
                yield from _repeats(list(inner), before)
        before += _variants([items[at]])[0]


def _inside(kind: Any, value: Any) -> list[Any]:
    if kind is op.SUBPATTERN:
        return [value[-1]]
    if kind is op.BRANCH:
        return list(value[1])
    if kind in (op.ASSERT, op.ASSERT_NOT):
        return [value[1]]
    return [value] if kind is op.ATOMIC_GROUP else []


def _variants(items: Any) -> list[str]:
    """Return a few short texts that the items match (approximately: look-around is assumed to match)."""
    texts = [""]
    for kind, value in items:
        texts = [x + y for x, y in itertools.product(texts, _item(kind, value))][:_MOST_VARIANTS]
    return texts


def _item(kind: Any, value: Any) -> list[str]:
    if kind is op.LITERAL:
        return [chr(value)]
    if kind is op.NOT_LITERAL:
        return ["a" if value != ord("a") else "b"]
    if kind is op.ANY:
        return ["a", " "]
    if kind is op.IN:
        return _members(value)
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        return [text * max(1, value[0]) for text in _variants(value[2])]
    inner = [] if kind in (op.ASSERT, op.ASSERT_NOT) else _inside(kind, value)
    return [text for one in inner for text in _variants(one)[:3]][:_MOST_VARIANTS] or [""]


def _members(members: Sequence[Any]) -> list[str]:
    """Return characters of a class, one for each kind of member."""
    if members[0][0] is op.NEGATE:
        banned = re.compile("[" + "".join(_as_class(*member) for member in members[1:]) + "]")
        return [char for char in "a 7\n\"(.,-é'" if not banned.match(char)][:4] or ["\x01"]
    return [_member(*member) for member in members][:_MOST_VARIANTS]


def _member(kind: Any, value: Any) -> str:
    if kind is op.RANGE:
        return chr(value[0])
    return _CATEGORIES.get(value, "a") if kind is op.CATEGORY else chr(value)


def _as_class(kind: Any, value: Any) -> str:
    if kind is op.RANGE:
        return f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
    if kind is op.CATEGORY:
        return {op.CATEGORY_DIGIT: r"\d", op.CATEGORY_NOT_DIGIT: r"\D", op.CATEGORY_SPACE: r"\s",
                op.CATEGORY_NOT_SPACE: r"\S", op.CATEGORY_WORD: r"\w", op.CATEGORY_NOT_WORD: r"\W"}[value]  # fmt: skip
    return re.escape(chr(value))
