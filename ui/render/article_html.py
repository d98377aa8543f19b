"""An article in the source pane, as HTML."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from index.article import Article, ArticleSummary
from ui.render.html import details, element, join, open_button, place, web_link
from ui.render.text_fragment import at_sentence

_BLANK_LINE = re.compile(r"\n[ \t\r]*\n\s*")
_LINE_END = re.compile(r"\n\s*")
_OTHERS = 20

Span = tuple[int, int]
"""Start and end of a piece of an article's text, in code points; an empty span marks nothing."""


@dataclass(frozen=True)
class Selection:
    """What is marked in an article: the opened sentence, all sentences the answer cites, and the passage around it.

    `cited` are the places of all citations of an answer, in order; `number` is the position of the opened one among
    them, from 1, or 0 if it is not one of them.
    """

    sentence: Span = (0, 0)
    passage: Span = (0, 0)
    cited: tuple[tuple[str, int, int], ...] = ()
    number: int = 0

    def marked(self, article_id: str) -> list[Span]:
        """Return the spans of the cited sentences of one article."""
        return [(start, end) for cited, start, end in self.cited if cited == article_id]


def article(article: Article, selection: Selection, others: Sequence[ArticleSummary] = ()) -> Markup:
    """Return an article for the source pane with its marks; `others` tell the same story."""
    start, end = selection.sentence
    spans = paragraph_spans(article.text, [selection.sentence, *selection.marked(article.id)])
    paragraphs = join(_paragraph(article, span, selection) for span in spans)
    body = element("div", paragraphs, class_="article-text", dir="auto")
    parts = (_article_head(article, selection), body, _same_story(others))
    return element("article", *parts, data_opened=place(article.id, start, end))


def nothing_open() -> Markup:
    """Return the source pane before an article is opened."""
    hint = "Click a number such as [1] in an answer to open its article here, at the cited sentence."
    return element("div", element("p", hint), class_="nothing-open")


def article_gone() -> Markup:
    """Return the source pane for an article that has been removed."""
    gone = "This article is no longer in the library."
    return element("div", element("p", gone, role="alert"), class_="nothing-open")


def paragraph_spans(text: str, kept: Sequence[Span] = ()) -> Iterator[Span]:
    """Yield the spans of the paragraphs, which end at blank lines or, if there are none, at line ends.

    The `kept` spans are not split.
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


def _article_head(article: Article, selection: Selection) -> Markup:
    title = element("h2", article.title, dir="auto")
    by = element("span", f"by {article.author}", class_="author", dir="auto") if article.author else Markup()
    updated = element("span", "updated ", element("time", article.updated)) if article.updated else Markup()
    known = element("div", join((by, details(article.source, article.published), updated)), class_="known")
    start, end = selection.sentence
    label = "Open the original page" + (" at this sentence" if start < end else "")
    page, url = article.page(start), article.url
    if url:
        url = f"{url}#page={page}" if page else at_sentence(url, article.text[start:end])
    return element("header", title, known, web_link(url, label), _steps(selection))


def _steps(selection: Selection) -> Markup:
    """Return the buttons to the previous and the next citation, if there are several."""
    count = len(selection.cited)
    if count < 2 or not selection.number:
        return Markup()
    position = element("span", f"Citation {selection.number} of {count}", aria_live="polite")
    before, after = selection.number - 2, selection.number
    back = _step("‹ Previous", selection.cited[before] if before >= 0 else None, "previous")
    on = _step("Next ›", selection.cited[after] if after < count else None, "next")
    return element("nav", back, position, on, aria_label="Citations of this answer", class_="steps")


def _step(label: str, where: tuple[str, int, int] | None, name: str) -> Markup:
    if where is None:
        return element("button", label, type="button", disabled="", class_=f"step {name}")
    return open_button(label, *where, class_=f"step {name}")


def _same_story(others: Sequence[ArticleSummary]) -> Markup:
    if not others:
        return Markup()
    rows = []
    for head in others[:_OTHERS]:
        button = open_button(head.title, head.id, 0, 0, class_="open", dir="auto")
        rows.append(element("li", button, " ", details(head.source, head.published)))
    more = len(others) - _OTHERS
    rest = element("p", f"and {more:,} more") if more > 0 else Markup()
    return element(
        "section", element("h3", "The same story elsewhere"), element("ul", *rows), rest, class_="same-story"
    )


def _paragraph(article: Article, span: Span, selection: Selection) -> Markup:
    text, cited = article.text, selection.marked(article.id)
    (first, last), marks = span, (selection.sentence, selection.passage, *cited)
    ends = {end for start, stop in marks if start < stop for end in (start, stop) if first < end < last}
    pieces = [_piece(text[a:b], (a, b), selection, cited) for a, b in pairwise(sorted({first, last} | ends))]
    # the first line of a plain text is its title, which the head shows already
    repeats = text[first:last].strip() == article.title.strip()
    is_marked = any(_meet(span, each) for each in (selection.sentence, *cited))
    return element("p", *pieces, class_="title-again" if repeats and not is_marked else None)


def _piece(text: str, span: Span, selection: Selection, cited: Sequence[Span]) -> str:
    if _meet(span, selection.sentence):
        return element("mark", text, class_="opened")
    if any(_meet(span, each) for each in cited):
        return element("mark", text)
    if _meet(span, selection.passage):
        return element("span", text, class_="passage", title="The passage found by the search")
    return text


def _meet(one: Span, other: Span) -> bool:
    return max(one[0], other[0]) < min(one[1], other[1])
