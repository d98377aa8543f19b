"""Whether a person of the conversation is likelier a he or a she: by what was said of them, else by the name's form."""

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
"""How often a given name with this last letter is a woman's; any other letter is mostly a man's."""
_MOSTLY_A_MANS = 0.1


def female_chance(name: str, told: str) -> float:
    """Return how likely a person is a she: certain by the words of the sentences that name nobody else."""
    woman, man = len(_WOMAN.findall(told)), len(_MAN.findall(told))
    if woman != man:
        return 1.0 if woman > man else 0.0
    given = name.split()[0].lower() if " " in name else ""
    return _FEMALE_BY_LAST_LETTER.get(given[-1:], _MOSTLY_A_MANS) if given else 0.5
