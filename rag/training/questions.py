"""Training examples of the reader: a question with all the windows that are read for it together.

The windows of a question compete (Clark and Gardner, 2018): the one that answers it, and others found by the product's
own retrieval. Some questions have no window with the answer, so that the right choice is none.
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.training.data import Record
from rag.training.swaps import swapped
from rag.training.windows import Window, answer_texts, gold_window, hardest_window, lacks, without_evidence

if TYPE_CHECKING:
    from rag.training.pools import Pool

SHARE = {
    "squad2": 2.0, "timeqa": 2.0, "selqa": 0.6, "cpgqa": 0.4, "omosqa_en": 0.4, "tatqa": 0.4, "fairytaleqa": 0.2,
    "qamr": 0.06, "qadiscourse": 0.04, "shifts_reddit": 0.25, "shifts_amazon": 0.25, "qasrl_gold": 0.2,
    "qanom": 0.05, "policyqa": 0.2,
}  # fmt: skip
"""How often a source's record is used in one pass; 1 if not listed."""

ALONE = frozenset(
    ("shifts_reddit", "shifts_amazon", "qasrl_gold", "qanom", "qamr", "qadiscourse", "policyqa", "quoref_contrast",
     "quoref_original", "drop_contrast", "fairytaleqa", "timeqa_context")
)  # fmt: skip
"""Sources whose questions refer to their own passage ("Who won the game?"): other passages would answer them too.

In `timeqa_context`, the other passages are the ones that its joined sentences were taken from.
"""

SWAPPED, REMOVED, GONE = 0.12, 0.10, 0.20
"""Shares of the answerable questions that get another name, lose the evidence, or lose the answering passage."""

OTHERS = (3, 3, 3, 4, 5, 7)
"""Numbers of windows that compete with the answering one; one is chosen at random."""

TITLED = 0.7
"""Share of the questions whose windows have a title; half of these also have a date."""


@dataclass(frozen=True)
class Question:
    """A question with the windows that are read for it; `span_known` says whether the answer's words are marked."""

    source: str
    question: str
    span_known: bool
    windows: tuple[Window, ...]

    @property
    def answerable(self) -> bool:
        """Whether any window answers the question."""
        return any(window.evidence for window in self.windows)


class Maker:
    """Makes questions with windows from records, with all random choices determined by one seed."""

    def __init__(self, records: Sequence[Record], pools: "dict[str, Pool]") -> None:
        self.records = [record for record in records if not record.source.startswith("neg_")]
        self._pools = pools
        self._given: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        for record in records:
            if record.source.startswith("neg_"):
                self._given[record.pool, record.question].append((record.title, record.passage))

    def one_pass(self, seed: int) -> Iterator[Question]:
        """Yield the records in random order, each as often as its source's share says."""
        dice = random.Random(seed)
        order = [record for record in self.records for _ in range(_times(record.source, dice))]
        dice.shuffle(order)
        for number, record in enumerate(order):
            made = self.question(record, random.Random(f"{seed} {number}"))
            if made.windows:
                yield made

    def question(self, record: Record, dice: random.Random) -> Question:
        """Make a question of a record: as it is, or made unanswerable by one of the rules."""
        draw = dice.random()
        pair = swapped(record, dice) if record.evidence and draw < SWAPPED else None
        if pair:
            record = dice.choice(pair)
            windows = [gold_window(record, dice)]
        else:
            windows = [*self._own(record, draw, dice), *self._others(record, dice)]
        dice.shuffle(windows)
        return Question(record.source, record.question, record.span_known, _headed(windows, dice))

    def _own(self, record: Record, draw: float, dice: random.Random) -> Iterator[Window]:
        """Yield the window of the record's own passage, unchanged or without its evidence, or nothing."""
        alone = record.source in ALONE
        if record.evidence and SWAPPED <= draw < SWAPPED + REMOVED + alone * GONE:
            left = without_evidence(record)
            if left:
                yield hardest_window(record.question, record.title, left, dice)
                return
        if alone or not record.evidence or draw < 1 - GONE:
            yield gold_window(record, dice)

    def _others(self, record: Record, dice: random.Random) -> list[Window]:
        """Return windows retrieved for the question that do not answer it."""
        if record.source in ALONE:
            return []
        given = [pair for pair in self._given[record.pool, record.question] if lacks(pair[1], answer_texts(record))]
        found = [*given, *self._retrieved(record)]
        chosen = found[: dice.choice(OTHERS)]
        return [hardest_window(record.question, title, text, dice) for title, text in chosen]

    def _retrieved(self, record: Record) -> Iterator[tuple[str, str]]:
        """Yield chunks of other passages; if no answer is known by which to reject them, only of other articles."""
        answers = answer_texts(record)
        for chunk in self._pools[record.pool].search(record.question):
            foreign = chunk.passage != record.passage and (answers or chunk.title != record.title)
            if foreign and lacks(chunk.text, answers):
                yield chunk.title, chunk.text


def _times(source: str, dice: random.Random) -> int:
    share = SHARE.get(source, 1.0)
    return int(share) + (dice.random() < share % 1)


def _headed(windows: Sequence[Window], dice: random.Random) -> tuple[Window, ...]:
    """Give all windows of a question the same head: title and date, title only, or neither."""
    draw = dice.random()
    if draw >= TITLED:
        return tuple(replace(window, title="") for window in windows)
    dated = draw < TITLED / 2
    return tuple(replace(window, date=_date(dice) if dated and window.title else "") for window in windows)


def _date(dice: random.Random) -> str:
    return f"{dice.randint(1990, 2026)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
