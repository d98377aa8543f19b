"""The edits that statements for training the check are made with: fair ones stay so, faults do not."""

import json
import random
from pathlib import Path

import pytest

from index.text.english import MONTHS
from index.text.numbers import values
from rag.training.check_edits import Change, Edit, apply, clash, reword
from rag.training.check_faults import Surroundings, blended, faults, vocabulary
from rag.training.check_grammar import Parse, ParsedPassage, from_row
from rag.training.check_parse import is_plain
from rag.training.check_rewordings import rewordings

# parsed once by `rag.training.check_parse`, so that these tests need no parser
PARSES = Path(__file__).with_name("parses.jsonl")
PASSAGES = [from_row(json.loads(line)) for line in PARSES.read_text("utf-8").splitlines()]
WORDS = vocabulary(PASSAGES)
MILL = "The old mill was sold by Tom Rusk in 1998 because the river had flooded its cellar."
SENTENCES = [(passage, parse) for passage in PASSAGES for parse in passage.sentences]


def sentence(start: str) -> tuple[ParsedPassage, Parse]:
    return next((passage, parse) for passage, parse in SENTENCES if parse.text.startswith(start))


def fair(start: str) -> set[tuple[str, str]]:
    parse = sentence(start)[1]
    made = [edit for seed in range(8) for edit in rewordings(parse, random.Random(seed))]
    return {(edit.kind, apply(parse.text, [edit]).text) for edit in made}


def faulty(start: str) -> dict[str, Edit]:
    passage, parse = sentence(start)
    made = [edit for seed in range(8) for edit in faults(parse, Surroundings(passage, WORDS), random.Random(seed))]
    return {apply(parse.text, [edit]).text: edit for edit in made}


@pytest.mark.parametrize(
    ("start", "kind", "text"),
    [
        ("The old mill", "voice", "Tom Rusk sold the old mill in 1998 because the river had flooded its cellar."),
        (
            "The old mill",
            "order",
            "Because the river had flooded its cellar, the old mill was sold by Tom Rusk in 1998.",
        ),
        ("The old mill", "name", "The old mill was sold by Rusk in 1998 because the river had flooded its cellar."),
        ("The town opened", "voice", "A larger school was opened by the town after the flood."),
        (
            "Ana Pell",
            "speech",
            "According to Ana Pell, the mayor of Drow, the council may close the ferry in May 2021.",
        ),
        ("Maria Sarn", "part", "The harbour master had saved 12 sailors."),
        ("Maria Sarn", "clause", "Maria Sarn praised the harbour master, and thanked the people of Holm."),
        ("Most of", "short form", "Most of the fishermen didn't support the plan."),
        ("All boats", "scope", "Most boats must pay a fee of 25 kilometres of rope before they leave the harbour."),
        ("All boats", "unit", "All boats must pay a fee of 25 km of rope before they leave the harbour."),
    ],
)
def test_a_sentence_is_said_otherwise(start: str, kind: str, text: str) -> None:
    assert (kind, text) in fair(start)


@pytest.mark.parametrize(
    ("start", "kind", "text"),
    [
        ("The old mill", "negation", MILL.replace("was", "was never")),
        ("The old mill", "opposite", MILL.replace("sold", "bought")),
        ("The old", "order", "The river had flooded its cellar because the old mill was sold by Tom Rusk in 1998."),
        ("Most of", "negation", "Most of the fishermen supported the plan."),
        ("Most of", "scope", "All of the fishermen did not support the plan."),
        ("The town opened", "order", "The town opened a larger school before the flood."),
        ("The town opened", "comparison", "The town opened a smaller school after the flood."),
        ("Ana Pell", "claim", "The council may close the ferry in May 2021."),
        ("Ana Pell", "modality", "Ana Pell, the mayor of Drow, said that the council closed the ferry in May 2021."),
        ("The Holm", "bound", "The Holm Company, a builder of boats, hired fewer than 60 workers in 2019."),
        ("All boats", "unit", "All boats must pay a fee of 25 miles of rope before they leave the harbour."),
    ],
)  # fmt: skip
def test_a_fault_is_made(start: str, kind: str, text: str) -> None:
    edit = faulty(start)[text]
    assert (edit.kind, edit.label == "supported") == (kind, False)


def test_the_place_of_a_fault_is_what_it_put_there() -> None:
    parse = sentence("The town opened")[1]
    edit = faulty("The town opened")["The town opened a smaller school after the flood."]
    in_front = reword("order", Change(0, 3, "Then the"), Change(len(parse.text), len(parse.text), " Really."))
    assert not clash(edit, in_front)
    for edits in ([edit], [edit, in_front]):
        made = apply(parse.text, edits)
        assert [made.text[start:end] for start, end in made.wrong] == ["smaller"]
    assert apply(parse.text, [in_front]).wrong == ()


def worths(text: str) -> tuple[set[float], set[str]]:
    plain = text.replace("3rd", "3")
    return values(plain), {month for month in MONTHS if month in plain}


def test_numbers_and_dates_keep_their_value_where_they_are_written_otherwise() -> None:
    seen = set()
    for _, parse in SENTENCES:
        for edit in (edit for seed in range(8) for edit in rewordings(parse, random.Random(seed))):
            if edit.kind in ("number", "date"):
                text = apply(parse.text, [edit]).text
                seen.add(edit.kind)
                assert text != parse.text
                assert worths(text) == worths(parse.text)
    assert seen == {"number", "date"}


def test_another_number_or_date_has_another_value() -> None:
    seen = set()
    for passage, parse in SENTENCES:
        for edit in faults(parse, Surroundings(passage, WORDS), random.Random(3)):
            if edit.kind in ("number", "date"):
                text = apply(parse.text, [edit]).text
                seen.add(edit.kind)
                assert worths(text) != worths(parse.text)
    assert seen == {"number", "date"}


def test_every_edited_sentence_is_tidy() -> None:
    for passage, parse in SENTENCES:
        around = Surroundings(passage, WORDS)
        for edit in (*rewordings(parse, random.Random(1)), *faults(parse, around, random.Random(1))):
            text = apply(parse.text, [edit]).text
            assert text != parse.text
            assert text == text.strip()
            assert not any(mark in text for mark in ("  ", " ,", ",,", " ."))
            assert text[0].isupper() or text[0].isdigit()


def test_a_blend_tells_of_one_what_another_did() -> None:
    one, other = sentence("Karl Quay")[1], sentence("The town opened")[1]
    assert blended(one, other) == "Karl Quay opened a larger school after the flood."


def test_only_whole_plain_sentences_are_edited() -> None:
    assert is_plain("The council of Drow bought 14 boats in March.")
    for text in (
        "too short.",
        "the rest of a line that began before.",
        "It ended with a “quotation that is open.",
        "No end",
    ):
        assert not is_plain(text)
