"""The answer by a language model: numbered sentences in, statements out, each checked against what it cites."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from index.embedder import Embed, remembering
from index.text.sentences import split_sentences
from rag.answer import Evidence, Statement
from rag.checking.checker import Checked, check
from rag.checking.quotations import is_verbatim, misplaced
from rag.composing.fact import citation
from rag.composing.prompts import ASK, NOT_TOLD, STANDALONE, WRITE
from rag.llm.errors import ContextOverflowError, LanguageModelError
from rag.options import Options, Unsupported
from rag.understanding.standalone import Turn

if TYPE_CHECKING:
    from llama_index.core.base.llms.types import ChatMessage

    from rag.answer import Citation
    from rag.llm.base import Model
    from rag.llm.stream import Usage


_MARKED = re.compile(r"\s*((?:\[\d+(?:\s*,\s*\d+)*\]\s*)+)([.!?]?)")
_HALF_MARKER = re.compile(r"(?:\s*\[[\d,\s]*\]?[.!?]?)+$")
_THOUGHT = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL)
_TURN = 400
_CHARACTERS = (6000, 3000, 1500)
"""Of evidence at most; fewer where the model says that it is too much for its context: the weakest go first."""
_BEARS = 0.02
"""Relevance below which a sentence does not bear on the question: of 212 gold sentences of two question sets that
would have been given to a model, none was below it, but 10 to 52% of the others."""


class Written(NamedTuple):
    """What a model wrote, checked: its statements and citations, how many markers led nowhere, what it cost."""

    statements: tuple[Statement, ...]
    citations: "tuple[Citation, ...]"
    dropped: int
    usage: "Usage"


def write(
    model: "Model", question: str, evidence: Sequence[Evidence], embed: Embed, options: Options
) -> Iterator[Written]:
    """Ask the model and yield what it says as it grows, each statement checked once it is whole; the last is all of it.

    Raises LanguageModelError where the model fails. Closing the iterator ends the model's work.
    """
    embed = remembering(embed)
    for characters in _CHARACTERS:
        try:
            yield from _attempt(model, question, _given(evidence, characters), embed, options)
            return
        except ContextOverflowError:
            if characters == _CHARACTERS[-1]:
                raise


def _attempt(
    model: "Model", question: str, given: Sequence[Evidence], embed: Embed, options: Options
) -> Iterator[Written]:
    unsupported, text = options.unsupported, ""
    with model.stream(messages(question, given, options.today)) as stream:
        for piece in stream:
            text += piece
            settled, tail = _settled(_THOUGHT.sub("", text).lstrip())
            yield _growing(checked(settled, given, embed, stream.usage, unsupported), tail, unsupported)
        yield checked(_THOUGHT.sub("", text).strip(), given, embed, stream.usage, unsupported)


def _settled(text: str) -> tuple[str, str]:
    """Return what is whole, up to the last marker that more text follows, and the rest without half a marker."""
    ends = [found.end() for found in _MARKED.finditer(text) if re.match(r"\s*[^\s\[]", text[found.end() :])]
    end = ends[-1] if ends else 0
    return text[:end], _HALF_MARKER.sub("", text[end:].strip()).strip()


def _growing(written: Written, tail: str, unsupported: Unsupported) -> Written:
    """Return what is checked with the statement that is being written; hidden ones appear after their check."""
    if not tail or unsupported == "hidden":
        return written
    return written._replace(statements=(*written.statements, Statement(tail, (), "checking")))


def standalone(model: "Model", question: str, history: Sequence[Turn], by_rule: str) -> str:
    """Return a question that leans on its history as the model makes it stand alone; `by_rule` where it fails to."""
    from llama_index.core.base.llms.types import ChatMessage, MessageRole

    turns = "\n".join(
        f"{turn.role}: {' '.join(turn.text.split())[:_TURN]}" for turn in [*history[-4:], Turn("user", question)]
    )
    asked = [(MessageRole.SYSTEM, STANDALONE), (MessageRole.USER, f"----------\n{turns}\n----------")]
    try:
        text = "".join(model.stream([ChatMessage(role=role, content=content) for role, content in asked]))
    except LanguageModelError:
        return by_rule
    lines = _THOUGHT.sub("", text).strip().splitlines()
    return lines[0].strip() if len(lines) == 1 and len(lines[0]) <= _TURN and "?" in lines[0] else by_rule


def messages(question: str, given: Sequence[Evidence], today: date | None = None) -> "list[ChatMessage]":
    """Return the prompt: the rules apart from the articles' sentences, which stand numbered between dashes."""
    from llama_index.core.base.llms.types import ChatMessage, MessageRole

    lines = "\n".join(f"[{number}] {_told(found)}" for number, found in enumerate(given, start=1))
    system = WRITE.format(today=(today or date.today()).isoformat())
    asked = ASK.format(sentences=lines, question=question)
    return [ChatMessage(role=MessageRole.SYSTEM, content=system), ChatMessage(role=MessageRole.USER, content=asked)]


def checked(
    text: str, given: Sequence[Evidence], embed: Embed, usage: "Usage", unsupported: Unsupported = "marked"
) -> Written:
    """Return a model's text as statements that were checked against the sentences they cite.

    Those that are not supported are marked with the reason, hidden, or shown without a word.
    """
    numbers: dict[int, int] = {}
    statements: list[Statement] = []
    dropped = 0
    for said, marked in _parts(text):
        cited = [number for number in marked if 1 <= number <= len(given)]
        dropped += len(marked) - len(cited)
        found = _check(said, list(dict.fromkeys(cited)), given, embed)
        if found.verdict == "unsupported" and unsupported == "hidden":
            continue
        if found.verdict == "unsupported" and unsupported == "shown":
            found = replace(found, reason=None)
        for number in found.citations:
            numbers.setdefault(number, len(numbers) + 1)
        statements.append(replace(found, citations=tuple(numbers[number] for number in found.citations)))
    citations = tuple(citation(shown, given[number - 1]) for number, shown in numbers.items())
    return Written(tuple(statements), citations, dropped, usage)


def _given(evidence: Sequence[Evidence], characters: int) -> list[Evidence]:
    """Return the best sentences that fit, the weakest left out first; the best one always."""
    sizes = accumulate(len(_told(found)) + len("[12] \n") for found in evidence)
    return [
        found
        for number, (found, size) in enumerate(zip(evidence, sizes, strict=True))
        if not number or size <= characters
    ]


def _told(found: Evidence) -> str:
    head = found.passage.article
    where = " · ".join(part for part in (head.title, head.source, head.published) if part)
    return f"({' '.join(where.split())}) {' '.join(found.text.split())}"


def _parts(text: str) -> Iterator[tuple[str, list[int]]]:
    """Yield each statement with the numbers behind it; markers belong to the sentence before them."""
    if text.strip().rstrip(".") == NOT_TOLD.rstrip("."):
        return
    begin = 0
    for found in _MARKED.finditer(text):
        *before, last = _sentences(text[begin : found.start()]) or [""]
        yield from ((said, []) for said in before)
        if last:
            yield last + found[2], [int(number) for number in re.findall(r"\d+", found[1])]
        begin = found.end()
    yield from ((said, []) for said in _sentences(text[begin:]))


def _sentences(text: str) -> list[str]:
    found = [text[sentence.start : sentence.end].strip() for sentence in split_sentences(text)]
    return [said for said in found if re.search(r"\w", said)]


def _check(said: str, cited: list[int], given: Sequence[Evidence], embed: Embed) -> Statement:
    """Check a statement; one that cites nothing gets the sentence that supports it, where there is one."""
    if cited:
        return Statement(said, tuple(cited), *_verdict(said, [given[number - 1] for number in cited], given, embed))
    for number in _nearest(said, given, embed):
        verdict, _ = _verdict(said, [given[number - 1]], given, embed)
        if verdict != "unsupported":
            return Statement(said, (number,), verdict, "the citation was added by onrecord")
    return Statement(said, (), "unsupported", "it cites nothing, and no sentence found supports it")


def _verdict(said: str, cited: Sequence[Evidence], given: Sequence[Evidence], embed: Embed) -> Checked:
    if reason := misplaced(said, cited, given):
        return Checked("unsupported", reason)
    if _was_read(given) and max(found.relevance for found in cited) < _BEARS:
        return Checked("unsupported", "the cited sentence does not bear on the question")
    if is_verbatim(said, [found.text for found in cited]):
        return Checked("quoted", None)
    return check(said, [found.text for found in cited], _heads(cited), embed)


def _was_read(given: Sequence[Evidence]) -> bool:
    """Tell whether the reader gave the relevance: without it the scale is another one."""
    return any(found.span for found in given)


def _heads(cited: Sequence[Evidence]) -> str:
    heads = [found.passage.article for found in cited]
    return " ".join(part for head in heads for part in (head.title, head.source, head.published) if part)


def _nearest(said: str, given: Sequence[Evidence], embed: Embed) -> list[int]:
    vectors = embed([said, *(found.text for found in given)])
    return [int(index) + 1 for index in np.argsort(-(vectors[1:] @ vectors[0]), kind="stable")[:3]]
