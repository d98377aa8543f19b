"""The words that answer, bold on both screens, at their exact place, whatever the text holds."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer import Answer, AnswerSpan, Asked, Citation, Part, Request, Statement
from rag.refusals import Notice, NoticeKind
from ui.render import answer_html
from ui.render.answer_text import BOLD, PLAIN, answer_lines

SENTENCE = "The <b>mill</b> opened on 3 May 2021."


def answered(start: int, end: int, sentence: str = SENTENCE) -> Answer:
    span = AnswerSpan(100 + start, 100 + end)
    citation = Citation(1, "a", "Title", None, None, None, sentence, 100, 100 + len(sentence), span)
    statements = (Statement(sentence, (1,), "quoted"),)
    part = Part(Asked("When?"), statements, confidence=0.9, short=sentence[start:end])
    return Answer(Request("When?", "When?"), statements, (citation,), (), None, 0.9, (), 0.1, parts=(part,))


def test_the_browser_shows_the_words_in_bold_and_all_else_as_text() -> None:
    start = SENTENCE.index("3 May 2021")
    shown = answer_html.answer(answered(start, start + 10))
    assert '<strong class="words">3 May 2021</strong>' in shown
    assert "The &lt;b&gt;mill&lt;/b&gt; opened on " in shown


def test_the_terminal_shows_the_words_in_bold_only_where_it_can() -> None:
    start = SENTENCE.index("3 May 2021")
    found = answered(start, start + 10)
    assert list(answer_lines(found, bold=True))[:3] == [
        "3 May 2021",
        "",
        f"{SENTENCE[:start]}{BOLD}3 May 2021{PLAIN}. [1]",
    ]
    assert list(answer_lines(found))[:3] == ["3 May 2021", "", f"{SENTENCE} [1]"]


def test_words_that_are_not_sure_do_not_lead_and_are_not_bold() -> None:
    found = answered(0, 8)
    unsure = replace(found, parts=(replace(found.parts[0], short=None),))
    assert next(answer_lines(unsure, bold=True)) == f"{SENTENCE} [1]"
    assert "<strong" not in answer_html.answer(unsure)


def test_an_answer_in_json_has_its_words_and_their_place() -> None:
    start = SENTENCE.index("3 May 2021")
    told = answered(start, start + 10).to_json()
    assert told["short"] == "3 May 2021"
    assert told["citations"][0]["span"] == {"start": 100 + start, "end": 110 + start}


def test_an_answer_without_marked_words_says_so() -> None:
    found = answered(0, 1)
    parts = (replace(found.parts[0], short=None),)
    unmarked = replace(found, citations=(replace(found.citations[0], span=None),), parts=parts)
    assert unmarked.short is None
    assert unmarked.to_json()["citations"][0]["span"] is None
    assert "<strong" not in answer_html.answer(unmarked)


@pytest.mark.parametrize("notice", ["The reader is missing <b>.", None])
def test_a_notice_stands_under_the_answer(notice: str | None) -> None:
    found = replace(answered(0, 3), notices=(Notice(NoticeKind.RANKED_BY_SIMILARITY, notice),) if notice else ())
    assert (list(answer_lines(found))[-1] == notice) == (notice is not None)
    assert ("The reader is missing &lt;b&gt;." in answer_html.answer(found)) == (notice is not None)


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=60), st.data())
def test_the_words_are_a_part_of_the_sentence(sentence: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(sentence) - 1))
    end = data.draw(st.integers(start + 1, len(sentence)))
    assert answered(start, end, sentence).short == sentence[start:end]
