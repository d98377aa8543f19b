"""Figures of whole runs and their intervals: against scikit-learn and numpy on random cases, drawn ones included."""

import json
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_fscore_support, roc_auc_score

from eval.metrics.scored_answer import ScoredAnswer
from eval.stats.aggregates import auroc, mean, percentile, refusal_f1, refusal_precision, refusal_recall
from eval.stats.figures import NAMES, Figure, figures, measures
from eval.stats.intervals import RESAMPLES, Measure, draws, intervals, middle, whole

replies = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.5001, 0.9, 1.0]), st.booleans(), st.booleans(), st.integers(0, 3)
    ),
    min_size=1,
    max_size=40,
)


def drawn(measure: Measure, weights: Sequence[int]) -> float | None:
    value = float(measure(np.array([weights], dtype=float))[0])
    return None if np.isnan(value) else value


def case(number: int, **changed: object) -> ScoredAnswer:
    plain = {"type": "who", "answerable": number % 3 > 0, "refused": number % 4 == 0, "confidence": number % 10 / 10}
    figures = {"f1": None if number % 3 == 0 else number % 7 / 7, "evidence_hit@1": float(number % 2)}
    rest = {"seconds": number % 5 / 5, "figures": figures, "sentences": 4, "inexact": 0, "lost_quotes": 0}
    return ScoredAnswer(**{"id": str(number), **plain, **rest, **changed})  # type: ignore[arg-type]


@given(replies)
def test_auroc_agrees_with_scikit_learn_whatever_is_drawn(found: list[tuple[float, bool, bool, int]]) -> None:
    scores, positive, _, weights = map(list, zip(*found, strict=True))
    ours = drawn(auroc(scores, positive), weights)
    held = {label for label, weight in zip(positive, weights, strict=True) if weight}
    if len(held) < 2:
        assert ours is None
    else:
        assert ours == pytest.approx(roc_auc_score(positive, scores, sample_weight=weights))


@given(replies)
def test_refusals_agree_with_scikit_learn_whatever_is_drawn(found: list[tuple[float, bool, bool, int]]) -> None:
    _, refused, answerable, weights = map(list, zip(*found, strict=True))
    ours = [drawn(make(refused, answerable), weights) for make in (refusal_precision, refusal_recall, refusal_f1)]
    due = [not can for can in answerable]
    if not any(weights):
        assert ours == [None, None, None]
        return
    theirs = precision_recall_fscore_support(
        due, refused, average="binary", sample_weight=weights, zero_division=np.nan
    )
    is_due = any(weight for weight, each in zip(weights, due, strict=True) if each)
    is_made = any(weight for weight, each in zip(weights, refused, strict=True) if each)
    assert ours[0] == (pytest.approx(theirs[0]) if is_made else None)
    assert ours[1] == (pytest.approx(theirs[1]) if is_due else None)
    assert ours[2] == (pytest.approx(theirs[2]) if is_due else None)


def test_what_is_not_known_is_in_no_refusal_figure_and_not_in_auroc() -> None:
    refused, answerable = [True, True, False, True], [False, None, False, True]
    assert whole(refusal_precision(refused, answerable), 4) == 0.5
    assert whole(refusal_recall(refused, answerable), 4) == 0.5
    assert whole(refusal_f1(refused, answerable), 4) == 0.5
    assert whole(auroc([0.1, 0.9, 0.2, 0.3], answerable), 4) == 1
    assert whole(auroc([0.1], [None]), 1) is None
    assert whole(refusal_f1([False], [True]), 1) is None


@given(st.lists(st.tuples(st.floats(0, 9), st.integers(0, 3)), min_size=1).filter(lambda all_: any(n for _, n in all_)))
def test_percentiles_agree_with_numpy_whatever_is_drawn(found: list[tuple[float, int]]) -> None:
    seconds, weights = zip(*found, strict=True)
    repeated = np.repeat(seconds, weights)
    for percent in (50, 95):
        assert drawn(percentile(seconds, percent), weights) == pytest.approx(np.percentile(repeated, percent))


def test_a_mean_leaves_out_what_does_not_apply() -> None:
    assert whole(mean([1.0, None, 0.0]), 3) == 0.5
    assert drawn(mean([1.0, None, 0.0]), [3, 5, 1]) == 0.75
    assert whole(mean([None]), 1) is None
    assert whole(mean([]), 0) is None


def test_draws_are_the_same_at_every_call_and_draw_each_case_once_on_average() -> None:
    first, again = np.concatenate(list(draws(30))), np.concatenate(list(draws(30)))
    assert (first == again).all()
    assert first.shape == (RESAMPLES, 30)
    assert (first.sum(axis=1) == 30).all()
    assert first.mean(axis=0) == pytest.approx(1, abs=0.2)


def test_the_interval_of_a_mean_is_the_one_of_theory() -> None:
    values = list(np.random.default_rng(1).normal(0.4, 0.2, 400))
    low, high = intervals({"m": mean(values)}, 400)["m"] or (0, 0)
    error = np.std(values) / 20
    assert (low, high) == pytest.approx((np.mean(values) - 1.96 * error, np.mean(values) + 1.96 * error), abs=0.003)


def test_the_interval_of_a_share_holds_the_truth_as_often_as_it_says() -> None:
    dice = np.random.default_rng(2)
    held = 0
    for _ in range(100):
        low, high = intervals({"m": mean(list((dice.random(60) < 0.3).astype(float)))}, 60)["m"] or (0, 0)
        held += low <= 0.3 <= high
    assert held >= 88


def test_no_interval_without_cases_or_for_one_alone() -> None:
    assert intervals({"m": mean([1.0])}, 1) == {"m": None}
    assert intervals({"m": mean([])}, 0) == {"m": None}
    assert middle(np.array([np.nan])) is None
    assert figures([case(1)])["f1"] == Figure(1 / 7, 1)


def test_every_figure_has_an_interval_around_it() -> None:
    found = figures([case(number) for number in range(80)])
    assert list(found) == list(NAMES)
    told = {name: one for name, one in found.items() if one.value is not None}
    assert {"f1", "evidence_hit@1", "refused", "refusal_f1", "auroc", "aurc", "ece", "exact", "seconds_p95"} <= set(
        told
    )
    for one in told.values():
        assert one.low is not None
        assert one.low <= one.value <= (one.high or 0)
    assert found["mrr"] == Figure(None, 0)
    assert found["f1"].n == 53


def test_two_runs_are_paired_by_the_same_draws() -> None:
    runs = [[case(number, confidence=number % 10 / 10 + shift) for number in range(40)] for shift in (0, 0.01)]
    one, other = (measures(cases)["f1"].measure for cases in runs)
    assert all((one(weights) == other(weights)).all() for weights in draws(40))


def test_a_case_comes_back_from_json() -> None:
    made = case(3, set="squad", conversation_id="c1", turn=2, answerable=None)
    assert ScoredAnswer(**json.loads(json.dumps(asdict(made)))) == made
