"""What a composer has to work with: the library as far as the filters leave it, its retrieval and its ranking."""

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
    """One question's view of a library: `among` has the ids of the articles that may be searched, None means all.

    `refuse` makes a refusal that says what was searched; below `threshold` a fact is refused. What was `told` already
    is not told again.
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
        """Return the passages for a question, best first; `among` narrows the articles further."""
        return self.retriever.passages(question, limit, self.among if among is None else among)

    def rank(self, question: str, passages: Sequence[Passage]) -> Ranking:
        """Return the sentences of passages as evidence, with the chance that the best one answers."""
        ranking = self.ranker.rank(question, passages)
        if not self.told:
            return ranking
        fresh = [each for each in ranking.evidence if each.text not in self.told]
        return ranking._replace(evidence=fresh, chance=ranking.chance if fresh else 0.0)

    def about(self, subject: str) -> list[ArticleSummary]:
        """Return the articles that are about a subject, those that say most of it first."""
        shares = weights(subject, self.library)
        return about(shares, self.passages(subject)) if shares else []

    def sentences_of(self, head: ArticleSummary) -> list[Evidence]:
        """Return every sentence of an article, in order, as evidence of no relevance yet."""
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
    """The reply to one part, with the evidence behind it and the passages that were read for it."""

    part: Part
    evidence: Sequence[Evidence] = ()
    passages: Sequence[Passage] = ()
    articles: tuple[ArticleSummary, ...] = ()
    more: tuple[str, ...] = ()


Composer = Callable[[Asked, Search, Numbering], Composed | None]
"""Composes the reply to one part; None where the question is better answered as a fact."""


def quoted(
    evidence: Evidence,
    numbering: Numbering,
    label: str | None = None,
    date: str | None = None,
    introduced_by: Sequence[Evidence] = (),
) -> Statement:
    """Return the statement that quotes a sentence, citing it and then what introduces whom it means."""
    numbers = tuple(numbering.number(citation(each)) for each in (evidence, *introduced_by))
    return Statement(evidence.text, numbers, "quoted", label=label, date=date)


def by_article(evidence: Sequence[Evidence]) -> list[tuple[ArticleSummary, list[Evidence]]]:
    """Return evidence by article, the articles by the day they were published, the sentences in their order."""
    ordered = sorted(evidence, key=lambda each: (*_day(each.passage.article), each.sentence.start))
    groups = groupby(ordered, key=lambda each: each.passage.article)
    return [(head, list(held)) for head, held in groups]


def _day(head: ArticleSummary) -> tuple[str, str]:
    return head.published or "", head.id


def place_of(head: ArticleSummary) -> str:
    """Return where and when an article stood, as a label: its source and its day."""
    return ", ".join(part for part in (head.source or head.title, shown_day((head.published or "")[:10])) if part)


def shown_day(iso: str) -> str:
    """Return a day, a month or a year as people write it: "5 June 2024"; what is no date comes back as it is."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day.day} {day:%B} {day.year}"
