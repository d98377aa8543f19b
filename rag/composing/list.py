"""Composes lists: each distinct item in the articles once, with its best sentence, or every mention of a name."""

from collections.abc import Iterator, Mapping, Sequence

from index.article import ArticleSummary
from index.text.english import terms
from rag.answer import Asked, Evidence, Part, Passage
from rag.composing.citations import Numbering
from rag.composing.matching import MENTION
from rag.composing.search import Composed, Search, by_article, place_of, quoted
from rag.refusals import is_refused
from rag.understanding.subject import held, weights

_READ = 30
"""Number of passages ranked for a list."""
_MOST, _LEAST, _ALL = 20, 0.4, 0.99


def compose(asked: Asked, search: Search, numbering: Numbering) -> Composed | None:
    """List the items asked for; None if the best sentence is not likely enough to contain one."""
    if MENTION.search(asked.question):
        passages = search.passages(asked.subject, among=asked.articles or None) if asked.subject else []
        every = list(mentions(weights(asked.subject, search.library), passages))
        found = [each for _, sentences in by_article(every) for each in sentences]
        return _listed(asked, found, passages, numbering, 1.0) if found else None
    passages = search.passages(asked.question, among=asked.articles or None)
    _, evidence, chance = search.rank(asked.question, passages[:_READ])
    if is_refused(chance, search.threshold):
        return None
    return _listed(asked, list(items(evidence)), passages, numbering, chance)


def items(evidence: Sequence[Evidence]) -> Iterator[Evidence]:
    """Yield the best sentence for each distinct item, stopping at a relevance below 0.4 of the best one's."""
    seen: list[set[str]] = []
    marked = any(each.span for each in evidence[:1])
    for each in evidence:
        if each.relevance < _LEAST * evidence[0].relevance:
            return
        if marked and each.span is None:
            continue
        item = set(terms(_item(each)))
        if item and not any(item <= other or other <= item for other in seen):
            seen.append(item)
            yield each


def _item(evidence: Evidence) -> str:
    if evidence.span is None:
        return evidence.text
    return evidence.text[evidence.span.start - evidence.sentence.start : evidence.span.end - evidence.sentence.start]


def mentions(shares: Mapping[str, float], passages: Sequence[Passage]) -> Iterator[Evidence]:
    """Yield each sentence that contains all known words of a subject, once."""
    seen = set()
    for passage in passages:
        for sentence in passage.sentences:
            key = passage.article.id, sentence.start
            if key not in seen and shares and held(shares, passage.text_of(sentence)) > _ALL:
                seen.add(key)
                yield Evidence(sentence, passage, 1.0)


def _listed(
    asked: Asked, found: Sequence[Evidence], passages: Sequence[Passage], numbering: Numbering, chance: float
) -> Composed:
    statements = []
    for head, sentences in _together(found[:_MOST]):
        labels = [place_of(head), *(None for _ in sentences[1:])]
        statements += [quoted(each, numbering, label) for label, each in zip(labels, sentences, strict=True)]
    more = () if len(found) <= _MOST else (f"Find every mention of {asked.subject}",)
    return Composed(Part(asked, tuple(statements), confidence=chance), found, passages, more=more)


def _together(found: Sequence[Evidence]) -> list[tuple[ArticleSummary, list[Evidence]]]:
    """Return the items grouped by article, the article with the best item first."""
    groups: dict[str, list[Evidence]] = {}
    for each in found:
        groups.setdefault(each.passage.article.id, []).append(each)
    return [(each[0].passage.article, each) for each in groups.values()]
