"""The reader at work on real weights: margins and words at exact places, and what happens without its file."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import ArticleSummary, Chunk, Sentence
from index.library import Library
from rag.answer import Passage
from rag.engine import Engine
from rag.ranking import cross_encoder as model
from rag.ranking.cross_encoder import UNREAD, CrossEncoder, best_span
from rag.refusals import NoticeKind
from ui.terminal.doctor import examine

TEXTS = (
    "The ferry to Holm was late again on Monday.",
    "Its captain, Marta Quill, has sailed it since 2011.",
    "Tickets cost four crowns.",
)


def passage_of(texts: tuple[str, ...], start: int = 0, title: str = "The ferry") -> Passage:
    sentences, place = [], start
    for index, text in enumerate(texts):
        sentences.append(Sentence(index, place, place + len(text)))
        place += len(text) + 1
    head = ArticleSummary(id="a", title=title, published="2024-03-03")
    return Passage(Chunk("a#0", "a", 0, len(texts) - 1, " ".join(texts)), head, tuple(sentences), 1.0, 0.5, 0.1)


@pytest.fixture(scope="module")
def reader() -> CrossEncoder:
    return CrossEncoder()


@pytest.mark.parametrize(
    ("question", "sentence", "words"),
    [
        ("Who is the captain of the ferry?", 1, "Marta Quill"),
        ("When was the ferry late?", 0, "Monday"),
        ("How much does a ticket cost?", 2, "four crowns"),
    ],
)
def test_the_sentence_that_answers_has_the_greatest_margin(
    reader: CrossEncoder, question: str, sentence: int, words: str
) -> None:
    passage = passage_of(TEXTS, start=70)
    (reading,) = reader.read(question, [passage])
    assert max(range(3), key=reading.margins.__getitem__) == sentence
    span = reading.spans[sentence]
    assert span
    assert passage.chunk.text[span[0] - 70 : span[1] - 70] == words


def test_a_passage_that_answers_is_told_from_one_that_does_not(reader: CrossEncoder) -> None:
    other = passage_of(("The mill at Drow burned down.", "Nobody was hurt."), title="The mill")
    answers, silent = reader.read("Who is the captain of the ferry?", [passage_of(TEXTS), other])
    assert answers.answers > silent.answers


def test_passages_are_read_in_their_order_whatever_their_length(reader: CrossEncoder) -> None:
    passages = [passage_of(TEXTS[:count]) for count in (3, 1, 2)]
    together = reader.read("Who sails the ferry?", passages)
    alone = [reader.read("Who sails the ferry?", [passage])[0] for passage in passages]
    assert [len(reading.margins) for reading in together] == [3, 1, 2]
    for one, other in zip(together, alone, strict=True):
        assert one.spans == other.spans
        assert one.margins == pytest.approx(other.margins, abs=0.5)  # int8 scales with what is padded


def test_what_does_not_fit_is_unread_and_nothing_breaks(reader: CrossEncoder) -> None:
    long = passage_of((*TEXTS, "word " * 2000 + "end.", "The last one."))
    (reading,) = reader.read("Who is the captain? " * 300, [long])
    assert reading.margins[-1] == UNREAD
    assert reading.spans[-1] is None
    assert reader.read("Who?", []) == []


@given(st.lists(st.text(min_size=1, max_size=40).filter(str.strip), min_size=1, max_size=5), st.integers(0, 999))
def test_words_never_leave_their_sentence(reader: CrossEncoder, texts: list[str], start: int) -> None:
    passage = passage_of(tuple(texts), start)
    (reading,) = reader.read("What is it?", [passage])
    for sentence, span in zip(passage.sentences, reading.spans, strict=True):
        assert span is None or sentence.start <= span[0] < span[1] <= sentence.end


@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=1, max_size=40))
def test_the_best_span_is_the_best_of_all(logits: list[tuple[int, int]]) -> None:
    start, end = (np.array(row, dtype=float) for row in zip(*logits, strict=True))
    count = len(logits)
    sums = [start[low] + end[high] for low in range(count) for high in range(low, min(low + 30, count))]
    score, (low, high) = best_span(start, end)
    assert score == max(sums) == start[low] + end[high]
    assert low <= high < low + 30


def broken(folder: Path, content: bytes | None) -> Path:
    shutil.copytree(model.FOLDER, folder, ignore=shutil.ignore_patterns("*.onnx"))
    if content is not None:
        (folder / model.MODEL).write_bytes(content)
    return folder


@pytest.mark.parametrize("content", [None, b"not a model"])
def test_without_the_weights_similarity_answers_and_says_so_in_one_line(
    sample: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    monkeypatch.setattr(model, "FOLDER", broken(tmp_path / "weights", content))
    answer = Engine(sample).ask("How close was the vote on the 2025-26 budget?")
    assert "nine votes to eight" in answer.text
    assert answer.short is None
    assert answer.notice
    assert answer.notices[0].kind is NoticeKind.RANKED_BY_SIMILARITY
    assert "\n" not in answer.notice
    assert "install onrecord again" in answer.notice
    lines, sound = examine(sample)
    assert not sound
    assert "The reader file is missing or damaged: reinstall onrecord." in lines


def test_with_the_weights_the_answer_has_its_words(sample: Library) -> None:
    answer = Engine(sample).ask("How close was the vote on the 2025-26 budget?")
    assert answer.notice is None
    assert answer.short
    assert answer.short in answer.statements[0].text
    first = answer.to_json()["citations"][0]
    article = sample.articles.get(first["article_id"])
    assert article
    assert article.text[first["span"]["start"] : first["span"]["end"]] == answer.short


def test_a_question_in_a_script_that_the_reader_does_not_know_is_answered_by_similarity(library: Library) -> None:
    answer = Engine(library, threshold=0.0)
    library_text = "Паром в Хольм опоздал в понедельник. Билеты стоят четыре кроны."
    folder = library.folder.parent / "ferry.txt"
    folder.write_text(library_text, "utf-8")
    library.add_all([str(folder)])
    told = answer.ask("Когда опоздал паром?")
    assert told.short is None
    assert "понедельник" in told.text
