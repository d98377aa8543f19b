"""The command that answers one question."""

import gc
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import QuestionError
from ui.terminal.options import (
    AuthorOption,
    InOption,
    JsonOption,
    LibraryOption,
    LlmOption,
    SinceOption,
    SourceOption,
    ThresholdOption,
    UnsupportedOption,
    UntilOption,
    filters_of,
    model_of,
    open_library,
    require_articles,
)

if TYPE_CHECKING:
    from rag.understanding.history import Turn

_LONGEST_HISTORY = 1_000_000
"""Characters of a history that are read."""


def ask(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="The question, in quotation marks.")],
    history: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="The conversation so far, as a JSON list of {role, content}; '-' reads standard input.",
        ),
    ] = None,
    as_json: JsonOption = False,
    since: SinceOption = None,
    until: UntilOption = None,
    source: SourceOption = None,
    author: AuthorOption = None,
    within: InOption = None,
    threshold: ThresholdOption = None,
    unsupported: UnsupportedOption = "marked",
    llm: LlmOption = None,
    folder: LibraryOption = None,
) -> None:
    """Ask one question. The answer is made of sentences of your articles, each with its citation.

    If the articles don't say, it doesn't guess. Exit status: 0 for an answer or a refusal, 2 for invalid input or an
    empty library.
    """
    gc.disable()  # a tenth of a cold answer would go to collecting garbage that imports do not make
    from ui.render.answer_text import answer_lines

    turns = _read_history(history)
    with open_library(folder) as library:
        require_articles(library)
        from rag.engine import Engine
        from rag.options import Options

        filters = filters_of(library, since, until, source, author, within)
        options = Options(filters=filters, model=model_of(llm), unsupported=unsupported)
        answer = Engine(library, threshold, options).ask(question, turns)
    if as_json:
        print(json.dumps(answer.to_json(), ensure_ascii=False, indent=1))
        return
    for line in answer_lines(answer, bold=sys.stdout.isatty() and "NO_COLOR" not in os.environ):
        print(line)


def _history_text(source: str) -> str:
    """Return the text of a history; OSError or QuestionError for a device, a pipe by name, or one that is too long."""
    if source == "-":
        text = sys.stdin.read(_LONGEST_HISTORY + 1)
    elif not Path(source).is_file():
        raise OSError("not a file")
    else:
        with Path(source).open(encoding="utf-8") as file:
            text = file.read(_LONGEST_HISTORY + 1)
    if len(text) > _LONGEST_HISTORY:
        raise QuestionError(f"The history has more than {_LONGEST_HISTORY:,} characters: give the last turns only.")
    return text


def _read_history(source: str | None) -> "tuple[Turn, ...]":
    from rag.understanding.history import read_history

    if source is None:
        return ()
    try:
        return read_history(json.loads(_history_text(source)))
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionError(f"Cannot read the history file {source} ({type(error).__name__}): check it.") from error
    except (ValueError, RecursionError) as error:
        raise QuestionError(f"The history in {source} is not valid JSON: give a list of {{role, content}}.") from error
