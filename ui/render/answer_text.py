"""Answers and the outcomes of sources as lines of plain text for the terminal."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby

from index.store.source_log import Outcome, Status
from rag.answer import RUNNING, Answer, Statement, markers
from ui.render.printable import printable

BOLD, PLAIN = "\x1b[1m", "\x1b[22m"
"""The control sequences that start and end bold type (ECMA-48, select graphic rendition)."""


def answer_lines(answer: Answer, bold: bool = False) -> Iterator[str]:
    """Yield the answer with its [1] markers, then each cited sentence with its title, source and date.

    With `bold`, the words that answer the question stand between `BOLD` and `PLAIN`.
    """
    if answer.standalone != " ".join(answer.question.split()):
        yield f"Understood as: {printable(answer.standalone)}"
        yield ""
    if answer.filters:
        yield f"Filters: {printable('; '.join(answer.filters))}"
        yield ""
    yield from _reply(answer, bold)
    if answer.shown_evidence:
        yield ""
        yield "The nearest sentences, which do not answer it:"
    for evidence in answer.shown_evidence:
        yield ""
        yield f"    {printable(' '.join(evidence.text.split()))}"
        yield f"    {printable(evidence.passage.article.title)}"
    for citation in answer.citations:
        yield ""
        yield f"[{citation.number}] {printable(' '.join(citation.sentence.split()))}"
        page = f"page {citation.page}" if citation.page else None
        facts = (citation.title, page, citation.source, citation.published or "undated", citation.url)
        yield f"    {printable(' · '.join(fact for fact in facts if fact))}"
    if answer.refused and answer.also_read:
        yield ""
        yield printable("Also searched: " + "; ".join(head.title for head in answer.also_read))
    if answer.notice:
        yield ""
        yield printable(answer.notice)


def _reply(answer: Answer, bold: bool) -> Iterator[str]:
    """Yield the answer itself: running text, or a line for each statement; each part under its question."""
    if answer.refused or not answer.parts or answer.writing:
        statements = " ".join(_statement(each, answer, bold) for each in answer.statements)
        yield printable(answer.text) if answer.refused else statements
        return
    for number, part in enumerate(answer.parts):
        if len(answer.parts) > 1:
            yield from ["", printable(part.asked.question)][not number :]
        lines = [_statement(each, answer, bold and bool(part.short)) for each in part.statements]
        yield from [printable(part.short), ""] if part.short else []
        if part.refusal:
            yield printable(part.refusal.sentence)
        elif part.asked.kind in RUNNING or len(lines) == 1:
            yield " ".join(lines)
        else:
            yield from (f"- {line}" for line in lines)
    yield from (f"- {printable(head.title)} ({printable(head.id)})" for head in answer.articles)


def _statement(statement: Statement, answer: Answer, bold: bool) -> str:
    cited = answer.citations[statement.citations[0] - 1] if statement.citations else None
    start, end = cited.words if cited and cited.sentence == statement.text else (0, 0)
    words = (statement.text[:start], statement.text[start:end], statement.text[end:])
    parts = [printable(re.sub(r"\s+", " ", part)) for part in words]
    if bold and start < end:
        parts[1] = f"{BOLD}{parts[1]}{PLAIN}"
    doubt = (
        f" ({statement.reason})" if statement.verdict in ("unsupported", "contradicted") and statement.reason else ""
    )
    label = f"{printable(statement.label)}: " if statement.label else ""
    return f"{label}{''.join(parts)} {markers(statement.citations)}{printable(doubt)}".rstrip()


def source_lines(outcomes: Iterator[Outcome]) -> Iterator[str]:
    """Yield a line for each source as it is done: its status, and the reason if it was skipped."""
    for (source, is_row), group in groupby(outcomes, key=lambda outcome: (outcome.source, outcome.row is not None)):
        if is_row:
            yield from _row_lines(source, group)
            continue
        for outcome in group:
            title = f" ({outcome.title})" if outcome.title else ""
            told = (*outcome.warnings, outcome.note)
            reasons = "; ".join([outcome.reason] if outcome.reason else filter(None, told))
            yield f"{outcome.status}: {outcome.source}{title}" + (f": {reasons}" if reasons else "")


def _row_lines(source: str, rows: Iterator[Outcome]) -> Iterator[str]:
    counted: Counter[Status] = Counter()
    notes, lines = [], []  # not the outcomes, of which there may be 100,000
    for outcome in rows:
        counted[outcome.status] += 1
        notes += [f"{source}: {outcome.note}"] if outcome.note else []
        reasons = [outcome.reason] if outcome.reason else outcome.warnings
        lines += [f"{outcome.status}: {source} line {outcome.row}: {each}" for each in reasons]
    total = counted.total()
    if total > 1 or not outcome.reason:
        head = counted.most_common(1)[0][0] if len(counted) == 1 else "read"
        articles = "1 article" if total == 1 else f"{total} articles"
        yield f"{head}: {source} ({articles}: {counts_text(counted)})"
    yield from (*notes, *lines)


def problem_line(entry: Outcome) -> str:
    """Return one line with a source and what is wrong with it."""
    row = f" line {entry.row}" if entry.row else ""
    return f"{entry.status}: {entry.source}{row}: {'; '.join([entry.reason] if entry.reason else entry.warnings)}"


def counts_text(counted: Mapping[Status, int]) -> str:
    """Return counts as words: '3 added, 1 skipped'."""
    return ", ".join(f"{count} {status}" for status, count in counted.items() if count)
