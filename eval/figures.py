"""The figures of a run: single cases brought together into means, refusals, exactness and times."""

from collections.abc import Sequence
from typing import NamedTuple

from eval.metrics import auroc, mean, percentile, refusal_scores
from eval.risk import area, calibration_error, judged
from eval.score import RANKS, Case

NAMES = {
    **{f"recall@{k}": f"Retrieval: recall@{k} of gold quotes" for k in RANKS},
    "mrr": "Retrieval: mean reciprocal rank (MRR)",
    "evidence_hit@1": "Evidence: the first sentence is gold",
    "evidence_hit@3": "Evidence: one of the first 3 sentences is gold",
    "citation_precision": "Citations: precision",
    "citation_recall": "Citations: recall",
    "contained": "Answer: a gold answer is contained",
    "exact_match": "Answer: exact match of its short words",
    "f1": "Answer: F1 of its short words",
    "refused": "Refusals: share of all questions",
    "refusal_precision": "Refusals: precision",
    "refusal_recall": "Refusals: recall",
    "refusal_f1": "Refusals: F1",
    "auroc": "Confidence: AUROC for answerable",
    "aurc": "Confidence: area under risk against coverage",
    "ece": "Confidence: calibration error (ECE)",
    "tokens_in": "Language model: tokens in, mean",
    "tokens_out": "Language model: tokens out, mean",
    "writing_seconds": "Language model: seconds, mean",
    "exact": "Sentences exact at their offsets",
    "seconds_p50": "Seconds: p50",
    "seconds_p95": "Seconds: p95",
}
"""Every figure in the order of reports, with the words that a reader sees."""


class Figure(NamedTuple):
    """A figure and the number of questions (for `exact`: of sentences) that it was measured on."""

    value: float | None
    n: int


def figures(cases: Sequence[Case]) -> dict[str, Figure]:
    """Return every figure of `NAMES` over the cases, in that order."""
    found = _means(cases) | _refusals(cases) | _certainty(cases) | _exactness(cases) | _times(cases)
    return {name: found.get(name, Figure(None, 0)) for name in NAMES}


def _means(cases: Sequence[Case]) -> dict[str, Figure]:
    names = {name for case in cases for name in case.figures}
    return {name: _mean([case.figures.get(name) for case in cases]) for name in names}


def _mean(values: Sequence[float | None]) -> Figure:
    return Figure(mean(values), sum(value is not None for value in values))


def _refusals(cases: Sequence[Case]) -> dict[str, Figure]:
    known = [case for case in cases if case.answerable is not None]
    refused, answerable = [case.refused for case in known], [bool(case.answerable) for case in known]
    scores = refusal_scores(refused, answerable)
    certainty = auroc([case.confidence for case in known], answerable)
    return {
        "refused": _mean([float(case.refused) for case in cases]),
        "refusal_precision": Figure(scores.precision, refused.count(True)),
        "refusal_recall": Figure(scores.recall, answerable.count(False)),
        "refusal_f1": _of(scores.f1, len(known)),
        "auroc": _of(certainty, len(known)),
    }


def _certainty(cases: Sequence[Case]) -> dict[str, Figure]:
    replies = judged(cases)
    return {"aurc": _of(area(replies), len(replies)), "ece": _of(calibration_error(replies), len(replies))}


def _of(value: float | None, n: int) -> Figure:
    return Figure(value, 0 if value is None else n)


def _exactness(cases: Sequence[Case]) -> dict[str, Figure]:
    checked = sum(case.sentences for case in cases)
    inexact = sum(case.inexact for case in cases)
    return {"exact": Figure(1 - inexact / checked if checked else None, checked)}


def _times(cases: Sequence[Case]) -> dict[str, Figure]:
    seconds = [case.seconds for case in cases]
    return {f"seconds_p{percent}": Figure(percentile(seconds, percent), len(seconds)) for percent in (50, 95)}
