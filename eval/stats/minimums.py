"""Minimums that the figures of a run must reach, for use in builds."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from eval.stats.compare import DIRECTIONS
from eval.stats.figures import NAMES, Figure
from index.errors import QuestionError


class Shortfall(NamedTuple):
    """A figure below its minimum (`wanted`); its value is None if it was not measured at all."""

    name: str
    wanted: float
    value: float | None

    def __str__(self) -> str:
        value = "not measured, as no question has the gold for it" if self.value is None else f"{self.value:.4f}"
        return f"{self.name} is {value}; the minimum is {self.wanted:g}"


def read_minimums(given: Sequence[str]) -> dict[str, float]:
    """Return figures and their minimums from `name=value` texts; raises QuestionError if one is invalid."""
    return dict(_minimum(text) for text in given)


def find_shortfalls(figures: Mapping[str, Figure], minimums: Mapping[str, float]) -> list[Shortfall]:
    """Return the figures below their minimum."""
    values = [(name, wanted, figures[name].value) for name, wanted in minimums.items()]
    return [Shortfall(*each) for each in values if each[2] is None or each[2] < each[1]]


def _minimum(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    known = [each for each in NAMES if DIRECTIONS.get(each, 1) > 0]
    if name not in known:
        raise QuestionError(f"--min {text} is not a figure that is better when higher: use one of {', '.join(known)}.")
    try:
        return name, float(value)
    except ValueError as error:
        raise QuestionError(f"--min {text} has no number: write {name}=0.8, for example.") from error
