"""The source pane in a real browser: marks, steps between citations, the original page, the same story elsewhere."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from index.library import Library
from tests.support.browser import PHONE, Screen, chromium, serving

QUESTION, STORY = "When was the Tarn bridge opened?", "Who closed the pier at Osk?"
WEATHER = "\n\n".join(f"Paragraph {number} is about the weather and the tide tables." for number in range(1, 25))
MAYOR, OPENED = "The mayor of Tarn, Marla Quist, came by boat.", "Quist opened the Tarn bridge on 3 May 2021."
WIRE = (
    "The pier at Osk was closed by the harbour master, Karel Dun, in June 2022 after a storm had torn away its last "
    "forty metres. The council will mend it with stone from the old mole, and expects to pay nine million crowns. "
    "Anglers have asked for a gate of their own, and a bench."
)
ROWS = (
    {
        "id": "bridge",
        "title": "Bridge over the Tarn opens",
        "text": f"The Tarn bridge\n\n{WEATHER}\n\n{MAYOR} {OPENED} It rained all day.\n\n{WEATHER}",
        "url": "https://courier.example/bridge?a=1#news",
        "source": "The Courier",
        "author": "Ada Voss",
        "published": "2021-05-04",
        "updated": "2021-05-06",
    },
    {"id": "wire:1", "title": "Dun closes pier", "text": WIRE, "source": "The Herald", "published": "2022-06-04"},
    {"id": "wire:2", "title": "Osk pier shut", "text": f"{WIRE} (Wire)", "source": "Marl Post"},
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("pane")
    rows = folder / "rows.jsonl"
    rows.write_text("\n".join(json.dumps(row) for row in ROWS))
    library = Library(folder / "library")
    library.add_all([str(rows)])
    library.close()
    with serving(folder / "library") as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def asked(browser: Browser, address: str) -> Iterator[Screen]:
    """A window with two answers, shared by the tests that only open their citations."""
    screen = Screen(browser, address)
    screen.ask(QUESTION)
    screen.ask(STORY)
    yield screen
    screen.close()


def open_citation(screen: Screen, sentence: str) -> None:
    """Open a citation from the list under its answer."""
    screen.page.locator("#chat .sources li", has_text=sentence).locator("button.cite").click()
    expect(screen.mark).to_have_text(sentence)


def test_the_head_tells_title_source_author_and_both_dates(asked: Screen) -> None:
    open_citation(asked, OPENED)
    expect(asked.pane.locator("h2")).to_have_text("Bridge over the Tarn opens")
    for part in ("by Ada Voss", "The Courier · 2021-05-04", "updated 2021-05-06"):
        expect(asked.pane.locator(".known")).to_contain_text(part)
    asked.settle()
    asked.save("desktop-source")


def test_the_link_opens_the_original_page_at_the_cited_sentence(asked: Screen) -> None:
    open_citation(asked, OPENED)
    link = asked.pane.get_by_role("link", name="Open the original page at this sentence")
    words = "Quist%20opened%20the%20Tarn%20bridge%20on%203%20May%202021."
    expect(link).to_have_attribute("href", f"https://courier.example/bridge?a=1#news:~:text={words}")
    expect(link).to_have_attribute("rel", "noopener noreferrer")


def test_all_sentences_that_the_answer_cites_are_marked_and_the_opened_one_stronger(asked: Screen) -> None:
    open_citation(asked, OPENED)
    marks = asked.pane.locator("mark")
    expect(marks).to_have_text([MAYOR, OPENED])
    quiet, strong = (each.evaluate("e => getComputedStyle(e).backgroundColor") for each in marks.all())
    assert quiet != strong


def test_the_searched_passage_is_marked_quietly_around_the_sentence(asked: Screen) -> None:
    open_citation(asked, OPENED)
    passage = asked.pane.locator(".passage")
    expect(passage.filter(has_text="It rained all day.")).to_be_visible()
    assert 0 < passage.count() < asked.pane.locator(".article-text p").count()
    colours = {each.evaluate("e => getComputedStyle(e).backgroundColor") for each in (asked.mark, passage.first)}
    assert len(colours) == 2


def test_next_and_previous_go_through_the_citations_of_the_answer_by_keyboard(asked: Screen) -> None:
    open_citation(asked, OPENED)
    steps = asked.pane.get_by_role("navigation", name="Citations of this answer")
    before, after = (steps.get_by_role("button", name=name) for name in ("Previous", "Next"))
    expect(steps).to_contain_text("Citation 1 of 2")
    expect(before).to_be_disabled()
    after.press("Enter")
    expect(asked.mark).to_have_text(MAYOR)
    expect(steps).to_contain_text("Citation 2 of 2")
    asked.wait_until_mark_is_seen()
    expect(after).to_be_disabled()
    expect(before).to_be_focused()
    asked.page.keyboard.press("Enter")
    expect(asked.mark).to_have_text(OPENED)
    expect(after).to_be_focused()


def test_the_same_story_is_listed_below_and_opens_there(asked: Screen) -> None:
    open_citation(asked, WIRE.partition(" The council")[0])
    expect(asked.pane.locator(".steps")).to_have_count(0)
    first, story = asked.pane.locator("h2").inner_text(), asked.pane.locator(".same-story")
    expect(story).to_contain_text("The same story elsewhere")
    other = story.get_by_role("button")
    expect(other).to_have_count(1)
    asked.save("desktop-same-story")
    name = other.inner_text()
    other.click()
    expect(asked.pane.locator("h2")).to_have_text(name)
    expect(asked.pane.locator(".same-story button")).to_have_text(first)
    expect(asked.pane.locator("mark, .steps, a")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_phone_the_pane_is_a_sheet_that_takes_the_focus_and_gives_it_back(
    browser: Browser, address: str, theme: str
) -> None:
    screen = Screen(browser, address, PHONE, theme)
    screen.ask(QUESTION)
    button = screen.page.locator(".statement button.cite").first
    button.press("Enter")
    screen.wait_until_mark_is_seen()
    expect(screen.pane).to_be_focused()
    assert not screen.is_too_wide()
    screen.settle()
    screen.save(f"phone-{theme}-sheet")
    screen.page.keyboard.press("Escape")
    expect(screen.pane).to_be_hidden()
    expect(button).to_be_focused()
    screen.close()
