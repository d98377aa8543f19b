"""The metadata that a web page declares: JSON-LD, meta tags, links, language."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_ARTICLE = re.compile(r"\w{0,40}Article\w{0,40}|\w{0,40}BlogPosting|Report|Review|Recipe")
_PAGE = re.compile(r"(?:\w*Page)")
_SCRIPT_CHARS = 2_000_000
_NODES = 2_000


@dataclass(frozen=True)
class Declared:
    """Facts by name, each as `(value, where)`, most trusted first; `persons` and `organisations` are authors."""

    facts: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    persons: list[tuple[str, str]] = field(default_factory=list)
    organisations: list[tuple[str, str]] = field(default_factory=list)

    def first(self, name: str) -> tuple[str, str] | None:
        """Return the most trusted value of a fact, and where it was found."""
        return next(iter(self.facts.get(name, ())), None)


_FAMILY_FIRST = ("citation_author", "dc.creator")
_META = {
    "title": ("og:title", "twitter:title", "parsely-title", "dc.title", "citation_title", "headline"),
    "source": ("og:site_name", "application-name", "dc.publisher", "citation_journal_title"),
    "published": (
        "article:published_time article.published og:published_time og:article:published_time datepublished "
        "parsely-pub-date sailthru.date cxenseparse:recs:publishtime pubdate publishdate publish-date publication_date "
        "date_published article_date_original dc.date.issued dc.date dcterms.created dcterms.date citation_date "
        "citation_publication_date date"
    ).split(),
    "updated": (
        "article:modified_time article.updated og:updated_time og:article:modified_time datemodified lastmod "
        "last-modified dc.date.modified dcterms.modified"
    ).split(),
    "author": "author byl article:author parsely-author sailthru.author dc.creator citation_author".split(),
}


def declared(tree: Any) -> Declared:
    """Return the metadata of a page's complete tree, including scripts."""
    page_facts = Declared()
    metas = _metas(tree)
    node = _main_node(tree)
    if node:
        _from_node(node, page_facts)
    for name, keys in _META.items():
        values = [value for key in keys for value in metas.get(key, ())]
        where = page_facts.persons if name == "author" else page_facts.facts.setdefault(name, [])
        where += [
            (value, "meta") for value in values if not re.match(r"https?://|@|\S+@\S+", value) or name != "author"
        ]
    for name, path in (("title", "//head/title"), ("url", "//link[@rel='canonical']/@href")):
        shown = [part if isinstance(part, str) else part.text_content() for part in tree.xpath(path)[:1]]
        page_facts.facts.setdefault(name, []).extend(
            (" ".join(value.split()), "title" if name == "title" else "canonical link") for value in shown
        )
    page_facts.facts.setdefault("url", []).extend((value, "meta") for value in metas.get("og:url", ()))
    return page_facts


def _metas(tree: Any) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        key = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").strip().lower()
        value = " ".join((meta.get("content") or "").split())
        if key and value:
            values.setdefault(key, []).append(_turned(value) if key in _FAMILY_FIRST else value)
    return values


def _turned(name: str) -> str:
    family, comma, given = name.partition(", ")
    return f"{given} {family}" if comma and "," not in given else name


def _main_node(tree: Any) -> dict[str, Any] | None:
    """Return the JSON-LD node of the page's own article, or else of the page."""
    nodes = [node for script in tree.iter("script") if _is_json_ld(script) for node in _nodes(script.text or "")]
    articles = [node for node in nodes if any(_ARTICLE.fullmatch(kind) for kind in _kinds(node))]
    pages = [node for node in nodes if any(_PAGE.fullmatch(kind) for kind in _kinds(node))]
    shown = " ".join(" ".join(title.itertext()) for title in tree.iter("h1", "title")).casefold()
    named = [
        node for node in articles if _text(node.get("headline")).casefold().strip() in shown and node.get("headline")
    ]
    return next(iter([*named, *articles, *pages]), None)


def _is_json_ld(script: Any) -> bool:
    return (script.get("type") or "").split(";")[0].strip().lower() == "application/ld+json"


def _nodes(text: str) -> Iterator[dict[str, Any]]:
    """Yield the page's own nodes, not those in lists of other articles."""
    try:
        waiting: list[Any] = [json.loads(text.strip().rstrip(";"), strict=False)] if len(text) < _SCRIPT_CHARS else []
    except (ValueError, RecursionError):
        return
    for _ in range(_NODES):
        if not waiting:
            return
        node = waiting.pop(0)
        if isinstance(node, list):
            waiting[:0] = node
        elif isinstance(node, dict):
            yield node
            waiting += [
                node[key]
                for key in ("@graph", "mainEntity", "mainEntityOfPage")
                if isinstance(node.get(key), dict | list)
            ]


def _kinds(node: dict[str, Any]) -> list[str]:
    kinds = node.get("@type")
    return [str(kind).rpartition("/")[2] for kind in (kinds if isinstance(kinds, list) else [kinds])]


def _from_node(node: dict[str, Any], page_facts: Declared) -> None:
    given = {
        "title": node.get("headline") or (node.get("name") if not _PAGE.fullmatch(_kinds(node)[0]) else None),
        "source": _name(node.get("publisher")),
        "published": node.get("datePublished"),
        "updated": node.get("dateModified"),
    }
    for name, value in given.items():
        if _text(value):
            page_facts.facts.setdefault(name, []).append((_text(value), "JSON-LD"))
    writers = node.get("author") or node.get("creator") or []
    for writer in writers if isinstance(writers, list) else [writers]:
        organised = isinstance(writer, dict) and any("Organization" in kind for kind in _kinds(writer))
        if _name(writer):
            (page_facts.organisations if organised else page_facts.persons).append((_name(writer), "JSON-LD"))


def _name(given: Any) -> str:
    if isinstance(given, list):
        given = next(iter(given), None)
    named = given.get("name") if isinstance(given, dict) else given
    if isinstance(named, list):
        named = next(iter(named), None)
    text = _text(named)
    return "" if text.startswith(("http://", "https://")) else text


def _text(given: Any) -> str:
    """Return a value's text, with markup and double escaping resolved."""
    from html import unescape

    return " ".join(re.sub(r"<[^<>]{0,200}>", "", unescape(given)).split()) if isinstance(given, str) else ""
