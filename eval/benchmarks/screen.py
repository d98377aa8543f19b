"""`python -m eval.benchmarks screen`: the speed of the chat in real browsers, and the server's memory use.

It fills a library with invented articles, serves it with `onrecord chat` and drives it with Debian's chromium.
"""

import asyncio
import re
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from eval.benchmarks.served_library import Place, fill, invented_places, served

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

_READY = "document.querySelector('#question textarea')?.getClientRects().length > 0"
_WATCH = """() => {
    const replies = (kind) => document.querySelectorAll(`#chat .answer${kind}`);
    const before = replies("").length;
    let begun, first;
    document.addEventListener("keydown", () => { begun = performance.now(); }, { once: true, capture: true });
    window.told = new Promise((done) => {
        const look = () => {
            if (!first && replies(":not(.waiting)").length > before) first = performance.now() - begun;
            const whole = replies(":is(.refusal, .problem, :has(.sources))");
            if (whole.length <= before) return;
            watcher.disconnect();
            done({ first: first / 1000, whole: (performance.now() - begun) / 1000, text: whole[before].innerText });
        };
        const watcher = new MutationObserver(look);
        setTimeout(() => done({ first: 60, whole: 60, text: "" }), 60000);
        watcher.observe(document.body, { childList: true, subtree: true, characterData: true });
    });
}"""


class Seen(NamedTuple):
    """Seconds from Enter to an answer's first words and to the complete answer, and whether the answer was right."""

    first: float
    whole: float
    right: bool


def screen(articles: int = 2000, browsers: int = 10, questions: int = 20, memory: int = 500) -> None:
    """Print the times of one browser and of several at once, and the memory over many questions."""
    places = list(islice(invented_places(), articles))
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder), places)
        with served(Path(folder) / "library") as (address, process):
            asyncio.run(_measured(address, process, places, browsers, questions, memory))


async def _measured(
    address: str, process: int, places: Sequence[Place], browsers: int, questions: int, memory: int
) -> None:
    async with _chromium() as browser:
        loads = [await _load(browser, address) for _ in range(10)]
        print(f"page load to usable, seconds: {_percentiles(loads)}", flush=True)
        alone = await _person(browser, address, places[:questions])
        print(
            f"{len(places):,} articles, Enter to first words, seconds: {_percentiles([each.first for each in alone])}"
        )
        print(f"Enter to the whole answer, seconds: {_percentiles([each.whole for each in alone])}", flush=True)
        shares = [places[number::browsers][:questions] for number in range(browsers)]
        crowd = await asyncio.gather(*(_person(browser, address, share) for share in shares))
        seen = [each for person in crowd for each in person]
        print(f"{browsers} browsers at once, {questions} questions each: {_right(seen)}")
        print(f"Enter to first words, seconds: {_percentiles([each.first for each in seen])}")
        print(f"Enter to the whole answer, seconds: {_percentiles([each.whole for each in seen])}", flush=True)
        await _memory(browser, address, process, places, memory)


async def _memory(browser: "Browser", address: str, process: int, places: Sequence[Place], questions: int) -> None:
    """Print the server's memory before and after each hundred questions, twenty per browser window."""
    print(f"memory of the server: {_resident(process)} MB", flush=True)
    seen: list[Seen] = []
    while len(seen) < questions:
        share = [places[(len(seen) + number) % len(places)] for number in range(20)]
        seen += await _person(browser, address, share)
        if len(seen) % 100 == 0:
            print(f"after {len(seen)} more questions: {_resident(process)} MB ({_right(seen)})", flush=True)


async def _load(browser: "Browser", address: str) -> float:
    context = await browser.new_context()
    page = await context.new_page()
    begun = time.perf_counter()
    await page.goto(address, wait_until="commit")
    await page.wait_for_function(_READY)
    seconds = time.perf_counter() - begun
    await context.close()
    return seconds


async def _person(browser: "Browser", address: str, asked: Sequence[Place]) -> list[Seen]:
    """Ask one question after another in a new browser window."""
    context = await browser.new_context()
    page = await context.new_page()
    page.set_default_timeout(120_000)
    await page.goto(address)
    await page.wait_for_function(_READY)
    seen = [await _ask(page, place) for place in asked]
    await context.close()
    return seen


async def _ask(page: "Page", place: Place) -> Seen:
    box = page.locator("#question textarea")
    # while an answer is streaming, the button stops it, and Enter does nothing
    await page.locator("#question").get_by_role("button", name="Ask").wait_for()
    await box.fill(place.question)
    await page.evaluate(_WATCH)
    await box.press("Enter")
    told = await page.evaluate("window.told")
    return Seen(told["first"], told["whole"], place.person in told["text"] and place.town in told["text"])


def _percentiles(seconds: Sequence[float]) -> str:
    return f"p50 {np.percentile(seconds, 50):.2f}, p95 {np.percentile(seconds, 95):.2f} (of {len(seconds)})"


def _right(seen: Sequence[Seen]) -> str:
    return f"{sum(each.right for each in seen)} of {len(seen)} answered with their own article"


@asynccontextmanager
async def _chromium() -> AsyncIterator["Browser"]:
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        path = shutil.which("chromium")
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        await browser.close()


def _resident(process: int) -> int:
    """Return a process's resident memory, in megabytes (Linux)."""
    status = Path(f"/proc/{process}/status").read_text("utf-8")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) // 1024 if found else 0
