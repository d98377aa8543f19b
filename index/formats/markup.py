"""Converts HTML in a table cell to plain text."""

import re
from typing import Any

_HTML_PARAGRAPH = re.compile(r"<p(?:\s[^<>]*)?>", re.IGNORECASE)
_NOT_TEXT = "script style noscript template head iframe svg".split()
_BLOCKS = frozenset(
    "address article aside blockquote dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr main ol p pre "
    "section table ul".split()
)
_BLOCK_END, _LINE_END = "\ue000", "\ue001"  # private-use characters, as the tree does not accept control characters


def without_tags(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the text, converted to plain blocks if it is HTML, and warnings about it."""
    from lxml import etree

    if not _is_html(text):
        return text, ()
    try:
        plain = _blocks(text)
    except (ValueError, RecursionError, etree.LxmlError):
        return text, ("its HTML cannot be read: the text is kept as it stands",)
    return plain, ("its HTML was turned into plain text",)


def _is_html(text: str) -> bool:
    """Return whether a text is HTML, not merely one that mentions a tag."""
    closed = len(re.findall("</p>", text, re.IGNORECASE))
    return bool(closed and _HTML_PARAGRAPH.search(text)) and (closed > 1 or text.lstrip().startswith("<"))


def _blocks(html: str) -> str:
    from lxml import etree
    from lxml.html import fragment_fromstring

    clean = re.sub("[\ue000\ue001\x00-\x08\x0b\x0c\x0e-\x1f]", "", html)
    root: Any = fragment_fromstring(clean, create_parent="div")
    etree.strip_elements(root, etree.Comment, etree.ProcessingInstruction, *_NOT_TEXT, with_tail=False)
    for element in root.iter():
        _mark(element)
    parts = [_tidy(part) for part in str(root.text_content()).split(_BLOCK_END)]
    return "\n\n".join(part for part in parts if part)


def _mark(element: Any) -> None:
    tail = element.tail or ""
    if element.tag in _BLOCKS:
        element.text = _BLOCK_END + (element.text or "")
        element.tail = _BLOCK_END + tail
    elif element.tag in ("li", "tr"):
        element.text = _LINE_END + ("- " if element.tag == "li" else "") + (element.text or "")
        element.tail = _LINE_END + tail
    elif element.tag == "br":
        element.tail = _LINE_END + tail
    elif element.tag in ("td", "th") and element.getnext() is not None:
        element.tail = " | " + tail


def _tidy(part: str) -> str:
    lines = [" ".join(line.split()) for line in part.split(_LINE_END)]
    return "\n".join(line for line in lines if line)
