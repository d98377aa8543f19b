"""Finds the articles that a question is about: named by title or source, cited last, or on its subject."""

import math
import re
from collections.abc import Mapping, Sequence

from index.article import ArticleSummary
from index.library import Library
from index.text.english import ARTICLE_NOUN, terms
from rag.answer import Passage
from rag.understanding.history import Turn

_SINGLE = re.compile(rf"\b(?:the|this|that|an?|its)\s+(?:[\w'’-]+\s+){{0,3}}?{ARTICLE_NOUN}\b", re.IGNORECASE)
_POINTS = re.compile(rf"\b(?:this|that)\s+{ARTICLE_NOUN}\b|\bthis\b|\bit\b", re.IGNORECASE)
_BY_TITLE = 0.75
_FEWEST = 2
_HELD, _NEARLY = 0.6, 0.55
"""Minimum share of a subject's terms in an article, and minimum share of the best article's score."""
_NEAR, _NEAR_BEST = 0.35, 0.5
"""Minimum cosine similarity of an article that contains few of a subject's terms, and minimum share of the best."""
_QUOTED = re.compile(r"[“\"‘']([^“”\"]{6,300})[”\"’']")
_MARKER = re.compile(r"\s?(?:\[\d{1,6}\])+\s*")
_LOOKED_UP = 3


def means_one_article(question: str) -> bool:
    """Return whether a question refers to a single article: "the piece on the bees", "this report"."""
    return bool(_SINGLE.search(question))


def weights(subject: str, library: Library) -> dict[str, float]:
    """Return the terms of a subject with their shares by idf, which sum to 1; rarer terms have larger shares.

    A term that no article contains has the share of the rarest.
    """
    chunks = library.articles.chunk_count()
    counted = library.full_text.frequencies(dict.fromkeys(terms(subject)))
    idf = {term: math.log(1 + chunks / max(count, 1)) for term, count in counted.items()}
    total = sum(idf.values())
    return {term: weight / total for term, weight in idf.items()}


def held(shares: Mapping[str, float], text: str) -> float:
    """Return the weighted share, 0 to 1, of a subject's terms that a text contains."""
    there = set(terms(text))
    return sum(share for term, share in shares.items() if term in there)


def about(shares: Mapping[str, float], passages: Sequence[Passage]) -> list[ArticleSummary]:
    """Return the articles of the passages that are about a subject, the most relevant first.

    They contain most of its terms; if none does, they are those nearest to it in meaning, if near enough.
    """
    heads = {passage.article.id: passage.article for passage in passages if shares}
    texts: dict[str, list[str]] = {id_: [head.title] for id_, head in heads.items()}
    near = dict.fromkeys(heads, 0.0)
    for passage in passages if shares else ():
        texts[passage.article.id].append(passage.chunk.text)
        near[passage.article.id] = max(near[passage.article.id], passage.dense or 0.0)
    found = {article: held(shares, " ".join(parts)) for article, parts in texts.items()}
    scores = {id_: share + held(shares, heads[id_].title) for id_, share in found.items() if share >= _HELD}
    least = _NEARLY * max(scores.values(), default=0.0)
    if not scores:
        scores, least = near, max(_NEAR, _NEAR_BEST * max(near.values(), default=0.0))
    ranked = sorted(scores, key=lambda article: -scores[article])
    return [heads[article] for article in ranked if scores[article] >= least]


def named_by_title(question: str, heads: Sequence[ArticleSummary]) -> list[ArticleSummary]:
    """Return the articles whose title a question gives in full or nearly so; only the best matches."""
    asked = set(terms(question))
    quotation = _QUOTED.search(question)
    given = set(terms(quotation[1])) if quotation else set()
    found: list[tuple[float, int, ArticleSummary]] = []
    for head in heads:
        title = set(terms(head.title))
        share = len(title & asked) / len(title) if len(title) >= _FEWEST else 0.0
        part = len(title & given) / len(given) if len(given) >= _FEWEST else 0.0
        if (share >= _BY_TITLE and len(title) > _FEWEST) or part >= _BY_TITLE:
            found.append((max(share, part), len(title & asked), head))
    best = max((each[:2] for each in found), default=None)
    return [head for share, held, head in found if (share, held) == best]


def nearest_by_title(shares: Mapping[str, float], heads: Sequence[ArticleSummary]) -> ArticleSummary | None:
    """Return the article whose title contains most of a subject, the first one in a tie; None if there are none."""
    return max(heads, key=lambda head: held(shares, head.title), default=None)


def points_at_one(question: str, subject: str) -> bool:
    """Return whether a question points at an article without naming it: "summarise this", "who wrote it?"."""
    return bool(_POINTS.search(question)) and len(terms(subject)) < _FEWEST


def cited_last(history: Sequence[Turn], library: Library) -> ArticleSummary | None:
    """Return the article that the latest reply quotes first, found by searching for the quote; None if not found."""
    for turn in reversed(history):
        if turn.role != "assistant":
            continue
        for said in _MARKER.split(turn.text)[:_LOOKED_UP]:
            words = said.rpartition(": ")[2].strip() if said.count(": ") == 1 else said.strip()
            located = library.articles.located([key for key, _ in library.full_text.search(words[:400], 10)])
            held = next((each for each in located.values() if words and words in each.chunk.text), None)
            if held:
                return held.article
    return None


def named_sources(question: str, heads: Sequence[ArticleSummary]) -> list[str]:
    """Return the sources that a question names, in full or by the last word of the name if that is unique."""
    sources = sorted({head.source for head in heads if head.source})
    last = {source: source.split()[-1] for source in sources}
    return [
        source
        for source in sources
        if source.lower() in question.lower()
        or (list(last.values()).count(last[source]) == 1 and re.search(rf"\b{re.escape(last[source])}\b", question))
    ]
