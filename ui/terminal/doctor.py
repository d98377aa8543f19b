"""The command that checks the installation and the library."""

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ui.terminal.options import LibraryOption, LlmOption, model_of, open_library

if TYPE_CHECKING:
    from index.library import Library
    from rag.llm.base import Model

_PACKAGES = ("onrecord", "chromadb", "llama-index-core", "gradio", "onnxruntime", "sentencex", "trafilatura")


def doctor(llm: LlmOption = None, folder: LibraryOption = None) -> None:
    """Check the installation and the library: versions, model files, counts. Exit status 1 if something is wrong."""
    model = model_of(llm)
    with open_library(folder) as library:
        lines, sound = examine(library, model)
    print(*lines, sep="\n")
    raise typer.Exit(0 if sound else 1)


def examine(library: "Library", model: "Model | None" = None) -> tuple[list[str], bool]:
    """Return lines on versions, model files, library and counts, and whether all is well; `model` is tried out."""
    from index.embedder import file_hash

    counts = library.counts()
    lines = [f"{name}: {value}" for name, value in versions().items()]
    lines += [f"library: {library.folder}", f"articles: {counts['articles']}", f"passages: {counts['chunks']}"]
    lines += [f"in the full-text index: {counts['full_text']}", f"searchable by meaning: {counts['vectors']}"]
    lines += [f"not searchable by meaning yet: {counts['pending']}"]
    problems: list[str] = []
    if not counts["chunks"] == counts["full_text"] == counts["vectors"] or counts["pending"]:
        problems.append("The counts disagree: run 'onrecord add' again with your sources to repair the library.")
    for name, (path, expected) in _model_files().items():
        if file_hash(path) != expected:
            problems.append(f"The {name} file is missing or damaged: reinstall onrecord.")
    if model:
        lines.append(f"language model: {model.spec}")
        problems += filter(None, [model.try_out()])
    return [*lines, *(problems or ["Everything is in order."])], not problems


def versions() -> dict[str, str]:
    """Return what shapes an answer: the versions of Python and of packages, and the hashes of the model files."""
    from index.embedder import file_hash

    hashes = {f"{name} sha256": file_hash(path) for name, (path, _) in _model_files().items()}
    return {"python": platform.python_version(), **{name: _version(name) for name in _PACKAGES}, **hashes}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"


def _model_files() -> dict[str, tuple[Path, str]]:
    """Return each model's file and the hash it was shipped with."""
    from index.embedder import MODEL_SHA256, NAME, TOKENIZER, TOKENIZER_SHA256, model_path
    from rag.ranking.cross_encoder import expected_hash, model_file

    return {
        NAME: (model_path(), MODEL_SHA256),
        "tokenizer": (TOKENIZER, TOKENIZER_SHA256),
        "reader": (model_file(), expected_hash()),
    }
