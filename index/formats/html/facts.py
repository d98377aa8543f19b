"""Headline, authors, source and dates of a page, from its metadata and its text; what is unknown stays unknown."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

from index.formats.html.declared import Declared
from index.text.bylines import BY, LONGEST_BYLINE, ROLE, byline, is_person, person_names
from index.text.dates import WRITTEN_DATE, Order, iso_date, readings

Fact = tuple[str, str]
"""A fact and where it was found."""

_CLOCK = (
    r"(?:\s?г\.)?(?:,?\s*(?:at\s+|um\s+|à\s+|[-–|]\s*)?\d{1,2}(?:[:.h時시点]\s?\d{2}[分분]?)?\s*(?:[ap]\.?m\.?|uhr|h)?"
    r"\s*(?:\(?[A-Z]{2,5}\)?)?)?"
)
_STAMP = re.compile(
    r"(?:(?P<new>(?:first |originally |date )?(?:published|posted|publi[ée]e?|veröffentlicht|publicado|erschienen"
    r"|filed|issued|date|created|on)"
    r"|(?P<changed>(?:last )?(?:updated?|modified|revised|edited|aktualisiert|mis à jour|actualizado|geändert)(?: on| "
    r"am| le| el)?))"
    r"(?: on| am| le| el| at)?\s{0,9}+[:：]?\s{0,9}+)?"
    rf"(?:[^\W\d_]{{2,12}}\.?,?\s{{1,9}}+)?(?P<date>{WRITTEN_DATE}){_CLOCK}\W{{0,3}}",
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"\d+\s*min(?:ute)?s?(?:\s+read)?|(?:reading time|lesezeit)\b.{0,20}|\d+\s+(?:comments?|views|shares)|share"
    r"|(?:photograph(?:s|y)?|photos?|pictures|illustrat(?:ions?|ed)|edited|video|drawings)(?: by|:)? .{1,60}",
    re.IGNORECASE,
)
_PARTS = re.compile(
    r"(?<!\s)\s*+[|·•⋅]\s*+|(?<!\s)[^\S\n\t]*+[\n\t]\s*+|(?<!\s)\s++[–—/-]\s++|;\s++"
    r"|(?<=\d{4})[\s,(]++(?=(?:last )?(?:updated|modified)\b)"
    r"|(?<!first)(?<!last)(?<!\s)\s++(?=(?:first |last )?(?:published|posted|updated)(?: on)?:?\s)",
    re.IGNORECASE,
)
_TRAILING = re.compile(r"(?<!\W)\W++$")
_DATED = re.compile(r"\b(?:on|published|posted|updated)$", re.IGNORECASE)
_ORGANISATION = re.compile(
    r"\b(?:staff|wires?|feeds?|agenc(?:y|ies)|news(?:room|desk|wire|paper)?|press|desk|teams?|editors?|editorial"
    r"|redaktion|rédaction|"
    r"redacción|reuters|afp|dpa|bureau|times|post|herald|gazette|tribune|courier|chronicle|journal|magazine|media"
    r"|group|inc|ltd|llc|gmbh|"
    r"council|university|institute|services?|online|admin(?:istrator)?|web(?:master|site)?|editor|office|ministry"
    r"|department|association|"
    r"foundation|society|company|corporation|network|broadcasting|radio|tv|channel|syndicat\w+|guest|contributors?"
    r"|correspondents?|reporters?|"
    r"user|anonymous|unknown|communications|digital|content|blog|the|press|publications?|partners?|sponsored|bot|rss"
    r"|import(?:er)?)\b",
    re.IGNORECASE,
)
_URL_DATE = re.compile(
    r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=[/\-_.]|$)|/((?:19|20)\d\d)(\d\d)(\d\d)(?=[/\-_]|$)"
)
_TITLE_LENGTH = 300
_TOP = 12


def line_facts(lines: Iterable[str], order: Order | None = None) -> dict[str, str]:
    """Return author, published and updated from the short lines at an article's top ("By A | 3 March 2024").

    `order` is the order of day and month in dates with slashes.
    """
    facts: dict[str, str] = {}
    for line in lines:
        for part in _PARTS.split(line.strip()) if len(line) <= LONGEST_BYLINE else ():
            _read_part(part.strip(" \xa0,()-–"), facts, order)
    return facts


def is_facts_line(line: str, order: Order | None = None) -> bool:
    """Return whether a line consists only of a byline, dates and reading time."""
    parts = [part.strip(" \xa0,()-–") for part in _PARTS.split(line.strip())] if len(line) <= LONGEST_BYLINE else []
    are_facts = [_tells_fact(part, order) for part in parts if part]
    return bool(are_facts) and all(are_facts)


def _tells_fact(part: str, order: Order | None) -> bool:
    return bool(stamp(part, order) or _named_stamp(part, order) or _FILLER.fullmatch(part) or byline(part))


def _read_part(part: str, facts: dict[str, str], order: Order | None) -> None:
    dated, named = stamp(part, order), byline(part)
    if dated:
        facts.setdefault(dated[0], dated[1])
    elif named:
        facts.setdefault("author", ", ".join(named))
    if not dated and (rest := _named_stamp(part, order)):
        facts.setdefault(*rest)


def _named_stamp(part: str, order: Order | None) -> tuple[str, str] | None:
    """Return the date after a name ("Ines Okoro 3 March 2024")."""
    found = re.search(WRITTEN_DATE, part) if len(part) <= 100 else None
    if not found:
        return None
    before = _DATED.sub("", _TRAILING.sub("", part[: found.start()]))
    before = _TRAILING.sub("", before)
    return stamp(part[found.start() :], order) if byline(before) or is_person(before) else None


def stamp(text: str, order: Order | None = None) -> tuple[str, str] | None:
    """Return ("published" or "updated", ISO 8601 date) if a text is only a written date."""
    match = _STAMP.fullmatch(text)
    date = iso_date(re.sub(r"(?<=\d)(?:st|nd|rd|th|er|º)\b", "", match["date"]), order) if match else None
    return ("updated" if match["changed"] else "published", date) if match and date else None


def is_organisation(name: str, source: str | None) -> bool:
    """Return whether an author's name is an agency's, a desk's or the site's own."""
    return bool(_ORGANISATION.search(name)) or bool(source and name.casefold() == source.casefold())


def headline(metadata: Declared, tree: Any, source: str | None, text: str) -> Fact:
    """Return the article's own headline, without the name of the site."""
    other = [value for value, _ in metadata.facts.get("title", ())]
    shown = [value for element in tree.iter("h1") if (value := " ".join("".join(element.itertext()).split()))]
    shown = [value for value in shown if not source or value.casefold() != source.casefold()]
    same = [value for value in shown if any(value.casefold() in title.casefold() for title in other)]
    article = [" ".join("".join(h1.itertext()).split()) for h1 in tree.iterfind(".//article//h1")][:1]
    if same or any(article) or len(shown) == 1 or (shown and not other):
        return (next(value for value in [*same, *article, *shown] if value)[:_TITLE_LENGTH], "headline")
    first = next(line.strip() for line in text.split("\n") if line.strip())[:_TITLE_LENGTH]
    if len(first.split()) > 2 and any(first.casefold() in title.casefold() for title in other):
        return first, "headline"
    for value, where in metadata.facts.get("title", ()):
        if bare := _without_site(value, source, where == "title"):
            return bare[:_TITLE_LENGTH], where
    return first, "first line"


def _without_site(title: str, source: str | None, guess: bool) -> str:
    if source:
        title = re.sub(rf"\s*[|\-–—·:»«•]+\s*{re.escape(source)}\s*$", "", title, flags=re.IGNORECASE)
        title = re.sub(rf"^{re.escape(source)}\s*[|\-–—·:»«•]+\s*", "", title, flags=re.IGNORECASE)
    parts = re.split(r" [|–—·»•-] ", " ".join(title.split()))
    while (
        len(parts) > 1
        and len(parts[-1].split()) <= 5
        and (title.endswith(f"| {parts[-1]}") or (guess and len(parts[0]) > len(parts[-1])))
    ):
        title = title[: title.rindex(parts.pop())].rstrip(" |–—·»•-")
    return "" if source and title.casefold() == source.casefold() else title


def author(metadata: Declared, tree: Any, blocks: Sequence[str], source: str | None) -> Fact | None:
    """Return the writers: persons before organisations, the visible byline before the metadata."""
    seen = _shown_names(tree, blocks)
    seen = [name for name in seen if not is_organisation(name, source)]
    listed = [
        (name, where)
        for value, where in metadata.persons
        for name in _listed(value)
        if not is_organisation(name, source)
    ]
    where = listed[0][1] if listed else ""
    names = list(dict.fromkeys(name for name, told_in in listed if told_in == where))
    if seen and not any(name.casefold() in {one.casefold() for one in names} for name in seen):
        return ", ".join(seen), "byline"
    if names:
        return ", ".join(names), where
    rest = [*metadata.organisations, *metadata.persons]
    return next(((re.sub(r"(?i)^by\s+", "", value), found) for value, found in rest if value), None)


def _listed(value: str) -> list[str]:
    names = person_names(re.sub(r"(?i)^(?:by|von|par|por)\s+", "", value))
    return names or ([value] if value and not ROLE.search(value) else [])


def _shown_names(tree: Any, blocks: Sequence[str]) -> list[str]:
    """Return the names in the first byline: an element marked as one, or else one of the first lines starting with "
    ""By"."""
    for element in tree.iter():
        if _is_byline(element):
            pieces = [" ".join(piece.split()) for piece in element.itertext() if piece.strip()]
            linked = [" ".join("".join(part.itertext()).split()) for part in element.iter("a") if _is_name_link(part)]
            whole = " ".join(pieces)
            names = [name for link in linked for name in person_names(BY.sub("", link, count=1))]
            names = names or byline(whole) or _pieces_names(pieces)
            if names:
                return list(dict.fromkeys(names))
    return line_facts(blocks[:_TOP]).get("author", "").split(", ") if line_facts(blocks[:_TOP]).get("author") else []


def _pieces_names(pieces: list[str]) -> list[str]:
    """Return the names of a byline made of several elements: the first part that is a person's."""
    for piece in pieces:
        bare = BY.sub("", piece, count=1) if BY.match(piece) else piece
        names = [] if stamp(bare) or len(bare) > 100 else person_names(bare)
        names = [name for name in names if " " in name or len(pieces) < 3]
        if names and not re.fullmatch(r"(?i)by|author|written by|share|follow", bare):
            return names
    return []


def _is_byline(element: Any) -> bool:
    words = set(re.split(r"[^a-z]+", f"{element.get('class') or ''} {element.get('id') or ''}".lower()))
    marked = "author" in (element.get("rel") or "").split() or "author" in (element.get("itemprop") or "").split()
    named = words & {"byline", "author", "authors", "bylines", "byl", "writer", "contributor"} and not words & {
        "bio",
        "box",
        "about",
        "card",
    }
    return (marked or bool(named) or element.tag == "address") and len("".join(element.itertext())) <= LONGEST_BYLINE


def _is_name_link(link: Any) -> bool:
    text = " ".join("".join(link.itertext()).split())
    marked = "author" in (link.get("rel") or "") or re.search(
        r"author|profile|people|staff|contributor|autor|by/", link.get("href") or ""
    )
    return bool(marked) and 2 <= len(text.split()) <= 5 and is_person(BY.sub("", text, count=1))


def source(metadata: Declared, url: str | None) -> Fact | None:
    """Return the site's name, or else its domain."""
    named = [fact for fact in metadata.facts.get("source", ()) if not fact[0].startswith("http")]
    meta = next((fact for fact in named if fact[1] == "meta"), None)
    host = (urlsplit(url).hostname or "").removeprefix("www.") if url else ""
    return meta or next(iter(named), None) or ((host, "URL") if host else None)


def address(metadata: Declared, url: str | None) -> Fact | None:
    """Return the page's canonical address, unless it is the site's front page."""
    for value, where in metadata.facts.get("url", ()):
        try:
            full = urljoin(url or "", value)
            parts = urlsplit(full)
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and parts.hostname and (parts.path.strip("/") or not url):
            return full, where
    return (url, "URL") if url else None


def dates(
    metadata: Declared, tree: Any, blocks: Sequence[str], url: str | None, order: Order | None = None
) -> dict[str, Fact]:
    """Return when the article was published and updated, never in the future: from metadata, text or address."""
    seen = line_facts(blocks[:_TOP], order)
    shown = {name: (value, "visible text") for name, value in seen.items() if name != "author"}
    found: dict[str, Fact] = {}
    for name in ("published", "updated"):
        given = [(iso_date(value, order), where) for value, where in metadata.facts.get(name, ())]
        candidates = [*given, *_times(tree, name, order), *([shown[name]] if name in shown else [])]
        if name == "published":
            candidates += [(_in_address(url), "URL"), *_by_htmldate(tree, candidates, order)]
        fact = next(((value, where) for value, where in candidates if value and _is_past(value)), None)
        if fact:
            found[name] = fact
    if "updated" in found and "published" in found and found["updated"][0][:10] < found["published"][0][:10]:
        del found["updated"]
    return found


def _is_past(value: str) -> bool:
    # a day's tolerance for time zones
    return "1600" < value[:10] <= (datetime.now(UTC) + timedelta(days=1)).date().isoformat()


def _times(tree: Any, name: str, order: Order | None) -> Iterator[tuple[str | None, str]]:
    """Yield the dates of time elements above the text; those within it belong to entries and events."""
    for element in tree.iter("time", "abbr", "p"):
        if element.tag == "p":
            if len("".join(element.itertext())) > LONGEST_BYLINE:
                return
            continue
        parent = element.getparent()
        around = " ".join(
            filter(
                None,
                (
                    element.get("class"),
                    element.get("itemprop"),
                    parent.get("class"),
                    parent.text,
                    "".join(element.itertext()),
                ),
            )
        )
        changed = bool(re.search(r"updat|modif|revis|aktualisiert|mis à jour", around, re.IGNORECASE))
        if changed == (name == "updated"):
            yield iso_date(element.get("datetime") or element.get("title"), order), "time element"


def _in_address(url: str | None) -> str | None:
    match = _URL_DATE.search(urlsplit(url).path) if url else None
    if not match:
        return None
    year, month, day = (part for part in match.groups() if part)
    return iso_date(f"{year}-{int(month):02}-{int(day):02}")


def _by_htmldate(
    tree: Any, known: Sequence[tuple[str | None, str]], order: Order | None
) -> list[tuple[str | None, str]]:
    """Return the date that htmldate finds in the pruned page; used only if nothing better is known.

    It reads dates with slashes in its own way, so results that may come from one are rejected.
    """
    if any(value and _is_past(value) for value, _ in known):
        return []
    from copy import deepcopy

    from htmldate import find_date

    try:
        found = find_date(deepcopy(tree), original_date=True, extensive_search=False, deferred_url_extractor=True)
    except Exception:  # only a guess: whatever error it raises, the date stays unknown
        return []
    doubtful = readings(" ".join(tree.itertext())) if order is None else set()
    return [] if found in doubtful else [(iso_date(found), "htmldate")]
