"""Summaries by quoting: the sentences that carry an article, or a subject in several, each cited, none that dangles."""

import re
from collections.abc import Sequence

import numpy as np

from index.article import ArticleSummary
from rag.answer import Asked, Evidence, Part
from rag.composing.citations import Numbering
from rag.composing.introductions import introductions
from rag.composing.search import Composed, Search, by_article, place_of, quoted
from rag.ranking.features import is_headline
from rag.understanding.subject import held, weights

_FEWEST, _MOST = 3, 7
_A_SENTENCE = 5
"""One sentence of a summary for so many of the article."""
_READ = 150
"""Sentences of an article that are looked at."""
_SHORT = 40
_WHOLE = re.compile(r"[.!?…][\"”’')\]]*$")
_EARLY, _SAME = 0.35, 0.75
_STORIES = 12
_ANAPHOR = re.compile(
    r"\W*(?:he|she|it|they|his|her|hers|its|their|theirs|this|these|those|that|both|such|but|and|so|also|then|there"
    r"|however|instead|meanwhile|the (?:other|same|latter|former|second|third|two|three|rest)|another|others|neither"
    r"|one of (?:them|these|those)|some of (?:them|these|those))\b",
    re.IGNORECASE,
)


def compose(asked: Asked, search: Search, numbering: Numbering) -> Composed | None:
    """Sum up the article that is meant, or what several say of a subject; None where nothing is said of it."""
    heads = [head for article in asked.articles if (head := search.library.articles.summary(article))]
    if len(heads) == 1:
        chosen = of_article(search.sentences_of(heads[0]), search)
        labels: dict[str, str] = {}
    else:
        chosen = of_subject(asked.subject, heads or search.about(asked.subject), search)
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


def of_article(sentences: Sequence[Evidence], search: Search, most: int | None = None) -> list[Evidence]:
    """Return the sentences that carry an article, in its order.

    Early ones and those most like all others come first (LexRank: Erkan and Radev, 2004), each less the more it
    repeats what is chosen already.
    """
    fit = [at for at, each in enumerate(sentences[:_READ]) if _may_stand(each)]
    if not fit:
        return list(sentences[:_FEWEST])
    most = most or min(_MOST, max(_FEWEST, round(len(sentences) / _A_SENTENCE)))
    vectors = search.library.embed([sentences[at].text for at in fit])
    alike = np.clip(vectors @ vectors.T, 0, 1)
    central = alike.mean(axis=1)
    early = np.array([1 / (1 + at / 3) for at in fit])
    worth = central / central.max() + _EARLY * early * len(fit) / (len(fit) + 5)
    chosen: list[int] = []
    while len(chosen) < min(most, len(fit)):
        repeats = alike[:, chosen].max(axis=1) if chosen else np.zeros(len(fit))
        scores = np.where(repeats > _SAME, -1.0, worth - 0.8 * repeats)
        scores[chosen] = -2.0
        best = int(scores.argmax())
        if scores[best] <= -1.0:
            break
        chosen.append(best)
    return [sentences[fit[at]] for at in sorted(chosen)]


def of_subject(subject: str, heads: Sequence[ArticleSummary], search: Search) -> list[Evidence]:
    """Return what several articles say of a subject: of each story the sentence that says most of it."""
    shares, chosen, stories = weights(subject, search.library), [], set()
    for head in heads[:_STORIES]:
        if (head.story or head.id) in stories:
            continue
        stories.add(head.story or head.id)
        sentences = search.sentences_of(head)
        fit = [(at, each) for at, each in enumerate(sentences[:_READ]) if _may_stand(each)]
        worth = [(held(shares, each.text) + 1 / (1 + at / 2), each) for at, each in fit]
        worth.sort(key=lambda pair: -pair[0])
        chosen += [each for _, each in worth[: _of_each(len(heads))]]
    return chosen[:_MOST] if len(chosen) > _MOST else chosen


def _of_each(articles: int) -> int:
    """Return how many sentences of each article a summary of so many has."""
    return max(1, min(_FEWEST, _MOST // articles))


def _may_stand(evidence: Evidence) -> bool:
    """Tell whether a sentence can stand alone: no headline, no fragment, nothing that leans on the one before."""
    text = evidence.text
    if is_headline(evidence.passage, evidence.sentence) or len(text) < _SHORT or _ANAPHOR.match(text):
        return False
    return bool(_WHOLE.search(text))
