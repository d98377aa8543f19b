"""Big texts: a bound that is told, memory that does not grow with them, and time that grows no faster than they do."""

import tracemalloc
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from time import process_time

import pytest

from index.article import Article
from index.formats.office import epub
from index.library import Library
from index.sources.readers import LONGEST_TEXT, items
from index.store.near_duplicates import signature, text_hash
from index.text.chunks import split_article
from index.text.language import language
from index.text.sentences import sentence_spans, split_sentences
from tests.support.command_line import Rows, Write

HANG = 2.0
"""Seconds of the processor after which a text of half a million characters has hung it."""

FIXTURES = Path(__file__).parents[1] / "fixtures"


def growth(work: Callable[[], object]) -> int:
    """Return how many bytes Python held at most while something was done."""
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def consumed(each: object) -> int:
    return sum(1 for _ in each)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "content"),
    [("big.txt", b"word " * (LONGEST_TEXT // 5 + 1)), ("big.md", b"word " * (LONGEST_TEXT // 5 + 1)),
     ("big.html", b"<p>" + b"word " * (LONGEST_TEXT // 5 + 1)),
     ("big.jsonl", ('{"text": "' + "ж" * (LONGEST_TEXT // 2 + 1) + '"}').encode())],
)  # fmt: skip
def test_a_text_of_more_than_20_mb_is_refused_in_one_sentence(
    library: Library, write: Write, name: str, content: bytes
) -> None:
    (outcome,) = library.add_all([write(name, content)])
    assert (outcome.status, outcome.article_id) == ("skipped", None)
    assert "20 MB" in str(outcome.reason)


def test_sentences_chunks_and_signatures_of_a_long_text_take_no_more_memory_than_of_a_short_one() -> None:
    text = "The pier of Marn is 300 feet long.\nIt was shut in May, said Orla Venn.\n\n" * 8_000
    article = Article("a", "Pier", text)
    assert growth(lambda: consumed(sentence_spans(text))) < 6_000_000
    assert growth(lambda: consumed(split_article(article))) < 6_000_000
    assert growth(lambda: signature(text)) < 6_000_000
    assert growth(lambda: text_hash(text)) < 6_000_000


def test_texts_are_not_kept_to_tell_their_language() -> None:
    language("The pier of Marn is open again.")  # which loads what it knows

    def told() -> None:
        for number in range(40):
            assert language(f"The pier of Marn, number {number}, is open again. " * 10_000) == "en"

    assert growth(told) < 6_000_000


@pytest.mark.parametrize(
    "unit",
    ["a", '"', "“a” ", '." ', "ก ", "a.m. Monday ", "1. ", ". ", "!", "a\n", "“", "(' ", '"x," he said. ', " ", "中"],
)
def test_no_text_hangs_the_search_for_its_sentences(unit: str) -> None:
    text = "x" + unit * (200_000 // len(unit)) + "x"
    begun = process_time()
    spans = [(sentence.start, sentence.end) for sentence in split_sentences(text)]
    assert process_time() - begun < HANG
    assert "".join(text[start:end] for start, end in spans).replace(" ", "") == "".join(text.split()).replace(" ", "")


def test_a_page_that_a_book_repeats_is_read_once() -> None:
    source = BytesIO((FIXTURES / "epub" / "ferry-ledger.epub").read_bytes())
    out = BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith(".opf"):
                at = content.index(b"<itemref")
                end = content.index(b"/>", at) + 2
                content = content[:end] + content[at:end] * 3000 + content[end:]
            new.writestr(name, content)
    assert epub.extract(out.getvalue()).text == epub.extract(source.getvalue()).text


def test_a_page_of_200_000_attributes_or_an_author_of_60_000_characters_hangs_nothing() -> None:
    attributes = " ".join(f"a{number}='b'" for number in range(200_000))
    page = f"<html><body><p {attributes}>The pier of Marn is open again after two years.</p></body></html>"
    author = "a@" + "b" * 60_000 + " (Orla Venn)"
    feed = (
        f"<rss version='2.0'><channel><title>Post</title><item><title>Pier</title><author>{author}</author>"
        "<description>The pier of Marn is open again after two years.</description></item></channel></rss>"
    )
    for name, content in (("page.html", page), ("feed.xml", feed)):
        begun = process_time()
        assert "pier of Marn is open" in next(iter(items(content.encode(), name))).text
        assert process_time() - begun < HANG, name


def test_a_row_among_many_that_are_nearly_the_same_costs_no_more_than_one_of_the_first(
    library: Library, rows: Rows
) -> None:
    told = (
        "The council of Marn spoke on Tuesday about the roads, the price of hay and the tide tables and put off what "
    )
    told += "it could until spring, when a second reading is planned, said the clerk, to whom nobody had written."
    looked_at = []
    given = [{"id": str(number), "title": "Council", "text": f"{told} {number}"} for number in range(150)]
    path = rows(*given)
    from index.store import aliases

    real = aliases.similarity

    def counted(one: bytes, other: bytes) -> float:
        looked_at[-1] += 1
        return real(one, other)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aliases, "similarity", counted)
        patch.setattr(aliases, "_LOOKED_AT", 3)
        adding = library.add([path])
        for _ in given:
            looked_at.append(0)
            next(adding)
    assert max(looked_at) <= 32 * 3
    assert len({head.story for head in library.articles.summaries()}) == 1
