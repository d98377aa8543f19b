"""Sources to articles: files, folders and addresses are gone through, one part an article or a reason."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from index.article import Article
from index.errors import SourceError
from index.item import Extracted
from index.sources.readers import Part, parts
from index.store.source_log import SourceEntry
from index.text.language import language
from index.text.urls import canonical, without_tracking

if TYPE_CHECKING:
    from index.sources.http import Page, Web

_SURROGATE = re.compile("[\ud800-\udfff]")
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


class Fetching(NamedTuple):
    """How addresses are fetched: private networks allowed, linked pages of feeds too, at most how many pages."""

    allow_private: bool = False
    full: bool = False
    limit: int = 50


class Found(NamedTuple):
    """An article that a source holds, or the reason why there is none; `row` is its line in a file of many.

    `extracted` has how it was read, `note` how a table's columns were taken, `page` what a web server said of it.
    """

    source: str
    article: Article | None
    reason: str | None = None
    row: int | None = None
    extracted: Extracted | None = None
    note: str | None = None
    page: "Page | None" = None


PLAIN = Fetching()


def load(source: str, fetching: Fetching = PLAIN) -> Iterator[Found]:
    """Yield what a file, folder or address holds; a bad part yields its reason and stops nothing."""
    if is_address(source):
        yield from from_web(source, fetching)
        return
    path = absolute(source)
    if path is None:
        yield Found(source, None, "there can be no such file or folder")
    elif path.is_dir():
        yield from _folder(path)
    elif path.exists():
        yield from _file(path)
    else:
        yield Found(source, None, "there is no such file or folder")


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


def _folder(folder: Path) -> Iterator[Found]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not _is_hidden(path, folder)]
    for path in files:
        yield from _file(path)
    if not files:
        yield Found(str(folder), None, "the folder has no files")


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def _file(path: Path) -> Iterator[Found]:
    if _SURROGATE.search(str(path)):
        shown = str(path).encode("utf-8", "replace").decode()
        yield Found(shown, None, "its name is not UTF-8: rename it")
        return
    try:
        for part in parts(path.read_bytes(), path.name):
            yield _found(part, str(path))
    except SourceError as error:
        yield Found(str(path), None, str(error))
    except OSError as error:
        yield Found(str(path), None, f"it cannot be read ({error.strerror})")
    except Exception as error:  # one broken file must not stop the rest, whatever a parser raises
        yield Found(str(path), None, f"it cannot be read ({type(error).__name__})")


def _found(part: Part, origin: str, page: "Page | None" = None) -> Found:
    source = origin if part.name is None else f"{origin}/{part.name}"
    if part.extracted is None:
        return Found(source, None, part.reason, part.row, note=part.note)
    article = _article(part, part.extracted, origin)
    return Found(source, article, None, part.row, part.extracted, part.note, page)


def _article(part: Part, extracted: Extracted, origin: str) -> Article:
    return Article(
        part.id or _made_id(part, extracted, origin),
        extracted.title,
        extracted.text,
        url=extracted.url,
        source=extracted.source,
        author=extracted.author,
        published=extracted.published,
        updated=extracted.updated,
        language=extracted.language or language(extracted.text),
        origin=origin,
        pages=extracted.pages,
        removed=extracted.removed,
    )


def _made_id(part: Part, extracted: Extracted, origin: str) -> str:
    if part.row is not None:
        return "row:" + _digest(origin, part.name or "", extracted.url or extracted.text)
    if is_address(origin):
        return "web:" + _digest(canonical(origin))
    return "file:" + _digest(origin, *([part.name] if part.name else []))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def from_web(address: str, fetching: Fetching, known: SourceEntry | None = None) -> Iterator[Found]:
    """Yield what an address holds: a page, the items of a feed, the pages of a sitemap.

    Where `known` is given, a server that has the same version still is asked to say only so: then nothing is yielded.
    """
    from index.sources.http import Web

    with Web(fetching.allow_private) as web:
        try:
            yield from _fetched(web, address, fetching, known)
        except SourceError as error:
            yield Found(address, None, str(error))
        except Exception as error:  # whatever a parser raises
            yield Found(address, None, f"it cannot be read ({type(error).__name__})")


def _fetched(web: "Web", address: str, fetching: Fetching, known: SourceEntry | None = None) -> Iterator[Found]:
    page = web.get(address, known.etag if known else None, known.modified if known else None)
    if page.status == "unchanged":
        return
    if page.status == "gone":
        yield Found(address, None, "it is gone from the web", page=page)
    elif _is_sitemap(page.content):
        yield from _sitemap(web, page, fetching)
    else:
        for part in parts(page.content, _name(page), without_tracking(page.url)):
            yield from _linked(web, part, address, page, fetching)


def _linked(web: "Web", part: Part, address: str, page: "Page", fetching: Fetching) -> Iterator[Found]:
    """Yield a page, or a feed's item; the page that a summary links to where the full text is wanted."""
    if not part.whole and part.url and fetching.full:
        yield from _one(web, part.url, fetching, robots=True)
    elif part.extracted is None or part.row is not None:
        yield _found(part, address, page)
    else:
        yield _found(part._replace(extracted=_addressed(part.extracted, page)), address, page)


def _addressed(extracted: Extracted, page: "Page") -> Extracted:
    return extracted if extracted.url else replace(extracted, url=without_tracking(page.url))


def _one(web: "Web", address: str, fetching: Fetching, robots: bool) -> Iterator[Found]:
    try:
        page = web.get(address, robots=robots)
        if page.status == "gone":
            raise SourceError("it is gone from the web")
        for part in parts(page.content, _name(page), without_tracking(page.url)):
            yield from _linked(web, part, address, page, fetching._replace(full=False))
    except SourceError as error:
        yield Found(address, None, str(error))
    except Exception as error:  # one broken page must not stop the rest, whatever a parser raises
        yield Found(address, None, f"it cannot be read ({type(error).__name__})")


def _is_sitemap(content: bytes) -> bool:
    return content[:2] == b"\x1f\x8b" or bool(re.search(rb"<(?:\w+:)?(?:urlset|sitemapindex)\b", content[:4096]))


def _sitemap(web: "Web", page: "Page", fetching: Fetching) -> Iterator[Found]:
    for address in _listed(web, page, fetching.limit):
        yield from _one(web, address, fetching, robots=True)


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
