"""Question sets: questions, with gold answers and quotes where known, validated as they are read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    TypeAdapter,
    ValidationError,
)

from eval.sets.formats import Row, error_at, rows
from index.errors import QuestionError
from rag.filters import FilterRow, Filters
from rag.understanding.history import Turn, read_history

Texts = tuple[StrictStr, ...]

_RULES = {
    "string_type": "must be a string in quotation marks",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "tuple_type": "must be a list",
}
"""What a field must be, by pydantic's error type."""


def _read_id(value: object) -> object:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number else value.strip() if isinstance(value, str) else value


def _read_day(value: object) -> date:
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError as error:
        raise ValueError('"asked" must be a day like 2024-01-31') from error


def _read_turns(value: object) -> tuple[Turn, ...]:
    if not isinstance(value, list):
        raise ValueError('"history" must be a list')
    return read_history(value)


def _read_filters(value: object) -> Filters:
    row = FilterRow.model_validate(value)
    for name, day in (("since", row.since), ("until", row.until)):
        try:
            date.fromisoformat(f"{day or 2000}-01-01"[:10])
        except ValueError as error:
            raise ValueError(f'"{name}" must be a year, a month or a day like 2024-01-31') from error
    return Filters(since=row.since, until=row.until, sources=row.source, authors=row.author, articles=row.in_)


@dataclass(frozen=True)
class Gold:
    """A verbatim quote that answers the question; an empty quote marks the whole article (passage-level gold)."""

    article_id: Annotated[StrictStr, Field(min_length=1)]
    quote: Annotated[StrictStr, BeforeValidator(lambda value: "" if value is None else value)] = ""


@dataclass(frozen=True)
class Question:
    """One question of a set with what is known about its answer; `answerable` None means unknown.

    `choices` are the answers to choose from, of which the first of `answers` is right; `filters` restrict the articles
    searched; `asked` is the day of asking. `set` is the name of the question set, `line` the line in its file.
    """

    id: Annotated[StrictStr, BeforeValidator(_read_id)]
    question: StrictStr
    answers: Texts = ()
    evidence: tuple[Gold, ...] = ()
    answerable: StrictBool | None = None
    type: StrictStr = ""
    core: StrictBool = False
    history: Annotated[tuple[Turn, ...], BeforeValidator(_read_turns)] = ()
    conversation_id: StrictStr | None = None
    turn: StrictInt | None = None
    scope: Texts = ()
    choices: Texts = ()
    filters: Annotated[Filters, BeforeValidator(_read_filters)] = field(default_factory=Filters)
    asked: Annotated[date | None, BeforeValidator(_read_day)] = None
    set: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)


_FIELDS = {each.name for each in fields(Question)} - {"set", "line"}
_ADAPTER = TypeAdapter(Question)


def read_questions(path: Path, core: bool = False, limit: int | None = None) -> list[Question]:
    """Read and validate a whole question set; return all of it, only its core, or only its first `limit`.

    The formats are those of `eval.sets.formats`; raises QuestionError, naming the line, for an invalid one.
    """
    if limit is not None and limit < 1:
        raise QuestionError(f"The limit of questions is {limit}: give 1 or more.")
    questions = list(_unique((_read_row(row, path) for row in rows(path)), path))
    if not questions:
        raise QuestionError(f'{path} has no questions: write one {{"question": "..."}} per line.')
    if core:
        questions = [question for question in questions if question.core]
        if not questions:
            raise QuestionError(f'No question in {path} is marked "core": true: leave out --core to ask the whole set.')
    return questions[:limit]


def set_name(path: Path) -> str:
    """Return the name of a question set: its file name without the extensions."""
    return path.name.split(".")[0] or path.name


def _unique(questions: Iterable[Question], path: Path) -> Iterator[Question]:
    lines: dict[str, int] = {}
    for question in questions:
        if question.id in lines:
            first = lines[question.id]
            raise error_at(
                path, question.line, f'the id "{question.id}" is used in line {first} too: give each question its own'
            )
        lines[question.id] = question.line
        yield question


def _read_row(row: Row, path: Path) -> Question:
    number, given = row
    try:
        _refuse_misspelt(given)
        known = {name: value for name, value in given.items() if name in _FIELDS and value is not None}
        question = _ADAPTER.validate_python({"id": "", **known})
        _check(question)
    except ValidationError as error:
        raise error_at(path, number, _message(error)) from error
    except ValueError as error:
        raise error_at(path, number, str(error)) from error
    except QuestionError as error:
        raise error_at(path, number, f"its history: {str(error).rstrip('.')}") from error
    return replace(question, id=question.id or f"line-{number}", set=set_name(path), line=number)


def _refuse_misspelt(row: dict[str, Any]) -> None:
    """Reject a field that is nearly one of ours and would be ignored; other unknown fields are allowed."""
    for name in row.keys() - _FIELDS:
        if meant := get_close_matches(str(name), _FIELDS - row.keys(), 1, 0.8):
            raise ValueError(f'it has a field "{name}": is "{meant[0]}" meant?')


def _check(question: Question) -> None:
    if not question.question.strip():
        raise ValueError('it has no question: put its words in "question"')
    choices = [choice.strip() for choice in question.choices]
    if choices and (len({*choices}) < max(len(choices), 2) or "" in choices):
        raise ValueError('"choices" must be two or more different strings')
    if choices and question.answers and question.answers[0].strip() not in choices:
        raise ValueError('the first of "answers" is not one of its "choices": write it exactly as it is there')


def _message(error: ValidationError) -> str:
    """Describe the first error that pydantic found in a row, in terms of its fields."""
    first = error.errors()[0]
    kind, place = first["type"], first["loc"]
    if kind == "value_error":
        cause = first["ctx"]["error"]
        return _message(cause) if isinstance(cause, ValidationError) else str(cause)
    if kind == "missing" and place == ("question",):
        return 'it has no question: put its words in "question"'
    if place[:1] == ("evidence",) and len(place) > 1:
        return '"evidence" must be a list of {"article_id": "...", "quote": "..."}'
    if kind in ("model_type", "extra_forbidden"):
        return '"filters" must be an object with any of since, until, source, author, in'
    name = next(each for each in reversed(place) if isinstance(each, str))
    return f'"{name}" must be a list of strings' if isinstance(place[-1], int) else f'"{name}" {_RULES[kind]}'
