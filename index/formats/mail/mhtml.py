"""Reads a web page saved with its pictures in one file (.mhtml, .mht): the page inside, by MIME."""

import re

from index.errors import SourceError
from index.formats.html.page import extract as extract_page
from index.formats.mail.mime import HTML, Part, header, parse, part_text, root
from index.item import Item


def extract(content: bytes) -> Item:
    """Return the article of the saved page. Raises `SourceError` if there is no page, or no article in it."""
    html, url = page(content)
    return extract_page(html, url)


def page(content: bytes) -> tuple[str, str | None]:
    """Return the saved page's HTML and the address it was saved from, without the pages of its frames.

    Raises `SourceError` if it contains no page.
    """
    try:
        saved = parse(content)
        main = _main(saved)
        return part_text(main).text, _address(saved, main)
    except RecursionError as error:
        raise SourceError("its parts are nested too deeply to be read") from error


def _main(saved: Part) -> Part:
    """Return the main page: by the file's address, by `start`, or else the first."""
    address = _location(saved)
    pages = [part for part in saved.walk() if part.get_content_type() in HTML]
    asked = [part for part in pages if address and _location(part) == address and part is not saved]
    main = (asked or [root(saved)])[0]
    if main.get_content_type() not in HTML:
        raise SourceError("it contains no web page: save the page again")
    return main


def _address(saved: Part, main: Part) -> str | None:
    address = _location(saved) or _location(main)
    return address if re.match(r"https?://", address) else None


def _location(part: Part) -> str:
    """Return a part's address, unfolded, as long ones span several lines."""
    return "".join((header(part, "snapshot-content-location") or header(part, "content-location")).split())
