"""A question set: questions, with gold answers and quotes where they are known, checked as they are read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from eval.sets.formats import Row, at, rows
from index.errors import QuestionError
from rag.filters import Filters
from rag.understanding.standalone import Turn, read_history


@dataclass(frozen=True)
class Gold:
    """A verbatim quote that answers; an empty quote marks the whole article (a passage-level gold)."""

    article_id: str
    quote: str


@dataclass(frozen=True)
class Question:
    """One question of a set with what is known of its answer; `answerable` None means unknown.

    `choices` are the answers to choose from, of which the first of `answers` is right; `filters` narrow the articles
    asked; `asked` is the day it is asked on. `set` is the name of the question set, `line` where it stands in its file.
    """

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
    choices: tuple[str, ...] = ()
    filters: Filters = field(default_factory=Filters)
    asked: date | None = None
    set: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)


_FIELDS = {each.name for each in fields(Question)} - {"set", "line"}


def read_questions(path: Path, core: bool = False, limit: int | None = None) -> list[Question]:
    """Read and check a whole question set; return its core only, or its first `limit`, where asked.

    The formats are those of `eval.question_files`; a bad line is a QuestionError that names it.
    """
    if limit is not None and limit < 1:
        raise QuestionError(f"The limit of questions is {limit}: give 1 or more.")
    questions = list(_unique((_numbered(row, path) for row in rows(path)), path))
    if not questions:
        raise QuestionError(f'{path} holds no questions: write one {{"question": "..."}} a line.')
    if core:
        questions = [question for question in questions if question.core]
        if not questions:
            raise QuestionError(f'No question in {path} is marked "core": true, so ask the whole set.')
    return questions[:limit]


def set_name(path: Path) -> str:
    """Return the name of a question set: its file's, without the endings."""
    return path.name.split(".")[0] or path.name


def _unique(questions: Iterable[Question], path: Path) -> Iterator[Question]:
    seen: dict[str, int] = {}
    for question in questions:
        if question.id in seen:
            first = seen[question.id]
            raise at(path, question.line, f'the id "{question.id}" stands in line {first} too: give each its own')
        seen[question.id] = question.line
        yield question


def _numbered(row: Row, path: Path) -> Question:
    number, given = row
    try:
        question = _question(given)
    except _BadFieldError as error:
        raise at(path, number, str(error)) from error
    except QuestionError as error:
        raise at(path, number, f"its history: {str(error).rstrip('.')}") from error
    return replace(question, id=question.id or f"line-{number}", set=set_name(path), line=number)


def _question(row: dict[str, Any]) -> Question:
    _refuse_misspelt(row, _FIELDS)
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
        choices=_choices(row),
        filters=_filters(row),
        asked=_day(row, "asked"),
    )


def _refuse_misspelt(row: dict[str, Any], known: Iterable[str]) -> None:
    """Refuse a field that is nearly one of ours, which would else be passed over; others may stand beside them."""
    for name in row.keys() - known:
        meant = get_close_matches(str(name), known - row.keys(), 1, 0.8)
        if meant:
            raise _BadFieldError(f'it has a field "{name}": is "{meant[0]}" meant?')


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


def _choices(row: dict[str, Any]) -> tuple[str, ...]:
    choices, answers = _texts(row, "choices"), _texts(row, "answers")
    plain = [choice.strip() for choice in choices]
    if choices and (len(set(plain)) < max(len(plain), 2) or "" in plain):
        raise _BadFieldError('"choices" must be two or more texts, no two the same')
    if choices and answers and answers[0].strip() not in plain:
        raise _BadFieldError('the first of "answers" is none of its "choices": write it as it stands there')
    return choices


def _filters(row: dict[str, Any]) -> Filters:
    given = row.get("filters")
    if given is None:
        return Filters()
    known = [each.name for each in fields(Filters)]
    if not isinstance(given, dict) or not given.keys() <= set(known):
        raise _BadFieldError(f'"filters" must be an object with any of {", ".join(known)}')
    return Filters(
        since=_month_or_day(given, "since"),
        until=_month_or_day(given, "until"),
        sources=_texts(given, "sources"),
        authors=_texts(given, "authors"),
        articles=_texts(given, "articles"),
    )


def _day(row: dict[str, Any], name: str) -> date | None:
    value = _text(row, name)
    try:
        return date.fromisoformat(value.strip()) if value is not None else None
    except ValueError as error:
        raise _BadFieldError(f'"{name}" must be a day like 2024-01-31') from error


def _month_or_day(row: dict[str, Any], name: str) -> str | None:
    """Return a year, a month or a day as it is written, once it is known to be one."""
    value = _text(row, name)
    try:
        date.fromisoformat(f"{value or 2000}-01-01"[:10])
    except ValueError as error:
        raise _BadFieldError(f'"{name}" must be a year, a month or a day like 2024-01-31') from error
    return value


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


class _BadFieldError(ValueError):
    """What is wrong with one line, before the file and the line number are put to it."""
