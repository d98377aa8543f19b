"""Title, author and dates of a PDF: from its metadata if useful, or else from the text near its top."""

import re
from typing import NamedTuple

from index.formats.pdf.blocks import Block
from index.text.authors import authors
from index.text.dates import WRITTEN_DATE, date_order, iso_date

_TOP = 12
_LONGEST = 300
_LARGE = 1.12
_NO_TITLE = re.compile(
    r"""\W* | untitled.* | no\ title | document\W*\d* | slide\ \d+ | powerpoint\ presentation | presentation\W*\d*
    | layout\ \d+ | scan(?:ned)?\b.* | title | about:blank | https?://\S+ | .*\.(?:docx?|odt|rtf|txt|tex|dvi|indd|qxd
    |pptx?|odp|xlsx?|ods|pages|key|md|html?|pdf|ps|eps|pub|wpd|fm|jpe?g|png|tiff?)""",
    re.IGNORECASE | re.VERBOSE,
)
_PROGRAM = re.compile(r"microsoft (?:word|powerpoint|excel|publisher)\s*-\s*", re.IGNORECASE)
_NO_AUTHOR = re.compile(
    r"""\W*+ | anonymous | unknown | unspecified | none | author
    | (?:the\ )?(?:admin(?:istrator)?|owner|user|root)\W{0,9}\d{0,9}
    | microsoft.* | .*\b(?:office\ user|windows\ user|user\ name) | adobe.* | .*latex.* | [^\s@]++@\S++
    | (?=[\w.-]*+$)\D*+\d.*
    | hp | dell | lenovo | pc | scanner""",
    re.IGNORECASE | re.VERBOSE,
)
_DATE = re.compile(rf"(?<![\w-]){WRITTEN_DATE}(?![\w-])", re.IGNORECASE)
_UPDATED = re.compile(r"(?:last )?(?:updated|revised|modified)(?: on)?\W*", re.IGNORECASE)
_PUBLISHED = re.compile(r"(?:(?:first )?published|posted|issued|released|dated?)(?: on)?\W*", re.IGNORECASE)
_PARTS = re.compile(
    r"(?<!\s)\s*+[|·•—–;()]\s*+|,\s++(?!\d{4}\b)|(?<=\d{4})\s++(?=(?:last )?(?:updated|revised)\b)", re.IGNORECASE
)
_NAMED = r"[^\W\d_][\w.'’-]{0,40}+(?:\s(?!and\s)[^\W\d_][\w.'’-]{0,40}+){0,4}+\s?+"
_BYLINE = re.compile(rf"by\s{{1,9}}+({_NAMED}(?:(?:,|,? ?and|&)\s{_NAMED}){{0,9}}+)", re.IGNORECASE)


class Fact(NamedTuple):
    """A fact and where it was found; None where it is unknown."""

    value: str | None
    found_in: str = ""


def title(metadata: str, blocks: list[Block], texts: tuple[str, ...], body: float) -> Fact:
    """Return the title: the metadata's, or the largest text of the first page, or the first line."""
    given = " ".join(_PROGRAM.sub("", metadata[:_LONGEST]).split())
    if given and not _NO_TITLE.fullmatch(given):
        return Fact(given, "metadata")
    first = [i for i, block in enumerate(blocks) if block.lines[0].page == blocks[0].lines[0].page]
    largest = max(first, key=lambda i: blocks[i].lines[0].height)
    if blocks[largest].lines[0].height > _LARGE * body:
        return Fact(texts[largest][:_LONGEST], "largest text")
    return Fact(texts[0].split("\n")[0][:_LONGEST], "first line")


def author(metadata: str, texts: tuple[str, ...]) -> Fact:
    """Return the author: the metadata's, or that of a byline near the top."""
    given = " ".join(metadata[:_LONGEST].split())
    if given and not _NO_AUTHOR.fullmatch(given):
        return Fact(authors(given), "metadata")
    for part in _top_parts(texts):
        named = _BYLINE.fullmatch(part)
        if named and all(word[0].isupper() for word in re.findall(r"[\w.'’-]+", named[1]) if word != "and"):
            return Fact(named[1].strip(), "visible text")
    return Fact(None)


def dates(texts: tuple[str, ...]) -> tuple[Fact, Fact]:
    """Return when it was published and updated, from short lines near the top with a date and little else.

    A file's CreationDate is when the file was made, and is not used. Two different unlabelled dates are ignored.
    """
    published: set[str] = set()
    updated, plain = set[str](), set[str]()
    order = date_order(None, texts)
    for part in _top_parts(texts):
        found = _DATE.search(part)
        date = iso_date(found[0], order) if found else None
        if not found or not date or part[found.end() :].strip(" .:"):
            continue
        label = part[: found.start()].strip()
        kind = updated if _UPDATED.fullmatch(label) else published if _PUBLISHED.fullmatch(label) else plain
        if kind is not plain or not label:
            kind.add(date)
    return _only(published or plain), _only(updated)


def _only(dates: set[str]) -> Fact:
    return Fact(dates.pop(), "visible text") if len(dates) == 1 else Fact(None)


def _top_parts(texts: tuple[str, ...]) -> list[str]:
    """Return the parts of the short lines near the top, as a byline, a place and a date often share a line."""
    lines = [line for text in texts[:_TOP] for line in text.split("\n")[:3] if len(line) <= 120]
    return [part.strip() for line in lines for part in [line, *_PARTS.split(line)] if part and part.strip()]
