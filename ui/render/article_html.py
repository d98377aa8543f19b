"""An article in the source pane, as HTML."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.article import Article, ArticleSummary
from ui.render.html import Html, details, element, joined, open_button, place, web_link
from ui.render.text_fragment import at_sentence

_BLANK_LINE = re.compile(r"\n[ \t\r]*\n\s*")
_LINE_END = re.compile(r"\n\s*")
_OTHERS = 20

Span = tuple[int, int]
"""Where a piece of an article's text starts and ends, in code points; an empty one is nowhere."""


@dataclass(frozen=True)
class Opened:
    """What of an article is shown: the opened sentence, all sentences cited beside it, the passage that was searched.

    `cited` are the places of an answer's citations in their order, whatever their article; `number` is the opened
    one's position among them, the first being 1, or 0 where it is none of them.
    """

    sentence: Span = (0, 0)
    passage: Span = (0, 0)
    cited: tuple[tuple[str, int, int], ...] = ()
    number: int = 0

    def marked(self, article_id: str) -> list[Span]:
        """Return where the cited sentences of one article stand."""
        return [(start, end) for cited, start, end in self.cited if cited == article_id]


def article(found: Article, opened: Opened, others: Sequence[ArticleSummary] = ()) -> Html:
    """Return an article for the source pane, its sentences marked; `others` tell the same story."""
    start, end = opened.sentence
    body = element("div", _paragraphs(found, opened), class_="article-text", dir="auto")
    parts = (_article_head(found, opened), body, _same_story(others))
    return element("article", *parts, data_opened=place(found.id, start, end))


def nothing_open() -> Html:
    """Return the source pane before anything was opened."""
    hint = "Choose a number such as [1] in an answer: its article opens here, at the very sentence."
    return element("div", element("p", hint), class_="nothing-open")


def article_gone() -> Html:
    """Return the source pane for an article that was removed meanwhile."""
    gone = "This article is no longer in the library."
    return element("div", element("p", gone, role="alert"), class_="nothing-open")


def paragraph_spans(text: str, kept: Sequence[Span] = ()) -> Iterator[Span]:
    """Return where paragraphs start and end: at blank lines, or at line ends where there are none.

    The `kept` pieces stay whole.
    """
    gap = _BLANK_LINE if _BLANK_LINE.search(text) else _LINE_END
    first = 0
    for found in gap.finditer(text):
        if any(start < found.end() and found.start() < end for start, end in kept):
            continue
        if text[first : found.start()].strip():
            yield first, found.start()
        first = found.end()
    if text[first:].strip():
        yield first, len(text)


def _article_head(found: Article, opened: Opened) -> Html:
    title = element("h2", found.title, dir="auto")
    by = element("span", f"by {found.author}", class_="author", dir="auto") if found.author else Html()
    updated = element("span", "updated ", element("time", found.updated)) if found.updated else Html()
    known = element("div", joined((by, details(found.source, found.published), updated)), class_="known")
    label = "Original page, at this sentence" if opened.sentence[0] < opened.sentence[1] else "Original page"
    return element("header", title, known, web_link(_original(found, opened.sentence), label), _steps(opened))


def _original(found: Article, sentence: Span) -> str | None:
    page = found.page(sentence[0])
    if found.url and page:
        return f"{found.url}#page={page}"
    return at_sentence(found.url, found.text[slice(*sentence)]) if found.url else None


def _steps(opened: Opened) -> Html:
    """Return the buttons to the citations before and after the opened one, where there are several."""
    count = len(opened.cited)
    if count < 2 or not opened.number:
        return Html()
    told = element("span", f"Citation {opened.number} of {count}", aria_live="polite")
    before, after = opened.number - 2, opened.number
    back = _step("‹ Previous", opened.cited[before] if before >= 0 else None, "previous")
    on = _step("Next ›", opened.cited[after] if after < count else None, "next")
    return element("nav", back, told, on, aria_label="Citations of this answer", class_="steps")


def _step(label: str, where: tuple[str, int, int] | None, name: str) -> Html:
    if where is None:
        return element("button", label, type="button", disabled="", class_=f"step {name}")
    return open_button(label, *where, class_=f"step {name}")


def _same_story(others: Sequence[ArticleSummary]) -> Html:
    if not others:
        return Html()
    rows = joined(_other(head) for head in others[:_OTHERS])
    more = len(others) - _OTHERS
    rest = element("p", f"and {more:,} more") if more > 0 else Html()
    return element("section", element("h3", "The same story elsewhere"), element("ul", rows), rest, class_="same-story")


def _other(head: ArticleSummary) -> Html:
    opened = open_button(head.title, head.id, 0, 0, class_="open", dir="auto")
    return element("li", opened, " ", details(head.source, head.published))


def _paragraphs(found: Article, opened: Opened) -> Html:
    cited = opened.marked(found.id)
    spans = paragraph_spans(found.text, [opened.sentence, *cited])
    return joined(_paragraph(found, span, opened, cited) for span in spans)


def _paragraph(found: Article, span: Span, opened: Opened, cited: Sequence[Span]) -> Html:
    text = found.text
    pieces = [
        _piece(text[a:b], (a, b), opened, cited) for a, b in _cut(span, [opened.sentence, opened.passage, *cited])
    ]
    # a plain text's first line is its title, which the head shows already
    repeats = text[slice(*span)].strip() == found.title.strip() and not any(_meet(span, each) for each in cited)
    is_again = repeats and not _meet(span, opened.sentence)
    return element("p", *pieces, class_="title-again" if is_again else None)


def _cut(span: Span, marks: Sequence[Span]) -> list[Span]:
    first, last = span
    ends = {end for mark in marks if mark[0] < mark[1] for end in mark if first < end < last}
    cuts = sorted({first, last} | ends)
    return list(pairwise(cuts))


def _piece(text: str, span: Span, opened: Opened, cited: Sequence[Span]) -> str:
    if _meet(span, opened.sentence):
        return element("mark", text, class_="opened")
    if any(_meet(span, each) for each in cited):
        return element("mark", text)
    if _meet(span, opened.passage):
        return element("span", text, class_="passage", title="The passage that was searched")
    return text


def _meet(one: Span, other: Span) -> bool:
    return max(one[0], other[0]) < min(one[1], other[1])
