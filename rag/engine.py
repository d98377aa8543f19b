"""From question and history to an answer: standalone, retrieve, read, quote or refuse."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.response.schema import RESPONSE_TYPE, Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.schema import QueryBundle

from index.article import ArticleSummary
from index.errors import EmptyLibraryError
from index.library import Library
from rag.answer import Answer, Evidence, Passage, Writing
from rag.composing.fact import choose, cite
from rag.composing.write import Written, standalone, write
from rag.filters import Scope, narrowed
from rag.llm.base import Model
from rag.llm.errors import LanguageModelError
from rag.options import Options
from rag.ranking.mentions import introductions
from rag.ranking.ranker import PassageReader
from rag.retrieval.hybrid import HybridRetriever, as_node
from rag.understanding.standalone import Turn, checked_question, leans, standalone_question

THRESHOLD = 0.15
"""Below this chance that the best evidence answers, the engine refuses: measured on five question sets."""
_KEPT = 10
_GIVEN = 24
"""Sentences at most that a language model is given."""
_HEADS_NAMED = 5


class Engine(BaseQueryEngine):
    """Answers questions from one library. Keeps no session: one engine serves everyone.

    Below `threshold` (None: the measured default) it refuses. `options` hold for every question that brings none;
    a `retriever` and a `reader` of the same library take the place of those with the measured settings.
    A model, where they name one, writes what is not refused; where it fails, the answer is quoted and says so; where
    nothing that it writes is supported, that is a refusal.
    """

    def __init__(
        self,
        library: Library,
        threshold: float | None = None,
        options: Options | None = None,
        retriever: HybridRetriever | None = None,
        reader: PassageReader | None = None,
    ) -> None:
        super().__init__(callback_manager=CallbackManager([]))
        self._library = library
        self._retriever = retriever or HybridRetriever(library)
        self._reader = reader or PassageReader(library)
        self.options = options or Options()
        self.threshold = THRESHOLD if threshold is None else threshold

    def ask(self, question: str, history: Sequence[Turn] = (), options: Options | None = None) -> Answer:
        """Answer one question; raises QuestionError or EmptyLibraryError in one sentence."""
        return self.ask_traced(question, history, options)[0]

    def ask_traced(
        self, question: str, history: Sequence[Turn] = (), options: Options | None = None
    ) -> tuple[Answer, list[Passage]]:
        """Answer one question and return the ranked passages beside the answer."""
        *_, last = self._stream(question, history, options or self.options)
        return last

    def stream(self, question: str, history: Sequence[Turn] = (), options: Options | None = None) -> Iterator[Answer]:
        """Yield the answer as it grows where a model writes it, each `partial`; the last is the whole of it."""
        for answer, _ in self._stream(question, history, options or self.options):
            yield answer

    def _stream(
        self, question: str, history: Sequence[Turn], options: Options
    ) -> Iterator[tuple[Answer, list[Passage]]]:
        begun = time.perf_counter()
        asked_for = checked_question(question)
        if self._library.articles.is_empty():
            raise EmptyLibraryError(
                "There are no articles yet: add some with 'onrecord add FILE...' or in the Library tab."
            )
        scope = narrowed(options.filters, self._library)
        alone = _standalone(options.model, asked_for, history)
        passages = self._retriever.passages(alone, among=scope.articles)
        compared, evidence, chance = self._reader.read(alone, passages[: self._reader.most])
        chosen = [] if chance < self.threshold else choose(compared, evidence, options.sentences)
        statements, citations = cite([(found, self._introduced(found)) for found in chosen])
        quoted = Answer(
            question=question.encode("utf-8", "replace").decode(),
            standalone=alone,
            statements=statements,
            citations=citations,
            evidence=tuple(evidence[:_KEPT]),
            refused=not chosen,
            reason=None if chosen else self._refusal(passages[: self._reader.most], scope),
            confidence=chance,
            also_read=_heads(passages[: self._reader.most], {citation.article_id for citation in citations}),
            seconds=0.0,
            notice=self._reader.notice,
            filters=scope.filters,
        )
        for answer in self._written(options.model, options, quoted, evidence) if options.model and chosen else [quoted]:
            yield replace(answer, seconds=time.perf_counter() - begun), passages

    def _written(
        self, model: Model, options: Options, quoted: Answer, evidence: Sequence[Evidence]
    ) -> Iterator[Answer]:
        """Yield the answer as the model writes it, and last the whole, or the quoted one with the reason why not."""
        written: Written | None = None
        try:
            for written in write(model, quoted.standalone, evidence[:_GIVEN], self._library.embed, options):
                yield replace(
                    quoted, statements=written.statements, citations=written.citations, also_read=(), partial=True
                )
        except LanguageModelError as error:
            yield replace(quoted, notice=f"{error} So the answer is quoted.")
            return
        if written:
            yield self._checked(model, quoted, written, evidence)

    def _checked(self, model: Model, quoted: Answer, written: Written, evidence: Sequence[Evidence]) -> Answer:
        """Return the whole of a written answer; where nothing in it is supported, a refusal."""
        used = written.usage
        cost = (used.tokens_in, used.tokens_out, round(used.seconds, 3), used.estimated)
        told = Writing(model.name, model.host, *cost, written.dropped)
        if not any(statement.verdict in ("supported", "quoted") for statement in written.statements):
            wrote = f"Nothing that {model.name} wrote is supported by the articles."
            what = wrote if written.statements else f"{model.name} found no answer in the articles."
            reason = f"{what} Their nearest sentences are shown instead."
            if quoted.filters:
                reason += (
                    f" Only some articles were asked ({'; '.join(quoted.filters)}): lift a filter to ask the others."
                )
            return replace(quoted, statements=(), citations=(), refused=True, reason=reason, writing=told)
        cited = {citation.article_id for citation in written.citations}
        read = _heads([found.passage for found in evidence], cited)
        return replace(quoted, statements=written.statements, citations=written.citations, also_read=read, writing=told)

    def _refusal(self, read: Sequence[Passage], scope: Scope) -> str:
        lift = " Lift a filter to search the others too." if scope.filters else ""
        if scope.articles is not None and not scope.articles:
            return f"Nothing was searched, as the filters leave {self._searched(scope)}.{lift}"
        if not read:
            return (
                f"The articles do not tell: nothing in {self._searched(scope)} shares a word with the question.{lift}"
            )
        articles = len({passage.article.id for passage in read})
        return (
            f"The articles do not tell, as far as I can find. I searched {self._searched(scope)} and read "
            f"{_counted(len(read), 'passage')} from {articles} of them. "
            f"The nearest article is “{read[0].article.title}”.{lift}"
        )

    def _searched(self, scope: Scope) -> str:
        if scope.articles is None:
            return _counted(self._library.counts()["articles"], "article")
        return f"{len(scope.articles):,} of {_counted(scope.total, 'article')} ({'; '.join(scope.filters)})"

    def _introduced(self, found: Evidence) -> list[Evidence]:
        """Return the sentences of the same article that tell who a quoted sentence means."""
        article = self._library.articles.get(found.passage.article.id)
        sentences = self._library.articles.sentences(found.passage.article.id)
        if article is None or article.text[found.sentence.start : found.sentence.end] != found.text:
            return []  # another process replaced the article meanwhile
        texts = [article.text[sentence.start : sentence.end] for sentence in sentences]
        brought = (self._evidence(found, index) for index in introductions(texts, found.sentence.index))
        return [evidence for evidence in brought if evidence is not None and evidence.text in texts]

    def _evidence(self, found: Evidence, index: int) -> Evidence | None:
        """Return another sentence of a found one's article, in the passage that holds it."""
        article_id = found.passage.article.id
        chunks = self._library.articles.chunks(article_id)
        chunk = next((chunk for chunk in chunks if chunk.first <= index <= chunk.last), None)
        if chunk is None:
            return None
        sentences = self._library.articles.sentences(article_id)
        passage = Passage(chunk, found.passage.article, sentences[chunk.first : chunk.last + 1], None, None, 0.0)
        return Evidence(sentences[index], passage, found.relevance)

    def _query(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        answer, passages = self.ask_traced(query_bundle.query_str)
        return Response(
            answer.text,
            source_nodes=[as_node(passage) for passage in passages[: self._reader.most]],
            metadata=answer.to_json(),
        )

    async def _aquery(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        return await asyncio.to_thread(self._query, query_bundle)

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}


def _standalone(model: Model | None, question: str, history: Sequence[Turn]) -> str:
    by_rule = standalone_question(question, history)
    if not model or not history or not leans(question):
        return by_rule
    return standalone(model, question, history, by_rule)


def _heads(passages: Sequence[Passage], cited: set[str]) -> tuple[ArticleSummary, ...]:
    heads = {passage.article.id: passage.article for passage in passages}
    return tuple(head for head in heads.values() if head.id not in cited)[:_HEADS_NAMED]


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
