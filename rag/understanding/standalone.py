"""Questions read and checked, and follow-ups made standalone: by a language model where there is one, else by rule."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.errors import QuestionError
from index.text.english import terms
from rag.llm.errors import LanguageModelError
from rag.llm.stream import without_thoughts
from rag.understanding.history import Turn

if TYPE_CHECKING:
    from rag.llm.base import Model

LONGEST = 8000
_TURNS, _TURN = 4, 400
"""How many earlier turns a model is given, and how many characters of each."""
_PROMPT = """\
Below is a conversation between the lines of dashes. Write its last question so that it can be understood without what
was said before: put names in place of words such as "he", "it" or "there". Answer with that question only, on one
line."""

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


def read_question(question: str) -> str:
    """Return the question in one line without odd spaces; raise QuestionError where it cannot be asked."""
    asked = " ".join(question.encode("utf-8", "replace").decode().replace("\x00", " ").split())
    if not asked:
        raise QuestionError("The question is empty: write what you want to know.")
    if len(asked) > LONGEST:
        raise QuestionError(f"The question has {len(asked)} characters: shorten it to {LONGEST} at most.")
    if not any(char.isalnum() for char in asked):
        raise QuestionError("The question has no words: write what you want to know.")
    return asked


def standalone(question: str, history: Sequence[Turn], model: "Model | None" = None) -> str:
    """Return the question as it reads without its history; the model's words where it can say it."""
    by_rule = standalone_by_rule(question, history)
    if not model or not history or not is_follow_up(question):
        return by_rule
    from llama_index.core.base.llms.types import ChatMessage, MessageRole

    turns = [*history[-_TURNS:], Turn("user", question)]
    said = "\n".join(f"{turn.role}: {' '.join(turn.text.split())[:_TURN]}" for turn in turns)
    asked = [(MessageRole.SYSTEM, _PROMPT), (MessageRole.USER, f"----------\n{said}\n----------")]
    try:
        text = "".join(model.stream([ChatMessage(role=role, content=content) for role, content in asked]))
    except LanguageModelError:
        return by_rule
    lines = without_thoughts(text).splitlines()
    return lines[0].strip() if len(lines) == 1 and len(lines[0]) <= _TURN and "?" in lines[0] else by_rule


def standalone_by_rule(question: str, history: Sequence[Turn]) -> str:
    """Return the question as it reads without its history; itself where it is no follow-up."""
    asked = [turn.text.strip() for turn in history if turn.role == "user" and turn.text.strip()]
    if not asked or not is_follow_up(question):
        return question
    last = max(index for index, turn in enumerate(history) if turn.role == "user" and turn.text.strip())
    before = standalone_by_rule(asked[-1], history[:last])
    replies = [_MARKER.sub("", turn.text) for turn in history if turn.role == "assistant"] or [""]
    return _about(question, before) or _named(question, before, replies[-1]) or _with(question, before)


def is_follow_up(question: str) -> bool:
    """Tell whether a question needs the one before it: a pronoun, an opening 'and', or hardly any words."""
    bare = _ADDED.sub("", question)
    if bare != question or _ABOUT.match(question):
        return True
    return len(terms(question)) < 2 or bool(_unresolved_pronoun(question))


def _unresolved_pronoun(question: str) -> re.Match[str] | None:
    """Find a pronoun that no name before it in the question resolves."""
    match = _PRONOUN.search(question)
    if not match or re.search(r"\bthere\s+(?:is|are|was|were|be)\b|\b(?:is|are|was|were)\s+there\b", question, re.I):
        return None
    before = question[: match.start()].split(" ", 1)[-1]
    follows = question[match.end() :].split()
    if match[0].lower() in ("this", "that", "these", "those") and len(follows) > 1 and len(terms(question)) > 3:
        return None
    return None if re.search(r"\b[A-Z]\w+", before) else match


def _about(question: str, before: str) -> str | None:
    """'What about the school?' asks the previous question about another thing."""
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
    """'Why did she resign?' asks about the person named last."""
    match = _PERSONAL.search(question)
    if not match or not _unresolved_pronoun(question):
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
