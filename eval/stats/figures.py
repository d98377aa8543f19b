"""The figures of a run over its cases, each with its 95% bootstrap interval."""

from collections.abc import Sequence
from typing import NamedTuple

from eval.metrics.retrieval import DEPTHS
from eval.metrics.scored_answer import ScoredAnswer
from eval.stats.aggregates import auroc, mean, percentile, ratio, refusal_f1, refusal_precision, refusal_recall
from eval.stats.intervals import Measure, intervals, whole
from eval.stats.risk import area, calibration_error, outcome

NAMES = {
    **{f"recall@{k}": f"Retrieval: recall@{k} of the chunks that contain gold quotes" for k in DEPTHS},
    "mrr": "Retrieval: mean reciprocal rank (MRR)",
    "ndcg@10": "Retrieval: nDCG@10",
    "map": "Retrieval: mean average precision (MAP)",
    "evidence_hit@1": "Evidence: the first sentence is gold",
    "evidence_hit@3": "Evidence: one of the first 3 sentences is gold",
    "citation_precision": "Citations: precision",
    "citation_recall": "Citations: recall",
    "support_recall": "Support: statements supported by their citations",
    "support_precision": "Support: citations that are needed",
    "contained": "Answer: contains a gold answer",
    "exact_match": "Answer: exact match of the short answer",
    "f1": "Answer: F1 of the short answer",
    "squad_exact": "Answer: exact match, counting refusals (SQuAD 2.0)",
    "squad_f1": "Answer: F1, counting refusals (SQuAD 2.0)",
    "number_match": "Answer: states the gold numbers",
    "date_match": "Answer: states the gold dates",
    "choice_accuracy": "Answer: makes the right choice (multiple choice)",
    "judged_right": "Answer: right according to a language model (an opinion)",
    "refused": "Refusals: share of all questions",
    "refusal_precision": "Refusals: precision",
    "refusal_recall": "Refusals: recall",
    "refusal_f1": "Refusals: F1",
    "auroc": "Confidence: AUROC for answerable",
    "aurc": "Confidence: area under the risk-coverage curve",
    "ece": "Confidence: calibration error (ECE)",
    "tokens_in": "Language model: tokens in, mean",
    "tokens_out": "Language model: tokens out, mean",
    "writing_seconds": "Language model: seconds, mean",
    "exact": "Sentences: exact at their offsets",
    "seconds_p50": "Seconds: p50",
    "seconds_p95": "Seconds: p95",
}
"""Every figure in the order of reports, with its label."""


class Figure(NamedTuple):
    """A figure, the number of questions (for `exact`: of sentences) it was measured on, and its 95% interval."""

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None


class Measured(NamedTuple):
    """How a figure is computed from the cases, and the number of questions it applies to."""

    measure: Measure
    n: int


def figures(cases: Sequence[ScoredAnswer]) -> dict[str, Figure]:
    """Return every figure of `NAMES` over the cases, in that order."""
    measured = measures(cases)
    spans = intervals({name: one.measure for name, one in measured.items()}, len(cases))
    return {name: _figure(measured[name], spans[name], len(cases)) for name in NAMES}


def measures(cases: Sequence[ScoredAnswer]) -> dict[str, Measured]:
    """Return how each figure of `NAMES` is computed from these cases, for resampling and for pairing two runs."""
    known = _means(cases) | _refusals(cases) | _certainty(cases) | _exactness(cases) | _times(cases)
    return {name: known.get(name) or _mean([None] * len(cases)) for name in NAMES}


def _figure(measured: Measured, span: tuple[float, float] | None, cases: int) -> Figure:
    value = whole(measured.measure, cases)
    if value is None:
        return Figure(None, 0)
    low, high = span if span and measured.n > 1 else (None, None)
    return Figure(value, measured.n, low, high)


def _means(cases: Sequence[ScoredAnswer]) -> dict[str, Measured]:
    names = {name for case in cases for name in case.figures}
    return {name: _mean([case.figures.get(name) for case in cases]) for name in names}


def _mean(values: Sequence[float | None]) -> Measured:
    return Measured(mean(values), sum(value is not None for value in values))


def _refusals(cases: Sequence[ScoredAnswer]) -> dict[str, Measured]:
    refused, answerable = [case.refused for case in cases], [case.answerable for case in cases]
    known = sum(can is not None for can in answerable)
    made = sum(no and can is not None for no, can in zip(refused, answerable, strict=True))
    return {
        "refused": _mean([float(no) for no in refused]),
        "refusal_precision": Measured(refusal_precision(refused, answerable), made),
        "refusal_recall": Measured(refusal_recall(refused, answerable), answerable.count(False)),
        "refusal_f1": Measured(refusal_f1(refused, answerable), known),
        "auroc": Measured(auroc([case.confidence for case in cases], answerable), known),
    }


def _certainty(cases: Sequence[ScoredAnswer]) -> dict[str, Measured]:
    confidences, rights = [case.confidence for case in cases], [outcome(case) for case in cases]
    n = sum(right is not None for right in rights)
    return {
        "aurc": Measured(area(confidences, rights), n),
        "ece": Measured(calibration_error(confidences, rights), n),
    }


def _exactness(cases: Sequence[ScoredAnswer]) -> dict[str, Measured]:
    checked = [case.sentences for case in cases]
    exact = ratio([case.sentences - case.inexact for case in cases], checked)
    return {"exact": Measured(exact, sum(checked))}


def _times(cases: Sequence[ScoredAnswer]) -> dict[str, Measured]:
    seconds = [case.seconds for case in cases]
    return {f"seconds_p{percent}": Measured(percentile(seconds, percent), len(seconds)) for percent in (50, 95)}
