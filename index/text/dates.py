"""Dates as articles write them, in ISO 8601 or as days of the year. What is not a full, plain date stays unknown."""

import re
from datetime import datetime
from email.utils import parsedate_to_datetime

from index.text.english import MONTH, MONTH_OR_SHORT

WRITTEN_DATE = (
    rf"(?:\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}(?:st|nd|rd|th|\.)? {MONTH_OR_SHORT}\.?,? \d{{4}}"
    rf"|{MONTH_OR_SHORT}\.? \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}})"
)
"""The pattern, as text, of a whole date in English or in ISO 8601; to be compiled with IGNORECASE."""

_ISO = re.compile(r"\d{4}(-\d{2}){0,2}$")
_DAY_OF_YEAR = re.compile(
    rf"\b(?:(\d{{1,2}})(?:st|nd|rd|th)?\s+({MONTH})|({MONTH})\s+(\d{{1,2}})(?:st|nd|rd|th)?)\b", re.IGNORECASE
)


def days(text: str) -> set[tuple[int, str]]:
    """Return the days of the year that a text names: "3 March" and "March 3" are one."""
    named = (match.groups() for match in _DAY_OF_YEAR.finditer(text))
    return {(int(day or later), (month or earlier).lower()) for day, month, earlier, later in named}


def iso_date(given: object) -> str | None:
    """Return `given` (ISO 8601, RFC 2822, or a written day, month and year) in ISO 8601, else None."""
    text = str(given).strip() if given else ""
    if not text:
        return None
    return _iso(text) or _mail(text) or _written(text)


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


def _written(text: str) -> str | None:
    import dateparser

    # "yesterday" would be counted from today: only absolute dates, only whole ones.
    settings = {"STRICT_PARSING": True, "PARSERS": ["absolute-time"], "RETURN_AS_TIMEZONE_AWARE": False}
    parsed = dateparser.parse(text, settings=settings) if len(text) < 60 else None
    return parsed.date().isoformat() if parsed else None
