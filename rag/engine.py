"""From question and history to an answer: understand, retrieve, rank, quote or write, or refuse."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from index.errors import EmptyLibraryError
from index.library import Library
from rag.answer import Answer, Asked, Kind, Passage, Request
from rag.composing.parts import compose
from rag.composing.search import Search
from rag.composing.write import WRITTEN, write_answer
from rag.filters import Scope, narrowed
from rag.options import Options
from rag.ranking.ranker import Ranker
from rag.refusals import THRESHOLD, refuse
from rag.retrieval.hybrid import HybridRetriever
from rag.understanding.history import Turn
from rag.understanding.request import QuestionReader
from rag.understanding.standalone import read_question

Traced = tuple[Answer, list[Passage]]


class Engine:
    """Answers questions from one library. It keeps no session, so one engine serves all users.

    Below a confidence of `threshold` (None: the measured default) it refuses. `options` apply to questions without
    their own; `retriever` and `ranker`, over the same library, replace those with the measured settings.
    If the options name a model, it writes the answers that are not refused. If it fails, the answer is quoted, with
    a notice; if nothing it writes is supported, the answer is a refusal.
    """

    def __init__(
        self,
        library: Library,
        threshold: float | None = None,
        options: Options | None = None,
        retriever: HybridRetriever | None = None,
        ranker: Ranker | None = None,
    ) -> None:
        self.library = library
        self.retriever = retriever or HybridRetriever(library)
        self.ranker = ranker or Ranker(library)
        self.options = options or Options()
        self.threshold = THRESHOLD if threshold is None else threshold

    def ask(self, question: str, history: Sequence[Turn] = (), options: Options | None = None) -> Answer:
        """Answer one question; raises QuestionError or EmptyLibraryError."""
        return self.ask_traced(question, history, options)[0]

    def ask_traced(self, question: str, history: Sequence[Turn] = (), options: Options | None = None) -> Traced:
        """Answer one question and return the answer with the ranked passages."""
        *_, last = self._steps(question, history, options or self.options)
        return last

    def stream(self, question: str, history: Sequence[Turn] = (), options: Options | None = None) -> Iterator[Answer]:
        """Yield the answer as it grows: `partial` ones while a model writes, and last the complete one."""
        for answer, _ in self._steps(question, history, options or self.options):
            yield answer

    def check(self, statement: str, options: Options | None = None) -> Answer:
        """Check one statement against the articles; raises EmptyLibraryError."""
        options = options or self.options
        scope = self._scope(options)
        request = Request(statement, statement, scope.filters, (Asked(statement, Kind.CLAIM, statement),))
        return compose(request, self._search(options, scope))[0]

    def _steps(self, question: str, history: Sequence[Turn], options: Options) -> Iterator[Traced]:
        begun = time.perf_counter()
        asked = read_question(question)
        scope = self._scope(options)
        reader = QuestionReader(self.library, self.retriever, scope)
        request = replace(
            reader.understand(asked, history, options), question=question.encode("utf-8", "replace").decode()
        )
        search = replace(
            self._search(options, scope),
            among=reader.articles_of(request.sources),
            told=" ".join(turn.text for turn in history if turn.role == "assistant") if request.is_more else "",
        )
        quoted, composed = compose(request, search)
        passages = [passage for each in composed for passage in each.passages]
        answers: Iterable[Answer] = [quoted]
        if options.model and quoted.kind in WRITTEN and not quoted.refused:
            evidence = [evidence for each in composed for evidence in each.evidence]
            answers = write_answer(options.model, quoted, evidence, self.library.embed, options, search.refuse)
        for answer in answers:
            yield replace(answer, seconds=time.perf_counter() - begun), passages

    def _scope(self, options: Options) -> Scope:
        if self.library.articles.is_empty():
            raise EmptyLibraryError(
                "There are no articles yet: add some with 'onrecord add FILE...' or in the Library tab."
            )
        return narrowed(options.filters, self.library)

    def _search(self, options: Options, scope: Scope) -> Search:
        return Search(
            library=self.library,
            retriever=self.retriever,
            ranker=self.ranker,
            threshold=self.threshold,
            options=options,
            refuse=partial(refuse, searched=scope.in_words(self.library), is_filtered=bool(scope.filters)),
            among=scope.articles,
        )
