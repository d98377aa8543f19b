"""Answers with a language model: numbered sentences in, statements out, each checked against its citations."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from index.embedder import Embed, remembering
from rag.answer import Answer, Citation, Evidence, Kind, ReasonKind, Statement, Writing, not_cited
from rag.checking.checker import SUPPORTED, Checker
from rag.composing.citations import Numbering, citation
from rag.composing.markers import Transcript, marked_statements
from rag.composing.prompts import NOT_TOLD, fitting, messages
from rag.llm.base import Model
from rag.llm.errors import ContextOverflowError, LanguageModelError
from rag.llm.stream import Usage
from rag.options import Options, Unsupported
from rag.refusals import Refusal, RefusalKind, model_failed

WRITTEN = frozenset({Kind.FACT, Kind.LIST, Kind.SUMMARY, Kind.TIMELINE, Kind.COMPARISON})
"""Kinds that a model writes if one is set; the others never use a model."""
_GIVEN = 24
"""Maximum number of sentences given to a model."""
_CHARACTERS = (6000, 3000, 1500)
"""Maximum characters of evidence, lowered each time the model rejects them as too long; the weakest go first."""


class Draft(NamedTuple):
    """A model's checked text: its statements, citations, number of invalid markers, and usage."""

    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    dropped: int
    usage: Usage


def write_answer(
    model: Model,
    quoted: Answer,
    evidence: Sequence[Evidence],
    embed: Embed,
    options: Options,
    refused: Callable[..., Refusal],
) -> Iterator[Answer]:
    """Yield the answer as the model writes it: `partial` answers, then the complete one.

    If the model fails, the last one is the quoted answer with a notice; if no statement is supported, a refusal.
    """
    draft = None
    try:
        for draft in write(model, quoted.standalone, evidence[:_GIVEN], embed, options):
            yield replace(quoted, statements=draft.statements, citations=draft.citations, also_read=(), partial=True)
    except LanguageModelError as error:
        yield replace(quoted, notices=(*quoted.notices, model_failed(error)))
        return
    if draft is None:
        return
    used = draft.usage
    cost = (used.tokens_in, used.tokens_out, round(used.seconds, 3), used.estimated)
    writing = Writing(model.name, model.host, *cost, draft.dropped)
    if not any(statement.verdict in SUPPORTED for statement in draft.statements):
        kind = RefusalKind.NOTHING_SUPPORTED if draft.statements else RefusalKind.NO_ANSWER_BY_MODEL
        refusal = refused(kind, model=model.name)
        yield replace(quoted, statements=(), citations=(), refusal=refusal, writing=writing)
        return
    also_read = not_cited([each.passage for each in evidence], draft.citations)
    yield replace(quoted, statements=draft.statements, citations=draft.citations, also_read=also_read, writing=writing)


def write(model: Model, question: str, evidence: Sequence[Evidence], embed: Embed, options: Options) -> Iterator[Draft]:
    """Ask the model and yield drafts as its text grows, each statement checked once complete; the last draft is whole.

    Raises LanguageModelError if the model fails. Closing the iterator ends the request.
    """
    available, embed = [citation(each) for each in evidence], remembering(embed)
    for characters in _CHARACTERS:
        given, said = fitting(available, characters), Transcript()
        try:
            with model.stream(messages(question, given, options.today)) as stream:
                draft = Draft((), (), 0, stream.usage)
                for piece in stream:
                    before = len(said.whole)
                    said.add(piece)
                    if len(said.whole) > before:
                        draft = checked_draft(said.whole, given, embed, stream.usage, options.unsupported)
                    if said.tail and options.unsupported != "hidden":  # "hidden" shows checked statements only
                        checking = Statement(said.tail, (), "checking")
                        yield draft._replace(statements=(*draft.statements, checking), usage=stream.usage)
                    else:
                        yield draft
                yield checked_draft(said.text, given, embed, stream.usage, options.unsupported)
            return
        except ContextOverflowError:
            if characters == _CHARACTERS[-1]:
                raise


def checked_draft(
    text: str, given: Sequence[Citation], embed: Embed, usage: Usage, unsupported: Unsupported = "marked"
) -> Draft:
    """Return the statements of a model's text, checked against the sentences they cite.

    Unsupported ones are marked with the reason, hidden, or shown without a mark.
    """
    if text.strip().rstrip(".") == NOT_TOLD.rstrip("."):
        return Draft((), (), 0, usage)
    checker, numbering = Checker(embed, given), Numbering()
    statements: list[Statement] = []
    dropped = 0
    for said, marked in marked_statements(text):
        numbers = dict.fromkeys(number for number in marked if 1 <= number <= len(given))
        dropped += len([number for number in marked if number not in numbers])
        statement, cited = _checked(said, [given[number - 1] for number in numbers], given, checker, embed)
        if statement.verdict not in SUPPORTED and unsupported == "hidden":
            continue
        if statement.verdict not in SUPPORTED and unsupported == "shown":
            statement = replace(statement, reason=None, reason_kind=None)
        statements.append(replace(statement, citations=tuple(map(numbering.number, cited))))
    return Draft(tuple(statements), numbering.citations, dropped, usage)


def _checked(
    said: str, cited: Sequence[Citation], given: Sequence[Citation], checker: Checker, embed: Embed
) -> tuple[Statement, Sequence[Citation]]:
    """Check a statement; if it has no citation, add one to a sentence that supports it, if there is any."""
    if cited:
        finding = checker.check(said, cited)
        return Statement(said, (), finding.verdict, finding.reason, finding.kind), cited
    vectors = embed([said, *(each.sentence for each in given)])
    for index in np.argsort(-(vectors[1:] @ vectors[0]), kind="stable")[:3]:
        verdict = checker.check(said, [given[index]]).verdict
        if verdict in SUPPORTED:
            reason = "the citation was added by onrecord"
            return Statement(said, (), verdict, reason, ReasonKind.CITATION_ADDED), [given[index]]
    reason = "it cites nothing, and none of the sentences found supports it"
    return Statement(said, (), "unsupported", reason, ReasonKind.NO_CITATION), []
