"""Risk, coverage and calibration, on cases made by hand and against their definitions on random ones."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.scored_answer import ScoredAnswer
from eval.stats.intervals import Measure, whole
from eval.stats.risk import Bin, area, at_coverages, bins, calibration_error, curve, decided, threshold_for


def case(confidence: float, answerable: bool | None, hit: float | None) -> ScoredAnswer:
    return ScoredAnswer("q", "", answerable, False, confidence, 0.1, {"evidence_hit@1": hit}, 0, 0, 0)


REPLIES = [(0.9, 1.0), (0.8, 1.0), (0.6, 0.0), (0.4, 1.0), (0.1, 0.0)]
replies = st.lists(st.tuples(st.sampled_from([0.0, 0.2, 0.25, 0.5, 0.9, 1.0]), st.sampled_from([0.0, 1.0])), min_size=1)


def test_a_reply_to_an_unanswerable_question_is_wrong_and_one_without_gold_is_not_judged() -> None:
    cases = [case(0.9, True, 1.0), case(0.8, False, None), case(0.7, True, None), case(0.6, None, 0.0)]
    assert decided(cases) == [(0.9, 1.0), (0.8, 0.0), (0.6, 0.0)]


def test_the_curve_goes_from_the_surest_reply_to_all_of_them() -> None:
    points = curve(REPLIES)
    assert [point.coverage for point in points] == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    assert [point.risk for point in points] == pytest.approx([0, 0, 1 / 3, 1 / 4, 2 / 5])
    assert [point.threshold for point in at_coverages(points)][:3] == [0.1, 0.1, 0.4]


def test_the_threshold_for_a_wanted_precision_answers_as_much_as_it_can() -> None:
    points = curve(REPLIES)
    assert threshold_for(points, 0.75) == points[3]
    assert threshold_for(points, 1.0) == points[1]
    assert threshold_for(curve([(0.5, 0.0)]), 0.5) is None


def total(make: Callable[..., Measure], found: Sequence[tuple[float, float | None]]) -> float | None:
    return whole(make([confidence for confidence, _ in found], [right for _, right in found]), len(found))


def test_calibration_error_is_zero_for_true_chances_and_one_for_false_ones() -> None:
    assert total(calibration_error, [(0.5, 1.0), (0.5, 0.0)]) == 0
    assert total(calibration_error, [(1.0, 0.0), (0.0, 1.0)]) == 1
    assert total(calibration_error, [(1.0, 0.0), (0.3, None)]) == 1
    assert total(calibration_error, []) is None
    assert total(calibration_error, [(0.3, None)]) is None
    assert total(area, []) is None
    assert total(area, [(0.3, None)]) is None


def test_bins_hold_the_replies_of_each_tenth() -> None:
    assert bins([(0.95, 1.0), (0.12, 0.0), (0.18, 1.0), (1.0, 0.0)]) == [
        Bin(pytest.approx(0.15), 0.5, 2),
        Bin(pytest.approx(0.975), 0.5, 2),
    ]


@given(replies)
def test_every_point_holds_what_its_threshold_says(found: list[tuple[float, float]]) -> None:
    for point in curve(found):
        answered = [right for confidence, right in found if confidence >= point.threshold]
        assert point.coverage == pytest.approx(len(answered) / len(found))
        assert point.risk == pytest.approx(answered.count(0.0) / len(answered))


@given(replies)
def test_the_area_is_the_one_under_the_curve(found: list[tuple[float, float]]) -> None:
    points = curve(found)
    before = [0.0, *(point.coverage for point in points)]
    steps = sum((p.coverage - b) * p.risk for p, b in zip(points, before, strict=False))
    assert total(area, found) == pytest.approx(steps)


@given(replies)
def test_the_calibration_error_is_the_mean_gap_of_the_bins(found: list[tuple[float, float]]) -> None:
    gaps = sum(abs(one.confidence - one.right) * one.n for one in bins(found)) / len(found)
    assert total(calibration_error, found) == pytest.approx(gaps)


@given(replies)
def test_replies_drawn_twice_count_twice(found: list[tuple[float, float]]) -> None:
    for make in (area, calibration_error):
        measure = make([confidence for confidence, _ in found], [right for _, right in found])
        weights = np.arange(len(found), dtype=float)[None] % 3
        repeated = [one for one, times in zip(found, weights[0], strict=True) for _ in range(int(times))]
        expected = total(make, repeated)
        assert measure(weights)[0] == pytest.approx(np.nan if expected is None else expected, nan_ok=True)
