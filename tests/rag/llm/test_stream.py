"""Language models over real connections to a scripted server: what they answer, and every way in which they fail."""

import email.utils
import gc
import logging
import socket
import threading
import time
from collections.abc import Iterator

import pytest
from llama_index.core.base.llms.types import ChatMessage

from rag.llm.base import Model
from rag.llm.errors import Failure, LanguageModelError
from rag.llm.openai import HEADERS
from rag.llm.spec import model
from rag.llm.stream import Stream, Usage
from tests.support.llm_server import (
    CUT,
    DONE,
    FOR_EVER,
    LlmServer,
    Refusal,
    Step,
    event,
    finish,
    say,
    text,
    think,
)

KEY = "sk-Quite-Secret-0123456789"
ASKED = [ChatMessage(role="system", content="Be brief."), ChatMessage(role="user", content="How long is the pier?")]
PROSE = "the old pier of the town was built of oak and stone by masons who came over the hills in spring and stayed "


@pytest.fixture
def server() -> Iterator[LlmServer]:
    with LlmServer() as started:
        yield started


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "ONRECORD_LLM_KEY", "OLLAMA_HOST", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def quick(server: LlmServer, first_token: float = 5, total: float = 10) -> Model:
    return model(server.spec, first_token, total)


def failure(asked: Model) -> LanguageModelError:
    with pytest.raises(LanguageModelError) as caught:
        list(asked.stream(ASKED))
    assert str(caught.value) == f"The language model tiny at {asked.host} gave no answer: {caught.value.why}."
    return caught.value


def open_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "onrecord-llm"]


def wait_for_threads() -> None:
    until = time.monotonic() + 3
    while open_threads() and time.monotonic() < until:
        time.sleep(0.01)
    assert not open_threads()


def test_answers_in_pieces_and_tells_what_it_took(server: LlmServer) -> None:
    server.script = text("Eighty ", "metres ", "[1].")
    stream = quick(server).stream(ASKED)
    assert list(stream) == ["Eighty ", "metres ", "[1]."]
    assert stream.finish == "stop"
    took = stream.usage
    assert took == Usage(12, 3, took.seconds, estimated=False)
    assert 0 < took.seconds < 5
    assert stream.usage == took
    assert list(stream) == []
    wait_for_threads()


def test_sends_the_messages_and_nothing_about_this_machine(server: LlmServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-another-house")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", f"X-Mine: {KEY}\nAuthorization: Bearer {KEY}")
    list(quick(server).stream(ASKED))
    (asked,) = server.asked
    assert asked.path == "/v1/chat/completions"
    assert asked.body["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "How long is the pier?"},
    ]
    assert (asked.body["model"], asked.body["temperature"], asked.body["stream"]) == ("tiny", 0.0, True)
    assert set(asked.headers) <= HEADERS


def test_pieces_come_as_they_are_written(server: LlmServer) -> None:
    server.script = [say("Eighty "), 0.4, say("metres."), finish(), DONE]
    begun = time.monotonic()
    stream = quick(server).stream(ASKED)
    assert next(stream) == "Eighty "
    assert time.monotonic() - begun < 0.35
    assert list(stream) == ["metres."]


def test_tokens_are_estimated_where_the_server_does_not_tell(server: LlmServer) -> None:
    server.script = [say("Eighty metres [1]."), finish("length"), DONE]
    stream = quick(server).stream(ASKED)
    list(stream)
    assert stream.finish == "length"
    assert stream.usage == Usage(8, 5, stream.usage.seconds, estimated=True)


@pytest.mark.parametrize("option", ["stream_options", "temperature"])
def test_an_option_that_the_server_does_not_know_is_left_out(server: LlmServer, option: str) -> None:
    server.scripts = [Refusal(400, body=f'{{"error": {{"message": "Unsupported parameter: {option}"}}}}')]
    assert list(quick(server).stream(ASKED)) == ["Ready."]
    assert [option in asked.body for asked in server.asked] == [True, False]


def test_a_server_that_refuses_the_option_even_left_out_is_asked_twice_at_most(server: LlmServer) -> None:
    server.script = Refusal(422, body='{"error": {"message": "Unsupported parameter: temperature"}}')
    assert failure(quick(server)).why == "it rejected the request (422)"
    assert len(server.asked) == 2


@pytest.mark.parametrize("ending", [[finish()], [DONE], [finish(), CUT], [finish(), DONE, CUT]])
@pytest.mark.parametrize("chunked", [True, False])
def test_done_or_a_reason_is_an_end(ending: list[Step], chunked: bool) -> None:
    with LlmServer(chunked) as server:
        server.script = [say("Eighty."), *ending]
        assert list(quick(server).stream(ASKED)) == ["Eighty."]


@pytest.mark.parametrize("ending", [[], [CUT], [say("data: [DONE]\n\n")]])
@pytest.mark.parametrize("chunked", [True, False])
def test_a_cut_stream_fails_after_its_pieces(ending: list[Step], chunked: bool) -> None:
    with LlmServer(chunked) as server:
        server.script = [say("Eighty "), *ending]
        stream = quick(server).stream(ASKED)
        assert next(stream) == "Eighty "
        with pytest.raises(LanguageModelError, match="was lost before the end of the answer"):
            list(stream)
        assert list(stream) == []


@pytest.mark.parametrize(
    ("refusal", "why"),
    [
        (Refusal(401, body=f'{{"error": {{"message": "Bad key {KEY}"}}}}'), "it rejected the key (401): check"),
        (Refusal(403), "it denied access (403)"),
        (Refusal(404), "it has no such model or address (404)"),
        (Refusal(429), "it received too many requests (429): try again later"),
        (Refusal(429, {"Retry-After": "7"}), "try again in 7 seconds"),
        (Refusal(429, {"Retry-After": "1.2"}), "try again in 2 seconds"),
        (Refusal(429, {"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"}), "try again in 0 seconds"),
        (Refusal(429, {"Retry-After": "soon"}), "try again later"),
        (Refusal(429, body='{"error": {"code": "insufficient_quota"}}'), "the account has no quota left (429)"),
        (Refusal(500), "the server had an internal error (500): try again later"),
        (Refusal(503, {"Retry-After": "1"}, body="<html>busy"), "the server had an internal error (503)"),
        (Refusal(400, body='{"error": "maximum context length is 2048 tokens"}'), "longer than the model's context"),
        (Refusal(413), "longer than the model's context"),
        (Refusal(400), "it rejected the request (400)"),
        (Refusal(307, {"Location": "http://127.0.0.1:9/"}), "it redirected to another address (307)"),
    ],
)
def test_a_refusal_says_why_after_one_request(
    server: LlmServer, refusal: Refusal, why: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("ONRECORD_LLM_KEY", KEY)
    caplog.set_level(logging.DEBUG)
    server.script = refusal
    error = failure(quick(server))
    assert why in error.why
    assert len(server.asked) == 1
    assert server.asked[0].headers["authorization"] == f"Bearer {KEY}"
    assert KEY not in f"{error!r}{error.__cause__!r}{error.__context__!r}{caplog.text.replace(refusal.body, '')}"


def test_retry_after_may_be_a_date(server: LlmServer) -> None:
    server.script = Refusal(429, {"Retry-After": email.utils.formatdate(time.time() + 60, usegmt=True)})
    assert any(f"in {seconds} seconds" in failure(quick(server)).why for seconds in range(40, 61))


def test_an_error_within_the_stream(server: LlmServer) -> None:
    server.script = [say("Eighty "), b'data: {"error": {"message": "out of memory"}}\n\n']
    assert failure(quick(server)).why == "it stopped with an error"
    server.script = [b'data: {"error": {"message": "the context size is exceeded"}}\n\n']
    assert "longer than the model's context" in failure(quick(server)).why


def test_a_refused_connection() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert "no connection could be made" in failure(model(f"http://127.0.0.1:{port}/v1#tiny")).why


def test_what_is_no_language_model(server: LlmServer) -> None:
    server.script = [b"<html>Welcome</html>"]
    assert "without sending an answer: check the address" in failure(quick(server)).why
    server.script = [b"data: <html>\n\n"]
    assert "its reply could not be understood" in failure(quick(server)).why


@pytest.mark.parametrize("opening", [[], [event()], [say("")]])
def test_no_first_token_in_time(server: LlmServer, opening: list[Step]) -> None:
    server.script = [*opening, FOR_EVER]
    begun = time.monotonic()
    assert failure(quick(server, first_token=0.2)).why == "it did not begin to answer within 0.2 seconds"
    assert time.monotonic() - begun < 1
    assert server.hung_up.wait(2)
    wait_for_threads()


@pytest.mark.parametrize("rest", [[FOR_EVER], [0.05, say("a ")] * 100])
def test_not_done_in_time(server: LlmServer, rest: list[Step]) -> None:
    server.script = [say("Eighty "), *rest]
    begun = time.monotonic()
    assert failure(quick(server, total=0.3)).why == "it did not finish within 0.3 seconds"
    assert time.monotonic() - begun < 1
    assert server.hung_up.wait(2)
    wait_for_threads()


@pytest.mark.parametrize("piece", [say("a"), think("a"), event()])
def test_an_endless_fast_stream_ends_in_time(server: LlmServer, piece: bytes) -> None:
    server.script = [say("Eighty "), *[piece] * 2_000_000]
    begun = time.monotonic()
    assert failure(quick(server, total=0.5)).why == "it did not finish within 0.5 seconds"
    assert time.monotonic() - begun < 5
    assert server.hung_up.wait(5)
    wait_for_threads()


def test_an_answer_longer_than_any_is_ended(server: LlmServer) -> None:
    server.script = [think("hm " * 20_000)] * 100
    assert failure(quick(server, total=60)).kind is Failure.TOO_LONG
    wait_for_threads()


def test_a_fast_server_waits_for_its_reader(server: LlmServer) -> None:
    server.script = [*(say(f"{number} ") for number in range(3_000)), finish(), DONE]
    stream = quick(server, total=60).stream(ASKED)
    next(stream)
    time.sleep(0.3)
    assert stream._events.qsize() <= 65
    assert len("".join(stream).split()) == 2_999


def test_thinking_is_a_sign_of_life_and_no_text(server: LlmServer) -> None:
    server.script = [think("Hm. "), 0.4, *text("Eighty.")]
    assert list(quick(server, first_token=0.3).stream(ASKED)) == ["Eighty."]
    server.script = [think("Hm. "), finish(), DONE]
    assert failure(quick(server)).why == "it sent an empty answer"


def test_a_reader_may_be_slow(server: LlmServer) -> None:
    server.script = text("Eighty ", "metres.")
    stream = quick(server, first_token=0.3, total=0.3).stream(ASKED)
    time.sleep(0.5)
    assert list(stream) == ["Eighty ", "metres."]


@pytest.mark.parametrize("script", [text(), text(" ", "\n"), [DONE]])
def test_an_empty_answer(server: LlmServer, script: list[Step]) -> None:
    server.script = script
    assert failure(quick(server)).why == "it sent an empty answer"


@pytest.mark.parametrize(
    "loop",
    [
        ["The pier is eighty metres long. "] * 4,
        ["It stands. ", "The pier is long.\n"] * 4,
        ["Der Hafen ist alt.\n"] * 4,
        ["港口的长度是八十米。"] * 4,
        [f"{word} " for word in (PROSE * 4).split()],
        ["so ", "so, "] * 40,
        ["港口的长度是八十米而且很旧并且在山的后面"] * 4,
    ],
)
def test_an_answer_that_repeats_itself_is_ended(server: LlmServer, loop: list[str]) -> None:
    server.script = [*map(say, loop), FOR_EVER]
    assert "kept repeating the same words" in failure(quick(server)).why
    assert server.hung_up.wait(2)


@pytest.mark.parametrize(
    "pieces",
    [
        ["The pier is eighty metres long. "] * 3,
        [PROSE, PROSE],
        [f"The pier of {year} is long [{year}].\n" for year in range(40)],
        ["Not stated.\n"] * 6,
    ],
)
def test_a_repeated_word_or_line_is_no_loop(server: LlmServer, pieces: list[str]) -> None:
    server.script = text(*pieces)
    assert list(quick(server).stream(ASKED)) == pieces


def close(stream: Stream) -> None:
    stream.close()


def leave(stream: Stream) -> None:
    with stream:
        pass


def interrupt(stream: Stream) -> None:
    def interrupted() -> bool:
        raise KeyboardInterrupt

    stream._stop = interrupted
    with pytest.raises(KeyboardInterrupt):
        next(stream)


@pytest.mark.parametrize("going", [close, leave, interrupt])
@pytest.mark.parametrize("rest", [[FOR_EVER], [0.01, say("a ")] * 500])
def test_a_reader_who_goes_ends_the_connection(server: LlmServer, going: object, rest: list[Step]) -> None:
    server.script = [say("Eighty "), *rest]
    stream = quick(server).stream(ASKED)
    assert next(stream) == "Eighty "
    assert callable(going)
    going(stream)
    assert server.hung_up.wait(2)
    assert list(stream) == []
    wait_for_threads()


def test_a_forgotten_stream_ends_the_connection(server: LlmServer) -> None:
    server.script = [say("Eighty "), FOR_EVER]
    for _ in quick(server).stream(ASKED):
        break
    gc.collect()
    assert server.hung_up.wait(2)


def test_a_stream_closed_before_the_server_says_a_word(server: LlmServer) -> None:
    server.script = [FOR_EVER]
    stream = quick(server).stream(ASKED)
    while not server.asked:
        time.sleep(0.01)
    stream.close()
    assert server.hung_up.wait(2)
    quick(server).stream(ASKED).close()
    wait_for_threads()


def test_stop_ends_a_silent_stream_quietly(server: LlmServer) -> None:
    server.script = [say("Eighty "), FOR_EVER]
    pressed = threading.Event()
    stream = quick(server).stream(ASKED, pressed.is_set)
    assert next(stream) == "Eighty "
    threading.Timer(0.1, pressed.set).start()
    assert list(stream) == []
    assert stream.finish is None
    assert server.hung_up.wait(2)


def test_a_reader_who_sleeps_does_not_keep_the_model_busy(server: LlmServer) -> None:
    server.script = [say("Eighty "), *[0.02, say("a ")] * 500]
    stream = quick(server, total=0.3).stream(ASKED)
    assert server.hung_up.wait(2)
    with pytest.raises(LanguageModelError, match=r"not finish within 0.3 seconds"):
        list(stream)


def test_one_model_serves_many_at_once(server: LlmServer) -> None:
    server.script = [0.1, *text("Eighty ", "metres.")]
    asked = quick(server)
    streams = [asked.stream(ASKED) for _ in range(8)]
    assert [list(stream) for stream in streams] == [["Eighty ", "metres."]] * 8


def test_trying_out(server: LlmServer) -> None:
    server.script = [say("Ready"), FOR_EVER]
    assert quick(server).try_out() is None
    assert server.hung_up.wait(2)
    server.script = Refusal(401)
    wrong = quick(server).try_out()
    assert wrong is not None
    assert wrong.endswith("gave no answer: it rejected the key (401): check ONRECORD_LLM_KEY.")
