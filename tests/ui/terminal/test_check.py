"""`onrecord check`: the verdicts as text and JSON, and the exit status."""

import json
from pathlib import Path

import pytest

from tests.support.command_line import Onrecord, Write

WEIR = "Weir at Tolmen rebuilt\n\nThe weir at Tolmen was rebuilt by Halvard Stokke in 2021 for 3.4 million crowns."


@pytest.fixture
def checked(onrecord: Onrecord, write: Write) -> Onrecord:
    onrecord("add", write("weir.txt", WEIR))
    return onrecord


def test_each_sentence_is_printed_with_what_decides_it(checked: Onrecord, write: Write) -> None:
    done = checked("check", write("draft.md", "# Weir\n\nHalvard Stokke rebuilt the weir at Tolmen. Was it dear?\n"))
    assert done.code == 0
    assert "Supported: Halvard Stokke rebuilt the weir at Tolmen." in done.out
    assert "    Weir at Tolmen rebuilt · undated" in done.out
    assert done.out.rstrip().endswith("2 not checked, 1 supported.")


def test_a_contradicted_sentence_is_a_failure_for_scripts(checked: Onrecord, write: Write) -> None:
    done = checked("check", "--json", write("draft.txt", "The weir at Tolmen was rebuilt by Halvard Stokke in 2019.\n"))
    assert done.code == 1
    (row,) = json.loads(done.out)
    assert (row["verdict"], bool(row["reason"])) == ("contradicted", True)
    assert row["citations"][0]["sentence"] in WEIR


def test_a_word_document_is_checked(checked: Onrecord) -> None:
    done = checked("check", str(Path(__file__).parents[2] / "fixtures" / "docx" / "tide-gate.docx"))
    assert done.code == 1
    assert "Not found: " in done.out


@pytest.mark.parametrize("content", [b"", b"\x7fELF\x00\x01\x02" * 90])
def test_what_is_no_draft_is_one_sentence(checked: Onrecord, write: Write, content: bytes) -> None:
    done = checked("check", write("draft.txt", content))
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert "cannot be read" in done.err
