"""Write the questions that the reader is trained on: `python -m rag.training.prepare --data DIR --out DIR`.

Retrieval takes longer than a graphics card needs to train, so the questions are made before, in parts of
some thousand; training may begin with the first part while the next are made.  One seed makes one pass.
"""

import argparse
import json
import lzma
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from rag.ranking.encoding import Span
from rag.training.data import read_folder
from rag.training.pools import pools
from rag.training.questions import ALONE, Maker, Question
from rag.training.time_contexts import time_contexts
from rag.training.windows import Window

PART = 500
"""Questions in one file."""


def write_parts(questions: Iterable[Question], folder: Path, name: str) -> None:
    """Write one file after another; a file that bears its name is whole."""
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


def main() -> None:
    """Make one pass over the records."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of NAME.jsonl.xz files")
    parser.add_argument("--extra", type=Path, nargs=2, help="a questions file and an articles file (six articles)")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--limit", type=int, help="stop after so many questions")
    options = parser.parse_args()
    records = read_folder(options.data, tuple(options.extra) if options.extra else None)
    with tempfile.TemporaryDirectory() as folder:
        contexts = list(time_contexts(records, options.seed))
        maker = Maker(records + contexts, pools(Path(folder), (r for r in records if r.pool not in ALONE)))
        write_parts(islice(maker.one_pass(options.seed), options.limit), options.out, f"{options.seed:03}")


if __name__ == "__main__":
    main()
