"""Caches answers between runs by question, settings and library, so that only what changed is asked again."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import platformdirs

from eval.answers_file import AnswerLine, line_bytes, read_lines
from eval.sets.questions import Question
from index.errors import OnrecordError
from rag.understanding.history import Turn

_PACKAGES = ("index", "rag", "eval")
_FILES_KEPT = 20


def default_cache() -> Path:
    """Return the cache folder, inside the platform's user cache folder."""
    return Path(platformdirs.user_cache_dir("onrecord", appauthor=False)) / "eval"


def program_hash() -> str:
    """Return the SHA-256 of this program's source, because a changed prompt or rule changes the answers."""
    root = Path(__file__).parents[2]
    hashed = hashlib.sha256()
    for path in sorted(path for part in _PACKAGES for path in (root / part).rglob("*.py")):
        hashed.update(f"{path.relative_to(root).as_posix()}\n".encode() + path.read_bytes())
    return hashed.hexdigest()


def key_of(question: Question, history: Iterable[Turn], made_with: Mapping[str, Any]) -> str:
    """Return the key of a scored answer: a hash of the question with its gold, the history and the settings."""
    asked = {**asdict(question), "history": [asdict(turn) for turn in history], "line": 0}
    return _hash([question.set, asked, made_with])


class Cache:
    """The answers for one library and one set of settings, stored in one file of a folder."""

    def __init__(self, folder: Path, made_with: Mapping[str, Any]) -> None:
        self._path = folder / f"{_hash(made_with)}.jsonl"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._known = {line.key: line for line in read_lines(self._path, AnswerLine)}
            self._path.touch()
            files = sorted(folder.glob("*.jsonl"), key=lambda path: path.stat().st_mtime, reverse=True)
            for path in files[_FILES_KEPT:]:  # the least recently used ones
                path.unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(folder, error) from error

    def get(self, key: str) -> AnswerLine | None:
        """Return the answer stored under a key, or None."""
        return self._known.get(key)

    def put(self, line: AnswerLine) -> None:
        """Store an answer under its key; safe across threads and processes."""
        try:
            # unbuffered, so that each line is a single write, which other processes cannot interleave
            with self._path.open("ab", buffering=0) as file:
                file.write(line_bytes(line))
        except OSError as error:
            raise _unwritable(self._path.parent, error) from error


def _hash(data: object) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True, default=str).encode()).hexdigest()


def _unwritable(folder: Path, error: OSError) -> OnrecordError:
    return OnrecordError(
        f"Answers cannot be cached in {folder} ({error.strerror or error}): make it writable, or use --no-cache."
    )
