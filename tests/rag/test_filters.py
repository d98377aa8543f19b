"""Filters: which articles a question is asked of, and what is said of it."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import QuestionError
from index.library import Library
from rag.answer import Answer
from rag.engine import Engine
from rag.filters import Filters, named_articles, narrowed
from rag.llm.spec import model
from rag.options import Options
from rag.refusals import RefusalKind
from rag.retrieval.hybrid import HybridRetriever
from tests.support.llm_server import LlmServer, text
from ui.render.answer_text import answer_lines

QUESTION = "Who mended the bridge at Orlow?"
# id: title, source, author, published
SHELF = {
    "bridge-2023": ("The bridge at Orlow", "Tarn Post", "Ada Brill, Jon Corr", "2023-12-31"),
    "bridge-2024": ("The bridge again", "The Tarn Post on Sunday", "JON CORR", "2024-01-01T23:30:00-05:00"),
    "bridge-march": ("The bridge in March", "Orlow Echo", "Mia Dunn", "2024-03"),
    "bridge-year": ("The bridge of the year", "ORLOW ECHO", "Mia Dunn", "2024"),
    "bridge-late": ("The bridge closes", "Straße und Brücke", None, "2025-02-28"),
    "bridge-undated": ("The bridge, undated", None, None, None),
}
HERONS = "Herons nest in the old willows by the lake, and the young birds leave their nests in the first warm days."
MENDERS = dict(zip(SHELF, ("Ivo Lang", "Una Marsh", "Karl Pell", "Rosa Quint", "Ben Stroud", "Ela Trane"), strict=True))


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("shelf")
    rows = [
        {
            "id": key,
            "title": title,
            "text": f"{MENDERS[key]} mended the bridge at Orlow with {len(key)} new beams. The river stayed calm.",
            "source": source,
            "author": author,
            "published": published,
            "url": f"https://orlow.example/{key}",
        }
        for key, (title, source, author, published) in SHELF.items()
    ]
    (folder / "shelf.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    made = Library(folder / "library")
    made.add_all([str(folder / "shelf.jsonl")])
    yield made
    made.close()


@pytest.fixture(scope="module")
def asked(shelf: Library) -> Callable[..., Answer]:
    engine = Engine(shelf)
    return lambda filters, question=QUESTION: engine.ask(question, options=Options(filters))


def left(filters: Filters, shelf: Library) -> set[str]:
    return {key.removeprefix("bridge-") for key in narrowed(filters, shelf).articles or ()}


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        (Filters(since="2024"), {"2024", "march", "year", "late"}),
        (Filters(since="2024-01-01", until="2024-01-01"), {"2024"}),
        (Filters(until="2023"), {"2023"}),
        (Filters(until="2024"), {"2023", "2024", "march", "year"}),
        (Filters(until="2024-03"), {"2023", "2024", "march"}),
        (Filters(until="2024-03-30"), {"2023", "2024"}),
        (Filters(since="2025-02-28", until="2025-02"), {"late"}),
        (Filters(sources=("tarn post",)), {"2023", "2024"}),
        (Filters(sources=("Echo", "STRASSE")), {"march", "year", "late"}),
        (Filters(authors=("jon  corr",)), {"2023", "2024"}),
        (Filters(authors=("Dunn",), since="2024-02"), {"march"}),
        (Filters(articles=("bridge-late", "bridge-undated")), {"late", "undated"}),
        (Filters(articles=("bridge-undated",), since="2000"), set()),
    ],
    ids=lambda value: ", ".join(sorted(value)) if isinstance(value, set) else str(value),
)
def test_what_filters_leave(filters: Filters, kept: set[str], shelf: Library) -> None:
    assert left(filters, shelf) == kept


def test_no_filter_asks_every_article(shelf: Library) -> None:
    assert narrowed(Filters(), shelf).articles is None


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        (Filters(since="2024-13"), "The date “2024-13” is not valid"),
        (Filters(until="2023-02-29"), "YYYY-MM-DD"),
        (Filters(since=""), "is not valid"),
        (Filters(since="last week"), "“last week”"),
        (Filters(since="2024-06", until="2024-05"), "since 2024-06-01 and until 2024-05-31"),
        (Filters(sources=("Tarn Pots",)), "the closest are “Tarn Post”"),
        (Filters(sources=(" ",)), "No article's source contains"),
        (Filters(authors=("Nobody\x1b[2J\n",)), "No article's author contains “Nobody\ufffd[2J”"),
        (Filters(articles=("gone",)), "There is no article “gone” any more"),
    ],
    ids=str,
)
def test_a_filter_that_cannot_be_is_one_sentence(filters: Filters, told: str, shelf: Library) -> None:
    with pytest.raises(QuestionError) as raised:
        Engine(shelf).ask(QUESTION, options=Options(filters))
    assert told in str(raised.value)
    assert str(raised.value).endswith(".")
    assert "\n" not in str(raised.value)


def test_an_answer_cites_only_what_was_asked(asked: Callable[..., Answer]) -> None:
    answer = asked(Filters(sources=("Tarn",), until="2023"))
    assert "Ivo Lang" in answer.text
    assert {citation.article_id for citation in answer.citations} == {"bridge-2023"}
    assert {found.passage.article.id for found in answer.evidence} == {"bridge-2023"}
    assert answer.also_read == ()


def test_filters_are_told_in_words_on_answer_json_and_terminal(asked: Callable[..., Answer]) -> None:
    given = Filters("2023", "2024-02", ("tarn post",), ("Corr",), ("bridge-2023", "bridge-2024"))
    answer = asked(given)
    told = (
        "from 2023-01-01",
        "until 2024-02-29",
        "source: tarn post",
        "author: Corr",
        "article: The bridge at Orlow",
        "article: The bridge again",
    )
    assert answer.filters == told
    assert answer.to_json()["filters"] == list(told)
    assert next(iter(answer_lines(answer))) == f"Filters: {'; '.join(told)}"
    assert asked(Filters()).filters == ()
    assert not any("Filters:" in line for line in answer_lines(asked(Filters())))


def test_many_chosen_articles_are_named_and_counted(shelf: Library) -> None:
    told = Filters(articles=tuple(SHELF)).describe(shelf)
    assert len(told) == 6
    assert told[-1] == "1 more chosen article"


def test_a_bad_date_is_described_as_it_stands(shelf: Library) -> None:
    assert Filters(since="soon").describe(shelf) == ("from soon",)


def test_a_refusal_names_the_filters_and_offers_to_remove_them(asked: Callable[..., Answer]) -> None:
    answer = asked(Filters(since="2024", sources=("Tarn",)), "How far is the Moon from the Earth?")
    assert answer.refused
    assert "I searched 1 of 6 articles (from 2024-01-01; source: Tarn)" in answer.text
    assert answer.text.endswith("Remove a filter to search more articles.")
    assert "Remove" not in asked(Filters(), "How far is the Moon from the Earth?").text


@pytest.mark.parametrize("question", [QUESTION, "河水上涨了吗？"])
def test_where_no_article_is_left_the_refusal_says_so(asked: Callable[..., Answer], question: str) -> None:
    answer = asked(Filters(until="1999"), question)
    assert answer.refused
    assert answer.confidence == 0
    assert answer.refusal
    assert answer.refusal.kind is RefusalKind.NO_ARTICLE_LEFT
    assert answer.text == (
        "I couldn't find an answer in your articles. The filters leave nothing to search: "
        "0 of 6 articles (until 1999-12-31). "
        "Remove a filter to search more articles."
    )


def test_the_refusal_of_a_written_answer_names_the_filters(shelf: Library) -> None:
    with LlmServer(text("The bridge is made of cheese [1].")) as server:
        options = Options(Filters(sources=("Echo",)), model(server.spec))
        answer = Engine(shelf).ask(QUESTION, options=options)
    assert answer.refused
    assert "(source: Echo)" in answer.text
    assert answer.text.endswith("Remove a filter to search more articles.")


def test_a_common_word_does_not_starve_a_rare_article(library: Library, rows: Callable[..., str]) -> None:
    words = [f"{first}{last}" for first in ("oak", "elm", "ash", "fir") for last in "abcdefghijklmnopqrst"]
    many = [
        {"id": word, "title": f"Orlow {word}", "text": f"The bridge at Orlow mended: {word}, {word}s {word}ing."}
        | {"source": "Crowd"}
        for word in words
    ]
    few = {"id": "one", "title": "A walk", "text": f"{HERONS} A bridge leads back.", "source": "Quiet"}
    library.add_all([rows(*many, few)])
    retriever = HybridRetriever(library)
    assert "one" not in {found.article.id for found in retriever.passages(QUESTION)}
    [found] = retriever.passages(QUESTION, among=narrowed(Filters(sources=("quiet",)), library).articles)
    assert found.article.id == "one"
    assert found.lexical is not None
    assert found.dense is not None


filtered = st.builds(
    Filters,
    since=st.sampled_from([None, "2023", "2024", "2024-02"]),
    until=st.sampled_from([None, "2024", "2024-03", "2025-12-31"]),
    sources=st.sets(st.sampled_from(["tarn", "ECHO", "straße"])).map(tuple),
    authors=st.sets(st.sampled_from(["corr", "Dunn"])).map(tuple),
    articles=st.sets(st.sampled_from(list(SHELF))).map(tuple),
)


@given(filters=filtered)
def test_whatever_the_filters_what_is_found_lies_in_them(shelf: Library, filters: Filters) -> None:
    retriever = HybridRetriever(shelf)
    everything = {found.article.id for found in retriever.passages(QUESTION)}
    among = narrowed(filters, shelf).articles
    found = {passage.article.id for passage in retriever.passages(QUESTION, among=among)}
    assert everything == set(SHELF)
    assert found == (everything if among is None else among)


def test_vectors_that_another_process_stored_or_still_owes_do_no_harm(tmp_path: Path, rows: Callable[..., str]) -> None:
    first, second = Library(tmp_path / "l"), Library(tmp_path / "l")
    first.add_all([rows({"id": "old", "title": "Mill", "text": "The mill burned down."})])
    assert first.search_vectors("mill", 5, {"old"})
    vector = np.asarray(first.question_vector("mill"), dtype=np.float32)
    second.vectors.upsert(["new#0"], vector[None, :])
    assert {key for key, _ in first.vectors.search(vector, 5, {"old#0", "new#0", "owed#0"})} == {"old#0", "new#0"}
    first.close()
    second.close()


def test_articles_are_named_by_id_url_file_or_title(shelf: Library) -> None:
    names = ("bridge-late", "https://orlow.example/bridge-2023", "THE BRIDGE  AGAIN", "bridge-late")
    assert named_articles(names, shelf) == ("bridge-late", "bridge-2023", "bridge-2024")
    assert set(named_articles([str(shelf.folder.parent / "shelf.jsonl")], shelf)) == set(SHELF)
    for unknown in ("The bridge", "", "\udcff", "a\0b"):
        with pytest.raises(QuestionError, match="No article has the ID, URL, file or title"):
            named_articles([unknown], shelf)


def test_sentences_caps_what_is_quoted(sample: Library) -> None:
    engine, question = Engine(sample), "What happened to the flood wall?"
    counts = [len(engine.ask(question, options=Options(sentences=most)).statements) for most in (None, 1, 2, 10)]
    assert counts[0] > 2
    assert counts[1:3] == [1, 2]
    assert counts[0] < counts[3] <= 10
    for odd in (0, 11, -1):
        with pytest.raises(QuestionError, match="choose 1 to 10"):
            Options(sentences=odd)


def run(shelf: Library, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("onrecord")), "ask", QUESTION, "--library", str(shelf.folder)]
    return subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)


def test_ask_takes_the_filters(shelf: Library) -> None:
    done = run(
        shelf,
        *("--since", "2023", "--until", "2024", "--source", "tarn", "--source", "echo", "--author", "corr"),
        *("--in", "The bridge at Orlow", "--in", "bridge-march", "--json"),
    )
    told: dict[str, Any] = json.loads(done.stdout)
    assert {found["article_id"] for found in told["evidence"]} == {"bridge-2023"}
    assert told["filters"][2:5] == ["source: tarn", "source: echo", "author: corr"]


@pytest.mark.parametrize("wrong", [("--since", "yesterday"), ("--in", "nowhere"), ("--source", "None of these")])
def test_a_wrong_filter_is_one_line_and_exit_2(shelf: Library, wrong: tuple[str, str]) -> None:
    done = run(shelf, *wrong)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert wrong[1] in done.stderr
