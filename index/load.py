"""Sources to articles: files and folders are walked, files told apart by their name's end."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from index.article import Article
from index.dates import iso_date
from index.decode import decode
from index.errors import SourceError
from index.extract import from_html, from_markdown, from_plain
from index.names import authors

_READERS: dict[str, Callable[[str, str, str], Article]] = {
    ".txt": from_plain,
    ".md": from_markdown,
    ".html": from_html,
    ".htm": from_html,
}
FORMATS = (*_READERS, ".jsonl")
_SURROGATE = re.compile("[\ud800-\udfff]")


class Found(NamedTuple):
    """An article that a source holds, or the reason why there is none; `row` is its line in a JSONL file."""

    source: str
    article: Article | None
    reason: str | None = None
    row: int | None = None


def load(source: str) -> Iterator[Found]:
    """Yield what a file or folder holds; a bad part yields its reason and stops nothing."""
    path = absolute(source)
    if path is None:
        yield Found(source, None, "there can be no such file or folder")
    elif path.is_dir():
        yield from _folder(path)
    elif path.exists():
        yield from _file(path)
    else:
        yield Found(source, None, "there is no such file or folder")


def absolute(source: str) -> Path | None:
    """Return the absolute path that `source` names, or None where no path can be called so."""
    try:
        path = Path(source).expanduser().absolute()
        path.exists()
    except (OSError, RuntimeError, ValueError):
        return None
    return path


def _folder(folder: Path) -> Iterator[Found]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not _is_hidden(path, folder)]
    for path in files:
        yield from _file(path)
    if not files:
        yield Found(str(folder), None, "the folder has no files")


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def _file(path: Path) -> Iterator[Found]:
    kind = path.suffix.lower()
    if _SURROGATE.search(str(path)):
        shown = str(path).encode("utf-8", "replace").decode()
        yield Found(shown, None, "its name is not UTF-8: rename it")
        return
    if kind not in FORMATS:
        yield Found(str(path), None, f"its kind is not read: use {' '.join(FORMATS)}")
        return
    try:
        content = path.read_bytes()
        if kind == ".jsonl":
            yield from _rows(path, content)
        else:
            yield Found(str(path), _READERS[kind](decode(content).text, _file_id(path), str(path)))
    except SourceError as error:
        yield Found(str(path), None, str(error))
    except OSError as error:
        yield Found(str(path), None, f"it cannot be read ({error.strerror})")
    except Exception as error:  # one broken file must not stop the rest, whatever a parser raises
        yield Found(str(path), None, f"it cannot be read as {kind[1:]} ({type(error).__name__})")


def _file_id(path: Path) -> str:
    return "file:" + _digest(str(path))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _rows(path: Path, content: bytes) -> Iterator[Found]:
    seen: dict[str, int] = {}
    for number, line in enumerate(_lines(content), start=1):
        if not line.strip():
            continue
        try:
            article = _row(line, str(path))
            if article.id in seen:
                raise SourceError(f"its id {article.id} was given in line {seen[article.id]} already")
            seen[article.id] = number
            yield Found(str(path), article, row=number)
        except SourceError as error:
            yield Found(str(path), None, str(error), number)


def _lines(content: bytes) -> list[str]:
    """Return a file's lines; one line's broken bytes must not change how the others are read."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return decode(content).text.split("\n")
    decoded = decode(content).text if not content.strip() or b"\x00" in content[:4096] else None
    return (decoded or content.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")).split("\n")


def _row(line: str, origin: str) -> Article:
    """Return one row's article; `text` is kept as it is, to the byte."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise SourceError("it is not valid JSON") from error
    if not isinstance(row, dict):
        raise SourceError("it is not a JSON object")
    text = row.get("text")
    if not isinstance(text, str) or not text.strip():
        raise SourceError('it has no "text"')
    if _SURROGATE.search(json.dumps(row, ensure_ascii=False)):
        raise SourceError("it has broken characters: save the file as UTF-8")
    return _row_article(row, text, origin)


def _row_article(row: dict[str, Any], text: str, origin: str) -> Article:
    url = _string(row.get("url"))
    title = _string(row.get("title")) or text.strip().split("\n")[0][:300]
    given = row.get("id")
    made = "row:" + _digest(origin, url or text)
    return Article(
        str(given) if given not in (None, "") else made,
        title,
        text,
        url=url,
        source=_string(row.get("source")),
        author=authors(row.get("author")),
        published=iso_date(row.get("published")),
        updated=iso_date(row.get("updated")),
        language=_string(row.get("language")),
        origin=origin,
    )


def _string(value: Any) -> str | None:
    return str(value).strip() or None if isinstance(value, str | int | float) else None
