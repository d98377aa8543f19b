"""Web pages: the article whole and each part once, nothing around it, and facts that are true."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from index.errors import SourceError
from index.formats.html.page import extract
from index.item import Item
from index.library import Library

WEIR = "The council of Tarn voted on Monday to mend the lower weir before the autumn rains."
COST = "The work will cost 40,000 crowns and is led by the town's engineer, Ilse Brandt."
VOTE = "Nobody at the meeting spoke against the plan, which had been on the table since 2019."
MILL = "The weir was built by monks and holds the water for two mills and a tannery."
CLAIM = "I am told by my cousin that it will cost 900,000 crowns and take nine long years."
NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()
PARAGRAPHS = [
    f"Part {name} of the story tells how the harbour wall at Marn was mended in the spring." for name in NUMBERS
]


def page(*parts: str, head: str = "") -> str:
    return f"<!doctype html><html><head>{head}</head><body>{''.join(parts)}</body></html>"


def told(*paragraphs: str) -> str:
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def json_ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


def blocks(found: Item) -> list[str]:
    return found.text.split("\n\n")


@pytest.mark.parametrize("tag", ["div class='content'", "section", "div", "article"])
@pytest.mark.parametrize(
    "box",
    [
        "<div class='newsletter-box'><h3>The Letter</h3><p>The best of the coast, each Friday.</p></div>",
        "<div><p>Sign up for our newsletter and get the best of our reporting in your inbox.</p></div>",
        "<div class='x'><h3>The Letter</h3><p>The best of the coast, each Friday, free of charge, for all who read.</p>"
        "<form><input type='email'><button>Subscribe</button></form></div>",
    ],
)
def test_an_article_in_two_containers_is_whole_and_without_the_box_between(tag: str, box: str) -> None:
    one, other = (f"<{tag}>{told(*part)}</{tag.split()[0]}>" for part in (PARAGRAPHS[:6], PARAGRAPHS[6:]))
    found = extract(page("<nav><a href='/'>Home</a></nav>", one, box, other, "<footer>© 2024 Post</footer>"))
    assert blocks(found) == PARAGRAPHS
    assert any("Letter" in cut or "newsletter" in cut for cut in found.removed)


def test_what_is_cut_is_told_in_order_and_short() -> None:
    found = extract(page("<nav>Home</nav>", told(WEIR, COST), f"<footer>{'Contact us. ' * 99}</footer>"))
    assert [cut[:7] for cut in found.removed] == ["Home", "Contact"]
    assert all(len(cut) <= 300 for cut in found.removed)


@pytest.mark.parametrize(
    "comment",
    [
        f"<details><summary>Reader’s comment</summary><p>{CLAIM}</p></details>",
        f"<details><summary>Pat Lund says:</summary><p>{CLAIM}</p></details>",
        f"<div class='comment-list'><p>{CLAIM}</p></div>",
        f"<section><h2>Comments (1)</h2><p>Pat Lund</p><p>{CLAIM}</p></section>",
        f"<h2>What readers say</h2><p>Pat Lund</p><p>{CLAIM}</p>",
        f"<div><b>Pat Lund</b> <i>2 hours ago</i><p>{CLAIM}</p><a href='#'>Reply</a></div>",
    ],
)
@pytest.mark.parametrize("tag", ["aside", "article", "div"])
def test_a_readers_comment_is_no_part_of_the_article(tag: str, comment: str) -> None:
    cookies = "<div><p>We use cookies to improve your experience. Accept all</p></div>"
    found = extract(page(f"<{tag}><h1>Weir</h1>{told(WEIR, COST)}</{tag}>", cookies, comment))
    assert blocks(found) == ["Weir", WEIR, COST]
    assert any("900,000" in cut for cut in found.removed)


@pytest.mark.parametrize(
    "boilerplate",
    [
        "<div hidden><p>Hidden words that nobody who reads the page ever sees on it.</p></div>",
        "<div style='display: none'><p>Hidden words that nobody who reads the page ever sees on it.</p></div>",
        "<div aria-hidden='true'><p>Hidden words that nobody who reads the page ever sees on it.</p></div>",
        "<div class='related'><h3>More stories</h3><a href='/1'>A weir in Drow</a></div>",
        "<h3>You may also like</h3><ul><li><a href='/1'>A weir in Drow</a></li></ul>",
        "<ul class='share-buttons'><li><a>Facebook</a></li><li><a>Copy link</a></li></ul>",
        "<ol class='breadcrumb'><li><a href='/'>Home</a></li><li><a href='/t'>Tarn</a></li></ol>",
        "<p>Copyright 2024 The Tarn Post. All rights reserved.</p>",
        "<p>This site uses Akismet to reduce spam. Learn how your comment data is processed.</p>",
        "<div class='author-bio'><p>Ana Pell has written about rivers for this paper since 2011.</p></div>",
        "<form><label>Your name</label><input name='n'><textarea></textarea></form>",
    ],
)
def test_boilerplate_goes(boilerplate: str) -> None:
    assert blocks(extract(page(f"<article><h1>Weir</h1>{told(WEIR, COST)}{boilerplate}</article>"))) == [
        "Weir",
        WEIR,
        COST,
    ]


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("<ul><li>Oak</li><li>Pitch</li></ul>", "- Oak\n- Pitch"),
        ("<table><tr><th>Part</th><th>Cost</th></tr><tr><td>Oak</td><td>9</td></tr></table>", "Part | Cost\nOak | 9"),
        ("<figure><img src='x'><figcaption>The weir in May</figcaption></figure>", "The weir in May"),
        ("<blockquote>It will hold.</blockquote>", "It will hold."),
        ("<h2>What it costs</h2>", "What it costs"),
        ("<pre>one\n two</pre>", "one\ntwo"),
        ("<details><summary>The plan</summary></details>", "The plan"),
        ("<aside><p>First built in 1311</p></aside>", "First built in 1311"),
        ("<p>The mayor's newsletter names no cookies.</p>", "The mayor's newsletter names no cookies."),
        ("<p>Correction: the cost was wrong.</p>", "Correction: the cost was wrong."),
    ],
)
def test_content_stays(markup: str, shown: str) -> None:
    found = extract(page(f"<article><h1>Weir</h1>{told(WEIR)}{markup}{told(COST)}</article>"))
    assert blocks(found) == ["Weir", WEIR, shown, COST]


def test_a_class_that_sounds_like_boilerplate_does_not_lose_the_article() -> None:
    for name in ("has-comments", "comment", "sidebar", "newsletter", "overlay", "related"):
        found = extract(page(f"<div class='{name}'>{told(WEIR, COST, VOTE, MILL)}</div>"))
        assert blocks(found) == [WEIR, COST, VOTE, MILL], name


def test_the_visible_byline_and_date_count_before_an_agency_and_a_scripts_expiry() -> None:
    head = "<script>var offer = {expiry: '2031-01-31'}</script>" + json_ld(
        '{"@type": "NewsArticle", "author": {"@type": "Person", "name": "Wire feed"}, "expires": "2031-01-31"}'
    )
    comment = f"<section class='comments'><p>By Pat Lund</p><p>5 May 2019</p><p>{CLAIM}</p></section>"
    for line in ("<p>By Ines Okoro</p><p>3 March 2024</p>", "<p>By Ines Okoro | 3 March 2024</p>"):
        found = extract(page("<h1>Weir</h1>", line, told(WEIR, COST), comment, head=head))
        assert (found.author, found.published) == ("Ines Okoro", "2024-03-03")
        assert (found.found_in["author"], found.found_in["published"]) == ("byline", "visible text")
        assert blocks(found) == ["Weir", WEIR, COST]


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("<p class='byline'>By <a href='/author/a'>Ana Pell</a>, Health Editor</p>", "Ana Pell"),
        ("<p class='byline'><span>Ana Pell</span><span>Senior reporter</span></p>", "Ana Pell"),
        ("<p>By ANA PELL and TOM RUSK</p>", "Ana Pell, Tom Rusk"),
        ("<p>Words by Ana van der Pell</p>", "Ana van der Pell"),
        ("<p>By Monday it was done.</p>", None),
        ("<p class='byline'>By Staff Reporter</p>", None),
    ],
)
def test_authors_are_persons_without_their_titles(line: str, author: str | None) -> None:
    assert extract(page("<h1>Weir</h1>", line, told(WEIR, COST))).author == author


def test_persons_come_from_json_ld_and_an_organisation_only_where_nobody_else_is_known() -> None:
    persons = '[{"@type": "Person", "name": "Ana Pell"}, {"@type": "Person", "name": "Tom Rusk"}]'
    agency = '{"@type": "Organization", "name": "Tarn Agency"}'
    for given, author in ((persons, "Ana Pell, Tom Rusk"), (agency, "Tarn Agency")):
        found = extract(page(told(WEIR, COST), head=json_ld(f'{{"@type": "Article", "author": {given}}}')))
        assert (found.author, found.found_in["author"]) == (author, "JSON-LD")


def test_declared_dates_count_before_shown_ones_unless_they_lie_ahead() -> None:
    ahead = (datetime.now(UTC) + timedelta(days=400)).date().isoformat()
    for declared, published in (("2024-02-01", "2024-02-01"), (ahead, "2024-03-03"), ("soon", "2024-03-03")):
        head = f'<meta property="article:published_time" content="{declared}">'
        found = extract(page("<h1>Weir</h1><p>Published 3 March 2024</p>", told(WEIR, COST), head=head))
        assert found.published == published


def test_updated_is_told_apart_from_published() -> None:
    found = extract(page("<h1>Weir</h1><p>3 March 2024 | Last updated: 5 March 2024 10:20</p>", told(WEIR, COST)))
    assert (found.published, found.updated) == ("2024-03-03", "2024-03-05")


@pytest.mark.parametrize(
    "elsewhere",
    [
        "<footer>© 2019 The Tarn Post. Last updated 2 May 2019</footer>",
        "<script>var day = '2019-05-02'</script>",
        "<div class='related'><a href='/2019/05/02/x'>Old</a> <time datetime='2019-05-02'>2 May 2019</time></div>",
        "<div class='comments'><time datetime='2019-05-02'>2 May 2019</time> I know better.</div>",
        "<p>On 2 May 2019 the old weir broke, and forty houses stood in water.</p>",
        "<p>The law of 2 May 2019</p>",
    ],
)
def test_a_date_of_something_else_is_not_the_articles(elsewhere: str) -> None:
    found = extract(page("<h1>Weir</h1>", told(WEIR, COST), elsewhere))
    assert (found.published, found.updated) == (None, None)


def test_an_address_gives_date_and_source_where_nothing_else_does() -> None:
    found = extract(page("<h1>Weir</h1>", told(WEIR, COST)), "https://www.tarnpost.example/2024/03/03/weir")
    assert (found.published, found.found_in["published"]) == ("2024-03-03", "URL")
    assert (found.source, found.url) == ("tarnpost.example", "https://www.tarnpost.example/2024/03/03/weir")


def test_the_canonical_address_is_the_articles_unless_it_is_the_front_page() -> None:
    given = "https://tarn.example/weir?from=feed"
    for canonical, url in (("/weir", "https://tarn.example/weir"), ("https://tarn.example/", given)):
        head = f"<link rel='canonical' href='{canonical}'>"
        assert extract(page(told(WEIR, COST), head=head), given).url == url


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>Weir mended | The Tarn Post</title>", "", "Weir mended"),
        ("<title>Weir mended - The Tarn Post</title>", "<h1>Weir mended</h1>", "Weir mended"),
        (
            '<meta property="og:title" content="Weir mended">',
            "<h1>The Tarn Post</h1><h1>Weir mended</h1>",
            "Weir mended",
        ),
        (json_ld('{"@type": "Article", "headline": "Weir &amp; mill"}'), "", "Weir & mill"),
        ("", "", WEIR),
    ],
)
def test_the_headline_is_without_the_sites_name(head: str, body: str, title: str) -> None:
    assert extract(page(body, told(WEIR, COST), head=head)).title == title


@pytest.mark.parametrize(
    "html", ["<html><body></body></html>", "<script>x</script>", "<!-- -->", "<", "<nav>Home</nav>"]
)
def test_a_page_without_an_article_is_told(html: str) -> None:
    with pytest.raises(SourceError, match="no article text"):
        extract(html)


@pytest.mark.parametrize("tag", ["div", "span", "b", "blockquote", "table"])
def test_deep_nesting_loses_no_text(tag: str) -> None:
    deep = f"<{tag}>" * 50_000 + told(WEIR) + f"</{tag}>" * 50_000 + told(COST)
    assert [part in extract(page("<h1>Weir</h1>", deep)).text for part in (WEIR, COST)] == [True, True]


def test_a_page_of_too_many_tags_is_refused() -> None:
    with pytest.raises(SourceError, match="too large to read"):
        extract("<i>" * 700_000)


def test_broken_json_ld_and_odd_characters_stop_nothing() -> None:
    head = json_ld("[" * 100_000) + json_ld('{"@type": "Article", "author": {"name": ["x", {}]}, "datePublished": [1]}')
    found = extract("<?xml version='1.0' encoding='utf-16'?>" + page(told(WEIR, COST + "\x00\ud800"), head=head))
    assert WEIR in found.text


SHORT_PARAGRAPHS = (
    "The council of Tarn voted on Monday to mend the lower weir before the autumn ra.",
    "The work will cost 40,000 crowns and is led by the town's engineer, Ilse Brandt.",
)


def test_a_short_page_gives_each_paragraph_once_and_nothing_around(
    library: Library, write: Callable[[str, str | bytes], str]
) -> None:
    assert [len(paragraph) for paragraph in SHORT_PARAGRAPHS] == [80, 80]
    body = "".join(f"<p>{paragraph}</p>" for paragraph in SHORT_PARAGRAPHS)
    around = '<nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li></ul></nav>'
    page = f"<body>{around}<article><h2>Weir</h2>{body}</article><footer><p>Contact us</p></footer></body>"
    (outcome,) = library.add_all([write("weir.html", f"<!doctype html><html>{page}</html>")])
    article = library.articles.get(str(outcome.article_id))
    assert article
    assert [article.text.count(paragraph) for paragraph in SHORT_PARAGRAPHS] == [1, 1]
    assert not any(word in article.text for word in ("Home", "News", "Contact"))


@pytest.mark.parametrize(
    ("language", "head", "stamp", "published"),
    [
        ("", "", "05.03.2024, 14:20 Uhr", "2024-03-05"),
        ("", "", "By Ana Rusk | 05.03.2024", "2024-03-05"),
        ("de", "", "05/03/2024", "2024-03-05"),
        ("en-US", "", "05/03/2024", "2024-05-03"),
        ("en-GB", "", "Published 05/03/2024", "2024-03-05"),
        ("en", "", "05/03/2024", None),
        ("en", '<meta property="og:locale" content="en_US">', "05/03/2024", "2024-05-03"),
        ("en", '<meta name="date" content="05/03/2024">', "", None),
        ("fr", '<meta name="date" content="05/03/2024">', "", "2024-03-05"),
        (
            "en",
            "",
            "05/03/2024</p><p>The next meeting is on 25/03/2024, the office said in its statement.",
            "2024-03-05",
        ),
        (
            "en",
            "",
            "05/03/2024</p><p>The next meeting is on 03/25/2024, the office said in its statement.",
            "2024-05-03",
        ),
        ("ja", "", "公開日：2024年6月18日 10時30分", "2024-06-18"),
        ("ko", "", "2024년 6월 18일", "2024-06-18"),
        ("ko", "", "입력 2024.06.18 10:20", "2024-06-18"),
        ("ru", "", "18 июня 2024 г., 10:30", "2024-06-18"),
        ("ar", "", "١٨ يونيو ٢٠٢٤", "2024-06-18"),
        ("th", "", "18 มิถุนายน 2567", "2024-06-18"),
    ],
)
def test_shown_and_declared_dates_are_right_or_unknown(
    language: str, head: str, stamp: str, published: str | None
) -> None:
    body = told(
        stamp,
        "The pier at Dunmore was shut because three of its piles had been eaten by worms, the harbour office said.",
        "It will be shut for a month, and anglers must use the mole until the summer, it went on in its statement.",
    )
    html = page(f"<article><h1>Pier shut</h1>{body}</article>", head=f"<title>Pier</title>{head}")
    assert extract(html.replace("<html>", f'<html lang="{language}">')).published == published


def test_a_page_of_bare_text_and_lists_without_paragraphs_is_whole() -> None:
    found = extract(
        page(
            "<h1>Six gates at Tarn</h1>The gates are shut each night.",
            "<ul><li><span>Gate one keeps out <b>salt</b>.</span></li><li><a href='/2'>Gate two is new.</a></li></ul>",
            "Two more follow.<ol><li><p>Gate five leaks.</p><p>Its oak is old.</p></li></ol>",
            "<dl><dt>Keeper</dt><dd>Ilse Brandt</dd></dl>",
        )
    )
    shown = ("shut each night.", "- Gate one keeps out salt.", "- Gate two is new.", "Two more follow.")
    assert not [part for part in (*shown, "Gate five leaks.", "Its oak is old.") if part not in found.text]
    assert found.text.endswith("Keeper\n\nIlse Brandt")


def test_the_standfirst_and_paragraphs_of_a_few_words_in_nested_boxes_stay() -> None:
    lines = ("Nobody spoke.", "Why?", COST, "“No,” she said.", VOTE, "It rained.")
    boxes = "".join(f"<div class='row'><div><span>{line}</span></div></div>" for line in lines)
    head = f"<header><h1>Night at the weir</h1><div class='standfirst'><p>{WEIR}</p></div></header>"
    found = extract(
        page(f"<nav><a href='/'>Home</a></nav>{head}<main><div>{boxes}</div></main><footer>© Tarn</footer>")
    )
    assert blocks(found) == ["Night at the weir", WEIR, *lines]
