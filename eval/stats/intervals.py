"""95% bootstrap intervals: how far a figure would vary with other questions of the same kind.

A figure is a `Measure`: a function of how often each case was drawn, so that the same formula gives the figure of the
run itself (each case once) and of every resample.
"""

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1000
_AT_ONCE = 20
"""How many resamples are measured together: few enough to fit in the processor's cache."""
_SEED = 8_128

Values = NDArray[np.float64]
Weights = NDArray[np.float64]
"""Resamples by cases: how often each case was drawn."""

Measure = Callable[[Weights], Values]
"""Returns one value for each resample; nan where the figure does not apply."""


def draws(cases: int) -> Iterator[Weights]:
    """Yield `RESAMPLES` resamples of `cases` cases, drawn with replacement; the same ones at every call.

    Two runs over the same cases in the same order are paired by measuring both with the same draws.
    """
    dice = np.random.default_rng(_SEED)
    rows = np.arange(_AT_ONCE)[:, None] * cases
    for _ in range(RESAMPLES // _AT_ONCE):
        drawn = dice.integers(0, cases, (_AT_ONCE, cases)) + rows
        yield np.bincount(drawn.ravel(), minlength=_AT_ONCE * cases).reshape(_AT_ONCE, cases).astype(np.float64)


def whole(measure: Measure, cases: int) -> float | None:
    """Return the figure of the run itself, each case counted once; None if it does not apply."""
    value = float(measure(np.ones((1, cases)))[0]) if cases else np.nan
    return None if np.isnan(value) else value


def intervals(measures: Mapping[str, Measure], cases: int) -> dict[str, tuple[float, float] | None]:
    """Return the bounds of each measure: the percentiles 2.5 and 97.5 over the resamples (Efron, 1979).

    Turns of one conversation are drawn as separate cases. A single case has no interval. If all cases agree, the
    interval has no width: that means that nothing varied here, not that the figure is certain.
    """
    if cases < 2:
        return dict.fromkeys(measures)
    parts = [[measure(weights) for measure in measures.values()] for weights in draws(cases)]
    table = np.concatenate([np.array(part) for part in parts], axis=1)
    return {name: middle(values) for name, values in zip(measures, table, strict=True)}


def middle(values: Values) -> tuple[float, float] | None:
    """Return the bounds of the middle 95% of the values, ignoring nan; None if nothing is left."""
    held = values[~np.isnan(values)]
    if not held.size:
        return None
    low, high = np.percentile(held, (2.5, 97.5))
    return float(low), float(high)
