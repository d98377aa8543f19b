"""Conversations of a question set: each question's history, from the gold answers or the engine's own replies."""

from collections.abc import Callable, Sequence

from eval.sets.questions import Question
from rag.understanding.history import Turn

Ask = Callable[[str, tuple[Turn, ...]], str]
"""Asks the engine a question with this history, and returns its reply."""


def conversations(questions: Sequence[Question]) -> list[list[Question]]:
    """Group the questions by conversation, each in the order of its turns; any other question is a group of its own."""
    grouped: dict[str | int, list[Question]] = {}
    for number, question in enumerate(questions):
        grouped.setdefault(question.conversation_id or number, []).append(question)
    return [sorted(each, key=lambda question: question.turn or 0) for each in grouped.values()]


def gold_history(question: Question, conversation: Sequence[Question]) -> tuple[Turn, ...]:
    """Return a question's history: its own, or the set's earlier turns with the first gold answer of each."""
    if question.history or question.turn is None:
        return question.history
    turns: list[Turn] = []
    for each in conversation:
        if each.turn is not None and each.turn < question.turn:
            turns += [Turn("user", each.question), *(Turn("assistant", answer) for answer in each.answers[:1])]
    return tuple(turns)


class OwnReplies:
    """The engine's own replies in one conversation.

    A question that is in the gold history but not in the set is asked as well; otherwise the engine would be shown a
    reply that it never gave.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._said: dict[tuple[str, ...], str] = {}

    def history(self, gold: Sequence[Turn]) -> tuple[Turn, ...]:
        """Return the user's turns of a gold history, each with the engine's own reply."""
        turns: tuple[Turn, ...] = ()
        texts: tuple[str, ...] = ()
        for text in _of_user(gold):
            texts += (text,)
            if texts not in self._said:
                self._said[texts] = self._ask(text, turns)
            turns += (Turn("user", text), Turn("assistant", self._said[texts]))
        return turns

    def note(self, gold: Sequence[Turn], question: str, reply: str) -> None:
        """Record the engine's reply to a question with this gold history."""
        self._said[(*_of_user(gold), question)] = reply


def _of_user(turns: Sequence[Turn]) -> tuple[str, ...]:
    return tuple(turn.text for turn in turns if turn.role == "user")
