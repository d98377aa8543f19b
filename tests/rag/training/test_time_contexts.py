"""A time question gets a passage of what held at other times; one sentence in it answers."""

from rag.training.data import Record, relation_in_id
from rag.training.time_contexts import time_contexts

PASSAGE = "Ana Pell led the guild from 1801 to 1810. Tom Rusk led it from 1810 to 1822. Eve Holm led it until 1830."
NAMES = {"1801 to 1810": "Ana Pell", "1810 to 1822": "Tom Rusk", "1822 to 1830": "Eve Holm"}


def record(times: str, relation: str = "Guild#P1") -> Record:
    start = PASSAGE.index(NAMES[times])
    sentence = (start, PASSAGE.index(".", start) + 1)
    answer = (start, start + len(NAMES[times]))
    return Record("timeqa", f"Who led the guild from {times}?", PASSAGE, (answer,), (sentence,), True, "", relation)


def test_a_passage_of_joined_sentences_holds_the_right_one_among_others() -> None:
    made = list(time_contexts([record(times) for times in NAMES], seed=1))
    assert len(made) == len(NAMES)
    for joined, name in zip(made, NAMES.values(), strict=True):
        assert [joined.passage[start:end] for start, end in joined.answers] == [name]
        ((low, high),) = joined.evidence
        assert joined.passage[low:high].startswith(name)
        assert all(other in joined.passage for other in NAMES.values())


def test_a_question_without_others_of_its_relation_gets_none() -> None:
    assert not list(time_contexts([record("1801 to 1810", "A#P1"), record("1810 to 1822", "B#P1")], seed=1))


def test_the_relation_stands_in_the_id() -> None:
    assert relation_in_id("hard./wiki/Ana_Pell#P39#2.0") == "Ana_Pell#P39"
    assert relation_in_id("squad:12") == ""
