"""Another embedder: the library names both and the command that helps, and nothing of it is lost."""

import os
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from llama_index.core.base.embeddings.base import BaseEmbedding

from index.embedder import MiniLM, load_embedder
from index.errors import LibraryError
from index.library import Library
from rag.engine import Engine
from tests.support.command_line import Write
from ui.browser.conversation import messages
from ui.browser.replies import replies


class WordHashes(BaseEmbedding):
    """A real, if crude, embedding of 768 dimensions: each word adds to the place its hash names."""

    model_name: str = "word-hashes"

    def _get_text_embedding(self, text: str) -> list[float]:
        vector = np.full(768, 1e-6)
        for word in text.lower().split():
            vector[zlib.crc32(word.encode()) % 768] += 1
        return list(vector / np.linalg.norm(vector))

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


@pytest.fixture
def folder(tmp_path: Path, write: Write) -> Path:
    made = Library(tmp_path / "library")
    made.add_all([write(f"{name}.txt", f"{name}\n\nThe mill of {name} burned in May.") for name in ("Drow", "Holm")])
    made.close()
    return made.folder


def test_a_library_of_another_embedder_names_both_and_the_way_out(folder: Path) -> None:
    other = Library(folder, embedder=WordHashes())
    with pytest.raises(LibraryError) as told:
        Engine(other).ask("When did the mill of Drow burn?")
    for part in ("all-MiniLM-L6-v2-int8", "384", "word-hashes", "768", "onrecord rebuild"):
        assert part in str(told.value)
    other.close()
    again = Library(folder)
    assert "May" in Engine(again).ask("When did the mill of Drow burn?").text
    assert again.counts()["vectors"] == 2
    again.close()


def test_rebuild_embeds_again_and_swaps(folder: Path, write: Write) -> None:
    other = Library(folder, embedder=WordHashes())
    seen: list[tuple[int, int]] = []
    other.rebuild(lambda *done: seen.append(done))
    assert seen == [(2, 2)]
    assert other.counts() | {"pending": 0} == other.counts()
    assert other.counts()["vectors"] == other.counts()["chunks"] == 2
    other.add_all([write("Pell.txt", "Pell\n\nThe mill of Pell stands.")])
    assert other.counts()["vectors"] == 3
    assert "stands" in Engine(other).ask("Does the mill of Pell stand?").text
    other.close()
    with pytest.raises(LibraryError, match="word-hashes"):
        Library(folder).counts()


def test_an_open_library_sees_what_another_rebuilt(folder: Path) -> None:
    first, second = Library(folder), Library(folder)
    assert first.counts()["vectors"] == 2
    second.rebuild()
    assert first.counts()["vectors"] == 2
    assert "May" in Engine(first).ask("When did the mill of Holm burn?").text


def test_a_rebuild_that_was_stopped_leaves_the_old_vectors_and_goes_on(folder: Path) -> None:
    class Stopped(WordHashes):
        calls: int = 0

        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            raise KeyboardInterrupt

    stopped = Library(folder, embedder=Stopped())
    with pytest.raises(KeyboardInterrupt):
        stopped.rebuild()
    stopped.close()
    assert Library(folder).counts()["vectors"] == 2
    other = Library(folder, embedder=WordHashes())
    other.rebuild()
    assert other.counts()["vectors"] == 2


@pytest.mark.parametrize("spec", ["nowhere:Thing", "index.errors:Nothing", "index.errors:OnrecordError", "plain"])
def test_an_embedder_that_cannot_be_loaded_is_told_in_one_sentence(spec: str) -> None:
    with pytest.raises(LibraryError, match="embedder"):
        load_embedder(spec)


def test_the_chat_tells_it_in_one_sentence(folder: Path) -> None:
    other = Library(folder, embedder=WordHashes())
    *_, conversation = replies(Engine(other), "When did the mill of Drow burn?", ())
    shown = str(messages(conversation)[-1]["content"])
    assert "onrecord rebuild" in shown
    assert "Something went wrong" not in shown
    assert conversation[-1].answer is None
    other.close()


def test_an_embedder_is_named_by_module_and_class(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    assert len(load_embedder("test_embedder:WordHashes").get_text_embedding("a mill")) == 768


def test_the_command_line_reads_the_embedder_from_the_environment(folder: Path) -> None:
    environment = {**os.environ, "ONRECORD_EMBEDDER": "test_embedder:WordHashes"}
    where = Path(__file__).parent

    def onrecord(*given: str) -> subprocess.CompletedProcess[str]:
        command = [Path(sys.executable).with_name("onrecord"), *given, "--library", str(folder)]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=where)

    refused = onrecord("ask", "When did the mill of Drow burn?")
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert "onrecord rebuild" in refused.stderr
    assert "2 vectors, made by word-hashes" in onrecord("rebuild").stdout
    assert "May" in onrecord("ask", "When did the mill of Drow burn?").stdout


def test_half_a_surrogate_pair_is_embedded_as_a_question_mark() -> None:
    both = MiniLM().embed(["Who is \ud83e?", "Who is ??"])
    assert (both[0] == both[1]).all()
