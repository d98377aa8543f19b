"""Reads EPUB books: the pages of the spine in order, without contents and cover."""

import posixpath
from typing import Any, NamedTuple
from urllib.parse import unquote

from index.errors import SourceError
from index.formats.blocks import Block, Package, blocks, drop, joined, kinds, local, parse_html, parse_xml
from index.item import Item
from index.text.authors import authors
from index.text.dates import iso_date

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_BOILERPLATE = frozenset("toc landmarks page-list lot loi cover doc-toc doc-pagelist doc-cover".split())
_GUIDES = frozenset("toc cover lot loi".split())
_FIRST_YEAR = 1000  # programs write the year 101 for an unknown date
_TITLE_LENGTH = 300


class _Page(NamedTuple):
    path: str
    is_boilerplate: bool


def extract(content: bytes) -> Item:
    """Return a book as one article; a chapter that cannot be read becomes a warning.

    Raises SourceError if the file is not a book, is protected, is damaged or has no text.
    """
    package = Package(content)
    where = _package_path(package)
    book = package.xml(where)
    pages = _pages(book, where)
    if _sealed(package) & {page.path for page in pages}:
        raise SourceError("it is protected against copying (DRM): get a copy without that protection")
    found: list[Block] = []
    removed: list[str] = []
    warnings: list[str] = []
    for page in pages:
        try:
            kept, cut = _read(package, page)
        except SourceError as error:
            warnings.append(str(error))
        else:
            found.extend(kept)
            removed.extend(cut)
    if not found:
        raise SourceError(warnings[0] if warnings else "it has no text")
    return _article(book, found, removed, list(dict.fromkeys(warnings)))


def _package_path(package: Package) -> str:
    if _CONTAINER not in package.names:
        raise SourceError("it is not an EPUB book")
    roots = [root.get("full-path") for root in package.xml(_CONTAINER).iter("{*}rootfile")]
    if not roots or not roots[0]:
        raise SourceError("it is not an EPUB book: its container lists no package")
    return str(roots[0])


def _sealed(package: Package) -> set[str]:
    """Return the paths of encrypted parts, except fonts, which many readable books encrypt."""
    if _ENCRYPTION not in package.names:
        return set()
    return {unquote(part.get("URI", "")) for part in package.xml(_ENCRYPTION).iter("{*}CipherReference")}


def _pages(book: Any, where: str) -> list[_Page]:
    items = {item.get("id"): item for item in book.iter("{*}item")}
    spine = [items[ref.get("idref")] for ref in book.iter("{*}itemref") if ref.get("idref") in items]
    marked = [reference for reference in book.iter("{*}reference") if reference.get("type", "").lower() in _GUIDES]
    guides = {reference.get("href") for reference in marked}
    pages = []
    for item in spine:
        href = item.get("href", "")
        is_boilerplate = "nav" in item.get("properties", "").split() or href in guides
        if "html" in item.get("media-type", "") or href.endswith("html"):
            path = posixpath.join(posixpath.dirname(where), unquote(href))
            pages.append(_Page(posixpath.normpath(path), is_boilerplate))
    return list({page.path: page for page in reversed(pages)}.values())[::-1]  # each once, as EPUB says


def _read(package: Package, page: _Page) -> tuple[list[Block], list[str]]:
    """Return a page's blocks, its footnotes last, and the texts that were removed."""
    body = _body(package.read(page.path), page.path)
    if page.is_boilerplate or kinds(body) & _BOILERPLATE or _is_contents(body):
        return [], [block.text for block in blocks(body)]
    parts = [part for part in body.iterdescendants() if kinds(part) & _BOILERPLATE]
    cut = [block.text for part in drop(parts) for block in blocks(part)]
    return blocks(body), cut


def _body(content: bytes, path: str) -> Any:
    try:
        root = parse_xml(content)
    except ValueError:
        try:
            root = parse_html(content)
        except ValueError as error:
            raise SourceError(f"its part {path[:100]} is damaged: get a complete copy") from error
    return next((element for element in root.iter() if local(element) == "body"), root)


def _is_contents(body: Any) -> bool:
    """Return whether a page is a list of links into the book, whatever its declared role."""
    links = [link for link in body.iter() if local(link) == "a" and "://" not in link.get("href", "://")]
    linked = sum(len("".join(link.itertext()).strip()) for link in links)
    return len(links) > 2 and linked > 0.7 * len("".join(body.itertext()).strip())


def _article(book: Any, book_blocks: list[Block], removed: list[str], warnings: list[str]) -> Item:
    facts = {
        "title": _title(book),
        "author": authors(_creators(book)),
        "published": _published(book),
        "language": next(iter(_texts(book, "language")), None),
        "source": next(iter(_texts(book, "publisher")), None),
        "url": next((text for text in _texts(book, "source") if text.startswith(("http://", "https://"))), None),
    }
    heading = next((block.text for block in book_blocks if block.kind == "heading"), book_blocks[0].text)
    return Item(
        title=(facts["title"] or heading.split("\n")[0])[:_TITLE_LENGTH],
        text=joined(book_blocks),
        url=facts["url"],
        source=facts["source"],
        author=facts["author"],
        published=facts["published"],
        language=facts["language"],
        removed=tuple(removed),
        found_in={"title": "visible text"} | {name: "book metadata" for name, fact in facts.items() if fact},
        parser="lxml",
        warnings=tuple(warnings),
    )


def _named(book: Any, name: str) -> list[Any]:
    found = book.iter(f"{{http://purl.org/dc/elements/1.1/}}{name}")
    return [element for element in found if "".join(element.itertext()).strip()]


def _texts(book: Any, name: str) -> list[str]:
    return [_text(element) for element in _named(book, name)]


def _text(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _said(book: Any, elements: list[Any], name: str) -> list[tuple[Any, str]]:
    """Yield each element with its property: an attribute in version 2, a refining `meta` in version 3."""
    metas = (meta for meta in book.iter("{*}meta") if meta.get("property") == name)
    refined = {meta.get("refines"): _text(meta) for meta in metas}
    attribute = f"{{http://www.idpf.org/2007/opf}}{name}"
    return [(item, item.get(attribute) or refined.get("#" + item.get("id", ""), "")) for item in elements]


def _title(book: Any) -> str | None:
    titles = _said(book, _named(book, "title"), "title-type")
    main = [title for title, kind in titles if kind == "main"]
    return next((_text(title) for title in main + [title for title, _ in titles]), None)


def _creators(book: Any) -> list[str]:
    """Return the authors; translators and illustrators only if a book names nobody else."""
    creators = _said(book, _named(book, "creator"), "role")
    writers = [creator for creator, role in creators if role in ("", "aut")]
    return [_text(creator) for creator in writers or [creator for creator, _ in creators]]


def _published(book: Any) -> str | None:
    """Return when the book was published, not when its file was created or changed."""
    dates = {event: _text(date) for date, event in reversed(_said(book, _named(book, "date"), "event"))}
    date = iso_date(dates.get("publication") or dates.get("original-publication") or dates.get(""))
    if date is None or int(date[:4]) < _FIRST_YEAR:
        return None
    return date.removesuffix("T00:00:00+00:00")
