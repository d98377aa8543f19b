"""Parses a page's markup into a tree of limited depth and size, and describes its elements."""

import re
from dataclasses import dataclass, field
from typing import Any

from index.errors import SourceError
from index.formats.attributes import bounded

_CHARS = 30_000_000
_TAGS = 300_000
_DEPTH = 200  # libxml2 gives up at 256 and loses the rest of the page
_HEAD = "html|head|body|title|meta|link|script|style|p|br|h[1-6]|time|noscript|template"
_NESTING = re.compile(rf"<(/?)(?!(?:{_HEAD})\b)([a-z][a-z0-9:-]*)(?:\s[^<>]{{0,5000}})?>", re.IGNORECASE)
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark math nobr q s samp small "
    "span strike strong "
    "sub sup time tt u var wbr ruby rb rp rt picture source track input select option textarea button object embed "
    "canvas br".split()
)
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
SHORT = 60


def parse(html: str) -> Any:
    """Return a page's tree without comments; raises SourceError if it has no markup or is too large."""
    if len(html) > _CHARS or html.count("<") > 2 * _TAGS:
        raise SourceError("the page is too large to read: save only the article")
    html = bounded(html)
    tree = _parsed(html)
    if _depth(tree) > _DEPTH:
        tree = _parsed(_NESTING.sub(lambda match: " " if match[2].lower() in _INLINE else "<p>", html))
    return tree


def _parsed(html: str) -> Any:
    from lxml import etree
    from lxml import html as markup

    parser = markup.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        tree = markup.document_fromstring(html.replace("\x00", "\ufffd").encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise SourceError("no article text was found in the page") from error
    return tree


def _depth(tree: Any) -> int:
    from lxml import etree

    depth = deepest = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def text_of(element: Any) -> str:
    """Return an element's text on one line."""
    return " ".join("".join(element.itertext()).split())


def shown(element: Any) -> str:
    """Return a removed element's text in the form in which it is listed."""
    return " ".join(" ".join(element.itertext()).split())[:300]


def words_of(element: Any) -> set[str]:
    """Return the words of an element's classes and id, in lower case."""
    return {word.lower() for word in _WORDS.findall(f"{element.get('class') or ''} {element.get('id') or ''}")}


def is_block(element: Any) -> bool:
    """Return whether an element is a block of its own, not part of a line of text."""
    return element.tag not in _INLINE


@dataclass
class Weights:
    """The number of characters in each element: `good` in paragraphs of text, `all` and `links` anywhere.

    `paragraphs` counts the paragraphs of text in each element, `prose` lists the elements whose own text is one.
    """

    good: dict[Any, int] = field(default_factory=dict)
    all: dict[Any, int] = field(default_factory=dict)
    links: dict[Any, int] = field(default_factory=dict)
    paragraphs: dict[Any, int] = field(default_factory=dict)
    prose: list[Any] = field(default_factory=list)

    def plain(self, element: Any) -> int:
        """Return how many characters of an element are not in links."""
        return self.all.get(element, 0) - self.links.get(element, 0)

    def share(self, element: Any, tree: Any) -> float:
        """Return an element's share of a tree's text outside links."""
        return self.plain(element) / max(self.plain(tree), 1)

    def is_linky(self, element: Any, least: float = 0.4) -> bool:
        """Return whether an element is mostly links."""
        return self.links.get(element, 0) > least * self.all.get(element, 0)


def weigh(tree: Any) -> Weights:
    """Return the weights of all elements of a tree."""
    weights, own = Weights(), _own(tree)
    for element in reversed(list(tree.iter())):
        text, linked = own.get(element, (0, 0))
        good = text if text >= SHORT and linked < text / 2 else 0
        weights.prose += [element] if good else []
        for table, value in (
            (weights.good, good),
            (weights.all, text),
            (weights.links, linked),
            (weights.paragraphs, int(good > 0)),
        ):
            table[element] = table.get(element, 0) + value
            parent = element.getparent()
            if parent is not None:
                table[parent] = table.get(parent, 0) + table[element]
    weights.prose.reverse()
    return weights


def _own(tree: Any) -> dict[Any, tuple[int, int]]:
    """Return for each block the characters of its own lines of text, and how many of them are links."""
    from lxml import etree

    own: dict[Any, tuple[int, int]] = {}
    blocks, links = [tree], 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if event == "start":
            blocks += [element] if is_block(element) else []
            links += element.tag == "a"
            _count(own, blocks[-1], element.text, links > 0)
        else:
            links -= element.tag == "a"
            if is_block(element):
                blocks.pop()
            _count(own, blocks[-1] if blocks else tree, element.tail, links > 0)
    return own


def _count(own: dict[Any, tuple[int, int]], block: Any, text: str | None, is_link: bool) -> None:
    if text and (length := len(" ".join(text.split()))):
        before, linked = own.get(block, (0, 0))
        own[block] = (before + length, linked + length * is_link)
