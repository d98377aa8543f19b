"""The invented sample: where its articles, questions and library folder are."""

import json
from pathlib import Path

from index.settings import default_library

_FOLDER = Path(__file__).parent
SAMPLE_ARTICLES = _FOLDER / "articles.jsonl"
SAMPLE_QUESTIONS = _FOLDER / "questions.jsonl"
_SHOWN = ("sample:q09", "sample:q04", "sample:q23")


def sample_folder(library: Path | None) -> Path:
    """Return the sample's own library folder, next to the user's and never inside it."""
    beside = library or default_library()
    return beside.with_name(beside.name + "-sample")


def sample_questions() -> list[str]:
    """Return three questions to suggest in an empty chat: a fact, a disagreement, one without an answer."""
    rows = [json.loads(line) for line in SAMPLE_QUESTIONS.read_text(encoding="utf-8").splitlines()]
    return [row["question"] for row in rows if row["id"] in _SHOWN]
