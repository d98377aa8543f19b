"""The training examples: windows hold their answer, negatives do not, and a seed decides everything."""

import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from rag.training.data import Example, Maker, Record, read_folder

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


def made(records: list[Record], seed: int) -> list[Example]:
    return Maker(records * 20, seed).examples()


def test_a_window_holds_its_answer_and_keeps_its_place(records: list[Record]) -> None:
    answerable = [example for example in made(records, 1) if example.answerable]
    assert len(answerable) == 20 * len(TOWNS)
    for example in answerable:
        ((start, end),) = example.answers
        assert example.passage[start:end].isdigit()
        ((low, high),) = example.evidence
        assert low <= start < end <= high
        assert example.passage[low:high].startswith("The mill of")
        assert len(example.passage) <= 1050


def test_negatives_lack_the_answer(records: list[Record]) -> None:
    wanted = {record.question: record.passage[slice(*record.answers[0])] for record in records if record.answers}
    negatives = [example for example in made(records, 1) if not example.answerable]
    assert {example.question for example in negatives} >= set(wanted)
    for example in negatives:
        assert not example.answers
        assert wanted.get(example.question, "nothing of the kind") not in example.passage


def test_the_same_seed_makes_the_same_examples(records: list[Record]) -> None:
    assert made(records, 3) == made(records, 3) != made(records, 4)


def test_a_record_whose_span_is_unknown_has_evidence_only(tmp_path: Path) -> None:
    with lzma.open(tmp_path / "test.jsonl.xz", "wt", encoding="utf-8") as lines:
        lines.write(json.dumps({**row(0, "Drow"), "level": "sentence"}) + "\n")
    (record,) = read_folder(tmp_path)
    assert record.evidence
    assert not record.answers
    assert not record.span_known
