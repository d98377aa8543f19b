"""A model's text taken apart as it arrives, whatever it holds and wherever its pieces end."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.composing.markers import Transcript, marked_statements

SAID = st.text("ab. [1]2,<think>/\n", max_size=60)


def transcript(pieces: list[str]) -> Transcript:
    said = Transcript()
    for piece in pieces:
        said.add(piece)
    return said


@pytest.mark.parametrize(
    ("text", "whole", "tail"),
    [
        ("It rained. [1] It", "It rained. [1]", "It"),
        ("It rained. [1]", "", "It rained."),
        ("It rained. [1", "", "It rained."),
        ("It rained [1][2]. Then", "It rained [1][2].", "Then"),
        ("It rained [1234567]. Then", "", "It rained [1234567]. Then"),
        ("<think>It [1] snows.</think>It rained. [1] It", "It rained. [1]", "It"),
        ("It <thi", "", "It"),
    ],
)
def test_what_is_whole_is_told_from_what_is_not(text: str, whole: str, tail: str) -> None:
    for said in (transcript([text]), transcript(list(text))):
        assert (said.whole.strip(), said.tail) == (whole, tail)


@given(st.lists(SAID, max_size=8))
def test_pieces_make_no_difference(pieces: list[str]) -> None:
    whole, apart = transcript(["".join(pieces)]), transcript(list("".join(pieces)))
    assert (whole.text, whole.tail) == (apart.text, apart.tail)
    assert whole.text.startswith(whole.whole.strip())


def test_a_marker_of_seven_digits_is_text() -> None:
    assert list(marked_statements("It rained [1234567].")) == [("It rained [1234567].", [])]


@pytest.mark.parametrize("piece", ["[ ", "[1] ", "a ", "[1, ", "<think>", "</think>x"])
def test_a_long_text_in_many_pieces_is_read_in_no_time(piece: str) -> None:
    begun = time.thread_time()
    said = transcript([piece] * 20_000)
    assert time.thread_time() - begun < 5
    assert len(said.tail) <= 20_000 * len(piece)
