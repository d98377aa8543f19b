"""Turns a question into a request: a standalone question in parts, each with its kind and the articles it names."""

import re
from collections.abc import Sequence
from functools import cached_property

from index.article import ArticleSummary
from index.library import Library
from rag.answer import Asked, Kind, Request
from rag.filters import Scope
from rag.options import Options
from rag.retrieval.hybrid import HybridRetriever
from rag.understanding.history import Turn
from rag.understanding.kind import claim_in, kind_of
from rag.understanding.parts import parts_of
from rag.understanding.phrases import ASKING, lowered
from rag.understanding.spelling import respelled
from rag.understanding.standalone import standalone
from rag.understanding.subject import (
    about,
    cited_last,
    means_one_article,
    named_by_title,
    named_sources,
    nearest_by_title,
    points_at_one,
    weights,
)
from rag.understanding.subject_words import subject_of

_MORE = re.compile(
    r"\W*(?:(?:show|tell|give)(?: me)? )?(?:some )?(?:more|the rest|all of them|(?:what|anything) else)(?: please)?\W*",
    re.IGNORECASE,
)
_ALONE = frozenset({Kind.FACT, Kind.SMALLTALK, Kind.CLAIM})
"""Kinds whose questions refer to an article only by pointing at it ("this article")."""
_LONGEST = 8


class QuestionReader:
    """Interprets questions about the articles in one scope."""

    def __init__(self, library: Library, retriever: HybridRetriever, scope: Scope) -> None:
        self._library = library
        self._retriever = retriever
        self._scope = scope

    def articles_of(self, sources: Sequence[str]) -> frozenset[str] | None:
        """Return the ids of the articles in scope, only from the given sources if there are any; None means all."""
        if not sources:
            return self._scope.articles
        return frozenset(head.id for head in self._heads if head.source in sources)

    def understand(self, question: str, history: Sequence[Turn], options: Options) -> Request:
        """Return the request: the standalone question and its parts."""
        earlier = [turn.text for turn in history if turn.role == "user"]
        filters = self._scope.filters
        is_more = bool(earlier and _MORE.fullmatch(question))
        sources = named_sources(question, self._heads) if earlier and _is_fragment(question) else []
        if is_more or sources:
            last = self._standalone(earlier[-1], history[: _last_asked(history)], options)
            said = f"{last.rstrip('?. ')} ({', '.join(sources)})" if sources else last
            parts = self._parts(last, history, options)
            return Request(question, said, filters, parts, tuple(sources), is_more)
        alone = self._standalone(question, history, options)
        searched, replaced = respelled(alone, self._library)
        return Request(question, alone, filters, self._parts(searched, history, options), respelled=replaced)

    def _standalone(self, question: str, history: Sequence[Turn], options: Options) -> str:
        """Return the standalone question; one that points at an article is left unchanged."""
        is_of_articles = self._kind(question) in (Kind.SUMMARY, Kind.LIBRARY)
        if is_of_articles and points_at_one(question, subject_of(question)):
            return question
        return standalone(question, history, options.model)

    def _kind(self, question: str) -> Kind:
        return kind_of(question, self._library.question_vector(question))

    @cached_property
    def _heads(self) -> list[ArticleSummary]:
        # read only if a question needs it: there may be a hundred thousand
        heads = self._library.articles.summaries()
        return [head for head in heads if self._scope.articles is None or head.id in self._scope.articles]

    def _parts(self, question: str, history: Sequence[Turn], options: Options) -> tuple[Asked, ...]:
        if options.is_plain:
            return (Asked(question),)
        return tuple(self._asked(part, history, options) for part in parts_of(question))

    def _asked(self, question: str, history: Sequence[Turn], options: Options) -> Asked:
        kind = self._kind(question)
        if kind is Kind.CLAIM:
            return Asked(question, kind, claim_in(question))
        subject = subject_of(question)
        if points_at_one(question, subject) and (kind not in _ALONE or means_one_article(question)):
            return Asked(question, kind, subject, self._pointed(history, options))
        return Asked(question, kind, subject, () if kind in _ALONE else self._named(question, kind, subject))

    def _pointed(self, history: Sequence[Turn], options: Options) -> tuple[str, ...]:
        """Return the id of the article that "this" or "it" means: the open one, the one cited last, the only one."""
        last = cited_last(history, self._library)
        only = self._heads[0].id if len(self._heads) == 1 else None
        pointed = options.open_article or (last.id if last else only)
        return (pointed,) if pointed and any(head.id == pointed for head in self._heads) else ()

    def _named(self, question: str, kind: Kind, subject: str) -> tuple[str, ...]:
        """Return the ids of the articles that a question refers to by title or by subject."""
        if titled := named_by_title(question, self._heads):
            return tuple(head.id for head in titled)
        if not means_one_article(question) or kind not in (Kind.SUMMARY, Kind.LIBRARY):
            return ()
        shares = weights(subject, self._library)
        passages = self._retriever.passages(subject or question, among=self._scope.articles)
        found = nearest_by_title(shares, about(shares, passages) or [each.article for each in passages[:1]])
        return (found.id,) if found else ()


def _last_asked(history: Sequence[Turn]) -> int:
    return max(at for at, turn in enumerate(history) if turn.role == "user")


def _is_fragment(question: str) -> bool:
    """Return whether a message is no question by itself: "only the ones from the Courier"."""
    words = lowered(question)
    return len(words) <= _LONGEST and not any(word in ASKING for word in words)
