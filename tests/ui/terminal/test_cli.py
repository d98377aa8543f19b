"""The command line as a user meets it: exit codes, JSON, and one sentence for each error."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index.library import Library

ONRECORD = Path(sys.executable).with_name("onrecord")
Write = Callable[[str, str | bytes], str]


def run(*arguments: str, library: Path, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [str(ONRECORD), *arguments, "--library", str(library)]
    return subprocess.run(command, input=given, capture_output=True, text=True, check=False)


def told(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_add_tells_by_its_exit_code(tmp_path: Path, write: Write) -> None:
    good, bad = write("mill.txt", "Mill\n\nThe mill burned down."), str(tmp_path / "nowhere.txt")
    codes = [run("add", *names, library=tmp_path / "l").returncode for names in ((good,), (good, bad), (bad,))]
    assert codes == [0, 1, 2]


def test_list_show_and_remove(sample: Library, tmp_path: Path, write: Write) -> None:
    listed = told(run("list", "--json", library=sample.folder))
    assert len(listed) == 12
    assert set(listed[0]) == {"id", "title", "source", "published", "url", "story"}
    shown = told(run("show", listed[0]["id"], "--json", library=sample.folder))
    assert {"text", "author", "updated", "language"} <= set(shown)
    path = write("mill.txt", "Mill\n\nThe mill burned down.")
    run("add", path, library=tmp_path / "l")
    assert [run("remove", path, library=tmp_path / "l").returncode for _ in range(2)] == [0, 2]


def test_ask_answers_with_history_from_standard_input(sample: Library) -> None:
    history = [{"role": "user", "content": [{"type": "text", "text": "Is Ingrid Tolvane still the leader?"}]}]
    done = run(
        "ask", "Why did she resign?", "--history", "-", "--json", library=sample.folder, given=json.dumps(history)
    )
    answer = told(done)
    assert answer["standalone"] == "Why did Ingrid Tolvane resign?"
    assert [citation["number"] for citation in answer["citations"]] == list(range(1, len(answer["citations"]) + 1))


def test_doctor_finds_a_sound_library(sample: Library) -> None:
    assert "Everything is in order." in run("doctor", library=sample.folder).stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask", "   "),
        ("ask", "x" * 20_000),
        ("ask", "Who?", "--history", "nowhere.json"),
        ("show", "nothing"),
        ("eval", "nowhere.jsonl", "--out", "out"),
    ],
)
def test_an_error_is_one_sentence_on_stderr(sample: Library, arguments: tuple[str, ...]) -> None:
    done = run(*arguments, library=sample.folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_an_empty_library_says_how_to_add(tmp_path: Path) -> None:
    done = run("ask", "Who?", library=tmp_path / "l")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no articles yet" in done.stderr
    assert "onrecord add" in done.stderr
