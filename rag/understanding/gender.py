"""Estimates whether "he" or "she" fits a person, from what was said about them, else from the form of the name."""

import re

_WOMAN = re.compile(
    r"\b(?:\w*(?:woman|women|girl)|\w+ess|Mrs|Ms|Miss|Lady|Dame|queen|mother|daughter|granddaughter|sister|wife|widow"
    r"|aunt|niece|she|her|hers|herself)\b",
    re.IGNORECASE,
)
_MAN = re.compile(
    r"\b(?:(?:\w*[a-z])?(?<!wo)man|boy|Mr|Sir|Lord|king|father|son|grandson|brother|husband|widower|uncle|nephew"
    r"|he|him|his|himself)\b",
    re.IGNORECASE,
)
_FEMALE_BY_LAST_LETTER = {
    "a": 0.95,
    "e": 0.65,
    "i": 0.65,
    "y": 0.6,
    "h": 0.55,
    "n": 0.35,
    "l": 0.35,
    "s": 0.3,
    "t": 0.3,
}
"""Share of women among people whose given name ends in this letter; other letters mostly end men's names."""
_MOSTLY_A_MANS = 0.1


def female_chance(name: str, told: str) -> float:
    """Return the chance, 0 to 1, that "she" fits a person; 0 or 1 if the words of `told` decide it."""
    woman, man = len(_WOMAN.findall(told)), len(_MAN.findall(told))
    if woman != man:
        return 1.0 if woman > man else 0.0
    given = name.split()[0].lower() if " " in name else ""
    return _FEMALE_BY_LAST_LETTER.get(given[-1:], _MOSTLY_A_MANS) if given else 0.5
