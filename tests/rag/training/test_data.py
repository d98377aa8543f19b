"""The training questions: windows hold their answer, others lack it, and a seed decides everything."""

import json
import lzma
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rag.training.data import Record, read_folder
from rag.training.parts import read_part, write_parts
from rag.training.pools import pools
from rag.training.questions import ALONE, Maker, Question

TOWNS = ("Drow", "Holm", "Pell", "Quay", "Rusk", "Sarn")


def row(number: int, town: str) -> dict[str, Any]:
    fact = f"The mill of {town} was built by Ana Pell in {1801 + number}."
    quiet = " ".join(f"In {year} nothing happened in {town}, as its book tells." for year in range(1900, 1930))
    answer = str(1801 + number)
    return {
        "id": f"wiki_test:{town}",
        "source": "squad_test",
        "question": f"When was the mill of {town} built?",
        "passage": f"{fact} {quiet}",
        "answers": [{"text": answer, "start": fact.index(answer)}],
        "sentence": fact,
        "multi": False,
        "level": "span",
    }


@pytest.fixture
def records(tmp_path: Path) -> list[Record]:
    unanswered = {**row(9, "Tarn"), "question": "Who burned the mill?", "answers": [], "sentence": None}
    with lzma.open(tmp_path / "test.jsonl.xz", "wt", encoding="utf-8") as lines:
        for each in (*(row(number, town) for number, town in enumerate(TOWNS)), unanswered):
            lines.write(json.dumps(each) + "\n")
    return read_folder(tmp_path)


@pytest.fixture
def maker(records: list[Record], tmp_path: Path) -> Maker:
    return Maker(records * 20, pools(tmp_path, records))


def test_a_window_that_answers_holds_its_answer(maker: Maker) -> None:
    windows = [w for question in maker.one_pass(1) for w in question.windows if w.evidence]
    assert len(windows) > 50
    for window in windows:
        ((start, end),) = window.answers
        assert window.passage[start:end].isdigit()
        ((low, high),) = window.evidence
        assert low <= start < end <= high
        assert window.passage[low:high].startswith("The mill of")
        assert len(window.passage) <= 1050


def test_other_windows_lack_the_answer_and_come_from_retrieval(maker: Maker, records: list[Record]) -> None:
    wanted = {record.question: record.passage[slice(*record.answers[0])] for record in records if record.answers}
    asked = [question for question in maker.one_pass(1) if question.question in wanted and len(question.windows) > 1]
    assert asked
    for question in asked:
        others = [window for window in question.windows if not window.evidence]
        assert others
        assert all(wanted[question.question] not in window.passage for window in others)
        assert sum(bool(window.evidence) for window in question.windows) <= 1


def test_some_questions_have_no_window_that_answers(maker: Maker) -> None:
    asked = [question for question in maker.one_pass(1) if question.question != "Who burned the mill?"]
    assert 0.1 < sum(not question.answerable for question in asked) / len(asked) < 0.7


def test_a_question_that_means_its_own_passage_is_read_alone(records: list[Record]) -> None:
    source = next(iter(sorted(ALONE)))
    made = list(Maker([replace(record, source=source) for record in records], {}).one_pass(1))
    assert made
    assert all(len(question.windows) == 1 for question in made)


def test_the_same_seed_makes_the_same_questions(maker: Maker) -> None:
    assert list(maker.one_pass(3)) == list(maker.one_pass(3)) != list(maker.one_pass(4))


def test_questions_are_read_as_they_were_written(maker: Maker, tmp_path: Path) -> None:
    made: list[Question] = list(maker.one_pass(3))
    write_parts(iter(made), tmp_path / "parts", "003")
    assert read_part(tmp_path / "parts" / "003-000.jsonl.xz") == made


def test_a_record_whose_span_is_unknown_has_evidence_only(tmp_path: Path) -> None:
    with lzma.open(tmp_path / "test.jsonl.xz", "wt", encoding="utf-8") as lines:
        lines.write(json.dumps({**row(0, "Drow"), "level": "sentence"}) + "\n")
    (record,) = read_folder(tmp_path)
    assert record.evidence
    assert not record.answers
    assert not record.span_known
