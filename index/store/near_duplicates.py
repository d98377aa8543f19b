"""Duplicate and near-duplicate detection: a hash of the words, and MinHash of their 5-word runs with LSH bands.

MinHash: Broder, "On the resemblance and containment of documents", 1997. Banding: Leskovec, Rajaraman and Ullman,
"Mining of Massive Datasets", chapter 3.4. Implemented here in numpy, because datasketch requires scipy (113 MB).
"""

import hashlib
import unicodedata
import zlib
from collections.abc import Iterator
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray

from index.text.scripts import UNSPACED
from index.text.stretches import stretches

# Estimated Jaccard similarity from which two texts count as one story. A wire story with a new headline, a changed lede
# and one paragraph cut scores .65 to .9; two stories that share background paragraphs score below .4.
NEAR = 0.55

_PERMUTATIONS = 128
_RUN = 5  # words
_SHORTEST = 40  # words; a shorter text is a single run, and so matches only an equal text
_BLOCK = 512  # runs permuted at once, to fit into the processor's cache
_TOGETHER = 20_000  # words held in memory at once
_STRETCH = 100_000  # characters read at once
# 32 bands of 4 rows: two texts of similarity s share a band with probability 1 - (1 - s^4)^32, which is .23 at .3,
# .56 at .4, .87 at .5, .988 at .6 and .9998 at .7. Steeper bands would miss pairs at NEAR; `similarity` filters out the
# false positives.
_BANDS, _ROWS = 32, 4
_NUMBERS = np.frombuffer(hashlib.shake_256(b"onrecord minhash 1").digest(16 * _PERMUTATIONS), "<u8")
_FACTORS = (_NUMBERS[:_PERMUTATIONS] | np.uint64(1)).astype(np.uint64)[:, None]
_SHIFTS = _NUMBERS[_PERMUTATIONS:].astype(np.uint64)[:, None]


class _OnlyWords(dict[int, str]):
    """Table for str.translate: separators become spaces, and each character of an unspaced script becomes a word."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        kind = unicodedata.category(char)
        if kind == "Cf":  # soft hyphens, joiners
            self[code] = ""
        elif kind[0] in "PZC" or kind in ("Sk", "Sm", "So"):
            self[code] = " "
        else:  # letters, combining marks, digits; currency signs, because "$4" is not "€4"
            self[code] = f" {char} " if UNSPACED.match(char) or kind == "Sc" else char
        return self[code]


_ONLY_WORDS = _OnlyWords()


def text_hash(text: str) -> str:
    """Return a hash of the text that ignores differences in white space, case and punctuation."""
    digest = hashlib.sha256()
    for number, word in enumerate(_words(text)):
        digest.update(_encoded(f" {word}" if number else word))
    return digest.hexdigest()


def signature(text: str) -> bytes:
    """Return a text's MinHash signature: 128 values of 4 bytes, identical on every machine."""
    least = np.full(_PERMUTATIONS, np.iinfo(np.uint64).max, np.uint64)
    for runs in _runs(_words(text)):
        for start in range(0, len(runs), _BLOCK):
            permuted = _FACTORS * runs[start : start + _BLOCK] + _SHIFTS
            np.minimum(least, permuted.min(axis=1), out=least)
    return (least >> np.uint64(32)).astype("<u4").tobytes()


def similarity(one: bytes, other: bytes) -> float:
    """Return the estimated Jaccard similarity (0 to 1) of two texts' 5-word runs, accurate to about .04."""
    return float(np.mean(np.frombuffer(one, "<u4") == np.frombuffer(other, "<u4")))


def bands(signature: bytes) -> list[str]:
    """Return a signature's LSH keys: texts of similarity `NEAR` share at least one with probability .95."""
    size = 4 * _ROWS
    return [f"{band}:{signature[band * size : (band + 1) * size].hex()}" for band in range(_BANDS)]


def _words(text: str) -> Iterator[str]:
    for start, end in stretches(text, 0, len(text), _STRETCH):
        plain = unicodedata.normalize("NFKC", text[start:end]).casefold()
        yield from plain.translate(_ONLY_WORDS).split()


def _encoded(word: str) -> bytes:
    return word.encode("utf-8", "surrogatepass")


def _runs(words: Iterator[str]) -> Iterator[NDArray[np.uint64]]:
    """Yield 64-bit hashes of the word runs, in batches of some thousands."""
    first = list(islice(words, _SHORTEST))
    width = _RUN if len(first) == _SHORTEST else len(first)
    hashes = (zlib.crc32(_encoded(word)) for word in chain(first, words))
    held = np.fromiter(islice(hashes, _TOGETHER), np.uint64)
    yield _run_hashes(held, width)
    while len(more := np.fromiter(islice(hashes, _TOGETHER), np.uint64)):
        held = np.concatenate([held[-(width - 1) :], more])
        yield _run_hashes(held, width)


def _run_hashes(hashes: NDArray[np.uint64], width: int) -> NDArray[np.uint64]:
    runs = np.zeros(len(hashes) - width + 1, np.uint64)
    for place in range(width):
        runs = _mixed(runs + hashes[place : place + len(runs)] + np.uint64(1))
    return _mixed(runs)


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the numbers with their bits mixed (final step of splitmix64: Steele, Lea and Flood, 2014)."""
    mixed = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
