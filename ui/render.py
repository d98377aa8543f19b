"""What people see, as HTML. Every piece is made by `element`, which shows all other text as text."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import NamedTuple
from urllib.parse import urlsplit

from index.article import Article, ArticleHead
from index.sources import SourceEntry
from rag.answer import Answer, Citation, Evidence, Statement
from rag.llm import Model

_UNSHOWABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n\s*")
_ROWS = 200
_PROBLEMS = 20
_LINE_END = re.compile(r"\n\s*")


SAMPLE_NOTE = "This is an invented sample collection: its town, people and events do not exist."


class Html(str):
    """Text that is HTML already. Only `element` makes it."""

    __slots__ = ()


class Receipt(NamedTuple):
    """What became of one uploaded file, for the Library tab."""

    name: str
    status: str
    title: str | None
    problems: tuple[str, ...]


def element(tag: str, *children: str, **attributes: str | int | None) -> Html:
    """Return one HTML element; a child that is not Html, and every attribute, is shown as text."""
    inside = "".join(child if isinstance(child, Html) else _as_text(child) for child in children)
    return Html(f"<{tag}{_attributes(attributes)}>{inside}</{tag}>")


def joined(pieces: Iterable[Html]) -> Html:
    """Return pieces of HTML as one."""
    return Html("".join(pieces))


def question(text: str) -> Html:
    """Return what was asked, for the chat."""
    return element("div", text, class_="asked", dir="auto")


def answer(found: Answer, words: int | None = None) -> Html:
    """Return an answer, or its first words while it still streams in."""
    if found.refused:
        return _refusal(found)
    whole = words is None
    statements = found.statements if whole else _first_words(found.statements, words or 0)
    numbered = {citation.number: citation for citation in found.citations}
    body = joined(_statement(each, numbered) for each in statements)
    sources = _sources(found.citations) if whole and not found.partial else Html()
    parts = (_read_as(found), body, sources, _notice(found))
    return element("div", *parts, class_="answer")


def problem(message: str) -> Html:
    """Return an error as the one sentence it is."""
    return element("div", element("p", message), class_="answer problem", role="alert")


def waiting() -> Html:
    """Return what stands in the chat until the answer comes."""
    return element("div", element("p", "Reading the articles…"), class_="answer waiting")


def article(found: Article, start: int, end: int) -> Html:
    """Return an article for the source pane with the sentence from `start` to `end` marked."""
    body = element("div", _paragraphs(found, start, end), class_="article-text", dir="auto")
    return element("article", _article_head(found, start), body, data_opened=place(found.id, start, end))


def masthead(sample: bool, model: Model | None = None) -> Html:
    """Return the name of the page, the note that a sample is invented, and which model writes, and where."""
    note = element("p", SAMPLE_NOTE, class_="sample-note") if sample else Html()
    return element("header", element("h1", "onrecord"), note, _model_note(model) if model else Html())


def _model_note(model: Model) -> Html:
    told = f"Answers are written by {model.name} at {model.host}"
    where = " on this machine." if model.is_local else ": the sentences found and your questions are sent there."
    return element("p", told + where, class_="sample-note", role="note")


def empty_library() -> Html:
    """Return what the chat says while there is nothing to ask."""
    how = "Add some in the Library tab, or in a terminal: onrecord add FILE_OR_FOLDER"
    return element("div", element("h2", "No articles yet"), element("p", how), class_="welcome")


def invitation() -> Html:
    """Return what the chat says before the first question."""
    how = "Every answer is made of sentences of your articles, and each one can be opened where it stands."
    return element("div", element("h2", "Ask your articles"), element("p", how), class_="welcome")


def nothing_open() -> Html:
    """Return the source pane before anything was opened."""
    hint = "Choose a number such as [1] in an answer: its article opens here, at the very sentence."
    return element("div", element("p", hint), class_="nothing-open")


def article_gone() -> Html:
    """Return the source pane for an article that was removed meanwhile."""
    gone = "This article is no longer in the library."
    return element("div", element("p", gone, role="alert"), class_="nothing-open")


def receipts(rows: Sequence[Receipt]) -> Html:
    """Return one line for each uploaded file: name, what became of it, and why where it was skipped."""
    return element("ul", joined(_receipt(row) for row in rows), class_="receipts")


def problems(entries: Sequence[SourceEntry]) -> Html:
    """Return the sources that were skipped, are gone or came in with a warning, each with what is wrong."""
    if not entries:
        return Html()
    lines = joined(_problem(entry) for entry in entries[-_ROWS:])
    head = element("summary", f"{len(entries):,} sources with problems")
    return element("details", head, element("ul", lines, class_="receipts"))


def _problem(entry: SourceEntry) -> Html:
    name = re.split(r"[/\\]", entry.source.rstrip("/"))[-1] + (f" line {entry.row}" if entry.row else "")
    reason = "; ".join([entry.reason] if entry.reason else entry.warnings)
    shown = element("span", name, class_="name", dir="auto", title=entry.source)
    return element(
        "li", shown, " ", element("span", entry.status, class_="status"), " ", element("span", reason, dir="auto")
    )


def counts(known: Mapping[str, int]) -> Html:
    """Return how much the library holds."""
    return element("p", f"{known['articles']:,} articles · {known['chunks']:,} chunks")


def article_table(heads: Sequence[ArticleHead]) -> Html:
    """Return a table of articles, each with a button that opens and one that removes it."""
    if not heads:
        return element("p", "No article here.")
    names = joined(element("th", name, scope="col") for name in ("Title", "Source", "Published", ""))
    rows = joined(_row(head) for head in heads[:_ROWS])
    table = element("table", element("thead", element("tr", names)), element("tbody", rows))
    rest = len(heads) - _ROWS
    return joined((table, element("p", f"and {rest:,} more: find them by title or source") if rest > 0 else Html()))


def details(source: str | None, published: str | None) -> Html:
    """Return source and date as one line, with a date that is not known said."""
    date = element("time", published or "date unknown")
    return element("span", f"{source} · " if source else "", date, class_="details", dir="auto")


def web_link(url: str | None, label: str) -> Html:
    """Return a link that opens elsewhere, or nothing where the address is not of the web."""
    if not url or not _is_web(url):
        return Html()
    arrow = element("span", " ↗", aria_hidden="true")
    return element("a", label, arrow, href=url, target="_blank", rel="noopener noreferrer")


def place(article_id: str, start: int, end: int) -> str:
    """Return where to open an article, as a button carries it."""
    return f"{start} {end} {article_id}"


def read_place(written: str) -> tuple[str, int, int]:
    """Return article id, start and end of a written place; ValueError where it is none."""
    start, end, article_id = written.split(" ", 2)
    return article_id, int(start), int(end)


def open_button(label: str, article_id: str, start: int, end: int, **attributes: str) -> Html:
    """Return a button that opens an article at a sentence; `static/pane.js` listens for it."""
    # the chat's sanitizer drops data- and aria- attributes, and keeps a button's name, value and title
    where = place(article_id, start, end)
    return element("button", label, type="button", name="open", value=where, **attributes)


def _as_text(text: str) -> str:
    return escape(_UNSHOWABLE.sub("\ufffd", text))


def _attributes(attributes: dict[str, str | int | None]) -> str:
    given = ((name, value) for name, value in attributes.items() if value is not None)
    return "".join(f' {name.rstrip("_").replace("_", "-")}="{_as_text(str(value))}"' for name, value in given)


def _is_web(url: str) -> bool:
    try:
        return urlsplit(url).scheme in ("http", "https")
    except ValueError:
        return False


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


def _statement(statement: Statement, numbered: dict[int, Citation]) -> Html:
    text = element("span", *_bold(statement, numbered), dir="auto")
    marks = joined(_mark(numbered[number]) for number in statement.citations if number in numbered)
    doubt = element("span", "being checked", class_="checking") if statement.verdict == "checking" else Html()
    if statement.verdict == "unsupported" and statement.reason:
        doubt = element("span", "no sentence supports this", class_="doubt", title=statement.reason)
    return element("p", text, "\u00a0", marks, doubt, class_=f"statement {statement.verdict}")


def _bold(statement: Statement, numbered: dict[int, Citation]) -> tuple[str, Html, str]:
    """Return a statement in three parts, of which the middle one are the words that answer."""
    cited = numbered.get(statement.citations[0]) if statement.citations else None
    start, end = cited.words if cited and cited.sentence == statement.text else (0, 0)
    words = element("strong", statement.text[start:end], class_="words") if start < end else Html()
    return statement.text[:start], words, statement.text[end:]


def _mark(citation: Citation) -> Html:
    told = " · ".join(filter(None, (citation.title, citation.source, citation.published)))
    where = (citation.article_id, citation.start, citation.end)
    return open_button(f"[{citation.number}]", *where, class_="cite", title=told)


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


def _receipt(row: Receipt) -> Html:
    name = element("span", row.name, class_="name", dir="auto")
    status = element("span", row.status, class_="status")
    title = element("span", row.title, class_="title", dir="auto") if row.title else Html()
    told = (element("li", problem, dir="auto") for problem in row.problems[:_PROBLEMS])
    problems = element("ul", joined(told)) if row.problems else Html()
    return element(
        "li", name, " ", status, " ", title, problems, class_="receipt doubtful" if row.problems else "receipt"
    )


def _row(head: ArticleHead) -> Html:
    title = open_button(head.title, head.id, 0, 0, class_="open", dir="auto")
    remove = element("button", "Remove", type="button", name="remove", value=head.id, title=head.title)
    cells = (title, head.source or "", head.published or "", remove)
    return element("tr", joined(element("td", cell, dir="auto") for cell in cells))


def _article_head(found: Article, start: int) -> Html:
    title = element("h2", found.title, dir="auto")
    by = element("p", f"by {found.author}", dir="auto") if found.author else Html()
    updated = element("p", "updated ", element("time", found.updated)) if found.updated else Html()
    known = element("div", by, details(found.source, found.published), updated)
    return element("header", title, known, web_link(_at_page(found, start), "Original page"))


def _at_page(found: Article, start: int) -> str | None:
    page = found.page(start)
    return f"{found.url}#page={page}" if found.url and page else found.url


def _paragraphs(found: Article, start: int, end: int) -> Html:
    spans = paragraph_spans(found.text, start, end)
    return joined(_paragraph(found, first, last, start, end) for first, last in spans)


def paragraph_spans(text: str, start: int = 0, end: int = 0) -> Iterator[tuple[int, int]]:
    """Return where paragraphs start and end: at blank lines, or at line ends where there are none.

    The cited sentence, from `start` to `end`, stays whole.
    """
    gap = _BLANK_LINE if _BLANK_LINE.search(text) else _LINE_END
    first = 0
    for found in gap.finditer(text):
        if start < found.end() and found.start() < end:
            continue
        if text[first : found.start()].strip():
            yield first, found.start()
        first = found.end()
    if text[first:].strip():
        yield first, len(text)


def _paragraph(found: Article, first: int, last: int, start: int, end: int) -> Html:
    text = found.text
    low, high = max(first, start), min(last, end)
    if low >= high:
        # a plain text's first line is its title, which the head shows already
        repeats = text[first:last].strip() == found.title.strip()
        return element("p", text[first:last], class_="title-again" if repeats else None)
    marked = element("mark", text[low:high])
    return element("p", text[first:low], marked, text[high:last])
