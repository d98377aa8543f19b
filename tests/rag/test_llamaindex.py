"""The engine as a LlamaIndex query engine, and its retriever as a LlamaIndex retriever."""

import asyncio

from index.library import Library
from rag.engine import Engine
from rag.llamaindex import QueryEngine, Retriever
from rag.retrieval.hybrid import HybridRetriever

QUESTION = "How close was the vote on the 2025-26 budget?"


def test_query_and_aquery_return_the_engines_answer(sample: Library) -> None:
    engine = Engine(sample)
    answer, response = engine.ask(QUESTION), QueryEngine(engine).query(QUESTION)
    later = asyncio.run(QueryEngine(engine).aquery(QUESTION))
    assert str(response) == str(later) == answer.text
    assert [node.node_id for node in response.source_nodes] == [node.node_id for node in later.source_nodes]
    assert response.metadata
    assert response.metadata["citations"][0]["sentence"] == answer.citations[0].sentence


def test_a_refused_query_still_shows_its_sources(sample: Library) -> None:
    assert QueryEngine(Engine(sample)).query("Who wrote the play Hamlet?").source_nodes


def test_the_retriever_yields_nodes_with_their_article(sample: Library) -> None:
    nodes = Retriever(HybridRetriever(sample)).retrieve(QUESTION)
    assert "budget" in nodes[0].node.get_content()
    assert nodes[0].metadata["source"] in ("The Pellharrow Courier", "The Vennshire Herald")
    assert [node.score for node in nodes] == sorted((node.score or 0.0 for node in nodes), reverse=True)


def test_an_empty_library_gives_no_nodes(library: Library) -> None:
    assert Retriever(HybridRetriever(library)).retrieve("Who built the mill?") == []
