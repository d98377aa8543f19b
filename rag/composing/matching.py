"""Finds the articles that a question restricts itself to: by source, writer, time and subject."""

import re
from collections.abc import Sequence

from index.article import ArticleSummary
from index.text.english import terms
from index.text.resolved import Resolved, resolved_dates
from rag.answer import Asked
from rag.composing.search import Search
from rag.understanding.subject import named_sources

MENTION = re.compile(
    r"\b(?:mentions?|mentioned|occurrences?|appears?|sentences?|passages?|quotes?|quotations?)\b", re.IGNORECASE
)
"""Words that ask for every article or sentence with certain words, not only for those about a subject."""


def matching(asked: Asked, search: Search) -> Sequence[ArticleSummary]:
    """Return the articles that match a question, the most recent or most relevant first; all if it restricts nothing.

    A name of a source or a writer is not searched for as a subject too. A time that leaves no article is taken for
    that of the events rather than of the publication.
    """
    heads: Sequence[ArticleSummary] = search.summaries
    sources = named_sources(asked.question, heads)
    writers = {head.author for head in heads if head.author and head.author.lower() in asked.question.lower()}
    if sources or writers:
        heads = [
            head
            for head in heads
            if (head.source in sources or not sources) and (head.author in writers or not writers)
        ]
    if within := resolved_dates(f"in {asked.question}", None):
        heads = [head for head in heads if is_within(head, within)] or heads
    named = {word.lower() for name in (*sources, *filter(None, writers)) for word in name.split()}
    subject = " ".join(word for word in asked.subject.split() if word.lower() not in named)
    if not terms(subject):
        return (
            sorted(heads, key=lambda head: head.published or "", reverse=True)
            if len(heads) < len(search.summaries)
            else heads
        )
    left = {head.id for head in heads}
    return [head for head in _on(subject, asked, search) if head.id in left]


def is_within(head: ArticleSummary, within: Sequence[Resolved]) -> bool:
    """Return whether an article was published in one of the periods."""
    day = (head.published or "")[:10]
    return any(span.first.isoformat() <= day <= span.last.isoformat() for span in within)


def _on(subject: str, asked: Asked, search: Search) -> Sequence[ArticleSummary]:
    """Return the articles about a subject or, if the question asks for mentions, all that contain its words."""
    if not MENTION.search(asked.question):
        return search.about(subject)
    holding = search.library.full_text.articles_with
    found = holding(subject) or set.intersection(*map(holding, subject.split()))
    return [head for head in search.summaries if head.id in found]
