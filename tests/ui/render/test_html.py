"""Every piece of HTML comes from one escaping function; places and links."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.html import Read
from ui.render import html as render

SHOWABLE = st.text(st.characters(exclude_categories=("Cc", "Cs")))


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


def test_a_place_survives_being_written_and_read() -> None:
    assert render.read_place(render.place("an id of spaces", 3, 8)) == ("an id of spaces", 3, 8)


def test_a_place_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="unpack"):
        render.read_place("nowhere")


@pytest.mark.parametrize("url", ["javascript:run()", "data:text/html,x", "file:///etc", "//x", "http://[", None])
def test_only_addresses_of_the_web_become_links(url: str | None) -> None:
    assert render.web_link(url, "Original page") == ""


def test_a_link_opens_elsewhere_and_tells_nothing() -> None:
    read = Read(render.web_link('https://x.example/"a', "Original page"))
    assert read.attributes["href"] == 'https://x.example/"a'
    assert read.attributes["rel"] == "noopener noreferrer"
    assert read.attributes["target"] == "_blank"
