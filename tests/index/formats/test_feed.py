"""Feeds as sites really serve them."""

import json
from html import escape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import SourceError
from index.formats.feed import MAX_ENTRIES, entries
from index.item import Item

FIXTURES = sorted(
    path for path in (Path(__file__).parents[2] / "fixtures" / "feed").iterdir() if path.suffix != ".json"
)
FACTS = ("title", "author", "source", "published", "updated", "language", "url")


def rss(*items: str, head: str = "") -> bytes:
    whole = "".join(f"<item>{item}</item>" for item in items)
    return f'{head}<rss version="2.0"><channel><title>The Weir</title>{whole}</channel></rss>'.encode()


def described(text: str, more: str = "") -> str:
    return f"<title>Eels</title><link>https://weir.example/eels</link><description>{escape(text)}</description>{more}"


def only(content: bytes, url: str | None = None) -> Item:
    [entry] = entries(content, url)
    return entry


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.name)
def test_each_entry_of_a_real_feed_comes_in_whole(path: Path) -> None:
    expected = json.loads(path.with_name(path.name + ".json").read_text("utf-8"))
    found = list(entries(path.read_bytes()))
    assert len(found) == len(expected)
    for article, wanted in zip(found, expected, strict=True):
        assert article is not None
        facts = {name: getattr(article, name) for name in FACTS if name in wanted}
        assert facts == {name: wanted[name] for name in facts}
        assert article.text.replace("\n\n", "\n") == "\n".join(wanted["kept"])
        assert not [line for line in wanted["boilerplate"] if line in article.text]


def test_content_wins_over_the_summary_after_it() -> None:
    paragraphs = "".join(f"<p>Paragraph {number} of the minutes.</p>" for number in range(1, 6))
    content = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Minutes</title><entry><title>May</title>
      <link href="https://minutes.example/may"/><content type="html">{escape(paragraphs)}</content>
      <summary>One paragraph about it.</summary></entry></feed>"""
    entry = only(content.encode())
    assert not entry.reason
    assert entry.text.split("\n\n") == [f"Paragraph {number} of the minutes." for number in range(1, 6)]
    assert not entry.is_summary


def test_every_fact_says_that_the_feed_gave_it() -> None:
    article = only(rss(described("Eels passed.", "<pubDate>Mon, 03 Jun 2024 09:15:00 GMT</pubDate>")))
    assert article is not None
    assert article.charset == "utf-8"
    assert dict(article.found_in) == dict.fromkeys(("title", "url", "source", "published"), "feed")
    assert article.parser == "feedparser"


@pytest.mark.parametrize(
    ("date", "published"),
    [
        ("Mo, 03 Jun 2024 09:15:00", "2024-06-03T09:15:00"),
        ("Monday, 3 June 2024 09:15:00 +0200", "2024-06-03T09:15:00+02:00"),
        ("2024-06-03", "2024-06-03"),
    ],
)
def test_a_date_in_a_form_of_its_own_is_read(date: str, published: str) -> None:
    article = only(rss(described("Eels passed.", f"<pubDate>{date}</pubDate>")))
    assert article is not None
    assert (article.published, article.warnings) == (published, ())


@pytest.mark.parametrize(
    "date",
    [
        "yesterday",
        "09:15",
        "Mon, 03 Jun",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "0001-01-01T00:00:00Z",
        "Mon, 03 Jun 99999999999999999999 09:15:00 GMT",
        "Mon, 03 Jun 2024 09:15:00 +99999999999999999999",
    ],
)
def test_a_date_that_is_none_stays_unknown_with_a_warning(date: str) -> None:
    article = only(rss(described("Eels passed.", f"<pubDate>{date}</pubDate>")))
    assert article is not None
    assert (article.published, article.updated) == (None, None)
    assert article.warnings == (f'its date "{date[:60]}" is not understood',)


def test_an_entry_with_only_a_link_says_so_and_gives_it() -> None:
    entry = only(rss("<title>Eels</title><link>https://weir.example/eels</link>"))
    reason = 'the entry "Eels" has only a link: use --full to fetch its page'
    assert (entry.url, entry.is_summary, entry.reason) == ("https://weir.example/eels", True, reason)


def test_an_entry_with_nothing_says_so_and_stops_nothing() -> None:
    first, second = entries(rss("<title>Eels</title>", described("Eels passed.")))
    assert (first.url, first.reason) == (None, 'the entry "Eels" has no text')
    assert not second.reason


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Eels passed.", False),
        ("<p>Eels passed the weir by night.</p>" * 40, True),
        ("<p>Eels passed the weir by night.</p>" * 40 + "<p>They …</p>", False),
        ("<p>Eels passed the weir by night.</p>" * 40 + "<p><a href='/eels'>Read more</a></p>", False),
    ],
)
def test_a_summary_or_a_beginning_is_not_whole(text: str, whole: bool) -> None:
    entry = only(rss(described(text)))
    assert entry.is_summary is not whole
    assert not entry.reason
    assert "Read more" not in entry.text


def test_links_are_absolute_and_of_the_web() -> None:
    relative = only(rss("<link>/eels</link><description>Eels passed.</description>"), "https://weir.example/feed.xml")
    script = only(rss("<link>javascript:alert(1)</link><description>Eels passed.</description>"))
    assert (relative.url, script.url) == ("https://weir.example/eels", None)


def test_an_entry_without_a_title_is_called_by_its_first_line() -> None:
    article = only(rss("<description>Eels passed the weir. Nobody saw.</description>"))
    assert article is not None
    assert article.title == "Eels passed the weir. Nobody saw."


@pytest.mark.parametrize(
    "author", ["ida@weir.example (Ida Marl)", "Ida Marl &lt;ida@weir.example&gt;", "Ida Marl (ida@weir.example)"]
)
def test_an_author_is_the_name_without_the_address(author: str) -> None:
    article = only(rss(described("Eels passed.", f"<author>{author}</author>")))
    assert article is not None
    assert article.author == "Ida Marl"


def test_an_address_alone_names_nobody() -> None:
    article = only(rss(described("Eels passed.", "<author>desk@weir.example</author>")))
    assert article is not None
    assert article.author is None


def test_a_feed_cut_off_in_the_middle_comes_in_with_a_warning() -> None:
    content = rss(described("Eels passed."), described("A second night of eels."))
    found = list(entries(content[: content.index(b"second night") + 12]))
    assert not found[0].reason
    assert found[0].text == "Eels passed."
    assert found[0].warnings == ("the feed is not well-formed XML: some entries may be missing",)


@pytest.mark.parametrize("reference", ["&#xD800;", "&#55296;", "&#99999999999999999999;", "&#0;", "&#x110000;"])
def test_a_reference_to_no_character_stops_nothing(reference: str) -> None:
    article = only(rss(f"<title>Eels</title><description>Eels {reference} passed.</description>"))
    assert article is not None
    assert article.text == "Eels \ufffd passed."
    assert article.warnings == ()


@pytest.mark.parametrize("before", ["", "<!-- <a -->"])
@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "utf-7"])
def test_entity_bombs_are_refused_in_any_charset(charset: str, before: str) -> None:
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    head = f'<?xml version="1.0" encoding="{charset}"?>{before}<!DOCTYPE rss [<!ENTITY a0 "eels">{levels}]>'
    text = rss("<description>&a8;</description>", head=head).decode()
    content = text.encode(charset) if charset != "utf-7" else text.encode().replace(b"<!ENTITY", b"+ADwAIQ-ENTITY")
    with pytest.raises(SourceError, match="bombs"):
        list(entries(content))


def test_a_long_entity_used_often_is_refused() -> None:
    bomb = f'<!DOCTYPE rss [<!ENTITY a "{"eel " * 5000}">]>'
    with pytest.raises(SourceError, match="bombs"):
        list(entries(rss(f"<description>{'&a;' * 50_000}</description>", head=bomb)))


def test_a_file_named_by_an_entity_is_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the vault code", "utf-8")
    head = f'<!DOCTYPE rss [<!ENTITY a SYSTEM "{secret.as_uri()}">]>'
    try:
        found = str(list(entries(rss("<description>Eels &a; passed.</description>", head=head))))
    except SourceError as error:
        found = str(error)
    assert "vault" not in found


def test_content_that_is_a_path_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(rss(described("Eels passed.")))
    with pytest.raises(SourceError, match="not a feed"):
        list(entries(str(path).encode()))


def test_the_entries_after_the_bound_are_named_as_left_out() -> None:
    found = list(entries(rss(*["<description>Eel.</description>"] * (MAX_ENTRIES + 1))))
    assert len(found) == MAX_ENTRIES + 1
    assert found[-1].reason == "the feed has more than 10,000 entries: the rest is left out"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b" \n", "it is empty"),
        (b"Eels passed the weir.", "not a feed"),
        (b"<html><body><p>Eels</p></body></html>", "not a feed"),
        (rss(), "the feed has no entries"),
        (b"<rss>" + b" " * 20_000_000, "larger than 20 MB"),
    ],
)
def test_what_is_no_feed_is_refused_in_plain_words(content: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        list(entries(content))


def test_deep_nesting_ends() -> None:
    assert [entry.text for entry in entries(rss(described("<div>" * 50_000 + "Eels")))] == [""]


@given(st.binary(max_size=200), st.integers(0, 300))
def test_a_feed_damaged_anywhere_never_raises_anything_but_a_source_error(noise: bytes, place: int) -> None:
    content = rss(described("<p>Eels passed.</p>", "<pubDate>Mon, 03 Jun 2024 09:15:00 GMT</pubDate>"))
    try:
        found = list(entries(content[:place] + noise + content[place:]))
    except SourceError:
        found = []
    assert all(bool(entry.text) != bool(entry.reason) for entry in found)
