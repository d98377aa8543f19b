"""Numbers as values, with their units.

"nine" and "9" are equal, and so are "1.2 billion", "1.2bn", "1,200 million" and "1 200 000 000". "4.6 per cent" has a
unit, "four in ten" and "two thirds" are shares, "six a day" is a rate.
"""

import re
from collections.abc import Iterator

from index.text.english import CARDINAL, SCALE, SCALES_IN_WORDS, TENS_IN_WORDS, UNITS_IN_WORDS

_SCALES = {**SCALES_IN_WORDS, "decade": 10, "decades": 10}
_SHORT_SCALES = {"k": "thousand", "m": "million", "mn": "million", "bn": "billion", "tn": "trillion"}
_SHORT_SCALE = re.compile(
    r"(?<=\d)(?: ?(bn|mn|tn)|(k)|(?<=[$€£¥]\d)(m)|(?<=[$€£¥]\d\d)(m)|(?<=[$€£¥]\d\d\d)(m)|(?<=[$€£¥]\d\.\d)(m)"
    r"|(?<=[$€£¥]\d\d\.\d)(m)|(m)(?= (?:people|[a-z]{3,}s)\b))\b",
    re.IGNORECASE,
)
"""A scale after digits. "m" means million after an amount of money or before a counted noun, else metres."""
_GROUPED = re.compile(
    r"(?<![\d.,])\d{1,3}(?:(?P<gap>[\u00a0\u2009\u202f’'])\d{3}(?:(?P=gap)\d{3})*|(?:\.\d{3}){2,}|(?: \d{3}){2,}"
    rf"| \d{{3}}(?= {SCALE}\b)|(?:,\d{{2}})+,\d{{3}})(?![\d.,]\d|\d)"
)
"""Digits grouped by separators other than commas. A plain space, which may separate two numbers, must occur twice."""
_WORTH = {**UNITS_IN_WORDS, **TENS_IN_WORDS, "first": 1, "second": 2, "third": 3, "twice": 2, "dozen": 12}
_LARGE, _YEARS = 100, range(1000, 2101)
_AFTERNOON = re.compile(r"\b(\d{1,2})(?:[.:](\d\d))?\s*p\.?m\b", re.IGNORECASE)
_WORD = re.compile(r"\d+(?:,\d{3})*(?:[.:]\d+)*|[a-z]+|[,;:.()]", re.IGNORECASE)
_WRITTEN = re.compile(
    rf"\b\d+(?:,\d{{3}})*(?:\.\d+)?(?: {SCALE}\b)*"
    rf"|\b(?!one\b(?! {SCALE}))(?:{CARDINAL}|{SCALE})(?:(?: and |[ -])(?:{CARDINAL}|{SCALE}))*\b",
    re.IGNORECASE,
)
_UNIT_WORDS = {
    "per cent": "per cent percent % percentage",
    "degrees": "degree degrees °C °F",
    "times": "times fold",
    "millimetres": "mm millimetre millimetres millimeter millimeters",
    "centimetres": "cm centimetre centimetres centimeter centimeters",
    "metres": "m metre metres meter meters",
    "kilometres": "km kilometre kilometres kilometer kilometers",
    "miles": "mile miles",
    "feet": "ft foot feet",
    "inches": "inch inches",
    "grams": "g gram grams",
    "kilograms": "kg kilo kilos kilogram kilograms",
    "tonnes": "t tonne tonnes ton tons",
    "litres": "l litre litres liter liters",
    "hectares": "ha hectare hectares",
    "acres": "acre acres",
    "seconds": "second seconds",
    "minutes": "minute minutes",
    "hours": "hour hours",
    "days": "day days",
    "weeks": "week weeks",
    "months": "month months",
    "years": "year years",
    "crowns": "crown crowns",
    "dollars": "dollar dollars $",
    "euros": "euro euros €",
    "pounds": "pound pounds £",
}
_UNIT_OF = {word: unit for unit, words in _UNIT_WORDS.items() for word in words.split()}
_NUMBER = rf"(?:\d[\d,]*(?:\.\d+)?|[a-z]+(?:-[a-z]+)?)(?:\s+{SCALE})*"
_MEASURE = re.compile(rf"\b({_NUMBER})[\s-]*(per cent|%|[a-z°]+)", re.IGNORECASE)
_SHARE = re.compile(r"\b([a-z]+|\d+)\s+(?:in|out of)\s+(?:every\s+)?([a-z]+|\d+)\b", re.IGNORECASE)
_FRACTIONS = {"half": 50.0, "third": 100 / 3, "thirds": 200 / 3, "quarter": 25.0, "quarters": 75.0}
_RATE = re.compile(r"\b(?:a|an|per|each|every)\s+(day|night|week|month|year|hour)\b|\b(dai|week|month|year|hour)ly\b")


def values(text: str) -> set[float]:
    """Return the numbers in a text, as digits or English words, multiplied by their scale ("2 million")."""
    text = _AFTERNOON.sub(lambda hour: f"{int(hour[1]) % 12 + 12}.{hour[2] or '00'}", _written_plainly(text))
    return set(_runs([word.lower() for word in _WORD.findall(text)]))


def _written_plainly(text: str) -> str:
    """Return a text with ungrouped digits and scales as words: "1 200 000", "3 bn" as "1200000", "3 billion"."""
    text = _GROUPED.sub(lambda digits: re.sub(r"\D", "", digits[0]), text)
    return _SHORT_SCALE.sub(lambda scale: f" {_SHORT_SCALES[scale[0].strip().lower()]}", text)


def by_value(text: str) -> str:
    """Return a text with each number as one word for its value, so that equal numbers are equal words."""
    return _WRITTEN.sub(_worth_in_a_word, _written_plainly(text))


def _worth_in_a_word(number: re.Match[str]) -> str:
    found = list(_runs([word.lower() for word in _WORD.findall(number[0])]))
    if len(found) != 1:
        return number[0]
    return f"{found[0]:g}" if found[0] < 1e5 and found[0] % 1 == 0 else f"{found[0]:.12g}".replace(".", "point")


def spellings(number: float) -> list[str]:
    """Return the spellings of a large number: "1200000", "1,200,000", "1.2 million", "1.2m", "1,200 thousand"."""
    if number < 1000 or number % 1:
        return []
    written = [f"{number:.0f}", f"{number:,.0f}"]
    for word, short, worth in (("thousand", "k", 1e3), ("million", "m", 1e6), ("billion", "bn", 1e9)):
        if number >= max(worth / 2, 10_000) and number % (worth / 1000) == 0:
            written += [f"{number / worth:,.10g} {word}", f"{number / worth:,.10g}{short}"]
    return written


def amounts(text: str) -> set[float]:
    """Return the numbers in a text that are large and not years: these distinguish one fact from another."""
    grouped = values(" ".join(re.findall(r"\d{1,3}(?:,\d{3})+", text)))
    return {worth for worth in values(text) if worth >= _LARGE and (worth not in _YEARS or worth in grouped)}


def _runs(words: list[str]) -> Iterator[float]:
    """Yield the value of each run of number words; a scale multiplies what precedes it."""
    total: float | None = None
    part: float | None = None
    scale = 1.0
    for word in [*words, ""]:
        worth = _worth(word)
        if word in _SCALES and part is not None:
            scale = _SCALES[word]
            total, part = (total or 0) + part * scale, None
        elif worth is not None and part is not None and word in UNITS_IN_WORDS and part in TENS_IN_WORDS.values():
            part += worth
        elif worth is not None and part is None and total is not None and worth < scale:
            part = worth
        elif word == "and" and total is not None and part is None:
            continue
        else:
            if part is not None or total is not None:
                yield round((total or 0) + (part or 0), 6)
            total, part = None, worth


def _worth(word: str) -> float | None:
    if word[:1].isdigit():
        digits = word.replace(",", "").replace(":", ".")
        return float(digits) if digits.count(".") < 2 else None
    return _WORTH.get(word, _WORTH.get(word.removesuffix("s")))


def measures(text: str) -> set[tuple[float, str]]:
    """Return the numbers in a text that have a unit, with the unit; shares of a whole are in per cent, rounded."""
    text = _written_plainly(text.lower())
    found = ((values(number), _UNIT_OF.get(unit)) for number, unit in _MEASURE.findall(text))
    counted = {(worth, unit) for worths, unit in found if unit and len(worths) == 1 for worth in worths}
    return {(round(worth, 1), unit) for worth, unit in counted | _shares(text)}


def _shares(text: str) -> set[tuple[float, str]]:
    pairs = [(values(part), values(whole)) for part, whole in _SHARE.findall(text)]
    shares = {100 * min(part) / min(whole) for part, whole in pairs if len(part) == len(whole) == 1 and min(whole) > 1}
    # the "four" of "four in ten" counts nothing else
    parts = {(min(part), "of several") for part, _ in pairs if len(part) == 1}
    shares |= {worth for word, worth in _FRACTIONS.items() if re.search(rf"\b{word}\b", text)}
    return parts | {(share, "per cent") for share in shares if share <= 100}


def rates(text: str) -> set[str]:
    """Return the time units that a text counts by, such as day, week or month."""
    plain = {"dai": "day"}
    return {plain.get(word, word) for pair in _RATE.findall(text.lower()) for word in pair if word}
