"""The peer: LlamaIndex's own `CitationQueryEngine` over its Chroma store, with its default settings.

By default, `SentenceSplitter` cuts articles into chunks of 1,024 tokens that overlap by 200; the nearest two are
retrieved, cut again into numbered sources of 512 tokens, and put into LlamaIndex's own prompt. Its embedder is the
library's; its model is called by the same client as onrecord's: temperature 0, one user message.
"""

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from llama_index.core.llms import ChatMessage, CompletionResponse, CompletionResponseGen, CustomLLM, LLMMetadata
from llama_index.core.schema import QueryBundle
from pydantic import PrivateAttr

from index.library import Library
from rag.llm.base import Model
from rag.llm.errors import ContextOverflowError, LanguageModelError
from rag.llm.stream import Connection, Event, Stream

if TYPE_CHECKING:
    from llama_index.core import VectorStoreIndex

_HEAD = "Source {number}:\n"
"""The heading that LlamaIndex puts before each source."""


class Source(NamedTuple):
    """A text that the peer retrieved (a chunk, or a numbered source cut from one), and the id of its article."""

    article_id: str
    text: str


class PeerAnswer(NamedTuple):
    """The peer's answer, its sources in the order of their numbers (from 1), the chunks retrieved, and the seconds."""

    text: str
    sources: tuple[Source, ...]
    chunks: tuple[Source, ...]
    seconds: float


class CountedModel(Model):
    """A model that records its prompts and replies, so that tokens are counted the same way for both."""

    def __init__(self, asked: Model) -> None:
        self.__dict__.update(vars(asked))
        self._asked, self._streams = asked, list[Stream]()

    def ask(self, connection: Connection, messages: Sequence[ChatMessage]) -> Iterator[Event]:
        """Ask the model."""
        return self._asked.ask(connection, messages)

    def stream(self, messages: Sequence[ChatMessage], stop: Callable[[], bool] | None = None) -> Stream:
        """Ask the model as a stream, like `Model.stream`."""
        self._streams.append(super().stream(messages, stop))
        return self._streams[-1]

    def spent(self) -> tuple[float, float]:
        """Return the input and output tokens since the last call; those of an interrupted stream are estimated."""
        used = [stream.usage for stream in self._streams]
        self._streams.clear()
        return float(sum(each.tokens_in for each in used)), float(sum(each.tokens_out for each in used))


class Peer:
    """LlamaIndex's `CitationQueryEngine` over the articles of a library, with its Chroma store in `folder`."""

    def __init__(self, library: Library, folder: Path, model: Model) -> None:
        from llama_index.core.query_engine import CitationQueryEngine

        self._engine = CitationQueryEngine.from_args(_index(library, folder), llm=_Client(model))

    def ask(self, question: str) -> PeerAnswer:
        """Answer one question; raises LanguageModelError if the model fails before its first word."""
        begun = time.perf_counter()
        response = self._engine.query(question)
        seconds = time.perf_counter() - begun
        sources = (_source(number, scored.node) for number, scored in enumerate(response.source_nodes, start=1))
        return PeerAnswer(str(response), tuple(sources), self.chunks(question), seconds)

    def chunks(self, question: str) -> tuple[Source, ...]:
        """Return the chunks retrieved for a question, nearest first; an answer only lists the sources cut from them."""
        nodes = self._engine.retrieve(QueryBundle(question))
        return tuple(Source(each.node.ref_doc_id or "", each.node.get_content()) for each in nodes)


class _Client(CustomLLM):
    """onrecord's language model as a LlamaIndex LLM."""

    _model: Model = PrivateAttr()

    def __init__(self, model: Model) -> None:
        super().__init__()
        self._model = model

    @property
    def metadata(self) -> LLMMetadata:
        """The context window and output length that LlamaIndex assumes of an unknown model."""
        return LLMMetadata(model_name=self._model.name)

    def complete(self, prompt: str, formatted: bool = False, **_: Any) -> CompletionResponse:
        """Return the whole answer, or the part that came before the model failed or repeated itself."""
        text = ""
        try:
            for piece in self._model.stream([ChatMessage(role="user", content=prompt)]):
                text += piece
        except ContextOverflowError:
            raise
        except LanguageModelError:
            if not text.strip():
                raise
        return CompletionResponse(text=text)

    def stream_complete(self, prompt: str, formatted: bool = False, **_: Any) -> CompletionResponseGen:
        """Yield the whole answer at once."""
        yield self.complete(prompt)


def _index(library: Library, folder: Path) -> "VectorStoreIndex":
    """Return the index over a library's articles; a complete one is reused."""
    from llama_index.core import Document, StorageContext, VectorStoreIndex
    from llama_index.vector_stores.chroma import ChromaVectorStore

    mark, made_of = folder / "made-of", library.fingerprint()
    is_whole = mark.is_file() and mark.read_text() == made_of
    if not is_whole:
        shutil.rmtree(folder, ignore_errors=True)
    store = ChromaVectorStore.from_params(collection_name="articles", persist_dir=str(folder))
    if is_whole:
        return VectorStoreIndex.from_vector_store(store, embed_model=library.embedder)
    articles = (library.articles.get(head.id) for head in library.articles.summaries())
    documents = [Document(text=each.text, id_=each.id, metadata={"title": each.title}) for each in articles if each]
    context = StorageContext.from_defaults(vector_store=store)
    index = VectorStoreIndex.from_documents(documents, storage_context=context, embed_model=library.embedder)
    mark.write_text(made_of)
    return index


def _source(number: int, node: Any) -> Source:
    return Source(node.ref_doc_id or "", node.get_content().removeprefix(_HEAD.format(number=number)).strip())
