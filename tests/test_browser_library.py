"""The Library tab in a real browser: from no articles, by uploads, to answers and back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Screen, chromium, serving
from playwright.sync_api import Browser, expect

MILL = "The mill at Drow\n\nThe mill at Drow was built by Anton Sell in 1843.\n"
ROWS = (
    '{"id": "row-1", "title": "Otters return", "text": "Otters returned to the river Marn in March 2022."}\n'
    '{"id": "row-2", "title": "No text here"}\n'
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def screen(browser: Browser, folder: Path) -> Iterator[Screen]:
    """A window on a library that holds nothing yet."""
    with serving(folder) as address:
        screen = Screen(browser, address)
        yield screen
        screen.close()


def test_an_empty_library_says_so_and_how_to_add(screen: Screen) -> None:
    expect(screen.page.locator("#chat")).to_contain_text("No articles yet")
    expect(screen.page.locator("#chat")).to_contain_text("Library tab")
    reply = screen.ask("Who built the mill?")
    expect(reply).to_contain_text("no articles")
    expect(reply.locator("button")).to_have_count(0)


def test_an_uploaded_file_answers_and_can_be_removed(screen: Screen, folder: Path) -> None:
    screen.open_tab("Library")
    lines = screen.upload(("mill.txt", MILL), ("rows.jsonl", ROWS), ("picture.png", b"\x89PNG\r\n\x1a\n\x00\x00"))
    expect(lines.nth(0)).to_contain_text("mill.txt added The mill at Drow")
    expect(lines.nth(1)).to_contain_text("rows.jsonl 1 added, 1 skipped")
    expect(lines.nth(2)).to_contain_text("picture.png skipped")
    expect(lines.nth(1)).to_contain_text("line 2: it has no")
    assert lines.nth(1).locator("li").count() == lines.nth(2).locator("li").count() == 1
    assert str(folder) not in screen.page.locator("#outcomes").inner_text()
    expect(screen.page.locator("#counts")).to_contain_text("2 articles")
    screen.save("desktop-library")

    screen.open_tab("Chat")
    expect(screen.page.locator("#chat")).not_to_contain_text("No articles yet")
    reply = screen.ask("Who built the mill at Drow?")
    expect(reply).to_contain_text("Anton Sell")
    reply.locator("button.cite").first.click()
    expect(screen.mark).to_contain_text("Anton Sell")

    screen.open_tab("Library")
    screen.remove("The mill at Drow")
    expect(screen.page.locator("#counts")).to_contain_text("1 articles")
    assert not list(folder.glob("uploads/*/mill.txt"))
    screen.open_tab("Chat")
    expect(screen.ask("Who built the mill at Drow?")).to_contain_text("No answer in these articles")


def test_two_files_of_one_name_are_two_articles(screen: Screen) -> None:
    screen.open_tab("Library")
    first, second = "First\n\nThe first note is about rye.", "Second\n\nThe second note is about oats."
    screen.upload(("note.txt", first))
    expect(screen.titles).to_have_text(["First"])
    screen.upload(("note.txt", second))
    expect(screen.titles).to_have_text(["First", "Second"])
    expect(screen.upload(("note.txt", first)).first).to_contain_text("note.txt unchanged")


def test_hostile_file_names_are_text(screen: Screen, folder: Path) -> None:
    screen.open_tab("Library")
    name = "<img src=x onerror='window.ran = true'> $4 to $9 ..%2f.txt"
    lines = screen.upload((name, MILL))
    expect(lines.first).to_contain_text(f"{name} added")
    expect(screen.page.locator("#library img")).to_have_count(0)
    assert screen.page.evaluate("window.ran === undefined")
    assert len(list(folder.glob("uploads/*/*"))) == 1


def test_articles_are_found_by_title_and_opened_from_the_table(screen: Screen) -> None:
    screen.open_tab("Library")
    screen.upload(("mill.txt", MILL), ("rows.jsonl", ROWS))
    screen.page.locator("#find-article :is(input, textarea)").fill("otter")
    expect(screen.titles).to_have_text(["Otters return"])
    screen.titles.first.click()
    expect(screen.pane.locator("h2")).to_have_text("Otters return")
    expect(screen.mark).to_have_count(0)
