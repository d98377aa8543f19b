"""What refusing costs and saves: risk against coverage, the threshold for a wanted precision, calibration.

A reply is right where its best evidence sentence is gold; to an unanswerable question every answer is wrong.
A question of which neither is known is left out.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from eval.score import Case

COVERAGES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
BINS = 10


class Point(NamedTuple):
    """What happens when replies below `threshold` are refused: the share answered, and the share of these wrong."""

    threshold: float
    coverage: float
    risk: float


def judged(cases: Sequence[Case]) -> list[tuple[float, float]]:
    """Return confidence and rightness (1 or 0) of the replies that can be judged."""
    pairs = ((case.confidence, _right(case)) for case in cases)
    return [(confidence, right) for confidence, right in pairs if right is not None]


def _right(case: Case) -> float | None:
    return 0.0 if case.answerable is False else case.figures.get("evidence_hit@1")


def curve(replies: Sequence[tuple[float, float]]) -> list[Point]:
    """Return a point for every confidence that occurs, from the surest to the least sure."""
    points: list[Point] = []
    answered = wrong = 0
    for confidence, group in groupby(sorted(replies, reverse=True), key=lambda reply: reply[0]):
        rights = [right for _, right in group]
        answered, wrong = answered + len(rights), wrong + rights.count(0.0)
        points.append(Point(confidence, answered / len(replies), wrong / answered))
    return points


def at_coverages(points: Sequence[Point]) -> list[Point]:
    """Return, for each of `COVERAGES`, the first point that answers at least this share."""
    return [next(point for point in points if point.coverage >= share - 1e-9) for share in COVERAGES if points]


def threshold_for(points: Sequence[Point], precision: float) -> Point | None:
    """Return the point that answers most while this share of the answers is right, or None."""
    good = [point for point in points if 1 - point.risk >= precision]
    return good[-1] if good else None


def area(replies: Sequence[tuple[float, float]]) -> float | None:
    """Return the area under risk against coverage, 0 best (AURC; Geifman and El-Yaniv, 2017)."""
    points = curve(replies)
    before = [0.0, *(point.coverage for point in points)]
    return sum((p.coverage - b) * p.risk for p, b in zip(points, before, strict=False)) if points else None


def calibration_error(replies: Sequence[tuple[float, float]]) -> float | None:
    """Return the mean distance of confidence and rightness over ten equal bins (ECE; Guo et al., 2017)."""
    if not replies:
        return None
    bins: dict[int, list[tuple[float, float]]] = {}
    for confidence, right in replies:
        bins.setdefault(min(int(confidence * BINS), BINS - 1), []).append((confidence, right))
    return sum(abs(sum(c for c, _ in each) - sum(r for _, r in each)) for each in bins.values()) / len(replies)
