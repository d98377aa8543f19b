"""Who may come in, what the browser is told to allow, and what is kept of uploads."""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from gradio_client import Client
from playwright.sync_api import Browser, expect
from typer.testing import CliRunner

from index.errors import OnrecordError
from index.library import Library
from rag.engine import Engine
from tests.support.browser import chromium, free_port
from ui.browser.page import build_app
from ui.server import auth as passwords
from ui.server.access import check_access
from ui.server.serve import keep_uploads_in, start
from ui.terminal.cli import app as command

ADA = {"ada": passwords.hashed("tin & $4")}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("serving")
    (folder / "mill.txt").write_text("The mill\n\nThe mill at Drow was built by Anton Sell in 1843.")
    library = Library(folder / "library")
    library.add_all([str(folder / "mill.txt")])
    yield library
    library.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def closed(library: Library) -> Iterator[str]:
    """The page where everybody must say who they are."""
    app = build_app(Engine(library), library, False, ())
    yield start(app, library, "127.0.0.1", free_port(), ADA)
    app.close()


@pytest.fixture(scope="module")
def address(library: Library) -> Iterator[str]:
    app = build_app(Engine(library), library, False, ())
    yield start(app, library, "127.0.0.1", free_port())
    app.close()


def test_health_is_told_without_a_password(closed: str) -> None:
    told = httpx.get(f"{closed}healthz")
    assert (told.status_code, told.json()) == (200, {"status": "ok", "articles": 1})


def test_nothing_else_is_told_without_one(closed: str) -> None:
    for path, status in (("config", 401), ("gradio_api/info", 401), ("gradio_api/file=/etc/passwd", 404)):
        assert httpx.get(f"{closed}{path}").status_code == status
    assert httpx.post(f"{closed}gradio_api/call/ask", json={"data": ["Who?", None, None]}).status_code == 401
    assert httpx.post(f"{closed}gradio_api/upload", files={"files": b"x"}).status_code == 401
    assert "Anton Sell" not in httpx.get(closed).text


def test_the_right_password_opens_the_page_and_a_wrong_one_does_not(browser: Browser, closed: str) -> None:
    page = browser.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text))
    page.goto(closed)
    for password in ("wrong", "tin & $4"):
        page.get_by_label("username").fill("ada")
        page.get_by_label("password").fill(password)
        page.get_by_role("button", name="Login").click()
        expect(page.get_by_text("Incorrect") if password == "wrong" else page.locator("#question")).to_be_visible()
    page.locator("#question textarea").wait_for()
    assert not [text for text in errors if "Content Security Policy" in text]
    page.context.close()


def test_a_program_signs_in_too(closed: str) -> None:
    client = Client(closed, auth=("ada", "tin & $4"), verbose=False, analytics_enabled=False)
    assert "Anton Sell" in client.predict("Who built the mill at Drow?", api_name="/ask")["answer"]
    with pytest.raises(ValueError, match="Could not login"):
        Client(closed, auth=("eve", ""), verbose=False, analytics_enabled=False)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.3.2.1"])
def test_on_this_machine_alone_nobody_need_sign_in(host: str) -> None:
    check_access(host, {}, no_auth=False, mcp=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "nowhere.invalid"])
def test_beyond_it_somebody_must_or_it_must_be_meant(host: str) -> None:
    with pytest.raises(OnrecordError, match=r"--auth user:password or --auth-file FILE, or --no-auth"):
        check_access(host, {}, no_auth=False, mcp=False)
    check_access(host, {}, no_auth=True, mcp=False)
    check_access(host, ADA, no_auth=False, mcp=False)


def test_the_command_refuses_before_anything_is_loaded(tmp_path: Path) -> None:
    told = CliRunner().invoke(command, ["chat", "--host", "0.0.0.0", "--library", str(tmp_path / "none")])
    assert isinstance(told.exception, OnrecordError)
    assert not (tmp_path / "none").exists()


def test_assistants_know_no_passwords_and_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OnrecordError, match="--mcp cannot be combined"):
        check_access("127.0.0.1", ADA, no_auth=False, mcp=True)
    monkeypatch.setattr("ui.server.access.find_spec", lambda name: None)
    with pytest.raises(OnrecordError, match=r"pip install 'onrecord\[mcp\]'"):
        check_access("127.0.0.1", {}, no_auth=False, mcp=True)


def test_passwords_are_kept_hashed_each_with_its_own_salt() -> None:
    first, second = passwords.hashed("tea"), passwords.hashed("tea")
    assert first != second
    assert "tea" not in first
    assert passwords.matches("tea", first)
    assert not passwords.matches("Tea", first)
    for no_hash in ("", "tea", "scrypt$zz$zz", "md5$00$00", "scrypt$00"):
        assert not passwords.matches("tea", no_hash)


def test_a_password_file_made_by_the_command_is_read(tmp_path: Path) -> None:
    told = CliRunner().invoke(command, ["password", "bo"], input="rye: 4\nrye: 4\n")
    assert told.exit_code == 0, told.output
    file = tmp_path / "people"
    file.write_text(f"# people\n\n{told.stdout.splitlines()[-1]}\n")
    people = passwords.known(["ada:tin: 9"], file)
    assert set(people) == {"ada", "bo"}
    assert passwords.matches("tin: 9", people["ada"])
    assert passwords.matches("rye: 4", people["bo"])


@pytest.mark.parametrize("given", ["ada", ":x", "ada:", "a\x07da:x"])
def test_a_user_without_name_or_password_is_refused(given: str) -> None:
    with pytest.raises(OnrecordError, match="user:password"):
        passwords.known([given], None)


@pytest.mark.parametrize(
    ("text", "told"), [("ada:plain\n", "Line 1"), ("\n# none\n", "lists no users"), (None, "read")]
)
def test_a_password_file_that_is_none_is_told(tmp_path: Path, text: str | None, told: str) -> None:
    file = tmp_path / "people"
    if text is not None:
        file.write_text(text)
    with pytest.raises(OnrecordError, match=f"{told}.*'onrecord password'"):
        passwords.known([], file)


def test_the_page_may_load_from_nowhere_else(address: str) -> None:
    headers = httpx.get(address).headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))
    kinds = ("script", "style", "img", "connect", "font", "frame", "object", "worker", "media", "default")
    for kind in (*(f"{each}-src" for each in kinds), "form-action", "base-uri", "frame-ancestors"):
        allowed = re.sub(r"'[\w+/=-]+'|data:|blob:", "", policy[kind]).split()
        assert not allowed, (kind, policy[kind])
    assert "'unsafe-inline'" not in policy["script-src"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_what_is_no_page_may_run_nothing(address: str) -> None:
    for path in ("config", "gradio_api/file=/etc/hostname", "nowhere"):
        policy = httpx.get(f"{address}{path}").headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "sandbox" in policy
        assert "sha256" not in policy


def test_a_script_that_got_into_the_page_does_not_run(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address)
    page.locator("#question textarea").wait_for()
    page.evaluate(
        """() => {
            document.body.insertAdjacentHTML("beforeend", '<img src=x onerror="window.ran = true">');
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
        }"""
    )
    page.wait_for_timeout(300)
    assert page.evaluate("window.ran === undefined")
    page.context.close()


def test_uploads_wait_in_the_library_and_are_bounded(address: str, library: Library) -> None:
    before = set((library.folder / "incoming").rglob("note.txt"))
    assert httpx.post(f"{address}gradio_api/upload", files={"files": ("note.txt", b"rye")}).status_code == 200
    assert len(set((library.folder / "incoming").rglob("note.txt")) - before) == 1
    told = httpx.post(f"{address}gradio_api/upload", files={"files": ("big.txt", b"0" * (101 << 20))}, timeout=60)
    assert told.status_code == 413


def test_uploads_are_bounded_together(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.server.serve._UPLOADS_LIMIT", 3 << 20)
    app = build_app(Engine(library), library, False, ())
    address = start(app, library, "127.0.0.1", free_port())
    several = [("files", (f"{number}.txt", b"0" * (1 << 20))) for number in range(4)]
    told = httpx.post(f"{address}gradio_api/upload", files=several, timeout=60)
    assert told.status_code == 413
    assert "add fewer files" in told.text
    assert httpx.post(f"{address}gradio_api/upload", files={"files": ("note.txt", b"rye")}).status_code == 200
    app.close()


def test_what_a_killed_process_left_of_uploads_is_cleared(library: Library) -> None:
    folder = library.folder.absolute() / "incoming" / "left"
    folder.mkdir(parents=True)
    old, new = folder / "old.txt", folder / "new.txt"
    for file in (old, new):
        file.write_text("x")
    os.utime(old, (time.time() - 7200,) * 2)
    keep_uploads_in(library)
    assert not old.exists()
    assert new.exists()
