"""The question sets at a path: one file, or a folder with several, each beside its articles."""

from pathlib import Path
from typing import NamedTuple

from eval.sets.questions import set_name
from index.errors import QuestionError

_ENDINGS = (".jsonl", ".csv", ".tsv", ".yaml", ".yml")


class SetFiles(NamedTuple):
    """A question set: its name, its questions file, and its articles file if that lies beside it."""

    name: str
    questions: Path
    articles: Path | None = None


def find_sets(path: Path) -> list[SetFiles]:
    """Return the question set of a file, or all those of a folder: `NAME.questions.*` with `NAME.articles.jsonl`.

    Raises QuestionError for a folder without sets, a set without articles, and two sets of the same name.
    """
    if not path.is_dir():
        return [SetFiles(set_name(path), path)]
    files = sorted(each for each in path.iterdir() if _is_questions(each))
    if not files:
        raise QuestionError(f"The folder {path} has no question sets: name them NAME.questions.jsonl.")
    sets = [SetFiles(set_name(each), each, path / f"{set_name(each)}.articles.jsonl") for each in files]
    names = [each.name for each in sets]
    for each in sets:
        if names.count(each.name) > 1:
            raise QuestionError(f"The folder {path} has two question sets named {each.name}: rename one.")
        if each.articles and not each.articles.is_file():
            raise QuestionError(f"The articles of {each.questions} are missing: put them into {each.articles}.")
    return sets


def _is_questions(path: Path) -> bool:
    return path.suffix.lower() in _ENDINGS and path.stem.endswith(".questions") and path.is_file()
