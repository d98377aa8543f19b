"""Rows for training the check: each fault beside a fair statement, half of the faults in the evidence, seeds decide."""

import json
import random
from collections import defaultdict
from itertools import islice
from pathlib import Path

import pytest

from rag.training.check_data import Maker, Row, block, draw_public, to_row
from rag.training.check_faults import vocabulary
from rag.training.check_grammar import from_row

PARSES = Path(__file__).with_name("parses.jsonl")
PASSAGES = [from_row(json.loads(line)) for line in PARSES.read_text("utf-8").splitlines()]
WRITTEN = {sentence.text for passage in PASSAGES for sentence in passage.sentences}


def public(kind: str, label: str, number: int) -> Row:
    row = {"set": kind, "evidence": [f"Evidence {number}."], "statement": f"Statement {number}.", "label": label}
    return to_row(row)


PUBLIC = [public("fever_dev", ("supported", "refuted")[i % 4 == 0], i) for i in range(40)] + [
    public("snli", ("supported", "neutral")[i % 2], i) for i in range(40, 60)
]


@pytest.fixture(scope="module")
def made() -> list[Row]:
    return list(islice(Maker(PASSAGES, vocabulary(PASSAGES), random.Random(1)).rows(), 600))


def test_each_fault_stands_beside_a_fair_statement_of_the_same_evidence(made: list[Row]) -> None:
    pairs = list(zip(made[::2], made[1::2], strict=True))
    assert all((one.kind, one.evidence, one.head) == (other.kind, other.evidence, other.head) for one, other in pairs)
    assert all(one.label != "supported" and other.label == "supported" for one, other in pairs)
    assert all(one.statement != other.statement for one, other in pairs)


def test_faults_lie_in_the_evidence_as_well(made: list[Row]) -> None:
    edited = [row for row in made if row.kind in ("number", "opposite", "name", "negation", "date")]
    in_evidence = [row for row in edited if not set(row.evidence) & WRITTEN or not set(row.evidence) <= WRITTEN]
    assert 0.3 < len(in_evidence) / len(edited) < 0.7
    written = [row.label == "supported" for row in made if row.statement in WRITTEN]
    assert 0 < sum(written) < len(written)


def test_places_of_faults_lie_in_the_statement(made: list[Row]) -> None:
    for row in made:
        assert row.wrong != () or row.label == "supported"
        for start, end in row.wrong or ():
            assert 0 <= start < end <= len(row.statement)


def test_the_kinds_are_many_and_none_is_most(made: list[Row]) -> None:
    counts: dict[str, int] = defaultdict(int)
    for row in made:
        counts[row.kind] += 1
    assert len(counts) >= 15
    assert max(counts.values()) < len(made) / 4


def test_public_sets_are_drawn_by_share_and_side() -> None:
    rows = list(islice(draw_public(PUBLIC, random.Random(2)), 800))
    fever = [row for row in rows if row.kind == "fever_dev"]
    assert 0.75 < len(fever) / len(rows) < 0.92
    assert 0.4 < sum(row.label == "supported" for row in fever) / len(fever) < 0.6


def test_labels_that_do_not_tell_stay_open() -> None:
    assert public("wice_dev", "unsupported", 1).label == "unsupported"
    assert public("fever_dev", "refuted", 1).label == "contradicted"
    assert public("snli", "neutral", 1).wrong is None


def test_a_block_depends_on_its_seed_alone() -> None:
    words = vocabulary(PASSAGES)
    one, again, other = (block(PUBLIC, PASSAGES, words, seed, 50) for seed in ("7:2", "7:2", "7:3"))
    assert one == again
    assert one != other
    assert len(one) == 50
    assert sum(row in PUBLIC for row in one) == 20
