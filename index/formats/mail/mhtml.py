"""A web page saved with its pictures in one file (.mhtml, .mht): the page inside, by MIME."""

import re

from index.errors import SourceError
from index.formats.html.page import extract as extract_page
from index.formats.mail.mime import HTML, Part, header, parse, part_text, root
from index.item import Item


def extract(content: bytes) -> Item:
    """Return the article of the saved page. Raises `SourceError` where there is no page, or no article in it."""
    html, url = page(content)
    return extract_page(html, url)


def page(content: bytes) -> tuple[str, str | None]:
    """Return the saved page's HTML and the address it was saved from; the pages of its frames are left out.

    Raises `SourceError` where there is no page in it.
    """
    try:
        saved = parse(content)
        main = _main(saved)
        return part_text(main).text, _address(saved, main)
    except RecursionError as error:
        raise SourceError("its parts are nested too deeply to be read") from error


def _main(saved: Part) -> Part:
    """Return the page that was looked at: by the address of the whole, by `start`, else the first."""
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
    """Return where a part was; long addresses are folded over lines."""
    return "".join((header(part, "snapshot-content-location") or header(part, "content-location")).split())
