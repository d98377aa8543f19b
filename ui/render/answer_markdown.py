"""Answers and conversations as Markdown, for use in other programs."""

import re
from collections.abc import Iterable, Iterator

from rag.answer import RUNNING, Answer, Citation, Part, Statement, markers
from ui.render.printable import printable

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!$])")


def answer_markdown(answer: Answer) -> str:
    """Return an answer with its [1] markers, followed by each cited sentence with title, URL, source and date."""
    if answer.refused:
        blocks = [_escaped(answer.text)]
    elif answer.writing or not answer.parts:
        blocks = [" ".join(map(_statement, answer.statements))]
    else:
        blocks = [block for part in answer.parts for block in _part(part, len(answer.parts) > 1)]
    if answer.citations:
        blocks.append("\n".join(f"{citation.number}. {_source(citation)}" for citation in answer.citations))
    return "\n\n".join(blocks)


def _part(part: Part, is_one_of_several: bool) -> Iterator[str]:
    """Yield the reply to one part of a question, under its question where there are several."""
    if is_one_of_several:
        yield f"**{_escaped(part.asked.question)}**"
    if part.short:
        yield f"**{_escaped(part.short)}**"
    lines = [_statement(each) for each in part.statements]
    if part.refusal:
        yield _escaped(part.refusal.sentence)
    elif part.asked.kind in RUNNING or len(lines) == 1:
        yield " ".join(lines)
    else:
        yield "\n".join(f"- {line}" for line in lines)


def _statement(statement: Statement) -> str:
    label = f"{statement.label}:" if statement.label else ""
    return " ".join(filter(None, map(_escaped, (label, statement.text, markers(statement.citations)))))


def conversation_markdown(exchanges: Iterable[tuple[str, Answer | str]]) -> str:
    """Return questions, each as a heading, with their answers or the message of what went wrong."""
    parts = (
        f"## {_escaped(question)}\n\n{_escaped(reply) if isinstance(reply, str) else answer_markdown(reply)}"
        for question, reply in exchanges
    )
    return "\n\n".join(parts) + "\n"


def _source(citation: Citation) -> str:
    title = _escaped(citation.title)
    url = re.sub(r"[<>\s]", "", printable(citation.url)) if citation.url else None
    named = f"[{title}](<{url}>)" if url else title
    page = f"page {citation.page}" if citation.page else None
    facts = (page, citation.source, citation.published or "undated")
    return ", ".join([f"“{_escaped(citation.sentence)}” — {named}", *(_escaped(fact) for fact in facts if fact)])


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", printable(" ".join(text.split())))
