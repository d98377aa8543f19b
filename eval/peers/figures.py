"""Figures of onrecord and of a peer that cites whole chunks, computed by the same functions over one form of reply.

Where onrecord cites a sentence, the peer cites a chunk: a numbered source of up to 512 tokens. So both are measured
twice. By sentence: all sentences of a cited chunk count as cited, as a person must read them all. By chunk: a chunk is
right if it contains a gold quote, or a whole sentence of a longer one; onrecord's are the chunks of 1,000 characters
that contain its sentences. Retrieval is measured on the chunks as retrieved, before the peer cuts them into sources.

The peer's support is checked in the way most favourable to it: each cited chunk is represented by the one or two
neighbouring sentences in it that support the statement, or by the whole chunk if that does; if nothing does, by the
nearest. `eval.metrics.support` then gives recall and precision for both.

The peer does not mark refusals. An answer counts as one if it is empty or its first sentence contains one of
`REFUSALS`. Its markers are [1], [1, 2], [Source 1] and "Source 1"; those in or after a sentence belong to it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from eval.metrics.scored_answer import ScoredAnswer
from eval.metrics.support import is_supported, support
from eval.metrics.words import (
    Quoted,
    citation_precision,
    citation_recall,
    contained,
    evidence_hit,
    f1,
    quoted_golds,
)
from eval.peers.llamaindex import PeerAnswer, Source
from eval.sets.questions import Gold, Question
from index.embedder import Embed
from index.library import Library
from index.text.sentences import split_sentences
from rag.answer import Answer, Citation, Passage, Statement
from rag.checking.checker import Checker
from rag.checking.quotations import misquoted

REFUSALS = (
    "none of the sources",
    "none of the provided",
    "sources do not",
    "sources don't",
    "source does not",
    "text does not",
    "context does not",
    "information is not",
    "no information",
    "not enough information",
    "not provided in the",
    "not mentioned in the",
    "not stated in the",
    "not specified in the",
    "cannot answer",
    "can't answer",
    "cannot be answered",
    "cannot be determined",
    "unable to answer",
    "unable to find",
    "unable to determine",
    "i don't know",
    "i do not know",
    "empty response",
)
"""The phrases that identify a peer's refusal, in lower case."""

_NUMBERS = r"\d+(?:\s*(?:,|;|and|&)\s*(?:sources?\s*)?\d+)*"
_BRACKETED = rf"\[\s*(?:sources?\s*)?{_NUMBERS}\s*\]"
_MARKER = re.compile(rf"{_BRACKETED}|\(?\bsources?\s+{_NUMBERS}\b\)?", re.IGNORECASE)
_BEHIND = re.compile(rf"([.!?])((?:\s*{_BRACKETED})+)", re.IGNORECASE)
_TRIED = 5
"""How many excerpts of a cited chunk are tried as support, the nearest first."""


@dataclass(frozen=True)
class Reply:
    """What is measured of either engine's reply.

    `evidence` are single sentences (None: it ranks none) and `found` chunks, best first; `cited` are sentences and
    `cited_chunks` chunks. `citations` are what the statements are checked against. `lost_markers` are shown but
    invalid, `dropped_markers` were invalid and not shown. `written`: whether the wording is the model's.
    """

    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    evidence: tuple[Quoted, ...] | None
    found: tuple[Quoted, ...]
    cited: tuple[Quoted, ...]
    cited_chunks: tuple[Quoted, ...]
    short: str | None
    refused: bool
    written: bool
    lost_markers: int
    dropped_markers: int
    seconds: float


def own_reply(answer: Answer, passages: Sequence[Passage], library: Library) -> Reply:
    """Return onrecord's answer as a reply; a chunk counts as found as soon as one of its sentences is."""
    ranked = [*(found.passage for found in answer.evidence), *passages]
    known = {citation.number for citation in answer.citations}
    return Reply(
        statements=answer.statements,
        citations=answer.citations,
        evidence=tuple(Quoted(found.passage.article.id, found.text) for found in answer.evidence),
        found=_distinct(Quoted(passage.article.id, passage.chunk.text) for passage in ranked),
        cited=tuple(Quoted(one.article_id, one.sentence) for one in answer.citations),
        cited_chunks=_distinct(chunk for one in answer.citations for chunk in _chunks_of(one, library)),
        short=answer.short or "",
        refused=answer.refused,
        written=answer.writing is not None and not answer.refused,
        lost_markers=sum(number not in known for each in answer.statements for number in each.citations),
        dropped_markers=answer.writing.dropped_markers if answer.writing else 0,
        seconds=answer.seconds,
    )


def peer_reply(answer: PeerAnswer, library: Library) -> Reply:
    """Return the peer's answer as a reply; a refusal states and cites nothing."""
    refused = is_refusal(answer.text)
    said = [] if refused else list(marked_sentences(answer.text))
    sources = {number: Quoted(*source) for number, source in enumerate(answer.sources, start=1)}
    numbers = [number for _, marked in said for number in marked]
    cited = list(dict.fromkeys(number for number in numbers if number in sources))
    statements, citations = _cited_statements(said, answer.sources, library)
    return Reply(
        statements=statements,
        citations=citations,
        evidence=None,
        found=tuple(Quoted(*chunk) for chunk in answer.chunks),
        cited=_distinct(one for number in cited for one in _sentences(sources[number])),
        cited_chunks=tuple(sources[number] for number in cited),
        short=None,
        refused=refused,
        written=not refused,
        lost_markers=sum(number not in sources for number in numbers),
        dropped_markers=0,
        seconds=answer.seconds,
    )


def score_reply(question: Question, reply: Reply, spent: tuple[float, float], embed: Embed) -> ScoredAnswer:
    """Measure a reply against the gold of its question; `spent` are the model's input and output tokens."""
    return ScoredAnswer(
        id=question.id,
        type=question.type,
        answerable=question.answerable,
        refused=reply.refused,
        confidence=0.0,  # a peer has none, so it is not used here
        seconds=reply.seconds,
        figures=_found(question.evidence, reply)
        | _citing(question.evidence, reply)
        | support(reply.statements, reply.citations, embed)
        | _answering(question, reply)
        | _marks(question, reply)
        | dict(zip(("tokens_in", "tokens_out"), spent, strict=True)),
        sentences=0,
        inexact=0,
        lost_quotes=0,
        set=question.set,
        conversation_id=question.conversation_id,
        turn=question.turn,
    )


def is_refusal(text: str) -> bool:
    """Return whether a peer's answer is a refusal."""
    said = next(marked_sentences(text), None)
    return said is None or any(phrase in said[0].lower().replace("’", "'") for phrase in REFUSALS)


def marked_sentences(text: str) -> Iterator[tuple[str, list[int]]]:
    """Yield each sentence of a peer's answer without its markers, and the distinct numbers in them."""
    joined = _BEHIND.sub(r"\2\1", text)
    for each in split_sentences(joined):
        sentence = joined[each.start : each.end]
        numbers = [int(number) for marker in _MARKER.findall(sentence) for number in re.findall(r"\d+", marker)]
        said = re.sub(r" ([.,;:!?])", r"\1", " ".join(_MARKER.sub(" ", sentence).split()))
        if re.search(r"\w", said):
            yield said, list(dict.fromkeys(numbers))


def holds_gold(chunk: Quoted, gold: Gold) -> bool:
    """Return whether a chunk contains a gold quote of its article, or a whole sentence of it, ignoring white space."""
    text = " ".join(chunk.sentence.split())
    parts = [gold.quote, *(one.sentence for one in _sentences(Quoted(gold.article_id, gold.quote)))]
    return chunk.article_id == gold.article_id and any(" ".join(part.split()) in text for part in parts)


def _found(golds: Sequence[Gold], reply: Reply) -> dict[str, float | None]:
    wanted = quoted_golds(golds)
    hits = [any(holds_gold(chunk, gold) for gold in wanted) for chunk in reply.found]
    return {
        **{f"evidence_hit@{k}": _sentence_hit(reply, golds, k) for k in (1, 3)},
        **{f"chunk_hit@{k}": float(any(hits[:k])) if wanted else None for k in (1, 3)},
    }


def _sentence_hit(reply: Reply, golds: Sequence[Gold], k: int) -> float | None:
    return None if reply.evidence is None else evidence_hit(reply.evidence, golds, k)


def _citing(golds: Sequence[Gold], reply: Reply) -> dict[str, float | None]:
    wanted, chunks = quoted_golds(golds), reply.cited_chunks
    right = [any(holds_gold(chunk, gold) for gold in wanted) for chunk in chunks]
    held = [any(holds_gold(chunk, gold) for chunk in chunks) for gold in wanted]
    return {
        "citation_precision": citation_precision(reply.cited, golds),
        "citation_recall": citation_recall(reply.cited, golds),
        "chunk_precision": sum(right) / len(right) if wanted and right else None,
        "chunk_recall": sum(held) / len(held) if held else None,
    }


def _answering(question: Question, reply: Reply) -> dict[str, float | None]:
    golds = () if question.answerable is False else question.answers
    said = " ".join(statement.text for statement in reply.statements)
    return {
        "contained": contained(said, golds),
        "whole_f1": f1(said, golds),
        "f1": None if reply.short is None else f1(reply.short, golds),
    }


def _marks(question: Question, reply: Reply) -> dict[str, float | None]:
    if reply.refused:
        return dict.fromkeys(("uncited", "lost_markers", "dropped_markers", "misquoted")) | {"written": 0.0}
    # a model quotes the question too, and capitalises its first word
    known = " ".join([question.question, *(chunk.sentence for chunk in reply.found)]).casefold()
    wrong = sum(1 for statement in reply.statements for _ in misquoted(statement.text.casefold(), known))
    return {
        "uncited": float(not reply.cited),
        "lost_markers": float(reply.lost_markers),
        "dropped_markers": float(reply.dropped_markers),
        "misquoted": float(wrong),
        "written": float(reply.written),
    }


def _cited_statements(
    said: Iterable[tuple[str, list[int]]], sources: Sequence[Source], library: Library
) -> tuple[tuple[Statement, ...], tuple[Citation, ...]]:
    """Return statements with citations of their own, as the same chunk is represented by another excerpt in each."""
    statements: list[Statement] = []
    citations: list[Citation] = []
    for text, numbers in said:
        begun = len(citations)
        for number in numbers:
            if 1 <= number <= len(sources):
                citations.append(_stretch(text, sources[number - 1], len(citations) + 1, library))
        own = tuple(one.number for one in citations[begun:])
        statements.append(Statement(text, own, "checking"))
    return tuple(statements), tuple(citations)


def _stretch(text: str, source: Source, number: int, library: Library) -> Citation:
    """Return the excerpt of a cited chunk that supports a statement; if none does, the nearest one."""
    sentences = [one.sentence for one in _sentences(Quoted(*source))] or [source.text]
    stretches = [*sentences, *(" ".join(pair) for pair in pairwise(sentences))]
    vectors = library.embed([text, *stretches])
    nearest = [stretches[index] for index in np.argsort(-(vectors[1:] @ vectors[0]), kind="stable")[:_TRIED]]
    tried = [_citation(stretch, source.article_id, number, library) for stretch in (*nearest, source.text)]
    checker = Checker(library.embed, tried)
    return next((one for one in tried if is_supported(text, [one], checker)), tried[0])


def _citation(sentence: str, article_id: str, number: int, library: Library) -> Citation:
    head = library.articles.summary(article_id)
    where = (head.title, head.url, head.source, head.published) if head else ("", None, None, None)
    return Citation(number, article_id, *where, sentence, 0, len(sentence))


def _sentences(chunk: Quoted) -> list[Quoted]:
    found = split_sentences(chunk.sentence)
    return [Quoted(chunk.article_id, chunk.sentence[each.start : each.end]) for each in found]


def _chunks_of(one: Citation, library: Library) -> Iterator[Quoted]:
    sentences = library.articles.sentences(one.article_id)
    for chunk in library.articles.chunks(one.article_id):
        if sentences[chunk.first].start <= one.start and one.end <= sentences[chunk.last].end:
            yield Quoted(one.article_id, chunk.text)


def _distinct(chunks: Iterable[Quoted]) -> tuple[Quoted, ...]:
    return tuple(dict.fromkeys(chunks))
