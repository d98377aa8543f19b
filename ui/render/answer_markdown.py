"""Answers and conversations as Markdown, to take elsewhere."""

import re
from collections.abc import Iterable, Iterator

from rag.answer import Answer, Citation, markers
from ui.render.printable import printable

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!$])")


def answer_markdown(answer: Answer) -> str:
    """Return an answer with its [1] markers, and below it each cited sentence with title, address, source and date."""
    return "\n\n".join(_parts(answer))


def conversation_markdown(exchanges: Iterable[tuple[str, Answer | str]]) -> str:
    """Return questions, each as a heading, with their answers, or with what went wrong in words."""
    parts = (
        f"## {_escaped(question)}\n\n{_escaped(reply) if isinstance(reply, str) else answer_markdown(reply)}"
        for question, reply in exchanges
    )
    return "\n\n".join(parts) + "\n"


def _parts(answer: Answer) -> Iterator[str]:
    if answer.refused:
        yield _escaped(answer.text)
    else:
        statements = ((_escaped(each.text), _escaped(markers(each.citations))) for each in answer.statements)
        yield " ".join(" ".join(filter(None, each)) for each in statements)
    if answer.citations:
        yield "\n".join(f"{citation.number}. {_source(citation)}" for citation in answer.citations)


def _source(citation: Citation) -> str:
    title = _escaped(citation.title)
    named = f"[{title}](<{_address(citation.url)}>)" if citation.url else title
    page = f"page {citation.page}" if citation.page else None
    facts = (page, citation.source, citation.published or "undated")
    return ", ".join([f"“{_escaped(citation.sentence)}” — {named}", *(_escaped(fact) for fact in facts if fact)])


def _address(url: str) -> str:
    return re.sub(r"[<>\s]", "", printable(url))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", printable(" ".join(text.split())))
