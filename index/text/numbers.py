"""Numbers as values: "nine", "9", "1.2 million" and "1,200,000" are compared by what they are worth."""

import re
from collections.abc import Iterator

_UNITS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000, "dozen": 12}
_SCALES |= {"decade": 10, "decades": 10}
_OTHERS = {"first": 1, "second": 2, "third": 3, "twice": 2, "dozen": 12}
_AFTERNOON = re.compile(r"\b(\d{1,2})(?:[.:](\d\d))?\s*p\.?m\b", re.IGNORECASE)
_MONTH = "january february march april may june july august september october november december".split()
_DATE = re.compile(
    rf"\b(?:(\d{{1,2}})(?:st|nd|rd|th)?\s+({'|'.join(_MONTH)})|({'|'.join(_MONTH)})\s+(\d{{1,2}})(?:st|nd|rd|th)?)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"\d+(?:,\d{3})*(?:[.:]\d+)*|[a-z]+|[,;:.()]", re.IGNORECASE)


def values(text: str) -> set[float]:
    """Return the numbers that a text holds, in digits or in English words, each with its scale ("2 million")."""
    text = _AFTERNOON.sub(lambda found: f"{int(found[1]) % 12 + 12}.{found[2] or '00'}", text)
    return set(_runs([word.lower() for word in _WORD.findall(text)]))


def days(text: str) -> set[tuple[int, str]]:
    """Return the days of the year that a text names: "3 March" and "March 3" are one."""
    found = (match.groups() for match in _DATE.finditer(text))
    return {(int(day or later), (month or earlier).lower()) for day, month, earlier, later in found}


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
        elif worth is not None and part is not None and word in _UNITS and part in _TENS.values():
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
    known = {**_UNITS, **_TENS, **_OTHERS}
    return known.get(word, known.get(word.removesuffix("s")))
