"""What a request may be: bounded before it is read, understood or told why not; uploads serve who brought them."""

import asyncio
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message, Receive, Scope, Send

from index.library import Library
from rag.engine import Engine
from tests.support.browser import free_port
from tests.support.fuzzing import fuzzed, within_limits
from ui.browser.page import build_app
from ui.server import auth, body_limit
from ui.server.bounded_json import DEEPEST, read_json
from ui.server.serve import start

FACT = "The kiln at Marl was lit by Ora Fenn in 1871."
PEOPLE = {name: auth.hashed("rye & 9") for name in ("ada", "bo")}
MOST = body_limit.MOST
JSON = {"Content-Type": "application/json"}
CALLS = ("queue/join", "call/ask", "call/v2/ask", "run/ask", "api/ask", "run/predict", "cancel", "reset")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("requests")
    (folder / "kiln.txt").write_text(f"The kiln\n\n{FACT}")
    library = Library(folder / "library")
    library.add_all([str(folder / "kiln.txt")])
    yield library
    library.close()


@pytest.fixture(scope="module")
def address(library: Library) -> Iterator[str]:
    app = build_app(Engine(library), library, False, ())
    yield start(app, library, "127.0.0.1", free_port())
    app.close()


@pytest.fixture(scope="module")
def closed(library: Library) -> Iterator[str]:
    """The page where everybody must say who they are."""
    app = build_app(Engine(library), library, False, ())
    yield start(app, library, "127.0.0.1", free_port(), PEOPLE)
    app.close()


@contextmanager
def signed_in(address: str, name: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=30) as client:
        assert client.post("login", data={"username": name, "password": "rye & 9"}).status_code == 200
        yield client


def uploading(address: str, library: Library) -> int:
    """Return which of the page's functions takes uploaded files in."""
    config = httpx.get(f"{address}config").json()
    files = {each["id"] for each in config["components"] if each["type"] == "file"}
    return next(each["id"] for each in config["dependencies"] if files & set(each["inputs"]))


def a_file(path: object) -> dict[str, Any]:
    return {"path": path, "orig_name": "a.txt", "size": 3, "meta": {"_type": "gradio.FileData"}}


def test_a_large_body_is_refused_before_it_is_read(address: str, closed: str) -> None:
    for at in (address, closed):
        for path in ("gradio_api/queue/join", "gradio_api/call/ask", "login", "gradio_api/reset", "nowhere"):
            told = httpx.post(f"{at}{path}", content=b"[" * (MOST + 1), headers=JSON)
            assert told.status_code == 413, path
            assert "1 MB" in told.json()["detail"]


@pytest.mark.parametrize("path", ["gradio_api/queue/join", "gradio_api/cancel", "login"])
def test_a_body_that_comes_in_chunks_is_counted_as_it_comes(address: str, path: str) -> None:
    kind = JSON if path != "login" else {"Content-Type": "application/x-www-form-urlencoded"}
    told = httpx.post(f"{address}{path}", content=iter([b"0" * 65536] * (MOST // 65536 + 2)), headers=kind)
    assert told.status_code == 413


def test_no_more_than_the_limit_is_read_of_a_body_that_never_ends() -> None:
    read, sent = 0, []

    async def receive() -> Message:
        nonlocal read
        read += 65536
        return {"type": "http.request", "body": b"0" * 65536, "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            while True:
                await receive()
        except Exception:
            await send({"type": "http.response.start", "status": 400, "headers": []})

    scope = {"type": "http", "method": "POST", "path": "/gradio_api/queue/join", "headers": []}
    asyncio.run(body_limit.BodyLimit(app)(scope, receive, send))
    assert read <= MOST + 65536
    assert [each["status"] for each in sent if "status" in each] == [413]


def test_a_claim_alone_is_enough_and_without_a_cookie_nothing_of_a_body_is_waited_for(closed: str) -> None:
    port = httpx.URL(closed).port
    for path, claim, status in (("gradio_api/queue/join", MOST + 1, b"413"), ("gradio_api/upload", 9, b"401")):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as sent:
            head = f"POST /{path} HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: {claim}\r\n\r\n"
            sent.sendall(head.encode())
            assert sent.recv(100).split()[1] == status, path


@pytest.mark.parametrize("path", ["openapi.json", "gradio_api/openapi.json", "gradio_api/info", "config"])
def test_what_the_server_can_do_is_told_to_members_alone(closed: str, path: str) -> None:
    assert httpx.get(f"{closed}{path}").status_code in (401, 404)


@pytest.mark.parametrize("path", ["cancel", "reset", "queue/join", "call/ask", "run/predict", "upload"])
def test_nothing_is_done_for_who_is_not_signed_in(closed: str, path: str) -> None:
    told = httpx.post(f"{closed}gradio_api/{path}", json={})
    assert told.status_code == 401
    assert "Sign in" in told.json()["detail"]
    for path in ("heartbeat/x", "queue/data?session_hash=x", "call/ask/x", "upload_progress?upload_id=x", "token"):
        assert httpx.get(f"{closed}gradio_api/{path}").status_code in (401, 404)


@pytest.mark.parametrize(
    "path",
    ["gradio_api/file=/etc/hostname", "gradio_api/file=http://192.0.2.1/", "gradio_api/proxy=http://192.0.2.1/",
     "gradio_api/file//etc/hostname", "gradio_api/token", "monitoring", "gradio_api/dev/reload", "openapi.json",
     "gradio_api/custom_component/file/client/component/index.js", "gradio_api/vibe-code"],
)  # fmt: skip
def test_routes_that_nobody_needs_are_closed(address: str, path: str) -> None:
    assert httpx.get(f"{address}{path}").status_code == 404


@pytest.mark.parametrize(
    ("path", "body", "status", "told"),
    [
        ("queue/join", b"{", 400, "not valid JSON"),
        ("queue/join", b"\xff", 400, "not valid JSON"),
        ("queue/join", b"[" * 100_000, 400, "nested too deeply"),
        ("call/ask", b'{"data": ' + b"[" * 100 + b"]" * 100 + b"}", 400, "nested too deeply"),
        ("queue/join", b"[1]", 422, "not an object"),
        ("queue/join", b"{}", 422, "session_hash"),
        ("queue/join", b'{"session_hash": 1, "fn_index": 1, "data": []}', 422, "session_hash"),
        ("queue/join", b'{"session_hash": "x", "fn_index": "1", "data": []}', 422, "fn_index"),
        ("queue/join", b'{"session_hash": "x", "fn_index": 99999, "data": []}', 404, "no function 99999"),
        ("queue/join", b'{"session_hash": "x", "fn_index": -1, "data": []}', 404, "no function"),
        ("queue/join", b'{"session_hash": "x", "fn_index": 1, "data": {}}', 422, "data"),
        ("call/ask", b'{"data": "Who?"}', 422, "data"),
        ("call/ask", b'{"data": []}', 422, "0 arguments"),
        ("call/nothing", b'{"data": []}', 404, "no function with this name"),
        ("call/v2/nothing", b"{}", 404, "no function with this name"),
        ("cancel", b'{"session_hash": []}', 422, "session_hash"),
        ("reset", b"{}", 422, "event_id"),
    ],
)  # fmt: skip
def test_a_call_that_is_wrong_is_told_why(address: str, path: str, body: bytes, status: int, told: str) -> None:
    answered = httpx.post(f"{address}gradio_api/{path}", content=body, headers=JSON)
    assert (answered.status_code, told in answered.json()["detail"]) == (status, True), answered.text


@pytest.mark.parametrize("path", ["run/ask", "api/ask"])
def test_no_question_passes_the_queue_by(address: str, path: str) -> None:
    assert httpx.post(f"{address}gradio_api/{path}", json={"data": ["Who?", None, None]}).status_code == 404


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)
NAMES = (
    *("session_hash", "event_id", "fn_index", "data", "event_data", "trigger_id", "simple_format", "batched"),
    *("question", "history", "filters"),
)
A_FILE = st.just({"path": "/etc/hostname", "meta": {"_type": "gradio.FileData"}})
FIELDS = st.dictionaries(st.sampled_from(NAMES), VALUES | st.integers(-1, 60) | st.lists(VALUES | A_FILE))


@fuzzed(60)
@given(path=st.sampled_from(CALLS), body=VALUES | FIELDS)
def test_no_body_makes_the_server_stumble(address: str, path: str, body: Any) -> None:
    with within_limits():
        told = httpx.post(f"{address}gradio_api/{path}", content=json.dumps(body).encode(), headers=JSON, timeout=60)
    assert told.status_code < 500, (path, body, told.text)


def test_replies_name_no_folder_of_the_server(address: str, library: Library) -> None:
    kept = httpx.post(f"{address}gradio_api/upload", files={"files": ("note.txt", b"rye")})
    folder = str(library.folder.absolute())
    assert folder not in kept.text
    assert kept.json()[0].endswith("/note.txt")
    for path in ("", "config", "gradio_api/info", "gradio_api/openapi.json", f"gradio_api/file={kept.json()[0]}"):
        assert folder not in httpx.get(f"{address}{path}").text


@pytest.mark.parametrize("path", ["/etc/hostname", "a.txt", "http://192.0.2.1/", 1, None])
def test_a_path_is_no_uploaded_file(address: str, library: Library, path: object) -> None:
    call = {
        "session_hash": "x",
        "fn_index": uploading(address, library),
        "data": [[a_file(path)], ["a.txt"], False, ""],
    }
    told = httpx.post(f"{address}gradio_api/queue/join", json=call)
    assert (told.status_code, "upload it again" in told.text) == (400, True)


def test_an_upload_serves_nobody_but_who_brought_it(closed: str, address: str, library: Library) -> None:
    number = uploading(address, library)
    with signed_in(closed, "ada") as ada, signed_in(closed, "bo") as bo:
        name = ada.post("gradio_api/upload", files={"files": ("mine.txt", b"rye")}).json()[0]
        real = next((library.folder / "incoming").rglob("mine.txt"))
        for known in (name, str(real)):
            assert bo.get(f"gradio_api/file={known}").status_code == 404
            call = {"session_hash": "bo", "fn_index": number, "data": [[a_file(known)], ["mine.txt"], False, ""]}
            assert bo.post("gradio_api/queue/join", json=call).status_code == 400
        call = {"session_hash": "ada", "fn_index": number, "data": [[a_file(name)], ["mine.txt"], False, ""]}
        assert ada.post("gradio_api/queue/join", json=call).status_code == 200


def test_json_is_read_to_a_bounded_depth() -> None:
    assert read_json("[" * DEEPEST + "]" * DEEPEST)
    for deep in ("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), "[" * 100_000, '{"a":' * 100_000):
        with pytest.raises(ValueError, match=r"nested|Expecting"):
            read_json(deep)


def test_headers_without_end_are_cut_off(address: str) -> None:
    where = httpx.URL(address)
    with socket.create_connection((where.host, int(where.port or 80)), timeout=30) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        with pytest.raises(OSError, match=r"reset|Broken pipe"):
            line.sendall((b"x: " + b"a" * 1_000_000 + b"\r\n") * 100)


def test_a_session_without_events_is_told_so(address: str) -> None:
    told = httpx.get(f"{address}gradio_api/queue/data", params={"session_hash": "nobody"})
    assert told.status_code == 404
    assert "join the queue first" in told.json()["detail"]
