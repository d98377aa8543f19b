"""A sweep over the settings of retrieving and reading: every combination asked, one table, the best row first.

The best of many rows looks better than it is, as luck chose it too. So the rows are ordered by one half of the
questions, and each row's figure is told on the other half as well, which had no part in the choice.
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
"""Characters of a chunk at most. Larger ones hold more tokens than the embedder takes."""
READS = (6, READ, 24)
FUSIONS = (WEIGHTS, (1.0, 1.0), (1.0, 0.0), (0.0, 1.0))
"""Weights of the full text's and the vectors' rankings."""
JUDGED_BY = ("evidence_hit@1", "f1", "contained")
"""The figure that orders the rows is the first of these that the questions have gold for."""

Progress = Callable[[int, int], None]
OpenChunks = Callable[[int], AbstractContextManager[Library]]
"""Opens a library of the same articles in chunks of so many characters."""


class Setting(NamedTuple):
    """One combination: characters of a chunk, passages read, weights of full text and vectors, the reader or not."""

    chunk_chars: int
    passages: int
    weights: tuple[float, float]
    reader: bool


PRESENT = Setting(CHUNK_CHARS, READ, WEIGHTS, True)
"""The settings that the program has."""


class SweepRow(NamedTuple):
    """A setting and its figure on the half of the questions that chooses, and on the other half."""

    setting: Setting
    choosing: Figure
    other: Figure


class Sweep(NamedTuple):
    """All settings, the best first by `figure`; the best one against the present one on the other half."""

    figure: str
    questions: int
    failed: int
    rows: list[SweepRow]
    change: Change


def settings() -> list[Setting]:
    """Return every combination."""
    return [Setting(*each) for each in product(CHUNKS, READS, FUSIONS, (True, False))]


def run_sweep(questions: Sequence[Question], open_chunks: OpenChunks, progress: Progress) -> Sweep:
    """Ask the questions under every setting; raises QuestionError where they have no gold in both halves."""
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


def to_markdown(found: Sweep) -> str:
    """Return the table and what may be concluded from it."""
    head = ("chunk", "read", "full text : vectors", "reader", "choosing half", "95%", "other half", "95%")
    rows = [(*_cells(row.setting), *_figure(row.choosing), *_figure(row.other)) for row in found.rows]
    title = f"# Sweep by {found.figure}: {NAMES[found.figure]}"
    return "\n\n".join([title, _conclusion(found), table(head, rows)]) + "\n"


def write_sweep(found: Sweep, out: Path) -> None:
    """Write `sweep.md` and `sweep.json` into a folder."""
    rows = [
        {**row.setting._asdict(), "choosing": row.choosing._asdict(), "other": row.other._asdict()}
        for row in found.rows
    ]
    data: dict[str, Any] = {**found._asdict(), "rows": rows, "change": found.change._asdict()}
    try:
        (out / "sweep.md").write_text(to_markdown(found), encoding="utf-8")
        (out / "sweep.json").write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise OnrecordError(f"Cannot write the sweep to {out}: {error.strerror or error}.") from error


def _engines(library: Library, chars: int) -> Iterator[tuple[Setting, Engine]]:
    """Yield an engine for each setting over chunks of this size; what was read once is not read again."""
    read, embed = _Readings(), remembering(library.embed)
    for setting in settings():
        if setting.chunk_chars == chars:
            ranker = _Ranker(library, setting.passages, read if setting.reader else None, embed)
            yield setting, Engine(library, retriever=HybridRetriever(library, setting.weights), ranker=ranker)


class _Readings(CrossEncoder):
    """The trained reader, which remembers what it read."""

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
    """Tell which half a question belongs to: by a hash, a conversation whole, the same at every sweep."""
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
        "The best settings cannot be chosen: give more questions with gold answers or evidence, so that each half "
        "of them has some."
    )


def _conclusion(found: Sweep) -> str:
    best = found.rows[0].setting
    told = "The present settings are the best row." if best == PRESENT else _against_present(found.change)
    failed = f" {found.failed} questions failed and are in no figure." if found.failed else ""
    return (
        f"{len(found.rows)} settings over {found.questions} questions. Rows are ordered by one half of the questions; "
        f"the best of so many looks better there than it is. {told}{failed}"
    )


def _against_present(found: Change) -> str:
    _, before, now, change, interval, n, verdict = change_cells(found)
    return (
        f"On the other half ({n} questions), which had no part in the choice, the best row has {now}, the present "
        f"settings {before}: a change of {change} ({interval}), "
        f"which is {verdict or 'no more than chance may bring'}. The present settings: {', '.join(_cells(PRESENT))}."
    )


def _cells(setting: Setting) -> tuple[str, str, str, str]:
    text, vectors = setting.weights
    reader = "reader on" if setting.reader else "reader off"
    return f"{setting.chunk_chars} characters", f"{setting.passages} passages", f"{text:g} : {vectors:g}", reader


def _figure(figure: Figure) -> tuple[str, str]:
    return number(figure.value), interval_text(figure)
