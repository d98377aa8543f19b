"""The run of an evaluation: question sets through the engine, into `answers.jsonl` and a report."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from pathlib import Path
from time import perf_counter
from typing import Any

from eval.reports.report import Demands, Report, Row, write_report
from eval.runs.ask import Asking, Opened, ask_all
from eval.runs.cache import Line, read_lines
from eval.sets.questions import Question
from eval.stats.compare import check_pairs
from index.errors import OnrecordError

Progress = Callable[[int, int], None]
"""Called with the questions done so far and all there are."""

Open = Callable[[str], AbstractContextManager[Opened]]
"""Opens the library of a question set, by the set's name, and an engine over it."""


def run_eval(
    sets: Mapping[str, Sequence[Question]],
    open_set: Open,
    out: Path,
    made_with: Mapping[str, Any] | None = None,
    told: Mapping[str, Any] | None = None,
    asking: Asking | None = None,
    demands: Demands | None = None,
    progress: Progress | None = None,
) -> Report:
    """Ask question sets, by their names, and write `answers.jsonl` and the reports into the folder `out`.

    `made_with` is what shapes the answers (versions, models, settings): an answer known under the same is not asked
    for again. `told` is what else the report tells of the run. An interruption leaves the answers and a report of
    what was done. An empty library ends the run at once.
    """
    run = _Run(out, sets, {**(told or {}), **(made_with or {})}, demands or Demands())
    try:
        return run.ask(open_set, made_with or {}, asking or Asking(), progress or _silent)
    except OSError as error:
        raise OnrecordError(f"Cannot write the evaluation to {out}: {error.strerror or error}.") from error


class _Run:
    """The answers of a run as they grow."""

    def __init__(
        self, out: Path, sets: Mapping[str, Sequence[Question]], settings: Mapping[str, Any], demands: Demands
    ) -> None:
        self._out, self._sets, self._demands = out, sets, demands
        self._settings = dict(settings)
        if demands.baseline:
            check_pairs(demands.baseline, self._questions())
        self._lines: dict[tuple[str, str], Line] = {}
        self._began = perf_counter()

    def ask(self, open_set: Open, made_with: Mapping[str, Any], asking: Asking, progress: Progress) -> Report:
        """Ask the sets one after the other; a report of what was done is written in any case but an error."""
        known = self._begin(asking)
        try:
            for name in self._sets:
                self._ask_set(name, open_set, made_with, asking, known, progress)
        except KeyboardInterrupt:
            self._finish()
            raise
        return self._finish()

    def _ask_set(
        self,
        name: str,
        open_set: Open,
        made_with: Mapping[str, Any],
        asking: Asking,
        known: Mapping[str, Line],
        progress: Progress,
    ) -> None:
        with open_set(name) as opened:
            made = {**made_with, **self._told(name, opened, asking)}
            with closing(ask_all(opened, self._sets[name], asking, made, known)) as lines:
                self._write(lines, known, progress)

    def _begin(self, asking: Asking) -> dict[str, Line]:
        """Empty the folder of an earlier run's reports, and of its answers unless they are to be kept."""
        self._out.mkdir(parents=True, exist_ok=True)
        for name in ("report.json", "report.md", "report.html"):
            (self._out / name).unlink(missing_ok=True)
        lines = read_lines(self._answers) if asking.resume else []
        known = {line["key"]: line for line in lines if "key" in line}
        self._rewrite(known.values())
        return known

    @property
    def _answers(self) -> Path:
        return self._out / "answers.jsonl"

    def _told(self, name: str, opened: Opened, asking: Asking) -> dict[str, Any]:
        """Note what a set is asked of and how; return it as what shapes the answers too."""
        library = opened.library.fingerprint()
        self._settings |= {f"library of {name}": library, "workers": asking.workers, "history": asking.history}
        judge = asking.judge.spec if asking.judge else None
        self._settings["judge"] = judge
        # the seconds of an answer depend on how many were asked at once
        return {"library": library, "workers": asking.workers, "judge": judge}

    def _write(self, lines: Iterable[Line], known: Mapping[str, Line], progress: Progress) -> None:
        total = sum(map(len, self._sets.values()))
        progress(len(self._lines), total)
        with self._answers.open("ab") as file:
            for line in lines:
                if line.get("key") not in known:  # those stand there already
                    file.write(_as_bytes(line))
                    file.flush()  # a run that is cut off keeps what it has
                self._lines[line["set"], line["id"]] = line
                progress(len(self._lines), total)

    def _finish(self) -> Report:
        found = ((question, self._lines.get((question.set, question.id))) for question in self._questions())
        rows = [Row(question, line) for question, line in found if line]
        report = Report(self._settings, len(self._questions()), rows, perf_counter() - self._began, self._demands)
        self._rewrite(row.line for row in rows)
        write_report(report, self._out)
        return report

    def _questions(self) -> list[Question]:
        return [question for questions in self._sets.values() for question in questions]

    def _rewrite(self, lines: Iterable[Line]) -> None:
        """Write the answers anew, at one go, so that a stop in the middle loses none."""
        fresh = self._answers.with_suffix(".part")
        fresh.write_bytes(b"".join(map(_as_bytes, lines)))
        fresh.replace(self._answers)


def _as_bytes(line: Line) -> bytes:
    # half a surrogate pair in a question becomes its JSON escape instead of an error
    return (json.dumps(line, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")


def _silent(done: int, total: int) -> None:
    pass
