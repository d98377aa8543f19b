"""Foreign pages read nothing and change nothing; the own page and programs go on as before."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from gradio_client import Client
from playwright.sync_api import Browser, Page, sync_playwright

from index.errors import OnrecordError
from index.library import Library
from rag.engine import Engine
from tests.support.browser import QUIET, chromium_path, free_port
from tests.support.foreign_page import foreign_page
from ui.browser.page import build_app
from ui.server.same_origin import KnownHosts, read_host
from ui.server.serve import start

SECRET = "The vault at Drow was opened by Anton Sell in 1843."
READ = (
    "config",
    "gradio_api/info",
    "gradio_api/openapi.json",
    "gradio_api/queue/status",
    "gradio_api/file=/etc/hostname",
)
# what each attempt of the foreign page brings back: the text that it could read, or why it could not
ATTEMPTS = """async (chat) => {
    const read = async (path, options) => {
        try { return await (await fetch(chat + path, options)).text(); } catch (error) { return `no: ${error.name}`; }
    };
    const asked = { data: ["Who opened the vault?", null, null] };
    const form = new FormData();
    form.append("files", new Blob(["foreign words"]), "foreign.txt");
    const xhr = (path) => new Promise((done) => {
        const request = new XMLHttpRequest();
        request.onload = () => done(request.responseText);
        request.onerror = () => done("no: error");
        request.open("GET", chat + path);
        request.send();
    });
    const listen = (path) => new Promise((done) => {
        const source = new EventSource(chat + path);
        source.onmessage = (event) => { source.close(); done(event.data); };
        source.onerror = () => { source.close(); done("no: error"); };
    });
    const submit = (path, type) => new Promise((done) => {
        const frame = document.createElement("iframe");
        frame.name = `frame${document.querySelectorAll("iframe").length}`;
        document.body.append(frame);
        const post = document.createElement("form");
        Object.assign(post, { method: "POST", action: chat + path, target: frame.name, enctype: type });
        const files = new DataTransfer();
        files.items.add(new File(["foreign words"], "form.txt"));
        const input = Object.assign(document.createElement("input"), { type: "file", name: "files" });
        input.files = files.files;
        post.append(input);
        document.body.append(post);
        frame.onload = () => done("sent");
        post.submit();
    });
    const json = { "Content-Type": "application/json" };
    return {
        page: await read(""),
        config: await read("config"),
        config_with_cookies: await read("config", { credentials: "include" }),
        info: await read("gradio_api/info"),
        queue: await read("gradio_api/queue/status"),
        ask: await read("gradio_api/call/ask", { method: "POST", body: JSON.stringify(asked), headers: json }),
        ask_as_text: await read("gradio_api/call/ask", { method: "POST", body: JSON.stringify(asked) }),
        upload: await read("gradio_api/upload", { method: "POST", body: form }),
        blind_upload: await read("gradio_api/upload", { method: "POST", body: form, mode: "no-cors" }),
        form: await submit("gradio_api/upload", "multipart/form-data"),
        request: await xhr("config"),
        events: await listen("gradio_api/heartbeat/foreign"),
        health: await read("healthz"),
    };
}"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("foreign")
    (folder / "vault.txt").write_text(f"The vault\n\n{SECRET}")
    library = Library(folder / "library")
    library.add_all([str(folder / "vault.txt")])
    yield library
    library.close()


@pytest.fixture(scope="module")
def address(library: Library) -> Iterator[str]:
    app = build_app(Engine(library), library, False, ())
    yield start(app, library, "127.0.0.1", free_port(), names=["chat.example.org", "desk.example.org:8443"])
    app.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for which every name is this machine, as after DNS rebinding."""
    rules = "--host-resolver-rules=MAP * 127.0.0.1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=[*QUIET, rules])
        yield browser
        browser.close()


@contextmanager
def opened(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    yield page
    context.close()


def port_of(address: str) -> int:
    return httpx.URL(address).port or 0


@pytest.mark.parametrize(
    ("page_at", "name"),
    [
        ("evil.example", "127.0.0.1"),
        ("evil.example", "evil.localhost"),
        ("evil.example", "localhost."),
        ("localhost", "localhost"),
        ("127.0.0.1", "localhost"),
    ],
)
def test_a_foreign_page_reads_nothing_and_leaves_nothing(
    browser: Browser, address: str, library: Library, page_at: str, name: str
) -> None:
    before = set((library.folder / "incoming").rglob("*"))
    with foreign_page() as port, opened(browser, f"http://{page_at}:{port}/") as page:
        told = page.evaluate(ATTEMPTS, f"http://{name}:{port_of(address)}/")
    assert {key: value for key, value in told.items() if not value.startswith("no: ")} == {
        "form": "sent",
        "blind_upload": "",
    }
    assert set((library.folder / "incoming").rglob("*")) == before


def test_a_page_at_a_name_that_was_pointed_here_reads_nothing(browser: Browser, address: str) -> None:
    rebound = f"http://evil.example:{port_of(address)}/"
    with opened(browser, rebound) as page:
        assert "not known as" in page.inner_text("body")
        for path in ("", *READ):
            told = page.evaluate("async (url) => (await fetch(url)).status", f"{rebound}{path}")
            assert told == 403, path


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_the_own_page_goes_on_under_each_of_its_names(browser: Browser, address: str, name: str) -> None:
    with opened(browser, f"http://{name}:{port_of(address)}/") as page:
        page.locator("#question textarea").fill("Who opened the vault at Drow?")
        page.locator("#question textarea").press("Enter")
        page.locator("#chat .answer:has(.sources)").wait_for()


def test_a_link_on_a_foreign_page_opens_the_chat(browser: Browser, address: str) -> None:
    with foreign_page() as port, opened(browser, f"http://evil.example:{port}/") as page:
        page.evaluate("url => { location = url; }", address)
        page.locator("#question textarea").wait_for()


def test_a_foreign_page_cannot_sign_anybody_out(browser: Browser, address: str) -> None:
    with foreign_page() as port, opened(browser, f"http://evil.example:{port}/") as page:
        page.evaluate("url => { location = url; }", f"{address}logout")
        page.wait_for_url(f"{address}logout")
        assert "Other pages" in page.inner_text("body")


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.localhost", "localhost.", "127.0.0.1.", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "127.1",
     "2130706433", "0x7f000001", "user@127.0.0.1", "127.0.0.1:7860:80", "", "local host", "localhost/", "ä.example"],
)  # fmt: skip
def test_a_host_that_is_not_known_gets_nothing(address: str, host: str) -> None:
    for path in ("", "healthz", *READ):
        told = httpx.get(f"{address}{path}", headers={"Host": host.encode()})
        assert told.status_code in (400, 403), (host, path)
        assert "access-control-allow-origin" not in told.headers


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "[::1]:7860", "127.0.0.1", "chat.example.org"])
def test_a_host_that_is_known_gets_the_page(address: str, host: str) -> None:
    assert httpx.get(address, headers={"Host": host}).status_code == 200
    assert httpx.get(f"{address}config", headers={"Host": host}).status_code == 200


def test_two_hosts_and_a_foreign_forwarded_one_get_nothing(address: str) -> None:
    port = port_of(address)
    for lines in (
        f"Host: localhost:{port}\r\nHost: evil.example",
        f"Host: localhost:{port}\r\nX-Forwarded-Host: evil.example",
        "X: y",
    ):
        with socket.create_connection(("127.0.0.1", port)) as sent:
            sent.sendall(f"GET /config HTTP/1.0\r\n{lines}\r\n\r\n".encode())
            assert sent.recv(100).split()[1] in (b"400", b"403"), lines


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1"},
        {"Origin": "http://localhost:{port}"},
        {"Origin": "http://chat.example.org:8080"},
        {"Origin": "http://127.0.0.1:{port}.evil.example"},
        {"Origin": "file://"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_no_request_of_a_foreign_page_is_answered(address: str, headers: dict[str, str]) -> None:
    headers = {name: value.replace("{port}", str(port_of(address))) for name, value in headers.items()}
    preflight = {**headers, "Access-Control-Request-Method": "POST"}
    for told in (
        *(httpx.get(f"{address}{path}", headers=headers) for path in READ),
        httpx.post(f"{address}gradio_api/call/ask", json={"data": ["Who?", None, None]}, headers=headers),
        httpx.post(f"{address}gradio_api/upload", files={"files": b"x"}, headers=headers),
        httpx.post(f"{address}gradio_api/cancel", json={}, headers=headers),
        httpx.options(f"{address}config", headers=preflight),
    ):
        assert told.status_code == 403, told.url
        assert not [name for name in told.headers if name.startswith("access-control")]
    for path in ("", "healthz"):
        told = httpx.get(f"{address}{path}", headers=headers)
        assert told.status_code == 200
        assert not [name for name in told.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("127.0.0.1:{port}", "http://127.0.0.1:{port}"),
        ("chat.example.org", "https://chat.example.org"),
        ("127.0.0.1:{port}", "https://desk.example.org:8443"),
    ],
)
def test_the_own_page_may_read_behind_a_reverse_proxy_too(address: str, host: str, origin: str) -> None:
    headers = {"Host": host, "Origin": origin, "Sec-Fetch-Site": "same-origin"}
    told = httpx.get(
        f"{address}config", headers={n: v.replace("{port}", str(port_of(address))) for n, v in headers.items()}
    )
    assert told.status_code == 200


def test_programs_send_no_origin_and_go_on(address: str) -> None:
    client = Client(address, verbose=False, analytics_enabled=False)
    assert SECRET in client.predict("Who opened the vault at Drow?", api_name="/ask")["answer"]


def test_a_wildcard_listens_at_the_address_that_a_request_came_in_at() -> None:
    hosts = KnownHosts("0.0.0.0")
    own, other = read_host("192.0.2.7:7860"), read_host("192.0.2.8:7860")
    assert own
    assert other
    assert hosts.knows(own, "192.0.2.7")
    assert not hosts.knows(other, "192.0.2.7")


@pytest.mark.parametrize("text", ["", "a b", "https://chat.example.org", "name:port", "*"])
def test_an_allowed_host_that_is_none_is_told(text: str) -> None:
    with pytest.raises(OnrecordError, match="is not a host: give --allow-host a name"):
        KnownHosts("127.0.0.1", [text])
