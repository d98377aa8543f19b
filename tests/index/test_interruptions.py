"""kill -9 at chosen moments of an add: the library opens, answers, and the same add makes it whole."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from index.library import Library
from rag.engine import Engine
from tests.support.command_line import Rows
from ui.terminal.doctor import examine

OLD = {"id": "old", "title": "Mill", "text": "The mill at Drow was built by Anton Sell in 1843."}
NEW = [
    {"id": f"new{n}", "title": f"Boat {n}", "text": f"Boat number {n} was launched at Marn in {1900 + n}."}
    for n in range(70)
]
# What runs in the process that dies: each line kills it at one moment.
_MOMENTS = {
    "between two articles": "stop_after(ArticleStore, 'put', 30)",
    "before any vector": "stop_before(Vectors, 'upsert', 1)",
    "between vectors and outbox": "stop_before(Outbox, 'complete', 1)",
    "between two batches": "stop_after(Outbox, 'complete', 1)",
    "in the last batch": "stop_before(Outbox, 'complete', 2)",
}
_SCRIPT = """
import os, signal, sys
from pathlib import Path
from index.library import Library
from index.store.articles import ArticleStore
from index.store.outbox import Outbox
from index.store.vectors import Vectors

def counted(owner, name, times, before):
    real, calls = getattr(owner, name), []
    def wrapped(*given):
        calls.append(1)
        if before and len(calls) == times:
            os.kill(os.getpid(), signal.SIGKILL)
        told = real(*given)
        if len(calls) == times:
            os.kill(os.getpid(), signal.SIGKILL)
        return told
    setattr(owner, name, wrapped)

def stop_before(owner, name, times):
    counted(owner, name, times, True)

def stop_after(owner, name, times):
    counted(owner, name, times, False)

MOMENT
Library(Path(sys.argv[1])).add_all([sys.argv[2]])
"""


@pytest.mark.parametrize("moment", _MOMENTS)
def test_a_library_survives_a_kill(tmp_path: Path, rows: Rows, moment: str) -> None:
    old, new = rows(OLD, name="old.jsonl"), rows(*NEW, name="new.jsonl")
    whole = Library(tmp_path / "library")
    whole.add_all([old])
    whole.close()
    script = _SCRIPT.replace("MOMENT", _MOMENTS[moment])
    killed = subprocess.run([sys.executable, "-c", script, tmp_path / "library", new], check=False)
    assert killed.returncode == -signal.SIGKILL

    library = Library(tmp_path / "library")
    answer = Engine(library).ask("Who built the mill at Drow?")
    assert answer.citations[0].sentence == OLD["text"]
    assert {outcome.status for outcome in library.add_all([new])} <= {"added", "unchanged"}
    assert library.counts() == {"articles": 71, "chunks": 71, "full_text": 71, "vectors": 71, "pending": 0}
    assert examine(library)[1]
    assert library.search_vectors("Boat number 69 launched at Marn in 1969", 1)[0][0] == "new69#0"
    library.close()


def test_a_vector_folder_that_is_gone_comes_back_with_the_next_add(tmp_path: Path, rows: Rows) -> None:
    source = rows(OLD, *NEW[:3])
    first = Library(tmp_path / "library")
    first.add_all([source])
    first.close()
    for path in sorted((tmp_path / "library" / "vectors").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    library = Library(tmp_path / "library")
    assert not examine(library)[1]
    library.add_all([source])
    assert examine(library)[1]
    assert library.counts()["vectors"] == 4
    library.close()
