"""The plots of a report as SVG: risk against coverage, calibration, latency."""

from collections.abc import Callable, Sequence
from io import StringIO
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from markupsafe import Markup

from eval.metrics.scored_answer import ScoredAnswer
from eval.stats.risk import bins, curve, decided, outcome

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLOURS = ("#3b82c4", "#d9822b", "#3f9c6c", "#c0558a", "#8a7bd1", "#9a8c3a")
"""Dark enough for a white page, light enough for a dark one."""
_INK = "#010203"
"""Placeholder for the page's own text colour, which replaces it."""
_SIZE = (4.6, 3.4)
_SETS = len(_COLOURS) - 1
"""Most question sets that get a line each; with more, there is one line for all."""
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",  # keep text as text, so that it can be read aloud, searched and scaled
    "svg.hashsalt": "onrecord",
    "text.parse_math": False,  # a set may be named $x$
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "lines.linewidth": 1.8,
    "legend.frameon": False,
    **dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"), _INK),
}


class Line(NamedTuple):
    """The cases of one question set, or of all, and their colour in every plot."""

    cases: Sequence[ScoredAnswer]
    colour: str


Groups = dict[str, Line]


class Plot(NamedTuple):
    """A plot, and a description of what it shows."""

    svg: Markup
    caption: str


def plots(cases: Sequence[ScoredAnswer]) -> list[Plot]:
    """Return the plots that these cases allow, with a line for each question set if there are several."""
    drawn: list[Plot] = []
    if decided(cases):
        drawn.append(Plot(_drawn(_risk, _with_evidence(_lines(cases))), _RISK))
        drawn.append(Plot(_drawn(_calibration, {"": Line(cases, _COLOURS[0])}), _CALIBRATION))
    if cases:
        drawn.append(Plot(_drawn(_latency, _lines(cases)), _LATENCY))
    return drawn


_RISK = (
    "Risk against coverage: the share of wrong replies among the most confident, as more are answered. "
    "Lower is better; a line that rises to the right shows that confidence ranks replies well."
)
_CALIBRATION = (
    "Calibration: how often replies with a given confidence are right. The dashed line is perfect calibration; "
    "larger dots stand for more replies."
)
_LATENCY = "Latency: the share of questions answered within a given number of seconds."


def _lines(cases: Sequence[ScoredAnswer]) -> Groups:
    """Return the cases of each set, and of all; only of all if there is one set or very many."""
    names = sorted({case.set for case in cases})
    some = {name: [case for case in cases if case.set == name] for name in names}
    groups = {"all": list(cases), **(some if 1 < len(names) <= _SETS else {})}
    return {name: Line(each, colour) for (name, each), colour in zip(groups.items(), _COLOURS, strict=False)}


def _with_evidence(groups: Groups) -> Groups:
    """Leave out sets without gold evidence, in which no reply can be right: their line would lie at 1."""
    judged_ones = {name for name, line in groups.items() if any(_has_evidence(case) for case in line.cases)}
    return {name: line for name, line in groups.items() if name == "all" or name in judged_ones}


def _has_evidence(case: ScoredAnswer) -> bool:
    return case.answerable is not False and outcome(case) is not None


def _drawn(draw: "Callable[[Axes, Groups], None]", groups: Groups) -> Markup:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=_SIZE, layout="constrained")
        draw(figure.subplots(), groups)
        made = StringIO()
        figure.savefig(made, format="svg", transparent=True, metadata={"Date": None})
    svg = made.getvalue()
    # matplotlib wrote it, and escapes the text in it
    return Markup(svg[svg.index("<svg") :].replace(_INK, "currentColor"))  # nosec B704


def _risk(axes: "Axes", groups: Groups) -> None:
    for name, (cases, colour) in groups.items():
        points = curve(decided(cases))
        axes.plot([p.coverage for p in points], [p.risk for p in points], color=colour, label=name)
    axes.set(xlabel="share answered", ylabel="share of these that are wrong", xlim=(0, 1), ylim=(0, 1))
    _legend(axes, groups)


def _calibration(axes: "Axes", groups: Groups) -> None:
    found = bins(decided(groups[""].cases))
    axes.plot([0, 1], [0, 1], color=_INK, linewidth=1, linestyle="--", alpha=0.5)
    sizes = np.array([each.n for each in found])
    axes.plot([each.confidence for each in found], [each.right for each in found], color=_COLOURS[0], linewidth=1)
    axes.scatter(
        [each.confidence for each in found], [each.right for each in found], 20 + 200 * sizes / sizes.sum(), _COLOURS[0]
    )
    axes.set(xlabel="confidence", ylabel="share right", xlim=(0, 1), ylim=(-0.02, 1.02))


def _latency(axes: "Axes", groups: Groups) -> None:
    for name, (cases, colour) in groups.items():
        axes.ecdf([case.seconds for case in cases], color=colour, label=name)
    longest = float(np.percentile([case.seconds for case in groups["all"].cases], 99)) * 1.1
    axes.set(xlabel="seconds", ylabel="share of questions", xlim=(0, max(longest, 1e-3)), ylim=(0, 1.01))
    _legend(axes, groups)


def _legend(axes: "Axes", groups: Groups) -> None:
    if len(groups) > 1:
        axes.get_figure(root=True).legend(loc="outside upper center", ncols=3, fontsize=9)  # type: ignore[union-attr]
