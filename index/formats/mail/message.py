"""Reads a saved email (.eml, most often a newsletter), without quotes of other emails and footers."""

import re
from collections.abc import Iterator
from dataclasses import replace
from email.utils import parseaddr
from typing import Any

from index.errors import SourceError
from index.formats.html.page import extract as extract_page
from index.formats.mail.mime import HTML, Part, header, parse, part_text, raw_header, readable, root
from index.formats.mail.text import article_markup, without_footer, without_quotes
from index.item import Item
from index.text.authors import authors
from index.text.dates import iso_date

_TITLE_CHARS = 300
_SENDER_CHARS = 300
_REPLY = re.compile(r"(?:(?:re|fwd?|aw|wg|tr|sv|rv)\s*:\s*)+", re.IGNORECASE)
_NO_TEXT = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
_ENCRYPTED = ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")

_FORWARDED = re.compile(r"(?:fwd?|wg)\s*:", re.IGNORECASE)
_PERSON = re.compile(r"[^\W\d_a-z][\w.'’-]*(?: (?:[^\W\d_a-z][\w.'’-]*|van|von|de|da|der|den|la|al|bin|af)){1,3}")
_ROLE = re.compile(
    r"(?:the|news\w*|letters?|daily|weekly|monthly|morning|evening|digest|briefing|bulletin|updates?|team|editors?|desk|"
    r"press|media|times|post|review|journal|magazine|gazette|herald|office|support|service|club|society|institute|"
    r"university|council|company|group|inc|ltd|llc|gmbh|and|no-?reply|info|alerts?)",
    re.IGNORECASE,
)
_NO_PERSON_AT = re.compile(r"(?:no-?reply|do-?not-?reply|news|newsletters?|info|hello|contact|editors?|team|support)\b")


def extract(content: bytes) -> Item:
    """Return the article of one email: its subject, text, sender and date; attachments become warnings.

    Raises `SourceError` if it is a mailbox of several emails, encrypted, nested too deeply, or has no text.
    """
    try:
        return _extract(parse(content))
    except RecursionError as error:
        raise SourceError("its parts are nested too deeply to be read") from error


def _extract(mail: Part) -> Item:
    bodies, unread = _sorted_parts(mail)
    subject = _REPLY.sub("", header(mail, "subject"), count=1)[:_TITLE_CHARS]
    plain = [part for part in mail.walk() if part.get_content_type() == "text/plain" and not _is_attached(part)]
    found = _read(bodies, subject) or _read(plain, subject)
    if not found:
        raise SourceError("it has no text")
    text = "\n\n".join(body.text for body in found)
    facts = {"title": subject, "url": _archived_at(mail), **_circumstances(mail)}
    return Item(
        title=subject or text.split("\n")[0][:_TITLE_CHARS],
        text=text,
        url=facts["url"],
        source=facts.get("source"),
        author=facts.get("author"),
        published=facts.get("published"),
        language=found[0].language or _language(mail),
        removed=tuple(line for body in found for line in body.removed),
        found_in={name: "mail header" for name, fact in facts.items() if fact},
        parser=found[0].parser,
        charset=found[0].charset,
        warnings=(
            *found[0].warnings,
            *(f"the attachment {name} was not read: save it and add the file" for name in unread),
        ),
    )


def _read(parts: list[Part], title: str) -> list[Item]:
    return [body for part in parts if (body := _body(part, title))]


def _sorted_parts(mail: Part) -> tuple[list[Part], list[str]]:
    """Return the parts whose text is read, and the names of the others."""
    bodies: list[Part] = []
    unread: list[str] = []
    for part in _leaves(mail):
        kind = part.get_content_type()
        if kind in _ENCRYPTED:
            raise SourceError("it is encrypted: save an unencrypted copy")
        if kind in ("text/plain", *HTML) and not _is_attached(part):
            bodies.append(part)
        elif kind not in _NO_TEXT and not _is_picture_of_text(part):
            unread.append(_attachment_name(part))
    return bodies, unread


def _leaves(part: Part) -> Iterator[Part]:
    """Yield the relevant parts: the page of alternatives, the root and attachments of related parts."""
    children = _children(part)
    kind = part.get_content_type()
    if not children or kind in ("message/rfc822", *_ENCRYPTED):
        yield part
    elif kind == "multipart/alternative":
        yield from _leaves(_richest(children))
    elif kind == "multipart/related":
        first = root(part)
        yield first
        yield from (p for p in children if p is not first and _is_attached(p))
    else:
        for child in children:
            yield from _leaves(child)


def _children(part: Part) -> list[Part]:
    payload: Any = part.get_payload() if part.is_multipart() else []
    return list(payload)


def _richest(alternatives: list[Part]) -> Part:
    for wanted in (HTML, ("text/plain",)):
        for part in alternatives:
            if any(inner.get_content_type() in wanted for inner in part.walk()):
                return part
    return alternatives[-1]


def _is_attached(part: Part) -> bool:
    return part.get_content_disposition() == "attachment"


def _is_picture_of_text(part: Part) -> bool:
    return part.get_content_maintype() == "image" and not _is_attached(part)


def _attachment_name(part: Part) -> str:
    children = _children(part)
    inner = header(children[0], "subject") if part.get_content_type() == "message/rfc822" and children else ""
    return (readable(part.get_filename() or "") or inner or f"of type {part.get_content_type()}")[:100]


def _archived_at(mail: Part) -> str | None:
    """Return the email's address on the web (RFC 5064)."""
    address = header(mail, "archived-at").strip("<> ")
    return address if re.fullmatch(r"https?://\S+", address) else None


def _language(mail: Part) -> str | None:
    code = re.match(r"[a-z]{2,3}\b", header(mail, "content-language").lower())
    return code[0] if code else None


def _circumstances(mail: Part) -> dict[str, str | None]:
    """Return sender and date, unless it was forwarded, as its headers are then not the article's."""
    if _FORWARDED.match(header(mail, "subject")):
        return {}
    return {"published": _date(mail), **_sender(mail)}


def _date(mail: Part) -> str | None:
    try:
        return iso_date(header(mail, "date"))
    except OverflowError:  # a day with twenty digits
        return None


def _sender(mail: Part) -> dict[str, str | None]:
    """Return source and author: a newsletter's sender is the source, a person's name the author."""
    # parseaddr recurses at each bracket; no name is that long
    shown, address = parseaddr(" ".join(raw_header(mail, "from").split())[:_SENDER_CHARS])
    name = readable(shown).strip("\"' ")
    local, _, domain = address.rpartition("@")
    is_list = any(key.lower().startswith("list-") for key, _ in mail.raw_items())
    if not name or "@" in name:
        return {"source": domain or None, "author": None}
    if is_list or not _is_person(name) or _NO_PERSON_AT.match(local.lower()):
        return {"source": name, "author": None}
    return {"source": None, "author": authors(name)}


def _is_person(name: str) -> bool:
    return bool(_PERSON.fullmatch(name)) and not any(_ROLE.fullmatch(word) for word in name.split())


def _body(part: Part, title: str) -> Item | None:
    """Return one part's text without boilerplate, or None if nothing is left."""
    decoded = part_text(part)
    if not decoded.text.strip():
        return None
    page = _page(decoded.text, title) if part.get_content_type() in HTML else _plain(decoded.text, part)
    text, removed = without_footer(page.text)
    read = replace(page, charset=decoded.charset, warnings=decoded.warnings)
    return replace(read, text=text, removed=(*page.removed, *removed)) if text else None


def _page(html: str, title: str) -> Item:
    try:
        return extract_page(article_markup(html, title))
    except SourceError:  # a page of pictures only: the plain alternative may say more
        return Item(title=title)


def _plain(text: str, part: Part) -> Item:
    is_flowed = str(part.get_param("format")).lower() == "flowed"
    own, removed = without_quotes(text, is_flowed)
    return Item(text=own, removed=removed, parser="email")
