"""What a composer works with: the filtered library, with retrieval and ranking."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby

from index.article import ArticleSummary
from index.library import Library
from rag.answer import Asked, Evidence, Part, Passage, Statement
from rag.composing.citations import Numbering, citation
from rag.options import Options
from rag.ranking.ranker import Ranker, Ranking
from rag.refusals import Refusal
from rag.retrieval.hybrid import DEPTH, HybridRetriever
from rag.understanding.subject import about, weights


@dataclass(frozen=True)
class Search:
    """One question's view of a library; `among` holds the ids of the articles that may be searched (None: all).

    `refuse` builds a refusal that says what was searched. A fact with a chance below `threshold` is refused.
    Sentences that `told` contains were shown before and are not repeated.
    """

    library: Library
    retriever: HybridRetriever
    ranker: Ranker
    threshold: float
    options: Options
    refuse: Callable[..., Refusal]
    among: frozenset[str] | None = None
    told: str = ""

    @cached_property
    def summaries(self) -> list[ArticleSummary]:
        """The articles that may be searched, by title."""
        known = self.library.articles.summaries()
        return [head for head in known if self.among is None or head.id in self.among]

    def passages(self, question: str, limit: int = DEPTH, among: Collection[str] | None = None) -> list[Passage]:
        """Return the passages for a question, best first; `among`, if given, replaces the articles to search."""
        return self.retriever.passages(question, limit, self.among if among is None else among)

    def rank(self, question: str, passages: Sequence[Passage]) -> Ranking:
        """Return the sentences of the passages as ranked evidence, with the chance that the best one answers."""
        ranking = self.ranker.rank(question, passages)
        if not self.told:
            return ranking
        fresh = [each for each in ranking.evidence if each.text not in self.told]
        return ranking._replace(evidence=fresh, chance=ranking.chance if fresh else 0.0)

    def about(self, subject: str) -> list[ArticleSummary]:
        """Return the articles about a subject, the most relevant first."""
        shares = weights(subject, self.library)
        return about(shares, self.passages(subject)) if shares else []

    def sentences_of(self, head: ArticleSummary) -> list[Evidence]:
        """Return every sentence of an article, in order, as evidence with relevance 0."""
        articles = self.library.articles
        sentences = articles.sentences(head.id)
        found: dict[int, Evidence] = {}
        for chunk in articles.chunks(head.id):
            held = sentences[chunk.first : chunk.last + 1]
            passage = Passage(chunk, head, held, None, None, 0.0)
            for sentence in held:
                found.setdefault(sentence.index, Evidence(sentence, passage, 0.0))
        return [found[index] for index in sorted(found)]


@dataclass(frozen=True)
class Composed:
    """The reply to one part, with the evidence and the passages behind it."""

    part: Part
    evidence: Sequence[Evidence] = ()
    passages: Sequence[Passage] = ()
    articles: tuple[ArticleSummary, ...] = ()
    more: tuple[str, ...] = ()


Composer = Callable[[Asked, Search, Numbering], Composed | None]
"""Composes the reply to one part; None if the question is better answered as a fact."""


def quoted(
    evidence: Evidence,
    numbering: Numbering,
    label: str | None = None,
    date: str | None = None,
    introduced_by: Sequence[Evidence] = (),
) -> Statement:
    """Return a statement that quotes a sentence and cites it, followed by the sentences that introduce its people."""
    numbers = tuple(numbering.number(citation(each)) for each in (evidence, *introduced_by))
    return Statement(evidence.text, numbers, "quoted", label=label, date=date)


def by_article(evidence: Sequence[Evidence]) -> list[tuple[ArticleSummary, list[Evidence]]]:
    """Return evidence grouped by article: articles by publication date, sentences in the order of the text."""
    ordered = sorted(evidence, key=lambda each: (*_day(each.passage.article), each.sentence.start))
    groups = groupby(ordered, key=lambda each: each.passage.article)
    return [(head, list(held)) for head, held in groups]


def _day(head: ArticleSummary) -> tuple[str, str]:
    return head.published or "", head.id


def place_of(head: ArticleSummary) -> str:
    """Return an article's label: its source (or its title if it has none) and its publication date."""
    return ", ".join(part for part in (head.source or head.title, shown_day((head.published or "")[:10])) if part)


def shown_day(iso: str) -> str:
    """Return an ISO date in words, such as "5 June 2024"; any other text is returned unchanged."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day.day} {day:%B} {day.year}"
