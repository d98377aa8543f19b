"""The command line as users meet it: one sentence for each error, the environment, the help."""

from pathlib import Path

import pytest

from index.library import Library
from tests.support.command_line import PIER, Onrecord, Rows, Write, is_one_sentence, run
from ui.terminal.cli import main


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
def test_an_error_is_one_sentence(onrecord: Onrecord, sample: Library, arguments: tuple[str, ...]) -> None:
    assert is_one_sentence(onrecord(*arguments, library=sample.folder))


def test_the_console_script_says_how_to_fill_an_empty_library(tmp_path: Path) -> None:
    result = run("ask", "Who?", library=tmp_path / "library")
    assert is_one_sentence(result)
    assert "no articles yet" in result.err
    assert "onrecord add" in result.err


@pytest.mark.parametrize("command", [("ask", "Who?"), ("show", "pier")])
def test_an_empty_library_is_one_sentence(onrecord: Onrecord, command: tuple[str, ...]) -> None:
    assert is_one_sentence(onrecord(*command))


@pytest.mark.parametrize("command", [("list",), ("ask", "Who?"), ("doctor",), ("add", "a.txt")])
def test_a_library_that_is_a_file_is_one_sentence(onrecord: Onrecord, write: Write, command: tuple[str, ...]) -> None:
    assert is_one_sentence(onrecord(*command, library=Path(write("taken", "not a folder"))))


@pytest.mark.parametrize("spoiled", ["ledger.sqlite3", "vectors/chroma.sqlite3"])
def test_a_damaged_library_is_one_sentence(onrecord: Onrecord, rows: Rows, write: Write, spoiled: str) -> None:
    onrecord("add", rows(PIER))
    for path in Path(write("mine/x", "")).parent.glob("ledger.sqlite3-*"):
        path.unlink()
    write(f"mine/{spoiled}", b"no database at all " * 99)
    assert is_one_sentence(onrecord("ask", "Who bought the pier?"))


def test_the_environment_names_the_library(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("ONRECORD_LIBRARY", str(tmp_path / "named"))
    monkeypatch.setattr("sys.argv", ["onrecord", "list"])
    with pytest.raises(SystemExit):
        main()
    assert (tmp_path / "named" / "ledger.sqlite3").exists()


def test_help_teaches_every_command(onrecord: Onrecord) -> None:
    for command in ("add", "list", "show", "remove", "doctor", "ask", "chat", "eval"):
        result = onrecord(command, "--help")
        assert result.code == 0
        assert "--library" in result.out
