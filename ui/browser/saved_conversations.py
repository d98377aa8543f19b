"""Conversations as a browser keeps them: packed into plain data, listed, opened again, taken elsewhere."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from rag.answer import Answer
from rag.answer_json import answer_from_json
from ui.browser.conversation import Conversation, Exchange, messages
from ui.render.answer_markdown import conversation_markdown
from ui.server.bounded_json import read_json

MOST = 100
"""Conversations that a browser keeps; the oldest go first."""
MOST_BYTES = 500_000
"""Of all of them: they go to the server in one request of 1 MB (`BodyLimit`), in which a quotation mark takes twice."""
_NAME = 80
_LEFT_OUT = ("answer", "short", "evidence", "also_read")
"""What of an answer is not kept: a talk would grow heavy."""

SavedConversation = dict[str, Any]


def read(written: str | None) -> list[SavedConversation]:
    """Return the conversations of a browser's text, the newest first; what is not ours is left out."""
    try:
        kept = read_json(written or "[]")
    except ValueError:
        return []
    return [each for each in kept if isinstance(each, dict) and "id" in each] if isinstance(kept, list) else []


def write(conversations: Iterable[SavedConversation]) -> str:
    """Return as many conversations as a browser has room for, as its text."""
    kept = list(conversations)[:MOST]
    while len((written := json.dumps(kept, ensure_ascii=False)).encode("utf-8", "replace")) > MOST_BYTES and kept:
        kept = kept[: len(kept) // 2]
    return written


def with_talk(conversations: Iterable[SavedConversation], talk: Conversation) -> list[SavedConversation]:
    """Return conversations with a talk as the newest of them, in place of what it was."""
    others = [each for each in conversations if not talk or each["id"] != talk[0].id]
    return [pack(talk), *others] if talk else others


def pack(talk: Conversation) -> SavedConversation:
    """Return a talk as plain data, named by its first question."""
    name = " ".join(talk[0].question.split())
    return {
        "id": talk[0].id,
        "name": name if len(name) <= _NAME else name[: _NAME - 1] + "…",
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "exchanges": [_packed(exchange) for exchange in talk],
    }


def unpack(conversation: SavedConversation) -> Conversation:
    """Return the talk of a conversation; an exchange that cannot be read is left out, as the browser's text is free."""
    read = (_unpacked(each) for each in conversation.get("exchanges") or ())
    talk = tuple(exchange for exchange in read if exchange)
    return (replace(talk[0], id=str(conversation["id"])), *talk[1:]) if talk else ()


def markdown(talk: Conversation) -> str:
    """Return a talk as Markdown."""
    return conversation_markdown((each.question, each.answer or each.problem or "Stopped.") for each in talk)


def as_json(talk: Conversation) -> str:
    """Return a talk as JSON: its name, and each question with its answer as `ask --json` prints it."""
    turns = [
        each.answer.to_json() if each.answer else {"question": each.question, "problem": each.problem} for each in talk
    ]
    named = {"name": pack(talk)["name"], "exchanges": turns} if talk else {}
    return json.dumps(named, ensure_ascii=False, indent=1)


def _packed(exchange: Exchange) -> dict[str, Any]:
    facts = {name: getattr(exchange, name) for name in ("id", "question", "problem", "stopped", "good")}
    return {**facts, "answer": _packed_answer(exchange.answer) if exchange.answer else None}


def _packed_answer(answer: Answer) -> dict[str, Any]:
    return {name: value for name, value in answer.to_json().items() if name not in _LEFT_OUT}


def _unpacked(packed: Any) -> Exchange | None:
    try:
        answer = answer_from_json(packed["answer"]) if packed["answer"] else None
        told = {name: packed[name] for name in ("id", "question", "problem", "stopped", "good")}
        exchange = Exchange(answer=answer, **told)
        messages((exchange,))  # what cannot be shown is not an exchange
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    return exchange
