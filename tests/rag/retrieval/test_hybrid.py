"""Hybrid retrieval: the fusion by hand, then a real library."""

import numpy as np
import pytest

from index.library import Library
from rag.retrieval.hybrid import HybridRetriever, fuse
from tests.support.command_line import Rows

ARTICLES = (
    {"id": "mill", "title": "Mill", "text": "The mill at Drow was built by Anton Sell in 1843.", "source": "The Post"},
    {"id": "heron", "title": "Heron", "text": "Forty herons nest at Lake Ossin.", "url": "https://a.example/heron"},
    {"id": "river", "title": "河水", "text": "奎兰河水上涨了。学校关闭了。", "published": "2024-03-03"},
)


@pytest.fixture
def filled(library: Library, rows: Rows) -> Library:
    library.add_all([rows(*ARTICLES)])
    return library


def test_reciprocal_ranks_are_weighted_and_summed() -> None:
    fused = fuse([("a", 9.0), ("b", 1.0)], [("b", 0.9), ("c", 0.8)])
    assert fused == [("b", 1 / 12 + 0.5 / 11), ("a", 1 / 11), ("c", 0.5 / 12)]


def test_one_ranking_alone_keeps_its_order() -> None:
    assert [key for key, _ in fuse([("b", 9.0), ("a", 1.0)], [])] == ["b", "a"]
    assert fuse([], []) == []


def test_words_and_vectors_both_find(filled: Library) -> None:
    retriever = HybridRetriever(filled)
    assert retriever.passages("mill at Drow")[0].article.id == "mill"
    assert retriever.passages("water birds breeding")[0].article.id == "heron"


def test_a_script_without_spaces_is_found_by_its_text(filled: Library) -> None:
    best = HybridRetriever(filled).passages("河水上涨")[0]
    assert best.article.id == "river"
    assert best.lexical is not None
    assert best.lexical > 0


def test_a_passage_tells_its_sentences_exactly(filled: Library) -> None:
    passage = HybridRetriever(filled).passages("河水上涨")[0]
    assert [passage.text_of(sentence) for sentence in passage.sentences] == ["奎兰河水上涨了。", "学校关闭了。"]


def test_passages_are_ordered_and_limited(filled: Library) -> None:
    passages = HybridRetriever(filled).passages("mill herons 河水上涨", limit=2)
    assert len(passages) == 2
    assert passages[0].fused >= passages[1].fused


def test_ids_that_the_ledger_does_not_know_are_dropped(filled: Library) -> None:
    vector = np.asarray(filled.embedder.get_query_embedding("mill"), dtype=np.float32)
    filled.vectors.upsert(["ghost#0"], vector[None, :])
    assert filled.search_vectors("mill", 1)[0][0] == "ghost#0"
    assert {passage.article.id for passage in HybridRetriever(filled).passages("mill")} == {"mill", "heron", "river"}


def test_an_empty_library_gives_nothing(library: Library) -> None:
    assert HybridRetriever(library).passages("Who built the mill?") == []
