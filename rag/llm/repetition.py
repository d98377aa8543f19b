"""A language model that goes round in circles, told from its text as it comes."""

import re
from collections import Counter
from collections.abc import Iterable

from index.text.scripts import UNSPACED

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n+")
_SHORT = 12  # bytes: a sentence of fewer ("Not stated.") may recur in a list
_LONGEST_CIRCLE = 400  # words


class Circles:
    """Tells when a text repeats itself: the same 20 words or more three times in a row, or one sentence four times."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._sentences: Counter[str] = Counter()
        self._word = self._sentence = ""

    def closed_by(self, piece: str) -> bool:
        """Whether the text repeats itself with this piece."""
        spaced = UNSPACED.sub(lambda run: f" {' '.join(run[0])} ", piece)
        *words, self._word = re.split(r"\s+", self._word + spaced)
        *sentences, self._sentence = _SENTENCE_END.split(self._sentence + piece)
        return self._repeat_words(filter(None, words)) or self._repeat_sentences(sentences)

    def _repeat_words(self, words: Iterable[str]) -> bool:
        for word in words:
            self._words.append(word)
            if self._is_circle():
                return True
        return False

    def _is_circle(self) -> bool:
        words = self._words
        return any(
            words[-1] == words[-1 - size] and words[-size:] == words[-2 * size : -size] == words[-3 * size : -2 * size]
            for size in range(20, min(len(words) // 3, _LONGEST_CIRCLE) + 1)
        )

    def _repeat_sentences(self, sentences: Iterable[str]) -> bool:
        plain = [" ".join(sentence.split()).casefold() for sentence in sentences]
        self._sentences.update(sentence for sentence in plain if len(sentence.encode("utf-8", "replace")) >= _SHORT)
        return any(self._sentences[sentence] > 3 for sentence in plain)
