"""From question and history to an answer: understand, retrieve, rank, quote or write, or refuse."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from index.errors import EmptyLibraryError
from index.library import Library
from rag.answer import Answer, Passage, Request, not_cited
from rag.composing.fact import choose, quote
from rag.composing.introductions import introductions
from rag.composing.write import write_answer
from rag.filters import Scope, narrowed
from rag.options import Options
from rag.ranking.ranker import Ranker
from rag.refusals import THRESHOLD, Refusal, RefusalKind, is_refused, refuse, respelled_as
from rag.retrieval.hybrid import HybridRetriever
from rag.understanding.history import Turn
from rag.understanding.spelling import respelled
from rag.understanding.standalone import read_question, standalone

_EVIDENCE_KEPT = 10

Traced = tuple[Answer, list[Passage]]


class Engine:
    """Answers questions from one library. Keeps no session: one engine serves everyone.

    Below `threshold` (None: the measured default) it refuses. `options` hold for every question that brings none;
    a `retriever` and a `ranker` of the same library take the place of those with the measured settings.
    A model, where the options name one, writes what is not refused; where it fails, the answer is quoted and says so;
    where nothing that it writes is supported, that is a refusal.
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
        """Answer one question; raises QuestionError or EmptyLibraryError in one sentence."""
        return self.ask_traced(question, history, options)[0]

    def ask_traced(self, question: str, history: Sequence[Turn] = (), options: Options | None = None) -> Traced:
        """Answer one question and return the ranked passages beside the answer."""
        *_, last = self._steps(question, history, options or self.options)
        return last

    def stream(self, question: str, history: Sequence[Turn] = (), options: Options | None = None) -> Iterator[Answer]:
        """Yield the answer as it grows where a model writes it, each `partial`; the last is the whole of it."""
        for answer, _ in self._steps(question, history, options or self.options):
            yield answer

    def _steps(self, question: str, history: Sequence[Turn], options: Options) -> Iterator[Traced]:
        begun = time.perf_counter()
        asked = read_question(question)
        if self.library.articles.is_empty():
            raise EmptyLibraryError(
                "There are no articles yet: add some with 'onrecord add FILE...' or in the Library tab."
            )
        scope = narrowed(options.filters, self.library)

        def refused(kind: RefusalKind, **facts: str) -> Refusal:
            return refuse(kind, scope.in_words(self.library), bool(scope.filters), **facts)

        alone = standalone(asked, history, options.model)
        searched, replaced = respelled(alone, self.library)
        passages = self.retriever.passages(searched, among=scope.articles)
        read = passages[: self.ranker.most]
        features, evidence, chance = self.ranker.rank(searched, read)
        chosen = [] if is_refused(chance, self.threshold) else choose(features, evidence, options.sentences)
        statements, citations = quote([(best, introductions(best, self.library)) for best in chosen])
        quoted = Answer(
            request=Request(question.encode("utf-8", "replace").decode(), alone, scope.filters),
            statements=statements,
            citations=citations,
            evidence=tuple(evidence[:_EVIDENCE_KEPT]),
            refusal=None if chosen else _nothing_found(read, scope, refused),
            confidence=chance,
            also_read=not_cited(read, citations),
            seconds=0.0,
            notices=(*self.ranker.notices, *([respelled_as(replaced)] if replaced else [])),
        )
        answers: Iterable[Answer] = [quoted]
        if options.model and chosen:
            answers = write_answer(options.model, quoted, evidence, self.library.embed, options, refused)
        for answer in answers:
            yield replace(answer, seconds=time.perf_counter() - begun), passages


def _nothing_found(read: Sequence[Passage], scope: Scope, refused: Callable[..., Refusal]) -> Refusal:
    if scope.articles is not None and not scope.articles:
        return refused(RefusalKind.NO_ARTICLE_LEFT)
    if not read:
        return refused(RefusalKind.NO_MATCH)
    articles = len({passage.article.id for passage in read})
    passages = f"{len(read)} passage{'s' if len(read) > 1 else ''} from {articles} of them"
    return refused(RefusalKind.NO_ANSWER, read=passages, closest=read[0].article.title)
