"""Metrics of one answer: its words, evidence and citations against gold, as pure functions.

A metric that does not apply to an answer is None, never zero, so that means cover only the answers it applies to.
Shares run from 0 to 1.
"""

import re
import string
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from eval.sets.questions import Gold
from index.text.dates import days
from index.text.english import MONTHS
from index.text.numbers import values

LONGEST_SENTENCE = 600
"""Characters. A longer sentence never counts as evidence: it could contain a quote by its sheer length."""

_PUNCTUATION = str.maketrans("", "", string.punctuation)
_LEADING_WORDS = re.compile(r"\b(?:a|an|the)\b")
_YEAR = re.compile(r"(?<![\d.,])(?:1\d|20)\d\d(?![\d]|[.,]\d)")
_MONTH = re.compile(rf"\b(?:{'|'.join(MONTHS).replace('May', '(?-i:May)')})\b", re.IGNORECASE)
_ISO = re.compile(r"\b\d{4}-\d\d-\d\d\b")


class Span(NamedTuple):
    """A span of an article's text: offsets in Unicode code points, `end` exclusive."""

    article_id: str
    start: int
    end: int


class Quoted(NamedTuple):
    """A retrieved or cited sentence, and the id of its article."""

    article_id: str
    sentence: str


Compare = Callable[[str, Sequence[str]], float | None]
"""Compares an answer with gold answers: `exact_match` or `f1`."""


# Answers


def normalise(text: str) -> str:
    """Return the text in lower case, without ASCII punctuation and the words a, an, the.

    The rule of SQuAD's evaluation script (Rajpurkar et al., 2016).
    """
    plain = text.lower().translate(_PUNCTUATION)
    return " ".join(_LEADING_WORDS.sub(" ", plain).split())


def exact_match(answer: str, golds: Sequence[str]) -> float | None:
    """Return 1 if the answer equals a gold answer after `normalise`, else 0 (SQuAD)."""
    wanted = _wanted(golds)
    return float(normalise(answer) in wanted) if wanted else None


def f1(answer: str, golds: Sequence[str]) -> float | None:
    """Return the best harmonic mean of word precision and recall over the gold answers (SQuAD)."""
    words = normalise(answer).split()
    return max((_word_f1(words, gold.split()) for gold in _wanted(golds)), default=None)


def with_refusals(compare: Compare, answer: str, golds: Sequence[str], answerable: bool | None) -> float | None:
    """Return `compare`'s score; for an unanswerable question, 1 for no answer and 0 for any.

    The arithmetic of SQuAD 2.0 (Rajpurkar et al., 2018), whose mean runs over both kinds of question; a refusal is
    the empty answer.
    """
    return float(not normalise(answer)) if answerable is False else compare(answer, golds)


def contained(answer: str, golds: Sequence[str]) -> float | None:
    """Return 1 if the answer contains a gold answer as whole words after `normalise`, else 0.

    The rule of "has answer" in open-domain question answering (Chen et al., 2017), over the answer's own words.
    """
    wanted = _wanted(golds)
    padded = f" {normalise(answer)} "
    return float(any(f" {gold} " in padded for gold in wanted)) if wanted else None


def number_match(answer: str, golds: Sequence[str]) -> float | None:
    """Return 1 if the answer states every number of one gold answer, else 0; None if no gold answer has numbers.

    Numbers are compared by value ("nine million" is 9,000,000), after numeric exact match (Dua et al., 2019); the
    numbers of dates are left to `date_match`.
    """
    wanted = [numbers for gold in golds if (numbers := _numbers(gold))]
    stated = values(answer)
    return float(any(numbers <= stated for numbers in wanted)) if wanted else None


def date_match(answer: str, golds: Sequence[str]) -> float | None:
    """Return 1 if the answer states every day, month and year of one gold answer, else 0; None if none has dates.

    "3 March 2024", "March 3, 2024" and "2024-03-03" are the same date, after date match (Dua et al., 2019).
    """
    wanted = [dates for gold in golds if (dates := _dates(gold))]
    stated = _dates(answer)
    return float(any(dates <= stated for dates in wanted)) if wanted else None


def _wanted(golds: Sequence[str]) -> list[str]:
    # "The" or "A" normalises to nothing, which a refusal (an empty answer) would match
    return [gold for gold in map(normalise, golds) if gold]


def _word_f1(answer: Sequence[str], gold: Sequence[str]) -> float:
    shared = (Counter(answer) & Counter(gold)).total()
    return 2 * shared / (len(answer) + len(gold))


def _numbers(text: str) -> set[float]:
    plain = _in_words(text)
    of_dates = {float(day) for day, _ in days(plain)} | {float(year) for year in _YEAR.findall(plain)}
    return values(plain) - of_dates


def _dates(text: str) -> set[object]:
    plain = _in_words(text)
    return {*days(plain), *map(str.lower, _MONTH.findall(plain)), *map(int, _YEAR.findall(plain))}


def _in_words(text: str) -> str:
    """Return the text with ISO dates in the form that `index.text.dates.days` reads: "3 March 2024"."""

    def in_words(iso: re.Match[str]) -> str:
        try:
            day = date.fromisoformat(iso[0])
        except ValueError:
            return iso[0]
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"

    return _ISO.sub(in_words, text)


# Evidence and citations


def quoted_golds(golds: Sequence[Gold]) -> list[Gold]:
    """Return the golds with a quote; those that mark a whole article cannot be matched."""
    return [gold for gold in golds if gold.quote.strip()]


def is_gold(candidate: Quoted, gold: Gold) -> bool:
    """Return whether a sentence equals, contains or lies within a quote of its article, ignoring white space."""
    if candidate.article_id != gold.article_id or len(candidate.sentence) > LONGEST_SENTENCE:
        return False
    sentence, quote = _collapsed(candidate.sentence), _collapsed(gold.quote)
    return bool(sentence and quote) and (sentence in quote or quote in sentence)


def evidence_hit(evidence: Sequence[Quoted], golds: Sequence[Gold], k: int) -> float | None:
    """Return 1 if one of the first `k` evidence sentences is gold, else 0 (trec_eval's success@k)."""
    wanted = quoted_golds(golds)
    if not wanted:
        return None
    return float(any(is_gold(sentence, gold) for sentence in evidence[:k] for gold in wanted))


def citation_precision(cited: Sequence[Quoted], golds: Sequence[Gold]) -> float | None:
    """Return the share of cited sentences that are gold; None if nothing is cited.

    Set precision against gold evidence, as for the supporting facts of HotpotQA (Yang et al., 2018).
    """
    wanted = quoted_golds(golds)
    if not wanted or not cited:
        return None
    return sum(any(is_gold(sentence, gold) for gold in wanted) for sentence in cited) / len(cited)


def citation_recall(cited: Sequence[Quoted], golds: Sequence[Gold]) -> float | None:
    """Return the share of gold quotes that are cited (as `citation_precision`); a refusal cites none."""
    wanted = quoted_golds(golds)
    if not wanted:
        return None
    return sum(any(is_gold(sentence, gold) for sentence in cited) for gold in wanted) / len(wanted)


def _collapsed(text: str) -> str:
    return " ".join(text.split())
