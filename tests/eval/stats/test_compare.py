"""The comparison of two runs: engines broken in four ways are caught, and the arithmetic is that of others."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.scored_answer import ScoredAnswer
from eval.reports.markdown import to_markdown, to_summary
from eval.reports.report import Report, Requirements
from eval.runs.ask import System
from eval.runs.run import run_eval
from eval.sample.library import SAMPLE_QUESTIONS
from eval.sets.questions import read_questions
from eval.stats.compare import Baseline, Comparison, compare, mcnemar, read_baseline
from index.errors import QuestionError
from index.library import Library
from rag.answer import Answer, Citation, Passage
from rag.engine import Engine
from rag.options import Options
from rag.ranking.ranker import Ranker
from rag.refusals import Refusal, RefusalKind
from rag.understanding.history import Turn

Answered = tuple[Answer, list[Passage]]
Known = dict[tuple[str, tuple[Turn, ...]], Answered]


class Remembering(Engine):
    """The real engine, which answers a question once: what is broken afterwards is all that differs."""

    known: Known

    def ask_traced(self, question: str, history: Sequence[Turn] = (), options: Options | None = None) -> Answered:
        key = (question, tuple(history))
        if key not in self.known:
            self.known[key] = super().ask_traced(question, history, options)
        answer, passages = self.known[key]
        return self.broken(answer), passages

    def broken(self, answer: Answer) -> Answer:
        return answer


class Shifted(Remembering):
    """Cites the sentence after the right one."""

    def broken(self, answer: Answer) -> Answer:
        return replace(answer, citations=tuple(map(self._next, answer.citations)))

    def _next(self, citation: Citation) -> Citation:
        article = self.library.articles.get(citation.article_id)
        sentences = self.library.articles.sentences(citation.article_id)
        assert article
        after = next((each for each in sentences if each.start > citation.start), sentences[0])
        return replace(
            citation, sentence=article.text[after.start : after.end], start=after.start, end=after.end, span=None
        )


class Renumbered(Remembering):
    """Lets each statement cite the next citation instead of its own."""

    def broken(self, answer: Answer) -> Answer:
        sentences = [citation.sentence for citation in answer.citations]
        shifted = [*sentences[1:], *sentences[:1]] if len(sentences) > 1 else ["The weather was fine."] * len(sentences)
        cited = zip(answer.citations, shifted, strict=True)
        return replace(answer, citations=tuple(replace(one, sentence=text) for one, text in cited))


class NeverRefusing(Remembering):
    def broken(self, answer: Answer) -> Answer:
        return replace(answer, refusal=None, confidence=1.0)


class AlwaysRefusing(Remembering):
    def broken(self, answer: Answer) -> Answer:
        return replace(answer, refusal=Refusal(RefusalKind.NO_ANSWER, "No."), statements=(), citations=())


class Slower(Remembering):
    def broken(self, answer: Answer) -> Answer:
        return replace(answer, seconds=answer.seconds * 1.5)


@pytest.fixture(scope="module")
def known() -> Known:
    return {}


def run(kind: type[Remembering], known: Known, library: Library, out: Path, baseline: Baseline | None = None) -> Report:
    @contextmanager
    def opened(_: str) -> Iterator[System]:
        engine = kind(library, ranker=Ranker(library, 4))
        engine.known = known
        yield System(engine, library)

    questions = read_questions(SAMPLE_QUESTIONS)
    return run_eval({"questions": questions}, opened, out, requirements=Requirements(baseline=baseline))


@pytest.fixture(scope="module")
def baseline(sample: Library, known: Known, tmp_path_factory: pytest.TempPathFactory) -> Baseline:
    out = tmp_path_factory.mktemp("baseline")
    run(Remembering, known, sample, out)
    return read_baseline(out / "report.json")


def losses(found: Comparison | None) -> set[str]:
    assert found
    return {change.name for change in found.losses}


def test_the_same_engine_has_lost_nothing(sample: Library, known: Known, baseline: Baseline, tmp_path: Path) -> None:
    found = run(Remembering, known, sample, tmp_path, baseline).comparison
    assert found
    assert (found.paired, found.only_old, found.only_new) == (30, 0, 0)
    assert not [change for change in found.changes if change.verdict]
    assert not found.now_wrong
    assert not found.now_right
    assert not found.settings


@pytest.mark.parametrize(
    ("kind", "lost"),
    [
        (Shifted, {"citation_precision", "citation_recall", "support_recall"}),
        (Renumbered, {"exact"}),
        (NeverRefusing, {"refusal_recall", "refusal_f1"}),
        (AlwaysRefusing, {"citation_recall", "contained", "f1"}),
        (Slower, {"speed"}),
    ],
)
def test_a_broken_engine_is_caught(
    kind: type[Remembering], lost: set[str], sample: Library, known: Known, baseline: Baseline, tmp_path: Path
) -> None:
    found = run(kind, known, sample, tmp_path, baseline).comparison
    assert lost <= losses(found)


def test_an_engine_that_always_refuses_flips_what_was_right_and_what_was_rightly_not_told(
    sample: Library, known: Known, baseline: Baseline, tmp_path: Path
) -> None:
    report = run(AlwaysRefusing, known, sample, tmp_path, baseline)
    found = report.comparison
    assert found
    answerable = {case.id: case.answerable for case in baseline.cases}
    assert found.now_wrong
    assert all(answerable[name] for _, name in found.now_wrong)
    assert found.now_right
    assert not any(answerable[name] for _, name in found.now_right)
    page = to_markdown(report)
    assert f"Now wrong ({len(found.now_wrong)}):" in page
    assert "| worse |" in page
    assert "| worse |" in to_summary(report)
    data = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert {change["name"] for change in data["comparison"]["changes"] if change["verdict"] == "worse"} == losses(found)


def case(
    name: str, hit: float | None = 1.0, seconds: float = 0.5, set_name: str = "s", **figures: float
) -> ScoredAnswer:
    return ScoredAnswer(name, "", True, False, 0.9, seconds, {"evidence_hit@1": hit, **figures}, 1, 0, 0, set_name)


def test_questions_are_paired_by_set_and_id_and_the_others_counted() -> None:
    old = [case("a"), case("b"), case("a", set_name="t")]
    new = [case("b", 0.0), case("c"), case("a")]
    found = compare(Baseline({"llm": None, "v": "1"}, old), new, {"llm": "m", "v": "1"})
    assert (found.paired, found.only_old, found.only_new) == (2, 1, 1)
    assert found.now_wrong == [("s", "b")]
    assert found.settings == {"llm": (None, "m")}


def test_a_change_of_yes_and_no_is_judged_by_mcnemar_and_not_by_the_bootstrap() -> None:
    old = [case(str(number)) for number in range(20)]
    for lost, verdict in ((5, ""), (6, "worse")):
        new = [case(str(number), float(number >= lost)) for number in range(20)]
        change = next(each for each in compare(Baseline({}, old), new, {}).changes if each.name == "evidence_hit@1")
        assert change.difference == pytest.approx(-lost / 20)
        assert change.low is not None
        assert change.low < change.high < 0  # type: ignore[operator]
        assert change.p == pytest.approx(2 * 0.5**lost)
        assert change.verdict == verdict


def test_seconds_are_compared_between_runs_made_alike_only() -> None:
    old, new = [case(str(n)) for n in range(9)], [case(str(n), seconds=2.0) for n in range(9)]
    alike = compare(Baseline({"workers": 1, "machine": "m"}, old), new, {"workers": 1, "machine": "m"})
    assert losses(alike) == {"speed"}
    assert alike.changes[-1].difference == pytest.approx(4)
    for settings in ({"workers": 2, "machine": "m"}, {"workers": 1, "machine": "n"}):
        assert not losses(compare(Baseline({"workers": 1, "machine": "m"}, old), new, settings))


def test_a_little_slower_is_no_loss() -> None:
    old, new = [case(str(n)) for n in range(9)], [case(str(n), seconds=0.55) for n in range(9)]
    assert not losses(compare(Baseline({}, old), new, {}))


@given(st.integers(0, 400), st.integers(0, 400))
def test_mcnemars_chance_is_that_of_scipy(lost: int, won: int) -> None:
    stats = pytest.importorskip("scipy.stats")
    expected = stats.binomtest(lost, lost + won).pvalue if lost + won else 1.0
    assert mcnemar(lost, won) == pytest.approx(expected, abs=1e-9)


def test_a_baseline_that_is_none_and_one_over_other_questions(tmp_path: Path, sample: Library, known: Known) -> None:
    path = tmp_path / "old.json"
    with pytest.raises(QuestionError, match="Cannot read the baseline"):
        read_baseline(path)
    for text in ("{", "[]", "{}", '{"settings": {}, "cases": [{"x": 1}]}'):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(QuestionError, match=r"is not a report\.json"):
            read_baseline(path)
    with pytest.raises(QuestionError, match="has none of these questions"):
        run(Remembering, known, sample, tmp_path, Baseline({}, [case("a")]))
