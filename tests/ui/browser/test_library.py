"""The Library tab in a real browser: from no articles, by uploads, to answers and back."""

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from index.library import Library
from tests.index.sources.test_fetch import Site, page
from tests.support.browser import PHONE, Screen, chromium, serving

MILL = "The mill at Drow\n\nThe mill at Drow was built by Anton Sell in 1843.\n"
ROWS = (
    '{"id": "row-1", "title": "Otters return", "text": "Otters returned to the river Marn in March 2022."}\n'
    '{"id": "row-2", "title": "No text here"}\n'
)
SHELF = (
    {"id": "a", "title": "Apples", "source": "The Herald", "published": "2021-05-04", "author": "Ada Voss"},
    {"id": "b", "title": "Birds", "source": "The Courier", "published": "2023-01-09", "language": "de"},
    {"id": "c", "title": "Coal", "source": "The Herald", "published": "2019-02"},
    {"id": "d", "title": "Dew", "source": None},
)
UNDATED = (
    "<rss version='2.0'><channel><title>Marl Post</title><item><title>Eels</title><pubDate>soon</pubDate>"
    "<description>Eels came back to the river in spring, and the last trap was taken out.</description>"
    "</item></channel></rss>"
)
FEED = (
    "<rss version='2.0'><channel><title>Tarn Post</title>"
    "<item><title>Weir</title><link>{0}/weir</link><description>The weir was …</description></item>"
    "<item><title>Pier</title><link>{0}/gone</link><description>The pier was …</description></item></channel></rss>"
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
    expect(screen.page.locator("#counts")).to_contain_text("1 article ·")
    assert not list(folder.glob("uploads/*/mill.txt"))
    screen.open_tab("Chat")
    expect(screen.ask("Who built the mill at Drow?")).to_have_class("answer refusal")


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


@pytest.fixture(scope="module")
def shelf(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    """A window on the Library tab over four articles of this and that."""
    folder = tmp_path_factory.mktemp("shelf")
    rows = [{**row, "text": f"The text on {row['title']} is short and in no other article."} for row in SHELF]
    (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, [*rows, {"id": "e", "title": "No text"}])))
    (folder / "undated.rss").write_text(UNDATED)
    library = Library(folder / "library")
    library.add_all([str(folder / "rows.jsonl"), str(folder / "undated.rss")])
    library.close()
    with serving(folder / "library") as address:
        screen = Screen(browser, address)
        screen.open_tab("Library")
        screen.page.get_by_role("button", name="Filter").click()
        expect(screen.titles).to_have_count(5)
        yield screen
        screen.close()


def choose(screen: Screen, where: str, name: str) -> None:
    screen.page.locator(f"{where} input").click()
    screen.page.get_by_role("option", name=name).click()


def field(screen: Screen, where: str) -> Locator:
    return screen.page.locator(f"{where} :is(input, textarea)")


def test_the_list_is_sorted_as_wished(shelf: Screen) -> None:
    for name, titles in {
        "Newest first": ["Birds", "Apples", "Coal", "Dew", "Eels"],
        "Oldest first": ["Coal", "Apples", "Birds", "Dew", "Eels"],
        "Source": ["Eels", "Birds", "Apples", "Coal", "Dew"],
        "Title": ["Apples", "Birds", "Coal", "Dew", "Eels"],
    }.items():
        choose(shelf, "#sort", name)
        expect(shelf.titles).to_have_text(titles)


def test_the_list_is_narrowed_by_source_language_date_and_words(shelf: Screen) -> None:
    choose(shelf, "#of-source", "The Herald (2)")
    expect(shelf.titles).to_have_text(["Apples", "Coal"])
    expect(shelf.page.locator("#counts")).to_contain_text("2 of 5 articles")
    field(shelf, "#since").fill("2020")
    expect(shelf.titles).to_have_text(["Apples"])
    shelf.save("desktop-library-filters")
    choose(shelf, "#of-source", "All")
    expect(shelf.titles).to_have_text(["Apples", "Birds"])
    choose(shelf, "#of-language", "de (1)")
    expect(shelf.titles).to_have_text(["Birds"])
    choose(shelf, "#of-language", "All")
    field(shelf, "#until").fill("soon")
    expect(shelf.page.locator("#articles")).to_contain_text("The date “soon” is not valid")
    field(shelf, "#since").fill("")
    field(shelf, "#until").fill("")
    field(shelf, "#find-article").fill("ada voss")
    expect(shelf.titles).to_have_text(["Apples"])
    field(shelf, "#find-article").fill("")
    expect(shelf.titles).to_have_count(5)


def test_only_the_articles_with_problems_are_listed_and_each_says_which(shelf: Screen) -> None:
    shelf.page.get_by_label("Only articles with problems").check()
    expect(shelf.titles).to_have_text(["Eels"])
    expect(shelf.page.locator("#articles .problem-note")).to_contain_text("soon")
    shelf.page.get_by_label("Only articles with problems").uncheck()
    shelf.page.get_by_text("sources with problems").click()
    expect(shelf.page.locator("#problems")).to_contain_text("rows.jsonl line 5 skipped")


def test_addresses_are_fetched_with_reasons_and_refreshed(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site()
    threading.Thread(target=site.server.serve_forever, daemon=True).start()
    weir = site.put("/weir", page("Weir", "The weir of Tarn was mended by Ilse Brandt in June."))
    feed = site.put("/feed", FEED.format(site.address), "application/rss+xml")
    screen.open_tab("Library")
    lines = screen.page.locator("#outcomes .receipt")

    field(screen, "#addresses").fill(f"{weir} /etc/passwd")
    field(screen, "#addresses").press("Enter")
    expect(lines).to_have_count(2)
    expect(lines.nth(0)).to_contain_text("skipped")
    expect(lines.nth(0)).to_contain_text("an address in a private network")
    expect(lines.nth(1)).to_contain_text("not a web address")
    assert not site.asked

    monkeypatch.setattr("index.sources.http.is_public", lambda address: True)
    screen.page.get_by_label("For feeds, fetch the full pages").check()
    field(screen, "#addresses").fill(feed)
    field(screen, "#addresses").press("Enter")
    expect(lines).to_have_text([re.compile(r"/feed\s+1 added, 1 skipped.*gone", re.DOTALL)])
    expect(screen.titles).to_have_text(["Weir"])
    screen.save("desktop-library-feed")

    site.put("/weir", page("Weir", "The weir of Tarn was torn down by Ilse Brandt in July."))
    screen.page.get_by_role("button", name="Refresh all web articles").click()
    expect(screen.page.locator("#outcomes")).to_contain_text("updated Weir")
    screen.titles.first.click()
    expect(screen.pane).to_contain_text("was torn down")

    site.put("/weir", page("Weir", "The weir of Tarn was built up by Ilse Brandt in August."))
    screen.page.get_by_role("button", name="Refresh Weir").click()
    expect(lines).to_have_text([re.compile("updated Weir")])
    screen.titles.first.click()
    expect(screen.pane).to_contain_text("was built up")
    site.server.shutdown()
    site.server.server_close()


def test_on_a_phone_the_tab_is_one_column(browser: Browser, folder: Path) -> None:
    with serving(folder) as address:
        screen = Screen(browser, address, PHONE, "dark")
        screen.open_tab("Library")
        screen.upload(("mill.txt", MILL))
        expect(screen.titles).to_have_count(1)
        assert not screen.is_too_wide()
        screen.save("phone-dark-library-tab")
        screen.close()
