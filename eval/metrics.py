"""Measures of retrieval, evidence, citations, answers and refusals, as pure functions.

A measure that does not apply to a case is None, never zero, so that means are taken over the
cases it applies to. Shares run from 0 to 1.
"""

import math
import re
import string
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from eval.questions import Gold

LONGEST_SENTENCE = 600
"""Characters. A longer sentence never counts as evidence: it would hold a quote by its mere size."""

_PUNCTUATION = str.maketrans("", "", string.punctuation)
_LEADING_WORDS = re.compile(r"\b(?:a|an|the)\b")


class Span(NamedTuple):
    """A stretch of an article's text, offsets in Unicode code points, `end` not included."""

    article_id: str
    start: int
    end: int


class Quoted(NamedTuple):
    """A sentence that was found or cited, and the id of its article."""

    article_id: str
    sentence: str


class Refusal(NamedTuple):
    """How well refusals tell the unanswerable questions from the others."""

    precision: float | None
    recall: float | None
    f1: float | None


# Answers


def normalise(text: str) -> str:
    """Return lower-case words without ASCII punctuation and without a, an, the (SQuAD's rule)."""
    plain = text.lower().translate(_PUNCTUATION)
    return " ".join(_LEADING_WORDS.sub(" ", plain).split())


def exact_match(answer: str, golds: Sequence[str]) -> float | None:
    """Return 1 where the answer is one of the gold answers after `normalise`, else 0 (SQuAD)."""
    wanted = _wanted(golds)
    return float(normalise(answer) in wanted) if wanted else None


def f1(answer: str, golds: Sequence[str]) -> float | None:
    """Return the best harmonic mean of word precision and recall over the gold answers (SQuAD)."""
    words = normalise(answer).split()
    return max((_word_f1(words, gold.split()) for gold in _wanted(golds)), default=None)


def contained(answer: str, golds: Sequence[str]) -> float | None:
    """Return 1 where the answer holds a gold answer as whole words after `normalise`, else 0."""
    wanted = _wanted(golds)
    padded = f" {normalise(answer)} "
    return float(any(f" {gold} " in padded for gold in wanted)) if wanted else None


def _wanted(golds: Sequence[str]) -> list[str]:
    # nothing is left of "The" or "A": a refusal, an empty answer, would match it
    return [gold for gold in map(normalise, golds) if gold]


def _word_f1(answer: Sequence[str], gold: Sequence[str]) -> float:
    shared = (Counter(answer) & Counter(gold)).total()
    return 2 * shared / (len(answer) + len(gold))


# Evidence and citations


def quoted_golds(golds: Sequence[Gold]) -> list[Gold]:
    """Return the golds that quote words; those that mark a whole article cannot be matched."""
    return [gold for gold in golds if gold.quote.strip()]


def is_gold(found: Quoted, gold: Gold) -> bool:
    """Tell whether a sentence is, contains or lies in a quote of its article, white space collapsed."""
    if found.article_id != gold.article_id or len(found.sentence) > LONGEST_SENTENCE:
        return False
    sentence, quote = _collapsed(found.sentence), _collapsed(gold.quote)
    return bool(sentence and quote) and (sentence in quote or quote in sentence)


def evidence_hit(evidence: Sequence[Quoted], golds: Sequence[Gold], k: int) -> float | None:
    """Return 1 where one of the first `k` evidence sentences is gold, else 0."""
    wanted = quoted_golds(golds)
    if not wanted:
        return None
    return float(any(is_gold(found, gold) for found in evidence[:k] for gold in wanted))


def citation_precision(cited: Sequence[Quoted], golds: Sequence[Gold]) -> float | None:
    """Return the share of cited sentences that are gold; None where nothing is cited."""
    wanted = quoted_golds(golds)
    if not wanted or not cited:
        return None
    return sum(any(is_gold(found, gold) for gold in wanted) for found in cited) / len(cited)


def citation_recall(cited: Sequence[Quoted], golds: Sequence[Gold]) -> float | None:
    """Return the share of gold quotes that are cited; a refusal cites none of them."""
    wanted = quoted_golds(golds)
    if not wanted:
        return None
    return sum(any(is_gold(found, gold) for found in cited) for gold in wanted) / len(wanted)


def _collapsed(text: str) -> str:
    return " ".join(text.split())


# Retrieval


def locate(gold: Gold, text: str) -> list[Span]:
    """Return every place in the article's text where the quote stands, white space aside."""
    pattern = r"\s+".join(re.escape(word) for word in gold.quote.split())
    if not pattern:
        return []
    return [Span(gold.article_id, *match.span()) for match in re.finditer(pattern, text)]


def gold_rank(chunks: Sequence[Span], places: Sequence[Span]) -> int | None:
    """Return the rank, from 1, at which a quote is found in ranked chunks, or None.

    `places` are the spans where the quote stands. It is found with the chunk that brings what the
    chunks so far hold of one place to half of its characters: a chunk that holds half of the quote
    is enough, and a long quote that runs over several chunks is found by some of them together.
    """
    ranks = [rank for place in places if (rank := _place_rank(chunks, place)) is not None]
    return min(ranks, default=None)


def recall_at_k(ranks: Sequence[int | None], k: int) -> float | None:
    """Return the share of gold quotes that the first `k` chunks hold, from their `gold_rank`s."""
    if not ranks:
        return None
    return sum(rank is not None and rank <= k for rank in ranks) / len(ranks)


def reciprocal_rank(ranks: Sequence[int | None]) -> float | None:
    """Return 1 / the rank of the first gold quote found, 0 where none is; its mean is the MRR."""
    if not ranks:
        return None
    first = min((rank for rank in ranks if rank is not None), default=math.inf)
    return 1 / first


def _place_rank(chunks: Sequence[Span], place: Span) -> int | None:
    covered: set[int] = set()  # positions and not a sum: chunks may overlap
    for rank, chunk in enumerate(chunks, start=1):
        if chunk.article_id == place.article_id:
            covered.update(range(max(chunk.start, place.start), min(chunk.end, place.end)))
            if 2 * len(covered) >= place.end - place.start:
                return rank
    return None


# Whole runs


def refusal_scores(refused: Sequence[bool], answerable: Sequence[bool]) -> Refusal:
    """Return precision, recall and F1 of refusing; a refusal is right where nothing answers.

    Precision is None where nothing was refused, recall and F1 where every question is answerable.
    """
    wrong_and_right = Counter(zip(refused, answerable, strict=True))
    right = wrong_and_right[True, False]
    made = right + wrong_and_right[True, True]
    due = right + wrong_and_right[False, False]
    f1_score = 2 * right / (made + due) if due else None
    return Refusal(right / made if made else None, right / due if due else None, f1_score)


def auroc(scores: Sequence[float], positive: Sequence[bool]) -> float | None:
    """Return the chance that a positive case scores above a negative one, ties as half.

    By the rank sum of Mann and Whitney; None where one of the two classes is absent.
    """
    positives = sum(positive)
    negatives = len(positive) - positives
    if not positives or not negatives:
        return None
    ranks = _mean_ranks(sorted(zip(scores, positive, strict=True)))
    won = sum(rank for rank, is_positive in ranks if is_positive) - positives * (positives + 1) / 2
    return won / (positives * negatives)


def percentile(values: Sequence[float], percent: float) -> float | None:
    """Return the value below which `percent` (0 to 100) of the values lie, interpolated linearly."""
    if not values:
        return None
    ordered = sorted(values)
    place = (len(ordered) - 1) * percent / 100
    below, above = math.floor(place), math.ceil(place)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def mean(values: Iterable[float | None]) -> float | None:
    """Return the mean of the values that apply, or None where none does."""
    applying = [value for value in values if value is not None]
    return sum(applying) / len(applying) if applying else None


def _mean_ranks(ordered: Sequence[tuple[float, bool]]) -> Iterator[tuple[float, bool]]:
    before = 0
    for _, group in groupby(ordered, key=lambda pair: pair[0]):
        tied = list(group)
        rank = before + (len(tied) + 1) / 2  # the ranks before+1 ... before+n on average
        yield from ((rank, is_positive) for _, is_positive in tied)
        before += len(tied)
