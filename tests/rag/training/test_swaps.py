"""Questions with another name of their passage: the passage does not answer, the twin's does."""

import random

from rag.training.data import Record
from rag.training.swaps import exchange, swapped

PASSAGE = "In the valley, Ana Pell built the mill in 1801. Later the wheel of Tom Rusk turned in 1850. It stands."
EVIDENCE = (0, PASSAGE.index(" Later"))


def record(question: str, answer: str) -> Record:
    start = PASSAGE.index(answer)
    return Record("test", question, PASSAGE, ((start, start + len(answer)),), (EVIDENCE,), True)


def test_a_name_is_changed_for_another_of_the_passage() -> None:
    pair = swapped(record("What did Ana Pell build?", "the mill"), random.Random(1))
    assert pair
    plain, twin = pair
    assert plain.question == twin.question == "What did Tom Rusk build?"
    assert plain.passage == PASSAGE
    assert not plain.evidence
    assert twin.passage.startswith("In the valley, Tom Rusk built the mill in 1801. Later the wheel of Ana Pell")


def test_the_twin_keeps_the_places_of_its_answer() -> None:
    longer = PASSAGE.replace("Tom Rusk", "Tom of Rusk")
    answered = record("What did Ana Pell build?", "the mill")
    pair = swapped(Record("test", answered.question, longer, answered.answers, (EVIDENCE,), True), random.Random(1))
    assert pair
    _, twin = pair
    assert [twin.passage[start:end] for start, end in twin.answers] == ["the mill"]
    assert [twin.passage[start:end] for start, end in twin.evidence] == [
        "In the valley, Tom of Rusk built the mill in 1801."
    ]


def test_a_year_is_changed_for_a_year_and_never_for_the_answer() -> None:
    pair = swapped(record("What was built in 1801?", "the mill"), random.Random(1))
    assert pair
    assert pair[0].question == "What was built in 1850?"
    assert swapped(record("Who built the mill?", "Ana Pell"), random.Random(1)) is None


def test_names_change_places_as_whole_words_only() -> None:
    assert exchange("Pell met Pellar and Rusk.", "Pell", "Rusk") == "Rusk met Pellar and Pell."
