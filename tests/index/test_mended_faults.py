"""Faults that were met and mended, each by the input that showed it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from index.article import Article
from index.library import Library
from index.text.boilerplate import split_furniture
from index.text.chunks import split_article
from index.text.sentences import split_sentences
from rag.engine import Engine

Write = Callable[[str, str | bytes], str]
Rows = Callable[..., str]
ONRECORD = Path(sys.executable).with_name("onrecord")
MILL = {"id": "mill", "title": "Mill", "text": "The mill at Drow was built by Anton Sell in 1843."}


def cut(text: str) -> list[str]:
    return [text[sentence.start : sentence.end] for sentence in split_sentences(text)]


def run(*arguments: str | bytes, library: Path, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [ONRECORD, *arguments, "--library", library]
    strict = {**os.environ, "PYTHONIOENCODING": "utf-8:strict"}  # as in a UTF-8 terminal, whatever runs the tests
    return subprocess.run(command, input=given, capture_output=True, text=True, check=False, env=strict)


# Sentences


def test_a_numbered_list_item_is_a_unit_with_its_number() -> None:
    assert cut("1. Mend the weir\n2. Paint the pier") == ["1. Mend the weir", "2. Paint the pier"]


def test_a_long_heading_is_not_joined_to_the_paragraph_below() -> None:
    heading = "Council of Quillan agrees to mend the harbour wall before winter"
    body = "The council of Quillan met on Monday and agreed to mend the old harbour wall."
    assert cut(f"{heading}\n{body}\n{body}") == [heading, body, body]


def test_a_heading_of_a_web_page_is_a_unit(library: Library, write: Write) -> None:
    heading = "Council agrees to mend the weir before the winter"
    one = "The council of Tarn voted on Monday to mend the lower weir before the autumn."
    two = "The work will cost 40,000 crowns and will be led by the engineer Ilse Brandt."
    page = f"<html><body><article><h1>{heading}</h1><p>{one}</p><p>{two}</p></article></body></html>"
    (outcome,) = library.add_all([write("weir.html", page)])
    article = library.articles.get(str(outcome.article_id))
    assert article
    assert [article.text[s.start : s.end] for s in library.articles.sentences(article.id)] in (
        [heading, one, two],
        [one, two],
    )


def test_one_overlong_line_does_not_shorten_other_sentences() -> None:
    plain = (
        "The council of Quillan met on Monday and agreed to mend the old harbour wall" + " that the storm broke" * 15
    )
    article = Article("a", "Wall", f"{plain}.\n\n{'河水上涨学校关闭' * 60}")
    first = split_article(article)[0][0]
    assert article.text[first.start : first.end] == f"{plain}."


# Loading


@pytest.mark.parametrize("field", ["id", "title", "author", "url"])
def test_a_row_of_broken_characters_stops_nothing(library: Library, write: Write, field: str) -> None:
    bad = json.dumps({**MILL, "id": "bad", field: "broken \ud800"})
    outcomes = library.add_all([write("rows.jsonl", f"{bad}\n{json.dumps(MILL)}")])
    assert [outcome.status for outcome in outcomes] == ["skipped", "added"]


def test_a_row_nested_too_deep_stops_nothing(library: Library, write: Write) -> None:
    outcomes = library.add_all([write("rows.jsonl", f"{'[' * 100_000}\n{json.dumps(MILL)}")])
    assert [outcome.status for outcome in outcomes] == ["skipped", "added"]


def test_broken_bytes_in_one_row_leave_the_other_rows_exact(library: Library, write: Write) -> None:
    good = json.dumps({"id": "good", "title": "Café", "text": "Le café “Zoë” est fermé."}, ensure_ascii=False)
    bad = json.dumps({"id": "bad", "title": "B", "text": "The bXd row."}).encode().replace(b"X", b"\xff")
    library.add_all([write("rows.jsonl", good.encode() + b"\n" + bad)])
    article = library.articles.get("good")
    assert article
    assert article.text == "Le café “Zoë” est fermé."


def test_a_file_name_that_is_not_utf8_stops_nothing(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in (b"a\xff.txt", b"b.txt"):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text("Mill\n\nThe mill burned down.")
    statuses = [outcome.status for outcome in library.add_all([str(folder)])]
    assert len(statuses) == 2
    assert statuses[-1] == "added"


def test_a_paragraph_on_what_may_not_be_published_stays() -> None:
    text = (
        "Judge bars letters\n\nThe judge ruled that the letters of Ada Teale may not be published "
        "without the consent of her heirs.\n\nThe heirs said that all rights reserved.\n\nNo comment."
    )
    assert "without the consent of her heirs" in split_furniture(text)[0]


@pytest.mark.parametrize("source", ["x" * 300, "~nobody-of-this-name/a.txt"])
def test_an_impossible_path_is_told(library: Library, source: str) -> None:
    (outcome,) = library.add_all([source])
    assert outcome.status == "skipped"


def test_an_impossible_reference_removes_nothing(library: Library) -> None:
    assert library.remove("~nobody-of-this-name/a.txt") == []


def test_windows_1252_french_is_not_taken_for_baltic(library: Library, write: Write) -> None:
    text = (
        "Le café de la gare ferme à midi\n\nLe café de la gare de Valmy est fermé après midi, a déclaré la gérante. "
        "Les clients regrettent déjà le thé à la menthe, les crêpes et l’accueil chaleureux de l’équipe."
    )
    (outcome,) = library.add_all([write("note.txt", text.encode("cp1252"))])
    article = library.articles.get(str(outcome.article_id))
    assert article
    assert article.text == text


# Library


def test_an_article_whose_vectors_are_owed_is_answered(library: Library, rows: Rows) -> None:
    next(library.add([rows(MILL)]))
    assert library.counts()["pending"] == 1
    assert not Engine(library).ask("Who built the mill at Drow?").refused


def test_two_libraries_on_one_folder_both_see_what_another_process_adds(library: Library, rows: Rows) -> None:
    library.add_all([rows({**MILL, "id": "one"}, name="one.jsonl")])
    second = Library(library.folder)
    assert library.search_vectors("mill", 5)
    assert second.search_vectors("mill", 5)
    path = rows({"id": "heron", "title": "Heron", "text": "Forty herons nest at Lake Ossin."}, name="two.jsonl")
    assert run("add", path, library=library.folder).returncode == 0
    for opened in (library, second):
        assert "heron#0" in [chunk_id for chunk_id, _ in opened.search_vectors("herons that nest at the lake", 5)]
    second.close()


# Command line


def test_a_question_of_broken_bytes_is_answered_or_told(sample: Library) -> None:
    done = run("ask", b"Who runs the \xff ferry to Brannet?", "--json", library=sample.folder)
    assert "Traceback" not in done.stderr
    assert json.loads(done.stdout)["question"] if done.returncode == 0 else len(done.stderr.splitlines()) == 1


def test_a_history_nested_too_deep_is_told(sample: Library) -> None:
    done = run("ask", "Who?", "--history", "-", library=sample.folder, given="[" * 100_000)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)


@pytest.mark.parametrize("arguments", [("add", "x" * 300), ("add", "~no-such-user/a"), ("remove", "~no-such-user/a")])
def test_an_impossible_path_is_no_traceback(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = run(*arguments, library=tmp_path / "l")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
