"""The state of the installation and the library, as lines to read."""

import platform
from importlib.metadata import PackageNotFoundError, version

from index.library import Library
from rag.llm.base import Model

_PACKAGES = ("onrecord", "chromadb", "llama-index-core", "gradio", "onnxruntime", "sentencex", "trafilatura")


def versions() -> dict[str, str]:
    """Return the versions of Python and the packages that shape an answer, and the models' hashes."""
    return {"python": platform.python_version(), **{name: _version(name) for name in _PACKAGES}, **_hashes()}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"


def _hashes() -> dict[str, str]:
    from index.embedder import NAME, TOKENIZER, file_hash, model_path
    from rag.ranking.cross_encoder import model_file

    hashed = {NAME: model_path(), "tokenizer": TOKENIZER, "reader": model_file()}
    return {f"{name} sha256": file_hash(path) for name, path in hashed.items()}


def examine(library: Library, model: Model | None = None) -> tuple[list[str], bool]:
    """Return lines on versions, models, library and counts, and whether all agree; `model` is asked for one word."""
    counts = library.counts()
    agree = counts["chunks"] == counts["full_text"] == counts["vectors"] and not counts["owed"]
    lines = [f"{name}: {value}" for name, value in versions().items()]
    lines += [f"library: {library.folder}"]
    lines += [f"{name.replace('_', ' ')}: {count}" for name, count in counts.items()]
    problems = [] if agree else ["They disagree: run 'onrecord add' again with your sources, which makes it whole."]
    problems += [f"The {name} is not the expected file: install onrecord again." for name in _unsound()]
    if model:
        lines.append(f"language model: {model.spec}")
        problems += [wrong] if (wrong := model.try_out()) else []
    return [*lines, *(problems or ["All agree."])], not problems


def _unsound() -> list[str]:
    """Return the models whose files are missing or not as they were shipped."""
    from index.embedder import MODEL_SHA256, NAME, TOKENIZER, TOKENIZER_SHA256, file_hash, model_path
    from rag.ranking.cross_encoder import expected_hash, model_file

    shipped = {
        NAME: (model_path(), MODEL_SHA256),
        "tokenizer": (TOKENIZER, TOKENIZER_SHA256),
        "reader": (model_file(), expected_hash()),
    }
    return [name for name, (path, sha256) in shipped.items() if file_hash(path) != sha256]
