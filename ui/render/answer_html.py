"""Questions and answers in the chat, as HTML."""

import re
from collections.abc import Iterator, Sequence

from rag.answer import Answer, Citation, Evidence, Statement
from ui.render.answer_markdown import answer_markdown
from ui.render.answer_text import answer_lines
from ui.render.html import Html, details, element, joined, open_button

_VERDICTS = {
    "quoted": ("”", "Quoted word for word from the cited sentence."),
    "supported": ("✓", "Checked: the cited sentence supports this."),
    "unsupported": ("no sentence supports this", ""),
}
"""How a written statement is marked, and the words for it."""


def question(text: str) -> Html:
    """Return what was asked, for the chat."""
    return element("div", text, class_="asked", dir="auto")


def answer(found: Answer, words: int | None = None, is_stopped: bool = False) -> Html:
    """Return an answer, or its first words while it still streams in, or as far as it came when it was stopped."""
    if found.refused:
        return _refusal(found)
    whole = is_stopped or (words is None and not found.partial)
    statements = found.statements if words is None else _first_words(found.statements, words)
    numbered = {citation.number: citation for citation in found.citations}
    told = "not checked" if is_stopped else "being checked" if found.partial else "checked" if found.writing else ""
    body = joined(_statement(each, numbered, told) for each in statements)
    sources = _sources(found.citations) if whole else Html()
    end = (_stopped_line(),) if is_stopped else ()
    return element("div", _read_as(found), body, *end, sources, _notice(found), class_="answer")


def problem(message: str) -> Html:
    """Return an error as the one sentence it is."""
    return element("div", element("p", message), class_="answer problem", role="alert")


def waiting() -> Html:
    """Return what stands in the chat until the answer comes."""
    return element("div", element("p", "Reading the articles…"), class_="answer waiting")


def stopped() -> Html:
    """Return what stands in the chat where an answer was stopped before its first word."""
    return element("div", _stopped_line(), class_="answer stopped")


def _stopped_line() -> Html:
    return element("p", "Stopped.", class_="stopped-line", role="note")


def _refusal(found: Answer) -> Html:
    head = element("p", "No answer in these articles", class_="refusal-head")
    reason = element("p", found.reason or "", dir="auto")
    return element("div", _read_as(found), head, reason, _nearest(found), _notice(found), class_="answer refusal")


def _nearest(found: Answer) -> Html:
    if not found.shown_evidence:
        return Html()
    rows = joined(_nearest_sentence(each) for each in found.shown_evidence)
    return element("div", element("h4", "Nearest sentences"), element("ul", rows), class_="sources")


def _nearest_sentence(found: Evidence) -> Html:
    head, where = found.passage.article, found.sentence
    opened = open_button(head.title, head.id, where.start, where.end, class_="open", dir="auto")
    return element("li", element("div", element("q", found.text, dir="auto"), opened))


def _notice(found: Answer) -> Html:
    return element("p", found.notice, class_="notice", role="note") if found.notice else Html()


def _read_as(found: Answer) -> Html:
    if found.standalone.strip() == found.question.strip():
        return Html()
    standalone = element("span", found.standalone, dir="auto")
    return element("p", "Read as: ", standalone, class_="read-as")


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


def _statement(statement: Statement, numbered: dict[int, Citation], told: str) -> Html:
    text = element("span", *_bold(statement, numbered), dir="auto")
    marks = joined(_mark(numbered[number]) for number in statement.citations if number in numbered)
    return element("p", text, "\u00a0", marks, _verdict(statement, told), class_=f"statement {statement.verdict}")


def _verdict(statement: Statement, told: str) -> Html:
    """Return the mark of a written statement, or of one that is not checked yet; `told` says so in words."""
    if statement.verdict == "checking":
        return element("span", told, class_="checking")
    if (statement.verdict == "quoted" and not told) or (statement.verdict == "unsupported" and not statement.reason):
        return Html()
    mark, words = _VERDICTS[statement.verdict]
    reason = statement.reason or ""
    why = " ".join(filter(None, (words, f"{reason[:1].upper()}{reason[1:]}." if reason else "")))
    return element("button", mark, type="button", class_=f"verdict {statement.verdict}", title=why)


def _bold(statement: Statement, numbered: dict[int, Citation]) -> tuple[str, Html, str]:
    """Return a statement in three parts, of which the middle one are the words that answer."""
    cited = numbered.get(statement.citations[0]) if statement.citations else None
    start, end = cited.words if cited and cited.sentence == statement.text else (0, 0)
    words = element("strong", statement.text[start:end], class_="words") if start < end else Html()
    return statement.text[:start], words, statement.text[end:]


def _mark(citation: Citation) -> Html:
    page = f"page {citation.page}" if citation.page else None
    where = " · ".join(filter(None, (page, citation.source, citation.published or "date unknown")))
    # static/tooltips.js shows these lines on hover and focus; where it does not run, the browser does
    told = "\n".join(" ".join(line.split()) for line in (citation.sentence, citation.title, where))
    place = (citation.article_id, citation.start, citation.end)
    return open_button(f"[{citation.number}]", *place, class_="cite", title=told)


def _sources(citations: Sequence[Citation]) -> Html:
    if not citations:
        return Html()
    rows = joined(_source(citation) for citation in citations)
    return element("div", element("h4", "Cited sentences"), element("ol", rows), class_="sources")


def _source(citation: Citation) -> Html:
    title = element("span", citation.title, class_="title", dir="auto")
    page = element("span", f"page {citation.page} · ", class_="details") if citation.page else Html()
    known = joined((page, details(citation.source, citation.published)))
    sentence = element("q", citation.sentence, dir="auto")
    return element("li", _mark(citation), element("div", sentence, title, known))


def actions(number: int, found: Answer | None, good: bool | None, is_last: bool) -> Html:
    """Return what can be done with a reply, by its number in the conversation; `good` is the thumb that it got."""
    copies = _copies(found) if found else ()
    again = (_action("again", "Ask again"), _action("edit", "Edit question")) if is_last else ()
    thumbs = (_thumb(number, True, good), _thumb(number, False, good)) if found else ()
    return element("div", *copies, *again, *thumbs, class_="actions")


def suggested(questions: Sequence[str]) -> Html:
    """Return questions to go on with; `static/actions.js` listens for them."""
    if not questions:
        return Html()
    rows = joined(_action("ask", each, each, class_="suggested", dir="auto") for each in questions)
    return element("div", rows, class_="suggestions", role="group", aria_label="Questions to go on with")


def _copies(found: Answer) -> tuple[Html, ...]:
    alone = found.text if found.refused else " ".join(statement.text for statement in found.statements)
    copies = [("Copy", alone)]
    if found.citations:
        sourced = "\n".join(answer_lines(found))
        copies += [("Copy with sources", sourced), ("as Markdown", answer_markdown(found))]
    return tuple(_action("copy", label, text) for label, text in copies)


def _thumb(number: int, good: bool, given: bool | None) -> Html:
    name, title = ("up", "A good answer") if good else ("down", "Not a good answer")
    chosen = " chosen" if given is good else ""
    return _action("thumb", title, f"{number} {name}", class_=f"thumb {name}{chosen}", title=title)


def _action(name: str, label: str, value: str = "", **attributes: str) -> Html:
    return element("button", label, type="button", name=name, value=value, **attributes)


def chips(filters: Sequence[tuple[str, str]]) -> Html:
    """Return the filters in use, each by what names it and in words, as buttons that lift it."""
    return joined(
        _action("chip", words, named, class_="chip", title="Lift this filter", dir="auto") for named, words in filters
    )


def editing() -> Html:
    """Return what stands over the box while the last question is edited."""
    return element("p", "Your last question and its answer will be replaced.", role="status")


def conversations(known: Sequence[tuple[str, str, str]]) -> Html:
    """Return conversations, each by id, name and time, with buttons that open and delete it."""
    if not known:
        return element("p", "None yet. What you ask is kept in this browser only.", class_="none-yet")
    return element("ul", joined(_conversation(*each) for each in known))


def _conversation(conversation: str, name: str, at: str) -> Html:
    day = element("time", at[:16].replace("T", " "), datetime=at)
    opened = element("button", name, day, type="button", name="reopen", value=conversation, dir="auto")
    gone = element("button", "Delete", type="button", name="forget", value=conversation, title=name)
    return element("li", opened, gone)
