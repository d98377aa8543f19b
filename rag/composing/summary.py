"""Summarises by quoting: the key sentences of one article, or of several on a subject, each cited."""

import re
from collections.abc import Sequence

from index.article import ArticleSummary
from index.text.english import terms
from rag.answer import Asked, Evidence, Part
from rag.composing import library
from rag.composing.citations import Numbering
from rag.composing.introductions import introductions
from rag.composing.matching import matching
from rag.composing.search import Composed, Search, by_article, place_of, quoted
from rag.ranking.features import is_headline
from rag.understanding.subject import held, weights

_FEWEST, _MOST = 3, 7
_A_SENTENCE = 2
"""Number of article sentences for each sentence of the summary."""
_READ = 150
"""Maximum number of sentences considered per article."""
_SHORT = 40
_WHOLE = re.compile(r"[.!?…][\"”’')\]]*$")
_EARLY, _SAME = 1.0, 0.75
_STORIES = 12
_ANAPHOR = re.compile(
    r"\W*(?:he|she|it|they|his|her|hers|its|their|theirs|this|these|those|that|both|such|but|and|so|also|then|there"
    r"|however|instead|meanwhile|the (?:other|same|latter|former|second|third|two|three|rest)|another|others|neither"
    r"|one of (?:them|these|those)|some of (?:them|these|those))\b",
    re.IGNORECASE,
)


def compose(asked: Asked, search: Search, numbering: Numbering) -> Composed | None:
    """Summarise the named article, or what several say about a subject; None if nothing is found.

    Without either, the question is about the library.
    """
    if not asked.articles and not terms(asked.subject):
        return library.compose(asked, search, numbering)
    named = [head for article in asked.articles if (head := search.library.articles.summary(article))]
    heads = named or matching(asked, search)
    if len(named) == 1:
        chosen = of_article(search.sentences_of(named[0]))
        labels: dict[str, str] = {}
    else:
        chosen = of_subject(asked.subject, heads, search)
        labels = {head.id: place_of(head) for head, _ in by_article(chosen)}
    if not chosen:
        return None
    statements = []
    for head, sentences in by_article(chosen):
        for place, each in enumerate(sentences):
            label = labels.get(head.id) if place == 0 and len(labels) > 1 else None
            introduced = introductions(each, search.library)
            statements.append(quoted(each, numbering, label, introduced_by=introduced))
    part = Part(asked, tuple(statements), confidence=1.0)
    return Composed(part, chosen, [each.passage for each in chosen])


def of_article(sentences: Sequence[Evidence], most: int | None = None) -> list[Evidence]:
    """Return the key sentences of an article: its first ones, without fragments, repeats and dangling references.

    On our own test set, the first sentences of a news article summarise it better than the most central ones
    (LexRank: Erkan and Radev, 2004). A sentence that refers back is used only if the sentence before it is used too.
    """
    body = [each for each in sentences if _is_whole(each)]
    most = most or min(_MOST, max(_FEWEST, round(len(body) / _A_SENTENCE)))
    chosen: list[Evidence] = []
    for each in body:
        follows = bool(chosen) and chosen[-1].sentence.index == each.sentence.index - 1
        if len(chosen) < most and (follows or not _ANAPHOR.match(each.text)) and not _repeats(each, chosen):
            chosen.append(each)
    return chosen or list(sentences[:1])


def _repeats(evidence: Evidence, chosen: Sequence[Evidence]) -> bool:
    words = set(terms(evidence.text))
    return any(len(words & set(terms(other.text))) > _SAME * len(words) for other in chosen)


def of_subject(subject: str, heads: Sequence[ArticleSummary], search: Search) -> list[Evidence]:
    """Return what several articles say about a subject: the best sentences of each story, favouring early ones."""
    shares = weights(subject, search.library)
    stories: dict[str, ArticleSummary] = {}
    for head in heads[:_STORIES]:
        stories.setdefault(head.story or head.id, head)
    chosen: list[Evidence] = []
    for head in list(stories.values())[:_MOST]:
        fit = [each for each in search.sentences_of(head) if _is_whole(each) and not _ANAPHOR.match(each.text)]
        worth = [held(shares, each.text) + _EARLY / (1 + at) for at, each in enumerate(fit[:_READ])]
        best = sorted(range(len(worth)), key=lambda at: -worth[at])[: _of_each(len(stories))]
        chosen += [fit[at] for at in sorted(best)]
    return chosen[:_MOST]


def _of_each(articles: int) -> int:
    """Return the number of sentences to take from each article in a summary of several."""
    return max(1, min(_FEWEST, _MOST // max(articles, 1)))


def _is_whole(evidence: Evidence) -> bool:
    """Return whether a sentence is complete, that is, neither a headline nor a fragment."""
    is_short = len(evidence.text) < _SHORT
    return not is_short and bool(_WHOLE.search(evidence.text)) and not is_headline(evidence.passage, evidence.sentence)
