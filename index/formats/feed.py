"""Reads feeds (RSS 0.9 to 2.0, Atom) with feedparser: each entry with the fullest text it has."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from html import unescape
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from index.errors import Problem, SourceError
from index.formats.blocks import Block, blocks, joined, parse_html
from index.item import Item
from index.text.authors import authors
from index.text.charset import NO_CLAIMS, Claims, Decoded, declared_in, decode
from index.text.dates import Order, date_order, iso_date

MAX_BYTES = 20_000_000
MAX_ENTRIES = 10_000
_WHOLE = 1000  # a summary of at least this many characters counts as the whole article
_RICH = ("text/html", "application/xhtml+xml")
_TAG = re.compile(r"<[a-z!/]", re.IGNORECASE)
# an entity longer than a few characters, or made of others, multiplies with each use
_BOMB = re.compile(rb"<!ENTITY\s+[^\s%]+\s+(?:\"(?:[^\"]{17}|[^\"]*&[^#])|'(?:[^']{17}|[^']*&[^#]))")
_REFERENCE = re.compile(rb"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));")
# placeholder dates of programs: the first day of their calendar
_NO_DATE = re.compile(r"0001-|.*\b0001\b|1970-01-01T00:00:00|.*\b0?1 Jan 1970 00:00:00")
_MORE = re.compile(
    r"\W*(?:continue reading|read (?:more|on|the (?:full|whole|rest))|weiterlesen|lire la suite|leer más)\b.{0,200}",
    re.IGNORECASE,
)
_FOOTER = re.compile(r"the post .{1,300} appeared first on .{1,200}", re.IGNORECASE)
_DECLARATION = re.compile(r"\A\s*+<\?xml\b[^<>]{0,200}\?>")
_ADDRESS = re.compile(r"(?<!\S)[^\s@]*+@\S*+")
_CUT = re.compile(r"(?:…|\.\.\.)[\])]?$")
_TITLE_LENGTH = 300
_AUTHOR_LENGTH = 1000


class _Body(NamedTuple):
    text: str
    removed: tuple[str, ...]
    is_content: bool
    is_cut: bool
    language: str | None


def entries(content: bytes, url: str | None = None, claims: Claims = NO_CLAIMS) -> Iterator[Item]:
    """Yield a feed's entries, numbered, in its order; `url` is where it was fetched, for its relative links.

    Raises SourceError if it is not a feed or has no entries.
    """
    feed = _parsed(content, url, claims)
    for number, entry in enumerate(islice(feed.entries, MAX_ENTRIES), start=1):
        yield _entry(dict(entry), feed, number)
    if len(feed.entries) > MAX_ENTRIES:
        reason = f"the feed has more than {MAX_ENTRIES:,} entries: the rest is left out"
        yield Item(row=MAX_ENTRIES + 1, reason=reason, kind=Problem.UNREADABLE)


def _parsed(content: bytes, url: str | None, claims: Claims) -> Any:
    decoded = _decoded(content, claims)
    # a stream, as feedparser takes bytes for a file name; no sanitizer, as no markup is kept
    stream = io.BytesIO(_harmless(decoded.text.encode()))
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url or ""}
    try:
        feed = _feedparser().parse(stream, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    except Exception as error:  # malformed markup can raise anything in its second, lenient parser
        raise SourceError("the feed is too badly damaged to read") from error
    feed["encoding"], feed["warnings"] = decoded.charset, decoded.warnings
    given = (str(entry.get(name) or "") for entry in feed.entries for name in ("published", "updated"))
    feed["order"] = date_order(feed.feed.get("language")) or date_order(None, given)
    if not feed.entries:
        raise SourceError("the feed has no entries" if feed.version else "it is not a feed (RSS or Atom)")
    return feed


@cache
def _feedparser() -> Any:
    """Return feedparser with a bound on the author, in which it looks for an address in quadratic time.

    A private method is replaced: feedparser has no public hook between an element's text and this look, and its
    elements have too many names and prefixes to be cut before parsing. Without the method, no feed can be read, and
    every test of feeds fails.
    """
    import feedparser  # type: ignore[import-untyped]
    from feedparser.mixin import _FeedParserMixin as Parser  # type: ignore[import-untyped]

    look = Parser._sync_author_detail

    def look_bounded(self: Any, key: str = "author") -> None:
        context = self._get_context()
        if len(context.get(key) or "") > _AUTHOR_LENGTH:
            context[key] = context[key][:_AUTHOR_LENGTH]
        look(self, key)

    Parser._sync_author_detail = look_bounded
    return feedparser


def _decoded(content: bytes, claims: Claims) -> Decoded:
    """Return the feed's text, declaring no encoding other than the one it is passed on in."""
    if not content.strip():
        raise SourceError("it is empty")
    if len(content) > MAX_BYTES:
        raise SourceError(f"the feed is larger than {MAX_BYTES // 1_000_000} MB")
    decoded = decode(content, claims, declared_in(content))
    return decoded._replace(text=_DECLARATION.sub("", decoded.text.encode("utf-8", "replace").decode(), count=1))


def _harmless(text: bytes) -> bytes:
    """Return the feed without references to non-existent characters; raises SourceError for an entity bomb."""
    if _BOMB.search(text):
        raise SourceError("it declares very long XML entities, as XML bombs do: save it without its DOCTYPE")
    return _REFERENCE.sub(_character, text)


def _character(match: re.Match[bytes]) -> bytes:
    digits = (match[1] or match[2]).lstrip(b"0") or b"0"
    code = int(digits, 16 if match[1] else 10) if len(digits) < 8 else 0
    known = code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0x110000
    return match[0] if known else b"&#xFFFD;"


def _entry(entry: dict[str, Any], feed: Any, number: int) -> Item:
    url, title = _url(entry, feed), _plain(entry, "title")
    body = max(_bodies(entry, _is_atom(feed)), key=lambda found: (found.is_content, len(found.text)), default=None)
    if body:
        is_summary = body.is_cut or not (body.is_content or len(body.text) >= _WHOLE)
        article = _article(entry, feed, body, title, url)
        warnings = (*(feed.warnings if number == 1 else ()), *article.warnings)
        return replace(article, row=number, is_summary=is_summary, warnings=warnings)
    named = f'the entry "{(title or url or "without a name")[:_TITLE_LENGTH]}"'
    reason = f"{named} has only a link: use --full to fetch its page" if url else f"{named} has no text"
    return Item(url=url, row=number, is_summary=True, reason=reason, kind=Problem.UNREADABLE)


def _article(entry: dict[str, Any], feed: Any, body: _Body, title: str | None, url: str | None) -> Item:
    dates, warnings = _dates(entry, _is_atom(feed), feed.order)
    facts = dates | {
        "title": title,
        "url": url,
        "source": _plain(entry.get("source") or {}, "title") or _plain(feed.feed, "title"),
        "author": _authors(entry) or (_authors(feed.feed) if _is_atom(feed) else None),
        "language": body.language or feed.feed.get("language") or None,
    }
    return Item(
        title=(title or body.text.split("\n")[0])[:_TITLE_LENGTH],
        text=body.text,
        url=url,
        source=facts["source"],
        author=facts["author"],
        published=facts["published"],
        updated=facts["updated"],
        language=facts["language"],
        removed=body.removed,
        found_in={name: "feed" for name, fact in facts.items() if fact},
        parser="feedparser",
        charset=feed.encoding,
        warnings=(*warnings, *_breaks(feed)),
    )


def _breaks(feed: Any) -> tuple[str, ...]:
    # it also notes an override of the declared charset, which loses nothing
    if not feed.bozo or "Encoding" in type(feed.bozo_exception).__name__:
        return ()
    return ("the feed is not well-formed XML: some entries may be missing",)


def _is_atom(feed: Any) -> bool:
    return str(feed.version).startswith("atom")


def _bodies(entry: dict[str, Any], is_atom: bool) -> Iterator[_Body]:
    """Yield the texts of an entry; plain "content" in RSS is the summary of a podcast or picture."""
    summary = entry.get("summary_detail")
    for part in [*(entry.get("content") or []), *([summary] if summary else [])]:
        entry_blocks = _blocks(part)
        removed = _without_tail(entry_blocks)
        if entry_blocks:
            text = joined(entry_blocks)
            is_cut = bool(_CUT.search(text)) or any(_MORE.fullmatch(line) for line in removed)
            is_content = part is not summary and (is_atom or part.get("type") in _RICH)
            yield _Body(text, removed, is_content, is_cut, part.get("language"))


def _blocks(part: dict[str, Any]) -> list[Block]:
    value, is_rich = str(part.get("value") or ""), part.get("type") in _RICH
    if not is_rich or not _TAG.search(value):
        text = (unescape(value) if is_rich else value).replace("\r\n", "\n").replace("\r", "\n")
        lines = "\n".join(line.strip() for line in text.split("\n"))
        return [Block(paragraph.strip("\n")) for paragraph in re.split(r"\n{2,}", lines) if paragraph.strip("\n")]
    try:
        # as ASCII with references it needs no charset
        return blocks(parse_html(value.encode("ascii", "xmlcharrefreplace")))
    except ValueError:
        return []


def _without_tail(entry_blocks: list[Block]) -> tuple[str, ...]:
    """Remove the standard closing lines of blog entries, and return them."""
    removed: list[str] = []
    while (
        entry_blocks
        and len(entry_blocks[-1].text) < 600
        and (_MORE.fullmatch(entry_blocks[-1].text) or _FOOTER.fullmatch(entry_blocks[-1].text))
    ):
        removed.insert(0, entry_blocks.pop().text)
    return tuple(removed)


def _plain(facts: dict[str, Any], name: str) -> str | None:
    """Return a title without markup, in one line."""
    detail = facts.get(f"{name}_detail") or {"value": facts.get(name)}
    return " ".join(joined(_blocks(detail)).split()) or None


def _url(entry: dict[str, Any], feed: Any) -> str | None:
    given = str(entry.get("feedburner_origlink") or entry.get("link") or "").strip()
    try:
        url = urljoin(feed.feed.get("link") or "", given) if given else ""
        return url if urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname else None
    except ValueError:
        return None


def _authors(facts: dict[str, Any]) -> str | None:
    """Return the names; feedparser splits RSS's "address (name)" wrongly if the domain is long."""
    found = facts.get("authors") or []
    if len(found) == 1 and found[0].get("email"):
        return _ADDRESS.sub("", str(facts.get("author"))).strip(" ()<>\"',;") or None
    return authors([person.get("name") for person in found])


def _dates(entry: dict[str, Any], is_atom: bool, order: Order | None) -> tuple[dict[str, str | None], list[str]]:
    """Return the dates as given, never as guessed by feedparser, and warnings about those not understood.

    RSS 1.0 has one date (dc:date), which feedparser calls updated.
    """
    given = {name: str(entry.get(name) or "").strip() for name in ("published", "updated")}
    if not is_atom and not given["published"]:
        given = {"published": given["updated"], "updated": ""}
    dates = {name: _date(text, order) for name, text in given.items()}
    odd = [text for name, text in given.items() if text and not dates[name]]
    return dates, [f'its date "{text[:60]}" is not understood' for text in odd]


def _date(text: str, order: Order | None) -> str | None:
    try:
        return None if _NO_DATE.match(text) else iso_date(text[:100], order)
    except OverflowError:
        return None
