"""Twelve hostile articles and file names are shown literally; nothing runs and the layout stays."""

import json
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, expect

from index.library import Library
from tests.support.browser import PHONE, Screen, chromium, serving

RUN = "window.ran = true"


class Hostile(NamedTuple):
    """One article: what it is about, and what hostile it says."""

    town: str
    evil: str


ARTICLES = (
    Hostile("Abrin", f"<script>{RUN}</script>"),
    Hostile("Bodel", "<style>body, gradio-app { display: none !important }</style>"),
    Hostile("Corvan", f'<svg onload="{RUN}"><circle r="9"/></svg>'),
    Hostile("Dresk", f'<img src="x" onerror="{RUN}"> <b onmouseover="{RUN}">bold</b>'),
    Hostile("Eltham", "[a link](https://far.example/) ![a picture](https://far.example/x.png) **stars**"),
    Hostile("Fennick", "from $4 to $9, and $$x^2$$ or \\(y\\)"),
    Hostile("Gorlay", "<name withheld> & <iframe src='https://far.example/'></iframe>"),
    Hostile("Hasp", "\u202egnorw eht si siht\u202c and \u2066more\u2069"),
    Hostile("Ivern", "x" * 10_000),
    Hostile("Jorun", "a null\x00byte and an escape\x1b[31m"),
    Hostile("Kestle", f"javascript:{RUN} [1] [2][99] [9"),
    Hostile("Lomar", "{{ 7 * 7 }} {% raw %} ${7*7} #{x} {question}"),
)
NAMES = (
    f"<img src=x onerror='{RUN}'>.txt",
    "$4 to $9 [a](javascript:x) **b**.txt",
    "\u202etxt.exe and {{ 7 * 7 }}.txt",
    f"{'w' * 240}.txt",
)
# what only hostile text could have put into these places
FOREIGN = ":is(.answer, .asked, #source-pane article, #articles table, .receipts, #problems) " + (
    ":is(script, style, svg, img, iframe, .katex, circle, b, a[href*='far.example'], a[href^='javascript'])"
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("hostile")
    rows = [
        {
            "id": f"{each.town} <b>",
            "title": f"{each.town}: {each.evil}",
            "text": f"The mayor of {each.town} paid Marla Quist and wrote {each.evil} on the wall.",
            "source": f"Post {each.evil}",
            "author": each.evil,
            "url": f"javascript:{RUN}",
        }
        for each in ARTICLES
    ]
    (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    library = Library(folder / "library")
    assert [outcome.status for outcome in library.add_all([str(folder / "rows.jsonl")])] == ["added"] * 12
    library.close()
    with serving(folder / "library") as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def screen(browser: Browser, address: str) -> Iterator[Screen]:
    screen = Screen(browser, address)
    yield screen
    screen.close()


def assert_harmless(screen: Screen) -> None:
    expect(screen.page.locator(FOREIGN)).to_have_count(0)
    assert screen.page.evaluate("window.ran === undefined")
    assert not screen.is_too_wide()
    for part in ("#chat", "#source-pane", "#library"):
        inner = screen.page.locator(part)
        assert not inner.count() or inner.evaluate("e => e.scrollWidth <= e.clientWidth + 1"), part


def shown(text: str) -> str:
    """Return a text as a page shows it: what no browser can show is a replacement character."""
    return text.replace("\x00", "\ufffd").replace("\x1b", "\ufffd")


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.town)
def test_it_is_literal_in_question_answer_and_source_pane(screen: Screen, article: Hostile) -> None:
    question = f"Who was paid by the mayor of {article.town} ({article.evil[:60]})?"
    reply = screen.ask(question)
    asked = screen.page.locator("#chat .asked").last
    assert asked.evaluate("e => e.textContent") == shown(question)
    assert shown(article.evil) in reply.evaluate("e => e.textContent")
    reply.locator("button.cite").first.click()
    pane = screen.pane.locator("article")
    expect(pane.locator("h2")).to_contain_text(article.town)
    assert pane.evaluate("e => e.textContent").count(shown(article.evil)) >= 4  # title, source, author, text
    assert_harmless(screen)


def test_it_is_literal_in_the_library_tab_and_its_lists(screen: Screen) -> None:
    screen.open_tab("Library")
    expect(screen.titles).to_have_count(len(ARTICLES))
    table = screen.page.locator("#articles table").evaluate("e => e.textContent")
    for article in ARTICLES:
        assert shown(f"{article.town}: {article.evil}")[:200] in table
    screen.page.get_by_role("button", name="Filter").click()
    screen.page.locator("#of-source input").click()
    expect(screen.page.get_by_role("option")).to_have_count(len(ARTICLES) + 1)
    expect(screen.page.locator(":is(#shelf-filters, [role=listbox]) :is(img, script, circle)")).to_have_count(0)
    screen.page.keyboard.press("Escape")
    assert_harmless(screen)
    screen.save("desktop-hostile-library")


def test_file_names_are_literal(screen: Screen) -> None:
    screen.open_tab("Library")
    files = [(name, f"Note {number}\n\nA note about rye, number {number}.") for number, name in enumerate(NAMES)]
    lines = screen.upload(*files)
    for number, name in enumerate(NAMES):
        assert name in lines.nth(number).evaluate("e => e.textContent")
    assert_harmless(screen)


def test_a_phone_is_not_widened_either(browser: Browser, address: str) -> None:
    screen = Screen(browser, address, PHONE)
    for town in ("Ivern", "Dresk"):
        screen.ask(f"Who was paid by the mayor of {town}?").locator("button.cite").first.click()
        expect(screen.pane.locator("h2")).to_contain_text(town)
        screen.settle()
        assert_harmless(screen)
        screen.save(f"phone-hostile-{town.lower()}")
        screen.page.get_by_role("button", name="Close").click()
    screen.open_tab("Library")
    expect(screen.titles.first).to_be_visible()
    assert_harmless(screen)
    screen.close()
