"""Takes the screenshots in the docs from the real page over the sample: `python -m tests.support.pictures`."""

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator

from eval.sample.library import SAMPLE_ARTICLES
from index.library import Library
from index.settings import turn_off_telemetry
from tests.support.browser import DESKTOP, PHONE, ROOT, Screen, chromium, serving

DOCS = ROOT / "docs"
ASKED = "When does Kestrane start sailing to Brannet?"
FILTERED = "Do the two papers give the same value for the Brannet ferry deal?"
_GAP, _GREY = 24, (200, 200, 200)
_SUGGESTIONS, _PATIENCE = 3, 120_000


def main() -> None:
    """Retake `docs/chat.png` and `docs/screens.png`."""
    turn_off_telemetry()
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        library = Library(Path(folder) / "library")
        library.add_all([str(SAMPLE_ARTICLES)])
        library.close()
        with serving(Path(folder) / "library", ASKED) as address:
            _source_opened(browser, address, DESKTOP).save(DOCS / "chat.png", optimize=True)
            phone, filters = _source_opened(browser, address, PHONE), _filters_open(browser, address)
            _side_by_side(phone, filters).save(DOCS / "screens.png", optimize=True)


def _source_opened(browser: Browser, address: str, size: tuple[int, int]) -> Image.Image:
    """Return a screenshot of an answer with the article opened at the cited sentence."""
    with _asked(browser, address, ASKED, size) as (screen, reply):
        reply.locator(".statement button.cite").first.click()
        screen.wait_until_mark_is_seen()
        return _picture(screen)


def _filters_open(browser: Browser, address: str) -> Image.Image:
    """Return a screenshot of an answer in the dark theme with the filter drawer open and one filter in use."""
    with _asked(browser, address, FILTERED, DESKTOP, "dark") as (screen, _):
        screen.page.locator("#open-filters").click()
        screen.page.locator("#filter-since textarea, #filter-since input").fill("2024-03")
        screen.page.locator("#chips button").wait_for()
        return _picture(screen)


@contextmanager
def _asked(
    browser: Browser, address: str, question: str, size: tuple[int, int], theme: str = "light"
) -> Iterator[tuple[Screen, Locator]]:
    screen = Screen(browser, address, size, theme)
    reply = screen.ask(question)
    screen.page.locator("#suggestions button").nth(_SUGGESTIONS - 1).wait_for(timeout=_PATIENCE)
    yield screen, reply
    screen.close()


def _picture(screen: Screen) -> Image.Image:
    screen.settle()
    return Image.open(io.BytesIO(screen.page.screenshot())).convert("RGB")


def _side_by_side(left: Image.Image, right: Image.Image) -> Image.Image:
    right = right.resize((right.width * left.height // right.height, left.height), Image.Resampling.LANCZOS)
    both = Image.new("RGB", (left.width + _GAP + right.width, left.height), _GREY)
    both.paste(left, (0, 0))
    both.paste(right, (left.width + _GAP, 0))
    return both


if __name__ == "__main__":
    main()
