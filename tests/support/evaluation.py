"""Helpers of the evaluation tests: question files, engines that record what they are asked, readers of the output."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from eval.runs.ask import System
from index.library import Library
from rag.answer import Answer, Passage
from rag.engine import Engine
from rag.options import Options
from rag.understanding.history import Turn


def lines_file(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def answers_in(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "answers.jsonl").read_text(encoding="utf-8").splitlines()]


def report_in(out: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((out / "report.json").read_text(encoding="utf-8"))
    return data


def open_always(engine: Engine, library: Library) -> Callable[[str], AbstractContextManager[System]]:
    @contextmanager
    def opened(_: str) -> Iterator[System]:
        yield System(engine, library)

    return opened


class NotingEngine(Engine):
    """Records what it is asked, and with which history."""

    asked: list[tuple[str, tuple[Turn, ...]]]

    def ask_traced(
        self, question: str, history: Sequence[Turn] = (), options: Options | None = None
    ) -> tuple[Answer, list[Passage]]:
        self.asked.append((question, tuple(history)))
        return super().ask_traced(question, history, options)


def noting(library: Library) -> NotingEngine:
    engine = NotingEngine(library)
    engine.asked = []
    return engine
