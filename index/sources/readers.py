"""What one file's bytes hold: told apart by content, read by its format, one part an article."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from typing import NamedTuple

from index.errors import SourceError
from index.item import Extracted
from index.sources.filetype import kind
from index.text.charset import decode

READ = "txt md html mhtml pdf docx epub odt rtf eml csv jsonl zip, RSS and Atom"
_MOST = 500_000_000


class Part(NamedTuple):
    """One article that a file holds, or the reason why there is none.

    `name` is the member's in an archive, `row` the line or record in a table, `id` what the file itself calls it;
    `note` tells how a table was read, on its first part. `whole` is False for a feed's entry that is a summary.
    """

    extracted: Extracted | None
    reason: str | None = None
    name: str | None = None
    row: int | None = None
    id: str | None = None
    note: str | None = None
    whole: bool = True
    url: str | None = None


def parts(content: bytes, name: str, url: str | None = None) -> Iterator[Part]:
    """Yield what a file holds; raises SourceError where it holds nothing that can be read."""
    if not content.strip():
        raise SourceError("it is empty")
    if len(content) > _MOST:
        raise SourceError(f"it is larger than {_MOST // 1_000_000} MB: split it")
    found = kind(content, name)
    if found is None:
        what = "a binary file of a kind that" if b"\x00" in content[:4096] else "of a kind that"
        raise SourceError(f"it is {what} is not read: use {READ}")
    yield from _READERS[found](content, url) if found in _READERS else [Part(_whole(found, content))]


_MODULES = {
    "docx": "office.docx", "epub": "office.epub", "odt": "office.odt", "rtf": "office.rtf",
    "eml": "mail.message", "mhtml": "mail.mhtml", "pdf": "pdf.document",
}  # fmt: skip


def _whole(found: str, content: bytes) -> Extracted:
    # what is not in `_READERS` is one article, read by the module of its kind
    module = import_module(f"index.formats.{_MODULES[found]}")
    extracted: Extracted = module.extract(content)
    return extracted


def _text(content: bytes, url: str | None) -> Iterator[Part]:
    from index.formats.text import extract_text

    text, charset = decode(content)
    yield Part(replace(extract_text(text), charset=charset))


def _markdown(content: bytes, url: str | None) -> Iterator[Part]:
    from index.formats.text import extract_markdown

    text, charset = decode(content)
    yield Part(replace(extract_markdown(text), charset=charset))


def _page(content: bytes, url: str | None) -> Iterator[Part]:
    from index.formats.html.page import extract

    text, charset = decode(content)
    yield Part(replace(extract(text, url), charset=charset))


def _table(found: str) -> Callable[[bytes, str | None], Iterator[Part]]:
    def read(content: bytes, url: str | None) -> Iterator[Part]:
        from index.formats.tables import columns, rows, shown

        guessed = columns(content, found)
        note = shown(guessed) if any(one != other for one, other in guessed.items()) else None
        for row in rows(content, found):
            yield Part(row.article, row.reason, row=row.number, id=row.id, note=note)
            note = None

    return read


def _feed(content: bytes, url: str | None) -> Iterator[Part]:
    from index.formats.feed import entries

    for number, entry in enumerate(entries(content, url), start=1):
        yield Part(entry.article, entry.reason, row=number, whole=entry.whole, url=entry.url)


def _archive(content: bytes, url: str | None) -> Iterator[Part]:
    from index.formats.archive import members

    for name, inside in members(content):
        try:
            if isinstance(inside, SourceError):
                raise inside
            for part in parts(inside, name):
                yield part._replace(name=name if part.name is None else f"{name}/{part.name}")
        except SourceError as error:
            yield Part(None, str(error), name)
        except Exception as error:  # one broken member must not stop the rest, whatever a parser raises
            yield Part(None, f"it cannot be read ({type(error).__name__})", name)


_READERS: dict[str, Callable[[bytes, str | None], Iterator[Part]]] = {
    "txt": _text,
    "md": _markdown,
    "html": _page,
    "csv": _table("csv"),
    "jsonl": _table("jsonl"),
    "feed": _feed,
    "zip": _archive,
}
