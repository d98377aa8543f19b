"""The subject of a question, whatever the words that only ask."""

import pytest

from rag.understanding.subject_words import subject_of


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("Draw up a timeline of the pottery strike", "pottery strike"),
        ("List the events around the Ostling ferry in the order in which they took place, please", "Ostling ferry"),
        ("Which articles mention Edda Brannock?", "Edda Brannock"),
        ("when was the article on the lighthouse published", "lighthouse"),
        ("Could you sum up what is known about the Vale Trust for me?", "Vale Trust"),
        ("How many articles are there?", ""),
        ("What happened in March 2022, in order?", ""),
        ("Summarise it", ""),
    ],
)
def test_the_subject_leaves_out_what_only_asks(question: str, subject: str) -> None:
    assert subject_of(question).removeprefix("the ") == subject


def test_half_a_surrogate_pair_is_no_crash() -> None:
    assert subject_of("Who is \ud83e?") == subject_of("Who is ??")
