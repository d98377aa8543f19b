"""Addresses that lead to the same article have one form, and others do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.urls import canonical, without_tracking

STORY = "https://example.org/2024/pier"


@pytest.mark.parametrize(
    "url",
    [
        " http://example.org/2024/pier\n",
        "HTTPS://WWW.Example.ORG:443/2024/pier",
        "http://m.example.org:80/2024/pier/",
        "https://mobile.example.org./2024/pier#comments",
        "https://amp.example.org/2024/pier",
        "https://www.example.org/2024/pier/amp",
        "https://www.example.org/2024/pier/amp/",
        "https://example.org/amp/2024/pier",
        "https://example.org/2024/pier.amp",
        "https://example.org/2024/pier?amp=1",
        "https://example.org/2024/pier?amp",
        "https://example.org/2024/pier?outputType=amp",
        "https://example.org/2024/pier/print",
        "https://example.org/2024/pier?print=1",
        "https://example.org/2024/pier/index.html",
        "https://example.org//2024/pier",
        "https://reader:secret@example.org/2024/pier",
        "https://example.org/2024/pier?utm_source=a&UTM_Medium=b&fbclid=c&gclid=d&mc_cid=e&ref=f&CMP=g&igshid=h",
        "https://www.google.com/amp/s/www.example.org/2024/pier/amp/",
        "https://example-org.cdn.ampproject.org/c/s/example.org/2024/pier",
    ],
)
def test_forms_of_one_address_are_one(url: str) -> None:
    assert canonical(url) == STORY


@pytest.mark.parametrize(
    ("url", "form"),
    [
        ("https://example.org/?b=2&a=1", "https://example.org?a=1&b=2"),
        ("https://example.org/story?cid=7&gallery=5", "https://example.org/story?cid=7&gallery=5"),
        ("https://example.org/a?p=%e9", "https://example.org/a?p=%E9"),
        ("https://example.org/caf\u00e9", "https://example.org/caf%C3%A9"),
        ("https://example.org/caf%c3%a9", "https://example.org/caf%C3%A9"),
        ("https://example.org/print-run", "https://example.org/print-run"),
        ("https://example.org/amplifier", "https://example.org/amplifier"),
        ("https://example.org:8080/a", "https://example.org:8080/a"),
        ("https://m.org/a", "https://m.org/a"),
        ("http://[::1]:80/a", "https://[::1]/a"),
    ],
)
def test_what_tells_articles_apart_stays(url: str, form: str) -> None:
    assert canonical(url) == form


@pytest.mark.parametrize(
    "url",
    [
        "",
        "not a web address",
        "mailto:ana@example.org",
        "http://",
        "http://[broken",
        "http://a:99999/x",
        "/only/a/path",
    ],
)
def test_what_is_no_web_address_comes_back_stripped(url: str) -> None:
    assert canonical(f"  {url} ") == url


def test_an_endless_address_is_left_alone() -> None:
    url = "https://example.org" + "/amp" * 10_000
    assert canonical(url) == url


PIECES = st.sampled_from(
    "http:// HTTPS:// // / www. m. amp. example.org EXAMPLE.org :443 :80 :x /amp /print .amp index.html ? & # amp=1 "
    "utm_source=x a=1 %e9 %zz é [ ] @ google.com/amp/s/ x.cdn.ampproject.org/c/ xn--caf-dma.org .. ; "
    "\u2100 \ud800".split()
)


@given(
    st.one_of(st.text(), st.lists(PIECES).map("".join), st.lists(PIECES).map(lambda parts: "http://" + "".join(parts)))
)
def test_the_form_of_a_form_is_itself(url: str) -> None:
    assert canonical(canonical(url)) == canonical(url)


def test_only_tracking_parameters_leave_an_address_that_is_shown() -> None:
    assert (
        without_tracking("https://www.Post.example/a?b=2&utm_source=x&a=1#top")
        == "https://www.Post.example/a?b=2&a=1#top"
    )
    assert without_tracking("https://post.example/a") == "https://post.example/a"
