"""A small BM25 index in memory, for finding training passages that look like an answer and are none."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from rag.ranking.encoding import words

K1, B = 0.9, 0.4
COMMON = 0.2
"""A word in more than this share of the texts is not searched for."""


class Lexical:
    """Ranks texts by BM25."""

    def __init__(self, texts: Sequence[str]) -> None:
        bags = [Counter(words(text)) for text in texts]
        sizes = [sum(bag.values()) for bag in bags]
        mean = sum(sizes) / max(1, len(sizes))
        self.postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, (bag, size) in enumerate(zip(bags, sizes, strict=True)):
            for word, count in bag.items():
                gain = count * (K1 + 1) / (count + K1 * (1 - B + B * size / mean))
                self.postings[word].append((number, gain))
        self.count = len(texts)

    def search(self, question: str, depth: int) -> list[int]:
        """The numbers of the best texts, best first."""
        scores: dict[int, float] = defaultdict(float)
        for word in dict.fromkeys(words(question)):
            posting = self.postings.get(word, [])
            if len(posting) > max(20, COMMON * self.count):
                continue
            weight = math.log(1 + (self.count - len(posting) + 0.5) / (len(posting) + 0.5))
            for number, gain in posting:
                scores[number] += weight * gain
        return sorted(scores, key=lambda number: -scores[number])[:depth]
