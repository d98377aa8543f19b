"""The chat in a real browser: who writes, what is streamed, stopped and checked."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from index.library import Library
from rag.llm.spec import model
from tests.support.browser import DESKTOP, PHONE, Screen, chromium, free_port, serving
from tests.support.llm_server import DONE, FOR_EVER, LlmServer, finish, say, text, usage

BRIDGE = {
    "id": "bridge",
    "title": "Bridge over the Tarn opens",
    "text": (
        "Marla Quist opened the Tarn bridge on 3 May 2021.\n\nThe bridge cost the town 4 million crowns.\n\n"
        "The old ferry was sold in 2020 to a museum, said Anton Sell.\n\nThe toll house burned down in 1911."
    ),
    "source": "The Courier",
    "published": "2021-05-04",
}
ASKED = "Who opened the Tarn bridge?"
WRITTEN = "Marla Quist opened the Tarn bridge"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chat")
    rows = folder / "articles.jsonl"
    rows.write_text(json.dumps(BRIDGE))
    library = Library(folder / "library")
    library.add_all([str(rows)])
    library.close()
    return folder / "library"


@pytest.fixture(scope="module")
def server() -> Iterator[LlmServer]:
    with LlmServer() as server:
        yield server


@pytest.fixture(scope="module")
def written(folder: Path, server: LlmServer) -> Iterator[str]:
    """The page where a scripted model on this machine writes, or one far away, which no test asks."""
    models = (model(server.spec), model("https://models.example/v1#big"))
    with serving(folder, ASKED, models=models) as address:
        yield address


@pytest.fixture
def screen(browser: Browser, written: str, server: LlmServer) -> Iterator[Screen]:
    server.hung_up.clear()
    server.asked.clear()
    screen = Screen(browser, written)
    yield screen
    screen.close()


def test_stop_ends_the_generation_and_keeps_what_was_shown(screen: Screen, server: LlmServer) -> None:
    server.script = [say(f"{WRITTEN} [1]. It cost"), FOR_EVER, say(" much."), finish(), DONE]
    screen.send(ASKED)
    expect(screen.page.locator(".answer span.checking")).to_have_text("being checked")
    screen.save("desktop-being-checked")
    screen.page.get_by_role("button", name="Stop").click()
    assert server.hung_up.wait(10)
    reply = screen.page.locator("#chat .answer")
    expect(reply).to_contain_text("Stopped.")
    expect(reply).to_contain_text("It cost")
    expect(reply.locator("span.checking")).to_have_text("not checked")
    expect(reply.locator(".sources li")).to_have_count(1)
    expect(screen.page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    screen.save("desktop-stopped")


def test_stop_before_the_first_word(screen: Screen, server: LlmServer) -> None:
    server.script = [FOR_EVER]
    screen.send(ASKED)
    expect(screen.page.locator(".waiting")).to_be_visible()
    screen.page.get_by_role("button", name="Stop").click()
    expect(screen.page.locator("#chat .answer")).to_have_text("Stopped.")
    server.script = text(f"{WRITTEN} [1].")
    expect(screen.ask("Who opened the bridge?")).to_contain_text(WRITTEN)


def test_a_browser_that_goes_away_ends_the_generation(browser: Browser, written: str, server: LlmServer) -> None:
    server.hung_up.clear()
    server.script = [say("Marla "), FOR_EVER, say("Quist.")]
    gone = Screen(browser, written)
    gone.send(ASKED)
    expect(gone.page.locator("#chat .answer")).to_contain_text("Marla")
    gone.close()
    assert server.hung_up.wait(10)


def test_a_new_conversation_drops_the_answer_that_is_on_its_way(screen: Screen, server: LlmServer) -> None:
    server.script = [say("Marla "), FOR_EVER]
    screen.send(ASKED)
    expect(screen.page.locator("#chat .answer")).to_contain_text("Marla")
    screen.page.get_by_role("button", name="New conversation").click()
    assert server.hung_up.wait(10)
    expect(screen.page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    expect(screen.page.locator("#chat .answer")).to_have_count(0)


def test_enter_during_an_answer_keeps_what_is_typed(screen: Screen, server: LlmServer) -> None:
    server.script = [say("Marla "), FOR_EVER]
    screen.send(ASKED)
    expect(screen.page.locator("#chat .answer")).to_contain_text("Marla")
    screen.send("What did it cost?")
    screen.page.get_by_role("button", name="Stop").click()
    expect(screen.page.locator("#chat .answer")).to_contain_text("Stopped.")
    expect(screen.box).to_have_value("What did it cost?")
    expect(screen.page.locator("#chat .asked")).to_have_text([ASKED])


def test_a_question_right_after_the_last_answer_is_dropped_is_answered(screen: Screen, server: LlmServer) -> None:
    server.script = [FOR_EVER]
    screen.send(ASKED)
    expect(screen.page.locator("#chat .waiting")).to_be_visible()
    server.script = text(f"{WRITTEN} [1].")
    screen.page.get_by_role("button", name="New conversation").click()
    expect(screen.page.locator("#chat .asked")).to_have_count(0)
    expect(screen.ask("Who opened the bridge?")).to_contain_text(WRITTEN)
    expect(screen.page.locator("#chat .asked")).to_have_text(["Who opened the bridge?"])


def test_the_browser_chooses_among_the_models_of_the_start(screen: Screen, server: LlmServer) -> None:
    server.script = [*text(f"{WRITTEN} [1]."), usage(9, 9)]
    note = screen.page.locator("#writer-note")
    expect(note).to_contain_text("on this machine")
    expect(screen.ask(ASKED)).to_contain_text(WRITTEN)
    assert len(server.asked) == 1
    screen.page.get_by_role("button", name="Settings").click()
    drawer = screen.page.get_by_role("dialog", name="Settings")
    drawer.get_by_label("big at models.example").check()
    expect(note).to_contain_text("Your questions and the sentences found are sent to models.example")
    screen.settle()
    screen.save("desktop-settings")
    drawer.get_by_label("Quoted (no model)").check()
    expect(note).to_be_hidden()
    screen.page.keyboard.press("Escape")
    expect(screen.ask("When did Marla Quist open it?")).to_contain_text("3 May 2021")
    assert len(server.asked) == 1


def test_settings_are_kept_in_the_browser(screen: Screen) -> None:
    screen.page.get_by_role("button", name="Settings").click()
    drawer = screen.page.get_by_role("dialog", name="Settings")
    drawer.get_by_label("Quoted (no model)").check()
    drawer.get_by_label("Dark").check()
    expect(screen.page.locator("body.dark")).to_have_count(1)
    screen.page.reload()
    screen.box.wait_for()
    expect(screen.page.locator("body.dark")).to_have_count(1)
    screen.page.get_by_role("button", name="Settings").click()
    expect(drawer.get_by_label("Quoted (no model)")).to_be_checked()
    expect(drawer.get_by_label("Dark")).to_be_checked()


def test_written_statements_carry_their_verdict_in_words_on_hover_and_focus(screen: Screen, server: LlmServer) -> None:
    server.script = text(f"{WRITTEN} on 3 May 2021 [1]. The bridge cost the town 9 million crowns [2]. ")
    reply = screen.ask(ASKED)
    told = screen.page.locator("#tooltip")
    reply.locator("button.verdict.unsupported").hover()
    expect(told).to_contain_text("9")
    screen.save("desktop-verdicts")
    reply.locator("button.verdict").first.focus()
    expect(told).to_contain_text("cited sentence")


@pytest.fixture(scope="module")
def quoted(folder: Path) -> Iterator[str]:
    """The page without a model."""
    with serving(folder, ASKED) as address:
        yield address


@pytest.fixture
def reader(browser: Browser, quoted: str) -> Iterator[Screen]:
    screen = Screen(browser, quoted)
    screen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield screen
    screen.close()


def test_a_citation_tells_its_sentence_on_hover_and_on_focus(reader: Screen) -> None:
    button = reader.ask(ASKED).locator(".statement button.cite").first
    told = reader.page.locator("#tooltip")
    expect(told).to_be_hidden()
    button.hover()
    expect(told).to_contain_text("Marla Quist opened the Tarn bridge on 3 May 2021.")
    expect(told).to_contain_text("The Courier · 2021-05-04")
    reader.save("desktop-hover")
    reader.page.mouse.move(5, 5)
    expect(told).to_be_hidden()
    button.focus()
    expect(told).to_be_visible()
    expect(button).to_have_accessible_name(re.compile("Marla Quist opened the Tarn bridge on 3 May 2021"))
    reader.page.keyboard.press("Escape")
    expect(told).to_be_hidden()


def test_an_answer_is_copied_alone_with_its_sources_or_as_markdown(reader: Screen) -> None:
    reply = reader.page.locator("#chat .bot.message")
    reader.ask(ASKED)
    copied = {}
    for name in ("Copy", "Copy with sources", "Copy as Markdown"):
        reply.get_by_role("button", name=name, exact=True).click()
        expect(reply.get_by_role("button", name="Copied")).to_be_visible()
        copied[name] = reader.page.evaluate("navigator.clipboard.readText()")
        expect(reply.get_by_role("button", name="Copied")).to_have_count(0)
    assert copied["Copy"] == "Marla Quist opened the Tarn bridge on 3 May 2021."
    assert "[1] Marla Quist opened" in copied["Copy with sources"]
    cited = "1. “Marla Quist opened the Tarn bridge on 3 May 2021.” — Bridge over the Tarn opens"
    assert cited in copied["Copy as Markdown"]


def test_the_last_question_is_asked_again_and_edited(reader: Screen) -> None:
    reader.ask("Who shut the Tarn bridge?")
    reader.page.get_by_role("button", name="Ask again").click()
    expect(reader.page.get_by_role("button", name="Ask again")).to_be_visible()
    expect(reader.page.locator("#chat .asked")).to_have_count(1)
    reader.page.get_by_role("button", name="Edit question").click()
    expect(reader.box).to_have_value("Who shut the Tarn bridge?")
    expect(reader.box).to_be_focused()
    expect(reader.page.locator("#editing")).to_contain_text("will be replaced")
    reader.save("desktop-editing")
    reader.send(ASKED)
    expect(reader.page.locator("#chat .asked")).to_have_text([ASKED])
    expect(reader.page.locator("#editing")).to_be_hidden()
    expect(reader.reply(0)).to_contain_text("Marla Quist")


def test_an_answer_is_heard_although_the_page_had_stopped_listening(reader: Screen) -> None:
    """Gradio's server closes its stream when nothing is under way; a question at that moment goes out on a dead one."""
    reader.page.wait_for_timeout(1000)  # what the page asks for when it opens is through
    deaf: list[str] = []

    def hear_nothing(route: Route) -> None:
        deaf.append(route.request.url)
        route.fulfill(content_type="text/event-stream", body='data: {"msg": "close_stream"}\n\n')

    reader.page.route("**/queue/data**", hear_nothing, times=1)
    expect(reader.ask(ASKED)).to_contain_text("Marla Quist")
    assert deaf


def test_suggestions_are_asked_by_a_click(reader: Screen) -> None:
    reader.ask(ASKED)
    suggested = reader.page.locator("#suggestions button").first
    question = suggested.inner_text()
    reader.save("desktop-suggestions")
    suggested.click()
    expect(reader.page.locator("#chat .asked")).to_have_text([ASKED, question])
    expect(reader.reply(1).locator("button.cite").first).to_be_visible()


def test_a_thumb_and_its_reason_are_kept_in_the_library(reader: Screen, folder: Path) -> None:
    reader.ask(ASKED)
    reader.page.get_by_role("button", name="Bad answer").click()
    expect(reader.page.locator(".thumb.down.chosen")).to_be_visible()
    reason = reader.page.get_by_label("Why? (optional)")
    reader.save("desktop-thumb")
    reason.fill("Too short.")
    reason.press("Enter")
    expect(reason).to_be_hidden()
    library = Library(folder)
    opinion = library.feedback.all()[-1]
    library.close()
    assert (opinion.good, opinion.reason, opinion.answer["question"]) == (False, "Too short.", ASKED)
    assert opinion.answer["citations"][0]["article_id"] == "bridge"


def test_filters_narrow_the_question_and_stand_as_chips(reader: Screen) -> None:
    reader.page.get_by_role("button", name="Filters").click()
    drawer = reader.page.get_by_role("dialog", name="Filter articles")
    drawer.get_by_label("Published since").fill("2022")
    drawer.get_by_label("Sources").click()
    reader.page.get_by_role("option", name="The Courier").click()
    chips = reader.page.locator("#chips button")
    expect(chips).to_have_count(2)
    reader.settle()
    reader.save("desktop-filters")
    reader.page.keyboard.press("Escape")
    reader.page.keyboard.press("Escape")
    reply = reader.ask(ASKED)
    expect(reply).to_contain_text("from 2022-01-01")
    expect(reply).to_contain_text("source: The Courier")
    reader.save("desktop-filtered-refusal")
    chips.filter(has_text="from 2022").click()
    expect(chips).to_have_count(1)
    expect(reader.ask(ASKED)).to_contain_text("Marla Quist")


def test_conversations_are_kept_reopened_saved_and_deleted(browser: Browser, folder: Path) -> None:
    port = free_port()
    with serving(folder, ASKED, port=port) as address:
        screen = Screen(browser, address)
        screen.ask(ASKED)
        screen.ask("What did it cost?")
        expect(screen.page.locator("#suggestions button").first).to_be_visible()
        expect(screen.page.locator("#conversations li")).to_have_count(1)
    with serving(folder, ASKED, port=port) as address:
        screen.page.goto(address)
        screen.page.get_by_role("button", name="History").click()
        drawer = screen.page.get_by_role("dialog", name="Conversations")
        drawer.get_by_role("button", name=ASKED).first.wait_for()
        screen.settle()
        screen.save("desktop-history")
        with screen.page.expect_download() as saved:
            drawer.get_by_role("button", name=ASKED).first.click()
            expect(screen.page.locator("#chat .asked")).to_have_text([ASKED, "What did it cost?"])
            expect(screen.page.locator("#suggestions button").first).to_be_visible()
            screen.page.get_by_role("button", name="History").click()
            drawer.get_by_role("button", name="as Markdown").click()
        assert "## Who opened the Tarn bridge?" in Path(saved.value.path()).read_text()
        screen.page.keyboard.press("Escape")
        screen.reply(0).locator("button.cite").first.click()
        expect(screen.mark).to_contain_text("Marla Quist")
        screen.page.get_by_role("button", name="History").click()
        screen.page.once("dialog", lambda dialog: dialog.accept())
        drawer.get_by_role("button", name="Delete").click()
        expect(drawer).to_contain_text("No conversations yet")
        screen.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_no_serious_accessibility_finding(browser: Browser, quoted: str, theme: str, size: tuple[int, int]) -> None:
    screen = Screen(browser, quoted, size, theme)
    name = f"{'phone' if size == PHONE else 'desktop'}-{theme}"
    findings = {"empty": screen.serious_findings()}
    screen.ask(ASKED)
    screen.page.locator("#suggestions button").first.wait_for()
    findings["answer"] = screen.serious_findings()
    screen.page.get_by_role("button", name="Bad answer").click()
    screen.page.get_by_label("Why? (optional)").wait_for()
    findings["thumb"] = screen.serious_findings()
    screen.page.get_by_label("Why? (optional)").press("Enter")
    screen.ask("What is the capital of Australia?")
    findings["refusal"] = screen.serious_findings()
    screen.save(f"{name}-refusal")
    for drawer in ("History", "Filters", "Settings"):
        screen.page.get_by_role("button", name=drawer, exact=True).click()
        screen.settle()
        findings[drawer] = screen.serious_findings()
        screen.save(f"{name}-{drawer.lower()}")
        assert not screen.is_too_wide()
        screen.page.keyboard.press("Escape")
    screen.page.mouse.wheel(0, -2000)
    screen.reply(0).locator("button.cite").first.click()
    screen.wait_until_mark_is_seen()
    screen.settle()
    findings["source"] = screen.serious_findings()
    screen.page.keyboard.press("Escape")
    screen.open_tab("Library")
    expect(screen.page.locator("#articles tbody tr")).to_have_count(1)
    findings["library"] = screen.serious_findings()
    screen.close()
    assert {state: found for state, found in findings.items() if found} == {}


def test_the_keyboard_alone_asks_opens_and_chooses(reader: Screen) -> None:
    keyboard = reader.page.keyboard
    expect(reader.box).to_be_focused()
    keyboard.type(ASKED)
    keyboard.press("Enter")
    reader.reply(0)
    reader.tab_to("button.cite")
    assert reader.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    keyboard.press("Enter")
    expect(reader.mark).to_contain_text("Marla Quist")
    reader.tab_to("#open-settings")
    keyboard.press("Enter")
    drawer = reader.page.get_by_role("dialog", name="Settings")
    reader.tab_to("#sentences input")
    keyboard.press("ArrowRight")
    expect(drawer.get_by_label("1", exact=True)).to_be_checked()
    keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(reader.page.locator("#open-settings")).to_be_focused()
