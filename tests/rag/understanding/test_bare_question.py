"""What is left of a message when its introduction, courtesies and reasons are taken away."""

import pytest

from rag.understanding.bare_question import bare_question
from rag.understanding.history import Turn
from rag.understanding.standalone import LONGEST, standalone

ASKED = "Who planned the Castrel tram line?"


@pytest.mark.parametrize(
    "message",
    [
        "Could you please tell me, if you happen to know, who planned the Castrel tram line?",
        "I was wondering who planned the Castrel tram line.",
        "Hi there! I hope that you are well. I'd be grateful if you could find out who planned the Castrel tram line.",
        "My sister and I took a tram last winter, which broke down. What I am really asking is who planned the Castrel "
        "tram line, since we may want to write to them.",
        "Using only the articles that I gave you, answer in one sentence and with the source: who planned the Castrel "
        "tram line?",
        "You are a helpful assistant. Answer truthfully. Who planned the Castrel tram line?",
        "Quick question, who planned the Castrel tram line? I ask because we are a group of 200.",
        "Is there anything in there that says who planned the Castrel tram line?",
        "It would help me, as my notes got wet, to learn who planned the Castrel tram line, thanks a lot in advance",
        "I can't remember any more, so please remind me: who planned the Castrel tram line?",
    ],
)
def test_wrappers_are_cut_by_their_form(message: str) -> None:
    assert bare_question(message)[1] == ASKED


@pytest.mark.parametrize(
    "question",
    [
        ASKED,
        "Should I wear a coat when I take the tram?",
        "Can you get a cold from someone who has no cough?",
        "What did the mayor of Lenn say when the tram line opened?",
        "Did the mayor say when the tram line opens?",
        "In Lenn there was a fire. How many people were hurt?",
        "In May 2002, where would you go to see the king?",
        "What may members vote on as they please?",
        "Who is Dr. Falk of the St. Anne school?",
        "the director of the theatre, who is it?",
        "Sing along – What a day! had which host in 2012?",
        "Can you help me?",
    ],
)
def test_what_belongs_to_a_question_stays(question: str) -> None:
    assert standalone(question, []) == question


@pytest.mark.parametrize(
    "question",
    ["What does NSV mean?", "what is NSV short for", "What is the meaning of NSV?", "Can you spell out NSV for me?"],
)
def test_an_abbreviation_is_asked_for_in_one_way(question: str) -> None:
    assert bare_question(question)[1] == "What does NSV stand for?"


def test_an_introduction_counts_as_said_before() -> None:
    asked = "I just read about the Castrel Tram Line. Could you tell me who planned the line?"
    assert standalone(asked, []) == "Who planned the Castrel Tram Line?"


def test_a_wrapped_follow_up_is_made_standalone() -> None:
    history = [
        Turn("user", "Could you tell me who planned the Castrel tram line?"),
        Turn("assistant", "It was Joran Teske. [1]"),
    ]
    told = standalone("Thank you! Could you also tell me, please, what it cost?", history)
    assert told == "What the Castrel tram line cost?"


@pytest.mark.parametrize("repeated", ["tell me, who, ", "please ", "I, who am, ask you, ", "? "])
def test_the_longest_messages_are_read(repeated: str) -> None:
    assert bare_question((repeated * LONGEST)[:LONGEST])[1]
