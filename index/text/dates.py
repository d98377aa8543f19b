"""Dates in articles, as ISO 8601 or as days of the year. Anything but a full, plain date stays unknown.

Only this module decides how a numeric date is read. With dots, the day comes first. With slashes or hyphens, the order
depends on the country: on the declared language and region, else on the other dates of the same source, where one such
as 25/03/2024 is unambiguous. If neither decides, the date stays unknown: a wrong date is worse than none.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import Literal

from index.text.english import MONTH

Order = Literal["day", "month"]
"""The field that comes first in a date such as 05/03/2024."""

_NAMED_MONTH = r"[^\W\d_][^\s\d.,:;|()/\[\]]{2,14}\.?"
WRITTEN_DATE = (
    rf"(?:\d{{4}}-\d{{2}}-\d{{2}}(?:[T ]\d{{2}}:\d{{2}}\S{{0,12}})?|\d{{4}}[/.]\s?\d{{1,2}}[/.]\s?\d{{1,2}}\.?"
    r"|\d{1,2}\.\s?\d{1,2}\.\s?\d{4}|\d{1,2}[/-]\d{1,2}[/-]\d{4}"
    r"|(?:\w{2})?[\d元〇一二三四五六七八九]{1,4}[年년]\s?[\d一二三四五六七八九十]{1,3}[月월]\s?[\d一二三四五六七八九十]{1,3}[日일]"
    rf"|\d{{1,2}}(?:st|nd|rd|th|er|ª|º|\.)?\s(?:of\s|de\s)?{_NAMED_MONTH},?\s(?:de\s)?\d{{4}}"
    rf"|{_NAMED_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?,?\s\d{{4}}|\d{{4}}\.\s{_NAMED_MONTH}\s\d{{1,2}}\.?)"
)
"""Regex source for a possible full date in any language; compile it with IGNORECASE."""

_ISO = re.compile(r"\d{4}(-\d{2}){0,2}$")
_DAY_OF_YEAR = re.compile(
    rf"\b(?:(\d{{1,2}})(?:st|nd|rd|th)?\s+({MONTH})|({MONTH})\s+(\d{{1,2}})(?:st|nd|rd|th)?)\b", re.IGNORECASE
)
_YEAR_FIRST = re.compile(r"(?<![\d./-])(\d{4})([-./])\s?(\d{1,2})\2\s?(\d{1,2})(?![\d/-])")
_YEAR_LAST = re.compile(
    r"(?<![\d./-])(\d{1,2})(?:\.\s?(\d{1,2})\.\s?|([/-])(\d{1,2})\3)(\d{2}(?:\d{2})?)(?![\d/-]|\.\d)"
)
_EAST_ASIAN = re.compile(r"(令和|平成|昭和)?\s?(\d{1,4}|元)[年년]\s?(\d{1,2})[月월]\s?(\d{1,2})[日일]")
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, None: 0}
_CHINESE_DIGITS = str.maketrans("〇一二三四五六七八九", "0123456789")
_CHINESE_TENS = re.compile("([一二三四五六七八九]?)十([一二三四五六七八九]?)")
_THAI_YEAR = re.compile(r"(?<=[\u0e00-\u0e7f] )2[45]\d\d\b|(?<=[\u0e00-\u0e7f]\. )2[45]\d\d\b")
_THAI_ERA = 543  # years ahead of the Common Era
_REGION = re.compile(r"[a-z]{2,3}(?:[-_][a-z]{4})?[-_]([a-z]{2})\b", re.IGNORECASE)
_MONTH_FIRST = frozenset("US FM GU MH MP PR PW UM VI".split())  # from the CLDR; both orders are used in the two below
_EITHER = frozenset("CA PH".split())


def days(text: str) -> set[tuple[int, str]]:
    """Return the days of the year that a text names; "3 March" and "March 3" are equal."""
    named = (match.groups() for match in _DAY_OF_YEAR.finditer(text))
    return {(int(day or later), (month or earlier).lower()) for day, month, earlier, later in named}


def date_order(locale: str | None, neighbours: Iterable[str] = ()) -> Order | None:
    """Return which field comes first in a source's dates with slashes, or None if that is unknown.

    It is decided by the source's language tag ("en-GB"), else by its other dates. English without a region decides
    nothing, nor do dates that contradict each other.
    """
    region = _REGION.match(locale or "")
    if region and region[1].upper() not in _EITHER:
        return "month" if region[1].upper() in _MONTH_FIRST else "day"
    if locale and not region and locale.lower()[:2] != "en":
        return "day"
    found = {order for text in neighbours for match in _YEAR_LAST.finditer(text) if (order := _only_order(match))}
    return found.pop() if len(found) == 1 else None


def _only_order(match: re.Match[str]) -> Order | None:
    first, second = int(match[1]), int(match[4] or 0)
    if not match[3] or (first > 12) == (second > 12):
        return None
    return "day" if first > 12 else "month"


def readings(text: str) -> set[str]:
    """Return both possible ISO dates of each ambiguous date with slashes in a text."""
    found: set[str] = set()
    for match in _YEAR_LAST.finditer(text):
        both = {_numeric(match[0], order) for order in ("day", "month")} if match[3] else set()
        found |= {one for one in both if one} if len(both) > 1 else set()
    return found


def iso_date(given: object, order: Order | None = None) -> str | None:
    """Return `given` (ISO 8601, RFC 2822, or a written day, month and year) in ISO 8601, else None.

    `order` is the field order of its dates with slashes.
    """
    text = _plain(str(given)) if given else ""
    if not text:
        return None
    if (match := _YEAR_LAST.search(text) or _YEAR_FIRST.search(text)) and not _ISO.match(text):
        return _iso(text) or (_numeric(text, order) if _stands_alone(text, match) else None)
    return _iso(text) or _mail(text) or _east_asian(text) or _written(text)


def _plain(text: str) -> str:
    """Return a date with ASCII digits, whatever its script, and without invisible format characters."""
    kept = (char for char in text if unicodedata.category(char) != "Cf")
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in kept).strip()


def _stands_alone(text: str, match: re.Match[str]) -> bool:
    """Return whether a numeric date has nothing beside it but a weekday and a time of day."""
    rest = re.sub(r"\d{1,2}[:.h]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?", "", text[: match.start()] + text[match.end() :])
    return not re.search(r"\d{3}|\d[./-]\d", rest) and len(rest) < 60


def _numeric(text: str, order: Order | None) -> str | None:
    if year_first := _YEAR_FIRST.search(text):
        return _day(int(year_first[1]), int(year_first[3]), int(year_first[4]))
    match = _YEAR_LAST.search(text)
    if not match or len(match[5]) == 2:
        return None
    first, second, year = int(match[1]), int(match[2] or match[4]), int(match[5])
    day_first, month_first = _day(year, second, first), _day(year, first, second)
    if match[2] or day_first == month_first:
        return day_first or month_first
    if day_first and month_first:
        return {"day": day_first, "month": month_first, None: None}[order]
    return day_first or month_first


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _iso(text: str) -> str | None:
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return text if re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2]))?", text) else None
    return parsed.date().isoformat() if _ISO.match(text) else parsed.isoformat()


def _mail(text: str) -> str | None:
    try:
        return parsedate_to_datetime(text).isoformat()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def _east_asian(text: str) -> str | None:
    """Return a date with the characters for year, month and day, also in Chinese numerals or by a Japanese era."""
    digits = _CHINESE_TENS.sub(lambda match: f"{match[1] or '一'}{match[2] or '〇'}", text).translate(_CHINESE_DIGITS)
    match = _EAST_ASIAN.search(digits)
    if not match:
        return None
    year = 1 if match[2] == "元" else int(match[2])
    return _day(year + _ERAS[match[1]], int(match[3]), int(match[4]))


def _written(text: str) -> str | None:
    import dateparser

    text = _THAI_YEAR.sub(lambda match: str(int(match[0]) - _THAI_ERA), text)
    # "yesterday" would be resolved against today, so only absolute and complete dates are accepted.
    settings = {"STRICT_PARSING": True, "PARSERS": ["absolute-time"], "RETURN_AS_TIMEZONE_AWARE": False}
    parsed = dateparser.parse(text, settings=settings) if len(text) < 60 and re.search(r"[^\W\d_]", text) else None
    return parsed.date().isoformat() if parsed else None
