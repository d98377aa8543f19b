"""Conversations survive being kept in a browser, whose text nobody vouches for."""

import json

import pytest

from index.errors import QuestionError
from rag.answer import Answer, AnswerSpan, Citation, Request, Statement, Writing
from rag.understanding.history import MOST_TURNS, read_history
from rag.understanding.standalone import standalone_by_rule
from ui.browser import saved_conversations as history
from ui.browser.conversation import Conversation, Exchange, messages
from ui.browser.conversation import history as turns_of

SAID = "Marla Quist opened the *Tarn* bridge <b>."
CITED = Citation(1, "bridge", "Bridge [x](y)", "https://a.example/b c", "The Courier", None, SAID, 0, len(SAID),
                 AnswerSpan(0, 11), 3)  # fmt: skip
WRITING = Writing("tiny", "127.0.0.1", 9, 3, 0.5, False, 0)
REQUEST = Request("Who?", "Who opened it?", ("from 2020-01-01",))
ANSWER = Answer(REQUEST, (Statement(SAID, (1,), "supported"),), (CITED,), (),
                None, 0.9, (), 0.1, (), WRITING)  # fmt: skip
SAVED: Conversation = (
    Exchange("Who?", ANSWER, good=True),
    Exchange("Why?", problem="It broke."),
    Exchange("So?", stopped=True),
)


def test_a_conversation_comes_back_as_it_was() -> None:
    (kept,) = history.read(history.write(history.with_conversation([], SAVED)))
    assert kept["name"] == "Who?"
    assert history.unpack(kept) == SAVED


def test_a_conversation_that_grew_takes_its_own_place_at_the_top() -> None:
    other: Conversation = (Exchange("Other?", ANSWER),)
    kept = history.with_conversation(history.with_conversation(history.with_conversation([], SAVED[:1]), other), SAVED)
    assert [len(each["exchanges"]) for each in kept] == [3, 1]
    assert history.with_conversation(kept, ()) == kept


DEEP = ("[" * 100_000, '[{"id": "x", "name": ' + "[" * 200 + "]" * 200 + "}]")


@pytest.mark.parametrize("written", ["", "{", "[1, null, {}]", '{"id": 1}', None, *DEEP])
def test_what_is_not_ours_is_no_conversation(written: str | None) -> None:
    assert history.read(written) == []


@pytest.mark.parametrize("spoilt", [{"answer": 3}, {"answer": {"question": "x"}}, {"question": None}, {"id": None}])
def test_an_exchange_that_cannot_be_read_is_left_out(spoilt: dict[str, object]) -> None:
    kept = history.pack(SAVED)
    kept["exchanges"][0] |= spoilt
    if spoilt == {"id": None}:
        del kept["exchanges"][0]["id"]
    assert [each.question for each in history.unpack(kept)][-2:] == ["Why?", "So?"]


def test_an_unknown_verdict_is_left_out() -> None:
    kept = history.pack(SAVED)
    kept["exchanges"][0]["answer"]["statements"][0]["verdict"] = "true<script>"
    assert len(history.unpack(kept)) == 2


def test_a_browser_is_never_given_more_than_it_can_keep() -> None:
    many = [{"id": str(number), "name": "x" * 30_000} for number in range(150)]
    written = history.write(many)
    assert len(written.encode()) <= history.MOST_BYTES
    assert history.read(written)[0]["id"] == "0"


def test_a_long_conversation_leaves_the_next_question_a_history_of_bounded_length() -> None:
    turns = turns_of(tuple(Exchange(f"And {number}?", ANSWER) for number in range(600)))
    assert 0 < len(turns) <= MOST_TURNS
    assert turns[-2].text == "And 599?"


def test_a_history_of_any_other_length_is_refused_in_one_sentence() -> None:
    turns = [{"role": "user", "content": "And then?"}] * 1200
    with pytest.raises(QuestionError, match="1,200 turns: give the last 200"):
        read_history(turns)
    assert standalone_by_rule("And then?", read_history(turns[:MOST_TURNS]))


def test_markdown_has_questions_answers_and_sources_and_obeys_nothing_in_them() -> None:
    told = history.markdown(SAVED)
    assert told.startswith("## Who?\n\nMarla Quist opened the \\*Tarn\\* bridge \\<b\\>. \\[1\\]")
    assert "— [Bridge \\[x\\](y)](<https://a.example/bc>), page 3, The Courier, undated" in told
    assert "## Why?\n\nIt broke." in told


def test_json_has_the_answers_as_ask_prints_them() -> None:
    told = json.loads(history.as_json(SAVED))
    assert told["exchanges"][0] == json.loads(json.dumps(ANSWER.to_json()))
    assert told["exchanges"][1] == {"question": "Why?", "problem": "It broke."}


def test_a_reopened_conversation_shows_what_it_showed() -> None:
    assert messages(history.unpack(history.pack(SAVED))) == messages(SAVED)
