"""Questions and answers in the chat, as HTML."""

import re
from collections.abc import Iterator, Sequence

from markupsafe import Markup

from rag.answer import Answer, Citation, Evidence, Statement
from ui.render.answer_markdown import answer_markdown
from ui.render.answer_text import answer_lines
from ui.render.html import details, element, join, open_button

_VERDICTS = {
    "quoted": ("”", "Quoted word for word from the cited sentence."),
    "supported": ("✓", "Checked: the cited sentence supports this."),
    "unsupported": ("not supported by the articles", ""),
}
"""How a written statement is marked, and the words for it."""


def question(text: str) -> Markup:
    """Return what was asked, for the chat."""
    return element("div", text, class_="asked", dir="auto")


def answer(answer: Answer, words: int | None = None, is_stopped: bool = False) -> Markup:
    """Return an answer, or its first words while it still streams in, or as far as it came when it was stopped."""
    if answer.refused:
        return _refusal(answer)
    whole = is_stopped or (words is None and not answer.partial)
    statements = answer.statements if words is None else _first_words(answer.statements, words)
    numbered = {citation.number: citation for citation in answer.citations}
    status = "not checked" if is_stopped else "being checked" if answer.partial else "checked" if answer.writing else ""
    body = join(_statement(each, numbered, status) for each in statements)
    sources = _sources(answer.citations) if whole else Markup()
    end = (_stopped_line(),) if is_stopped else ()
    return element("div", _standalone(answer), body, *end, sources, _notice(answer), class_="answer")


def problem(message: str) -> Markup:
    """Return an error as the one sentence it is."""
    return element("div", element("p", message), class_="answer problem", role="alert")


def waiting(ahead: int = 0) -> Markup:
    """Return what stands in the chat until the answer comes; first so many other questions are `ahead`."""
    others = f"{ahead} other question{'s' if ahead > 1 else ''}"
    told = f"Waiting for {others} to be answered first…" if ahead else "Searching your articles…"
    return element("div", element("p", told), class_="answer waiting")


def stopped() -> Markup:
    """Return what stands in the chat where an answer was stopped before its first word."""
    return element("div", _stopped_line(), class_="answer stopped")


def _stopped_line() -> Markup:
    return element("p", "Stopped.", class_="stopped-line", role="note")


def _refusal(answer: Answer) -> Markup:
    reason = element("p", answer.reason or "", class_="reason", dir="auto")
    return element("div", _standalone(answer), reason, _nearest(answer), _notice(answer), class_="answer refusal")


def _nearest(answer: Answer) -> Markup:
    if not answer.shown_evidence:
        return Markup()
    rows = join(_nearest_sentence(each) for each in answer.shown_evidence)
    return element("div", element("h4", "Nearest sentences"), element("ul", rows), class_="sources")


def _nearest_sentence(evidence: Evidence) -> Markup:
    article, sentence = evidence.passage.article, evidence.sentence
    button = open_button(article.title, article.id, sentence.start, sentence.end, class_="open", dir="auto")
    return element("li", element("div", element("q", evidence.text, dir="auto"), button))


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


def _statement(statement: Statement, numbered: dict[int, Citation], status: str) -> Markup:
    text = element("span", *_bold(statement, numbered), dir="auto")
    marks = join(_mark(numbered[number]) for number in statement.citations if number in numbered)
    return element("p", text, "\u00a0", marks, _verdict(statement, status), class_=f"statement {statement.verdict}")


def _verdict(statement: Statement, status: str) -> Markup:
    """Return the mark of a written statement, or of one that is not checked yet; `status` says so in words."""
    if statement.verdict == "checking":
        return element("span", status, class_="checking")
    if (statement.verdict == "quoted" and not status) or (statement.verdict == "unsupported" and not statement.reason):
        return Markup()
    mark, words = _VERDICTS[statement.verdict]
    reason = statement.reason or ""
    why = " ".join(filter(None, (words, f"{reason[:1].upper()}{reason[1:]}." if reason else "")))
    return element("button", mark, type="button", class_=f"verdict {statement.verdict}", title=why)


def _bold(statement: Statement, numbered: dict[int, Citation]) -> tuple[str, Markup, str]:
    """Return a statement in three parts, of which the middle one are the words that answer."""
    cited = numbered.get(statement.citations[0]) if statement.citations else None
    start, end = cited.words if cited and cited.sentence == statement.text else (0, 0)
    words = element("strong", statement.text[start:end], class_="words") if start < end else Markup()
    return statement.text[:start], words, statement.text[end:]


def _mark(citation: Citation) -> Markup:
    page = f"page {citation.page}" if citation.page else None
    where = " · ".join(filter(None, (page, citation.source, citation.published or "undated")))
    # static/tooltips.js shows these lines on hover and focus; where it does not run, the browser does
    status = "\n".join(" ".join(line.split()) for line in (citation.sentence, citation.title, where))
    place = (citation.article_id, citation.start, citation.end)
    return open_button(f"[{citation.number}]", *place, class_="cite", title=status)


def _sources(citations: Sequence[Citation]) -> Markup:
    if not citations:
        return Markup()
    rows = join(_source(citation) for citation in citations)
    return element("div", element("h4", "Cited sentences"), element("ol", rows), class_="sources")


def _source(citation: Citation) -> Markup:
    title = element("span", citation.title, class_="title", dir="auto")
    page = element("span", f"page {citation.page} · ", class_="details") if citation.page else Markup()
    known = join((page, details(citation.source, citation.published)))
    sentence = element("q", citation.sentence, dir="auto")
    return element("li", _mark(citation), element("div", sentence, title, known))


def actions(number: int, answer: Answer | None, good: bool | None, is_last: bool) -> Markup:
    """Return what can be done with a reply, by its number in the conversation; `good` is the thumb that it got."""
    copies = _copies(answer) if answer else ()
    again = (_action("again", "Ask again"), _action("edit", "Edit question")) if is_last else ()
    thumbs = (_thumb(number, True, good), _thumb(number, False, good)) if answer else ()
    return element("div", *copies, *again, *thumbs, class_="actions")


def suggested(questions: Sequence[str]) -> Markup:
    """Return questions to go on with; `static/actions.js` listens for them."""
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


def _thumb(number: int, good: bool, given: bool | None) -> Markup:
    name, title = ("up", "Good answer") if good else ("down", "Bad answer")
    chosen = " chosen" if given is good else ""
    return _action("thumb", title, f"{number} {name}", class_=f"thumb {name}{chosen}", title=title)


def _action(name: str, label: str, value: str = "", **attributes: str) -> Markup:
    return element("button", label, type="button", name=name, value=value, **attributes)


def chips(filters: Sequence[tuple[str, str]]) -> Markup:
    """Return the filters in use, each by what names it and in words, as buttons that remove it."""
    return join(
        _action("chip", words, named, class_="chip", title="Remove this filter", dir="auto") for named, words in filters
    )


def editing() -> Markup:
    """Return what stands over the box while the last question is edited."""
    return element("p", "Your last question and its answer will be replaced.", role="status")


def conversations(known: Sequence[tuple[str, str, str]]) -> Markup:
    """Return conversations, each by id, name and time, with buttons that open and delete it."""
    if not known:
        return element("p", "No conversations yet. They are stored in this browser only.", class_="none-yet")
    return element("ul", join(_conversation(*each) for each in known))


def _conversation(conversation: str, name: str, at: str) -> Markup:
    day = element("time", at[:16].replace("T", " "), datetime=at)
    opened = element("button", name, day, type="button", name="reopen", value=conversation, dir="auto")
    gone = element("button", "Delete", type="button", name="forget", value=conversation, title=name)
    return element("li", opened, gone)
