"""Figures of a whole run as functions of its (weighted) cases: shares, means, AUROC, percentiles."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eval.stats.intervals import Measure, Values, Weights


def ratio(parts: ArrayLike, wholes: ArrayLike) -> Measure:
    """Return the sum of the parts divided by the sum of the wholes, one of each per case."""
    both = np.stack([np.asarray(parts, dtype=np.float64), np.asarray(wholes, dtype=np.float64)], axis=1)
    return lambda weights: divided(*(weights @ both).T)


def mean(values: Sequence[float | None]) -> Measure:
    """Return the mean over the cases that a figure applies to; the others are None."""
    return ratio([value or 0.0 for value in values], [float(value is not None) for value in values])


def refusal_precision(refused: Sequence[bool], answerable: Sequence[bool | None]) -> Measure:
    """Return the share of refusals whose question is unanswerable. Unknown cases (None) are left out.

    Precision, recall and F1 of the class "unanswerable" (van Rijsbergen, 1979).
    """
    return ratio(_both(refused, answerable), _made(refused, answerable))


def refusal_recall(refused: Sequence[bool], answerable: Sequence[bool | None]) -> Measure:
    """Return the share of unanswerable questions that are refused."""
    return ratio(_both(refused, answerable), _due(answerable))


def refusal_f1(refused: Sequence[bool], answerable: Sequence[bool | None]) -> Measure:
    """Return the harmonic mean of refusal precision and recall; nan if every question is answerable."""
    due = np.array(_due(answerable))
    f1 = ratio(2 * np.array(_both(refused, answerable)), due + np.array(_made(refused, answerable)))
    return lambda weights: np.where(weights @ due > 0, f1(weights), np.nan)


def auroc(scores: Sequence[float], positive: Sequence[bool | None]) -> Measure:
    """Return the area under the ROC curve: the chance that a positive case scores above a negative one, ties as half.

    By the rank sum of Mann and Whitney (1947). Cases that are neither are None; the result is nan if a class is absent.
    """
    known = np.array([value is not None for value in positive], dtype=bool)
    ordered, order, starts = tied(np.array(scores, dtype=np.float64)[known])
    is_positive = np.array([value for value in positive if value is not None], dtype=np.float64)[order]

    def measure(weights: Weights) -> Values:
        if not ordered.size:
            return np.full(len(weights), np.nan)
        drawn = weights[:, known][:, order]
        positives = np.add.reduceat(drawn * is_positive, starts, axis=1)
        negatives = np.add.reduceat(drawn * (1 - is_positive), starts, axis=1)
        below = np.cumsum(negatives, axis=1) - negatives / 2
        return divided((positives * below).sum(axis=1), positives.sum(axis=1) * negatives.sum(axis=1))

    return measure


def percentile(values: Sequence[float], percent: float) -> Measure:
    """Return the value below which `percent` (0 to 100) of the values lie, with linear interpolation.

    Definition 7 of Hyndman and Fan (1996), as in numpy.
    """
    order = np.argsort(values)
    ordered = np.array(values, dtype=np.float64)[order]

    def measure(weights: Weights) -> Values:
        upto = np.cumsum(weights[:, order], axis=1)
        place = (upto[:, -1:] - 1) * percent / 100
        below, above = (ordered[(upto <= step(place)).sum(axis=1)] for step in (np.floor, np.ceil))
        interpolated: Values = below + (above - below) * (place - np.floor(place))[:, 0]
        return interpolated

    return measure


def tied(scores: Values) -> tuple[Values, NDArray[np.intp], NDArray[np.intp]]:
    """Return the scores in ascending order, the order itself, and where each run of equal scores starts."""
    order = np.argsort(scores, kind="stable")
    ordered = scores[order]
    starts = np.flatnonzero(np.diff(ordered, prepend=np.nan) != 0)
    return ordered, order, starts


def divided(above: Values, below: Values) -> Values:
    """Return the quotients; nan where the divisor is zero."""
    quotients = np.full(above.shape, np.nan)
    np.divide(above, below, out=quotients, where=below > 0)
    return quotients


def _both(refused: Sequence[bool], answerable: Sequence[bool | None]) -> list[float]:
    return [float(no and can is False) for no, can in zip(refused, answerable, strict=True)]


def _made(refused: Sequence[bool], answerable: Sequence[bool | None]) -> list[float]:
    return [float(no and can is not None) for no, can in zip(refused, answerable, strict=True)]


def _due(answerable: Sequence[bool | None]) -> list[float]:
    return [float(can is False) for can in answerable]
