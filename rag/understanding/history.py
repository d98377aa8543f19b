"""Reads and validates the earlier turns of a conversation."""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import AliasChoices, BaseModel, Field, ValidationError, field_validator

from index.errors import QuestionError

MOST_TURNS = 200
"""Maximum turns in a history; each question may depend on the one before it, back to the first."""


@dataclass(frozen=True)
class Turn:
    """One earlier message of a conversation: its role (`user` or `assistant`) and its text."""

    role: str
    text: str


class _Message(BaseModel):
    role: Literal["user", "assistant", "system", "agent"]
    content: str = Field(validation_alias=AliasChoices("content", "text"))

    @field_validator("content", mode="before")
    @classmethod
    def _joined(cls, content: Any) -> Any:
        """Join the parts that Gradio splits a message into."""
        if not isinstance(content, list):
            return content
        texts = [part.get("text") if isinstance(part, dict) else part for part in content]
        return "".join(text for text in texts if isinstance(text, str))


_WRONG = {"role": "has no role 'user' or 'assistant'", "content": "has no text: give it a 'content'"}


def read_history(data: Any) -> tuple[Turn, ...]:
    """Return the turns in a list of `{role, content}` or `{role, text}`; the content may be a list of Gradio parts.

    Raises QuestionError if the data has any other form or more than 200 turns.
    """
    if not isinstance(data, list):
        raise QuestionError("The history is not a JSON list: give a list of {role, content}.")
    if len(data) > MOST_TURNS:
        raise QuestionError(f"The history has {len(data):,} turns: give the last {MOST_TURNS}, or fewer.")
    turns: list[Turn] = []
    for number, entry in enumerate(data, start=1):
        try:
            message = _Message.model_validate(entry)
        except ValidationError as error:
            place = error.errors()[0]["loc"]
            wrong = _WRONG["role" if not place or place[0] == "role" else "content"]
            raise QuestionError(f"Entry {number} of the history {wrong}.") from None
        turns.append(Turn("assistant" if message.role == "agent" else message.role, message.content))
    return tuple(turns)
