"""Validates the calls of page events and of the API before Gradio handles them."""

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

import gradio as gr
from starlette.datastructures import QueryParams
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.bounded_json import read_json
from ui.server.members import user_of
from ui.server.refusal import refusal
from ui.server.routes import API, path_of
from ui.server.upload_names import UploadNames

_LOG = logging.getLogger(__name__)
_JOIN, _CANCEL, _RESET = (f"{API}/{each}" for each in ("queue/join", "cancel", "reset"))
_EVENTS = f"{API}/queue/data"
_NAMED = tuple(f"{API}/{each}/" for each in ("api", "run", "call"))
_BY_PARAMETER = f"{API}/call/v2/"
_FACTS: Mapping[str, type] = {
    "session_hash": str,
    "event_id": str,
    "fn_index": int,
    "trigger_id": int,
    "simple_format": bool,
    "batched": bool,
    "oauth_token": str,
}
_NEEDED = {
    _JOIN: ("session_hash", "fn_index"),
    _CANCEL: ("session_hash", "event_id", "fn_index"),
    _RESET: ("event_id",),
}
_ARTICLE = {str: "a string", int: "a whole number", bool: "true or false"}


class MisuseError(Exception):
    """An invalid call that its sender can correct."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Calls:
    """ASGI middleware that answers a call Gradio would fail on with a 4xx status and one sentence.

    Calls refer to uploaded files by the names given to browsers (`names`); only a file's uploader may use it.
    """

    def __init__(self, app: ASGIApp, blocks: gr.Blocks, names: UploadNames) -> None:
        self._app = app
        self._blocks = blocks
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and path_of(scope) == _EVENTS and not self._has_events(scope):
            await refusal(404, "This session has no events: join the queue first.")(scope, receive, send)
            return
        if scope["type"] != "http" or scope["method"] != "POST" or not _is_call(scope):
            await self._app(scope, receive, send)
            return
        try:
            body = self._checked(scope, await _read(receive))
        except MisuseError as error:
            await refusal(error.status, str(error))(scope, receive, send)
            return
        sized = [pair for pair in scope["headers"] if pair[0] not in (b"content-length", b"content-type")]
        headers = [*sized, (b"content-length", str(len(body)).encode()), (b"content-type", b"application/json")]
        try:
            await self._app({**scope, "headers": headers}, _once(body, receive), send)
        except TypeError as error:
            # raised by Gradio for unknown or missing parameters
            if not path_of(scope).startswith(_BY_PARAMETER):
                raise
            message = "The arguments do not fit the function: /gradio_api/info lists its parameters."
            _LOG.info(message, exc_info=error)
            await refusal(422, message)(scope, receive, send)

    def _has_events(self, scope: Scope) -> bool:
        """Return whether a session has joined the queue; for any other, Gradio would fail in mid-stream."""
        asked = QueryParams(scope["query_string"]).get("session_hash")
        return asked in self._blocks._queue.pending_messages_per_session

    def _checked(self, scope: Scope, written: bytes) -> bytes:
        path, call = path_of(scope), _object(written)
        if path.startswith(_BY_PARAMETER):
            self._named(path.removeprefix(_BY_PARAMETER))
        else:
            _check_facts(call, _NEEDED.get(path, ()))
            if path not in (_CANCEL, _RESET):
                self._check_data(path, call)
        return json.dumps(self._with_files(call, user_of(scope))).encode()

    def _check_data(self, path: str, call: dict[str, Any]) -> None:
        data, number = call.get("data"), call.get("fn_index")
        if not isinstance(data, list):
            raise MisuseError(422, "The call has no “data”: send the list of its arguments.")
        if number is None:
            made = self._named(path.rpartition("/")[2])
        elif (made := self._blocks.fns.get(number)) is None:
            raise MisuseError(404, f"There is no function {number}: /gradio_api/info lists the functions.")
        shown = [block for block in made.inputs if not block.skip_api]
        if len(data) < len(made.inputs) and (path == _JOIN or len(data) != len(shown)):
            raise MisuseError(422, f"The call has {len(data)} arguments but needs {len(made.inputs)}.")

    def _named(self, name: str) -> Any:
        for made in self._blocks.fns.values():
            if made.api_name == name and name:
                return made
        raise MisuseError(404, "There is no function with this name: /gradio_api/info lists the functions.")

    def _with_files(self, value: Any, user: str | None) -> Any:
        if isinstance(value, list):
            return [self._with_files(each, user) for each in value]
        if not isinstance(value, dict):
            return value
        resolved = {name: self._with_files(each, user) for name, each in value.items()}
        if "path" not in value or "meta" not in value:
            return resolved
        path = self._names.path_of(value.get("path"), user)
        if path is None:
            raise MisuseError(400, "The uploaded file is no longer available: upload it again.")
        return {**resolved, "path": path, "url": None}


def _is_call(scope: Scope) -> bool:
    path = path_of(scope)
    return path in _NEEDED or path.startswith(_NAMED)


async def _read(receive: Receive) -> bytes:
    body = b""
    while (message := await receive())["type"] == "http.request":
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    return body


def _object(written: bytes) -> dict[str, Any]:
    try:
        call = read_json(written)
    except ValueError as error:
        message = f"The request is not valid JSON ({str(error)[:80]}): send a JSON object."
        raise MisuseError(400, message) from error
    if not isinstance(call, dict):
        raise MisuseError(422, "The request is JSON, but not an object: send {…}.")
    return call


def _check_facts(call: dict[str, Any], needed: tuple[str, ...]) -> None:
    for name, kind in _FACTS.items():
        value = call.get(name)
        if value is None and name not in needed:
            continue
        if type(value) is not kind:
            raise MisuseError(422, f"“{name}” must be {_ARTICLE[kind]}.")


def _once(body: bytes, receive: Receive) -> Callable[[], Any]:
    sent = False

    async def replayed() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed
