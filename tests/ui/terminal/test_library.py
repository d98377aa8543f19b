"""The commands that fill, show and maintain the library."""

from pathlib import Path

import pytest

from tests.support.command_line import PIER, Onrecord, Rows, Write


def test_the_exit_code_of_add_says_what_was_added(onrecord: Onrecord, write: Write, tmp_path: Path) -> None:
    good, bad = write("mill.txt", "Mill\n\nThe mill burned down."), str(tmp_path / "nowhere.txt")
    assert [onrecord("add", *sources).code for sources in ((good,), (good, bad), (bad,))] == [0, 1, 2]


@pytest.mark.parametrize("arguments", [("add", "x" * 300), ("add", "~no-such-user/a"), ("remove", "~no-such-user/a")])
def test_an_impossible_path_is_no_traceback(onrecord: Onrecord, arguments: tuple[str, str]) -> None:
    result = onrecord(*arguments)
    assert result.code == 2
    assert "Traceback" not in result.err


def test_adding_again_changes_nothing(onrecord: Onrecord, rows: Rows, write: Write) -> None:
    sources = (rows(PIER), write("a.txt", "Weir\n\nThe weir is shut."))
    assert "Total: 2 added." in onrecord("add", *sources).out
    again = onrecord("add", *sources)
    assert (again.code, again.out.splitlines()[-1]) == (0, "Total: 2 unchanged.")


def test_a_line_a_source_and_then_the_total(onrecord: Onrecord, write: Write, tmp_path: Path) -> None:
    good, changed, gone = write("a.txt", "Weir\n\nShut."), write("b.txt", "Pier\n\nOpen."), str(tmp_path / "c.txt")
    onrecord("add", changed)
    write("b.txt", "Pier\n\nShut.")
    result = onrecord("add", good, changed, gone)
    assert [line.split(":")[0] for line in result.out.splitlines()] == ["added", "updated", "skipped", "Total"]
    assert result.out.splitlines()[-1] == "Total: 1 added, 1 updated, 1 skipped."
    assert result.code == 1


def test_an_owned_id_names_its_owner_and_the_way_out(onrecord: Onrecord, rows: Rows) -> None:
    first, second = rows(PIER, name="one.jsonl"), rows({**PIER, "title": "New"}, name="two.jsonl")
    onrecord("add", first)
    result = onrecord("add", second)
    assert result.code == 2
    assert first in result.out
    assert "--replace" in result.out
    assert "updated" in onrecord("add", "--replace", second).out


def test_control_characters_do_not_reach_the_terminal(onrecord: Onrecord, rows: Rows) -> None:
    onrecord("add", rows({**PIER, "title": "Pier \x1b[31m sold", "text": "The \x1b]0;x\x07 pier is open."}))
    for result in (onrecord("list"), onrecord("show", "pier"), onrecord("ask", "Is the pier open?")):
        assert "\x1b" not in result.out
    assert "\x1b" in onrecord("show", "pier", "--json").data["text"]


def test_list_and_show_give_exactly_the_facts(onrecord: Onrecord, rows: Rows) -> None:
    onrecord("add", rows(PIER))
    (listed,) = onrecord("list", "--json").data
    told = {"story": None, "encoding": "utf-8"}
    assert listed == {key: PIER[key] for key in ("id", "title", "source", "published", "url")} | told
    shown = onrecord("show", "pier", "--json").data
    result = {"updated": None, "language": "en", "removed": [], "addresses": [], "encoding": "utf-8"}
    assert shown == {**PIER, **result, "found_in": shown["found_in"]}
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
    result = onrecord("remove", "nothing", "pier")
    assert (result.code, result.out) == (1, "removed: pier\n")
    assert "nothing" in result.err
    assert onrecord("remove", "nothing").code == 2
