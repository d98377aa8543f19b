"""Numbers as values, with what they count.

"nine" and "9", "1.2 million" and "1,200,000" are worth the same; "4.6 per cent" has a unit, "four in ten" and "two
thirds" are shares, "six a day" is a rate.
"""

import re
from collections.abc import Iterator

from index.text.english import SCALE, SCALES_IN_WORDS, TENS_IN_WORDS, UNITS_IN_WORDS

_SCALES = {**SCALES_IN_WORDS, "decade": 10, "decades": 10}
_WORTH = {**UNITS_IN_WORDS, **TENS_IN_WORDS, "first": 1, "second": 2, "third": 3, "twice": 2, "dozen": 12}
_AFTERNOON = re.compile(r"\b(\d{1,2})(?:[.:](\d\d))?\s*p\.?m\b", re.IGNORECASE)
_WORD = re.compile(r"\d+(?:,\d{3})*(?:[.:]\d+)*|[a-z]+|[,;:.()]", re.IGNORECASE)
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
    """Return the numbers that a text holds, in digits or in English words, each with its scale ("2 million")."""
    text = _AFTERNOON.sub(lambda hour: f"{int(hour[1]) % 12 + 12}.{hour[2] or '00'}", text)
    return set(_runs([word.lower() for word in _WORD.findall(text)]))


def _runs(words: list[str]) -> Iterator[float]:
    """Yield the worth of each run of number words: scales multiply what is before them."""
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
                yield (total or 0) + (part or 0)
            total, part = None, worth


def _worth(word: str) -> float | None:
    if word[:1].isdigit():
        digits = word.replace(",", "").replace(":", ".")
        return float(digits) if digits.count(".") < 2 else None
    return _WORTH.get(word, _WORTH.get(word.removesuffix("s")))


def measures(text: str) -> set[tuple[float, str]]:
    """Return the numbers of a text that have a unit, each with it; shares of a whole are per cent, rounded."""
    text = text.lower()
    found = ((values(number), _UNIT_OF.get(unit)) for number, unit in _MEASURE.findall(text))
    counted = {(worth, unit) for worths, unit in found if unit and len(worths) == 1 for worth in worths}
    return {(round(worth, 1), unit) for worth, unit in counted | _shares(text)}


def _shares(text: str) -> set[tuple[float, str]]:
    pairs = [(values(part), values(whole)) for part, whole in _SHARE.findall(text)]
    shares = {100 * min(part) / min(whole) for part, whole in pairs if len(part) == len(whole) == 1 and min(whole) > 1}
    # the four of "four in ten" counts nothing else
    parts = {(min(part), "of several") for part, _ in pairs if len(part) == 1}
    shares |= {worth for word, worth in _FRACTIONS.items() if re.search(rf"\b{word}\b", text)}
    return parts | {(share, "per cent") for share in shares if share <= 100}


def rates(text: str) -> set[str]:
    """Return the spans of time that a text counts by: day, week, month ..."""
    plain = {"dai": "day"}
    return {plain.get(word, word) for pair in _RATE.findall(text.lower()) for word in pair if word}
