"""Stores the prepared questions in files of several hundred; reading them needs only the product's types."""

import json
import lzma
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from rag.ranking.encoding import Span
from rag.training.questions import Question
from rag.training.windows import Window

PART = 500
"""Questions per file."""


def write_parts(questions: Iterable[Question], folder: Path, name: str) -> None:
    """Write the files one by one; a file under its final name is always complete."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, part in enumerate(_batched(iter(questions))):
        path = folder / f"{name}-{number:03}.jsonl.xz"
        fresh = path.with_suffix(".new")
        with lzma.open(fresh, "wt", encoding="utf-8", preset=3) as file:
            file.writelines(json.dumps(asdict(question), ensure_ascii=False) + "\n" for question in part)
        fresh.replace(path)


def _batched(questions: Iterator[Question]) -> Iterator[list[Question]]:
    while part := list(islice(questions, PART)):
        yield part


def read_part(path: Path) -> list[Question]:
    """Read the questions of one file."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        return [_question(json.loads(line)) for line in lines]


def _question(row: dict[str, Any]) -> Question:
    windows = tuple(
        Window(**(window | {"answers": _spans(window["answers"]), "evidence": _spans(window["evidence"])}))
        for window in row["windows"]
    )
    return Question(**(row | {"windows": windows}))


def _spans(rows: Sequence[Sequence[int]]) -> tuple[Span, ...]:
    return tuple((start, end) for start, end in rows)
