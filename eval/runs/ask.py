"""Asks the questions of one set: each is sent to the engine, scored, and written as a line of `answers.jsonl`."""

import logging
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

from eval.answers_file import AnswerLine
from eval.metrics.judge import judge
from eval.metrics.scored_answer import score_answer
from eval.runs.cache import Cache, key_of
from eval.runs.conversations import OwnReplies, conversations, gold_history
from eval.sets.questions import Question
from index.errors import EmptyLibraryError, OnrecordError
from index.library import Library
from rag.engine import Engine
from rag.filters import named_articles
from rag.llm.base import Model
from rag.understanding.history import Turn

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunOptions:
    """How questions are asked: how many at once, with which history, judge and cache.

    The history is `gold` (the question set's) or `live` (the engine's own replies). `cache` is the folder of answers
    kept between runs, or None; with `resume`, the answers of an interrupted run are kept.
    """

    workers: int = 1
    history: Literal["gold", "live"] = "gold"
    judge: Model | None = None
    cache: Path | None = None
    resume: bool = False


class System(NamedTuple):
    """The system under evaluation: an engine and its library."""

    engine: Engine
    library: Library


def ask_all(
    system: System,
    questions: Sequence[Question],
    options: RunOptions,
    made_with: Mapping[str, Any],
    known: Mapping[str, AnswerLine],
) -> Generator[AnswerLine, None, None]:
    """Yield one line per question, in the order of the questions (with live history, of the conversations).

    `made_with` is everything that affects the answers; answers in `known` under the same key are reused. A question
    that fails becomes a line with its error. Raises EmptyLibraryError for an empty library.
    """
    if system.library.articles.is_empty():
        raise EmptyLibraryError(f"There are no articles in {system.library.folder}: add some, or give --articles.")
    grouped = conversations(questions)
    asker = _Asker(system, options, made_with, known, grouped)
    units = grouped if options.history == "live" else [[question] for question in questions]
    with ThreadPoolExecutor(options.workers, "onrecord-eval") as pool:
        futures = [pool.submit(asker.ask_unit, unit) for unit in units]
        try:
            for future in futures:
                yield from future.result()
        finally:
            pool.shutdown(cancel_futures=True)


class _Asker:
    """Asks single questions, from several threads at once."""

    def __init__(
        self,
        system: System,
        options: RunOptions,
        made_with: Mapping[str, Any],
        known: Mapping[str, AnswerLine],
        grouped: Sequence[Sequence[Question]],
    ) -> None:
        self._engine, self._library = system
        self._judge, self._live = options.judge, options.history == "live"
        self._made_with, self._known = made_with, known
        self._cache = Cache(options.cache, made_with) if options.cache else None
        self._golds = {id(each): gold_history(each, group) for group in grouped for each in group}

    def ask_unit(self, questions: Sequence[Question]) -> list[AnswerLine]:
        """Ask questions one after another; with live history they are one conversation."""
        own = OwnReplies(lambda question, history: self._engine.ask(question, history).text)
        lines = []
        for question in questions:
            gold = self._golds[id(question)]
            line = self._ask(question, own if self._live else None, gold)
            own.note(gold, question.question, line.answer)
            lines.append(line)
        return lines

    def _ask(self, question: Question, own: OwnReplies | None, gold: Sequence[Turn]) -> AnswerLine:
        try:
            return self._line(question, own.history(gold) if own else tuple(gold))
        except EmptyLibraryError:
            raise  # true of every question, so one message is enough
        except Exception as error:
            logger.debug("question %s failed", question.id, exc_info=True)
            words = " ".join(str(error).split())
            message = words if isinstance(error, OnrecordError) else f"{type(error).__name__}: {words}".rstrip(": ")
            return AnswerLine(set=question.set, id=question.id, question=question.question, error=message)

    def _line(self, question: Question, history: tuple[Turn, ...]) -> AnswerLine:
        """Return the line of a question, cached or newly asked."""
        key = key_of(question, history, self._made_with)
        known = self._known.get(key) or (self._cache.get(key) if self._cache else None)
        if known:
            return known.model_copy(update={"reused": True})
        line = self._scored(question, history, key)
        # ask again if a model failed to write or judge the answer
        if self._cache and not line.notices and not line.is_unjudged:
            self._cache.put(line)
        return line

    def _scored(self, question: Question, history: tuple[Turn, ...], key: str) -> AnswerLine:
        articles = named_articles(question.filters.articles, self._library)
        filters = replace(question.filters, articles=articles)
        options = replace(self._engine.options, filters=filters, today=question.asked)
        answer, passages = self._engine.ask_traced(question.question, history, options)
        case = score_answer(question, answer, passages, self._library)
        fields = answer.to_json() | {"history": [asdict(turn) for turn in history]}
        judgement = judge(self._judge, question, answer) if self._judge else None
        if judgement:
            case = replace(case, figures={**case.figures, "judged_right": judgement.right})
            fields["judge"] = judgement
        return AnswerLine(set=question.set, id=question.id, key=key, reused=False, case=case, **fields)
