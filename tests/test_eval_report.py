"""The report: which cases each figure is measured on, and pages that no text can break."""

import json
from pathlib import Path

import pytest

from eval.figures import NAMES, Figure, figures
from eval.report import Failure, Report, cell, to_json, to_markdown, write_report
from eval.score import Case


def case(
    name: str, answerable: bool | None, refused: bool, confidence: float, f1: float | None, kind: str = "who"
) -> Case:
    return Case(name, kind, answerable, refused, confidence, 0.25, {"f1": f1}, 4, 0, 0)


CASES = [
    case("1", True, False, 0.9, 0.12345),
    case("2", True, True, 0.2, 0.0),
    case("3", False, True, 0.1, None, "a|b\nc"),
    case("4", None, True, 0.5, 1.0),
]


def test_figures_are_over_the_cases_they_apply_to() -> None:
    found = figures(CASES)
    assert list(found) == list(NAMES)
    assert found["f1"] == pytest.approx((1.12345 / 3, 3))
    assert found["refused"] == Figure(0.75, 4)
    assert found["refusal_precision"] == Figure(0.5, 2)
    assert found["refusal_recall"] == Figure(1, 1)
    assert found["refusal_f1"] == pytest.approx((2 / 3, 3))
    assert found["auroc"] == Figure(1, 3)
    assert found["exact"] == Figure(1, 16)
    assert found["seconds_p95"] == Figure(0.25, 4)
    assert found["recall@1"] == Figure(None, 0)


def test_figures_over_nothing() -> None:
    assert set(figures([]).values()) == {Figure(None, 0)}


def test_one_inexact_sentence_shows_although_the_share_is_rounded() -> None:
    wrong = Case("5", "who", True, False, 0.5, 0.1, {}, 100_000, 1, 2)
    data = to_json(Report({}, 1, [wrong], [], 1))
    assert data["overall"]["exact"] == {"value": 1.0, "n": 100_000}
    assert data["counts"]["inexact_sentences"] == 1
    page = to_markdown(Report({}, 1, [wrong], [], 1))
    assert "Sentences that are not exact: 1." in page
    assert "Gold quotes not in the library, so never found: 2." in page


def test_the_object_of_report_json() -> None:
    failures = [Failure(str(number), "broke") for number in range(12)]
    data = to_json(Report({"questions": "set.jsonl"}, 20, CASES, failures, 1.23456))
    assert data["settings"] == {"questions": "set.jsonl"}
    assert data["counts"]["asked"] == 16
    assert data["counts"]["failed"] == 12
    assert data["interrupted"] is True
    assert data["by_type"]["who"]["f1"] == {"value": 0.3745, "n": 3}
    assert data["by_type"]["a|b\nc"]["f1"] == {"value": None, "n": 0}
    assert len(data["failures"]) == 10
    assert data["seconds"] == 1.235


def test_the_page_has_tables_that_no_text_breaks() -> None:
    failure = Failure("q|1", "broke\nhere | <b>")
    page = to_markdown(Report({"questions": "set.jsonl"}, 5, CASES, [failure], 1))
    assert page.startswith("# Evaluation over set.jsonl\n")
    assert "| Answer: F1 of its short words | 0.374 | 3 |" in page
    assert "| a\\|b c | 1 |" in page
    assert "- Failed: q\\|1: broke here \\| &lt;b>" in page
    assert "Interrupted" not in page


def test_a_page_without_types_has_no_table_by_type() -> None:
    assert "By question type" not in to_markdown(Report({}, 1, [case("1", None, False, 1, None, "")], [], 1))


def test_cell() -> None:
    assert cell("a\\|b\r\n *c* [1]") == "a\\\\\\|b \\*c\\* \\[1]"
    assert cell(None) == "None"


def test_half_a_surrogate_pair_is_written_as_its_escape(tmp_path: Path) -> None:
    page = write_report(Report({}, 1, [], [Failure("1", "\ud83d é")], 1), tmp_path)
    assert page == tmp_path / "report.md"
    data = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert data["failures"] == [{"id": "1", "error": "\ud83d é"}]
