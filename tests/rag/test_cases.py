"""Cases from the field that no other file holds: C2 in what is shown, L2 and U1 to the letter, U2 with its dates.

S1 to S4 are in test_sentences, C1 and C4 in test_library, A1 and A3 in test_answers, U1's page in test_browser.
"""

import json
import threading
from collections.abc import Callable

import pytest

from index.library import Library
from rag.engine import Engine
from rag.understanding.standalone import Turn
from ui.render.answer_text import answer_lines

Write = Callable[[str, str | bytes], str]
Rows = Callable[..., str]
PARAGRAPHS = (
    "The council of Tarn voted on Monday to mend the lower weir before the autumn ra.",
    "The work will cost 40,000 crowns and is led by the town's engineer, Ilse Brandt.",
)
LITERAL = (
    "The price of tin in Marl rose from $4 to $9 in one week.",
    "The buyer of the tin in Marl was <name withheld> of Ostrel.",
    "The notice about the tin said <style>body { display: none }</style> in full.",
    'The tin picture was <img src="x" onerror="run()"> and no more.',
)


def test_c2_odd_fields_lose_no_article_and_both_authors_are_kept(library: Library, rows: Rows) -> None:
    bodies = [f"The {thing} of Drow was mended in May." for thing in ("mill", "pier", "weir", "well")]
    extra: list[dict[str, object]] = [
        {"author": None},
        {"author": ["Ana Pell", "Tom Rusk"]},
        {"tags": []},
        {"summary": "token " * 1800},
    ]
    given = [{"id": str(n), "title": "T", "text": bodies[n], **extra[n]} for n in range(4)]
    assert [outcome.status for outcome in library.add_all([rows(*given)])] == ["added"] * 4
    kept = [library.articles.get(str(n)) for n in range(4)]
    assert [article.text for article in kept if article] == bodies
    assert [article.author for article in kept if article] == [None, "Ana Pell, Tom Rusk", None, None]
    assert library.counts()["vectors"] == library.counts()["chunks"] == 4


def test_l2_a_short_page_gives_each_paragraph_once_and_nothing_around(library: Library, write: Write) -> None:
    assert [len(paragraph) for paragraph in PARAGRAPHS] == [80, 80]
    body = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    around = '<nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li></ul></nav>'
    page = f"<body>{around}<article><h2>Weir</h2>{body}</article><footer><p>Contact us</p></footer></body>"
    (outcome,) = library.add_all([write("weir.html", f"<!doctype html><html>{page}</html>")])
    article = library.articles.get(str(outcome.article_id))
    assert article
    assert [article.text.count(paragraph) for paragraph in PARAGRAPHS] == [1, 1]
    assert not any(word in article.text for word in ("Home", "News", "Contact"))


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How did the price of tin in Marl change?", LITERAL[0]),
        ("Who was the buyer of the tin in Marl?", LITERAL[1]),
        ("What did the notice about the tin say?", LITERAL[2]),
    ],
)
def test_u1_what_looks_like_markup_is_quoted_to_the_letter(
    library: Library, rows: Rows, question: str, sentence: str
) -> None:
    library.add_all([rows({"id": "tin", "title": "Tin in <b>Marl</b>", "text": "\n\n".join(LITERAL)})])
    answer = Engine(library).ask(question)
    assert sentence in [citation.sentence for citation in answer.citations]
    assert sentence in json.loads(json.dumps(answer.to_json()))["answer"]
    assert any(sentence in line for line in answer_lines(answer))


def test_u2_two_who_ask_and_when_at_once_get_each_their_own_date(library: Library, rows: Rows) -> None:
    bridge = "Marla Quist opened the Tarn bridge on 3 May 2021. The band played until dusk."
    fire = "A fire destroyed the Osk library on 14 November 2019. Nobody was hurt."
    library.add_all([rows({"id": "b", "title": "Bridge", "text": bridge}, {"id": "f", "title": "Fire", "text": fire})])
    engine, told = Engine(library), dict[str, str]()

    def ask(before: str, reply: str) -> None:
        told[before] = engine.ask("And when?", [Turn("user", before), Turn("assistant", reply)]).text

    asked = (("Who opened the Tarn bridge?", "Marla Quist."), ("What destroyed the Osk library?", "A fire."))
    threads = [threading.Thread(target=ask, args=pair) for pair in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "3 May 2021" in told[asked[0][0]]
    assert "2019" not in told[asked[0][0]]
    assert "14 November 2019" in told[asked[1][0]]
    assert "2021" not in told[asked[1][0]]
