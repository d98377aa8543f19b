"""Questions and answers in the chat, as HTML."""

import re
from collections.abc import Iterator, Sequence

from markupsafe import Markup

from rag.answer import RUNNING, Answer, Citation, Kind, Part, Statement
from ui.render.answer_markdown import answer_markdown
from ui.render.answer_text import answer_lines
from ui.render.html import details, element, join, open_button

_VERDICTS = {
    "quoted": ("”", "Quoted word for word from the cited sentence."),
    "supported": ("✓", "Checked: the cited sentence supports this."),
    "contradicted": ("contradicted by the articles", ""),
    "unsupported": ("not supported by the articles", ""),
}
"""The mark of a verdict, and its explanation."""


def question(text: str) -> Markup:
    """Return a question for the chat."""
    return element("div", text, class_="asked", dir="auto")


def answer(answer: Answer, words: int | None = None, is_stopped: bool = False) -> Markup:
    """Return an answer, its first `words` while it is being shown, or as much as there was when it was stopped."""
    if answer.refused:
        reason = element("p", answer.reason or "", class_="reason", dir="auto")
        told = (_standalone(answer), reason, _nearest(answer), _more(answer), _notice(answer))
        return element("div", *told, class_="answer refusal")
    whole = is_stopped or (words is None and not answer.partial)
    numbered = {citation.number: citation for citation in answer.citations}
    status = "not checked" if is_stopped else "being checked" if answer.partial else "checked" if answer.writing else ""
    if whole and answer.parts and not answer.writing and not answer.partial:
        body = join(_part(part, numbered, len(answer.parts) > 1) for part in answer.parts)
    else:
        statements = answer.statements if words is None else _first_words(answer.statements, words)
        body = join(_statement(each, numbered, status) for each in statements)
    sources = join((_articles(answer), _sources(answer.citations), _more(answer))) if whole else Markup()
    end = (_stopped_line(),) if is_stopped else ()
    return element("div", _standalone(answer), _kind(answer), body, *end, sources, _notice(answer), class_="answer")


def _part(part: Part, numbered: dict[int, Citation], is_one_of_several: bool) -> Markup:
    """Return the reply to one part of a question, under its question where there are several."""
    heading = element("h4", part.asked.question, class_="part", dir="auto") if is_one_of_several else Markup()
    if part.refusal:
        return join((heading, element("p", part.refusal.sentence, class_="reason", dir="auto")))
    statements = [_statement(each, numbered, "", is_bold=bool(part.short)) for each in part.statements]
    short = element("p", part.short, class_="short", dir="auto") if part.short else Markup()
    if part.asked.kind in RUNNING or len(statements) == 1:
        return join((heading, short, *statements))
    rows = (element("li", statement) for statement in statements)
    return join((heading, element("ul", *rows, class_=f"lines {part.asked.kind}")))


def _kind(answer: Answer) -> Markup:
    """Return what kind of question it was taken for, where it is not a fact, and a way to ask it as one."""
    if answer.kind in (Kind.FACT, Kind.SMALLTALK):
        return Markup()
    plain = _action("plain", "Ask as a plain question", answer.question, class_="plain")
    return element("p", element("span", str(answer.kind).capitalize()), plain, class_="kind")


def _articles(answer: Answer) -> Markup:
    """Return links to the articles with which the library itself answers."""
    rows = []
    for head in answer.articles:
        button = open_button(head.title, head.id, 0, 0, class_="open", dir="auto")
        rows.append(element("li", element("div", button, details(head.source, head.published))))
    return element("div", element("ul", *rows), class_="sources articles") if rows else Markup()


def _more(answer: Answer) -> Markup:
    """Return what else can be asked, as buttons."""
    buttons = (_action("ask", each, each, class_="suggested", dir="auto") for each in answer.more)
    return element("div", *buttons, class_="more") if answer.more else Markup()


def problem(message: str) -> Markup:
    """Return an error message for the chat."""
    return element("div", element("p", message), class_="answer problem", role="alert")


def waiting(ahead: int = 0) -> Markup:
    """Return what is shown until the answer comes; `ahead` is the number of questions to be answered before."""
    others = f"{ahead} other question{'s' if ahead > 1 else ''}"
    state = f"Waiting for {others} to be answered first…" if ahead else "Searching your articles…"
    return element("div", element("p", state), class_="answer waiting")


def stopped() -> Markup:
    """Return what is shown for an answer that was stopped before its first word."""
    return element("div", _stopped_line(), class_="answer stopped")


def _stopped_line() -> Markup:
    return element("p", "Stopped.", class_="stopped-line", role="note")


def _nearest(answer: Answer) -> Markup:
    if not answer.shown_evidence:
        return Markup()
    rows = []
    for evidence in answer.shown_evidence:
        article, sentence = evidence.passage.article, evidence.sentence
        button = open_button(article.title, article.id, sentence.start, sentence.end, class_="open", dir="auto")
        rows.append(element("li", element("div", element("q", evidence.text, dir="auto"), button)))
    return element(
        "div", element("h4", "The nearest sentences, which do not answer it"), element("ul", *rows), class_="sources"
    )


def _notice(answer: Answer) -> Markup:
    return element("p", answer.notice, class_="notice", role="note") if answer.notice else Markup()


def _standalone(answer: Answer) -> Markup:
    if answer.standalone.strip() == answer.question.strip():
        return Markup()
    standalone = element("span", answer.standalone, dir="auto")
    return element("p", "Understood as: ", standalone, class_="standalone")


def _first_words(statements: Sequence[Statement], words: int) -> Iterator[Statement]:
    for statement in statements:
        ends = [match.end() for match in re.finditer(r"\S+", statement.text)]
        if words >= len(ends):
            yield statement
            words -= len(ends)
            continue
        if words > 0:
            yield Statement(statement.text[: ends[words - 1]], (), statement.verdict)
        return


def _statement(statement: Statement, numbered: dict[int, Citation], status: str, is_bold: bool = False) -> Markup:
    label = element("span", statement.label, class_="label", dir="auto") if statement.label else Markup()
    text = element("span", *(_bold(statement, numbered) if is_bold else [statement.text]), dir="auto")
    marks = join(_mark(numbered[number]) for number in statement.citations if number in numbered)
    return element(
        "p", label, text, "\u00a0", marks, _verdict(statement, status), class_=f"statement {statement.verdict}"
    )


def _verdict(statement: Statement, status: str) -> Markup:
    """Return the mark of a generated statement; `status` is shown while it has no verdict."""
    if statement.verdict == "checking":
        return element("span", status, class_="checking")
    if statement.verdict == "own" or (statement.verdict == "quoted" and not status):
        return Markup()
    if statement.verdict in ("unsupported", "contradicted") and not statement.reason:
        return Markup()
    mark, words = _VERDICTS[statement.verdict]
    reason = statement.reason or ""
    why = " ".join(filter(None, (words, f"{reason[:1].upper()}{reason[1:]}." if reason else "")))
    return element("button", mark, type="button", class_=f"verdict {statement.verdict}", title=why)


def _bold(statement: Statement, numbered: dict[int, Citation]) -> tuple[str, Markup, str]:
    """Return a statement in three parts; the middle one is the words that answer the question."""
    cited = numbered.get(statement.citations[0]) if statement.citations else None
    start, end = cited.words if cited and cited.sentence == statement.text else (0, 0)
    words = element("strong", statement.text[start:end], class_="words") if start < end else Markup()
    return statement.text[:start], words, statement.text[end:]


def _mark(citation: Citation) -> Markup:
    page = f"page {citation.page}" if citation.page else None
    where = " · ".join(filter(None, (page, citation.source, citation.published or "undated")))
    # shown on hover and focus by static/tooltips.js, without it by the browser
    lines = "\n".join(" ".join(line.split()) for line in (citation.sentence, citation.title, where))
    place = (citation.article_id, citation.start, citation.end)
    return open_button(f"[{citation.number}]", *place, class_="cite", title=lines)


def _sources(citations: Sequence[Citation]) -> Markup:
    if not citations:
        return Markup()
    rows = []
    for citation in citations:
        title = element("span", citation.title, class_="title", dir="auto")
        page = element("span", f"page {citation.page} · ", class_="details") if citation.page else Markup()
        known = join((page, details(citation.source, citation.published)))
        sentence = element("q", citation.sentence, dir="auto")
        rows.append(element("li", _mark(citation), element("div", sentence, title, known)))
    return element("div", element("h4", "Cited sentences"), element("ol", *rows), class_="sources")


def actions(number: int, answer: Answer | None, good: bool | None, is_last: bool) -> Markup:
    """Return the actions on a reply, by its number in the conversation; `good` is the thumb it was given."""
    copies = _copies(answer) if answer else ()
    again = (_action("again", "Ask again"), _action("edit", "Edit question")) if is_last else ()
    thumbs = []
    for thumb, title in (("up", "Good answer"), ("down", "Bad answer")) if answer else ():
        chosen = " chosen" if good is (thumb == "up") else ""
        thumbs.append(_action("thumb", title, f"{number} {thumb}", class_=f"thumb {thumb}{chosen}", title=title))
    return element("div", *copies, *again, *thumbs, class_="actions")


def suggested(questions: Sequence[str]) -> Markup:
    """Return suggested questions as buttons; `static/actions.js` listens for them."""
    if not questions:
        return Markup()
    rows = join(_action("ask", each, each, class_="suggested", dir="auto") for each in questions)
    return element("div", rows, class_="suggestions", role="group", aria_label="Suggested questions")


def _copies(answer: Answer) -> tuple[Markup, ...]:
    alone = answer.text if answer.refused else " ".join(statement.text for statement in answer.statements)
    copies = [("Copy", alone)]
    if answer.citations:
        sourced = "\n".join(answer_lines(answer))
        copies += [("Copy with sources", sourced), ("Copy as Markdown", answer_markdown(answer))]
    return tuple(_action("copy", label, text) for label, text in copies)


def _action(name: str, label: str, value: str = "", **attributes: str) -> Markup:
    return element("button", label, type="button", name=name, value=value, **attributes)


def chips(filters: Sequence[tuple[str, str]]) -> Markup:
    """Return the filters in use, each given by its key and description, as buttons that remove it."""
    return join(
        _action("chip", words, key, class_="chip", title="Remove this filter", dir="auto") for key, words in filters
    )


def editing() -> Markup:
    """Return the note over the question box while the last question is edited."""
    return element("p", "Your last question and its answer will be replaced.", role="status")


def conversations(known: Sequence[tuple[str, str, str]]) -> Markup:
    """Return conversations, each given by id, name and time, with buttons that open and delete it."""
    if not known:
        return element("p", "No conversations yet. They are stored in this browser only.", class_="none-yet")
    rows = []
    for conversation, name, at in known:
        time = element("time", at[:16].replace("T", " "), datetime=at)
        reopen = _action("reopen", join((name, time)), conversation, dir="auto")
        rows.append(element("li", reopen, _action("forget", "Delete", conversation, title=name)))
    return element("ul", *rows)
