"""The engine over a real library: order, shape, refusals and odd questions."""

import json
import threading

import pytest

from eval.sample.library import SAMPLE_QUESTIONS
from index.errors import EmptyLibraryError, QuestionError
from index.library import Library
from rag.answer import Answer, Kind
from rag.engine import Engine
from rag.understanding.history import Turn, read_history
from tests.support.command_line import Rows
from ui.render.answer_text import answer_lines

SYNTAX = (
    "C++?",
    "AND",
    "U.S.",
    "NEAR(a b)",
    "title:x",
    'a "b',
    "x* OR",
    "mill -Drow",
    "{a b}",
    "^mill",
    "'; DROP TABLE x",
)


@pytest.fixture(scope="module")
def budget(sample: Library) -> Answer:
    return Engine(sample).ask("How close was the vote on the 2025-26 budget?")


@pytest.fixture(scope="module")
def moon(sample: Library) -> Answer:
    return Engine(sample).ask("How far is the Moon from the Earth?")


def test_evidence_is_best_first_and_ten_at_most(budget: Answer) -> None:
    scores = [found.relevance for found in budget.evidence]
    assert len(scores) == 10
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert len({found.key for found in budget.evidence}) == 10


def test_the_best_evidence_is_quoted_first_word_for_word(budget: Answer) -> None:
    assert budget.statements[0].text == budget.evidence[0].text == budget.citations[0].sentence
    assert 1 <= len(budget.statements) <= 3
    assert {statement.verdict for statement in budget.statements} == {"quoted"}
    assert budget.text.startswith(f"{budget.citations[0].sentence} [1]")


def test_every_marker_has_its_citation(budget: Answer) -> None:
    used = [number for statement in budget.statements for number in statement.citations]
    assert sorted(set(used)) == [citation.number for citation in budget.citations]


def test_what_was_read_and_not_cited_is_named(budget: Answer) -> None:
    cited = {citation.article_id for citation in budget.citations}
    assert budget.also_read
    assert not cited & {head.id for head in budget.also_read}


def test_a_refusal_has_words_and_evidence_and_nothing_else(moon: Answer) -> None:
    assert moon.refused
    assert moon.text == moon.reason
    assert (moon.statements, moon.citations) == ((), ())
    assert moon.evidence
    assert moon.also_read


def test_confidence_tells_answers_from_refusals(budget: Answer, moon: Answer) -> None:
    assert 0 <= moon.confidence < budget.confidence <= 1


def test_the_engine_keeps_no_session(sample: Library, budget: Answer) -> None:
    engine = Engine(sample)
    engine.ask("Who is finishing the flood wall?", [Turn("user", "What about the herring?")])
    again = engine.ask(budget.question)
    assert (again.text, again.citations, again.confidence) == (budget.text, budget.citations, budget.confidence)


@pytest.mark.parametrize("question", SYNTAX)
def test_search_syntax_is_a_question_like_any_other(sample: Library, question: str) -> None:
    answer = Engine(sample).ask(question)
    assert answer.text
    assert answer.refused == (not answer.citations) or answer.kind is Kind.SMALLTALK


def test_a_question_of_a_thousand_words_is_answered_or_refused(sample: Library) -> None:
    answer = Engine(sample).ask(" ".join(f"word{n}" for n in range(900)))
    assert answer.text


def test_the_threshold_decides(sample: Library) -> None:
    question = "How close was the vote on the 2025-26 budget?"
    assert Engine(sample, threshold=1.0).ask(question).refused
    assert not Engine(sample, threshold=0.0).ask("How far is the Moon from the Earth?").refused


def test_a_quotation_is_cited_with_its_speaker(library: Library, rows: Rows) -> None:
    text = 'The pier was sold.\n\n"We will never paint it green," said Orrin Pell, the new owner. He laughed.'
    library.add_all([rows({"id": "pier", "title": "Pier sold", "text": text})])
    answer = Engine(library).ask("Will the pier be painted green?")
    assert '"We will never paint it green," said Orrin Pell, the new owner.' in [c.sentence for c in answer.citations]


def test_chinese_is_answered_in_its_own_sentence(library: Library, rows: Rows) -> None:
    text = "奎兰镇议会星期一开会。港口大桥将于五月重新开放。学校照常上课。"
    library.add_all([rows({"id": "zh", "title": "大桥", "text": text})])
    answer = Engine(library).ask("港口大桥什么时候重新开放？")
    assert answer.evidence[0].text == "港口大桥将于五月重新开放。"


_KEYS = {"question", "standalone", "answer", "refused", "reason", "confidence", "statements", "citations", "evidence"}
_KEYS |= {"short", "notice", "also_read", "seconds"}
_BUSES = (
    "The council of Tarn has bought six buses. The mayor, Ilse Brandt, said that the buses would run until midnight.",
    "Bus fares in Tarn will rise in May. The council blamed the price of diesel and said no bus route would close.",
    "A bus shelter on Mill Lane was mended after the storm. The council paid 900 crowns for the work on the shelter.",
)
LITERAL = (
    "The price of tin in Marl rose from $4 to $9 in one week.",
    "The buyer of the tin in Marl was <name withheld> of Ostrel.",
    "The notice about the tin said <style>body { display: none }</style> in full.",
    'The tin picture was <img src="x" onerror="run()"> and no more.',
)


def bus_library(library: Library, rows: Rows) -> Engine:
    library.add_all([rows(*({"id": f"b{n}", "title": f"Buses {n}", "text": text} for n, text in enumerate(_BUSES)))])
    return Engine(library)


@pytest.mark.parametrize("question", ["What is the capital of Australia?", "What did the mayor say about trams?"])
def test_what_the_articles_do_not_say_is_refused(library: Library, rows: Rows, question: str) -> None:
    answer = bus_library(library, rows).ask(question)
    assert answer.refused
    assert not answer.citations
    assert not answer.statements
    assert answer.text
    assert answer.evidence


def test_a_bare_surname_brings_the_sentence_that_introduces_it(library: Library, rows: Rows) -> None:
    filler = [f"The tide at Sollin reached {n} metres on the old gauge during the week." for n in range(2, 7)]
    first = "The harbour master of Sollin, Orla Venn, met the traders on Monday to hear about the plan for the quay."
    text = "\n\n".join([first, *filler, "Venn said she would oppose the plan."])
    library.add_all([rows({"id": "venn", "title": "Quay plan", "text": text})])
    answer = Engine(library).ask("What does the harbour master think of the plan?")
    cited = [citation.sentence for citation in answer.citations]
    assert "Venn said she would oppose the plan." in cited
    assert first in cited


def test_follow_ups_of_two_people_do_not_mix(sample: Library) -> None:
    engine = Engine(sample)
    one = [Turn("user", "Which company is going to run the boats to Brannet?"), Turn("assistant", "Kestrane Lines.")]
    two = [Turn("user", "When did the council pass the flood wall at Salter's Quay?"), Turn("assistant", "On Tuesday.")]
    first, second = engine.ask("And when?", one), engine.ask("And when?", two)
    assert "Brannet" in first.standalone
    assert "Salter's Quay" in second.standalone
    assert "flood" not in first.standalone


def test_every_sentence_of_every_sample_answer_is_exact(sample: Library) -> None:
    engine = Engine(sample)
    for line in SAMPLE_QUESTIONS.read_text("utf-8").splitlines():
        row = json.loads(line)
        told = engine.ask(row["question"], read_history(row.get("history", []))).to_json()
        assert set(told) >= _KEYS
        assert len(told["evidence"]) <= 10
        for found in (*told["citations"], *told["evidence"]):
            article = sample.articles.get(found["article_id"])
            assert article
            assert article.text[found["start"] : found["end"]] == found["sentence"]
        assert told["refused"] or all(statement["citations"] for statement in told["statements"])


def test_questions_that_cannot_be_asked_are_told(library: Library, sample: Library) -> None:
    with pytest.raises(EmptyLibraryError, match="no articles yet"):
        Engine(library).ask("Who?")
    for bad in ("   ", "?!", "x" * 20_000):
        with pytest.raises(QuestionError):
            Engine(sample).ask(bad)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How did the price of tin in Marl change?", LITERAL[0]),
        ("Who was the buyer of the tin in Marl?", LITERAL[1]),
        ("What did the notice about the tin say?", LITERAL[2]),
    ],
)
def test_what_looks_like_markup_is_quoted_to_the_letter(
    library: Library, rows: Rows, question: str, sentence: str
) -> None:
    library.add_all([rows({"id": "tin", "title": "Tin in <b>Marl</b>", "text": "\n\n".join(LITERAL)})])
    answer = Engine(library).ask(question)
    assert sentence in [citation.sentence for citation in answer.citations]
    assert sentence in json.loads(json.dumps(answer.to_json()))["answer"]
    assert any(sentence in line for line in answer_lines(answer))


def test_two_who_ask_and_when_at_once_get_each_their_own_date(library: Library, rows: Rows) -> None:
    bridge = "Marla Quist opened the Tarn bridge on 3 May 2021. The band played until dusk."
    fire = "A fire destroyed the Osk library on 14 November 2019. Nobody was hurt."
    library.add_all([rows({"id": "b", "title": "Bridge", "text": bridge}, {"id": "f", "title": "Fire", "text": fire})])
    engine, told = Engine(library), dict[str, str]()

    def ask(before: str, reply: str) -> None:
        told[before] = engine.ask("And when?", [Turn("user", before), Turn("assistant", reply)]).text

    asked = (("Who opened the Tarn bridge?", "Marla Quist."), ("What destroyed the Osk library?", "A fire."))
    threads = [threading.Thread(target=ask, args=pair) for pair in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "3 May 2021" in told[asked[0][0]]
    assert "2019" not in told[asked[0][0]]
    assert "14 November 2019" in told[asked[1][0]]
    assert "2021" not in told[asked[1][0]]
