"""Reads question sets from JSON lines, CSV or YAML into rows with their line numbers.

The file extension decides: `.csv`, `.tsv`, `.yaml` or `.yml`; anything else is JSON lines. A CSV file has one column
for each field (`question` alone is enough), separated by commas, semicolons or tabs. A list (`answers`, `choices`,
`scope`) is written with | between its items, or as JSON; `evidence` as `ARTICLE_ID :: quote`, with | between several,
or as JSON; `history` and `filters` as JSON. YAML is a list of questions with the same fields, in which every plain word
is a string: `no` and `2024-05-01` need no quotation marks.
"""

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from index.errors import QuestionError

_Model = TypeVar("_Model", bound=BaseModel)
Row = tuple[int, dict[str, Any]]
"""The line where a question starts, and its fields."""

_LISTS = ("answers", "choices", "scope")
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_NULLS = ("", "~", "null")


def rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a question set; raises QuestionError with file and line for what cannot be read."""
    read = {".csv": _csv, ".tsv": _csv, ".yaml": _yaml, ".yml": _yaml}.get(path.suffix.lower(), _json_lines)
    try:
        yield from read(path)
    except OSError as error:
        raise QuestionError(f"Cannot read questions from {path}: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise QuestionError(f"{path} is not UTF-8 text: save the questions as UTF-8.") from error


def read_models(path: Path, model: type[_Model], example: str) -> Iterator[_Model]:
    """Yield the rows of a file as models; a bad row is a QuestionError that names it and a file to take as example."""
    for number, row in rows(path):
        try:
            yield model.model_validate(row)
        except ValidationError as error:
            field = ".".join(map(str, error.errors()[0]["loc"]))
            raise error_at(path, number, f'"{field}" is missing or wrong: see {example}') from error


def error_at(path: Path, number: int, what: str) -> QuestionError:
    """Return the error for a line of a question set."""
    return QuestionError(f"{path}, line {number}: {what}.")


def _json_lines(path: Path) -> Iterator[Row]:
    # utf-8-sig: editors on Windows write a byte order mark
    with path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise error_at(path, number, 'this is not JSON: write one {"question": "..."} per line') from error
            if not isinstance(row, dict):
                raise error_at(path, number, 'this is not an object: write one {"question": "..."} per line')
            yield number, row


def _csv(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        # the separator that occurs most in the header; a header of one column has none
        head = lines.readline()
        lines.seek(0)
        reader = csv.reader(lines, delimiter=max(",;\t", key=head.count), strict=True)
        try:
            yield from _records(reader, path)
        except csv.Error as error:
            raise error_at(path, reader.line_num, f"this is not CSV ({error}): check its quotation marks") from error


def _records(reader: Any, path: Path) -> Iterator[Row]:
    head = [name.strip().lower() for name in next(reader, [])]
    if "question" not in head or len(set(head)) < len(head):
        raise error_at(path, 1, 'its header must name every column once, one of them "question"')
    before = reader.line_num
    for cells in reader:
        number, before = before + 1, reader.line_num
        if len(cells) > len(head):
            raise error_at(
                path, number, f"it has {len(cells)} cells for {len(head)} columns: put texts in quotation marks"
            )
        if any(cell.strip() for cell in cells):
            yield number, _from_text(dict(zip(head, cells, strict=False)), path, number)


def _yaml(path: Path) -> Iterator[Row]:
    import yaml

    text = path.read_text(encoding="utf-8-sig")
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)(text)
    try:
        top: Any = loader.get_single_node()
        if top and top.id != "sequence":
            raise error_at(
                path, top.start_mark.line + 1, 'this is not a list: begin each question with "- question: ..."'
            )
        for node in top.value if top else ():
            number, row = node.start_mark.line + 1, loader.construct_object(node, deep=True)
            if not isinstance(row, dict):
                raise error_at(path, number, 'this has no fields: begin each question with "- question: ..."')
            yield number, _from_text(row, path, number)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", "a forbidden character")
        message = f"this is not YAML ({problem}): put texts with : or # in quotation marks"
        raise error_at(path, mark.line + 1 if mark else 1, message) from error
    except RecursionError as error:
        raise error_at(path, 1, "its lists are nested too deeply") from error
    finally:
        loader.dispose()


def _from_text(row: dict[str, Any], path: Path, number: int) -> dict[str, Any]:
    """Return a row of strings with its values converted to the types of their fields."""
    given = {name: value for name, value in row.items() if not (isinstance(value, str) and value.strip() in _NULLS)}
    try:
        return {name: _value(name, value) for name, value in given.items()}
    except (ValueError, RecursionError) as error:
        raise error_at(path, number, f"its JSON cannot be read ({error})") from error


def _value(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    plain = value.strip()
    if name in ("history", "filters") or re.match(r"\[\s*[\"{\]]", plain):
        return json.loads(plain) if name in ("history", "filters", "evidence", *_LISTS) else value
    if name in _LISTS:
        return _split(plain)
    if name == "evidence":
        return [_gold(item) for item in _split(plain)]
    if name in ("answerable", "core"):
        return _FLAGS.get(plain.lower(), value)
    return int(plain) if name == "turn" and plain.isdecimal() else value


def _split(text: str) -> list[str]:
    return [item.strip() for item in text.split("|") if item.strip()]


def _gold(text: str) -> dict[str, str]:
    article_id, _, quote = text.partition("::")
    return {"article_id": article_id.strip(), "quote": quote.strip()}
