"""The run of an evaluation: each question through the engine, into `answers.jsonl` and a report."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple, TextIO

from eval.questions import Question, read_questions
from eval.report import PRECISION, Failure, Report, risk_lines, write_report
from eval.score import Case, score
from index.errors import EmptyLibraryError, OnrecordError
from index.library import Library
from rag.engine import Engine

logger = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
"""Called with the questions done so far and all there are."""


class RunResult(NamedTuple):
    """How a run ended: how many questions failed, where the readable report is, and what refusing more would do."""

    failed: int
    report: Path
    risk: list[str]


def run_eval(
    engine: Engine,
    library: Library,
    questions_path: Path,
    out: Path,
    core: bool = False,
    limit: int | None = None,
    progress: Progress | None = None,
    versions: Mapping[str, Any] | None = None,
    precision: float = PRECISION,
) -> RunResult:
    """Ask a question set and write `answers.jsonl`, `report.json` and `report.md` into `out`.

    `versions` (of the program, its models, its settings) are copied into the report, which tells the
    threshold that makes the share `precision` of the answers right.
    """
    questions = read_questions(questions_path, core, limit)
    settings = {"questions": questions_path.name, "core": core, "limit": limit, **(versions or {})}
    try:
        out.mkdir(parents=True, exist_ok=True)
        report = evaluate(engine, library, questions, out, progress, settings, precision)
    except OSError as error:
        raise OnrecordError(f"Cannot write the evaluation to {out}: {error.strerror or error}.") from error
    return RunResult(len(report.failures), out / "report.md", risk_lines(report))


def evaluate(
    engine: Engine,
    library: Library,
    questions: Sequence[Question],
    out: Path,
    progress: Progress | None = None,
    settings: Mapping[str, Any] | None = None,
    precision: float = PRECISION,
) -> Report:
    """Ask every question and measure it; the folder `out` gets the answers as they come.

    An interruption leaves a report of what was done so far. An empty library ends the run at once.
    """
    _clear(out)
    run = _Run(engine, library, questions, settings or {}, precision)
    with (out / "answers.jsonl").open("w", encoding="utf-8", errors="backslashreplace") as lines:
        try:
            run.ask_all(lines, progress or _silent)
        except KeyboardInterrupt:
            write_report(run.report(), out)
            raise
    report = run.report()
    write_report(report, out)
    return report


class _Run:
    """The cases and failures of a run as they grow."""

    def __init__(
        self,
        engine: Engine,
        library: Library,
        questions: Sequence[Question],
        settings: Mapping[str, Any],
        precision: float,
    ) -> None:
        self._engine, self._library = engine, library
        self._questions, self._settings, self._precision = questions, settings, precision
        self._cases: list[Case] = []
        self._failures: list[Failure] = []
        self._began = perf_counter()

    def ask_all(self, lines: TextIO, progress: Progress) -> None:
        """Ask the questions in order and write one line for each at once."""
        progress(0, len(self._questions))
        for done, question in enumerate(self._questions, start=1):
            line = self._line(question)
            lines.write(json.dumps(line, ensure_ascii=False) + "\n")
            lines.flush()  # a run that is cut off keeps what it has
            progress(done, len(self._questions))

    def report(self) -> Report:
        """Return what was measured so far."""
        seconds = perf_counter() - self._began
        return Report(self._settings, len(self._questions), self._cases, self._failures, seconds, self._precision)

    def _line(self, question: Question) -> dict[str, Any]:
        try:
            return self._measured(question)
        except EmptyLibraryError:
            raise  # true of every question: one message says it
        except Exception as error:
            logger.debug("question %s failed", question.id, exc_info=True)
            failure = Failure(question.id, _message(error))
        self._failures.append(failure)
        return {"id": question.id, "question": question.question, "error": failure.error}

    def _measured(self, question: Question) -> dict[str, Any]:
        answer, passages = self._engine.ask_traced(question.question, question.history)
        line = {"id": question.id, **answer.to_json()}
        self._cases.append(score(question, answer, passages, self._library))
        return line


def _message(error: Exception) -> str:
    words = " ".join(str(error).split())
    if isinstance(error, OnrecordError):
        return words
    return f"{type(error).__name__}: {words}".removesuffix(": ")


def _clear(out: Path) -> None:
    # reports of an earlier run must not stand beside the answers of one that was killed
    for name in ("report.json", "report.md"):
        (out / name).unlink(missing_ok=True)


def _silent(done: int, total: int) -> None:
    pass
