"""The commands that measure, as a user runs them: exit codes, files, and one sentence for each mistake."""

import json
import shutil
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from rag.engine import Engine
from ui.terminal.cli import main

TEXT = (
    "The harbour of Ostrel burned in 1911. Mayor Ilda Renn opened the new lighthouse in May 1923. "
    "The ferry to Brannet was sold to Kestrane Lines for 40,000 crowns in 1987."
)
ARTICLES = [{"id": "ostrel", "title": "Ostrel", "text": TEXT}]
QUESTIONS: list[dict[str, Any]] = [
    {
        "id": "q1",
        "question": "Who opened the new lighthouse?",
        "answers": ["Ilda Renn"],
        "evidence": [{"article_id": "ostrel", "quote": "Mayor Ilda Renn opened the new lighthouse in May 1923."}],
        "answerable": True,
        "core": True,
    },
    {"id": "q2", "question": "When did the harbour of Ostrel burn?", "answers": ["1911"], "answerable": True},
]


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a library, so that not every test embeds."""
    from index.library import Library

    folder = tmp_path_factory.mktemp("built")
    library = Library(folder / "library")
    library.add_all([str(lines(folder / "articles.jsonl", ARTICLES))])
    library.close()
    return folder / "library"


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    return lines(tmp_path / "set.jsonl", QUESTIONS)


def lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def run(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr("sys.argv", ["onrecord", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def report_in(out: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((out / "report.json").read_text(encoding="utf-8"))
    return data


def test_a_folder_of_sets_is_one_command_and_one_report(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("one", "two"):
        lines(tmp_path / "bench" / f"{name}.questions.jsonl", QUESTIONS)
        lines(tmp_path / "bench" / f"{name}.articles.jsonl", ARTICLES)
    out = tmp_path / "out"
    assert run(monkeypatch, "eval", tmp_path / "bench", "--core", "--out", out) == 0
    report = report_in(out)
    assert report["by_set"].keys() == {"one", "two"}
    assert report["settings"]["questions"] == "bench (one, two)"
    assert report["settings"].keys() >= {"program sha256", "machine", "threshold", "library of one", "python"}
    assert (out / "one" / "library" / "ledger.sqlite3").exists()
    assert "The report is in" in capsys.readouterr().out
    assert run(monkeypatch, "eval", tmp_path / "bench", "--out", out, "--articles", "x.jsonl") == 2
    assert "omit --articles and --library" in capsys.readouterr().err
    assert run(monkeypatch, "eval", tmp_path / "bench", "--out", out, "--library", "x") == 2


def test_a_folder_without_sets_or_articles_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    assert run(monkeypatch, "eval", tmp_path / "empty", "--out", tmp_path / "out") == 2
    assert "has no question sets" in capsys.readouterr().err
    lines(tmp_path / "half" / "one.questions.jsonl", QUESTIONS)
    assert run(monkeypatch, "eval", tmp_path / "half", "--out", tmp_path / "out") == 2
    assert "The articles of" in capsys.readouterr().err
    (tmp_path / "half" / "one.questions.csv").write_text("question\nWho?\n", encoding="utf-8")
    lines(tmp_path / "half" / "one.articles.jsonl", ARTICLES)
    assert run(monkeypatch, "eval", tmp_path / "half", "--out", tmp_path / "out") == 2
    assert "two question sets named one" in capsys.readouterr().err


def test_thresholds_files_for_builds_and_exit_codes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, built: Path, questions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    summary = tmp_path / "summary.md"
    summary.write_text("Before.\n", encoding="utf-8")
    common = ("eval", questions, "--library", built, "--out", out)
    assert run(monkeypatch, *common, "--min", "evidence_hit@1=0.5", "--summary", summary) == 0
    assert summary.read_text(encoding="utf-8").startswith("Before.\n## Evaluation of set.jsonl")
    assert run(monkeypatch, *common, "--min", "recall@1=1.1", "--junit", tmp_path / "junit.xml") == 1
    assert "recall@1 is 1.0000; the minimum is 1.1" in capsys.readouterr().out
    assert ElementTree.parse(tmp_path / "junit.xml").getroot().findall("*/testcase/failure")
    assert report_in(out)["counts"]["reused"] == 2
    assert run(monkeypatch, *common, "--no-cache") == 0
    assert report_in(out)["counts"]["reused"] == 0
    assert run(monkeypatch, *common, "--min", "f3=1") == 2
    assert "is not a figure" in capsys.readouterr().err
    assert run(monkeypatch, *common, "--summary", tmp_path) == 2


def test_a_worse_run_than_the_baseline_is_exit_1(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    many = [{**QUESTIONS[0], "id": f"q{number}"} for number in range(8)]
    questions = lines(tmp_path / "many.jsonl", many)
    common = ("eval", questions, "--library", built)
    assert run(monkeypatch, *common, "--out", tmp_path / "old") == 0
    old = tmp_path / "old" / "report.json"
    assert run(monkeypatch, *common, "--out", tmp_path / "same", "--baseline", old) == 0
    assert run(monkeypatch, *common, "--out", tmp_path / "new", "--baseline", old, "--threshold", "1") == 1
    said = capsys.readouterr().out
    assert "Now wrong (8):" in said
    assert "threshold: 0.15 → 1.0" in said
    assert run(monkeypatch, *common, "--out", tmp_path / "new", "--baseline", tmp_path / "none.json") == 2


def test_a_stop_says_how_to_go_on_and_resume_does(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, built: Path, questions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask, asked = Engine.ask_traced, list[str]()

    def stopped(self: Engine, question: str, *more: Any) -> Any:
        asked.append(question)
        if len(asked) == 2:
            raise KeyboardInterrupt
        return ask(self, question, *more)

    monkeypatch.setattr(Engine, "ask_traced", stopped)
    common = ("eval", questions, "--library", built, "--out", tmp_path / "out", "--no-cache")
    assert run(monkeypatch, *common) == 130
    assert "run the same command with --resume to continue" in capsys.readouterr().err
    assert report_in(tmp_path / "out")["interrupted"] is True
    assert run(monkeypatch, *common, "--resume") == 0
    assert asked == [QUESTIONS[0]["question"], QUESTIONS[1]["question"], QUESTIONS[1]["question"]]
    assert report_in(tmp_path / "out")["counts"]["asked"] == 2


def test_a_sweep_prints_its_table(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("eval.runs.sweep.CHUNKS", (1000,))
    monkeypatch.setattr("eval.runs.sweep.READS", (12,))
    articles = lines(tmp_path / "articles.jsonl", ARTICLES)
    questions = lines(tmp_path / "many.jsonl", [{**QUESTIONS[0], "id": f"q{number}"} for number in range(6)])
    main_out = tmp_path / "out"
    monkeypatch.setattr(
        "sys.argv", ["onrecord", "sweep", str(questions), "--articles", str(articles), "--out", str(main_out)]
    )
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    assert "| 1000 characters | 12 passages | 1 : 0.5 | reader on |" in capsys.readouterr().out
    assert (main_out / "sweep.json").exists()


def test_questions_are_made_once_and_checked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = tmp_path / "made.jsonl"
    assert run(monkeypatch, "questions", "make", "--out", made, "--library", built) == 0
    assert run(monkeypatch, "questions", "make", "--out", made, "--library", built) == 2
    assert "already exists" in capsys.readouterr().err
    assert run(monkeypatch, "questions", "check", made, "--library", built) == 0
    lost = [{"question": "Who?", "evidence": [{"article_id": "ostrel", "quote": "Nobody said this."}]}]
    assert run(monkeypatch, "questions", "check", lines(tmp_path / "lost.jsonl", lost), "--library", built) == 1
    assert "Nobody said this." in capsys.readouterr().out
    shutil.rmtree(tmp_path / "data", ignore_errors=True)
    assert run(monkeypatch, "questions", "make", "--out", tmp_path / "x.jsonl", "--library", tmp_path / "none") == 2
