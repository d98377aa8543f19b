"""What becomes of files and rows before they reach the library."""

import json
import os
from pathlib import Path

import pytest

from index.article import Article
from index.item import Item
from index.library import Library
from index.sources.load import article_of, load
from index.text.dates import iso_date
from tests.support.command_line import Rows, Write

MILL = {"id": "mill", "title": "Mill", "text": "The mill at Drow was built by Anton Sell in 1843."}
EXACT = (
    "CRLF\r\nends \r\n this.\r\n",
    "Trailing spaces   \n\n  and leading ones.  ",
    "A NUL \x00 and a bell \x07 inside.",
    "Emoji 👩‍🚒🏽 and flags 🇳🇴 stand here.",
    "Combining: cafe\u0301, n\u0303; both kept apart from café.",
    "Line separators \u2028 and \u2029 and \x85 stay.",
)


def only(path: str) -> Article:
    (found,) = load(path)
    assert not found.reason, found.reason
    return article_of(found)


def reason(found: Item) -> str:
    assert found.reason
    return found.reason


def test_row_text_is_kept_to_the_byte(library: Library, rows: Rows) -> None:
    library.add_all([rows(*({"id": str(n), "title": "T", "text": text} for n, text in enumerate(EXACT)))])
    for number, text in enumerate(EXACT):
        article = library.articles.get(str(number))
        assert article
        assert article.text.encode() == text.encode()


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_rows_end_with_any_line_end_and_blank_lines_are_no_rows(write: Write, line_end: str) -> None:
    given = [json.dumps({"id": name, "text": f"The pier {name} is open."}) for name in "ab"]
    found = list(load(write("rows.jsonl", line_end.join([given[0], "", given[1], ""]))))
    assert [(entry.id, entry.row) for entry in found if not entry.reason] == [("a", 1), ("b", 3)]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ('{"id": "x", "title": "No text"}', "text"),
        ('{"id": "x", "text": null}', "text"),
        ('{"id": "x", "text": " \\n "}', "text"),
        ('{"id": "x", "text": ["a"]}', "text"),
        ('{"id": "x", "text": "cut', "JSON"),
        ("[1, 2]", "JSON object"),
        ('{"id": "first", "text": "Again."}', "first"),
    ],
)
def test_a_bad_row_is_told_and_the_others_come_in(write: Write, row: str, told: str) -> None:
    good = [json.dumps({"id": name, "text": "The pier is open."}) for name in ("first", "last")]
    found = list(load(write("rows.jsonl", "\n".join([good[0], row, good[1]]))))
    assert [entry.id for entry in found if not entry.reason] == ["first", "last"]
    assert told in reason(found[1])
    assert found[1].row == 2


@pytest.mark.parametrize("field", ["id", "title", "author", "url"])
def test_a_row_of_broken_characters_stops_nothing(library: Library, write: Write, field: str) -> None:
    bad = json.dumps({**MILL, "id": "bad", "text": "The weir of Tarn was mended in June.", field: "broken \ud800"})
    outcomes = library.add_all([write("rows.jsonl", f"{bad}\n{json.dumps(MILL)}")])
    assert [outcome.status for outcome in outcomes] == ["added", "added"]
    assert outcomes[0].warnings


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


def test_a_row_without_id_or_title_gets_both(rows: Rows) -> None:
    path = rows({"text": "The pier at Marn is open.\nIt closes in May."})
    first, again = only(path), only(path)
    assert first.title == "The pier at Marn is open."
    assert first.id == again.id


def test_a_number_is_an_id_too(rows: Rows) -> None:
    assert only(rows({"id": 7, "text": "The pier is open."})).id == "7"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b" \n\t\n", "empty"),
        ("a.txt", b"\xef\xbb\xbf", "no text"),
        ("a.txt", b"\x7fELF\x02\x01\x01\x00" * 40, "binary"),
        ("a.md", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "binary"),
        ("a.html", b"<html><body></body></html>", "no article text"),
        ("a.docx", b"PK\x03\x04 and no more", "damaged"),
        ("a.exe", b"MZ\x90\x00\x03" * 40, "binary"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_words(write: Write, name: str, content: bytes, told: str) -> None:
    (found,) = load(write(name, content))
    assert told in reason(found)
    assert "\n" not in reason(found)


def test_a_path_that_is_not_there_is_told(tmp_path: Path) -> None:
    (found,) = load(str(tmp_path / "nowhere.txt"))
    assert "no such file" in reason(found)


@pytest.mark.parametrize("source", ["x" * 300, "~nobody-of-this-name/a.txt"])
def test_an_impossible_path_is_told(library: Library, source: str) -> None:
    (outcome,) = library.add_all([source])
    assert outcome.status == "skipped"


def test_a_folder_named_like_a_file_is_a_folder(write: Write, tmp_path: Path) -> None:
    write("x.txt/inner.txt", "Pier\n\nThe pier is open.")
    assert [item.title for item in load(str(tmp_path / "x.txt")) if not item.reason] == ["Pier"]


def test_a_folder_without_files_is_told(tmp_path: Path) -> None:
    (found,) = load(str(tmp_path))
    assert "no files" in reason(found)


def test_a_file_name_that_is_not_utf8_stops_nothing(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in (b"a\xff.txt", b"b.txt"):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text("Mill\n\nThe mill burned down.")
    statuses = [outcome.status for outcome in library.add_all([str(folder)])]
    assert len(statuses) == 2
    assert statuses[-1] == "added"


def test_hidden_files_are_left_alone(write: Write, tmp_path: Path) -> None:
    write("in/.git/note.txt", "Hidden")
    write("in/.note.txt", "Hidden")
    write("in/deep/note.txt", "Shown")
    assert [item.title for item in load(str(tmp_path / "in")) if not item.reason] == ["Shown"]


def test_a_file_is_its_absolute_path(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("a/note.txt", "Pier\n\nThe pier is open.")
    other = write("b/note.txt", "Weir\n\nThe weir is shut.")
    monkeypatch.chdir(tmp_path / "a")
    assert only("note.txt").id == only(path).id == only(path).id
    assert only(path).id != only(other).id
    assert only("note.txt").origin == path


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le-bom", "cp1252"])
def test_other_encodings_are_read_right(write: Write, encoding: str) -> None:
    text = "Pier café shuts\n\n“We will not sell the café,” said Zoë Pell on Monday – the pier’s owner since 1998."
    content = b"\xff\xfe" + text.encode("utf-16-le") if encoding.endswith("bom") else text.encode(encoding)
    article = only(write("note.txt", content))
    assert (article.title, article.text) == ("Pier café shuts", text)


def test_windows_1252_french_is_not_taken_for_baltic(library: Library, write: Write) -> None:
    text = (
        "Le café de la gare ferme à midi\n\nLe café de la gare de Valmy est fermé après midi, a déclaré la gérante. "
        "Les clients regrettent déjà le thé à la menthe, les crêpes et l’accueil chaleureux de l’équipe."
    )
    (outcome,) = library.add_all([write("note.txt", text.encode("cp1252"))])
    article = library.articles.get(str(outcome.article_id))
    assert article
    assert article.text == text


def test_the_first_line_is_the_title_and_stays(write: Write) -> None:
    article = only(write("note.txt", "\n\n  The pier reopens \r\n\r\nThe pier at Marn is open.\r\n"))
    assert article.title == "The pier reopens"
    assert article.text.split("\n") == ["The pier reopens ", "", "The pier at Marn is open."]


def test_markdown_front_matter_gives_the_facts(write: Write) -> None:
    front = "---\ntitle: The pier\nauthor: [Ana Pell, Tom Rusk]\ndate: 2024-03-03\nsource: The Post\n---\n"
    article = only(write("note.md", f"{front}# Pier\n\nThe pier is open."))
    assert (article.title, article.author, article.published) == ("The pier", "Ana Pell, Tom Rusk", "2024-03-03")
    assert article.text == "# Pier\n\nThe pier is open."


def test_front_matter_that_is_no_yaml_is_text(write: Write) -> None:
    article = only(write("note.md", "---\na: [b\n---\nThe pier is open."))
    assert "The pier is open." in article.text


def test_a_page_gives_its_title_author_date_and_source(write: Write) -> None:
    head = (
        '<meta property="og:title" content="Pier reopens"><meta name="author" content="Ana Pell">'
        '<meta property="article:published_time" content="2024-03-03T08:00:00Z">'
        '<meta property="og:site_name" content="The Marn Post">'
    )
    body = "<p>The pier at Marn is open again after two years of work.</p>"
    article = only(write("p.html", f"<html><head>{head}</head><body><article>{body}</article></body></html>"))
    assert (article.title, article.author, article.source) == ("Pier reopens", "Ana Pell", "The Marn Post")
    assert str(article.published).startswith("2024-03-03")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("2024-03-03", "2024-03-03"),
        ("2024", "2024"),
        ("2024-03", "2024-03"),
        ("2024-03-03T10:00:00Z", "2024-03-03T10:00:00+00:00"),
        ("Sun, 03 Mar 2024 09:15:00 +0000", "2024-03-03T09:15:00+00:00"),
        ("3 March 2024", "2024-03-03"),
        ("yesterday", None),
        ("March", None),
        ("2024-13-45", None),
        ("", None),
        (None, None),
    ],
)
def test_dates_are_iso_or_unknown(given: object, told: str | None) -> None:
    assert iso_date(given) == told


def test_odd_fields_lose_no_article_and_both_authors_are_kept(library: Library, rows: Rows) -> None:
    bodies = [f"The {thing} of Drow was mended in May." for thing in ("mill", "pier", "weir", "well")]
    extra: list[dict[str, object]] = [
        {"author": None},
        {"author": ["Ana Pell", "Tom Rusk"]},
        {"tags": []},
        {"summary": "token " * 1800},
    ]
    given = [{"id": str(n), "title": "T", "text": bodies[n], **extra[n]} for n in range(4)]
    assert [outcome.status for outcome in library.add_all([rows(*given)])] == ["added"] * 4
    kept = [library.articles.get(str(n)) for n in range(4)]
    assert [article.text for article in kept if article] == bodies
    assert [article.author for article in kept if article] == [None, "Ana Pell, Tom Rusk", None, None]
    assert library.counts()["vectors"] == library.counts()["chunks"] == 4
