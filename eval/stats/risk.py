"""What refusing costs and saves: risk against coverage, the threshold for a desired precision, calibration.

A reply is right if its best evidence sentence is gold; for an unanswerable question every answer is wrong.
Questions for which neither is known are left out.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eval.metrics.scored_answer import ScoredAnswer
from eval.stats.aggregates import divided, tied
from eval.stats.intervals import Measure, Values, Weights

COVERAGES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
BINS = 10


class Point(NamedTuple):
    """The effect of refusing replies below `threshold`: the share answered, and the share of these that are wrong."""

    threshold: float
    coverage: float
    risk: float


class Bin(NamedTuple):
    """The replies whose confidence lies in one tenth: their mean confidence, the share that is right, their number."""

    confidence: float
    right: float
    n: int


def decided(cases: Sequence[ScoredAnswer]) -> list[tuple[float, float]]:
    """Return confidence and outcome (1 right, 0 wrong) of the replies whose outcome is known."""
    pairs = ((case.confidence, outcome(case)) for case in cases)
    return [(confidence, value) for confidence, value in pairs if value is not None]


def outcome(case: ScoredAnswer) -> float | None:
    """Return 1 if the best evidence sentence of a reply is right, 0 if it is wrong, None if unknown."""
    return 0.0 if case.answerable is False else case.figures.get("evidence_hit@1")


def curve(replies: Sequence[tuple[float, float]]) -> list[Point]:
    """Return a point for every confidence that occurs, from the highest to the lowest."""
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
    """Return the point that answers most with at least this share of answers right, or None."""
    good = [point for point in points if 1 - point.risk >= precision]
    return good[-1] if good else None


def bins(replies: Sequence[tuple[float, float]]) -> list[Bin]:
    """Return the tenths of confidence that contain replies, lowest first, for a calibration plot."""
    tenths: list[Bin] = []
    for _, group in groupby(sorted(replies), key=lambda reply: _bin(reply[0])):
        confidences, rights = zip(*group, strict=True)
        tenths.append(Bin(sum(confidences) / len(rights), sum(rights) / len(rights), len(rights)))
    return tenths


def area(confidences: Sequence[float], rights: Sequence[float | None]) -> Measure:
    """Return the area under risk against coverage, 0 best (AURC; Geifman and El-Yaniv, 2017).

    The mean, over the replies, of the share that is wrong among those at least as confident. Replies that are not
    judged are None in `rights`.
    """
    known, sure, wrong = _known(confidences, rights)
    _, order, starts = tied(-sure)
    wrong = wrong[order]

    def measure(weights: Weights) -> Values:
        if not wrong.size:
            return np.full(len(weights), np.nan)
        drawn = weights[:, known][:, order]
        here = np.add.reduceat(drawn, starts, axis=1)
        missed = np.cumsum(np.add.reduceat(drawn * wrong, starts, axis=1), axis=1)
        risks = np.nan_to_num(divided(missed, np.cumsum(here, axis=1)))
        return divided((here * risks).sum(axis=1), here.sum(axis=1))

    return measure


def calibration_error(confidences: Sequence[float], rights: Sequence[float | None]) -> Measure:
    """Return the mean gap between confidence and accuracy over ten equal bins (ECE; Guo et al., 2017).

    Replies that are not judged are None in `rights`.
    """
    known, sure, wrong = _known(confidences, rights)
    numbers = np.array([_bin(confidence) for confidence in sure], dtype=np.intp)
    gaps = np.where(numbers[:, None] == np.arange(BINS), (sure - (1 - wrong))[:, None], 0.0)

    def measure(weights: Weights) -> Values:
        drawn = weights[:, known]
        return divided(np.abs(drawn @ gaps).sum(axis=1), drawn.sum(axis=1))

    return measure


def _known(confidences: Sequence[float], rights: Sequence[float | None]) -> tuple[NDArray[np.intp], Values, Values]:
    """Return the indices of the judged replies, their confidences, and 1 for each that is wrong."""
    known = np.flatnonzero([right is not None for right in rights])
    sure = np.array(confidences, dtype=np.float64)[known]
    return known, sure, np.array([1 - right for right in rights if right is not None], dtype=np.float64)


def _bin(confidence: float) -> int:
    return min(int(confidence * BINS), BINS - 1)
