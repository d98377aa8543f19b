"""Reads PDFs: paragraphs in reading order, without headers and footers, and where each page starts."""

from index.errors import SourceError
from index.formats.pdf import facts as pdf_facts
from index.formats.pdf.blocks import blocks_of, text_of
from index.formats.pdf.layout import lines_of
from index.formats.pdf.pages import Document, Page, read
from index.formats.pdf.running_lines import body_height, without_running_lines
from index.item import Item

_STATES = {
    "broken": "cannot be read",
    "empty": "cannot be read or is blank",
    "picture": "has no text, only pictures: run text recognition (OCR) to read it",
}


def extract(content: bytes) -> Item:
    """Return the article of a PDF, read by PDFium.

    Raises `SourceError` if it is not a PDF, needs a password, is a scan without text, or takes too much memory or
    time; a page that cannot be read becomes a warning.
    """
    document = read(content)
    if not any(page.pieces for page in document.pages):
        raise SourceError(_no_text(document.pages))
    pieces, removed = without_running_lines([page.pieces for page in document.pages])
    body = body_height(pieces)
    blocks = blocks_of([lines_of(kept, number) for number, kept in enumerate(pieces, start=1)], body)
    text = text_of(blocks, len(pieces))
    title = pdf_facts.title(document.facts.get("Title", ""), blocks, text.blocks, body)
    author = pdf_facts.author(document.facts.get("Author", ""), text.blocks)
    published, updated = pdf_facts.dates(text.blocks)
    facts = {"title": title, "author": author, "published": published, "updated": updated}
    return Item(
        title=title.value or "",
        text=text.text,
        author=author.value,
        published=published.value,
        updated=updated.value,
        pages=text.pages,
        removed=tuple(dict.fromkeys([*removed, *(page.sideways for page in document.pages if page.sideways)])),
        found_in={name: fact.found_in for name, fact in facts.items() if fact.value},
        parser="pypdfium2",
        note=f"{len(removed)} lines cut as boilerplate" if removed else None,
        warnings=_warnings(document),
    )


def _no_text(pages: list[Page]) -> str:
    if any(page.state == "picture" for page in pages):
        return "it is a scan without text: run text recognition (OCR) on it first"
    if any(page.state == "broken" for page in pages):
        return "none of its pages can be read: save it again"
    return "it has no text: if it is a scan, run text recognition (OCR) on it first"


def _warnings(document: Document) -> tuple[str, ...]:
    pages = enumerate(document.pages, start=1)
    warnings = [f"page {number} {_STATES[page.state]}" for number, page in pages if page.state in _STATES]
    left_out = document.count - len(document.pages)
    if left_out > 0:
        warnings.append(f"only its first {len(document.pages)} pages were read: {left_out} are left out")
    return tuple(warnings)
