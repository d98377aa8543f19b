"""A sweep over the settings of retrieval and the reader: runs every combination and writes one table, best row first.

The best of many rows looks better than it is, because it was partly chosen by chance. So the rows are ranked on one
half of the questions, and each row's figure is also given for the other half, which played no part in the choice.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

from eval.metrics.scored_answer import ScoredAnswer
from eval.reports.content import change_cells, interval_text, number
from eval.reports.markdown import table
from eval.runs.ask import RunOptions, System, ask_all
from eval.sets.questions import Question
from eval.stats.compare import Baseline, Change, compare
from eval.stats.figures import NAMES, Figure, figures
from index.embedder import Embed, remembering
from index.errors import OnrecordError, QuestionError
from index.library import Library
from index.settings import CHUNK_CHARS
from rag.answer import Passage
from rag.engine import Engine
from rag.ranking.cross_encoder import CrossEncoder, Reading
from rag.ranking.ranker import READ, Ranker
from rag.retrieval.hybrid import WEIGHTS, HybridRetriever

CHUNKS = (300, 600, CHUNK_CHARS)
"""Largest chunk sizes, in characters; even larger chunks would exceed the embedder's token limit."""
READS = (6, READ, 24)
FUSIONS = (WEIGHTS, (1.0, 1.0), (1.0, 0.0), (0.0, 1.0))
"""Weights of the full-text and vector rankings."""
JUDGED_BY = ("evidence_hit@1", "f1", "contained")
"""Rows are ranked by the first of these figures for which the questions have gold."""

Progress = Callable[[int, int], None]
OpenChunks = Callable[[int], AbstractContextManager[Library]]
"""Opens a library of the same articles with chunks of the given size in characters."""


class Setting(NamedTuple):
    """One combination: chunk size in characters, passages read, weights of full text and vectors, reader on or off."""

    chunk_chars: int
    passages: int
    weights: tuple[float, float]
    reader: bool


PRESENT = Setting(CHUNK_CHARS, READ, WEIGHTS, True)
"""The product's current settings."""


class SweepRow(NamedTuple):
    """A setting, with its figure on the half used for ranking and on the other half."""

    setting: Setting
    choosing: Figure
    other: Figure


class Sweep(NamedTuple):
    """All settings, best first by `figure`; `change` compares the best with the present one on the other half."""

    figure: str
    questions: int
    failed: int
    rows: list[SweepRow]
    change: Change


def settings() -> list[Setting]:
    """Return every combination."""
    return [Setting(*each) for each in product(CHUNKS, READS, FUSIONS, (True, False))]


def run_sweep(questions: Sequence[Question], open_chunks: OpenChunks, progress: Progress) -> Sweep:
    """Ask the questions with every setting; raises QuestionError unless both halves have gold."""
    scored: dict[Setting, list[ScoredAnswer]] = {}
    total = len(settings()) * len(questions)
    done = failed = 0
    for chars in CHUNKS:
        with open_chunks(chars) as library:
            for setting, engine in _engines(library, chars):
                lines = []
                for line in ask_all(System(engine, library), questions, RunOptions(), {}, {}):
                    lines.append(line)
                    progress(done := done + 1, total)
                scored[setting] = [line.case for line in lines if line.case]
                failed += len(lines) - len(scored[setting])
    return _sweep(scored, {question.id: _chooses(question) for question in questions}, failed)


def to_markdown(swept: Sweep) -> str:
    """Return the table and its conclusion."""
    head = ("chunk", "read", "full text : vectors", "reader", "choosing half", "95%", "other half", "95%")
    rows = [(*_cells(row.setting), *_figure(row.choosing), *_figure(row.other)) for row in swept.rows]
    title = f"# Sweep by {swept.figure}: {NAMES[swept.figure]}"
    return "\n\n".join([title, _conclusion(swept), table(head, rows)]) + "\n"


def write_sweep(swept: Sweep, out: Path) -> None:
    """Write `sweep.md` and `sweep.json` into a folder."""
    rows = [
        {**row.setting._asdict(), "choosing": row.choosing._asdict(), "other": row.other._asdict()}
        for row in swept.rows
    ]
    data: dict[str, Any] = {**swept._asdict(), "rows": rows, "change": swept.change._asdict()}
    try:
        (out / "sweep.md").write_text(to_markdown(swept), encoding="utf-8")
        (out / "sweep.json").write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise OnrecordError(f"Cannot write the sweep to {out}: {error.strerror or error}.") from error


def _engines(library: Library, chars: int) -> Iterator[tuple[Setting, Engine]]:
    """Yield an engine for each setting with chunks of this size; the reader's results are reused."""
    read, embed = _Readings(), remembering(library.embed)
    for setting in settings():
        if setting.chunk_chars == chars:
            ranker = _Ranker(library, setting.passages, read if setting.reader else None, embed)
            yield setting, Engine(library, retriever=HybridRetriever(library, setting.weights), ranker=ranker)


class _Readings(CrossEncoder):
    """The trained reader, with its results cached."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[tuple[str, str], Reading] = {}

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        keys = [(question, passage.chunk.id) for passage in passages]
        fresh = {key: passage for key, passage in zip(keys, passages, strict=True) if key not in self._known}
        self._known.update(zip(fresh, super().read(question, list(fresh.values())), strict=True))
        return [self._known[key] for key in keys]


class _Ranker(Ranker):
    def __init__(self, library: Library, most: int, read: CrossEncoder | None, embed: Embed) -> None:
        super().__init__(library, most, similarity_only=True)
        self._reader, self._embed = read, embed


def _chooses(question: Question) -> bool:
    """Return whether a question is in the half used for ranking, by a stable hash shared by a whole conversation."""
    name = question.conversation_id or question.id
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()[0] % 2 == 0


def _sweep(scored: dict[Setting, list[ScoredAnswer]], chooses: dict[str, bool], failed: int) -> Sweep:
    halves = {
        setting: [[case for case in cases if chooses[case.id] is half] for half in (True, False)]
        for setting, cases in scored.items()
    }
    measured = {setting: [figures(half) for half in both] for setting, both in halves.items()}
    name = _judged_by(measured[PRESENT])
    rows = [SweepRow(setting, both[0][name], both[1][name]) for setting, both in measured.items()]
    rows.sort(key=lambda row: (-(row.choosing.value or 0.0), row.setting.passages, row.setting != PRESENT))
    before, after = halves[PRESENT][1], halves[rows[0].setting][1]
    changes = compare(Baseline({}, before), after, {}).changes
    change = next(change for change in changes if change.name == name)
    return Sweep(name, len(chooses), failed, rows, change)


def _judged_by(halves: Sequence[dict[str, Figure]]) -> str:
    for name in JUDGED_BY:
        if all(half[name].n for half in halves):
            return name
    raise QuestionError(
        "The best settings cannot be chosen: give more questions with gold answers or evidence, so that both halves "
        "have some."
    )


def _conclusion(swept: Sweep) -> str:
    best = swept.rows[0].setting
    conclusion = "The present settings are the best row." if best == PRESENT else _against_present(swept.change)
    failed = f" {swept.failed} questions failed and are not in the figures." if swept.failed else ""
    return (
        f"{len(swept.rows)} settings over {swept.questions} questions. Rows are ordered by one half of the questions; "
        f"the best of many looks better there than it is. {conclusion}{failed}"
    )


def _against_present(swept: Change) -> str:
    _, before, now, change, interval, n, verdict = change_cells(swept)
    return (
        f"On the other half ({n} questions), which had no part in the choice, the best row has {now}, the present "
        f"settings {before}: a change of {change} ({interval}), "
        f"which is {verdict or 'no more than chance'}. The present settings: {', '.join(_cells(PRESENT))}."
    )


def _cells(setting: Setting) -> tuple[str, str, str, str]:
    text, vectors = setting.weights
    reader = "reader on" if setting.reader else "reader off"
    return f"{setting.chunk_chars} characters", f"{setting.passages} passages", f"{text:g} : {vectors:g}", reader


def _figure(figure: Figure) -> tuple[str, str]:
    return number(figure.value), interval_text(figure)
