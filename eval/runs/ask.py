"""Asking the questions of one set: each through the engine, measured, as one line of `answers.jsonl`."""

import logging
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

from eval.metrics.judge import judge
from eval.metrics.scored_answer import score
from eval.runs.cache import Cache, Line, key_of
from eval.runs.conversations import OwnReplies, conversations, gold_history
from eval.sets.questions import Question
from index.errors import EmptyLibraryError, OnrecordError
from index.library import Library
from rag.engine import Engine
from rag.llm.base import Model
from rag.options import Options
from rag.understanding.standalone import Turn

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asking:
    """How questions are asked: how many at once, with which history, judged by which model, remembered where.

    The history is `gold` (the question set's) or `live` (the engine's own replies). `cache` is the folder of answers
    that are kept between runs, None for none; with `resume` those of a run that was stopped are kept.
    """

    workers: int = 1
    history: Literal["gold", "live"] = "gold"
    judge: Model | None = None
    cache: Path | None = None
    resume: bool = False


class Opened(NamedTuple):
    """An engine and the library that it asks."""

    engine: Engine
    library: Library


def ask_all(
    opened: Opened,
    questions: Sequence[Question],
    asking: Asking,
    made_with: Mapping[str, Any],
    known: Mapping[str, Line],
) -> Generator[Line, None, None]:
    """Yield one line for each question, in the order of the questions (live: of the conversations).

    `made_with` is what shapes the answers; those that are `known` under the same key are not asked for again. A
    question that fails is a line with its error. An empty library is an EmptyLibraryError.
    """
    if opened.library.articles.is_empty():
        raise EmptyLibraryError(f"There are no articles in {opened.library.folder}: add some, or name --articles.")
    grouped = conversations(questions)
    asker = _Asker(opened, asking, made_with, known, grouped)
    units = grouped if asking.history == "live" else [[question] for question in questions]
    with ThreadPoolExecutor(asking.workers, "onrecord-eval") as pool:
        done = [pool.submit(asker.ask_unit, unit) for unit in units]
        try:
            for each in done:
                yield from each.result()
        finally:
            pool.shutdown(cancel_futures=True)


class _Asker:
    """Asks single questions, from several threads at once."""

    def __init__(
        self,
        opened: Opened,
        asking: Asking,
        made_with: Mapping[str, Any],
        known: Mapping[str, Line],
        grouped: Sequence[Sequence[Question]],
    ) -> None:
        self._engine, self._library = opened
        self._judge, self._live = asking.judge, asking.history == "live"
        self._made_with, self._known = made_with, known
        self._cache = Cache(asking.cache, made_with) if asking.cache else None
        self._golds = {id(each): gold_history(each, group) for group in grouped for each in group}

    def ask_unit(self, questions: Sequence[Question]) -> list[Line]:
        """Ask questions one after the other; they are one conversation where the history is live."""
        own = OwnReplies(self._reply)
        lines = []
        for question in questions:
            gold = self._golds[id(question)]
            line = self._guarded(question, own if self._live else None, gold)
            own.note(gold, question.question, line.get("answer", ""))
            lines.append(line)
        return lines

    def _guarded(self, question: Question, own: OwnReplies | None, gold: Sequence[Turn]) -> Line:
        try:
            return self._line(question, own.history(gold) if own else tuple(gold))
        except EmptyLibraryError:
            raise  # true of every question: one message says it
        except Exception as error:
            logger.debug("question %s failed", question.id, exc_info=True)
            return {**_named(question), "question": question.question, "error": _message(error)}

    def _line(self, question: Question, history: tuple[Turn, ...]) -> Line:
        key = key_of(question, history, self._made_with)
        known = self._known.get(key) or (self._cache.get(key) if self._cache else None)
        if known:
            return {**known, "reused": True}
        line = {**_named(question), "key": key, "reused": False, **self._measured(question, history)}
        if self._cache and _is_whole(line):
            self._cache.put(line)
        return line

    def _measured(self, question: Question, history: tuple[Turn, ...]) -> Line:
        answer, passages = self._engine.ask_traced(question.question, history, self._options(question))
        case = score(question, answer, passages, self._library)
        line = answer.to_json()
        opinion = judge(self._judge, question, answer) if self._judge else None
        if opinion:
            case = replace(case, figures={**case.figures, "judged_right": opinion.right})
            line["judge"] = opinion._asdict()
        return {**line, "history": [asdict(turn) for turn in history], "case": asdict(case)}

    def _reply(self, question: str, history: tuple[Turn, ...]) -> str:
        return self._engine.ask(question, history).text

    def _options(self, question: Question) -> Options:
        return replace(self._engine.options, filters=question.filters, today=question.asked)


def _named(question: Question) -> Line:
    return {"set": question.set, "id": question.id}


def _is_whole(line: Line) -> bool:
    """Tell whether an answer may be kept: not one that a model failed to write or to judge."""
    return line["notice"] is None and line.get("judge", {}).get("right", 0) is not None


def _message(error: Exception) -> str:
    words = " ".join(str(error).split())
    if isinstance(error, OnrecordError):
        return words
    return f"{type(error).__name__}: {words}".removesuffix(": ")
