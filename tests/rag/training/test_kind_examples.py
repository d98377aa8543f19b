"""The examples that the classifier of kinds learns from: enough of each kind, none twice, none of the sample's."""

import json
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[3]
EXAMPLES = [json.loads(line) for line in (ROOT / "rag/training/kind_examples.jsonl").read_text("utf-8").splitlines()]
KINDS = {"fact", "list", "summary", "timeline", "comparison", "library", "smalltalk", "claim"}


def words(question: str) -> tuple[str, ...]:
    return tuple(word.strip(".,:;!?\"'") for word in question.lower().split())


def test_there_are_ninety_examples_of_each_kind_and_none_twice() -> None:
    counts = Counter(each["kind"] for each in EXAMPLES)
    assert counts.keys() == KINDS
    assert min(counts.values()) >= 90
    assert len({each["question"].lower() for each in EXAMPLES}) == len(EXAMPLES)


def test_no_question_of_the_sample_is_learnt() -> None:
    lines = (ROOT / "eval/sample/kinds.jsonl").read_text("utf-8").splitlines()
    asked = {words(json.loads(line)["question"]) for line in lines}
    assert [each["question"] for each in EXAMPLES if words(each["question"]) in asked] == []
