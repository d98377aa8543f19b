"""Finds the article in a pruned page: trafilatura decides, and the parts of the text it leaves out are restored."""

import logging
import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

from index.formats.html.prune import Pruning
from index.formats.html.tree import Weights, text_of, weigh

_INNER = frozenset(
    "p blockquote ul ol li dl dd dt figure figcaption pre tr tbody thead h1 h2 h3 h4 h5 h6 span a font b".split()
)
_OUTER = frozenset("aside nav footer form header".split())
_HOLDING = 0.8
_WORTH = 0.15
_LONG = 75  # average characters of a paragraph
_JUDGED = 60_000  # elements; trafilatura takes seconds for more
_KEY = 80
_NEAR = 100_000  # characters


def narrow(page: Pruning) -> Any:
    """Remove everything around the article, and return the element that contains it."""
    weights = weigh(page.tree)
    body = page.tree.find("body") if page.tree.find("body") is not None else page.tree
    if not weights.prose:
        return body
    scores = _scores(page.tree, weights)
    container = _lowest(body, scores)
    while container.tag in _INNER and container is not body:
        container = container.getparent()
    while container is not body:
        container = _widened(container, weights, page)
    return body


def _scores(tree: Any, weights: Weights) -> dict[Any, int]:
    """Return for each element the length of its paragraphs that trafilatura selects as the article."""
    judged = _judged(tree)
    taken = [part for part in _held_in(judged, weights.prose) if not _is_folded(part)] or weights.prose
    scores: dict[Any, int] = {}
    for part in taken:
        length = len(text_of(part))
        for element in (part, *part.iterancestors()):
            scores[element] = scores.get(element, 0) + length
    return scores


def _held_in(judged: str, parts: Sequence[Any]) -> Iterator[Any]:
    """Yield the parts whose beginning is in the text judged to be the article, which has them in the same order.

    Only the neighbourhood of the last one found is searched, or a page of 20 MB would take an hour.
    """
    last = 0
    for part in parts:
        place = judged.find(_key(text_of(part)), max(0, last - _NEAR), last + _NEAR)
        if place >= 0:
            last = place
            yield part


def _is_folded(element: Any) -> bool:
    return any(above.tag == "details" for above in element.iterancestors())


def _judged(tree: Any) -> str:
    if sum(1 for _ in tree.iter()) > _JUDGED:
        return ""
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        extracted: Any = trafilatura.bare_extraction(
            deepcopy(tree), favor_recall=True, include_comments=False, include_tables=True
        )
    except Exception:  # it only decides: without it every paragraph counts
        return ""
    return _key(extracted.text or "", None) if extracted else ""


def _key(text: str, length: int | None = _KEY) -> str:
    return re.sub(r"\W+", "", text)[:length].casefold()


def _lowest(body: Any, scores: dict[Any, int]) -> Any:
    container, whole = body, scores.get(body, 0)
    while True:
        inner = next((child for child in container if scores.get(child, 0) >= _HOLDING * whole), None)
        if inner is None:
            return container
        container = inner


def _widened(container: Any, weights: Weights, page: Pruning) -> Any:
    """Return the parent, without the parts beside the article."""
    parent = container.getparent()
    siblings = list(parent)
    is_article = (
        parent.tag in ("article", "main") or parent.get("itemprop") == "articleBody" or parent.get("role") == "article"
    )
    good = [child for child in siblings if child is container or _is_more(child, weights, 0 if is_article else _LONG)]
    more = sum(weights.good.get(child, 0) for child in good if child is not container)
    if not is_article and more < _WORTH * weights.good.get(container, 0):
        good = [container]
    first, last, accepted = _first(siblings, siblings.index(good[0])), siblings.index(good[-1]), set(good)
    for place, child in enumerate(siblings):
        neutral = child.tag not in _OUTER and (not weights.good.get(child) or child.tag == "figure")
        within = child in accepted or (neutral and (is_article or first < place < last)) or place == first
        if not within:
            page.take(child)
    return parent


def _first(siblings: list[Any], good: int) -> int:
    """Return where the article starts: at the headline above its first paragraphs, or else at those."""
    heads = [
        place for place, child in enumerate(siblings[:good]) if child.tag == "h1" or child.find(".//h1") is not None
    ]
    return heads[-1] if heads else good


def _is_more(element: Any, weights: Weights, long: int) -> bool:
    """Return whether an element beside the article belongs to it: whole paragraphs, few links, not a teaser."""
    count = weights.paragraphs.get(element, 0)
    if element.tag in _OUTER or not count or weights.is_linky(element, 0.2):
        return False
    teasers = [heading for heading in element.iter("h2", "h3", "h4") if heading.find(".//a") is not None]
    return weights.good[element] / count >= long and len(teasers) < count
