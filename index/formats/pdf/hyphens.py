"""Decides whether the hyphen of a word divided at a line end belongs to the word ("well-known") or to the line."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from index.text.english import TENS_IN_WORDS, UNITS_IN_WORDS

_HYPHENS = "-\u2010\xad"
_SOFT = "\xad"
_LONGEST = 80
_VOCABULARY = Path(__file__).parents[2] / "minilm" / "tokenizer.json"
_COMPOUND = re.compile(r"(?<![^\W_])[^\W_]+(?:[-\u2010][^\W_]+)+")
_WORD = re.compile(r"[^\W_]+")
_LAST = re.compile(r"(?<!\S)(\S*?)((?<![^\W_])[^\W_]++)[-\u2010\xad]$")
_FIRST = re.compile(r"[^\W_]+")
_AND = set("and or und oder et ou".split())
_ALWAYS_WITH = {"non", "self"}
# first and second parts that are seldom joined without a hyphen
_FIRSTS = {
    *UNITS_IN_WORDS,
    *TENS_IN_WORDS,
    *"""well ex all half cross high low long short ill so semi quasi vice anti mid early late full part first second
    third north south east west large small wide open old new real single double multi hard soft fast slow deep best
    better highest longest biggest fellow great co post present number middle modern right left state year same free
    most more ever""".split(),
}
_SECONDS = set(
    """based related driven oriented known year old term led style level specific century law scale order time day lived
    off up out down thirds class selling called income dimensional wing made friendly efficient free wide born
    like""".split()
)
# endings that are words too ("open-ness", "fast-est", "sister-ship")
_SUFFIXES = set(
    """ing er ers ed ly ness less ful est ism ist ion ions able ment ments ship dom ward wards wise ter ters ten ton
    tion sion den man men age ages tor land ford ring ding ling""".split()
)


@lru_cache
def _english() -> frozenset[str]:
    """Return common English words, from the vocabulary of the embedding model."""
    return frozenset(json.loads(_VOCABULARY.read_text("utf-8"))["model"]["vocab"])


class Words:
    """Counts of a document's words and hyphenated words, where no line end divides them."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._words: Counter[str] = Counter()
        self._compounds: Counter[str] = Counter()
        for line in lines:
            whole = re.sub(r"\S{1,80}[-\u2010\xad]$", "", line).lower()
            self._compounds.update(found.replace("\u2010", "-") for found in _COMPOUND.findall(whole))
            self._words.update(_WORD.findall(_COMPOUND.sub(" ", whole)))

    def keeps_hyphen(self, before: str, after: str) -> bool:
        """Return whether `before`-`after` is written with a hyphen, by the document, or else by English."""
        parted, joined = self._compounds[f"{before}-{after}"], self._words[before + after]
        if parted != joined:
            return parted > joined
        return _is_compound(before, after)


def _is_compound(before: str, after: str) -> bool:
    """Decide by common English; wrong for 1.0 in 100 words divided at random in 9,000 passages (always joined: 2.1)."""
    known = _english()
    if before + after in known:
        return False
    if before in _ALWAYS_WITH:
        return True
    if after not in known or after in _SUFFIXES or len(after) < 2:
        return False
    if before in _FIRSTS:
        return True
    if before not in known or len(before) < 3:
        return False
    return after in _SECONDS or (len(before) > 3 and len(after) > 4 and after.endswith(("ed", "ing", "en", "ent")))


def line_end(line: str, following: str, words: Words) -> str:
    """Return a line as it stands directly before the next one of its paragraph: with a space, or as part of a word.

    A divided word keeps its hyphen where it has another one already and where what follows is no small letter; where
    the document has the hyphenated word elsewhere, more often than the joined one; and where it has neither or both
    alike, if the joined word is not common English and its first part is seldom joined (well-, self-), or its second
    one (-based), or both are words and the second is a participle (computer-generated).
    """
    last, first = _LAST.search(line[-_LONGEST:]), _FIRST.match(following[:_LONGEST])
    if not last or not first:
        return line if re.search(r"\S[\u2013\u2014]$", line[-2:]) else line + " "
    if line.endswith(_SOFT):
        return line[:-1]
    before, after = last[2].lower(), first[0].lower()
    if after in _AND and before + after not in _english():
        return line + " "
    capitals = last[2].isupper() and first[0].isupper() and len(after) > 1
    if not (first[0].islower() or capitals) or not before.isalpha() or set(last[1]) & {*_HYPHENS, "/"}:
        return line
    return line if words.keeps_hyphen(before, after) else line[:-1]
