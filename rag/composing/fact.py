"""Answers by quoting: one to four of the best sentences, verbatim, each cited."""

from collections.abc import Sequence

from index.text.english import holds_kind, terms
from rag.answer import Asked, Evidence, Part, Passage
from rag.composing.abbreviation import expansion
from rag.composing.citations import Numbering
from rag.composing.introductions import introductions
from rag.composing.list import mentions
from rag.composing.search import Composed, Search, quoted
from rag.ranking.features import QuestionFeatures, compared
from rag.ranking.ranker import Ranking
from rag.refusals import Refusal, RefusalKind, is_refused
from rag.retrieval.quoted import Holding, holding_phrases
from rag.understanding.in_english import in_english
from rag.understanding.subject import weights
from rag.understanding.subject_words import subject_of

_MOST, _MOST_FOR_MORE = 3, 4
_NEXT_TO_BEST, _NEXT_FOR_MORE = 0.6, 0.5
_SURE, _LONGEST = 0.5, 12
"""Minimum confidence for a short answer, and its maximum number of words. On two public sets of plain facts (squad2,
timeqa), the words chosen are right in .65 of the answers from this confidence on, and in .48 of all."""
_SAME = 0.75
_ADDS = 0.15


def compose(asked: Asked, search: Search, numbering: Numbering) -> Composed:
    """Answer with the best sentences, or refuse if the best one is not likely enough to answer."""
    holding = holding_phrases(asked.question, search.library, asked.articles or search.among)
    wordings = [asked.question, *filter(None, [in_english(asked.question)])]
    found = [_search(wording, holding, search) for wording in wordings]
    passages, (question, evidence, chance) = max(found, key=lambda each: each[1].chance)
    if spelt_out := expansion(asked.question, passages):
        evidence, chance = [spelt_out, *(each for each in evidence if each.key != spelt_out.key)], spelt_out.relevance
    read = passages[: search.ranker.most]
    chosen = [] if is_refused(chance, search.threshold) else choose(question, evidence, search.options.sentences)
    statements = tuple(quoted(best, numbering, introduced_by=introductions(best, search.library)) for best in chosen)
    refusal = None if chosen else _nothing_found(read, search, holding.missing)
    short = _short(chosen[0]) if chosen and chance >= _SURE else None
    more = () if chosen else _every_mention(asked, passages, search)
    return Composed(Part(asked, statements, refusal, chance, short), evidence, passages, more=more)


def _every_mention(asked: Asked, passages: Sequence[Passage], search: Search) -> tuple[str, ...]:
    """Return a suggested question that lists every mention of the subject, if there is any mention."""
    subject = asked.subject or subject_of(asked.question)
    found = next(mentions(weights(subject, search.library), passages), None)
    return (f"Find every mention of {subject}",) if found and subject else ()


def _search(question: str, holding: Holding, search: Search) -> tuple[list[Passage], Ranking]:
    passages = [] if holding.missing else search.passages(question, among=holding.articles)
    return passages, search.rank(question, passages[: search.ranker.most])


def _short(best: Evidence) -> str | None:
    """Return the words that the reader chose, unless they are nearly the whole sentence."""
    if best.span is None:
        return None
    words = best.text[best.span.start - best.sentence.start : best.span.end - best.sentence.start]
    return words if len(words.split()) <= min(_LONGEST, len(best.text.split()) - 2) else None


def _nothing_found(read: Sequence[Passage], search: Search, missing: str | None) -> Refusal:
    if search.among is not None and not search.among:
        return search.refuse(RefusalKind.NO_ARTICLE_LEFT)
    if missing:
        return search.refuse(RefusalKind.NO_PHRASE, phrase=missing)
    if not read:
        return search.refuse(RefusalKind.NO_MATCH)
    articles = len({passage.article.id for passage in read})
    passages = f"{len(read)} passage{'s' if len(read) > 1 else ''} from {articles} of them"
    return search.refuse(RefusalKind.NO_ANSWER, read=passages, closest=read[0].article.title)


def choose(question: QuestionFeatures, evidence: Sequence[Evidence], most: int | None = None) -> list[Evidence]:
    """Return the sentences to quote, best first; each further sentence must add something.

    `most` is the maximum number, 1 to 10; None means as many as suit the question.
    """
    chosen: list[Evidence] = list(evidence[:1])
    most = most or (_MOST_FOR_MORE if question.wants_more else _MOST)
    for candidate in evidence[1:10]:
        if len(chosen) < most and _adds(question, candidate, chosen):
            chosen.append(candidate)
    return chosen


def _adds(question: QuestionFeatures, candidate: Evidence, chosen: Sequence[Evidence]) -> bool:
    """Return whether a sentence is nearly as good as the best, repeats none of the chosen ones and adds to them."""
    least = _NEXT_FOR_MORE if question.wants_more else _NEXT_TO_BEST
    if candidate.relevance < least * chosen[0].relevance or any(_repeats(candidate, other) for other in chosen):
        return False
    if question.wants_more:
        return True
    held = set().union(*(compared(other.text) for other in chosen))
    more = question.share(held | set(compared(candidate.text))) - question.share(held)
    return more >= _ADDS or _first_of_kind(question, candidate, chosen) or _is_other_voice(question, candidate, chosen)


def _first_of_kind(question: QuestionFeatures, candidate: Evidence, chosen: Sequence[Evidence]) -> bool:
    """Return whether a sentence is the first to contain the kind of thing asked for."""
    kind = question.kind
    return bool(kind and holds_kind(candidate.text, kind) and not any(holds_kind(other.text, kind) for other in chosen))


def _is_other_voice(question: QuestionFeatures, candidate: Evidence, chosen: Sequence[Evidence]) -> bool:
    """Return whether the sentence gives the fact from another story; it is worth showing because it may disagree."""
    if _voice(candidate) in map(_voice, chosen):
        return False
    kind_held = question.kind is None or holds_kind(candidate.text, question.kind)
    return kind_held and candidate.relevance >= 0.9 * chosen[0].relevance


def _voice(evidence: Evidence) -> str:
    return evidence.passage.article.story or evidence.passage.article.id


def _repeats(one: Evidence, other: Evidence) -> bool:
    left, right = set(terms(one.text)), set(terms(other.text))
    return len(left & right) > _SAME * min(len(left), len(right), 1 << 30)
