"""The report: its groups, and pages that no text can break, read in a real browser without a network."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser

from eval.answers_file import AnswerLine
from eval.metrics.correctness import is_correct
from eval.reports.files import write_report
from eval.reports.html import to_html, worst
from eval.reports.junit import write_junit
from eval.reports.markdown import cell, to_markdown, to_summary
from eval.reports.report import Report, Requirements, Result, to_json
from eval.sets.questions import Gold, Question
from eval.stats.figures import NAMES, Figure, figures
from eval.stats.minimums import find_shortfalls, read_minimums
from index.errors import QuestionError
from tests.support.browser import SCREENS, chromium

HOSTILE = '<script>document.title = "broken"</script><img src="http://paper.example/x.png" onerror="alert(1)">'


def case(name: str, answerable: bool | None, refused: bool, confidence: float, f1: float | None, **more: Any) -> dict:  # type: ignore[type-arg]
    return {
        "id": name,
        "type": more.get("type", "who"),
        "answerable": answerable,
        "refused": refused,
        "confidence": confidence,
        "seconds": 0.25,
        "figures": {"f1": f1, "evidence_hit@1": more.get("hit")},
        "sentences": 4,
        "inexact": more.get("inexact", 0),
        "lost_quotes": more.get("lost_quotes", 0),
        "set": more.get("set", "s"),
        "conversation_id": "c" if "turn" in more else None,
        "turn": more.get("turn"),
    }


def row(found: dict[str, Any], question: str = "Who did it?", **line: Any) -> Result:
    asked = Question(
        found["id"],
        question,
        ("Ilda Renn",),
        (Gold("a", "Ilda Renn did it."),),
        found["answerable"],
        found["type"],
        set=found["set"],
    )
    cited = [{"number": 1, "article_id": "a", "sentence": "The mayor did it."}]
    told = {
        "answer": "The mayor did it. [1]",
        "standalone": question,
        "refused": found["refused"],
        "reason": "The articles do not tell." if found["refused"] else None,
        "citations": [] if found["refused"] else cited,
        "evidence": [{"article_id": "a", "sentence": "The harbour burned."}],
        "seconds": found["seconds"],
        "writing": None,
        "case": found,
    }
    fields = {"set": found["set"], "id": found["id"], "reused": False, **told, **line}
    return Result(asked, AnswerLine.model_validate(fields))


def failed(name: str, error: str) -> Result:
    return Result(Question(name, "?", set="s"), AnswerLine(set="s", id=name, question="?", error=error))


ROWS = [
    row(case("1", True, False, 0.9, 0.12345, hit=0.0)),
    row(case("2", True, True, 0.2, 0.0, hit=0.0)),
    row(case("3", False, True, 0.1, None, type="a|b\nc")),
    row(case("4", None, True, 0.5, 1.0)),
]


@pytest.fixture(scope="module")
def browser() -> Any:
    with chromium() as opened:
        yield opened


def test_figures_are_over_the_cases_they_apply_to() -> None:
    found = figures(Report({}, 4, ROWS, 1).cases)
    assert list(found) == list(NAMES)
    assert found["f1"][:2] == pytest.approx((1.12345 / 3, 3))
    assert found["refused"][:2] == (0.75, 4)
    assert found["refusal_precision"][:2] == (0.5, 2)
    assert found["refusal_recall"][:2] == (1, 1)
    assert found["exact"][:2] == (1, 16)
    assert found["recall@1"] == Figure(None, 0)


def test_one_inexact_sentence_shows_although_the_share_is_rounded() -> None:
    report = Report(
        {}, 1, [row({**case("5", True, False, 0.5, 0.1, inexact=1, lost_quotes=2), "sentences": 100_000})], 1
    )
    data = to_json(report)
    assert data["overall"]["exact"]["value"] == 1.0
    assert data["counts"]["inexact_sentences"] == 1
    page = to_markdown(report)
    assert "Sentences that differ from the article's text: 1." in page
    assert "Gold quotes not in the library, so never retrieved: 2." in page


def test_the_object_of_report_json(tmp_path: Path) -> None:
    rows = [*ROWS, *(failed(str(number), "broke") for number in range(12))]
    write_report(Report({"questions": "set.jsonl"}, 20, rows, 1.23456), tmp_path)
    data = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert data["settings"] == {"questions": "set.jsonl"}
    assert data["counts"]["asked"] == 16
    assert data["counts"]["failed"] == 12
    assert data["interrupted"] is True
    assert data["by_type"]["who"]["n"] == 3
    assert data["by_type"]["who"]["figures"]["f1"]["value"] == 0.3745
    assert data["by_type"]["who"]["figures"]["f1"].keys() == {"value", "n", "low", "high"}
    assert data["by_type"]["a|b\nc"]["figures"]["f1"]["value"] is None
    assert len(data["failures"]) == 10
    assert data["seconds"] == 1.235
    assert [case["id"] for case in data["cases"]] == ["1", "2", "3", "4"]


def test_several_sets_and_turns_have_tables_of_their_own() -> None:
    rows = [
        row(case("1", True, False, 0.9, 0.5, set="s", turn=1)),
        row(case("2", True, False, 0.9, 0.5, set="t", turn=2)),
    ]
    for page in (to_markdown(Report({}, 2, rows, 1)), to_html(Report({}, 2, rows, 1))):
        for head in ("By question set", "By question type", "By turn", "s: who"):
            assert head in page
    assert list(Report({}, 2, [*rows, row(case("3", True, False, 1, 1, turn=10))], 1).by_turn) == ["1", "2", "10"]
    alone = to_markdown(Report({}, 1, [row(case("1", None, False, 1, None, type=""))], 1))
    assert "By question" not in alone
    assert "By turn" not in alone


def test_the_page_has_tables_that_no_text_breaks() -> None:
    page = to_markdown(Report({"questions": "set.jsonl"}, 5, [*ROWS, failed("q|1", "broke\nhere | <b>")], 1))
    assert page.startswith("# Evaluation of set.jsonl\n")
    assert "| Answer: F1 of the short answer | 0.374 | 0." in page
    assert "| a\\|b c | 1 |" in page
    assert "- Failed: s: q\\|1: broke here \\| &lt;b>" in page
    assert "Interrupted" not in page


def test_cell() -> None:
    assert cell("a\\|b\r\n *c* [1]") == "a\\\\\\|b \\*c\\* \\[1]"
    assert cell(None) == "None"


def test_the_worst_are_the_surest_wrong_answers_then_the_least_sure_wrong_refusals() -> None:
    rows = [
        row(case("refused late", True, True, 0.1, 0.0, hit=0.0)),
        row(case("refused", True, True, 0.05, 0.0, hit=0.0)),
        row(case("wrong", True, False, 0.3, 0.0, hit=0.0)),
        row(case("right", True, False, 0.9, 1.0, hit=1.0)),
        row(case("not told", False, False, 0.8, None)),
        row(case("rightly refused", False, True, 0.1, None)),
    ]
    assert [found.id for _, found in worst(Report({}, 6, rows, 1))] == ["not told", "wrong", "refused", "refused late"]


@pytest.mark.parametrize(
    ("answerable", "refused", "hit", "right"),
    [
        (False, True, None, True),
        (False, False, 1.0, False),
        (True, True, 1.0, False),
        (True, False, 1.0, True),
        (True, False, 0.0, False),
        (None, False, None, None),
        (None, True, None, None),
    ],
)
def test_whether_a_reply_was_right(answerable: bool | None, refused: bool, hit: float | None, right: bool) -> None:
    found = Report({}, 1, [row(case("1", answerable, refused, 0.5, None, hit=hit))], 1).cases[0]
    assert is_correct(found) is right


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_html_report_is_one_page_that_asks_for_nothing_and_runs_nothing(
    browser: Browser, tmp_path: Path, theme: Any
) -> None:
    rows = [
        row(case("1", True, False, 0.9, 0.1, hit=0.0, set="$x^{2$"), HOSTILE),
        row(case("2", True, False, 0.7, 0.1, hit=1.0, set="<b>t</b>")),
        row(case("3", False, False, 0.4, None, set="$x^{2$"), answer=HOSTILE, writing={"model": "m"}),
    ]
    write_report(Report({"questions": HOSTILE, "judge": "m"}, 3, rows, 1), tmp_path)
    page = browser.new_context(color_scheme=theme, viewport={"width": 1280, "height": 900}).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"file://{tmp_path / 'report.html'}")
    assert asked == [f"file://{tmp_path / 'report.html'}"]
    assert page.title() == f"Evaluation of {HOSTILE}"
    assert page.locator("figure svg").count() == 3
    assert page.locator("script, img, b").count() == 0
    assert page.locator("article h3").first.inner_text() == HOSTILE
    assert page.locator("article").first.locator("blockquote").all_inner_texts()[0].startswith("Ilda Renn did it.")
    assert "$x^{2$" in page.locator("figure svg").first.inner_html()
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"report-{theme}.png", full_page=True)
    page.context.close()


def test_the_html_report_is_no_wider_than_a_phone(browser: Browser, tmp_path: Path) -> None:
    write_report(Report({"questions": "set.jsonl"}, 4, ROWS, 1), tmp_path)
    page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    page.goto(f"file://{tmp_path / 'report.html'}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.context.close()


def test_a_report_of_nothing(tmp_path: Path) -> None:
    write_report(Report({}, 3, [], 1), tmp_path)
    assert "Interrupted after 0 of 3 questions." in (tmp_path / "report.md").read_text(encoding="utf-8")


def test_half_a_surrogate_pair_is_written_as_its_escape(tmp_path: Path) -> None:
    write_report(Report({}, 1, [failed("1", "\ud83d é")], 1), tmp_path)
    data = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert data["failures"] == [{"set": "s", "id": "1", "error": "\ud83d é"}]


def test_minimums_are_read_checked_and_missed() -> None:
    minimums = read_minimums(["f1=.3", "evidence_hit@1=0.9", "map=0.1"])
    found = Report({}, 4, ROWS, 1, Requirements(minimums=minimums))
    assert [str(miss) for miss in found.shortfalls] == [
        "evidence_hit@1 is 0.0000; the minimum is 0.9",
        "map is not measured, as no question has the gold for it; the minimum is 0.1",
    ]
    assert not find_shortfalls(found.overall, {"f1": 0.3})
    for text in ("f2=1", "f1", "f1=high", "ece=0.1"):
        with pytest.raises(QuestionError, match="--min"):
            read_minimums([text])


def test_junit_has_a_test_for_each_question_and_wanted_figure(tmp_path: Path) -> None:
    report = Report(
        {}, 5, [*ROWS, failed("q\x00", "broke")], 1, Requirements(minimums={"f1": 0.3, "evidence_hit@1": 0.9})
    )
    write_junit(report, tmp_path / "new" / "junit.xml")
    suites = {suite.get("name"): suite for suite in ElementTree.parse(tmp_path / "new" / "junit.xml").getroot()}
    assert (suites["questions"].get("tests"), suites["questions"].get("errors")) == ("5", "1")
    assert (suites["wanted"].get("tests"), suites["wanted"].get("failures")) == ("2", "1")
    assert suites["questions"].findall("*/error")[0].get("message") == "broke"
    assert suites["questions"][0].get("time") == "0.250"


def test_the_summary_is_short_and_names_what_failed() -> None:
    page = to_summary(Report({}, 5, [*ROWS, failed("q", "broke")], 1, Requirements(minimums={"evidence_hit@1": 0.9})))
    assert page.startswith("## Evaluation")
    assert "evidence_hit@1 is 0.0000; the minimum is 0.9" in page
    assert "Failed: s: q: broke" in page
    assert len(page.splitlines()) < 30
