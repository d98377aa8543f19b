"""Risk, coverage and calibration, on cases made by hand and against their definitions on random ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.risk import area, at_coverages, calibration_error, curve, judged, threshold_for
from eval.score import Case


def case(confidence: float, answerable: bool | None, hit: float | None) -> Case:
    return Case("q", "", answerable, False, confidence, 0.1, {"evidence_hit@1": hit}, 0, 0, 0)


REPLIES = [(0.9, 1.0), (0.8, 1.0), (0.6, 0.0), (0.4, 1.0), (0.1, 0.0)]
replies = st.lists(st.tuples(st.sampled_from([0.0, 0.2, 0.25, 0.5, 0.9, 1.0]), st.sampled_from([0.0, 1.0])), min_size=1)


def test_a_reply_to_an_unanswerable_question_is_wrong_and_one_without_gold_is_not_judged() -> None:
    cases = [case(0.9, True, 1.0), case(0.8, False, None), case(0.7, True, None), case(0.6, None, 0.0)]
    assert judged(cases) == [(0.9, 1.0), (0.8, 0.0), (0.6, 0.0)]


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


def test_calibration_error_is_zero_for_true_chances_and_one_for_false_ones() -> None:
    assert calibration_error([(0.5, 1.0), (0.5, 0.0)]) == 0
    assert calibration_error([(1.0, 0.0), (0.0, 1.0)]) == 1
    assert calibration_error([]) is None
    assert area([]) is None


@given(replies)
def test_every_point_holds_what_its_threshold_says(found: list[tuple[float, float]]) -> None:
    for point in curve(found):
        answered = [right for confidence, right in found if confidence >= point.threshold]
        assert point.coverage == pytest.approx(len(answered) / len(found))
        assert point.risk == pytest.approx(answered.count(0.0) / len(answered))
    assert 0 <= (area(found) or 0) <= 1
