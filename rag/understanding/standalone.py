"""Questions with their history: read, checked, and made standalone by rule."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from index.errors import QuestionError
from index.text.english import terms

LONGEST = 8000
_LATIN_END = 0x250

_PRONOUN = re.compile(
    r"\b(he|she|him|his|her|hers|they|them|their|theirs|it|its|this|that|these|those|there|then|one|ones|both)\b",
    re.IGNORECASE,
)
_PERSONAL = re.compile(r"\b(he|she|him|his|her)\b", re.IGNORECASE)
_ADDED = re.compile(r"^(?:and|but|or|so|also|ok(?:ay)?|then)\b[\s,]*", re.IGNORECASE)
_ABOUT = re.compile(r"^(?:and\s+|but\s+)?(?:what|how)\s+about\s+(.+?)[\s?]*$", re.IGNORECASE)
_PREPOSITION = re.compile(r"^(at|in|on|for|from|to|by|with|under|after|before|during|of)\s+", re.IGNORECASE)
_ASKS = re.compile(r"\b(?:who|whom|whose|what|when|where|which|why|how)\b", re.IGNORECASE)
_DETERMINED = re.compile(
    r"\b(?:the|a|an|this|that|his|her|its|their)\s+(?:(?!\b(?:the|a|an|of|in|at|on|for|to|by|with)\b)\S+\s*)+$",
    re.I,
)
_NAMES = re.compile(r"[A-Z][\w'’-]+(?:\s+(?:of\s+|de\s+|van\s+)?[A-Z][\w'’-]+)*$")
_PERSON = re.compile(r"\b[A-Z][a-z][\w'’-]*(?:\s+[A-Z][\w'’.-]*)*\s+[A-Z][a-z][\w'’-]+\b")
_OPENER = re.compile(r"^(?:[A-Z][a-z]+)\s+(?=[A-Z])")
_MARKER = re.compile(r"\s*\[\d+\]")


@dataclass(frozen=True)
class Turn:
    """One earlier message of a conversation: who (`user` or `assistant`) and what."""

    role: str
    text: str


def read_history(data: Any) -> tuple[Turn, ...]:
    """Return turns from a list of `{role, content}` or `{role, text}`; content may be Gradio's parts.

    Raises QuestionError where the list is anything else.
    """
    if not isinstance(data, list):
        raise QuestionError("The history is not a JSON list: give a list of {role, content}.")
    return tuple(_turn(entry, number) for number, entry in enumerate(data, start=1))


def _turn(entry: Any, number: int) -> Turn:
    role = entry.get("role") if isinstance(entry, dict) else None
    if role not in ("user", "assistant", "system", "agent"):
        raise QuestionError(f"Entry {number} of the history has no role 'user' or 'assistant'.")
    content = entry.get("content", entry.get("text"))
    if isinstance(content, list):
        content = "".join(_part(part) for part in content)
    if not isinstance(content, str):
        raise QuestionError(f"Entry {number} of the history has no text: give it a 'content'.")
    return Turn("assistant" if role == "agent" else role, content)


def _part(part: Any) -> str:
    text = part.get("text", "") if isinstance(part, dict) else part
    return text if isinstance(text, str) else ""


def checked_question(question: str) -> str:
    """Return the question in one line without odd spaces; raise QuestionError where it cannot be asked."""
    asked = " ".join(question.encode("utf-8", "replace").decode().replace("\x00", " ").split())
    if not asked:
        raise QuestionError("The question is empty: write what you want to know.")
    if len(asked) > LONGEST:
        raise QuestionError(f"The question has {len(asked)} characters: ask in at most {LONGEST}.")
    if not any(char.isalnum() for char in asked):
        raise QuestionError("The question has no words: write what you want to know.")
    return asked


def is_latin(question: str) -> bool:
    """Tell whether at least half of a question's letters are Latin: the reader knows no other script."""
    letters = [char for char in question if char.isalpha()]
    return 2 * sum(ord(char) < _LATIN_END for char in letters) >= len(letters)


def standalone_question(question: str, history: Sequence[Turn]) -> str:
    """Return the question as it reads without its history; itself where it does not lean on it."""
    asked = [turn.text.strip() for turn in history if turn.role == "user" and turn.text.strip()]
    if not asked or not leans(question):
        return question
    before = standalone_question(asked[-1], _until_last_question(history))
    return _about(question, before) or _named(question, before, _last_reply(history)) or _with(question, before)


def _until_last_question(history: Sequence[Turn]) -> Sequence[Turn]:
    last = max(index for index, turn in enumerate(history) if turn.role == "user" and turn.text.strip())
    return history[:last]


def _last_reply(history: Sequence[Turn]) -> str:
    replies = [turn.text for turn in history if turn.role == "assistant"]
    return _MARKER.sub("", replies[-1]) if replies else ""


def leans(question: str) -> bool:
    """Tell whether a question needs the one before it: a pronoun, an opening 'and', or hardly any words."""
    bare = _ADDED.sub("", question)
    if bare != question or _ABOUT.match(question):
        return True
    return len(terms(question)) < 2 or bool(_open_pronoun(question))


def _open_pronoun(question: str) -> re.Match[str] | None:
    """Find a pronoun with no name before it in the question that it could stand for."""
    match = _PRONOUN.search(question)
    if not match or re.search(r"\bthere\s+(?:is|are|was|were|be)\b|\b(?:is|are|was|were)\s+there\b", question, re.I):
        return None
    before = question[: match.start()].split(" ", 1)[-1]
    follows = question[match.end() :].split()
    if match[0].lower() in ("this", "that", "these", "those") and len(follows) > 1 and len(terms(question)) > 3:
        return None
    return None if re.search(r"\b[A-Z]\w+", before) else match


def _about(question: str, before: str) -> str | None:
    """'What about the school?' asks the question before of another thing."""
    match = _ABOUT.match(question)
    topic = match[1] if match else _ADDED.sub("", question).rstrip(" ?")
    if not match and (topic == question.rstrip(" ?") or _ASKS.search(topic)):
        return None
    stem = before.rstrip(" ?")
    placed = _replaced_place(topic, stem)
    if placed:
        return placed
    if match is None:
        return None
    phrase = _DETERMINED.search(stem) or _NAMES.search(stem)
    return f"{stem[: phrase.start()]}{topic}?" if phrase and phrase.start() else None


def _replaced_place(topic: str, stem: str) -> str | None:
    preposition = _PREPOSITION.match(topic)
    if not preposition:
        return None
    found = re.search(rf"\b{preposition[1]}\s.*$", stem, re.IGNORECASE)
    return f"{stem[: found.start()]}{topic}?" if found and found.start() else None


def _named(question: str, before: str, reply: str) -> str | None:
    """'Why did she resign?' asks it of the person named last."""
    match = _PERSONAL.search(question)
    if not match or not _open_pronoun(question):
        return None
    people = _PERSON.findall(_OPENER.sub("", before)) or _PERSON.findall(reply)
    if not people:
        return None
    owned = match[0].lower() in ("his", "her") and bool(re.match(r"\s+[a-z]", question[match.end() :]))
    name = f"{people[0]}'s" if owned else people[0]
    bare = _ADDED.sub("", question[: match.start()])
    named = f"{bare}{name}{question[match.end() :]}"
    return named if len(terms(named)) > 2 else _with(named, before)


def _with(question: str, before: str) -> str:
    bare = _ADDED.sub("", question).rstrip(" ?")
    return f"{bare[:1].upper()}{bare[1:]} - {before}" if bare else before
