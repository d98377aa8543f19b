"""Reading of one file's content: the type is detected, and the format's reader yields one item per article."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module

from index.errors import Problem, SourceError
from index.item import Item
from index.sources.filetype import kind
from index.text.charset import NO_CLAIMS, Claims, declared_in, decode

SUPPORTED = "txt md html mhtml pdf docx epub odt rtf eml csv jsonl zip, RSS and Atom"
_MOST = 500_000_000
LONGEST_TEXT = 20 * 1024 * 1024
"""Maximum size of an article's text in bytes of UTF-8, some 3 million words. A longer text is reported, not read."""

_TEXTS = ("txt", "md", "html")
Reader = Callable[[bytes, str | None, Claims], Iterator[Item]]


def items(content: bytes, name: str, url: str | None = None, claims: Claims = NO_CLAIMS) -> Iterator[Item]:
    """Yield the items of a file; `claims` are external claims about its encoding.

    Raises SourceError if the file contains nothing that can be read.
    """
    if not content.strip():
        raise SourceError("it is empty")
    if len(content) > _MOST:
        raise SourceError(f"it is larger than {_MOST // 1_000_000} MB: split it")
    filetype = kind(content, name)
    if filetype is None:
        binary = "binary and " if b"\x00" in content[:4096] else ""
        raise SourceError(f"it is {binary}not in a supported format: {SUPPORTED}")
    if filetype in _TEXTS and len(content) > LONGEST_TEXT:
        raise _TOO_LONG
    if reader := _READERS.get(filetype):
        yield from map(_bounded, reader(content, url, claims))
    else:
        module = import_module(f"index.formats.{_MODULES[filetype]}")
        yield _bounded(module.extract(content))


_TOO_LONG = SourceError("an article's text may have 20 MB and this one has more: split it")


def _bounded(item: Item) -> Item:
    """Return the item, or one with the reason if its text is too long for a single article."""
    if len(item.text) <= LONGEST_TEXT // 4 or len(item.text.encode("utf-8", "surrogatepass")) <= LONGEST_TEXT:
        return item
    return Item(origin=item.origin, member=item.member, row=item.row, reason=str(_TOO_LONG), kind=_TOO_LONG.kind)


_MODULES = {
    "docx": "office.docx", "epub": "office.epub", "odt": "office.odt", "rtf": "office.rtf",
    "eml": "mail.message", "mhtml": "mail.mhtml", "pdf": "pdf.document",
}  # fmt: skip


def _text(content: bytes, url: str | None, claims: Claims) -> Iterator[Item]:
    from index.formats.text import extract_text

    text, charset, warnings = decode(content, claims)
    yield replace(extract_text(text), charset=charset, warnings=warnings)


def _markdown(content: bytes, url: str | None, claims: Claims) -> Iterator[Item]:
    from index.formats.text import extract_markdown

    text, charset, warnings = decode(content, claims)
    yield replace(extract_markdown(text), charset=charset, warnings=warnings)


def _page(content: bytes, url: str | None, claims: Claims) -> Iterator[Item]:
    from index.formats.html.page import extract

    text, charset, warnings = decode(content, claims, declared_in(content))
    yield replace(extract(text, url), charset=charset, warnings=warnings)


def _table(filetype: str) -> Reader:
    def read(content: bytes, url: str | None, claims: Claims) -> Iterator[Item]:
        from index.formats.tables import rows

        yield from rows(content, filetype, claims)

    return read


def _feed(content: bytes, url: str | None, claims: Claims) -> Iterator[Item]:
    from index.formats.feed import entries

    yield from entries(content, url, claims)


def _archive(content: bytes, url: str | None, claims: Claims) -> Iterator[Item]:
    from index.formats.archive import members

    for name, inside in members(content):
        try:
            if isinstance(inside, SourceError):
                raise inside
            for item in items(inside, name, claims=claims):
                yield replace(item, member=name if item.member is None else f"{name}/{item.member}")
        except Exception as error:  # one broken member must not stop the rest, whatever a parser raises
            yield failed(error, member=name)


def failed(error: Exception, origin: str = "", member: str | None = None) -> Item:
    """Return an item that reports what could not be read, with the reason."""
    if isinstance(error, SourceError):
        return Item(origin=origin, member=member, reason=str(error), kind=error.kind)
    what = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
    return Item(origin=origin, member=member, reason=f"it cannot be read ({what})", kind=Problem.UNREADABLE)


_READERS: dict[str, Reader] = {
    "txt": _text,
    "md": _markdown,
    "html": _page,
    "csv": _table("csv"),
    "jsonl": _table("jsonl"),
    "feed": _feed,
    "zip": _archive,
}
