"""The page in a real browser: Debian's chromium, headless, and the real app over a real library."""

import shutil
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, expect, sync_playwright

from index.library import Library
from rag.engine import Engine
from rag.llm.base import Model
from rag.options import Options
from ui.browser.page import build_app
from ui.server.serve import start

ROOT = Path(__file__).parents[2]
SCREENS = ROOT / "out" / "screens"
AXE = ROOT / "out" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
DESKTOP, PHONE = (1280, 800), (390, 844)
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_PATIENCE = 120_000
"""Milliseconds, far more than anything takes: on a busy machine even the first answer may take half a minute."""
expect.set_options(timeout=_PATIENCE)
_TABS = 80
_SERIOUS = ("serious", "critical")
_MARK_IS_SEEN = """() => {
    const pane = document.querySelector("#source-pane").getBoundingClientRect();
    const mark = document.querySelector("#source-pane mark.opened")?.getBoundingClientRect();
    const top = Math.max(pane.top, 0), bottom = Math.min(pane.bottom, innerHeight);
    return mark && mark.height > 0 && top <= mark.top && mark.bottom <= bottom;
}"""
_HERE = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")


@contextmanager
def serving(folder: Path, *questions: str, models: Sequence[Model] = (), port: int | None = None) -> Iterator[str]:
    """Serve the library in `folder`, as the sample if there are questions; yields the page's address.

    If there are models, the first one writes the answers.
    """
    library = Library(folder)
    engine = Engine(library, options=Options(model=next(iter(models), None)))
    app = build_app(engine, library, bool(questions), questions, models)
    try:
        yield start(app, library, "127.0.0.1", port or free_port())
    finally:
        app.close()
        library.close()


def chromium_path() -> str:
    """Return the browser's path; fail with installation instructions if it is missing."""
    path = shutil.which("chromium")
    assert path, "These tests need Debian's chromium: apt-get install chromium (make test does it)."
    return path


@contextmanager
def chromium() -> Iterator[Browser]:
    """Launch the browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(QUIET))
        yield browser
        browser.close()


class Screen:
    """One user's browser window on the page; nothing in it may send requests beyond this machine."""

    def __init__(self, browser: Browser, address: str, size: tuple[int, int] = DESKTOP, theme: str = "light") -> None:
        width, height = size
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme)
        context.on("request", self._note)
        self.foreign: list[str] = []
        self.errors: list[str] = []
        self.page: Page = context.new_page()
        self.page.set_default_timeout(_PATIENCE)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._hear)
        self.page.goto(address)
        self.box.wait_for()

    def _note(self, request: Request) -> None:
        if not request.url.startswith(_HERE):
            self.foreign.append(request.url)

    def _hear(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.errors.append(message.text)

    @property
    def box(self) -> Locator:
        """The input box for questions."""
        return self.page.locator("#question textarea")

    @property
    def replies(self) -> Locator:
        """All complete replies: answers with their sources, refusals, errors."""
        return self.page.locator("#chat .answer:is(.refusal, .problem, :has(.sources))")

    @property
    def pane(self) -> Locator:
        """The source pane."""
        return self.page.locator("#source-pane")

    @property
    def mark(self) -> Locator:
        """The opened sentence in the source pane, which has the strongest highlight."""
        return self.pane.locator("mark.opened")

    def send(self, question: str) -> None:
        """Ask without waiting for the reply."""
        self.box.fill(question)
        self.box.press("Enter")

    def ask(self, question: str) -> Locator:
        """Ask, wait until the reply is complete, and return it."""
        before = self.replies.count()
        self.send(question)
        return self.reply(before)

    def reply(self, number: int) -> Locator:
        """Wait for a complete reply, counted from 0, and return it."""
        reply = self.replies.nth(number)
        reply.wait_for()
        return reply

    def open_tab(self, name: str) -> None:
        """Switch to the Chat or the Library tab."""
        self.page.get_by_role("tab", name=name).click()

    def upload(self, *files: tuple[str, str | bytes]) -> Locator:
        """Upload files, given by name and content; return the lines that report the outcome."""
        parts = [{"name": name, "mimeType": "", "buffer": _bytes(content)} for name, content in files]
        self.page.set_input_files("#upload input[type=file]", parts)
        lines = self.page.locator("#outcomes .receipt")
        expect(lines).to_have_count(len(files), timeout=_PATIENCE)
        expect(lines.filter(has_text="waiting")).to_have_count(0, timeout=_PATIENCE)
        return lines

    @property
    def titles(self) -> Locator:
        """The titles in the Library tab's table."""
        return self.page.locator("#articles button[name=open]")

    def remove(self, title: str) -> None:
        """Remove an article in the Library tab, and confirm."""
        self.page.once("dialog", lambda dialog: dialog.accept())
        self.page.locator("#articles tr").filter(has_text=title).get_by_role("button", name="Remove").click()

    def wait_until_mark_is_seen(self) -> None:
        """Wait until the highlighted sentence is fully visible in the source pane and the window."""
        self.page.wait_for_function(_MARK_IS_SEEN)

    def settle(self) -> None:
        """Wait for the phone layout's sheet to stop moving before a screenshot."""
        self.page.wait_for_timeout(500)

    def save(self, name: str) -> None:
        """Save a screenshot of the window for people to look at."""
        SCREENS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENS / f"{name}.png")

    def is_too_wide(self) -> bool:
        """Return whether the page scrolls sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))

    def tab_to(self, selector: str) -> None:
        """Press Tab until an element that matches the selector has the focus."""
        for _ in range(_TABS):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"{_TABS} times Tab never came to {selector}")

    def serious_findings(self) -> list[str]:
        """Return what axe-core finds serious or critical on the current screen: the rule and the first place."""
        assert AXE.exists(), "These tests need axe-core: npm install --prefix out/axe axe-core@4 (make test does it)."
        self.page.evaluate(AXE.read_text("utf-8"))
        found = self.page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
        return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found if each["impact"] in _SERIOUS]

    def close(self) -> None:
        """Close the window, and fail if it had errors or sent foreign requests."""
        self.page.context.close()
        assert not self.foreign, f"the page asked for {self.foreign}"
        assert not self.errors, f"scripts of the page failed: {self.errors}"


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
