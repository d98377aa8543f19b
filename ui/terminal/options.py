"""What the commands share: common options, the library opened, the language model of a spec."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import QuestionError
from index.settings import CHUNK_CHARS, default_library

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding

    from index.library import Library
    from rag.llm.base import Model

LibraryOption = Annotated[
    Path | None,
    typer.Option(
        "--library",
        envvar="ONRECORD_LIBRARY",
        metavar="DIR",
        help="The folder that holds the library. Default: the platform's user data folder.",
        show_default=False,
    ),
]
ThresholdOption = Annotated[
    float | None,
    typer.Option(
        "--threshold",
        envvar="ONRECORD_THRESHOLD",
        min=0.0,
        max=1.0,
        help="Refuse below this confidence; 0 answers whatever is found. Default: measured, see the README.",
        show_default=False,
    ),
]
LlmOption = Annotated[
    str | None,
    typer.Option(
        "--llm",
        envvar="ONRECORD_LLM",
        metavar="SPEC",
        help=(
            "Let this language model write the answers: openai:MODEL, anthropic:MODEL, ollama:MODEL or "
            "http://host:port/v1#MODEL. It is sent the sentences found; keys come from the environment."
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
            "Let this language model write the answers; repeat it for several, among which the browser chooses "
            "(ONRECORD_LLM holds them with spaces between). The forms are those of 'onrecord ask --help'."
        ),
        show_default=False,
    ),
]


def model_of(specs: str | None) -> "Model | None":
    """Return the first of the models that the specs, spaces between, name; None where there is none."""
    return next(iter(models_of((specs or "").split())), None)


def models_of(specs: Sequence[str]) -> "list[Model]":
    """Return the models that the specs name, with the time limits of the environment."""
    if not specs:
        return []
    from rag.llm.spec import FIRST_TOKEN_SECONDS, TOTAL_SECONDS, model

    first, total = (
        _seconds("ONRECORD_LLM_FIRST_TOKEN", FIRST_TOKEN_SECONDS),
        _seconds("ONRECORD_LLM_TOTAL", TOTAL_SECONDS),
    )
    return [model(spec, first, total) for spec in specs]


def _seconds(name: str, default: float) -> float:
    given = os.environ.get(name)
    try:
        return float(given) if given else default
    except ValueError as error:
        raise QuestionError(f"{name} is not a number of seconds: set it to one, such as {default:g}.") from error


def _embedder(spec: str) -> "BaseEmbedding":
    from index.embedder import load_embedder

    sys.path.insert(0, os.getcwd())  # as python -m has it: the class may be the user's own
    return load_embedder(spec)


@contextmanager
def opened(library: Path | None, chunk_chars: int = CHUNK_CHARS) -> Iterator["Library"]:
    """Open the library in a folder (None: the user's own) with the environment's embedder, and close it."""
    from index.library import Library

    spec = os.environ.get("ONRECORD_EMBEDDER")
    folder = (library or default_library()).expanduser().absolute()
    kept = Library(folder, embedder=_embedder(spec) if spec else None, chunk_chars=chunk_chars)
    try:
        yield kept
    finally:
        kept.close()
