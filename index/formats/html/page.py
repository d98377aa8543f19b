"""Reads web pages: the article's own text without boilerplate, and the facts that the page states about it."""

from copy import deepcopy
from typing import Any

from index.errors import SourceError
from index.formats.blocks import Block, blocks, joined
from index.formats.html import facts as page_facts
from index.formats.html.body import narrow
from index.formats.html.declared import declared
from index.formats.html.prune import Pruning
from index.formats.html.tree import parse, text_of, words_of
from index.item import Item
from index.text.boilerplate import split_boilerplate
from index.text.dates import Order, date_order

_PROSE = 60
_MOST_PULL_QUOTES = 100
_TOP = 10


def extract(html: str, url: str | None = None) -> Item:
    """Return the article of a web page; `url` is where it was fetched.

    Its paragraphs, lists, tables and captions keep their order, each once. Raises SourceError if it has no article.
    """
    tree = parse(html)
    metadata, locales = declared(tree), _locales(tree)
    page = Pruning(tree)
    page.prune()
    whole = deepcopy(tree)
    page.prune_end()
    page.prune_facts()
    _cut_pull_quotes(page)
    found = _blocks(narrow(page))
    address = page_facts.address(metadata, url)
    source = page_facts.source(metadata, address[0] if address else None)
    name = source[0] if source else None
    top = _top_lines(whole) or [line for block in found for line in block.text.split("\n")][:_TOP]
    author = page_facts.author(metadata, whole, top, name)
    order = _date_order(locales, whole)
    text, removed = _text(found, author[0] if author else "", order)
    if not any(char.isalnum() for char in text):
        raise SourceError("no article text was found in the page")
    title = page_facts.headline(metadata, whole, name, text)
    dates = page_facts.dates(metadata, whole, top, address[0] if address else None, order)
    facts = {"title": title, "author": author, "source": source, "url": address, "language": _language(tree), **dates}
    known = {fact: found for fact, found in facts.items() if found}
    value: dict[str, str] = {fact: found[0] for fact, found in known.items()}
    return Item(
        title=title[0],
        text=text,
        url=value.get("url"),
        source=value.get("source"),
        author=value.get("author"),
        published=value.get("published"),
        updated=value.get("updated"),
        language=value.get("language"),
        removed=(*page.removed(), *removed),
        found_in={fact: found[1] for fact, found in known.items()},
        parser="trafilatura",
    )


def _blocks(article: Any) -> list[Block]:
    for part in article.iter("pre"):
        _keep_lines(part)
    return blocks(article)


def _text(page_blocks: list[Block], author: str, order: Order | None) -> tuple[str, list[str]]:
    """Return the article's text from its blocks, and what was removed: fact lines at the top, repeats, boilerplate."""
    kept: list[Block] = []
    cut: list[str] = []
    prose: set[str] = set()
    for place, block in enumerate(page_blocks):
        is_fact = place < _TOP and (page_facts.is_facts_line(block.text, order) or block.text in author.split(", "))
        again = kept and block.kind == "heading" and block.text == kept[0].text
        if is_fact or again or block.text in prose:
            cut.append(block.text)
        else:
            kept.append(block)
            prose |= {block.text} if _is_prose(block) else set()
    text, removed = split_boilerplate(joined(kept))
    return text.strip(), [*cut, *removed]


def _is_prose(block: Block) -> bool:
    return block.kind == "paragraph" and len(block.text) >= _PROSE


def _keep_lines(pre: Any) -> None:
    """Mark the line ends in preformatted text, as only those are kept."""
    for element in list(pre.iter()):
        if element is not pre and element.tail:
            _broken(element, element.tail, after=True)
        if element.text:
            _broken(element, element.text, after=False)


def _broken(element: Any, text: str, after: bool) -> None:
    from lxml import etree

    first, *lines = text.split("\n")
    parent = element.getparent() if after else element
    place = parent.index(element) + 1 if after else 0
    if after:
        element.tail = first
    else:
        element.text = first
    for line in reversed(lines):
        broken = etree.Element("br")
        broken.tail = line
        parent.insert(place, broken)


def _top_lines(tree: Any) -> list[str]:
    """Return the lines from a page's headline on, then the two above it; none if no headline is marked."""
    heads = [text_of(heading) for heading in tree.iter("h1")]
    lines = [line for block in blocks(deepcopy(tree)) for line in block.text.split("\n")] if heads else []
    place = next((number for number, line in enumerate(lines) if line in heads), None)
    return [] if place is None else [*lines[place : place + _TOP], *lines[max(place - 2, 0) : place]]


def _cut_pull_quotes(page: Pruning) -> None:
    """Remove sentences that the page repeats in large print."""
    whole = " ".join(text_of(page.tree).split()).casefold()
    looked_at = 0
    for element in list(page.tree.iter("aside", "blockquote", "figure", "div", "p", "q", "span")):
        marked = element.tag in ("aside", "blockquote") or words_of(element) & {"pullquote", "pull", "pulled"}
        text = (
            text_of(element).casefold().strip("\"“”‘’'«» ") if marked and page.tree in element.iterancestors() else ""
        )
        if 20 <= len(text) <= 400 and looked_at < _MOST_PULL_QUOTES:
            looked_at += 1  # each is looked for in the whole page
            if whole.count(text.rstrip(".")) > 1:
                page.take(element)


def _date_order(locales: list[str], article: Any) -> Order | None:
    """Return the order of day and month in the page's dates: by its region, language and other dates."""
    orders = [order for locale in locales if (order := date_order(locale))]
    return orders[0] if orders else date_order(None, [text_of(article)])


def _locales(tree: Any) -> list[str]:
    """Return the language tags that a page's head and root declare."""
    named = [meta.get("content") or "" for meta in tree.iterfind(".//meta") if _names_locale(meta)]
    return [*named, _language_tag(tree)]


def _names_locale(meta: Any) -> bool:
    key = meta.get("property") or meta.get("name") or meta.get("http-equiv") or meta.get("itemprop") or ""
    return key.lower() in ("og:locale", "content-language", "inlanguage", "language")


def _language_tag(tree: Any) -> str:
    tag = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or tree.get("xml:lang")
    return str(tag or "").strip()


def _language(tree: Any) -> tuple[str, str] | None:
    tag = _language_tag(tree)
    code = tag.split("-")[0].split("_")[0].lower()
    return (code, "html lang") if code.isalpha() and 2 <= len(code) <= 3 else None
