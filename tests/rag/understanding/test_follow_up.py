"""A follow-up becomes the question that a person would write who had not spoken before; all else is left alone."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.understanding.follow_up import standalone_by_rule
from rag.understanding.history import Turn

EXCHANGES = map(json.loads, Path(__file__).with_name("exchanges.jsonl").read_text(encoding="utf-8").splitlines())
FOLLOW_UPS = [(each["question"], each["reply"], *pair) for each in EXCHANGES for pair in each["follow_ups"].items()]


@pytest.mark.parametrize(("asked", "reply", "follow_up", "standalone"), FOLLOW_UPS)
def test_a_follow_up_reads_as_a_question_of_its_own(asked: str, reply: str, follow_up: str, standalone: str) -> None:
    assert standalone_by_rule(follow_up, [Turn("user", asked), Turn("assistant", reply)]) == standalone


def test_follow_ups_lean_on_one_another() -> None:
    turns = [
        Turn("user", "Who designed the Quill Bridge?"),
        Turn("assistant", "It was designed by the engineer Marit Solvang. [1]"),
        Turn("user", "Where was she born?"),
        Turn("assistant", "Solvang was born in Corvane in 1975. [1]"),
        Turn("user", "Thanks!"),
        Turn("assistant", "You are welcome."),
    ]
    assert standalone_by_rule("How many people live there?", turns) == "How many people live in Corvane?"
    assert standalone_by_rule("And what did she study?", turns) == "What did Marit Solvang study?"


def test_nothing_is_rewritten_without_a_history() -> None:
    assert standalone_by_rule("And when will it open?", []) == "And when will it open?"


def test_a_talk_of_1200_turns_is_read_in_no_time() -> None:
    turns = [Turn(role, "And when did it open? " * 20) for _ in range(600) for role in ("user", "assistant")]
    begun = time.thread_time()
    standalone_by_rule("And why?", turns)
    assert time.thread_time() - begun < 2


@given(st.lists(st.text(max_size=60), max_size=5), st.text(max_size=60))
def test_any_talk_can_be_read(texts: list[str], question: str) -> None:
    turns = [Turn("assistant" if number % 2 else "user", text) for number, text in enumerate(texts)]
    assert isinstance(standalone_by_rule(question, turns), str)
