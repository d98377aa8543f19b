"""Checks a draft: each of its sentences against the articles."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.errors import QuestionError
from index.sources.load import load
from index.text.sentences import split_sentences
from rag.answer import Citation, Statement
from rag.engine import Engine
from rag.options import Options

LONGEST = 200_000
"""Maximum number of characters of a draft."""
_FEWEST_WORDS, _FEWEST_UNENDED = 3, 6
"""Minimum number of words of a statement, and of one without a full stop, which may be a heading."""


@dataclass(frozen=True)
class Checked:
    """A sentence of a draft with its verdict and the sentences that decide it.

    The verdict is None for what states nothing: a question, a heading, fewer than three words.
    """

    sentence: str
    statement: Statement | None = None
    citations: tuple[Citation, ...] = ()

    @property
    def verdict(self) -> str:
        """The verdict in words: supported, contradicted, not found, not checked."""
        return self.statement.label.lower() if self.statement and self.statement.label else "not checked"

    def to_json(self) -> dict[str, Any]:
        """Return the sentence as `check --json` prints it."""
        return {
            "sentence": self.sentence,
            "verdict": self.verdict.replace(" ", "_"),
            "reason": self.statement.reason if self.statement else None,
            "citations": [asdict(citation) for citation in self.citations],
        }


def read_draft(path: Path) -> str:
    """Return the text of a file in any format that can be added; QuestionError if it has none or is too long."""
    items = list(load(str(path)))
    failed = next((item for item in items if item.reason), None)
    text = "\n\n".join(item.text for item in items if item.text)
    if not text:
        raise QuestionError(f"The draft {path} cannot be read: {failed.reason if failed else 'it has no text'}.")
    return text


def sentences_of(draft: str) -> list[str]:
    """Return the sentences of a draft; QuestionError if it is empty or too long."""
    if len(draft) > LONGEST:
        raise QuestionError(f"The draft has {len(draft):,} characters, and {LONGEST:,} can be checked: split it.")
    found = [" ".join(draft[each.start : each.end].split()) for each in split_sentences(draft)]
    if not found:
        raise QuestionError("The draft is empty: give at least one sentence to check.")
    return found


def check_draft(sentences: Sequence[str], engine: Engine, options: Options | None = None) -> Iterator[Checked]:
    """Yield each sentence of a draft with its verdict; raises EmptyLibraryError."""
    for sentence in sentences:
        if not _is_statement(sentence):
            yield Checked(sentence)
        else:
            answer = engine.check(sentence, options)
            yield Checked(sentence, answer.statements[0], answer.citations)


def _is_statement(sentence: str) -> bool:
    """Return whether a sentence may state something; a heading, a question or a fragment does not."""
    ended = sentence.rstrip("\"'”’) ")
    least = _FEWEST_WORDS if ended.endswith((".", "!", "…", "。")) else _FEWEST_UNENDED
    return not sentence.startswith("#") and not ended.endswith(("?", "？")) and len(sentence.split()) >= least


def summary(checked: Sequence[Checked]) -> str:
    """Return how many sentences have each verdict: "3 supported, 1 contradicted"."""
    counted = Counter(each.verdict for each in checked)
    return ", ".join(f"{count} {verdict}" for verdict, count in counted.most_common())
