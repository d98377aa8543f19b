"""onrecord beside LlamaIndex's CitationQueryEngine, both asking one scripted model over a real connection."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from eval.metrics.support import support
from eval.metrics.words import Quoted
from eval.peers.figures import holds_gold, is_refusal, marked_sentences, own_reply, peer_reply
from eval.peers.llamaindex import PeerAnswer, Source
from eval.peers.run import ENGINES, NOTES, ROWS, run
from eval.sets.questions import Gold
from index.errors import OnrecordError, QuestionError
from index.library import Library
from rag.engine import Engine
from tests.support.llm_server import LlmServer, Refusal, text

MILL = "The mill at Tarn was rebuilt in 1907 by the carpenter Odo Marsh."
ARTICLES = [
    {"id": "mill", "title": "The mill at Tarn", "text": f"{MILL} Its wheel is nine metres high. It grinds rye."},
    {"id": "ferry", "title": "The ferry of Holm", "text": "The ferry of Holm sails at seven. Dogs travel free."},
]
WHO = {
    "id": "who",
    "question": "Who rebuilt the mill at Tarn?",
    "answers": ["Odo Marsh"],
    "evidence": [{"article_id": "mill", "quote": MILL}],
    "answerable": True,
}
HOURS = {"id": "hours", "question": "Why did the mill at Tarn burn down?", "answerable": False}
RIGHT = text("The mill at Tarn was rebuilt by Odo Marsh [1][7].")
LOOSE = text("Odo Marsh rebuilt it in 1907 [1] [7]. Nobody helped.")


class Ran(NamedTuple):
    """A finished run: its page, its folder."""

    page: str
    out: Path

    @property
    def data(self) -> dict[str, Any]:
        return json.loads((self.out / "peers.json").read_text())  # type: ignore[no-any-return]

    def value(self, name: str, engine: str) -> float | None:
        return self.data["all"][name][engine]["value"]  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def server() -> Iterator[LlmServer]:
    with LlmServer() as made:
        yield made


def files(folder: Path, *questions: dict[str, Any]) -> tuple[Path, Path]:
    folder.mkdir(exist_ok=True)
    for name, rows in {"mills.questions.jsonl": questions, "mills.articles.jsonl": ARTICLES}.items():
        (folder / name).write_text("\n".join(map(json.dumps, rows)))
    return folder / "mills.questions.jsonl", folder / "mills.articles.jsonl"


@pytest.fixture(scope="module")
def ran(server: LlmServer, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder = tmp_path_factory.mktemp("peers")
    server.scripts = [RIGHT, LOOSE]
    return Ran(run(*files(folder, WHO), server.spec, folder / "out", None, False), folder / "out")


def test_the_table_has_both_columns_and_tells_what_is_not_equal(ran: Ran) -> None:
    assert all(engine in ran.page for engine in ENGINES.values())
    assert all(head in ran.page for head in ROWS.values())
    assert NOTES[0] in ran.page
    assert ran.page == (ran.out / "peers.md").read_text()


def test_both_asked_the_same_model_the_same_question(ran: Ran, server: LlmServer) -> None:
    own, peer = (json.dumps(asked.body["messages"]) for asked in server.asked[:2])
    assert WHO["question"] in own
    assert WHO["question"] in peer
    assert "Source 1:" in peer


def test_a_marker_that_leads_nowhere_is_counted_where_it_is_shown(ran: Ran) -> None:
    assert (ran.value("lost_markers", "llamaindex"), ran.value("lost_markers", "onrecord")) == (1.0, 0.0)
    assert ran.value("dropped_markers", "onrecord") == 1.0


def test_a_cited_chunk_that_holds_the_gold_quote_is_right(ran: Ran) -> None:
    assert ran.value("chunk_precision", "llamaindex") == ran.value("chunk_recall", "llamaindex") == 1.0
    assert ran.value("citation_recall", "llamaindex") == 1.0
    precise = ran.value("citation_precision", "llamaindex")
    assert precise == pytest.approx(1 / 3)  # it cites three sentences, as it can cite no less
    assert ran.value("citation_precision", "onrecord") == 1.0


def test_support_is_measured_by_the_statement(ran: Ran) -> None:
    assert ran.value("support_recall", "llamaindex") == 0.5  # "Nobody helped." cites nothing
    assert ran.value("support_recall", "onrecord") == 1.0


def test_a_figure_that_a_peer_does_not_have_is_none(ran: Ran) -> None:
    assert ran.value("evidence_hit@1", "onrecord") == 1.0
    assert ran.value("evidence_hit@1", "llamaindex") is None
    assert ran.value("chunk_hit@1", "llamaindex") == 1.0
    assert ran.value("f1", "llamaindex") is None
    assert ran.value("whole_f1", "llamaindex")


def test_a_quotation_that_nothing_found_holds_is_counted(server: LlmServer, tmp_path: Path) -> None:
    asked, said = f"Of “{WHO['question']}” ", f"I read “{MILL[:30]}” and “a mill of nine storeys” [1]."
    server.scripts, server.script = [], text(asked, said)
    ran = Ran(run(*files(tmp_path, WHO), server.spec, tmp_path / "out", None, False), tmp_path / "out")
    assert ran.value("misquoted", "llamaindex") == 1.0


def test_seconds_and_tokens_are_counted_for_both(ran: Ran) -> None:
    for engine in ENGINES:
        assert (ran.value("tokens_in", engine), ran.value("tokens_out", engine)) == (12.0, 3.0)
        assert ran.value("seconds_p50", engine)


def test_a_refusal_of_the_peer_is_counted(server: LlmServer, tmp_path: Path) -> None:
    server.scripts, server.script = [], text("None of the sources are helpful.")
    ran = Ran(run(*files(tmp_path, HOURS), server.spec, tmp_path / "out", None, False), tmp_path / "out")
    assert ran.value("refused", "llamaindex") == ran.value("refusal_recall", "llamaindex") == 1.0
    assert ran.value("chunk_precision", "llamaindex") is None


def test_what_was_asked_is_not_asked_again(server: LlmServer, tmp_path: Path) -> None:
    server.scripts, server.script = [], RIGHT
    first = run(*files(tmp_path, WHO), server.spec, tmp_path / "out", None, False)
    asked = len(server.asked)
    assert run(*files(tmp_path, WHO), server.spec, tmp_path / "out", None, False) == first
    assert len(server.asked) == asked


def test_a_folder_of_sets_is_pooled_and_told_apart(server: LlmServer, tmp_path: Path) -> None:
    server.scripts, server.script = [], RIGHT
    files(tmp_path / "sets", WHO)
    ran = Ran(run(tmp_path / "sets", None, server.spec, tmp_path / "out", None, False), tmp_path / "out")
    assert list(ran.data["by_set"]) == ["mills"]
    with pytest.raises(QuestionError, match="--articles"):
        run(tmp_path / "sets", tmp_path / "more", server.spec, tmp_path / "out", None, False)


def test_a_question_that_the_peer_fails_at_is_in_no_figure_and_asked_anew(server: LlmServer, tmp_path: Path) -> None:
    server.scripts, server.script = [], Refusal(500)
    ran = Ran(run(*files(tmp_path, WHO), server.spec, tmp_path / "out", None, False), tmp_path / "out")
    assert len(ran.data["failed"]) == 1
    assert "the server had an internal error (500)" in ran.page
    assert ran.value("contained", "onrecord") is None
    server.script = RIGHT
    run(*files(tmp_path, WHO), server.spec, tmp_path / "out", None, False)
    assert ran.data["failed"] == []


def test_without_its_extra_the_peer_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("eval.peers.run.PACKAGES", ("llama-index-vector-stores-missing",))
    with pytest.raises(OnrecordError, match=r"llama-index-vector-stores-missing.*onrecord\[peers\]"):
        run(*files(tmp_path, WHO), "http://127.0.0.1:1/v1#none", tmp_path / "out", None, False)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("It sails at seven [2], on most days [1].", [("It sails at seven, on most days.", [2, 1])]),
        ("It sails. [1][7] Dogs go free [1, 3].", [("It sails.", [1, 7]), ("Dogs go free.", [1, 3])]),
        ("Dogs go free (Source 2).", [("Dogs go free.", [2])]),
        ("Sources 1 and 2 say it sails.", [("say it sails.", [1, 2])]),
        ("It cost 12 crowns in 1907.", [("It cost 12 crowns in 1907.", [])]),
        ("[1]", []),
    ],
)
def test_markers_are_read_in_every_form_the_peer_uses(said: str, expected: list[Any]) -> None:
    assert list(marked_sentences(said)) == expected


@pytest.mark.parametrize("said", ["Empty Response", "", "The sources don’t say who did.", "I cannot answer this [1]."])
def test_a_fixed_phrase_in_the_first_sentence_is_a_refusal(said: str) -> None:
    assert is_refusal(said)


def test_an_answer_that_only_later_doubts_is_no_refusal() -> None:
    assert not is_refusal("Odo Marsh did [1]. The sources do not say why.")


def test_a_chunk_holds_a_quote_of_its_own_article_or_a_whole_sentence_of_it() -> None:
    gold = Gold("mill", f"{MILL} It fell down.")
    assert holds_gold(Quoted("mill", f"Long ago.  {MILL}"), gold)
    assert not holds_gold(Quoted("ferry", MILL), gold)
    assert not holds_gold(Quoted("mill", MILL[:20]), gold)


def test_a_long_chunk_supports_what_one_of_its_sentences_does(library: Library, rows: Callable[..., str]) -> None:
    filler = " ".join(
        f"In {year} the fair had {year % 90 + 10} stalls and a band from Pell." for year in range(1950, 2000)
    )
    library.add_all([rows(*ARTICLES)])
    chunk = Source("mill", f"{filler} {MILL}")
    answer = PeerAnswer("Odo Marsh rebuilt the mill at Tarn in 1907 [1].", (chunk,), (chunk,), 1.0)
    reply = peer_reply(answer, library)
    assert support(reply.statements, reply.citations, library.embed) == {
        "support_recall": 1.0,
        "support_precision": 1.0,
    }


def test_a_chunk_of_onrecord_is_the_one_that_holds_the_cited_sentence(
    library: Library, rows: Callable[..., str]
) -> None:
    library.add_all([rows(*ARTICLES)])
    reply = own_reply(*Engine(library).ask_traced("Who rebuilt the mill at Tarn?"), library)
    assert [chunk.article_id for chunk in reply.cited_chunks] == ["mill"]
    assert MILL in reply.cited_chunks[0].sentence
    assert not reply.written
