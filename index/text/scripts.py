"""Scripts of letters, scripts written without spaces between words, and invisible marks."""

import re
import unicodedata

# Thai, Lao, Burmese, Khmer, Japanese kana, Chinese characters
UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")


_WITHOUT_STOPS = re.compile("[\u0e00-\u0eff]")  # Thai, Lao: sentences end with a space
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]+"
)
"""Soft hyphens, joiners, direction marks, and the vowel marks of Hebrew and Arabic, which are mostly omitted."""


def seen(text: str) -> str:
    """Return a text as search and matching use it: with composed letters (NFC) and without invisible marks."""
    return unicodedata.normalize("NFC", _UNSEEN.sub("", text))


def ends_with_space(text: str) -> bool:
    """Return whether a text is mostly in a script that ends sentences with a space instead of a full stop."""
    return 2 * len(_WITHOUT_STOPS.findall(text)) > len(text)


def script(char: str) -> str:
    """Return the script of a letter, from its Unicode name; Chinese, Japanese and Korean are one, "CJK" here."""
    first = unicodedata.name(char, "").split(" ")[0]
    return "CJK" if first in ("CJK", "HIRAGANA", "KATAKANA", "FULLWIDTH", "KATAKANA-HIRAGANA", "HANGUL") else first
