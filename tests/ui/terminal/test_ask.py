"""The command that answers one question: JSON, text, history, and one sentence for each error."""

import json
from pathlib import Path
from typing import Any

import pytest

from index.library import Library
from tests.support.command_line import PIER, Onrecord, Rows, Write, is_one_sentence, run

EVIDENCE_KEYS = {"article_id", "sentence", "start", "end", "score"}
CITATION_KEYS = {"number", "article_id", "title", "url", "source", "published", "sentence", "start", "end"}
ANSWER_KEYS = {
    *("question", "standalone", "answer", "refused", "reason", "confidence"),
    *("statements", "citations", "evidence", "also_read", "seconds"),
}


def test_ask_json_has_its_keys_and_exact_sentences(onrecord: Onrecord, sample: Library) -> None:
    result = onrecord("ask", "How close was the vote on the 2025-26 budget?", "--json", library=sample.folder).data
    assert set(result) >= ANSWER_KEYS
    assert all(set(entry) >= CITATION_KEYS for entry in result["citations"])
    assert all(set(entry) >= EVIDENCE_KEYS for entry in result["evidence"])
    assert all(set(entry) >= {"text", "citations", "verdict"} for entry in result["statements"])
    assert all(set(entry) >= {"article_id", "title"} for entry in result["also_read"])
    for entry in (*result["citations"], *result["evidence"]):
        text = onrecord("show", entry["article_id"], "--json", library=sample.folder).data["text"]
        assert text[entry["start"] : entry["end"]] == entry["sentence"]


def test_a_refusal_is_no_error(onrecord: Onrecord, sample: Library) -> None:
    result = onrecord("ask", "Who wrote the play Hamlet?", "--json", library=sample.folder).data
    assert result["refused"] is True
    assert result["answer"] == result["reason"]
    assert (result["statements"], result["citations"]) == ([], [])
    assert 1 <= len(result["evidence"]) <= 10


def test_the_terminal_shows_answer_then_sentences_with_source_and_date(onrecord: Onrecord, rows: Rows) -> None:
    onrecord("add", rows(PIER))
    lines = onrecord("ask", "Who bought the pier at Marn?").out.splitlines()
    assert lines[0] == "Orrin Pell"
    assert lines[2].startswith("Orrin Pell bought the pier at Marn in May 2021. [1]")
    assert "[1] Orrin Pell bought the pier at Marn in May 2021." in lines
    assert any(all(fact in line for fact in ("Pier sold", "The Post", "2021-05-04")) for line in lines)


def test_a_follow_up_uses_history_in_the_parts_of_gradio(onrecord: Onrecord, sample: Library) -> None:
    history = [{"role": "user", "content": [{"type": "text", "text": "Is Ingrid Tolvane still the leader?"}]}]
    asked = ("ask", "Why did she resign?", "--history", "-", "--json")
    answer = onrecord(*asked, library=sample.folder, given=json.dumps(history)).data
    assert answer["standalone"] == "Why did Ingrid Tolvane resign?"
    assert [citation["number"] for citation in answer["citations"]] == list(range(1, len(answer["citations"]) + 1))


@pytest.mark.parametrize(
    "turn",
    [
        {"role": "user", "content": "Who bought the pier?"},
        {"role": "user", "text": "Who bought the pier?"},
        {"role": "user", "content": [{"type": "text", "text": "Who bought the pier?"}]},
    ],
)
@pytest.mark.parametrize("piped", [True, False])
def test_history_comes_from_a_file_or_standard_input(
    onrecord: Onrecord, rows: Rows, write: Write, turn: dict[str, Any], piped: bool
) -> None:
    onrecord("add", rows(PIER))
    history = json.dumps([turn, {"role": "assistant", "content": "Orrin Pell."}])
    where = "-" if piped else write("history.json", history)
    result = onrecord("ask", "And when?", "--history", where, "--json", given=history)
    assert "pier" in result.data["standalone"]
    assert "2021" in result.data["answer"]


@pytest.mark.parametrize(
    "given",
    ["", "not json", "{}", '"text"', '[{"role": "user"}]', '[{"role": "x", "text": "y"}]', "[" * 100_000],
    ids=lambda given: given[:30],
)
def test_a_bad_history_is_one_sentence(onrecord: Onrecord, rows: Rows, given: str) -> None:
    onrecord("add", rows(PIER))
    assert is_one_sentence(onrecord("ask", "And when?", "--history", "-", given=given))


@pytest.mark.parametrize("name", ["nowhere.json", ".", "bytes.json"])
def test_a_history_that_cannot_be_read_is_one_sentence(
    onrecord: Onrecord, rows: Rows, write: Write, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    write("bytes.json", b'["\xff"]')
    onrecord("add", rows(PIER))
    assert is_one_sentence(onrecord("ask", "And when?", "--history", name))


@pytest.mark.parametrize("question", ["C++?", "AND", '"', "U.S.", "NEAR(a b)", "title:x", "-", "*", " ", "x" * 20_000])
def test_an_odd_question_is_answered_or_one_sentence(onrecord: Onrecord, sample: Library, question: str) -> None:
    result = onrecord("ask", question, library=sample.folder)
    assert is_one_sentence(result) or (result.code == 0 and result.out.strip())


def test_a_question_of_broken_bytes_is_answered_or_one_sentence(sample: Library) -> None:
    result = run("ask", b"Who runs the \xff ferry to Brannet?", "--json", library=sample.folder)
    assert is_one_sentence(result) or result.data["question"]
