"""The page addresses in a sitemap (sitemaps.org protocol 0.9), newest first."""

import gzip
import io
import zlib
from datetime import UTC, datetime
from typing import NamedTuple

from index.errors import SourceError

# the protocol's limits for one uncompressed sitemap
_MAX_BYTES = 50 * 1024 * 1024
_MAX_ENTRIES = 50_000
_MAX_ADDRESS = 2048
_UNKNOWN = datetime.min.replace(tzinfo=UTC)


class _Listed(NamedTuple):
    url: str
    changed: datetime


def pages(content: bytes, limit: int) -> list[str]:
    """Return at most `limit` page addresses of a sitemap, XML or gzip, newest first; none for a sitemap index."""
    return _addresses(content, "url", limit)


def sitemaps(content: bytes, limit: int) -> list[str]:
    """Return at most `limit` sitemap addresses of a sitemap index, newest first; none for a plain sitemap."""
    return _addresses(content, "sitemap", limit)


def _addresses(content: bytes, entry: str, limit: int) -> list[str]:
    listed = sorted(_read(_unpacked(content)).get(entry, []), key=lambda found: found.changed, reverse=True)
    return list(dict.fromkeys(found.url for found in listed))[:limit]


def _unpacked(content: bytes) -> bytes:
    if content.startswith(b"\x1f\x8b"):
        try:
            content = gzip.GzipFile(fileobj=io.BytesIO(content)).read(_MAX_BYTES + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise SourceError("the sitemap's gzip is damaged") from error
    if len(content) > _MAX_BYTES:
        raise SourceError("the sitemap is larger than 50 MB")
    return content


def _read(xml: bytes) -> dict[str, list[_Listed]]:
    from lxml import etree

    reading = _Reading()
    # A target parser builds no tree, and the entries of a broken sitemap before the error remain usable.
    parser = etree.XMLParser(
        target=reading, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True
    )
    try:
        etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise SourceError("it is not a sitemap, or it is damaged") from error
    if reading.root not in ("urlset", "sitemapindex"):
        raise SourceError("it is not a sitemap")
    return reading.found


class _Reading:
    """Collects addresses and dates while lxml parses. Only direct children of an entry belong to it."""

    def __init__(self) -> None:
        self.root: str | None = None
        self.found: dict[str, list[_Listed]] = {}
        self._path: list[str] = []
        self._facts: dict[str, str] = {}

    def start(self, tag: str, _: object) -> None:
        name = tag.rpartition("}")[2]
        self.root = self.root or name
        self._path.append(name)
        if len(self._path) == 2:
            self._facts = {}

    def data(self, text: str) -> None:
        if len(self._path) == 3:
            name = self._path[-1]
            self._facts[name] = (self._facts.get(name, "") + text)[: _MAX_ADDRESS + 1]

    def end(self, _: str) -> None:
        name = self._path.pop()
        url = self._facts.get("loc", "").strip()
        if len(self._path) != 1 or not url.startswith(("http://", "https://")) or len(url) > _MAX_ADDRESS:
            return
        listed = self.found.setdefault(name, [])
        if len(listed) < _MAX_ENTRIES:
            listed.append(_Listed(url, _changed(self._facts.get("lastmod", ""))))

    def close(self) -> None:
        return None


def _changed(lastmod: str) -> datetime:
    text = lastmod.strip()
    whole = text + "-01-01"[len(text) - 4 :] if len(text) in (4, 7) else text
    try:
        when = datetime.fromisoformat(whole)
    except ValueError:
        return _UNKNOWN
    return when if when.tzinfo else when.replace(tzinfo=UTC)
