"""Conversations as a browser stores them: packed into plain data, listed, reopened, exported."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from rag.answer_json import answer_from_json
from ui.browser.conversation import Conversation, Exchange, messages
from ui.render.answer_markdown import conversation_markdown
from ui.server.bounded_json import read_json

MOST = 100
"""Conversations stored in a browser; the oldest are deleted first."""
MOST_BYTES = 500_000
"""Of all together: they are sent in one request of 1 MB (`BodyLimit`), where each quotation mark takes two bytes."""
_NAME = 80
_FIELDS = ("id", "question", "problem", "stopped", "good")
_LEFT_OUT = ("answer", "short", "evidence", "also_read")
"""Fields of an answer that are not stored, for size."""

SavedConversation = dict[str, Any]


def read(written: str | None) -> list[SavedConversation]:
    """Return the conversations stored in a browser, the newest first; anything else found there is left out."""
    try:
        kept = read_json(written or "[]")
    except ValueError:
        return []
    return [each for each in kept if isinstance(each, dict) and "id" in each] if isinstance(kept, list) else []


def write(conversations: Iterable[SavedConversation]) -> str:
    """Return as many conversations as a browser has room for, as text to store."""
    kept = list(conversations)[:MOST]
    while len((written := json.dumps(kept, ensure_ascii=False)).encode("utf-8", "replace")) > MOST_BYTES and kept:
        kept = kept[: len(kept) // 2]
    return written


def with_conversation(
    conversations: Iterable[SavedConversation], conversation: Conversation
) -> list[SavedConversation]:
    """Return conversations with this one first, in place of its earlier state."""
    others = [each for each in conversations if not conversation or each["id"] != conversation[0].id]
    return [pack(conversation), *others] if conversation else others


def pack(conversation: Conversation) -> SavedConversation:
    """Return a conversation as plain data, named after its first question."""
    name = " ".join(conversation[0].question.split())
    exchanges: list[dict[str, Any]] = []
    for exchange in conversation:
        answer = exchange.answer.to_json() if exchange.answer else None
        stored = answer and {name: value for name, value in answer.items() if name not in _LEFT_OUT}
        exchanges.append({**{name: getattr(exchange, name) for name in _FIELDS}, "answer": stored})
    return {
        "id": conversation[0].id,
        "name": name if len(name) <= _NAME else name[: _NAME - 1] + "…",
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "exchanges": exchanges,
    }


def unpack(saved: SavedConversation) -> Conversation:
    """Return the saved conversation without the exchanges that cannot be read, as users can edit what is stored."""
    exchanges: list[Exchange] = []
    for packed in saved.get("exchanges") or ():
        try:
            answer = answer_from_json(packed["answer"]) if packed["answer"] else None
            exchange = Exchange(answer=answer, **{name: packed[name] for name in _FIELDS})
            messages((exchange,))  # an exchange that cannot be shown cannot be read
        except (KeyError, TypeError, ValueError, AttributeError):
            continue
        exchanges.append(exchange)
    return (replace(exchanges[0], id=str(saved["id"])), *exchanges[1:]) if exchanges else ()


def markdown(conversation: Conversation) -> str:
    """Return a conversation as Markdown."""
    return conversation_markdown((each.question, each.answer or each.problem or "Stopped.") for each in conversation)


def as_json(conversation: Conversation) -> str:
    """Return a conversation as JSON: its name, and each question with the answer that `ask --json` prints."""
    turns = [
        each.answer.to_json() if each.answer else {"question": each.question, "problem": each.problem}
        for each in conversation
    ]
    named = {"name": pack(conversation)["name"], "exchanges": turns} if conversation else {}
    return json.dumps(named, ensure_ascii=False, indent=1)
