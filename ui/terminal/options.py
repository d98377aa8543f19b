"""What the commands share: options, the open library, and the language models that were named."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from index.errors import EmptyLibraryError, QuestionError
from index.settings import CHUNK_CHARS, default_library

if TYPE_CHECKING:
    from index.library import Library
    from rag.filters import Filters
    from rag.llm.base import Model

LibraryOption = Annotated[
    Path | None,
    typer.Option(
        "--library",
        envvar="ONRECORD_LIBRARY",
        metavar="DIR",
        help="The folder of the library. Default: a folder in your user data folder.",
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
ThresholdOption = Annotated[
    float | None,
    typer.Option(
        envvar="ONRECORD_THRESHOLD",
        min=0.0,
        max=1.0,
        help="Refuse to answer below this confidence; 0 never refuses what it finds. Default: a measured value.",
        show_default=False,
    ),
]
UnsupportedOption = Annotated[
    Literal["marked", "hidden", "shown"],
    typer.Option(
        envvar="ONRECORD_UNSUPPORTED",
        help="How to treat statements by a language model that the articles do not support.",
    ),
]
LlmOption = Annotated[
    str | None,
    typer.Option(
        envvar="ONRECORD_LLM",
        metavar="SPEC",
        help=(
            "Let this language model write the answers: openai:MODEL, anthropic:MODEL, ollama:MODEL or "
            "http://host:port/v1#MODEL. The sentences found are sent to it; API keys are read from the environment."
        ),
        show_default=False,
    ),
]
ModelsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--llm",
        envvar="ONRECORD_LLM",
        metavar="SPEC",
        help=(
            "Let this language model write the answers; repeat it to offer several in the browser (in ONRECORD_LLM, "
            "separate them with spaces). For the forms of SPEC see 'onrecord ask --help'."
        ),
        show_default=False,
    ),
]
SinceOption = Annotated[
    str | None,
    typer.Option(
        metavar="DATE",
        help="Search only articles published on or after this date: YYYY, YYYY-MM or YYYY-MM-DD.",
        show_default=False,
    ),
]
UntilOption = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="Search only articles published on or before this date.", show_default=False),
]
SourceOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME", help="Search only articles whose source contains this name; repeatable.", show_default=False
    ),
]
AuthorOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME", help="Search only articles whose author contains this name; repeatable.", show_default=False
    ),
]
InOption = Annotated[
    list[str] | None,
    typer.Option("--in", metavar="ID|URL|PATH|TITLE", help="Search only this article; repeatable.", show_default=False),
]


def filters_of(
    library: "Library",
    since: str | None,
    until: str | None,
    source: list[str] | None,
    author: list[str] | None,
    within: list[str] | None,
) -> "Filters":
    """Return the filters of a command; raises QuestionError if `within` names no article."""
    from rag.filters import Filters, named_articles

    return Filters(
        since=since,
        until=until,
        sources=tuple(source or ()),
        authors=tuple(author or ()),
        articles=named_articles(within or (), library),
    )


def model_of(specs: str | None) -> "Model | None":
    """Return the first model of a space-separated list; None if the list is empty."""
    return next(iter(models_of((specs or "").split())), None)


def models_of(specs: Sequence[str]) -> "list[Model]":
    """Return the models of the specs, with the time limits that the environment sets."""
    if not specs:
        return []
    from rag.llm.spec import FIRST_TOKEN_SECONDS, TOTAL_SECONDS, model

    first = _seconds("ONRECORD_LLM_FIRST_TOKEN", FIRST_TOKEN_SECONDS)
    total = _seconds("ONRECORD_LLM_TOTAL", TOTAL_SECONDS)
    return [model(spec, first, total) for spec in specs]


def _seconds(name: str, default: float) -> float:
    value = os.environ.get(name)
    try:
        return float(value) if value else default
    except ValueError as error:
        raise QuestionError(f"{name} is not a number of seconds: set it to a number such as {default:g}.") from error


@contextmanager
def open_library(folder: Path | None, chunk_chars: int = CHUNK_CHARS) -> Iterator["Library"]:
    """Open the library in a folder (None: the user's own) with the embedder of the environment; close it after use."""
    from index.library import Library

    spec, embedder = os.environ.get("ONRECORD_EMBEDDER"), None
    if spec:
        from index.embedder import load_embedder

        sys.path.insert(0, os.getcwd())  # as 'python -m' does: the class may be the user's own
        embedder = load_embedder(spec)
    path = (folder or default_library()).expanduser().absolute()
    library = Library(path, embedder=embedder, chunk_chars=chunk_chars)
    try:
        yield library
    finally:
        library.close()


def require_articles(library: "Library") -> None:
    """Raise EmptyLibraryError if there is nothing to ask."""
    if library.articles.is_empty():
        raise EmptyLibraryError(f"There are no articles yet in {library.folder}: add some with 'onrecord add FILE'.")
