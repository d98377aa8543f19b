"""Sources to articles: files, folders and addresses are gone through, one item an article or a reason."""

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from index.article import Article
from index.errors import Problem, SourceError
from index.item import Item
from index.sources.readers import failed, items
from index.store.source_log import Outcome
from index.text.charset import Claims
from index.text.language import language
from index.text.urls import canonical, without_tracking

if TYPE_CHECKING:
    from index.sources.http import Page, Web

_SURROGATE = re.compile("[\ud800-\udfff]")
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


class Fetching(NamedTuple):
    """How sources are read: private networks allowed, linked pages of feeds too, at most how many pages.

    `encoding` is that of their text, where the user names it.
    """

    allow_private: bool = False
    full: bool = False
    limit: int = 50
    encoding: str | None = None


PLAIN = Fetching()
MAX_FILE_BYTES = 100_000_000
_GONE = SourceError("the page is gone from its site", Problem.GONE)


def load(source: str, fetching: Fetching = PLAIN) -> Iterator[Item]:
    """Yield what a file, folder or address holds; a bad part yields its reason and stops nothing."""
    if is_address(source):
        yield from from_web(source, fetching)
        return
    path = absolute(source)
    if path is None:
        yield failed(SourceError("no file or folder can have this name"), source)
    elif path.is_dir():
        yield from _folder(path, fetching)
    elif path.exists():
        yield from _file(path, fetching)
    else:
        yield failed(SourceError("there is no such file or folder"), source)


def is_address(source: str) -> bool:
    """Tell whether a source is a web address."""
    return bool(_ADDRESS.match(source))


def absolute(source: str) -> Path | None:
    """Return the absolute path that `source` names, or None where no path can be called so."""
    try:
        path = Path(source).expanduser().absolute()
        path.exists()
    except (OSError, RuntimeError, ValueError):
        return None
    return path


def _folder(folder: Path, fetching: Fetching) -> Iterator[Item]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not _is_hidden(path, folder)]
    for path in files:
        yield from _file(path, fetching)
    if not files:
        yield failed(SourceError("the folder contains no files"), str(folder))


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def _file(path: Path, fetching: Fetching) -> Iterator[Item]:
    if _SURROGATE.search(str(path)):
        shown = str(path).encode("utf-8", "replace").decode()
        yield failed(SourceError("its name is not UTF-8: rename it"), shown)
        return
    try:
        for item in items(_content(path), path.name, claims=Claims(fetching.encoding)):
            yield replace(item, origin=str(path))
    except Exception as error:  # one broken file must not stop the rest, whatever a parser raises
        yield failed(error, str(path))


def _content(path: Path) -> bytes:
    """Return a regular file's bytes; what is none (a device, a pipe) or too big is not read at all."""
    opened = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))  # a pipe that nobody writes to would wait
    with os.fdopen(opened, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise SourceError("it is not a regular file")
        # what the kernel makes up as it is read says that it has no size, and may never end
        content = file.read(min(status.st_size, MAX_FILE_BYTES) + 1) if status.st_size else b""
    if len(content) > MAX_FILE_BYTES:
        raise SourceError(f"it is larger than {MAX_FILE_BYTES // 1_000_000} MB: split it")
    return content


def article_of(item: Item) -> Article:
    """Return the article of an item, with the id that its source calls it by, or else one made from where it is."""
    same = {name: getattr(item, name) for name in ("title", "text", "url", "source", "author", "published", "updated")}
    return Article(
        id=item.id or _made_id(item),
        **same,
        language=item.language or language(item.text),
        origin=item.origin,
        pages=item.pages,
        removed=item.removed,
    )


def _made_id(item: Item) -> str:
    if item.row is not None:
        return "row:" + _digest(item.origin, item.member or "", item.url or item.text)
    if is_address(item.origin):
        return "web:" + _digest(canonical(item.origin))
    return "file:" + _digest(item.origin, *([item.member] if item.member else []))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def from_web(address: str, fetching: Fetching, known: Outcome | None = None) -> Iterator[Item]:
    """Yield what an address holds: a page, the items of a feed, the pages of a sitemap.

    With `known`, a server that still has that version only says so: then nothing is yielded.
    """
    from index.sources.http import Web

    with Web(fetching.allow_private) as web:
        try:
            page = web.get(address, known.etag if known else None, known.modified if known else None)
            if page.status == "gone":
                raise _GONE
            if page.status != "unchanged" and _is_sitemap(page.content):
                for listed in _listed(web, page, fetching.limit):
                    yield from _linked(web, listed, fetching)
            elif page.status != "unchanged":
                yield from _read(web, address, page, fetching)
        except Exception as error:  # whatever a parser raises
            yield failed(error, address)


def _read(web: "Web", address: str, page: "Page", fetching: Fetching) -> Iterator[Item]:
    """Yield a page, or a feed's items; the page that a summary links to where the full text is wanted."""
    url = without_tracking(page.url)
    for item in items(page.content, _name(page), url, Claims(fetching.encoding, page.charset)):
        if item.is_summary and item.url and fetching.full:
            yield from _linked(web, item.url, fetching)
        else:
            own = item.url or (None if item.reason or item.row is not None else url)
            yield replace(item, origin=address, url=own, etag=page.etag, modified=page.modified)


def _linked(web: "Web", address: str, fetching: Fetching) -> Iterator[Item]:
    try:
        page = web.get(address, robots=True)
        if page.status == "gone":
            raise _GONE
        yield from _read(web, address, page, fetching._replace(full=False))
    except Exception as error:  # one broken page must not stop the rest, whatever a parser raises
        yield failed(error, address)


def _is_sitemap(content: bytes) -> bool:
    return content[:2] == b"\x1f\x8b" or bool(re.search(rb"<(?:\w+:)?(?:urlset|sitemapindex)\b", content[:4096]))


def _listed(web: "Web", page: "Page", limit: int) -> list[str]:
    from index.sources.sitemap import pages, sitemaps

    listed = pages(page.content, limit)
    for child in sitemaps(page.content, limit):
        if len(listed) < limit:
            listed += pages(web.get(child, robots=True).content, limit - len(listed))
    return listed


def _name(page: "Page") -> str:
    """Return a name that tells the kind where the content alone does not."""
    ending = {"text/csv": ".csv", "text/markdown": ".md", "text/html": ".html", "application/pdf": ".pdf"}
    return Path(page.url.split("?")[0]).name + ending.get(page.kind, "")
