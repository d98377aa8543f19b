"""The sweep: every setting asked, the best row chosen on one half of the questions and told on the other."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from eval.runs import sweep
from eval.runs.sweep import PRESENT, Setting, run_sweep, settings, to_markdown, write_sweep
from eval.sets.questions import Gold, Question
from index.errors import OnrecordError, QuestionError
from index.library import Library
from tests.support.evaluation import lines_file

PLACES = ("Tarn", "Holm", "Drow", "Pell", "Marn", "Rusk", "Sarn", "Lodd")
TEXT = " ".join(f"The mill of {place} was built by Ada {place}son in {1800 + n}." for n, place in enumerate(PLACES))
QUESTIONS = [
    Question(
        f"q{n}",
        f"Who built the mill of {place}?",
        (f"Ada {place}son",),
        (Gold("mills", f"The mill of {place} was built by Ada {place}son in {1800 + n}."),),
        True,
        set="s",
    )
    for n, place in enumerate(PLACES)
]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "CHUNKS", (150, PRESENT.chunk_chars))
    monkeypatch.setattr(sweep, "READS", (1, PRESENT.passages))
    monkeypatch.setattr(sweep, "FUSIONS", (PRESENT.weights, (1.0, 0.0), (0.0, 1.0)))


class Shelves:
    """A library for each chunk size."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.chunks: dict[int, int] = {}

    @contextmanager
    def opened(self, chars: int) -> Iterator[Library]:
        made = Library(self.folder / f"library-{chars}", chunk_chars=chars)
        rows = [{"id": "mills", "title": "Mills", "text": TEXT}]
        made.add_all([str(lines_file(self.folder / "articles.jsonl", rows))])
        self.chunks[chars] = made.articles.chunk_count()
        yield made
        made.close()


def test_every_setting_is_asked_and_the_best_row_stands_first(small: None, tmp_path: Path) -> None:
    shelves, seen = Shelves(tmp_path), list[tuple[int, int]]()
    found = run_sweep(QUESTIONS, shelves.opened, lambda *done: seen.append(done))
    assert len(settings()) == 2 * 2 * 3 * 2
    assert {row.setting for row in found.rows} == set(settings())
    assert seen[-1] == (24 * 8, 24 * 8)
    assert shelves.chunks[150] > shelves.chunks[PRESENT.chunk_chars] == 1
    values = [row.choosing.value or 0 for row in found.rows]
    assert values == sorted(values, reverse=True)
    assert found.figure == "evidence_hit@1"
    assert all(row.choosing.n + row.other.n == len(QUESTIONS) for row in found.rows)
    assert all(row.choosing.n and row.other.n for row in found.rows)
    assert found.failed == 0
    write_sweep(found, tmp_path)
    page = (tmp_path / "sweep.md").read_text(encoding="utf-8")
    assert page == to_markdown(found)
    assert page.count("\n| ") == 1 + 1 + 24
    assert "looks better there than it is" in page
    data = json.loads((tmp_path / "sweep.json").read_text(encoding="utf-8"))
    assert data["rows"][0]["choosing"]["value"] == values[0]
    with pytest.raises(OnrecordError, match="Cannot write the sweep"):
        write_sweep(found, tmp_path / "missing")


def test_the_present_settings_are_one_of_those_that_are_tried() -> None:
    assert PRESENT in settings()
    assert Setting(PRESENT.chunk_chars, PRESENT.passages, (1.0, 1.0), False) in settings()


def test_questions_without_gold_cannot_choose(small: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "CHUNKS", (PRESENT.chunk_chars,))
    monkeypatch.setattr(sweep, "READS", (PRESENT.passages,))
    bare = [Question(f"q{n}", "Who built the mill?", set="s") for n in range(4)]
    with pytest.raises(QuestionError, match="give more questions with gold"):
        run_sweep(bare, Shelves(tmp_path).opened, lambda *_: None)
