"""Plain text and Markdown: the article of a pasted page, its real sentences all there, its facts from its top."""

import pytest

from index.errors import SourceError
from index.formats.text import extract_markdown, extract_text
from index.text.boilerplate import split_boilerplate

HEAD = "Weir to be mended"
BODY = "The council of Tarn voted on Monday to mend the lower weir.\n\nThe work will cost 40,000 crowns."
ARTICLE = f"{HEAD}\n\n{BODY}"


@pytest.mark.parametrize(
    "tail",
    [
        "© 2024 The Tarn Post",
        "Be the first to comment",
        "Leave a Reply\n\nYour email address will not be published. Required fields are marked *\n\nName *\nEmail *",
        "This site uses Akismet to reduce spam. Learn how your comment data is processed.",
        "Share\nTweet\nEmail",
        "Facebook | Twitter | WhatsApp | Copy link",
        "Share on Facebook | Share on Twitter",
        "Read more: How the weir broke",
        "Sign up for our newsletter and get the news in your inbox.",
        "We use cookies to improve your experience. By continuing you accept our cookie policy.",
        "We use cookies to give you the best experience on our\nsite. By continuing you agree to\ncookies.",
        "Related articles\n\nA weir in Drow\n\nFloods of the last century",
        "You may also like\n- A weir in Drow\n- Floods of the last century",
        "Comments (2)\n\nOskar92\n2 hours ago\nIt will cost 900,000 crowns.\nReply",
        "3 thoughts on “Weir to be mended”\n\nPat Lund says:\nMarch 4, 2024 at 9:15 am\n\nIt will cost 900,000 crowns.",
        "Pat Lund\n2 hours ago\nIt will cost 900,000 crowns.\nLike · Reply\nOskar92\n1 hour ago\nNo.\nLike · Reply",
        "Home\nNews\nSport\nWeather\nAbout us\nContact",
        "About us | Contact | Privacy Policy | Terms of Use",
        "Advertisement",
        "Filed under: Rivers, Tarn",
    ],
)
def test_boilerplate_below_the_article_goes(tail: str) -> None:
    found = extract_text(f"{ARTICLE}\n\n{tail}\n")
    assert found.text == ARTICLE
    assert "\n".join(found.removed).split() == tail.split()


@pytest.mark.parametrize(
    "top",
    [
        "Home News Sport Weather",
        "Home | News | Sport",
        "Home > News > Tarn",
        "Skip to main content\nMenu\nSearch\nSign in",
    ],
)
def test_navigation_above_the_headline_goes(top: str) -> None:
    found = extract_text(f"{top}\n\n{ARTICLE}")
    assert (found.title, found.text) == (HEAD, ARTICLE)


@pytest.mark.parametrize(
    "line",
    [
        "We use cookies to count visitors, the mayor told the paper, and we accept that this was wrong.",
        "The website uses cookies to follow its readers, which the court did not accept.",
        "Sign up for the newsletter of the harbour, she told them.",
        "The newsletter was printed by hand until 1998.",
        "Copyright law was changed in 1998.",
        "The copyright of the song was sold.",
        "Comments",
        "Comments from residents were heard on Tuesday.",
        "Share prices fell.",
        "Home prices in Tarn rose by a tenth.",
        "Related costs were not told.",
        "Sport",
        "Read more books, the teacher told her class, and talk less about them.",
        "Most of the comments were kind, and two hours ago the last one came in.",
        "Email and print are what the council uses.",
        "Africa\nAsia\nEurope",
        "- Health\n- Education\n- Environment",
        "- Facebook\n- Instagram\n- TikTok",
    ],
)
def test_real_sentences_stay(line: str) -> None:
    text = f"{ARTICLE}\n\n{line}\n\nThe engineer Ilse Brandt leads the work, which starts in May."
    assert extract_text(text).text == text
    assert split_boilerplate(text)[0] == text


def test_text_goes_on_after_a_list_of_links_in_its_midst() -> None:
    kept, removed = split_boilerplate(f"{HEAD}\n\nRelated stories\n- A weir in Drow\n- Floods\n\nThe cost\n\n{BODY}")
    assert kept == f"{HEAD}\n\nThe cost\n\n{BODY}"
    assert removed == ("Related stories", "- A weir in Drow", "- Floods")


@pytest.mark.parametrize(
    ("lines", "author", "published", "updated"),
    [
        ("By Ines Okoro", "Ines Okoro", None, None),
        ("By Ines Okoro and Pat Lund | 3 March 2024", "Ines Okoro, Pat Lund", "2024-03-03", None),
        ("By Ines Okoro, Health Editor\nMarch 3, 2024", "Ines Okoro", "2024-03-03", None),
        ("Published: 3 Mar 2024 Updated: 5 Mar 2024", None, "2024-03-03", "2024-03-05"),
        ("Posted by Ines Okoro on 3 March 2024", "Ines Okoro", "2024-03-03", None),
        ("Sunday, March 3, 2024 at 9:15 AM", None, "2024-03-03", None),
        ("By the time it opened, all had gone.", None, None, None),
        ("On 3 March 2024 the weir broke.", None, None, None),
    ],
)
def test_the_lines_at_the_top_give_the_facts_and_stay(
    lines: str, author: str | None, published: str | None, updated: str | None
) -> None:
    found = extract_text(f"{HEAD}\n{lines}\n\n{BODY}")
    assert (found.author, found.published, found.updated) == (author, published, updated)
    assert found.text == f"{HEAD}\n{lines}\n\n{BODY}"
    assert set(found.found_in) >= ({"author"} if author else set()) | ({"published"} if published else set())


def test_markdown_is_kept_as_it_is_written() -> None:
    code, table = "```\nshare\n  two\n```", "| a | b |\n|---|---|\n| 1 | 2 |"
    text = f"# Weir\n\nIt *will* hold, [she](/a) said.\n\n{code}\n\n{table}\n\n- one\n* two"
    assert extract_markdown(text).text == text


def test_front_matter_counts_before_the_first_lines() -> None:
    found = extract_markdown(
        "---\ntitle: Weir\nauthor: [Ana Pell, Tom Rusk]\ndate: 2024-03-03\n---\n# Other\n\n*By Pat Lund*\n\nIt broke."
    )
    assert (found.title, found.author, found.published) == ("Weir", "Ana Pell, Tom Rusk", "2024-03-03")
    assert found.found_in["author"] == "front matter"


def test_front_matter_that_is_a_bomb_is_no_fact() -> None:
    bomb = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9) if n else 'x'}]" for n in range(40))
    found = extract_markdown(f"---\n{bomb}\nauthor: *a39\ntitle: *a39\n---\nThe weir is shut.")
    assert (found.title, found.author) == ("The weir is shut.", None)


@pytest.mark.parametrize("text", ["", " \n\n", "© 2024 The Tarn Post", "---\ntitle: Weir\n---\n"])
def test_a_text_with_nothing_left_is_told(text: str) -> None:
    for read in (extract_text, extract_markdown):
        if read is extract_markdown or not text.startswith("---"):
            with pytest.raises(SourceError, match="no text"):
                read(text)


@pytest.mark.parametrize(
    "front",
    [
        '+++\ntitle = "Pier shut"\ndate = 2024-03-05T10:00:00Z\nauthors = ["Ana Rusk"]\n+++\n',
        '+++\ntitle = "Pier shut"\ndate = 2024-03-05\nauthor = "Ana Rusk"\n+++\n',
        '{\n "title": "Pier shut",\n "date": "2024-03-05",\n "author": "Ana Rusk"\n}\n\n',
        "---\ntitle: Pier shut\ndate: 2024-03-05\nauthor: Ana Rusk\n---\n",
        "---\ntitle: Pier shut\ndate: 2024-03-05\nauthor: Ana Rusk\n...\n",
        "---\nTitel: Pier shut\nDatum: 05.03.2024\nAutor: Ana Rusk\n---\n",
        "---\ntitle: Pier shut\ndate: 05/03/2024\nauthor: Ana Rusk\nlang: en-GB\n---\n",
        "---\ntitle: Pier shut\ndate: 2024-03-05\nauthor:\n  name: Ana Rusk\n  email: ana@post.example\n---\n",
        "---\ntitle: Pier shut\ndate: 2024-03-05\nauthors:\n  - firstName: Ana\n    lastName: Rusk\n---\n",
    ],
)
def test_front_matter_of_any_form_gives_the_facts_and_is_no_text(front: str) -> None:
    found = extract_markdown(f"{front}The pier of Marn is shut.\n")
    assert (found.title, found.author, (found.published or "")[:10]) == ("Pier shut", "Ana Rusk", "2024-03-05")
    assert found.text == "The pier of Marn is shut."
