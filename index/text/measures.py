"""Numbers with what they count: "4.6 per cent", "four in ten" and "two thirds" as shares, "six a day" as a rate."""

import re

from index.text.numbers import values

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
_UNITS = {word: unit for unit, words in _UNIT_WORDS.items() for word in words.split()}
_NUMBER = r"(?:\d[\d,]*(?:\.\d+)?|[a-z]+(?:-[a-z]+)?)(?:\s+(?:hundred|thousand|million|billion))*"
_MEASURE = re.compile(rf"\b({_NUMBER})[\s-]*(per cent|%|[a-z°]+)", re.IGNORECASE)
_SHARE = re.compile(r"\b([a-z]+|\d+)\s+(?:in|out of)\s+(?:every\s+)?([a-z]+|\d+)\b", re.IGNORECASE)
_FRACTIONS = {"half": 50.0, "third": 100 / 3, "thirds": 200 / 3, "quarter": 25.0, "quarters": 75.0}
_RATE = re.compile(r"\b(?:a|an|per|each|every)\s+(day|night|week|month|year|hour)\b|\b(dai|week|month|year|hour)ly\b")


def measures(text: str) -> set[tuple[float, str]]:
    """Return the numbers of a text that have a unit, each with it; shares of a whole are per cent, rounded."""
    text = text.lower()
    found = ((values(number), _UNITS.get(unit)) for number, unit in _MEASURE.findall(text))
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
