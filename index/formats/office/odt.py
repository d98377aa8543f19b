"""Reads OpenDocument texts (.odt): their XML is converted to the HTML it resembles."""

from collections.abc import Iterator
from typing import Any

from index.errors import SourceError
from index.formats.blocks import Package, article, blocks, drop
from index.item import Item

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TAGS = {
    "text:p": "p",
    "text:h": "h2",
    "text:list": "ul",
    "text:list-item": "li",
    "text:list-header": "div",
    "text:section": "div",
    "text:line-break": "br",
    "table:table": "table",
    "table:table-row": "tr",
    "table:table-header-rows": "thead",
    "table:table-rows": "tbody",
    "table:table-cell": "td",
    "table:covered-table-cell": "td",
    "drawing:text-box": "div",
}
# tracked-changes contains deleted text; a note's citation is its mark
_UNSHOWN = frozenset(
    "text:tracked-changes text:hidden-text text:note-citation text:ruby-text text:script office:annotation "
    "office:forms svg-compatible:title svg-compatible:desc table:shapes table:title table:desc".split()
)
_CONTENTS = frozenset(
    "text:table-of-content text:alphabetical-index text:illustration-index text:table-index text:object-index "
    "text:user-index".split()
)


def extract(content: bytes) -> Item:
    """Return the article of an OpenDocument text, its footnotes and endnotes at the end.

    Inserted text is kept, deleted and hidden text and comments are not.
    Raises SourceError if the file is not an OpenDocument text, is protected, is damaged or has no text.
    """
    package = Package(content)
    _check(package)
    root = package.xml("content.xml")
    body = next(root.iter("{*}text"), None)
    if body is None:
        raise SourceError("it is not a text document")
    titles = _styles_of(root, "Title") | {"Title"}
    drop(list(_unshown(root)))
    contents = [element for element in body.iter() if _name(element) in _CONTENTS]
    for element in list(body.iter()):
        _as_html(element, titles)
    removed = [block.text for element in drop(contents) for block in blocks(element)]
    return _article(package, body, removed)


def _check(package: Package) -> None:
    names = package.names
    sealed = "META-INF/manifest.xml" in names and b"encryption-data" in package.read("META-INF/manifest.xml")
    if sealed or "encrypted-package" in names:
        raise SourceError("it is protected by a password: save an unprotected copy")
    if "content.xml" not in names:
        raise SourceError("it is not an OpenDocument text")


def _article(package: Package, body: Any, removed: list[str]) -> Item:
    notes = [note for note in body.iter(f"{_TEXT}note") if next(note.iterancestors(f"{_TEXT}note"), None) is None]
    trees = [body, *drop(notes)]
    for tree in trees:
        _move_frames(tree)
    meta = _meta(package)
    return article(
        [block for tree in trees for block in blocks(tree)],
        meta.get("title"),
        meta.get("initial-creator") or meta.get("creator"),
        "document properties",
        "lxml",
        meta.get("language"),
        removed,
    )


def _name(element: Any) -> str:
    """Return an element's name with its usual namespace prefix: "text:p"."""
    space, _, name = str(element.tag).rpartition("}")
    words = space.split(":")
    return f"{words[-2]}:{name}" if len(words) > 1 else name


def _styles_of(root: Any, parent: str) -> set[str]:
    styles = root.iter(f"{_STYLE}style")
    return {style.get(f"{_STYLE}name") for style in styles if style.get(f"{_STYLE}parent-style-name") == parent}


def _unshown(root: Any) -> Iterator[Any]:
    properties = [part for part in root.iter(f"{_STYLE}text-properties") if part.get(f"{_TEXT}display") == "none"]
    styles = {part.getparent().get(f"{_STYLE}name") for part in properties}
    for element in root.iter():
        hidden = element.get(f"{_TEXT}is-hidden") == "true" or element.get(f"{_TEXT}display") == "none"
        if _name(element) == "text:hidden-paragraph" and hidden:
            yield element.getparent()
        elif _name(element) in _UNSHOWN or element.get(f"{_TEXT}style-name") in styles or hidden:
            yield element


def _as_html(element: Any, titles: set[str]) -> None:
    name = _name(element)
    if name in ("text:s", "text:tab"):
        element.tail = " " + (element.tail or "")
    if name == "text:p" and element.get(f"{_TEXT}style-name") in titles:
        element.tag = "h1"
        element.set("class", "title")
    elif name in _TAGS:
        element.tag = _TAGS[name]


def _move_frames(tree: Any) -> None:
    """Move a text box from the middle of a paragraph to after it."""
    for box in reversed([box for box in tree.iter("div") if _name(box.getparent()) == "drawing:frame"]):
        paragraph = next(box.iterancestors("p", "h1", "h2"), None)
        if paragraph is not None:
            drop([box])
            paragraph.addnext(box)


def _meta(package: Package) -> dict[str, str]:
    """Return the document's properties by name; none if they are missing."""
    try:
        root = package.xml("meta.xml")
    except SourceError:
        return {}
    return {element.tag.rpartition("}")[2]: element.text for element in root.iter() if element.text}
