"""The invented sample: where its articles, questions and library folder are, and what the empty chat offers."""

from pathlib import Path

from index.settings import default_library

_FOLDER = Path(__file__).parent
SAMPLE_ARTICLES = _FOLDER / "articles.jsonl"
SAMPLE_QUESTIONS = _FOLDER / "questions.jsonl"
OPENING = (
    "When does Kestrane start sailing to Brannet?",
    "What do the articles say about the bus strike?",
    "Give me a timeline of the swing bridge",
    "Which articles mention the Kroy Trust?",
)
"""Questions of several kinds to offer in an empty chat."""
REFUSED = "How many people live on Brannet Island?"
"""A question that the articles don't answer, offered as an example of a refusal."""


def sample_folder(library: Path | None) -> Path:
    """Return the sample's own library folder, next to the user's and never inside it."""
    beside = library or default_library()
    return beside.with_name(beside.name + "-sample")
