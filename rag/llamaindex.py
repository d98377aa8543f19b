"""Adapters to LlamaIndex: the engine as a query engine, the retriever as a retriever of nodes."""

import asyncio

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.response.schema import RESPONSE_TYPE, Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from rag.answer import Passage
from rag.engine import Engine
from rag.retrieval.hybrid import HybridRetriever


class QueryEngine(BaseQueryEngine):
    """The engine as a LlamaIndex query engine: a response has the passages as sources, the answer as metadata."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(callback_manager=CallbackManager([]))
        self._engine = engine

    def _query(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        answer, passages = self._engine.ask_traced(query_bundle.query_str)
        nodes = [_node(passage) for passage in passages[: self._engine.ranker.most]]
        return Response(answer.text, source_nodes=nodes, metadata=answer.to_json())

    async def _aquery(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        return await asyncio.to_thread(self._query, query_bundle)

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}


class Retriever(BaseRetriever):
    """The hybrid retriever as a LlamaIndex retriever."""

    def __init__(self, retriever: HybridRetriever) -> None:
        super().__init__()
        self._retriever = retriever

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [_node(passage) for passage in self._retriever.passages(query_bundle.query_str)]


def _node(passage: Passage) -> NodeWithScore:
    article = passage.article
    metadata = {
        "article_id": article.id,
        "title": article.title,
        "url": article.url,
        "source": article.source,
        "published": article.published,
        "start": passage.sentences[0].start,
        "end": passage.sentences[-1].end,
    }
    node = TextNode(id_=passage.chunk.id, text=passage.chunk.text, metadata=metadata)
    return NodeWithScore(node=node, score=passage.fused)
