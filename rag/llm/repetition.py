"""Detects a language model that repeats itself, while its text arrives."""

import re
from collections import Counter

from index.text.scripts import UNSPACED

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n+")
_SHORT = 12  # bytes: a shorter sentence ("Not stated.") may recur in a list
_SHORTEST, _LONGEST = 20, 400  # fewest words of a loop


class Repetition:
    """Detects text that repeats itself: 20 or more words three times in a row, or one sentence four times."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._sentences: Counter[str] = Counter()
        self._word = self._sentence = ""

    def found_with(self, piece: str) -> bool:
        """Add a piece of text and return whether the text repeats itself."""
        spaced = UNSPACED.sub(lambda run: f" {' '.join(run[0])} ", piece)
        *words, self._word = re.split(r"\s+", self._word + spaced)
        for word in filter(None, words):
            self._words.append(word)
            if self._ends_in_loop():
                return True
        *sentences, self._sentence = _SENTENCE_END.split(self._sentence + piece)
        plain = [" ".join(sentence.split()).casefold() for sentence in sentences]
        self._sentences.update(sentence for sentence in plain if len(sentence.encode("utf-8", "replace")) >= _SHORT)
        return any(self._sentences[sentence] > 3 for sentence in plain)

    def _ends_in_loop(self) -> bool:
        words = self._words
        return any(
            words[-1] == words[-1 - size] and words[-size:] == words[-2 * size : -size] == words[-3 * size : -2 * size]
            for size in range(_SHORTEST, min(len(words) // 3, _LONGEST) + 1)
        )
