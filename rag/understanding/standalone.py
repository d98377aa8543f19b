"""Validates questions and makes follow-ups standalone, with a language model if there is one, else by rule."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from index.errors import QuestionError
from rag.llm.errors import LanguageModelError
from rag.llm.stream import without_thoughts
from rag.understanding.bare_question import bare_question, stands_alone
from rag.understanding.follow_up import is_follow_up, standalone_by_rule
from rag.understanding.history import Turn
from rag.understanding.phrases import phrases

if TYPE_CHECKING:
    from rag.llm.base import Model

LONGEST = 8000
_TURNS, _TURN = 4, 400
"""Maximum earlier turns sent to a model, and maximum characters of each."""
_PROMPT = """\
Below is a conversation between the lines of dashes. Write its last question so that it can be understood without what
was said before: put names in place of words such as "he", "it" or "there". Answer with that question only, on one
line."""


def read_question(question: str) -> str:
    """Return the question on one line with normalised spaces; raise QuestionError if it is not valid."""
    asked = " ".join(question.encode("utf-8", "replace").decode().replace("\x00", " ").split())
    if not asked:
        raise QuestionError("The question is empty: write what you want to know.")
    if len(asked) > LONGEST:
        raise QuestionError(f"The question has {len(asked)} characters: shorten it to {LONGEST} at most.")
    if not any(char.isalnum() for char in asked):
        raise QuestionError("The question has no words: write what you want to know.")
    return asked


def standalone(question: str, history: Sequence[Turn], model: "Model | None" = None) -> str:
    """Return the standalone question, in the model's words if there is a model and its reply is usable."""
    by_rule = _by_rule(question, history)
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


def _by_rule(question: str, history: Sequence[Turn]) -> str:
    """Return the standalone bare question; an introduction with a name counts as an earlier turn."""
    spoken = [replace(turn, text=bare_question(turn.text)[1]) if turn.role == "user" else turn for turn in history]
    introduction, bare = bare_question(question)
    if any(phrase.name for phrase in phrases(introduction)):
        spoken.append(Turn("user", introduction))
    rewritten = standalone_by_rule(bare, spoken)
    return rewritten if stands_alone(rewritten, question) else standalone_by_rule(question, history)
