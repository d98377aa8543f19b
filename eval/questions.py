"""A question set: JSON lines with questions, and with gold answers and quotes where they are known."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from index.errors import QuestionError
from rag.question import Turn, read_history


@dataclass(frozen=True)
class Gold:
    """A verbatim quote that answers; an empty quote marks the whole article (a passage-level gold)."""

    article_id: str
    quote: str


@dataclass(frozen=True)
class Question:
    """One question of a set with what is known of its answer; `answerable` None means unknown."""

    id: str
    question: str
    answers: tuple[str, ...] = ()
    evidence: tuple[Gold, ...] = ()
    answerable: bool | None = None
    type: str = ""
    core: bool = False
    history: tuple[Turn, ...] = ()
    conversation_id: str | None = None
    turn: int | None = None
    scope: tuple[str, ...] = ()


def read_questions(path: Path, core: bool = False, limit: int | None = None) -> list[Question]:
    """Read and check a whole question set; return its core only, or its first `limit`, where asked."""
    if limit is not None and limit < 1:
        raise QuestionError(f"The limit of questions is {limit}: give 1 or more.")
    questions = list(_unique(_rows(path), path))
    if not questions:
        raise QuestionError(f'{path} holds no questions: write one {{"question": "..."}} a line.')
    if core:
        questions = [question for question in questions if question.core]
        if not questions:
            raise QuestionError(f'No question in {path} is marked "core": true, so ask the whole set.')
    return questions[:limit]


def _rows(path: Path) -> Iterator[tuple[int, Question]]:
    try:
        # utf-8-sig: editors on Windows put a byte order mark in front
        with path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield number, _numbered(line, path, number)
    except OSError as error:
        raise QuestionError(f"Cannot read questions from {path}: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise QuestionError(f"{path} is not UTF-8 text: save the questions as UTF-8 JSON lines.") from error


def _unique(rows: Iterable[tuple[int, Question]], path: Path) -> Iterator[Question]:
    seen: dict[str, int] = {}
    for number, question in rows:
        if question.id in seen:
            first = seen[question.id]
            raise _at(path, number, f'the id "{question.id}" stands in line {first} too: give each its own')
        seen[question.id] = number
        yield question


def _numbered(line: str, path: Path, number: int) -> Question:
    try:
        question = _question(_parsed(line))
    except _BadFieldError as error:
        raise _at(path, number, str(error)) from error
    except QuestionError as error:
        raise _at(path, number, f"its history: {str(error).rstrip('.')}") from error
    return question if question.id else replace(question, id=f"line-{number}")


def _parsed(line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _BadFieldError('this is not JSON: write one {"question": "..."} a line') from error
    if not isinstance(row, dict):
        raise _BadFieldError('this is not an object: write one {"question": "..."} a line')
    return row


def _question(row: dict[str, Any]) -> Question:
    return Question(
        id=_id(row),
        question=_asked(row),
        answers=_texts(row, "answers"),
        evidence=_golds(row),
        answerable=_flag(row, "answerable"),
        type=_text(row, "type") or "",
        core=bool(_flag(row, "core")),
        history=read_history(_list(row, "history")),
        conversation_id=_text(row, "conversation_id"),
        turn=_whole(row, "turn"),
        scope=_texts(row, "scope"),
    )


def _id(row: dict[str, Any]) -> str:
    value = row.get("id")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return (_text(row, "id") or "").strip()


def _asked(row: dict[str, Any]) -> str:
    question = _text(row, "question")
    if question is None or not question.strip():
        raise _BadFieldError('it has no question: put its words in "question"')
    return question


def _golds(row: dict[str, Any]) -> tuple[Gold, ...]:
    return tuple(_gold(item) for item in _list(row, "evidence"))


def _gold(item: object) -> Gold:
    if isinstance(item, dict) and (article_id := _text(item, "article_id")):
        return Gold(article_id, _text(item, "quote") or "")
    raise _BadFieldError('"evidence" must be a list of {"article_id": "...", "quote": "..."}')


def _texts(row: dict[str, Any], name: str) -> tuple[str, ...]:
    values = _list(row, name)
    if not all(isinstance(value, str) for value in values):
        raise _BadFieldError(f'"{name}" must be a list of texts')
    return tuple(values)


def _list(row: dict[str, Any], name: str) -> list[Any]:
    value = row.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise _BadFieldError(f'"{name}" must be a list')
    return value


def _text(row: dict[str, Any], name: str) -> str | None:
    value = row.get(name)
    if value is not None and not isinstance(value, str):
        raise _BadFieldError(f'"{name}" must be a text in quotation marks')
    return value


def _flag(row: dict[str, Any], name: str) -> bool | None:
    value = row.get(name)
    if value is not None and not isinstance(value, bool):
        raise _BadFieldError(f'"{name}" must be true or false')
    return value


def _whole(row: dict[str, Any], name: str) -> int | None:
    value = row.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise _BadFieldError(f'"{name}" must be a whole number')
    return value


def _at(path: Path, number: int, what: str) -> QuestionError:
    return QuestionError(f"{path}, line {number}: {what}.")


class _BadFieldError(ValueError):
    """What is wrong with one line, before the file and the line number are put to it."""
