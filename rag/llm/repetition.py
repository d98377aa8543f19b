"""A language model that repeats itself, noticed in its text as it arrives."""

import re
from collections import Counter

from index.text.scripts import UNSPACED

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n+")
_SHORT = 12  # bytes: a sentence of fewer ("Not stated.") may recur in a list
_SHORTEST, _LONGEST = 20, 400  # words of a loop


class Repetition:
    """Notices a text that repeats itself: 20 words or more three times in a row, or one sentence four times."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._sentences: Counter[str] = Counter()
        self._word = self._sentence = ""

    def found_with(self, piece: str) -> bool:
        """Tell whether the text repeats itself once this piece is added."""
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
