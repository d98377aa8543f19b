"""Reads tables (CSV, JSON Lines, a JSON array): each row is an article, with columns recognised by name."""

import ast
import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from itertools import chain, count, islice
from typing import Annotated, Any, NamedTuple, TextIO

from pydantic import BaseModel, BeforeValidator

from index.errors import SourceError
from index.formats.columns import mapping, names_known, person, shown
from index.formats.markup import without_tags
from index.item import Item
from index.text.authors import authors
from index.text.charset import NO_CLAIMS, Claims, decode
from index.text.dates import Order, date_order, iso_date

_LONGEST = 20_000_000  # bytes or characters of one row
_WIDEST = 1000  # columns
_HEAD = 1_000_000  # bytes that tell the encoding, where all others agree
_WINDOW = 1_000_000  # characters
_HIGH = bytes(range(128, 256))
_SAMPLE = 50  # rows used to recognise the columns
_INNER = ("name", "main", "title", "$date", "$oid")  # keys under which exports nest a field's value

_SURROGATE = re.compile("[\ud800-\udfff]")
_UNIX_TIME = re.compile(r"(\d{10})(?:\d{3})?(?:\.\d+)?")
_EXCEL_HINT = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_ARRAY = re.compile(r"\s*\[(?=\s*\{)")
_BETWEEN = re.compile(r"[\s,]*")


class _Record(NamedTuple):
    number: int
    cells: Mapping[str, Any]
    reason: str | None = None
    unit: str = "line"
    warnings: tuple[str, ...] = ()


def rows(content: bytes, kind: str, claims: Claims = NO_CLAIMS) -> Iterator[Item]:
    """Yield the rows of a "csv" or "jsonl" file (or a JSON array); raises SourceError if it is not such a table.

    An item's `row` is the line where it starts, or its number in a JSON array, from 1. If columns were guessed, the
    first item has a note that says how.
    """
    table = _opened(content, kind, claims)
    note = shown(table.read) if any(field != column for field, column in table.read.items()) else None
    warnings = table.warnings  # once, with the first row
    seen: dict[str, str] = {}
    for record in table.records():
        try:
            row = _row(record, table, seen)
            yield replace(row, note=note, warnings=(*warnings, *row.warnings))
            warnings = ()
        except SourceError as error:
            yield Item(row=record.number, reason=str(error), kind=error.kind, note=note)
        note = None


def columns(content: bytes, kind: str) -> Mapping[str, str]:
    """Return the column of each field of a "csv" or "jsonl" file; raises SourceError if it is not such a table."""
    return _opened(content, kind, NO_CLAIMS).read


@dataclass
class _Table:
    """A table's bytes and how to read them, its kind, and the column of each field."""

    content: bytes
    charset: str
    errors: str
    warnings: tuple[str, ...]
    kind: str
    read: Mapping[str, str]

    def records(self) -> Iterator[_Record]:
        """Return its rows, starting from the first at each call; its text is never held whole."""
        newline = "" if self.kind == "csv" else "\n"
        stream = io.TextIOWrapper(io.BytesIO(self.content), self.charset, self.errors, newline)
        if stream.read(1) != "\ufeff":
            stream.seek(0)
        return _csv_records(stream) if self.kind == "csv" else _json_records(stream)

    @cached_property
    def order(self) -> Order | None:
        """The order of day and month in dates with slashes, if a row shows it."""
        names = [self.read[field] for field in ("published", "updated") if field in self.read]
        return date_order(None, (_text(record.cells.get(name)) for record in self.records() for name in names))


def _opened(content: bytes, kind: str, claims: Claims) -> _Table:
    few = 0 < content.count(b"\x00") < len(content) / 100  # a NUL here and there makes no binary file
    charset, errors, warnings = _encoding(content.replace(b"\x00", b" ") if few else content, kind, claims)
    plain = content.replace(b"\x00", "\ufffd".encode(charset, "replace")) if few else content
    table = _Table(plain, charset, errors, warnings, kind, {})
    first = list(islice(table.records(), _SAMPLE))
    samples = [record.cells for record in first if not record.reason]
    names = list(dict.fromkeys(chain.from_iterable(samples)))
    read = mapping(names, samples)
    if not first:
        raise SourceError("it has no rows")
    if kind == "csv" and samples and "text" not in read:
        raise SourceError(f'none of its columns ({", ".join(names)[:200]}) holds article text: name one "text"')
    return replace(table, read=read)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _scalar(value: Any) -> str | int | float | None:
    """Return a cell's plain value, unwrapped from `{"name": ...}` or a list of one."""
    inner = value[0] if isinstance(value, list) and value else value
    if isinstance(inner, dict):
        inner = next((inner[key] for key in _INNER if inner.get(key)), None) or person(inner)
    return inner if isinstance(inner, str | int | float) else None


def _string(value: Any) -> str | None:
    plain = _scalar(value)
    return str(plain).strip() or None if plain is not None else None


def _people(value: Any) -> list[Any]:
    given = _listed(value) if isinstance(value, str) else value
    return [_scalar(person) for person in (given if isinstance(given, list) else [given])]


def _listed(text: str) -> Any:
    """Return the list in a cell such as "['Ana Pell', 'Tom Rusk']", as written by pandas, or else the text."""
    if not (text.startswith("[") and text.endswith("]") and len(text) < 1000):
        return text
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text


_Field = Annotated[str | None, BeforeValidator(_string)]


class _Row(BaseModel):
    """The fields of one row, in whatever form an export stores them."""

    id: _Field = None
    title: _Field = None
    text: Annotated[str, BeforeValidator(_text)] = ""
    url: _Field = None
    source: _Field = None
    author: Annotated[str | None, BeforeValidator(lambda value: authors(_people(value)))] = None
    published: _Field = None
    updated: _Field = None
    language: _Field = None


def _row(record: _Record, table: _Table, seen: dict[str, str]) -> Item:
    if record.reason:
        raise SourceError(record.reason)
    names = {field: _name(record.cells, field, table.read.get(field, field)) for field in _Row.model_fields}
    row = _Row.model_validate({field: record.cells.get(name) for field, name in names.items()})
    as_it_is = table.kind == "jsonl" and names["text"] == "text"
    text, warnings = (row.text, ()) if as_it_is else without_tags(row.text)
    if not text.strip():
        raise SourceError(f'it has no "{table.read.get("text", "text")}"')
    _check_once(row.id, row.url, text, record, seen)
    facts: dict[str, Any] = row.model_dump(include={"title", "url", "source", "language"}) | {
        "author": row.author or person(record.cells),
        "published": _date(row.published, row.language, table),
        "updated": _date(row.updated, row.language, table),
    }
    found_in = {field: f"column {names[field]}" for field, value in facts.items() if value}
    facts["title"] = row.title or text.strip().split("\n")[0][:300]
    facts |= {"text": text, "found_in": found_in, "parser": table.kind, "charset": table.charset}
    return Item(row=record.number, id=row.id, warnings=(*record.warnings, *warnings), **facts)


def _name(cells: Mapping[str, Any], field: str, column: str) -> str:
    """Return the cell to read: the one named exactly like the field, if this row has it."""
    return field if cells.get(field) or column not in cells else column


def _check_once(given: str | None, url: str | None, text: str, record: _Record, seen: dict[str, str]) -> None:
    what, value = ("id", given) if given else ("address", url) if url else ("text", text)
    key = hashlib.sha256(f"{what}\n{value}".encode("utf-8", "surrogatepass")).hexdigest()
    if key in seen:
        named = f"id {value[:100]}" if what == "id" and value else what
        raise SourceError(f"its {named} was given in {seen[key]} already")
    seen[key] = f"{record.unit} {record.number}"


def _date(text: str | None, language: str | None, table: _Table) -> str | None:
    """Return a date in ISO 8601, with day and month in the order of the row's language, or else of the other rows."""
    seconds = _UNIX_TIME.fullmatch(text or "")
    if seconds:
        return datetime.fromtimestamp(int(seconds.group(1)), UTC).isoformat()
    if not text or len(text) > 100:
        return None
    return iso_date(text, date_order(language)) or iso_date(text, table.order)


def _encoding(content: bytes, kind: str, claims: Claims) -> tuple[str, str, tuple[str, ...]]:
    """Return a table's encoding, what becomes of broken bytes, and warnings.

    Bytes that are broken in some rows must not change how the other rows are read.
    """
    if kind == "jsonl" and not claims.named and _is_utf_8_in_part(content):
        return "utf-8", "surrogateescape", ()
    head = content[:_HEAD]
    head = head if head is content else head.rstrip(_HIGH)
    decoded = decode(head or content, claims)
    if decoded.charset != "utf-8" or decoded.warnings or not all(map(_is_utf_8, io.BytesIO(content))):
        decoded = decode(content, claims)
    return decoded.charset, "replace", decoded.warnings


def _is_utf_8_in_part(content: bytes) -> bool:
    """Return whether some lines, but not all, have letters in UTF-8."""
    told = {_is_utf_8(line) for line in io.BytesIO(content) if not line.isascii()}
    return told == {True, False}


def _is_utf_8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _lines(stream: TextIO, ends: tuple[str, ...]) -> Iterator[str | None]:
    """Yield lines, None for one that is too long."""
    while line := stream.readline(_LONGEST + 1):
        is_long = len(line) > _LONGEST
        while is_long and line and not line.endswith(ends):
            line = stream.readline(_WINDOW)
        yield None if is_long else line


class _Lines:
    """Lines for csv.reader that can continue after one that is too long."""

    def __init__(self, lines: Iterator[str | None], number: int) -> None:
        self.number = number
        self._lines = lines

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.number += 1
        if line is None:
            raise csv.Error("line larger than limit")
        return line


def _csv_records(stream: TextIO) -> Iterator[_Record]:
    csv.field_size_limit(_LONGEST)
    read = _lines(stream, ("\n", "\r"))
    begun = list(islice(read, _SAMPLE))
    hint = bool(begun and begun[0] and _EXCEL_HINT.fullmatch(begun[0]))
    lines = _Lines(chain(begun[hint:], read), number=int(hint))
    # strict: otherwise an unclosed quotation mark silently joins two rows
    delimiter = _delimiter(next((line for line in begun[hint:] if line and line.strip("\r\n")), ""))
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    header = _header(reader)
    while True:
        first = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield _Record(first, {}, _fault(error, first, lines.number))
            continue
        if any(cell.strip() for cell in cells):
            yield _csv_record(first, header, cells, delimiter)


def _header(reader: Iterator[list[str]]) -> list[str]:
    try:
        header = [name.strip() for name in next((cells for cells in reader if any(cells)), [])]
    except csv.Error as error:
        raise SourceError("its first line, the names of its columns, cannot be read") from error
    if len(header) > _WIDEST:
        raise SourceError(f"it has more than {_WIDEST} columns")
    return header


def _delimiter(first: str) -> str:
    """Return the delimiter that splits the first line into the most known names, or else the most parts."""
    line = first.strip("\r\n")[:10_000]

    def score(delimiter: str) -> tuple[int, int]:
        names = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
        return names_known(names), len(names)

    return max(",;\t|", key=score)


def _csv_record(number: int, header: list[str], cells: list[str], delimiter: str) -> _Record:
    if len(cells) > len(header) and _is_address_cut(cells[len(header) - 1 :]):
        cells = [*cells[: len(header) - 1], delimiter.join(cells[len(header) - 1 :])]
    if any(cells[len(header) :]):
        reason = f"it has {len(cells)} cells under {len(header)} columns: put its text in quotation marks"
        return _Record(number, {}, reason)
    unified = [cell.replace("\r\n", "\n").replace("\r", "\n") for cell in cells]
    pairs = [pair for pair in zip(header, unified, strict=False) if pair[0]]
    # of two columns with the same name, the first counts
    return _Record(number, {name: "" for name in header if name} | dict(reversed(pairs)))


def _is_address_cut(cells: list[str]) -> bool:
    """Return whether cells are one web address that contains the delimiter."""
    return cells[0].startswith(("http://", "https://")) and not any(re.search(r"\s", cell) for cell in cells)


def _fault(error: csv.Error, first: int, last: int) -> str:
    if "larger" in str(error):
        return "it is longer than 20 MB"
    reach = f" (lines {first} to {last} are not read)" if last > first else ""
    return f"a quotation mark in it is not closed, or not doubled{reach}"


def _json_records(stream: TextIO) -> Iterator[_Record]:
    head = stream.read(_WINDOW)
    if array := _ARRAY.match(head):
        yield from _array_records(head[array.end() :], stream)
        return
    stream.seek(0)
    for number, line in enumerate(_lines(stream, ("\n",)), start=1):
        if line is None or line.strip():
            yield _json_record(number, line)


def _json_record(number: int, line: str | None) -> _Record:
    if line is None:
        return _Record(number, {}, "it is longer than 20 MB")
    try:
        return _checked(number, json.loads(line.removeprefix("\ufeff")), "line")
    except (ValueError, RecursionError):
        return _Record(number, {}, "it is not valid JSON")


def _checked(number: int, row: Any, unit: str) -> _Record:
    """Return the record of a row; a lone surrogate or a broken byte costs only that character."""
    if not isinstance(row, dict):
        return _Record(number, {}, "it is not a JSON object", unit)
    written = json.dumps(row, ensure_ascii=False)
    broken = len(_SURROGATE.findall(written))
    if not broken:
        return _Record(number, row, None, unit)
    told = f"{broken} of its characters are broken: they stand as \ufffd"
    return _Record(number, json.loads(_SURROGATE.sub("\ufffd", written)), None, unit, (told,))


def _array_records(window: str, stream: TextIO) -> Iterator[_Record]:
    """Yield the elements of a JSON array one by one, from windows of the text, to save memory."""
    at = 0
    decode_from = json.JSONDecoder().raw_decode
    for number in count(1):
        for size in (0, _WINDOW, _LONGEST):
            window, at = (window[at:] + stream.read(max(0, size - len(window) + at)), 0) if size else (window, at)
            at = _end_of_gap(window, at)
            try:
                row, at = decode_from(window, at)
                yield _checked(number, row, "record")
                break
            except (ValueError, RecursionError):
                continue
        else:
            yield from _after_array(number, window[at:])
            return


def _end_of_gap(window: str, at: int) -> int:
    gap = _BETWEEN.match(window, at)
    return gap.end() if gap else at


def _after_array(number: int, rest: str) -> Iterator[_Record]:
    if not rest.startswith("]"):
        yield _Record(number, {}, "it is not valid JSON or longer than 20 MB, and nothing after it is read", "record")
    elif rest[1:].strip():
        yield _Record(number, {}, "it follows the end of the JSON array and is not read", "record")
