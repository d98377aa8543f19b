"""The days that a sentence refers to: full dates, and relative ones resolved against the article's publication date.

"On Tuesday" is the last Tuesday up to that date or, in a clause about the future, the next one after it. An expression
for a longer period (a month, a season, a year) gives an interval.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from index.text.english import CARDINAL, MONTH_OR_SHORT, MONTHS, UNITS_IN_WORDS, WEEKDAY, WEEKDAYS

_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:1[5-9]|20)\d\d)"
_WHICH = r"(?P<which>last|this|next|coming)"
_PATTERNS = tuple(
    re.compile(rf"\b(?:{pattern})(?![\w/-])", re.IGNORECASE)
    for pattern in (
        r"(?P<iso>\d{4}-\d{2}-\d{2})",
        rf"{_DAY}\s+(?:of\s+)?(?P<month>{MONTH_OR_SHORT})\.?(?:,?\s+{_YEAR})?",
        rf"(?P<month>{MONTH_OR_SHORT})\.?\s+{_DAY}(?!\d|:)(?:,?\s+{_YEAR})?",
        rf"(?P<month>{MONTH_OR_SHORT})\.?,?\s+(?:of\s+)?{_YEAR}",
        rf"{_WHICH}\s+(?P<month>{MONTH_OR_SHORT})",
        rf"(?:in|since|until|by|from|of|between|and)\s+(?:early\s+|late\s+|mid-)?(?P<month>{MONTH_OR_SHORT})",
        rf"(?P<season>spring|summer|autumn|winter)\s+(?:of\s+)?{_YEAR}",
        rf"{_WHICH}\s+(?P<season>spring|summer|autumn|winter)",
        rf"(?<!every )(?<!each )(?:(?:{_WHICH})\s+)?(?P<weekday>{WEEKDAY})(?!s)",
        r"(?P<near>yesterday|today|tonight|tomorrow|this\s+(?:morning|afternoon|evening))",
        rf"(?P<count>an?|\d{{1,3}}|{CARDINAL})\s+(?P<unit>day|week|month|year)s?\s+ago",
        rf"{_WHICH}\s+(?P<span>week|month|year)",
        rf"(?:in|since|until|by|from|of|during|between|and|to|for)\s+(?:early\s+|late\s+|mid-)?{_YEAR}",
    )
)
_TO_COME = re.compile(
    r"\b(?:will|shall|would|(?:is|are|was|were)\s+(?:to|due|expected|set|going|planned)|must|tomorrow)\b|\w[’']ll\b",
    re.IGNORECASE,
)
_UP_TO = re.compile(r"\b(?:until|till|by|before)\s+(?:the\s+)?$", re.IGNORECASE)
_CLAUSE_END = re.compile(r"[,;:—“”\"]|\bthat\b|\bwhich\b|\bwho\b", re.IGNORECASE)


@dataclass(frozen=True)
class Resolved:
    """A date at `text[start:end]`, with the first and last day it refers to; `relative` if it names no year."""

    start: int
    end: int
    first: date
    last: date
    relative: bool


def resolved_dates(text: str, published: str | None) -> list[Resolved]:
    """Return the dates that a sentence names, in order; without a publication date, only those with a year."""
    base = _day_of(published)
    found: list[Resolved] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if any(match.start() < one.end and one.start < match.end() for one in found):
                continue
            if days := _days(match, text, base):
                relative = not match.groupdict().get("year") and not match.groupdict().get("iso")
                end = match.start() + len(match[0].rstrip(". ,"))
                found.append(Resolved(match.start(), end, *days, relative))
    return sorted(found, key=lambda one: one.start)


def _day_of(published: str | None) -> date | None:
    try:
        return date.fromisoformat((published or "")[:10])
    except ValueError:
        return None


def _days(match: re.Match[str], text: str, base: date | None) -> tuple[date, date] | None:
    named = {name: value.lower() for name, value in match.groupdict().items() if value}
    try:
        if iso := named.get("iso"):
            return (date.fromisoformat(iso),) * 2
        if "year" in named:
            return _in_year(named, int(named["year"]))
        if base is None:
            return None
        return _near(named, base, _is_to_come(text, match))
    except (ValueError, OverflowError):
        return None


def _is_to_come(text: str, match: re.Match[str]) -> bool:
    """Return whether the clause around a date is about the future."""
    before = [found.end() for found in _CLAUSE_END.finditer(text, 0, match.start())]
    after = _CLAUSE_END.search(text, match.end())
    clause = text[before[-1] if before else 0 : after.start() if after else len(text)]
    return bool(_TO_COME.search(clause) or _UP_TO.search(text[: match.start()]))


def _in_year(named: dict[str, str], year: int) -> tuple[date, date]:
    """Return the first and last day of a date that names its year; ValueError for a day that the month lacks."""
    if "season" in named:
        return _season(named["season"], year)
    if "month" not in named:
        return date(year, 1, 1), date(year, 12, 31)
    month = _month(named["month"])
    if "day" in named:
        return (date(year, month, int(named["day"])),) * 2
    return _month_of(year, month)


def _near(named: dict[str, str], base: date, ahead: bool) -> tuple[date, date] | None:
    """Return the first and last day of a date without a year: the nearest to publication, before or after as meant."""
    which = named.get("which", "")
    if "weekday" in named:
        return (_weekday(WEEKDAYS.index(named["weekday"].capitalize()), base, which, ahead),) * 2
    if "near" in named:
        shift = {"yesterday": -1, "tomorrow": 1}.get(named["near"], 0)
        return (base + timedelta(days=shift),) * 2
    if "count" in named:
        return _shifted(named, base)
    if "span" in named:
        return _span(named["span"], {"last": -1, "this": 0}.get(which, 1), base)
    years = (base.year - 1, base.year, base.year + 1)
    spans = [days for year in years if (days := _of_year(named, year))]
    return _chosen(spans, base, which, ahead)


def _of_year(named: dict[str, str], year: int) -> tuple[date, date] | None:
    try:
        return _in_year(named, year)
    except ValueError:  # 29 February in a common year
        return None


def _chosen(spans: list[tuple[date, date]], base: date, which: str, ahead: bool) -> tuple[date, date] | None:
    before = [days for days in spans if days[1] < base or (days[0] <= base and which != "last")]
    after = [days for days in spans if days[1] >= base]
    if which == "last" or (not ahead and which not in ("next", "coming", "this")):
        return before[-1] if before else None
    if which == "next":
        after = [days for days in spans if days[0] > base]
    return after[0] if after else None


def _weekday(number: int, base: date, which: str, ahead: bool) -> date:
    back = (base.weekday() - number) % 7
    if which in ("next", "coming") or (ahead and which != "last"):
        return base + timedelta(days=(7 - back) % 7 or 7)
    return base - timedelta(days=back or (7 if which == "last" else 0))


def _shifted(named: dict[str, str], base: date) -> tuple[date, date]:
    word = named["count"]
    count = int(word) if word.isdigit() else UNITS_IN_WORDS.get(word, 1 if word in ("a", "an") else 0)
    if named["unit"] in ("day", "week"):
        day = base - timedelta(days=count * (7 if named["unit"] == "week" else 1))
        return (day, day) if named["unit"] == "day" else (day - timedelta(days=3), day + timedelta(days=3))
    months = base.year * 12 + base.month - 1 - count * (12 if named["unit"] == "year" else 1)
    if named["unit"] == "year":
        return date(months // 12, 1, 1), date(months // 12, 12, 31)
    return _month_of(months // 12, months % 12 + 1)


def _span(unit: str, shift: int, base: date) -> tuple[date, date]:
    if unit == "week":
        monday = base + timedelta(days=7 * shift - base.weekday())
        return monday, monday + timedelta(days=6)
    if unit == "month":
        months = base.year * 12 + base.month - 1 + shift
        return _month_of(months // 12, months % 12 + 1)
    return date(base.year + shift, 1, 1), date(base.year + shift, 12, 31)


def _season(name: str, year: int) -> tuple[date, date]:
    first = _SEASONS[name]
    months = year * 12 + first - 1 + 2
    return date(year, first, 1), _month_of(months // 12, months % 12 + 1)[1]


def _month(name: str) -> int:
    return next(number for number, month in enumerate(MONTHS, 1) if month.lower().startswith(name[:3].lower()))


def _month_of(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])
