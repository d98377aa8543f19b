"""An evaluation run: asks question sets and writes `answers.jsonl` and a report."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from pathlib import Path
from time import perf_counter
from typing import Any

from eval.answers_file import AnswerLine, line_bytes, read_lines
from eval.reports.files import NAMES, write_report
from eval.reports.report import Report, Requirements, Result
from eval.runs.ask import RunOptions, System, ask_all
from eval.sets.questions import Question
from eval.stats.compare import check_pairs
from index.errors import OnrecordError

Progress = Callable[[int, int], None]
"""Called with the number of questions done and the total."""

OpenSystem = Callable[[str], AbstractContextManager[System]]
"""Opens the library of a question set, given the set's name, and an engine over it."""


def run_eval(
    sets: Mapping[str, Sequence[Question]],
    open_system: OpenSystem,
    out: Path,
    made_with: Mapping[str, Any] | None = None,
    described: Mapping[str, Any] | None = None,
    options: RunOptions | None = None,
    requirements: Requirements | None = None,
    progress: Progress | None = None,
) -> Report:
    """Ask question sets, given by name, and write `answers.jsonl` and the reports into the folder `out`.

    `made_with` is what affects the answers (versions, models, settings); answers already known for the same values are
    reused. `described` is what else the report says about the run. An interrupted run leaves its answers and a report
    of what was done. An empty library ends the run at once.
    """
    run = _Run(out, sets, {**(described or {}), **(made_with or {})}, requirements or Requirements())
    try:
        return run.ask(open_system, made_with or {}, options or RunOptions(), progress or (lambda done, total: None))
    except OSError as error:
        raise OnrecordError(f"Cannot write the evaluation to {out}: {error.strerror or error}.") from error


class _Run:
    """The answers of a run in progress."""

    def __init__(
        self,
        out: Path,
        sets: Mapping[str, Sequence[Question]],
        settings: Mapping[str, Any],
        requirements: Requirements,
    ) -> None:
        self._out, self._answers = out, out / "answers.jsonl"
        self._sets, self._requirements = sets, requirements
        self._questions = [question for questions in sets.values() for question in questions]
        self._settings = dict(settings)
        if requirements.baseline:
            check_pairs(requirements.baseline, self._questions)
        self._lines: dict[tuple[str, str], AnswerLine] = {}
        self._began = perf_counter()

    def ask(
        self, open_system: OpenSystem, made_with: Mapping[str, Any], options: RunOptions, progress: Progress
    ) -> Report:
        """Ask the sets one after another; a report of what was done is written unless there is an error."""
        self._out.mkdir(parents=True, exist_ok=True)
        for name in NAMES:
            (self._out / name).unlink(missing_ok=True)
        lines = read_lines(self._answers, AnswerLine) if options.resume else []
        known = {line.key: line for line in lines if line.key}
        self._rewrite(known.values())
        try:
            for name, questions in self._sets.items():
                with open_system(name) as system:
                    made = {**made_with, **self._describe(name, system, options)}
                    with closing(ask_all(system, questions, options, made, known)) as answers:
                        self._write(answers, known, progress)
        except KeyboardInterrupt:
            self._finish()
            raise
        return self._finish()

    def _describe(self, name: str, system: System, options: RunOptions) -> dict[str, Any]:
        """Record how a set is asked and of which library; return what affects its answers."""
        library = system.library.fingerprint()
        judge = options.judge.spec if options.judge else None
        self._settings |= {f"library of {name}": library, "workers": options.workers, "history": options.history}
        self._settings["judge"] = judge
        # the time an answer takes depends on how many are asked at once
        return {"library": library, "workers": options.workers, "judge": judge}

    def _write(self, lines: Iterable[AnswerLine], known: Mapping[str, AnswerLine], progress: Progress) -> None:
        total = len(self._questions)
        progress(len(self._lines), total)
        with self._answers.open("ab") as file:
            for line in lines:
                if line.key not in known:  # already in the file
                    file.write(line_bytes(line))
                    file.flush()  # an interrupted run keeps its answers
                self._lines[line.set, line.id] = line
                progress(len(self._lines), total)

    def _finish(self) -> Report:
        lines = ((question, self._lines.get((question.set, question.id))) for question in self._questions)
        results = [Result(question, line) for question, line in lines if line]
        seconds = perf_counter() - self._began
        report = Report(self._settings, len(self._questions), results, seconds, self._requirements)
        self._rewrite(line for _, line in results)
        write_report(report, self._out)
        return report

    def _rewrite(self, lines: Iterable[AnswerLine]) -> None:
        """Rewrite the answers atomically, so that an interruption loses none."""
        fresh = self._answers.with_suffix(".part")
        fresh.write_bytes(b"".join(map(line_bytes, lines)))
        fresh.replace(self._answers)
