"""Other ways in: `gradio_client` asks, searches and shows; assistants get the same as tools."""

import json
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from index.errors import QuestionError
from index.library import Library
from rag.engine import Engine
from tests.support.browser import free_port
from ui.browser.page import build_app
from ui.server import api
from ui.server.serve import start

ROWS = (
    {
        "id": "b",
        "title": "Bridge",
        "text": "Marla Quist opened the Tarn bridge on 3 May 2021.",
        "published": "2021-05-04",
    },
    {"id": "f", "title": "Fire", "text": "A fire destroyed the Osk library.", "source": "The Herald"},
)
QUESTION = "Who opened the Tarn bridge?"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("api")
    (folder / "rows.jsonl").write_text("\n".join(json.dumps(row) for row in ROWS))
    library = Library(folder / "library")
    library.add_all([str(folder / "rows.jsonl")])
    yield library
    library.close()


@pytest.fixture(scope="module")
def client(library: Library) -> Iterator[Client]:
    app = build_app(Engine(library), library, False, ())
    yield Client(start(app, library, "127.0.0.1", free_port()), verbose=False, analytics_enabled=False)
    app.close()


def without_time(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "seconds"}


def test_a_program_asks_and_gets_what_ask_json_prints(client: Client, library: Library) -> None:
    told = client.predict(QUESTION, api_name="/ask")
    assert without_time(told) == without_time(json.loads(json.dumps(Engine(library).ask(QUESTION).to_json())))
    assert told["citations"][0]["sentence"] == ROWS[0]["text"]


def test_history_makes_a_follow_up_standalone(client: Client) -> None:
    history = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": "Marla Quist."}]
    told = client.predict("And when?", history, api_name="/ask")
    assert "3 May 2021" in told["answer"]


def test_filters_narrow_what_is_asked(client: Client) -> None:
    told = client.predict(QUESTION, filters={"source": "Herald"}, api_name="/ask")
    assert told["refused"]
    assert told["filters"] == ["source: Herald"]
    told = client.predict(QUESTION, filters={"since": "2021", "until": "2021-12", "in": ["b"]}, api_name="/ask")
    assert not told["refused"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"question": " "}, "question"),
        ({"question": QUESTION, "filters": {"colour": "red"}}, "the filters are since, until, source, author, in"),
        ({"question": QUESTION, "filters": {"since": "soon"}}, "YYYY-MM-DD"),
        ({"question": QUESTION, "filters": {"source": [1]}}, "must be a string or a list of strings"),
        ({"question": QUESTION, "history": [{"role": "nobody"}]}, "role"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(client: Client, arguments: dict[str, Any], told: str) -> None:
    with pytest.raises(AppError, match=told):
        client.predict(**arguments, api_name="/ask")


def test_filters_that_are_no_object_are_told(library: Library) -> None:
    with pytest.raises(QuestionError, match="not a JSON object"):
        api.read_filters([], library)  # type: ignore[arg-type]


def test_a_program_searches_and_shows_an_article(client: Client) -> None:
    found = client.predict("Tarn bridge", 1, api_name="/search")
    assert [(each["article_id"], each["text"]) for each in found] == [("b", ROWS[0]["text"])]
    shown = client.predict("b", api_name="/show")
    assert shown["text"][found[0]["start"] : found[0]["end"]] == found[0]["text"]
    with pytest.raises(AppError, match="no article with this ID"):
        client.predict("nowhere", api_name="/show")
    with pytest.raises(AppError, match="1 to 50"):
        client.predict("Tarn", 0, api_name="/search")


def test_only_ask_search_and_show_are_offered_each_with_its_description(client: Client) -> None:
    named = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    assert set(named) == {"/ask", "/search", "/show"}
    assert [each["parameter_name"] for each in named["/ask"]["parameters"]] == ["question", "history", "filters"]
    assert "exact, cited sentences" in named["/ask"]["description"]


@pytest.mark.skipif(find_spec("mcp") is None, reason="needs the extra onrecord[mcp], which pins other versions")
def test_assistants_find_the_three_tools_and_can_ask(library: Library) -> None:
    import asyncio

    from mcp import ClientSession
    from mcp.client.streamable_http import streamablehttp_client

    async def asked(address: str) -> tuple[set[str], str]:
        async with (
            streamablehttp_client(f"{address}gradio_api/mcp/") as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            tools = {tool.name for tool in (await session.list_tools()).tools}
            told = await session.call_tool("ask", {"question": QUESTION})
            return tools, told.content[0].text

    app = build_app(Engine(library), library, False, ())
    try:
        tools, told = asyncio.run(asked(start(app, library, "127.0.0.1", free_port(), mcp=True)))
    finally:
        app.close()
    assert tools == {"ask", "search", "show"}
    assert "Marla Quist" in told
