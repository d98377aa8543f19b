"""The state of the installation and the library, as lines to read."""

import platform
from importlib.metadata import PackageNotFoundError, version

from index.library import Library

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
    from index.embed import NAME, TOKENIZER, file_hash, model_path

    return {f"{NAME} sha256": file_hash(model_path()), "tokenizer sha256": file_hash(TOKENIZER)}


def examine(library: Library) -> tuple[list[str], bool]:
    """Return lines on versions, models, library and counts, and whether all agree."""
    counts = library.counts()
    sound = counts["chunks"] == counts["full_text"] == counts["vectors"] and not counts["owed"] and _models_sound()
    lines = [f"{name}: {value}" for name, value in versions().items()]
    lines += [f"library: {library.folder}"]
    lines += [f"{name.replace('_', ' ')}: {count}" for name, count in counts.items()]
    verdict = (
        "All agree." if sound else "They disagree: run 'onrecord add' again with your sources, which makes it whole."
    )
    return [*lines, verdict], sound


def _models_sound() -> bool:
    from index.embed import MODEL_SHA256, TOKENIZER, TOKENIZER_SHA256, file_hash, model_path

    return file_hash(model_path()) == MODEL_SHA256 and file_hash(TOKENIZER) == TOKENIZER_SHA256
