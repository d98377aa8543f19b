"""Quotations with the tags that name their speaker, wrapped lines, and sentences that are too long."""

import pytest

from index.article import Article
from index.settings import CHUNK_CHARS, SENTENCE_CHARS
from index.text.chunks import split_article
from index.text.sentences import split_sentences


def cut(text: str) -> list[str]:
    return [text[sentence.start : sentence.end] for sentence in split_sentences(text)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Dr. Ilse Brandt met Mr. Okafor of Pell & Co. Ltd. at No. 12, Mill St. on Friday.",
        "St. Mary's Church, Lt. Col. Dana Roe and Sen. Fay Lint took part.",
        "Sales rose 3.5 percent to $4.2 million.",
        "Prof. J. R. R. Tell wrote it, cf. ch. 3, vol. 2.",
        "He arrived at 5 p.m. on Monday.",
        '"We will not sell," she said.',
        "“It is done.” Mayor Ada Teale said on Friday.",
        "“Is it safe?” asked Orrin Pell, the owner.",
    ],
)
def test_one_sentence_stays_one(sentence: str) -> None:
    assert cut(f"It rained. {sentence} The door shut.") == ["It rained.", sentence, "The door shut."]


SPEAKING = """explains insists argues warns tells replies grumbled sighed mused snapped quipped laughed yelled muttered
    screamed sobbed vowed maintained asserted countered retorted pleaded repeated acknowledged boasted reasoned hissed
    mumbled scoffed groaned croaked""".split()


@pytest.mark.parametrize("verb", SPEAKING)
def test_a_quotation_keeps_its_speaker_whatever_the_verb(verb: str) -> None:
    for sentence in (
        f"“We won’t pay!” Ida Brask {verb}.",
        f"“Who pays?” {verb} Ida Brask, who keeps the inn.",
        f"“We won!” Ida Brask, the mayor, {verb}.",
        f"“We won!” she {verb} on Monday.",
        f"“We lost!” The mayor of Sull {verb}.",
        f'"It is over," {verb} the old man.',
    ):
        assert cut(f"It rained. {sentence} The door shut.") == ["It rained.", sentence, "The door shut."]


@pytest.mark.parametrize("credit", ["— Ida Brask", "– Ida Brask, mayor of Sull", "Ida Brask, the mayor, said."])
def test_a_quotation_keeps_its_credit(credit: str) -> None:
    assert cut(f"It rained.\n\n“We won!” {credit}\n\nThe door shut.")[1] == f"“We won!” {credit}"


@pytest.mark.parametrize(
    "deed",
    ["Ida Brask closed the door.", "The crowd carried her home.", "She wiped her glasses.", "The vote is on Monday."],
)
def test_what_is_done_after_a_quotation_is_a_sentence_of_its_own(deed: str) -> None:
    assert cut(f"It rained. “We won!” {deed}") == ["It rained.", "“We won!”", deed]


def test_a_quotation_without_a_tag_stands_alone() -> None:
    assert cut("“We will not sell,” she said. “Not now.” The bank declined.") == [
        "“We will not sell,” she said.",
        "“Not now.”",
        "The bank declined.",
    ]


def test_a_wrapped_sentence_runs_over_its_lines() -> None:
    lines = (
        "The harbour wall in Quillan was repaired this spring after the storms that",
        "broke it in January. The work took eleven weeks and cost the town about",
        "40,000 crowns, said the clerk.",
    )
    assert cut("\n".join(lines)) == [
        "The harbour wall in Quillan was repaired this spring after the storms that\nbroke it in January.",
        "The work took eleven weeks and cost the town about\n40,000 crowns, said the clerk.",
    ]


@pytest.mark.parametrize("text", ["x" * 3000, "word " * 900, "字" * 2000, ", ".join(["a long clause of it"] * 120)])
def test_an_overlong_sentence_is_cut_and_loses_nothing(text: str) -> None:
    parts = cut(text)
    assert all(0 < len(part) <= SENTENCE_CHARS for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_an_overlong_sentence_is_cut_at_a_comma() -> None:
    assert all(part.endswith(",") for part in cut(", ".join(["a long clause of it"] * 120))[:-1])


def test_chunks_of_plain_prose_are_nearly_full() -> None:
    text = " ".join(f"Boat number {n} was launched at Marn on a grey and windy morning." for n in range(80))
    chunks = [chunk for chunk, _ in split_article(Article("a", "Boats", text))]
    assert all(0.7 * CHUNK_CHARS < len(chunk.text) <= CHUNK_CHARS for chunk in chunks[:-1])


def test_a_title_of_any_length_leaves_room_for_text() -> None:
    cut = list(split_article(Article("a", "long title " * 500, "The pier is open. " * 60)))
    assert sum(len(sentences) for _, sentences in cut) == 60
    assert all(chunk.last > chunk.first for chunk, _ in cut[:-1])


def test_a_text_of_white_space_has_no_sentences() -> None:
    assert split_sentences(" \n\t\u3000\u2028 ") == []
