"""Whom sentences are about, and that a question about one person is not answered with another's facts."""

import pytest

from index.article import ArticleSummary, Chunk
from index.text.sentences import split_sentences
from rag.answer import Passage
from rag.ranking.people import about_others, people_of

OPENING = (
    "Ida Brask, 41, and Olle Varn, 52, opened the hall at Lenn. Brask is an architect and comes from Tovik. Varn is a "
    "lawyer and lives in Askerby. He plays the bassoon. The hall cost nine million crowns."
)
BAKERY = "Per Lund and his sister Greta Lund took over the bakery. Per Lund was a sailor. Greta Lund was a nurse."
RACE = (
    "The coach Dag Rimmer praised Elsi Kova after the race. Rimmer, who is 58, has trained her since 2019. Kova ran on."
)
BRIDGE = "The Quill Bridge is 812 metres long. It was designed by the engineer Marit Solvang, who lives in Corvane."


def passage(text: str, article: str = "a") -> Passage:
    sentences = tuple(split_sentences(text))
    chunk = Chunk(f"{article}#0", article, 0, len(sentences) - 1, text)
    return Passage(chunk, ArticleSummary(id=article, title="Lenn"), sentences, None, None, 1.0)


def others(question: str, *texts: str) -> list[str]:
    passages = {str(number): passage(text, str(number)) for number, text in enumerate(texts)}
    found = sorted(about_others(question, list(passages.values())))
    return [texts[int(article)][start:].split(".")[0] for article, start in found]


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("Where does Olle Varn live?", ["Brask is an architect and comes from Tovik"]),
        ("where does olle varn live", ["Brask is an architect and comes from Tovik"]),
        ("What is Brask's job?", ["Varn is a lawyer and lives in Askerby", "He plays the bassoon"]),
        ("Does Ida Brask play?", ["Varn is a lawyer and lives in Askerby", "He plays the bassoon"]),
        ("Who plays the bassoon with Ida Brask?", []),
        ("How much did the hall cost?", []),
        ("How old is Knut Varn?", []),
    ],
)
def test_sentences_about_others_are_told(question: str, about: list[str]) -> None:
    assert others(question, OPENING) == about


def test_first_names_part_people_of_one_surname() -> None:
    assert others("What was Greta Lund before?", BAKERY) == ["Per Lund was a sailor"]
    assert others("What was Lund before?", BAKERY) == []


def test_who_somebody_is_asks_about_that_person_and_who_did_it_about_another() -> None:
    assert others("Who is Elsi Kova?", RACE) == ["Rimmer, who is 58, has trained her since 2019"]
    assert others("Who trained Elsi Kova?", RACE) == []


def test_people_of_other_articles_are_others_too() -> None:
    assert others("How old is Elsi Kova?", RACE, OPENING)[:2] == [
        "Rimmer, who is 58, has trained her since 2019",
        "Ida Brask, 41, and Olle Varn, 52, opened the hall at Lenn",
    ]


def test_a_suffix_is_no_surname_and_a_pronoun_may_mean_whom_the_sentence_before_spoke_of() -> None:
    told = (
        "Rush Dew Holt Jr. came from Lenn. Holt was kind. Ida Brask, 41, met him when he taught. Brask lives in Tovik."
    )
    assert others("What did Rush Dew Holt Jr. teach?", told) == ["Brask lives in Tovik"]


def test_things_are_no_people() -> None:
    assert {person.last for person in people_of(BRIDGE.split(". "))} == {"Solvang"}
    assert others("When was the Quill Bridge designed?", BRIDGE) == []


HARBOUR = "Sunniva Graa succeeds Leif Tang as head of the port. Tang joined the port in 1989."
SACKED = "Judge Mette Lorn freed Otto Kray on Friday. Kray lives in Galt with his dogs."
CLUB = "Halden United play in Lenn. Dag Rimmer, 58, trains Halden United. Rimmer is a baker. The united boards cheered."


@pytest.mark.parametrize(
    ("question", "text", "about"),
    [
        ("When did Sunniva Graa join the port?", HARBOUR, ["Tang joined the port in 1989"]),
        ("When did Leif Tang join the port?", HARBOUR, []),
        ("Where does Mette Lorn live?", SACKED, ["Kray lives in Galt with his dogs"]),
        ("Where does Otto Kray live?", SACKED, []),
        ("Where does Halden United play?", CLUB, []),
    ],
)
def test_a_person_of_whom_nothing_is_told_is_known_by_the_full_name(question: str, text: str, about: list[str]) -> None:
    assert others(question, text) == about
