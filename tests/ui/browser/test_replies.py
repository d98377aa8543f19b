"""The page's server and its parts that need no browser window, and one slow question beside a quick one."""

import socket
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import expect

from index.errors import OnrecordError
from index.library import Library
from rag.answer import Answer, Request
from rag.engine import Engine
from rag.options import Options
from rag.refusals import Refusal, RefusalKind
from rag.understanding.history import Turn
from tests.support.browser import Screen, chromium, free_port
from ui.browser import source_pane
from ui.browser import uploads as adding
from ui.browser.conversation import Conversation, messages
from ui.browser.page import build_app
from ui.browser.replies import replies
from ui.server.serve import start


class Told(Engine):
    """An engine that refuses at once, remembers the history it was given, and waits or breaks when told to."""

    def __init__(self, library: Library) -> None:
        super().__init__(library)
        self.histories: list[tuple[Turn, ...]] = []
        self.go_on = threading.Event()

    def stream(self, question: str, history: Sequence[Turn] = (), options: Options | None = None) -> Iterator[Answer]:
        self.histories.append(tuple(history))
        if question == "wait":
            self.go_on.wait(30)
        if question == "break":
            raise RuntimeError("a secret of the inside")
        refusal = Refusal(RefusalKind.NO_ANSWER, f"Nothing on {question}.")
        yield Answer(Request(question, question), (), (), (), refusal, 0.0, (), 0.0)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path / "library")
    yield library
    library.close()


def last(engine: Engine, question: str, conversation: Conversation = ()) -> tuple[str, Conversation]:
    *_, after = replies(engine, question, conversation)
    return messages(after)[-1]["content"][0]["text"], after


def test_a_fault_of_the_engine_is_one_sentence_and_no_traceback(
    library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    shown, conversation = last(Told(library), "break")
    assert "Something went wrong inside onrecord" in shown
    assert "secret" not in shown
    assert "a secret of the inside" in caplog.text
    assert len(conversation) == 1


def test_the_engine_gets_the_conversation_so_far_as_plain_text_without_what_failed(library: Library) -> None:
    engine = Told(library)
    _, conversation = last(engine, "<b>?")
    _, conversation = last(engine, "break", conversation)
    last(engine, "And?", conversation)
    assert engine.histories[-1] == (Turn("user", "<b>?"), Turn("assistant", "Nothing on <b>?."))


@pytest.mark.parametrize("place", ["0 5 gone", "nowhere", ""])
def test_an_article_that_is_not_there_is_said_to_be_gone(library: Library, place: str) -> None:
    assert "no longer in the library" in source_pane.open_article(library, place)


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("notes.txt", "notes.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\a\\b.html", "b.html"),
        ("..", "file."),
        (".txt", "file.txt"),
        ("<img src=x onerror='y'>.md", "_img src_x onerror_y_.md"),
        ("记事\x00.txt", "记事_.txt"),
        ("", "file"),
    ],
)
def test_names_of_uploads_are_made_safe(given: str, safe: str) -> None:
    assert adding.safe_name(given) == safe


def test_a_name_of_any_length_fits_a_file_system() -> None:
    name = adding.safe_name("记" * 500 + "." + "末" * 500)
    assert len(name.encode()) <= 255


def test_a_busy_port_is_one_sentence_that_names_the_option(library: Library) -> None:
    app = build_app(Told(library), library, False, ())
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(OnrecordError, match=r"is in use: choose another with --port\.$"),
    ):
        start(app, library, "127.0.0.1", taken.getsockname()[1])


def test_a_host_that_is_not_ours_is_one_sentence(library: Library) -> None:
    with pytest.raises(OnrecordError, match="choose another --host"):
        start(build_app(Told(library), library, False, ()), library, "192.0.2.1", free_port())


def test_a_slow_question_keeps_nobody_else_waiting(library: Library) -> None:
    engine = Told(library)
    app = build_app(engine, library, False, ())
    address = start(app, library, "127.0.0.1", free_port())
    try:
        with chromium() as browser:
            slow, quick = Screen(browser, address), Screen(browser, address)
            slow.send("wait")
            expect(slow.page.locator(".waiting")).to_be_visible()
            expect(quick.ask("tea")).to_contain_text("Nothing on tea.")
            expect(slow.replies).to_have_count(0)
            engine.go_on.set()
            expect(slow.reply(0)).to_contain_text("Nothing on wait.")
            slow.close()
            quick.close()
    finally:
        engine.go_on.set()
        app.close()
