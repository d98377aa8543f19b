"""Ask, open a citation, be refused: the chat and the source pane in a real browser."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from index.library import Library
from tests.support.browser import PHONE, Screen, chromium, serving

FILLER = "\n\n".join(
    f"Paragraph {number} of the report is about the weather, the tide tables and the state of the road."
    for number in range(1, 31)
)
BRIDGE = {
    "id": "bridge",
    "title": "Bridge over the Tarn opens",
    "text": f"The Tarn bridge\n\n{FILLER}\n\nMarla Quist opened the Tarn bridge on 3 May 2021.\n\n{FILLER}",
    "url": "https://courier.example/bridge",
    "source": "The Courier",
    "published": "2021-05-04",
}
LIBRARY = {
    "id": "fire",
    "title": "Osk library burns down",
    "text": "A fire destroyed the Osk library on 14 November 2019.\n\nNobody was hurt in the fire.",
    "url": "javascript:alert(1)",
    "source": "The Herald",
    "published": "2019-11-15",
}
HOSTILE_LINES = (
    "The price of tin in Marl rose from $4 to $9 in one week, the traders said.",
    "The buyer of the tin, <name withheld>, paid in cash.",
    "<style>body { display: none }</style> stood in the notice about the tin.",
    '<img src="x" onerror="window.ran = true"> stood below it.',
    "<script>window.ran = true</script> was last, with [a link](https://far.example/) and **stars**.",
)
HOSTILE = {
    "id": "tin <b>",
    "title": "Tin in Marl: <b>$4</b> to $9 & <img src=x onerror='window.ran = true'>",
    "text": "\n\n".join(HOSTILE_LINES),
    "source": "<svg onload='window.ran = true'>",
    "published": None,
}
SAMPLE_QUESTIONS = ("Who opened the Tarn bridge?", "What destroyed the Osk library?")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page over three articles."""
    folder = tmp_path_factory.mktemp("browser")
    rows = folder / "articles.jsonl"
    rows.write_text("\n".join(json.dumps(row) for row in (BRIDGE, LIBRARY, HOSTILE)))
    fill(folder / "library", rows)
    with serving(folder / "library", *SAMPLE_QUESTIONS) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def screen(browser: Browser, address: str) -> Iterator[Screen]:
    screen = Screen(browser, address)
    yield screen
    screen.close()


def fill(folder: Path, rows: Path) -> None:
    library = Library(folder)
    library.add_all([str(rows)])
    library.close()


def test_an_answer_is_cited_and_lists_its_sentences(screen: Screen) -> None:
    reply = screen.ask("Who opened the Tarn bridge?")
    expect(reply.locator(".statement").first).to_contain_text("Marla Quist opened the Tarn bridge")
    expect(reply.locator(".sources li").first).to_contain_text("Bridge over the Tarn opens")
    expect(reply.locator(".sources li").first).to_contain_text("The Courier · 2021-05-04")
    assert screen.box.input_value() == ""
    expect(screen.page.locator("#chat [aria-label*='<']")).to_have_count(0)


def test_a_click_on_a_citation_opens_the_article_at_the_sentence(screen: Screen) -> None:
    reply = screen.ask("Who opened the Tarn bridge?")
    reply.locator(".statement button.cite").first.click()
    expect(screen.mark).to_have_text("Marla Quist opened the Tarn bridge on 3 May 2021.")
    screen.wait_until_mark_is_seen()
    expect(screen.pane.locator("h2")).to_have_text("Bridge over the Tarn opens")
    expect(screen.pane.locator(".details")).to_have_text("The Courier · 2021-05-04")
    expect(screen.pane.locator("header")).to_be_in_viewport(ratio=1)
    screen.settle()
    screen.save("desktop-citation")


def test_the_link_to_the_original_page_opens_apart(screen: Screen) -> None:
    screen.ask("Who opened the Tarn bridge?").locator("button.cite").first.click()
    link = screen.pane.locator("header a")
    words = "Marla%20Quist%20opened%20the%20Tarn%20bridge%20on%203%20May%202021."
    expect(link).to_have_attribute("href", f"https://courier.example/bridge#:~:text={words}")
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", "noopener noreferrer")


def test_an_address_that_is_no_web_page_is_no_link(screen: Screen) -> None:
    screen.ask("What destroyed the Osk library?").locator("button.cite").first.click()
    expect(screen.pane.locator("h2")).to_have_text("Osk library burns down")
    expect(screen.pane.locator("a")).to_have_count(0)


def test_a_citation_opens_by_keyboard(screen: Screen) -> None:
    button = screen.ask("Who opened the Tarn bridge?").locator("button.cite").first
    button.focus()
    button.press("Enter")
    expect(screen.mark).to_contain_text("Marla Quist")


def test_the_same_citation_scrolls_back_when_it_is_opened_again(screen: Screen) -> None:
    button = screen.ask("Who opened the Tarn bridge?").locator("button.cite").first
    button.click()
    screen.wait_until_mark_is_seen()
    screen.pane.evaluate("pane => pane.scrollTo({ top: 0, behavior: 'instant' })")
    button.click()
    screen.wait_until_mark_is_seen()


def test_a_refusal_says_so_and_cites_nothing(screen: Screen) -> None:
    reply = screen.ask("What is the capital of Australia?")
    expect(reply).to_have_class("answer refusal")
    expect(reply.locator("button")).to_have_count(0)
    screen.save("desktop-refusal")


def test_sample_questions_stand_in_the_empty_chat_and_can_be_chosen(screen: Screen) -> None:
    expect(screen.page.locator("#masthead")).to_contain_text("invented sample")
    screen.save("desktop-empty")
    screen.page.get_by_text(SAMPLE_QUESTIONS[0], exact=True).click()
    expect(screen.reply(0)).to_contain_text("Marla Quist")


def test_a_new_conversation_forgets_the_last_one(screen: Screen) -> None:
    screen.ask("Who opened the Tarn bridge?")
    screen.page.get_by_role("button", name="New conversation").click()
    expect(screen.replies).to_have_count(0)
    expect(screen.page.get_by_text(SAMPLE_QUESTIONS[1], exact=True)).to_be_visible()
    assert "Understood as" not in screen.ask("And when?").inner_text()


def test_a_question_of_only_spaces_gets_one_sentence(screen: Screen) -> None:
    expect(screen.ask("   ").and_(screen.page.locator(".problem, .refusal"))).to_have_count(1)
    screen.ask("Who opened the Tarn bridge?")


def test_hostile_text_is_literal_in_answer_and_source_pane(screen: Screen) -> None:
    reply = screen.ask("From what price to what price did tin in Marl rise?")
    expect(reply).to_contain_text(HOSTILE_LINES[0])
    expect(reply).to_contain_text(HOSTILE["title"])
    reply.locator("button.cite").first.click()
    for line in (*HOSTILE_LINES, str(HOSTILE["title"]), str(HOSTILE["source"])):
        expect(screen.pane).to_contain_text(line)
    assert nothing_ran(screen)
    screen.save("desktop-hostile")


def test_a_hostile_question_is_literal_too(screen: Screen) -> None:
    question = '<img src=x onerror="window.ran = true"> $4 to $9 **who** [bought](https://far.example/) tin?'
    screen.ask(question)
    expect(screen.page.locator("#chat .asked")).to_have_text(question)
    assert nothing_ran(screen)


def nothing_ran(screen: Screen) -> bool:
    literal = "img, style, script, svg[onload], .katex, a, b, strong:not(.words)"
    bad = f":is(.answer, .asked, #source-pane article) :is({literal})"
    expect(screen.page.locator(bad)).to_have_count(0)
    expect(screen.box).to_be_visible()
    return bool(screen.page.evaluate("window.ran === undefined"))


def test_two_people_never_share_a_conversation(browser: Browser, address: str) -> None:
    first, second = Screen(browser, address), Screen(browser, address)
    first.ask("Who opened the Tarn bridge?")
    second.ask("What destroyed the Osk library?")
    for screen in (first, second):
        screen.send("And when?")
    expect(first.reply(1)).to_contain_text("3 May 2021")
    expect(second.reply(1)).to_contain_text("14 November 2019")
    expect(first.reply(1)).to_contain_text("Understood as:")
    for screen in (first, second):
        screen.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_phone_shows_one_column_and_the_source_as_a_sheet(browser: Browser, address: str, theme: str) -> None:
    screen = Screen(browser, address, PHONE, theme)
    screen.settle()
    assert not screen.is_too_wide()
    screen.save(f"phone-{theme}-empty")
    reply = screen.ask("Who opened the Tarn bridge?")
    assert not screen.is_too_wide()
    screen.save(f"phone-{theme}-answer")
    reply.locator("button.cite").first.click()
    expect(screen.mark).to_contain_text("Marla Quist")
    screen.wait_until_mark_is_seen()
    assert not screen.is_too_wide()
    screen.save(f"phone-{theme}-source")
    screen.page.get_by_role("button", name="Close").click()
    expect(screen.pane).to_be_hidden()
    screen.open_tab("Library")
    expect(screen.page.locator("#articles tbody tr")).to_have_count(3)
    assert not screen.is_too_wide()
    screen.save(f"phone-{theme}-library")
    screen.close()
