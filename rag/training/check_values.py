"""Edits of numbers, units and dates: the same value written differently, and a different value written the same way."""

import random
import re
from collections.abc import Iterator

from index.text.english import MONTH, MONTHS, UNITS_IN_WORDS, WEEKDAYS
from index.text.numbers import values
from rag.training.check_edits import Change, Edit, fault, reword
from rag.training.check_grammar import Parse
from rag.training.check_words import ROUNDED, SAME_UNITS, UNITS

_SMALL = [word for word, worth in UNITS_IN_WORDS.items() if worth <= 12]
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}}) ({MONTH})(?: (\d{{4}}))?\b")
_MONTH_FIRST = re.compile(rf"\b({MONTH}) (\d{{1,2}})(?:, (\d{{4}}))?\b(?!\d)")
_YEAR = re.compile(r"\b(1[1-9]\d\d|20[0-4]\d)\b(?![,.]\d)")
_NUMBER = re.compile(r"(?<![\w.,$£€#:°/\[–-])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?![\w/:°\]–-]|[.,]\d)")
_BEFORE = re.compile(
    r"\b(?:between|than|about|over|under|least|most|around|to|and|the|these|all|its|No\.|aged?|from|[A-Z]\w*) $|^$"
)
"""Text before a number that is not a plain count: a limit, a range, or the name of something numbered."""
_WORDED = re.compile(rf"\b({'|'.join(_SMALL[2:])})\b")
_COUNTED = re.compile(r"%| (?!and\b|or\b|to\b|of\b|in\b|by\b|at\b)[a-z]{3,}| k[mg]\b")
_IN_TIME = re.compile(r"\b(?:in|of|since|by|until|till|last|next|early|late|from|to|during|mid) $", re.IGNORECASE)
_MONEY = re.compile(r"([$£€])(\d[\d,]*(?:\.\d+)?)( (?:million|billion))?")
_CURRENCY = {"$": "dollars", "£": "pounds", "€": "euros"}
_SHARES = [("a quarter", "25 per cent", "one in four"), ("half", "50 per cent", "one in two")]
_BOUNDS = {"more than": 1, "over": 1, "at least": 1, "fewer than": -1, "less than": -1, "at most": -1, "up to": -1}


def written_otherwise(parse: Parse, dice: random.Random) -> Iterator[Edit]:
    """Rewrite numbers and dates without changing their value."""
    yield from _same_dates(parse.text, dice)
    text, dates = parse.text, _date_places(parse.text)
    for found in _NUMBER.finditer(text):
        if found.start() not in dates and not _YEAR.fullmatch(found[0]):
            yield from _same_number(found, dice)
    for found in _WORDED.finditer(text):
        yield reword("number", Change(*found.span(), str(_SMALL.index(found[0]))))
    for found in _MONEY.finditer(text):
        yield reword("unit", Change(*found.span(), f"{found[2]}{found[3] or ''} {_CURRENCY[found[1]]}"))
    for one, other in [*SAME_UNITS, *(pair[::-1] for pair in SAME_UNITS)]:
        for found in re.finditer(rf"(?<=\d)( ?){re.escape(one)}(?!\w)", text):
            yield reword("unit", Change(*found.span(), other if other == "%" else f" {other}"))
    for ways in _SHARES:
        yield from _same_share(text, ways, dice)


def _same_dates(text: str, dice: random.Random) -> Iterator[Edit]:
    for found in _DAY_FIRST.finditer(text):
        year = f", {found[3]}" if found[3] else ""
        ways = [f"{found[2]} {found[1]}{year}", f"the {_ordinal(found[1])} of {found[2]}" + year.replace(",", "")]
        yield reword("date", Change(*found.span(), dice.choice(ways)))
    for found in _MONTH_FIRST.finditer(text):
        yield reword("date", Change(*found.span(), f"{found[2]} {found[1]}" + (f" {found[3]}" if found[3] else "")))


def _ordinal(day: str) -> str:
    ending = {"1": "st", "2": "nd", "3": "rd"}.get(day[-1], "th")
    return day + ("th" if day in ("11", "12", "13") else ending)


def _date_places(text: str) -> set[int]:
    spans = [found.span() for way in (_DAY_FIRST, _MONTH_FIRST) for found in way.finditer(text)]
    return {place for start, end in spans for place in range(start, end)}


def _same_number(found: re.Match[str], dice: random.Random) -> Iterator[Edit]:
    worth = float(found[0].replace(",", ""))
    if worth.is_integer() and 1 < worth < len(_SMALL):
        yield reword("number", Change(*found.span(), _SMALL[int(worth)]))
    if worth >= 1_000_000 and (worth / 10_000).is_integer():
        yield reword("number", Change(*found.span(), f"{worth / 1_000_000:g} million"))
    if worth >= 10_000 and worth.is_integer():
        plain = found[0].replace(",", "") if "," in found[0] else f"{int(worth):,}"
        yield reword("number", Change(*found.span(), plain))
    if not _counts(found):
        return
    if worth > 20 and (rounded := _rounded(worth)) != worth:
        yield reword("rounding", Change(*found.span(), f"{dice.choice(ROUNDED)} {_written(rounded)}"), back="not told")
    if worth > 10 and worth.is_integer():
        below = _written(worth - dice.randint(1, max(1, int(worth / 8))))
        yield reword("bound", Change(*found.span(), f"{dice.choice(('more than', 'over'))} {below}"), back="not told")


def _counts(found: re.Match[str]) -> bool:
    """Return whether a number is a count or a measurement, so that it may be rounded or given a limit."""
    text = found.string
    return bool(_COUNTED.match(text[found.end() :])) and not _BEFORE.search(text[: found.start()])


def _rounded(worth: float) -> float:
    size = 10 ** (len(str(int(worth))) - 1)
    step = size if worth / size > 5 else size / 2
    near = round(worth / step) * step
    return near if abs(near - worth) / worth < 0.08 else worth


def _written(worth: float) -> str:
    worth = float(worth)
    return f"{worth:,.0f}" if worth.is_integer() and worth >= 10_000 else f"{worth:.10g}"


def _same_share(text: str, ways: tuple[str, ...], dice: random.Random) -> Iterator[Edit]:
    for way in ways:
        for found in re.finditer(rf"\b{way}(?= of\b)", text):
            yield reword("share", Change(*found.span(), dice.choice([each for each in ways if each != way])))


def other_values(parse: Parse, around: str, dice: random.Random) -> Iterator[Edit]:
    """Replace a number, unit or date with another; `around` is the passage, whose numbers are most plausible."""
    yield from _other_dates(parse.text, dice)
    text, dates = parse.text, _date_places(parse.text)
    for found in _NUMBER.finditer(text):
        if found.start() in dates:
            continue
        yield from _other_number(found, text, around, dice)
    for found in _WORDED.finditer(text):
        others = [word for word in _SMALL[2:] if word != found[0]]
        yield _both("number", found.span(), dice.choice(others))
    for found in _MONEY.finditer(text):
        sign = dice.choice([each for each in _CURRENCY if each != found[1]])
        yield _both("unit", found.span(), f"{sign}{found[2]}{found[3] or ''}")
        for worth in values(found[2]):
            yield _both("number", found.span(), f"{found[1]}{_near(worth, dice)}{found[3] or ''}")
    yield from _other_units(text, dice)


def _both(kind: str, span: tuple[int, int], text: str) -> Edit:
    return fault(kind, "contradicted", Change(*span, text), back="contradicted")


def _other_dates(text: str, dice: random.Random) -> Iterator[Edit]:
    for way, month in ((_DAY_FIRST, 2), (_MONTH_FIRST, 1)):
        for found in way.finditer(text):
            part, known = dice.choice([(month, MONTHS), (3 - month, [str(day) for day in range(1, 29)])])
            other = dice.choice([each for each in known if each != found[part]])
            yield _both("date", found.span(part), other)
    for found in _YEAR.finditer(text):
        year = int(found[0]) + dice.choice([-20, -10, -3, -2, -1, 1, 2, 3, 10])
        yield _both("date", found.span(), str(year))
    for names in (MONTHS, WEEKDAYS):
        for found in re.finditer(rf"\b(?<!\d )(?:{'|'.join(names)})\b(?! \d)", text):
            if names is WEEKDAYS or _IN_TIME.search(text[: found.start()]):
                yield _both("date", found.span(), dice.choice([each for each in names if each != found[0]]))


def _other_number(found: re.Match[str], text: str, around: str, dice: random.Random) -> Iterator[Edit]:
    if _YEAR.fullmatch(found[0]):
        return
    worth = float(found[0].replace(",", ""))
    told = [n for n in values(around) if n != worth and n not in values(text) and 0.05 < n / max(worth, 1) < 20]
    other = _written(dice.choice(sorted(told))) if told and dice.random() < 0.5 else _near(worth, dice)
    yield _both("number", found.span(), other)
    if worth > 10 and worth.is_integer() and _counts(found):
        above = _written(worth + dice.randint(1, max(1, int(worth / 4))))
        yield _both("bound", found.span(), f"{dice.choice(('more than', 'over', 'at least'))} {above}")
        far = _written(_rounded(worth * dice.choice((0.6, 0.75, 1.3, 1.5))) // 1)
        yield _both("rounding", found.span(), f"{dice.choice(ROUNDED)} {far}")


def _near(worth: float, dice: random.Random) -> str:
    """Return a similar-looking number: a digit changed, two digits swapped, one more or less, or ten times as much."""
    text = _written(worth)
    places = [i for i, sign in enumerate(text) if sign.isdigit()]
    place = dice.choice(places)
    digit = dice.choice([d for d in "123456789" if d != text[place]])
    made = [text[:place] + digit + text[place + 1 :]]
    made += [_written(worth + step) for step in (-1, 1, 2) if worth + step > 1]
    made += [_written(worth * 10)] if dice.random() < 0.3 else []
    if len(places) > 1 and text[places[0]] != text[places[1]] and text[places[1]] != "0":
        one, other = places[:2]
        made.append(text[:one] + text[other] + text[one + 1 : other] + text[one] + text[other + 1 :])
    return dice.choice([each for each in made if each != text])


def _other_units(text: str, dice: random.Random) -> Iterator[Edit]:
    for group in UNITS:
        for found in re.finditer(rf"(?<=\w )(?:{'|'.join(group)})\b", text):
            if values(text[: found.start()].rsplit(" ", 2)[-2]):
                yield _both("unit", found.span(), dice.choice([each for each in group if each != found[0]]))


def bounds(parse: Parse) -> Iterator[Edit]:
    """Drop or reverse limits: "more than 50" is neither 50 nor fewer than 50."""
    for phrase, side in _BOUNDS.items():
        for found in re.finditer(rf"\b{phrase} (?=\d|[$£€]\d)", parse.text):
            yield fault("bound", "not told", Change(*found.span(), "exactly "), back="contradicted")
            turned = "fewer than " if side > 0 else "more than "
            yield _both("bound", found.span(), turned)
