"""What is shown is text: every piece of HTML comes from one escaping function."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article
from rag.answer import Answer, Citation, Request, Statement
from rag.refusals import Refusal, RefusalKind
from ui.render import answer_html, article_html, library_html
from ui.render import html as render
from ui.render.article_html import Selection

HOSTILE = '<img src=x onerror="run()"> & <name withheld> $4 to $9 \'"</div><script>run()</script>'
SHOWABLE = st.text(st.characters(exclude_categories=("Cc", "Cs")))


class Read(HTMLParser):
    """The tags, the text and the marked text of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: dict[str, str | None] = {}
        self.text = self.marked = ""
        self._in_mark = False
        self.feed(str(html))  # a slice of Markup would be escaped again
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= dict(attrs)
        self._in_mark = self._in_mark or tag == "mark"

    def handle_endtag(self, tag: str) -> None:
        self._in_mark = self._in_mark and tag != "mark"

    def handle_data(self, data: str) -> None:
        self.text += data
        self.marked += data if self._in_mark else ""


def article(text: str, title: str = "A title", **fields: str) -> Article:
    return Article(id="a:1", title=title, text=text, **fields)


def cited(sentence: str, number: int = 1, title: str = "A title") -> Citation:
    return Citation(number, "a:1", title, None, "The Paper", "2024-03-03", sentence, 5, 5 + len(sentence))


def answered(*texts: str, question: str = "Who?", standalone: str = "Who?", verdict: str = "quoted") -> Answer:
    reason = "no reason" if verdict == "unsupported" else None
    statements = tuple(Statement(text, (number,), verdict, reason) for number, text in enumerate(texts, 1))
    citations = tuple(cited(text, number) for number, text in enumerate(texts, 1))
    return Answer(Request(question, standalone), statements, citations, (), None, 0.9, (), 0.1)


def refused(reason: str) -> Answer:
    return Answer(Request("Who?", "Who?"), (), (), (), Refusal(RefusalKind.NO_ANSWER, reason), 0.1, (), 0.1)


@given(SHOWABLE)
def test_any_text_comes_back_as_the_text_it_was(text: str) -> None:
    shown = Read(render.element("p", text, title=text))
    assert shown.tags == ["p"]
    assert shown.text == text
    assert shown.attributes == {"title": text}


def test_html_made_by_element_is_not_escaped_again() -> None:
    assert render.element("p", render.element("b", "<")) == "<p><b>&lt;</b></p>"


@pytest.mark.parametrize("unshowable", ["\x00", "\x1b", "\ud800", "\x85"])
def test_what_no_browser_can_show_becomes_one_replacement_character(unshowable: str) -> None:
    assert render.element("p", f"a{unshowable}b") == "<p>a\ufffdb</p>"


def test_attribute_names_of_python_become_those_of_html() -> None:
    shown = Read(render.element("p", class_="x", aria_label="y", lang=None))
    assert shown.attributes == {"class": "x", "aria-label": "y"}


@pytest.mark.parametrize(
    "shown",
    [
        answer_html.question(HOSTILE),
        answer_html.problem(HOSTILE),
        answer_html.answer(answered(HOSTILE)),
        answer_html.answer(refused(HOSTILE)),
        article_html.article(
            article(HOSTILE, HOSTILE, author=HOSTILE, source=HOSTILE, published=HOSTILE), Selection((0, 9))
        ),
        library_html.receipts([library_html.Receipt(HOSTILE, "skipped", HOSTILE, (HOSTILE,))]),
    ],
)
def test_hostile_text_is_literal_everywhere(shown: str) -> None:
    read = Read(shown)
    assert HOSTILE in read.text
    assert not {"img", "script", "name"} & set(read.tags)
    assert "onerror" not in read.attributes


def test_an_answer_shows_statements_with_buttons_that_open_their_sentence() -> None:
    read = Read(answer_html.answer(answered("Venn opposes the plan.")))
    assert read.attributes["value"] == "5 27 a:1"
    assert "[1]" in read.text
    assert "The Paper · 2024-03-03" in read.text


def test_a_place_survives_being_written_and_read() -> None:
    assert render.read_place(render.place("an id of spaces", 3, 8)) == ("an id of spaces", 3, 8)


def test_a_place_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="unpack"):
        render.read_place("nowhere")


def test_a_standalone_question_is_shown_only_where_it_differs() -> None:
    same = answer_html.answer(answered("Yes.", question="Who?", standalone="Who?"))
    other = answer_html.answer(answered("Yes.", question="And when?", standalone="When did the mill open?"))
    assert "Understood as" not in same
    assert "Understood as: When did the mill open?" in Read(other).text


def test_a_refusal_says_why_and_has_nothing_to_open() -> None:
    read = Read(answer_html.answer(refused("The articles do not say.")))
    assert "The articles do not say." in read.text
    assert "button" not in read.tags


def test_first_words_stream_without_citations_until_their_statement_is_whole() -> None:
    found = answered("One two three.", "Four five.")
    assert Read(answer_html.answer(found, 2)).text.strip() == "One two"
    assert Read(answer_html.answer(found, 4)).text == "One two three.\u00a0[1]Four\u00a0"


def test_an_unsupported_statement_says_so() -> None:
    assert "not supported by the articles" in answer_html.answer(answered("Maybe.", verdict="unsupported"))


@given(st.text(st.sampled_from("ab. \n\t"), max_size=80), st.integers(0, 80), st.integers(0, 80))
def test_the_marked_text_is_the_cited_span(text: str, first: int, second: int) -> None:
    start, end = sorted((min(first, len(text)), min(second, len(text))))
    read = Read(article_html.article(article(text), Selection((start, end))))
    assert read.marked == (text[start:end] if text.strip() else "")
    assert read.tags.count("mark") <= 1


@given(st.text(st.sampled_from("ab. \n\t"), max_size=80))
def test_paragraphs_hold_all_text_but_white_space(text: str) -> None:
    spans = list(article_html.paragraph_spans(text))
    assert " ".join(text[first:last] for first, last in spans).split() == text.split()
    assert all(text[first:last].strip() for first, last in spans)


def test_paragraphs_end_at_blank_lines_or_else_at_line_ends() -> None:
    parted, lines = "a\nb\n\nc", "a\nb"
    assert [parted[a:b] for a, b in article_html.paragraph_spans(parted)] == ["a\nb", "c"]
    assert [lines[a:b] for a, b in article_html.paragraph_spans(lines)] == ["a", "b"]


@pytest.mark.parametrize("url", ["javascript:run()", "data:text/html,x", "file:///etc", "//x", "http://[", None])
def test_only_addresses_of_the_web_become_links(url: str | None) -> None:
    assert render.web_link(url, "Original page") == ""


def test_a_link_opens_elsewhere_and_tells_nothing() -> None:
    read = Read(render.web_link('https://x.example/"a', "Original page"))
    assert read.attributes["href"] == 'https://x.example/"a'
    assert read.attributes["rel"] == "noopener noreferrer"
    assert read.attributes["target"] == "_blank"


def test_a_title_that_the_text_repeats_is_told_once_unless_cited() -> None:
    text = "A title\n\nThe rest."
    assert "title-again" in article_html.article(article(text), Selection((9, 18)))
    assert "title-again" not in article_html.article(article(text), Selection((0, 7)))
