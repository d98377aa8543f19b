"""Composes lists: each distinct item in the articles once, with its best sentence, or every mention of a name."""

import re
from collections.abc import Iterator, Mapping, Sequence

from index.article import ArticleSummary
from index.text.english import FULL_NAME, NAME, Kind, holds_kind, terms
from index.text.sentences import names_speaker
from rag.answer import Asked, Evidence, Part, Passage
from rag.composing.citations import Numbering
from rag.composing.matching import MENTION, matching
from rag.composing.search import Composed, Search, by_article, place_of, quoted
from rag.ranking.mentions import introducing, is_person
from rag.refusals import is_refused
from rag.retrieval.quoted import quoted_phrases
from rag.understanding.subject import held, weights

_READ = 30
"""Number of passages ranked for a list."""
_QUOTED = re.compile(r"\b(?:quoted|spoke|speaks?|says?|said)\b", re.IGNORECASE)
_CALLED = re.compile(r"\b(?:called|named)\b|\bwith the name\b", re.IGNORECASE)
_ASKED: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("person", re.compile(r"\b(?:everyone|everybody|people|persons|who|whom|names)\b", re.IGNORECASE)),
    (
        "number",
        re.compile(
            r"\b(?:prices|fares|costs|figures|numbers|estimates|sums|amounts|how m(?:any|uch))\b", re.IGNORECASE
        ),
    ),
)
"""The kind of thing that each item contains, by the word for many of them."""
_BEFORE = 100
"""How many sentences before a quotation may introduce its speaker."""
_NAME = re.compile(rf"\b(?:{FULL_NAME}|{NAME})")
_IN_MARKS = re.compile(r"“[^“”]{0,2000}+”|\"[^\"]{0,2000}+\"")
_MOST, _LEAST, _ALL, _ARTICLES = 20, 0.5, 0.99, 20


def compose(asked: Asked, search: Search, numbering: Numbering) -> Composed | None:
    """List the items asked for; None if no sentence is likely enough to contain one."""
    if _QUOTED.search(asked.question) and (found := list(speakers(asked, search))):
        return _listed(asked, found, [each.passage for each in found], numbering, 1.0)
    kind = _kind(asked.question)
    if _CALLED.search(asked.question) or (MENTION.search(asked.question) and not kind):
        wanted = _wanted(asked)
        passages = search.passages(wanted, among=asked.articles or None) if wanted else []
        every = list(mentions(weights(wanted, search.library), passages))
        found = [each for _, sentences in by_article(every) for each in sentences]
        return _listed(asked, found, passages, numbering, 1.0) if found else None
    passages = search.passages(asked.question, among=asked.articles or None)
    _, evidence, chance = search.rank(asked.question, passages[:_READ])
    if is_refused(chance, search.threshold):
        return None
    found = list(items(evidence, kind))
    return _listed(asked, found, passages, numbering, chance) if found else None


def _wanted(asked: Asked) -> str:
    """Return the words that every sentence must contain: those in quotation marks, else the names, else the subject."""
    names = [match[0] for match in _NAME.finditer(asked.question, 1) if match[0] in asked.subject]
    return " ".join(quoted_phrases(asked.question) or names) or asked.subject


def speakers(asked: Asked, search: Search) -> Iterator[Evidence]:
    """Yield the first quotation of each person, by surname, who is quoted in the articles asked about."""
    heard: set[str] = set()
    named = [head for head in map(search.library.articles.summary, asked.articles) if head]
    for head in (named or list(matching(asked, search)))[:_ARTICLES]:
        sentences = search.sentences_of(head)
        texts = [each.text for each in sentences]
        for index, each in enumerate(sentences):
            who = _speaker(texts, index) if names_speaker(each.text) else None
            if who and who not in heard:
                heard.add(who)
                yield each


def _speaker(texts: Sequence[str], index: int) -> str | None:
    """Return the surname of a quotation's speaker, looked up in the sentences before it if it says only "she"."""
    said = _IN_MARKS.sub(" ", texts[index])
    near = texts[max(0, index - _BEFORE) : index + 1]
    introduced = [near[at] for at in introducing(near, [0] * len(near), len(near) - 1)]
    names = [match[0] for text in (said, *introduced) for match in _NAME.finditer(text) if is_person(match[0])]
    return names[0].split()[-1] if names else None


def items(evidence: Sequence[Evidence], kind: Kind | None = None) -> Iterator[Evidence]:
    """Yield the best sentence for each distinct item, stopping at a relevance below half of the best one's.

    If a kind of fact is asked for, the words that the reader chose, or the sentence without it, contain one.
    """
    seen: list[set[str]] = []
    marked = any(each.span for each in evidence[:1])
    for each in evidence:
        if each.relevance < _LEAST * evidence[0].relevance:
            return
        if (marked and each.span is None) or (kind and not holds_kind(_item(each), kind)):
            continue
        item = set(terms(_item(each)))
        if item and not any(item <= other or other <= item for other in seen):
            seen.append(item)
            yield each


def _kind(question: str) -> Kind | None:
    return next((kind for kind, pattern in _ASKED if pattern.search(question)), None)


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
