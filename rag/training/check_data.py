"""Rows for training the check: statements of public sets, and statements made of article sentences by rule.

Each made fault stands beside a fair rewording of the same sentence, and half of the faults lie in the evidence instead
of the statement: so neither the look of a statement nor its likeness to the evidence tells what it is worth.
"""

import json
import lzma
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from rag.ranking.encoding import Span
from rag.training.check_edits import Change, Edit, Edited, Label, apply, clash, lower_first
from rag.training.check_faults import Surroundings, blended, faults, joined
from rag.training.check_grammar import Parse, ParsedPassage
from rag.training.check_rewordings import rewordings

MADE = 0.6
"""Share of the rows that are made by rule."""

SHARES = {
    "fever_dev": 16, "fever_symmetric_dev": 8, "fm2": 6, "fm2_other": 1, "wice_dev": 7, "wice_nst": 1, "scifact": 2,
    "newprotocols_base": 6, "newprotocols_contrast": 8, "newprotocols_edit_other": 6, "newprotocols_edit_premise": 6,
    "newprotocols_paragraph": 2, "summedits_ectsum": 2, "summedits_qmsumm": 2, "summedits_sales_call": 1,
    "summedits_sales_email": 1, "summedits_scitldr": 2, "begin_wow": 2, "begin_cmu-dog": 0.3, "begin_topicalchat": 0.3,
    "faithdial_audit": 0.5, "q2_wow": 1.5, "factcheck_gpt": 1.5, "cad_nli": 5, "snli": 3, "scone": 2, "help": 1.5,
    "med": 1.5, "hans": 1, "megaveridicality": 1, "conjnli": 1, "conjnli_auto": 3, "condaqa": 1.5, "breaking_nli": 0.7,
    "boolq": 0.5, "boolq_contrast": 0.3, "pubmedqa": 0.2, "folio": 0.2, "conflictqa": 0.3,
}  # fmt: skip
"""How often a set is drawn from, against the others: what is like news and its readers' claims most."""

LABELS: dict[str, Label] = {"supported": "supported", "refuted": "contradicted", "neutral": "not told"}
_PAPERS = ("Courier", "Herald", "Gazette", "Chronicle", "Observer", "Post", "Standard", "Tribune", "Echo", "Mercury")
_OFTEN = {
    "negation": 0.3, "word": 0.4, "claim": 0.3, "name": 0.5, "opposite": 0.6, "synonym": 0.6, "number": 1.5,
    "rounding": 1.5, "unit": 3, "modality": 3, "order": 3, "speaker": 4,
}  # fmt: skip
"""How often a kind of edit is taken where a sentence offers it, against others (1)."""
_ONLY_EQUAL = frozenset(("negation", "scope", "claim", "modality", "bound", "rounding", "opposite"))
"""Kinds of faults in the evidence beside which nothing may be left out of the statement."""


@dataclass(frozen=True)
class Row:
    """One statement with the sentences it is held against; `wrong` are the places of a fault, None where unknown."""

    kind: str
    head: str
    evidence: tuple[str, ...]
    statement: str
    label: Label
    wrong: tuple[Span, ...] | None = None


def read_rows(path: Path) -> list[Row]:
    """Read the public sets."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        return [to_row(json.loads(line)) for line in lines]


def to_row(row: dict[str, Any]) -> Row:
    """One row of the schema in the data's README."""
    label = LABELS.get(row["label"], "unsupported")
    head = str(row.get("topic") or "")
    wrong = () if label == "supported" else None
    return Row(row["set"], head, tuple(row["evidence"]), row["statement"], label, wrong)


def draw_public(rows: Sequence[Row], dice: random.Random) -> Iterator[Row]:
    """Rows without end: a set by its share, then supported or not alike, then one of these."""
    sets: dict[str, dict[bool, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        sets[row.kind][row.label == "supported"].append(row)
    names = [name for name in SHARES if name in sets]
    while True:
        name = dice.choices(names, [SHARES[name] for name in names])[0]
        side = dice.choice([sets[name][key] for key in sorted(sets[name])])
        yield dice.choice(side)


class Maker:
    """Makes rows from parsed passages."""

    def __init__(self, passages: Sequence[ParsedPassage], words: dict[str, list[str]], dice: random.Random) -> None:
        self.passages = passages
        self.words = words
        self.dice = dice

    def rows(self) -> Iterator[Row]:
        """Rows without end, in groups about one sentence."""
        ways: list[tuple[Callable[[ParsedPassage], list[Row]], int]] = [
            (self.edited, 80), (self.elsewhere, 7), (self.joined, 4), (self.blended, 4), (self.attributed, 5),
        ]  # fmt: skip
        while True:
            way = self.dice.choices([way for way, _ in ways], [share for _, share in ways])[0]
            passage = self.dice.choice(self.passages)
            front = self.front(passage.title)
            group = way(passage)
            if len({row.statement for row in group}) == 2:
                yield from (replace(row, head=row.head or front) for row in group)

    def front(self, title: str) -> str:
        """What stands in front of the evidence: title, paper, date and author, each or none of them."""
        dice = self.dice
        paper = self.paper() if dice.random() < 0.3 else ""
        date = f"{dice.randint(1990, 2026)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
        parts = [title if dice.random() < 0.6 else "", paper, date if dice.random() < 0.3 else ""]
        author = dice.choice(self.words["PERSON"]) if dice.random() < 0.15 else ""
        return " · ".join(part for part in (*parts, author) if part)

    def paper(self) -> str:
        """A name for a newspaper."""
        town = self.dice.choice(self.words["GPE"]).removeprefix("the ").removeprefix("The ")
        return f"The {town} {self.dice.choice(_PAPERS)}"

    def edited(self, passage: ParsedPassage) -> list[Row]:
        """A fault of one sentence, and a fair rewording of it."""
        parse = self.dice.choice(passage.sentences)
        ways = rewordings(parse, self.dice)
        wrong = faults(parse, Surroundings(passage, self.words), self.dice)
        if not wrong:
            return []
        edit = self.one(wrong)
        backward = edit.label == "supported" or (edit.back not in (None, "supported") and self.dice.random() < 0.5)
        group = self.backward(parse, edit, ways) if backward else self.forward(parse, edit, ways)
        around = self.neighbours(passage, parse)
        return [replace(row, evidence=around(row.evidence[0])) for row in group]

    def one(self, edits: Sequence[Edit]) -> Edit:
        """An edit of a kind: kinds are drawn, not places, and what nearly every sentence offers less often."""
        kinds = sorted({edit.kind for edit in edits})
        kind = self.dice.choices(kinds, [_OFTEN.get(kind, 1.0) for kind in kinds])[0]
        return self.dice.choice([edit for edit in edits if edit.kind == kind])

    def forward(self, parse: Parse, edit: Edit, ways: Sequence[Edit]) -> list[Row]:
        """The fault lies in the statement."""
        wrong = apply(parse.text, [edit, *self.beside(ways, [edit], self.dice.choice((0, 0, 1, 2)))])
        fair = apply(parse.text, self.beside(self.alike(ways, edit), [], self.dice.choice((1, 1, 2, 3))))
        return [
            Row(edit.kind, "", (parse.text,), wrong.text, edit.label, _places(edit, wrong)),
            Row(edit.kind, "", (parse.text,), fair.text, "supported", ()),
        ]

    def backward(self, parse: Parse, edit: Edit, ways: Sequence[Edit]) -> list[Row]:
        """The fault lies in the evidence."""
        evidence = apply(parse.text, [edit]).text
        kept = [Change(c.start, c.end, parse.text[c.start : c.end]) for c in edit.changes if c.end > c.start]
        mark = Edit(edit.kind, tuple(kept), "unsupported", None)
        wrong = apply(parse.text, [mark, *self.beside(ways, [edit], self.dice.choice((0, 0, 1, 2)))])
        if edit.kind in _ONLY_EQUAL:
            ways = [way for way in ways if way.back == "supported"]
        others = self.beside(self.alike(ways, edit), [edit], self.dice.choice((1, 1, 2, 3)))
        fair = apply(parse.text, [edit, *others])
        label = edit.back or "unsupported"
        return [
            Row(edit.kind, "", (evidence,), wrong.text, label, _places(edit, wrong)),
            Row(edit.kind, "", (evidence,), fair.text, "supported", ()),
        ]

    def alike(self, ways: Sequence[Edit], edit: Edit) -> Sequence[Edit]:
        """Rewordings, those of the fault's own kind first more often than not."""
        same = [way for way in ways if way.kind == edit.kind]
        return [*same, *ways] if same and self.dice.random() < 0.6 else ways

    def beside(self, ways: Sequence[Edit], taken: Sequence[Edit], wanted: int) -> list[Edit]:
        """Some rewordings that clash neither with what is taken nor with each other."""
        chosen: list[Edit] = []
        for _ in range(wanted):
            free = [way for way in ways if not any(clash(way, other) for other in (*taken, *chosen))]
            if free:
                chosen.append(self.one(free))
        return chosen

    def neighbours(self, passage: ParsedPassage, parse: Parse) -> Callable[[str], tuple[str, ...]]:
        """How a sentence stands among some of those beside it."""
        at = passage.sentences.index(parse)
        low = max(0, at - self.dice.choice((0, 0, 0, 0, 1, 1, 2)))
        high = at + 1 + self.dice.choice((0, 0, 0, 0, 1, 1, 2))
        before = [s.text for s in passage.sentences[low:at]]
        after = [s.text for s in passage.sentences[at + 1 : high]]
        return lambda text: (*before, text, *after)

    def elsewhere(self, passage: ParsedPassage) -> list[Row]:
        """A sentence of the same article that the evidence lacks, and one that it holds."""
        if len(passage.sentences) < 2:
            return []
        size = min(len(passage.sentences) - 1, self.dice.choice((1, 1, 2, 3)))
        *told, other = self.dice.sample(passage.sentences, size + 1)
        evidence = tuple(s.text for s in passage.sentences if s in told)
        made = []
        pairs: list[tuple[Parse, Label]] = [(other, "not told"), (self.dice.choice(told), "supported")]
        for parse, label in pairs:
            text = apply(parse.text, self.beside(rewordings(parse, self.dice), [], self.dice.choice((0, 1, 2)))).text
            wrong = ((0, len(text)),) if label == "not told" else ()
            made.append(Row("elsewhere", "", evidence, text, label, wrong))
        return made

    def joined(self, passage: ParsedPassage) -> list[Row]:
        """Two sentences made cause and effect, and the two told side by side."""
        if len(passage.sentences) < 2:
            return []
        at = self.dice.randrange(len(passage.sentences) - 1)
        one, other = passage.sentences[at : at + 2]
        both = one.text, other.text
        second = lower_first(other, 0, other.text)
        side_by_side = one.text.rstrip(".!") + self.dice.choice((", and ", "; ", ", while ")) + second
        wrong = joined(one, other, self.dice)
        start = len(one.text.rstrip(".!"))
        place = ((start, len(wrong) - len(other.text)),)
        return [
            Row("cause", "", both, wrong, "not told", place),
            Row("cause", "", both, side_by_side, "supported", ()),
        ]

    def blended(self, passage: ParsedPassage) -> list[Row]:
        """What one sentence says, told of the subject of another."""
        if len(passage.sentences) < 2:
            return []
        one, other = self.dice.sample(passage.sentences, 2)
        text = blended(one, other)
        if text is None:
            return []
        evidence = tuple(s.text for s in passage.sentences if s in (one, other))
        fair = apply(other.text, self.beside(rewordings(other, self.dice), [], 1)).text
        return [
            Row("blend", "", evidence, text, "unsupported"),
            Row("blend", "", evidence, fair, "supported", ()),
        ]

    def attributed(self, passage: ParsedPassage) -> list[Row]:
        """What the head says of paper and author, and the same with another name."""
        parse = self.dice.choice(passage.sentences)
        paper, other_paper = self.paper(), self.paper()
        author, other_author = self.dice.sample(self.words["PERSON"], 2)
        head = " · ".join((passage.title or parse.word(0), paper, "2024-03-05", author))
        said = lower_first(parse, 0, parse.text)
        pairs = (paper, other_paper), (author, other_author)
        true, false = self.dice.choice(pairs)
        verb = self.dice.choice(("reported that", "wrote that"))
        return [
            Row("paper", head, (parse.text,), f"{false} {verb} {said}", "unsupported", ((0, len(false)),)),
            Row("paper", head, (parse.text,), f"{true} {verb} {said}", "supported", ()),
        ]


def _places(edit: Edit, made: Edited) -> tuple[Span, ...] | None:
    """Where a fault stands; nowhere that can be shown if it is something left out."""
    return None if edit.kind == "claim" else made.wrong or None


def block(
    public: Sequence[Row], passages: Sequence[ParsedPassage], words: dict[str, list[str]], seed: str, size: int
) -> list[Row]:
    """So many rows, made and drawn; the same for the same seed."""
    dice = random.Random(seed)
    made, drawn = Maker(passages, words, dice).rows(), draw_public(public, dice)
    rows = [*islice(made, round(size * MADE)), *islice(drawn, size - round(size * MADE))]
    return mixed(rows, dice)


def mixed(rows: Sequence[Row], dice: random.Random) -> list[Row]:
    """Rows in random order, but a fault and its fair fellow stay together."""
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.evidence].append(row)
    order = list(groups.values())
    dice.shuffle(order)
    return [row for group in order for row in group]
