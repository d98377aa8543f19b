"""Drafts: each sentence with a verdict, and what decides it."""

from pathlib import Path

import pytest

from index.errors import QuestionError
from index.library import Library
from rag.draft import LONGEST, check_draft, read_draft, sentences_of, summary
from rag.engine import Engine
from tests.support.command_line import Write

WEIR = (
    "Weir at Tolmen rebuilt\n\nThe weir at Tolmen was rebuilt by Halvard Stokke in 2021. It cost 3.4 million crowns."
    "\n\nThe town will close two bridges in spring. Stokke is an engineer from Vale."
)


@pytest.fixture
def engine(library: Library, write: Write) -> Engine:
    library.add_all([write("weir.txt", WEIR)])
    return Engine(library)


@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [
        ("The weir at Tolmen was rebuilt by Halvard Stokke in 2021.", "supported"),
        ("Halvard Stokke rebuilt the weir at Tolmen.", "supported"),
        ("The town will close three bridges in spring.", "contradicted"),
        ("The weir at Tolmen was rebuilt by Halvard Stokke in 2019.", "contradicted"),
        ("Halvard Stokke is a famous singer.", "not found"),
        ("The queen opened the new opera house on Friday.", "not found"),
        ("Who rebuilt the weir?", "not checked"),
        ("# News of the weir", "not checked"),
        ("Weir rebuilt", "not checked"),
    ],
)
def test_a_sentence_of_a_draft_gets_a_verdict(engine: Engine, sentence: str, verdict: str) -> None:
    (checked,) = check_draft([sentence], engine)
    assert checked.verdict == verdict
    decided = verdict in ("supported", "contradicted")
    assert bool(checked.citations) == decided
    for citation in checked.citations:
        assert citation.sentence == WEIR[citation.start : citation.end]


def test_a_pronoun_is_supported_with_the_sentence_before_it(engine: Engine) -> None:
    (checked,) = check_draft(["The weir at Tolmen cost 3.4 million crowns."], engine)
    assert checked.verdict == "supported"
    assert "It cost 3.4 million crowns." in {citation.sentence for citation in checked.citations}


@pytest.mark.parametrize("name", ["draft.txt", "draft.md"])
def test_a_draft_is_read_from_a_file_and_counted(engine: Engine, write: Write, name: str) -> None:
    path = write(name, "The town will close two bridges in spring.\n\nThe town will close nine bridges in spring.\n")
    checked = list(check_draft(sentences_of(read_draft(Path(path))), engine))
    assert summary(checked) == "1 supported, 1 contradicted"


@pytest.mark.parametrize("draft", ["", "  \n ", "word " * LONGEST])
def test_a_draft_that_is_empty_or_too_long_is_refused(draft: str) -> None:
    with pytest.raises(QuestionError, match=r"^The draft .*: (give|split) [^\n]*\.$"):
        sentences_of(draft)


def test_a_draft_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match="cannot be read"):
        read_draft(tmp_path / "nothing.txt")
