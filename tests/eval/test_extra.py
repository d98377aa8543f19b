"""The command line where the packages of the `eval` extra are not installed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HIDE = """
import sys

class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("ir_measures", "matplotlib"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Hidden())
from ui.terminal.cli import main

main()
"""


def onrecord(folder: Path, *words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", HIDE, *map(str, words)]
    here = {**os.environ, "ONRECORD_LIBRARY": str(folder / "library")}
    return subprocess.run(command, env=here, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    path = tmp_path / "articles.jsonl"
    path.write_text(
        json.dumps({"id": "a", "title": "Ostrel", "text": "The harbour of Ostrel burned in 1911."}), "utf-8"
    )
    return path


def test_adding_and_asking_do_without_the_extra(tmp_path: Path, articles: Path) -> None:
    assert onrecord(tmp_path, "add", articles).returncode == 0
    asked = onrecord(tmp_path, "ask", "When did the harbour of Ostrel burn?")
    assert asked.returncode == 0
    assert "The harbour of Ostrel burned in 1911." in asked.stdout


@pytest.mark.parametrize("command", ["eval", "sweep"])
def test_measuring_says_in_one_sentence_what_to_install(tmp_path: Path, articles: Path, command: str) -> None:
    words = [command, articles, "--articles", articles, "--out", tmp_path / "out"]
    ended = onrecord(tmp_path, *words)
    assert ended.returncode == 2
    assert ended.stderr == ("Evaluation needs ir_measures, which is not installed: run pip install 'onrecord[eval]'.\n")
    assert not (tmp_path / "out").exists()
