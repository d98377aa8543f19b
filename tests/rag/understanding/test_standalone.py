"""Questions and histories: what is read, what is told, what is made standalone."""

import pytest

from index.errors import QuestionError
from rag.understanding.follow_up import standalone_by_rule
from rag.understanding.history import Turn, read_history
from rag.understanding.standalone import LONGEST, read_question

OPENED = "When was the Tarn bridge opened?"


def after(*questions: str) -> list[Turn]:
    return [turn for question in questions for turn in (Turn("user", question), Turn("assistant", "So it is. [1]"))]


@pytest.mark.parametrize(
    "entry",
    [
        {"role": "user", "content": "Who?"},
        {"role": "user", "text": "Who?"},
        {"role": "user", "content": [{"type": "text", "text": "Who?"}]},
        {"role": "user", "content": [{"type": "text", "text": "Wh"}, {"type": "text", "text": "o?"}]},
        {"role": "user", "content": ["Who?"]},
        {"role": "user", "content": [{"type": "file", "file": {"path": "x"}}, {"type": "text", "text": "Who?"}]},
        {"role": "user", "content": "Who?", "metadata": {"title": None}, "options": []},
    ],
)
def test_a_message_is_read_in_every_form(entry: object) -> None:
    assert read_history([entry]) == (Turn("user", "Who?"),)


@pytest.mark.parametrize(
    "data", [None, {}, "text", 1, [1], [None], [{}], [{"role": "user"}], [{"role": 1, "text": "x"}], [{"text": "x"}]]
)
def test_a_history_that_is_none_is_told(data: object) -> None:
    with pytest.raises(QuestionError) as told:
        read_history(data)
    assert "history" in str(told.value)


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "?!", '"', "*", "-", "\x00"])
def test_a_question_without_words_is_told(question: str) -> None:
    with pytest.raises(QuestionError):
        read_question(question)


@pytest.mark.parametrize("question", ["C++?", "AND", "U.S.", "NEAR(a b)", "title:x", "谁？", "π?", "7"])
def test_odd_questions_are_asked_as_they_are(question: str) -> None:
    assert read_question(question) == question


def test_the_longest_question_is_told_by_its_length() -> None:
    assert len(read_question("x" * LONGEST)) == LONGEST
    with pytest.raises(QuestionError, match=str(LONGEST + 1)):
        read_question("x" * (LONGEST + 1))


def test_white_space_in_a_question_is_one_space() -> None:
    assert read_question("  Who \n\n opened\tit? ") == "Who opened it?"


@pytest.mark.parametrize("question", ["And when?", "Why did she resign?", "What about the school?"])
def test_nothing_to_lean_on_leaves_the_question(question: str) -> None:
    assert standalone_by_rule(question, ()) == question
    assert standalone_by_rule(question, [Turn("assistant", "Hello."), Turn("user", "  ")]) == question


@pytest.mark.parametrize(
    "question",
    ["Who opened the harbour of Ostrel in 1911?", "How many boats does Kestrane Lines run in the winter?"],
)
def test_a_whole_question_does_not_lean(question: str) -> None:
    assert standalone_by_rule(question, after(OPENED)) == question


@pytest.mark.parametrize("question", ["And when?", "Why?", "Where was it?", "And who?", "How long is it?"])
def test_a_leaning_question_takes_the_one_before_along(question: str) -> None:
    read = standalone_by_rule(question, after("Who opened the Tarn bridge?"))
    assert "Tarn bridge" in read
    assert "[1]" not in read


def test_a_chain_of_leaning_questions_keeps_its_subject() -> None:
    read = standalone_by_rule("And how much?", after("Who opened the Tarn bridge?", "And when?", "And why?"))
    assert "Tarn bridge" in read


def test_the_last_subject_counts() -> None:
    read = standalone_by_rule("And when?", after("Who opened the Tarn bridge?", "Who burned the Osk library?"))
    assert "Osk library" in read
    assert "Tarn" not in read


@pytest.mark.parametrize(
    ("before", "asked", "read_as"),
    [
        ("Is Ingrid Tolvane still the leader?", "Why did she resign?", "Why did Ingrid Tolvane resign?"),
        (
            "How much will it cost to mend the swing bridge?",
            "What about the school roof?",
            "How much will it cost to mend the school roof?",
        ),
        ("Who runs the ferry?", "What is the capital of Vennshire?", "What is the capital of Vennshire?"),
    ],
)
def test_a_follow_up_is_made_standalone(before: str, asked: str, read_as: str) -> None:
    assert standalone_by_rule(asked, [Turn("user", before)]) == read_as
