"""Every command through `main`, in this process: output, exit codes, and one sentence for each error."""

import gc
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from index.library import Library
from ui.terminal.cli import main

Write = Callable[[str, str | bytes], str]
Rows = Callable[..., str]
EVIDENCE_KEYS = {"article_id", "sentence", "start", "end", "score"}
CITATION_KEYS = {"number", "article_id", "title", "url", "source", "published", "sentence", "start", "end"}
ANSWER_KEYS = {
    *("question", "standalone", "answer", "refused", "reason", "confidence"),
    *("statements", "citations", "evidence", "also_read", "seconds"),
}
PIER = {
    "id": "pier",
    "title": "Pier sold",
    "text": "Orrin Pell bought the pier at Marn in May 2021.\n\nHe paid 300 crowns.",
    "url": "https://post.example/pier",
    "source": "The Post",
    "author": "Ana Pell",
    "published": "2021-05-04",
}


class Told(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)


Onrecord = Callable[..., Told]


@pytest.fixture
def onrecord(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Onrecord:
    """Run a command line as the console script does; the library is the temporary one unless named."""

    def run(*arguments: str, given: str = "", library: Path | None = None) -> Told:
        where = ("--library", str(library or tmp_path / "mine"))
        monkeypatch.setattr("sys.argv", ["onrecord", *arguments[:1], *where, *arguments[1:]])
        monkeypatch.setattr("sys.stdin", io.StringIO(given))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        gc.enable()  # a single `ask` turns it off for its short life
        return Told(int(ended.value.code or 0), *capsys.readouterr())

    return run


def one_sentence(told: Told) -> bool:
    return (told.code, told.out, len(told.err.strip().splitlines())) == (2, "", 1) and "Traceback" not in told.err


def test_adding_again_changes_nothing(onrecord: Onrecord, rows: Rows, write: Write) -> None:
    sources = (rows(PIER), write("a.txt", "Weir\n\nThe weir is shut."))
    assert "Total: 2 added." in onrecord("add", *sources).out
    again = onrecord("add", *sources)
    assert (again.code, again.out.splitlines()[-1]) == (0, "Total: 2 unchanged.")


def test_a_line_a_source_and_then_the_total(onrecord: Onrecord, write: Write, tmp_path: Path) -> None:
    good, changed, gone = write("a.txt", "Weir\n\nShut."), write("b.txt", "Pier\n\nOpen."), str(tmp_path / "c.txt")
    onrecord("add", changed)
    write("b.txt", "Pier\n\nShut.")
    told = onrecord("add", good, changed, gone)
    assert [line.split(":")[0] for line in told.out.splitlines()] == ["added", "updated", "skipped", "Total"]
    assert told.out.splitlines()[-1] == "Total: 1 added, 1 updated, 1 skipped."
    assert told.code == 1


def test_an_owned_id_names_its_owner_and_the_way_out(onrecord: Onrecord, rows: Rows) -> None:
    first, second = rows(PIER, name="one.jsonl"), rows({**PIER, "title": "New"}, name="two.jsonl")
    onrecord("add", first)
    told = onrecord("add", second)
    assert told.code == 2
    assert first in told.out
    assert "--replace" in told.out
    assert "updated" in onrecord("add", "--replace", second).out


def test_control_characters_do_not_reach_the_terminal(onrecord: Onrecord, rows: Rows) -> None:
    onrecord("add", rows({**PIER, "title": "Pier \x1b[31m sold", "text": "The \x1b]0;x\x07 pier is open."}))
    for told in (onrecord("list"), onrecord("show", "pier"), onrecord("ask", "Is the pier open?")):
        assert "\x1b" not in told.out
    assert "\x1b" in onrecord("show", "pier", "--json").data["text"]


def test_list_and_show_give_exactly_the_facts(onrecord: Onrecord, rows: Rows) -> None:
    onrecord("add", rows(PIER))
    (listed,) = onrecord("list", "--json").data
    assert listed == {key: PIER[key] for key in ("id", "title", "source", "published", "url")} | {"story": None}
    shown = onrecord("show", "pier", "--json").data
    told = {"updated": None, "language": "en", "removed": [], "addresses": []}
    assert shown == {**PIER, **told, "found_in": shown["found_in"]}
    assert set(shown["found_in"]) >= {"title", "published"}
    assert "Orrin Pell bought the pier" in onrecord("show", "pier").out


def test_an_empty_list_is_an_array_and_says_how_to_add(onrecord: Onrecord) -> None:
    assert onrecord("list", "--json").data == []
    assert "onrecord add" in onrecord("list").out


@pytest.mark.parametrize("name", ["pier", "https://post.example/pier", "rows.jsonl"])
def test_an_article_is_removed_by_id_url_or_path(
    onrecord: Onrecord, rows: Rows, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    onrecord("add", rows(PIER))
    assert onrecord("remove", name).code == 0
    assert onrecord("list", "--json").data == []
    assert "Everything is in order." in onrecord("doctor").out


def test_remove_tells_what_it_did_not_find(onrecord: Onrecord, rows: Rows) -> None:
    onrecord("add", rows(PIER))
    told = onrecord("remove", "nothing", "pier")
    assert (told.code, told.out) == (1, "removed: pier\n")
    assert "nothing" in told.err
    assert onrecord("remove", "nothing").code == 2


def test_doctor_tells_by_its_exit_code(onrecord: Onrecord, rows: Rows, tmp_path: Path) -> None:
    path = rows(PIER)
    onrecord("add", path)
    assert onrecord("doctor").code == 0
    library = Library(tmp_path / "mine")
    library.vectors.delete(list(library.vectors.ids()))
    library.close()
    assert onrecord("doctor").code == 1
    assert onrecord("add", path).code == 0
    assert onrecord("doctor").code == 0


def test_ask_json_has_its_keys_and_exact_sentences(onrecord: Onrecord, sample: Library) -> None:
    told = onrecord("ask", "How close was the vote on the 2025-26 budget?", "--json", library=sample.folder).data
    assert set(told) >= ANSWER_KEYS
    assert all(set(entry) >= CITATION_KEYS for entry in told["citations"])
    assert all(set(entry) >= EVIDENCE_KEYS for entry in told["evidence"])
    assert all(set(entry) >= {"text", "citations", "verdict"} for entry in told["statements"])
    assert all(set(entry) >= {"article_id", "title"} for entry in told["also_read"])
    for entry in (*told["citations"], *told["evidence"]):
        text = onrecord("show", entry["article_id"], "--json", library=sample.folder).data["text"]
        assert text[entry["start"] : entry["end"]] == entry["sentence"]


def test_a_refusal_is_no_error(onrecord: Onrecord, sample: Library) -> None:
    told = onrecord("ask", "Who wrote the play Hamlet?", "--json", library=sample.folder).data
    assert told["refused"] is True
    assert told["answer"] == told["reason"]
    assert (told["statements"], told["citations"]) == ([], [])
    assert 1 <= len(told["evidence"]) <= 10


def test_the_terminal_shows_answer_then_sentences_with_source_and_date(onrecord: Onrecord, rows: Rows) -> None:
    onrecord("add", rows(PIER))
    lines = onrecord("ask", "Who bought the pier at Marn?").out.splitlines()
    assert lines[0].startswith("Orrin Pell bought the pier at Marn in May 2021. [1]")
    assert "[1] Orrin Pell bought the pier at Marn in May 2021." in lines
    assert any(all(fact in line for fact in ("Pier sold", "The Post", "2021-05-04")) for line in lines)


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
    told = onrecord("ask", "And when?", "--history", where, "--json", given=history)
    assert "pier" in told.data["standalone"]
    assert "2021" in told.data["answer"]


@pytest.mark.parametrize(
    "given", ["", "not json", "{}", '"text"', '[{"role": "user"}]', '[{"role": "x", "text": "y"}]']
)
def test_a_bad_history_is_one_sentence(onrecord: Onrecord, rows: Rows, given: str) -> None:
    onrecord("add", rows(PIER))
    assert one_sentence(onrecord("ask", "And when?", "--history", "-", given=given))


@pytest.mark.parametrize("name", ["nowhere.json", ".", "bytes.json"])
def test_a_history_that_cannot_be_read_is_one_sentence(
    onrecord: Onrecord, rows: Rows, write: Write, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    write("bytes.json", b'["\xff"]')
    onrecord("add", rows(PIER))
    assert one_sentence(onrecord("ask", "And when?", "--history", name))


@pytest.mark.parametrize("question", ["C++?", "AND", '"', "U.S.", "NEAR(a b)", "title:x", "-", "*", " ", "x" * 20_000])
def test_an_odd_question_is_answered_or_one_sentence(onrecord: Onrecord, sample: Library, question: str) -> None:
    told = onrecord("ask", question, library=sample.folder)
    assert one_sentence(told) or (told.code == 0 and told.out.strip())


@pytest.mark.parametrize("command", [("ask", "Who?"), ("show", "pier")])
def test_an_empty_library_is_one_sentence(onrecord: Onrecord, command: tuple[str, ...]) -> None:
    assert one_sentence(onrecord(*command))


@pytest.mark.parametrize("command", [("list",), ("ask", "Who?"), ("doctor",), ("add", "a.txt")])
def test_a_library_that_is_a_file_is_one_sentence(onrecord: Onrecord, write: Write, command: tuple[str, ...]) -> None:
    assert one_sentence(onrecord(*command, library=Path(write("taken", "not a folder"))))


@pytest.mark.parametrize("spoiled", ["ledger.sqlite3", "vectors/chroma.sqlite3"])
def test_a_damaged_library_is_one_sentence(onrecord: Onrecord, rows: Rows, write: Write, spoiled: str) -> None:
    onrecord("add", rows(PIER))
    for path in Path(write("mine/x", "")).parent.glob("ledger.sqlite3-*"):
        path.unlink()
    write(f"mine/{spoiled}", b"no database at all " * 99)
    assert one_sentence(onrecord("ask", "Who bought the pier?"))


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
        told = onrecord(command, "--help")
        assert told.code == 0
        assert "--library" in told.out
