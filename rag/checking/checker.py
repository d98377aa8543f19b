"""Decides whether a statement is supported by the sentences it cites: the only place that does.

The written answer and the evaluation take the same steps in the same order. First come explicit rules: quotations
(verbatim), numbers (by value and unit), names, negations and speakers must occur in the cited sentences or in their
article's head. Then no word of a copied sentence may be replaced and no clause added, and the statement as a whole
must be similar enough by its vector.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.embedder import Embed
from index.text.english import terms
from index.text.language import language
from index.text.numbers import values
from rag.answer import Citation, ReasonKind, Verdict
from rag.checking.alignment import replaced_words
from rag.checking.quotations import is_verbatim, misplaced
from rag.checking.vetoes import Veto, vetoes, vetoes_across_languages

SUPPORTED: tuple[Verdict, ...] = ("quoted", "supported")
"""The verdicts of statements that are supported."""
_RELEVANT = 0.02
"""Relevance below which a sentence is not about the question: of 212 gold sentences of two question sets that would
have been given to a model, none was below it, but 10 to 52% of the others were."""
# measured on the seen two thirds of tests/rag/checking/statements.jsonl and on a hundred others, written independently
_SIMILAR = 0.6
"""Cosine similarity below which a statement says something other than the cited sentence."""
_CLAUSE_SIMILAR = 0.58
"""Sum of similarity and share of known words below which a clause is an addition."""
_CLAUSE = re.compile(r"[,;:]\s++|(?<!\s)\s++(?=(?:and|but|who|which|because|although|while|after|so that)\s)")
_FEWEST_WORDS, _SHORT = 3, 15
_COMMON = 0.5
"""Share of known words above which two texts are in the same language, whatever the detector says."""
_WORD = re.compile(r"[\w’'-]+")


class Finding(NamedTuple):
    """Whether a statement is supported, and a remark on it: a kind and a clause."""

    verdict: Verdict
    kind: ReasonKind | None = None
    reason: str | None = None


class Checker:
    """Checks statements; `given` are all sentences that their author could cite."""

    def __init__(self, embed: Embed, given: Sequence[Citation]) -> None:
        self._embed, self._given = embed, given
        # without the reader, relevance is on another scale
        self._was_read = any(each.span for each in given)

    def check(self, statement: str, cited: Sequence[Citation]) -> Finding:
        """Check a statement against the cited sentences, taken together."""
        sentences = [each.sentence for each in cited]
        if veto := next(self._first_vetoes(statement, cited), None):
            return Finding("unsupported", *veto)
        if is_verbatim(statement, sentences):
            return Finding("quoted")
        text = " ".join(sentences)
        head = " ".join(part for each in cited for part in (each.title, each.source, each.published) if part)
        if _is_other_language(statement, text):
            if veto := next(vetoes_across_languages(statement, text, head), None):
                return Finding("unsupported", *veto)
            reason = "it is in a different language from the cited sentence, so only names and numbers were checked"
            return Finding("supported", ReasonKind.OTHER_LANGUAGE, reason)
        if veto := next(vetoes(statement, text, head), None) or next(self._differences(statement, cited, head), None):
            return Finding("unsupported", *veto)
        return Finding("supported")

    def _first_vetoes(self, statement: str, cited: Sequence[Citation]) -> Iterator[Veto]:
        if not cited:
            yield Veto(ReasonKind.NO_CITATION, "it cites nothing")
        elif reason := misplaced(statement, cited, self._given):
            yield Veto(ReasonKind.QUOTATION, reason)
        elif self._was_read and all(each.relevance is not None and each.relevance < _RELEVANT for each in cited):
            yield Veto(ReasonKind.OFF_TOPIC, "the cited sentence is not relevant to the question")

    def _differences(self, statement: str, cited: Sequence[Citation], head: str) -> Iterator[Veto]:
        sentences = [each.sentence for each in cited]
        text = " ".join(sentences)
        for words in replaced_words(statement, [*sentences, text], self._embed):
            yield Veto(ReasonKind.REPLACED_WORDS, f"the cited sentence says something else instead of “{words}”")
        if (clause := self._added_clause(statement, text, head)) is not None:
            yield Veto(ReasonKind.ADDED_CLAUSE, f"“{clause}” is not in the cited sentence")
        if self._similarity(statement, [text]) < _SIMILAR:
            yield Veto(ReasonKind.OTHER_MEANING, "the cited sentence says something else")

    def _added_clause(self, statement: str, text: str, head: str) -> str | None:
        """Return a clause of the statement that is similar to nothing in the cited sentences."""
        parts = [text, *(part for part in _CLAUSE.split(text) if len(part) > _SHORT)]
        clauses = _CLAUSE.split(statement)
        for clause in clauses if len(clauses) > 1 else ():
            if len(_content(clause)) < _FEWEST_WORDS:
                continue
            if _share(clause, f"{text} {head}") + self._similarity(clause, parts) < _CLAUSE_SIMILAR:
                return clause.strip(" ,.;:")
        return None

    def _similarity(self, one: str, others: Sequence[str]) -> float:
        vectors = self._embed([one, *others])
        return float((vectors[1:] @ vectors[0]).max())


def _is_other_language(statement: str, text: str) -> bool:
    spoken, cited = language(statement), language(text)
    # names and numbers are the same in both languages
    words = " ".join(word for word in _WORD.findall(statement) if word.islower())
    return spoken != cited and None not in (spoken, cited) and _share(words, text) < _COMMON


def _share(statement: str, known: str) -> float:
    """Return the share of a statement's content words that are known; numbers are compared elsewhere, by value."""
    said, there = terms(" ".join(_content(statement))), set(terms(known))
    return sum(term in there for term in said) / max(len(said), 1)


def _content(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if terms(word) and not values(word)]
