"""A follow-up becomes the question that a person would write who had not spoken before; all else is left alone."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.understanding.follow_up import standalone_by_rule
from rag.understanding.history import Turn

EXCHANGES = [
    (
        "Who designed the Quill Bridge?",
        "It was designed by the engineer Marit Solvang, who won a contest held in 2019. [1]",
        [
            ("And when will it open?", "When will the Quill Bridge open?"),
            ("What did it cost?", "What did the Quill Bridge cost?"),
            ("How long is it?", "How long is the Quill Bridge?"),
            ("Which river does it cross?", "Which river does the Quill Bridge cross?"),
            ("Which lorries may not use it?", "Which lorries may not use the Quill Bridge?"),
            ("When was she born?", "When was Marit Solvang born?"),
            ("What else did she design?", "What else did Marit Solvang design?"),
            ("Where was she born?", "Where was Marit Solvang born?"),
            ("Thanks!", "Thanks!"),
            ("Thank you, that was helpful.", "Thank you, that was helpful."),
            ("ok", "ok"),
            ("lol", "lol"),
            ("That is wrong", "That is wrong"),
            ("Corvane?", "Corvane?"),
            ("And who is the mayor of Corvane?", "Who is the mayor of Corvane?"),
            ("Halden ferry ticket price", "Halden ferry ticket price"),
            (
                "OK, how many books are there in the Tolland library?",
                "How many books are there in the Tolland library?",
            ),
            ("What is it that the Tolland library holds?", "What is it that the Tolland library holds?"),
            ("And the Galt Bridge?", "Who designed the Galt Bridge?"),
            ("No, the Galt Bridge", "Who designed the Galt Bridge?"),
            ("What about the town hall?", "Who designed the town hall?"),
            ("When?", "When was it that Marit Solvang designed the Quill Bridge?"),
            ("How long is the bridge?", "How long is the Quill Bridge?"),
            ("Is it true that it has four lanes?", "Is it true that it has four lanes?"),
            ("What was her job?", "What was Marit Solvang’s job?"),
        ],
    ),
    (
        "Who follows Osk Dahlen as mayor of Brannock?",
        "Kari Moen follows Osk Dahlen as mayor of Brannock. [1]",
        [
            ("How old is she?", "How old is Kari Moen?"),
            ("What was her job?", "What was Kari Moen’s job?"),
            ("When does she start?", "When does Kari Moen start?"),
            ("And in Corvane?", "Who follows Osk Dahlen as mayor of Corvane?"),
            ("Why did he step down?", "Why did Kari Moen step down?"),
        ],
    ),
    (
        "When did the strike at the cannery begin?",
        "The strike began on 3 March, said Nneka Okafor. [1]",
        [
            ("How long did it last?", "How long did the strike at the cannery last?"),
            ("Who ended it?", "Who ended the strike at the cannery?"),
            ("And who is she?", "Who is Nneka Okafor?"),
            ("And at the harbour?", "When did the strike at the harbour begin?"),
            ("Why?", "Why did the strike at the cannery begin?"),
            ("What about the ferry strike?", "When did the ferry strike begin?"),
        ],
    ),
    (
        "How many houses were damaged in the flood?",
        "The flood damaged 41 houses in Tolland.",
        [
            ("When?", "When were the houses damaged in the flood?"),
            ("And in Brannock?", "How many houses were damaged in Brannock?"),
            ("Who paid for them?", "Who paid for the houses?"),
            ("Was anyone hurt there?", "Was anyone hurt in Tolland?"),
        ],
    ),
    (
        "Whose decision was it to pick the new ferry operator?",
        "The council picked it.",
        [
            ("When?", "When was the decision to pick the new ferry operator?"),
            ("Why?", "Why was the decision to pick the new ferry operator?"),
        ],
    ),
    (
        "Which company won the tender?",
        "Vann Group won the tender with 231 million.",
        [
            ("Where is it based?", "Where is Vann Group based?"),
            ("Who leads it?", "Who leads Vann Group?"),
            ("How much did they bid?", "How much did Vann Group bid?"),
            ("And who came second?", "Who came second?"),
        ],
    ),
    (
        "What was the price of copper in April?",
        "Copper cost 8,700 dollars in April.",
        [
            ("And in May?", "What was the price of copper in May?"),
            ("And last year?", "What was the price of copper last year?"),
            ("And silver?", "What was the price of silver in April?"),
            ("What about tin?", "What was the price of tin in April?"),
            ("Then June?", "What was the price of copper in June?"),
        ],
    ),
    (
        "Did the board close the school in Ardal?",
        "The board closed it in June.",
        [
            ("Why?", "Why did the board close the school in Ardal?"),
            ("When?", "When did the board close the school in Ardal?"),
            ("And the library?", "Did the board close the library?"),
            ("Who voted against it?", "Who voted against the school in Ardal?"),
            ("What did they say?", "What did the board say?"),
        ],
    ),
    (
        "Who organised the international telecommunications conference in Geneva?",
        "Nobody.",
        [
            ("What about the school?", "Who organised the school?"),
        ],
    ),
    (
        "Who is the mayor of Corvane?",
        "Elias Grund has been mayor of Corvane since 2020.",
        [
            ("How old is he?", "How old is Elias Grund?"),
            ("How many people live there?", "How many people live in Corvane?"),
            ("And of Brannock?", "Who is the mayor of Brannock?"),
            ("Since when?", "Since when is Elias Grund the mayor of Corvane?"),
        ],
    ),
    (
        "How much will the new tram line cost?",
        "The tram line will cost 310 million crowns, the city said.",
        [
            ("Who pays for it?", "Who pays for the new tram line?"),
            ("When does it open?", "When does the new tram line open?"),
            ("And how long is it?", "How long is the new tram line?"),
            ("And the old line?", "How much will the old line cost?"),
            ("What do the residents say about it?", "What do the residents say about the new tram line?"),
        ],
    ),
    (
        "Who leads the dockers' union?",
        "The union is led by Petra Vail, a former crane driver.",
        [
            ("Since when has she led it?", "Since when has Petra Vail led the dockers' union?"),
            ("How many members does it have?", "How many members does the dockers' union have?"),
            ("And who led it before her?", "Who led the dockers' union before Petra Vail?"),
            ("What does she want?", "What does Petra Vail want?"),
        ],
    ),
    (
        "Why did the ministry withdraw the permit?",
        "The ministry withdrew it because the soil was polluted, Inge Storm said.",
        [
            ("When?", "When did the ministry withdraw the permit?"),
            ("What did the company say?", "What did the company say?"),
            ("Did they appeal?", "Did the ministry appeal?"),
            ("And who is Inge Storm?", "Who is Inge Storm?"),
            ("What about the second permit?", "Why did the ministry withdraw the second permit?"),
        ],
    ),
    (
        "What did Jonas Wick say about the merger?",
        "Wick said the merger would cost 300 jobs. [1]",
        [
            ("When did he say that?", "When did Jonas Wick say that?"),
            ("Is he against it?", "Is Jonas Wick against the merger?"),
            ("And Petra Vail?", "What did Petra Vail say about the merger?"),
            ("Where does he work?", "Where does Jonas Wick work?"),
        ],
    ),
    (
        "Which schools will close?",
        "The schools in Ardal and Nes will close in August. [1]",
        [
            ("Why?", "Why will the schools close?"),
            ("When will they close?", "When will the schools in Ardal and Nes close?"),
            ("And who decided that?", "Who decided that?"),
            ("How many pupils do they have?", "How many pupils do the schools in Ardal and Nes have?"),
        ],
    ),
    (
        "Where is the new hospital being built?",
        "It is being built in Halden, next to the railway. [1]",
        [
            ("How many beds will it have?", "How many beds will the new hospital have?"),
            ("Who is the architect?", "Who is the architect?"),
            ("And the clinic?", "Where is the clinic being built?"),
        ],
    ),
    (
        "Is the reservoir still empty?",
        "The Brannock reservoir was refilled in October. [1]",
        [
            ("Why was it drained?", "Why was the reservoir drained?"),
            ("Who found the crack in it?", "Who found the crack in the reservoir?"),
        ],
    ),
    (
        "What is the price of a ferry ticket?",
        "A single ticket now costs 6 crowns. [1]",
        [
            ("And for children?", "What is the price of a ferry ticket for children?"),
            ("Since when?", "Since when is the price of a ferry ticket?"),
            ("And a return ticket?", "What is the price of a return ticket?"),
        ],
    ),
    (
        "When did Ines Okoro become editor of the Tarn Post?",
        "Okoro became editor in March 2021. [1]",
        [
            ("What did she do before?", "What did Ines Okoro do before?"),
            ("Who was editor before her?", "Who was editor before Ines Okoro?"),
            ("And of the Courier?", "When did Ines Okoro become editor of the Courier?"),
            ("How old is she?", "How old is Ines Okoro?"),
            ("Where is it printed?", "Where is the Tarn Post printed?"),
        ],
    ),
    (
        "How many people work at the cannery in Dunmore?",
        "The cannery employs 240 people, its owner Saltwork said.",
        [
            ("Who owns it?", "Who owns the cannery in Dunmore?"),
            ("Where else does Saltwork have plants?", "Where else does Saltwork have plants?"),
            ("And in 2019?", "How many people work at the cannery in Dunmore in 2019?"),
        ],
    ),
    (
        "Did the union accept the offer?",
        "No. The union rejected the offer on Friday, Vail said.",
        [
            ("Why?", "Why did the union accept the offer?"),
            ("What was the offer?", "What was the offer?"),
            ("What happens next?", "What happens next?"),
            ("How many voted against it?", "How many voted against the offer?"),
        ],
    ),
    (
        "Who won the election in Corvane?",
        "Elias Grund won with 52 per cent of the vote. [1]",
        [
            ("Who came second?", "Who came second?"),
            ("And in Brannock?", "Who won the election in Brannock?"),
            ("What does he plan?", "What does Elias Grund plan?"),
            ("When was the election?", "When was the election in Corvane?"),
        ],
    ),
]
FOLLOW_UPS = [(asked, reply, *pair) for asked, reply, pairs in EXCHANGES for pair in pairs]


@pytest.mark.parametrize(("asked", "reply", "follow_up", "standalone"), FOLLOW_UPS)
def test_a_follow_up_reads_as_a_question_of_its_own(asked: str, reply: str, follow_up: str, standalone: str) -> None:
    assert standalone_by_rule(follow_up, [Turn("user", asked), Turn("assistant", reply)]) == standalone


def test_follow_ups_lean_on_one_another() -> None:
    turns = [
        Turn("user", "Who designed the Quill Bridge?"),
        Turn("assistant", "It was designed by the engineer Marit Solvang. [1]"),
        Turn("user", "Where was she born?"),
        Turn("assistant", "Solvang was born in Corvane in 1975. [1]"),
        Turn("user", "Thanks!"),
        Turn("assistant", "You are welcome."),
    ]
    assert standalone_by_rule("How many people live there?", turns) == "How many people live in Corvane?"
    assert standalone_by_rule("And what did she study?", turns) == "What did Marit Solvang study?"


def test_nothing_is_rewritten_without_a_history() -> None:
    assert standalone_by_rule("And when will it open?", []) == "And when will it open?"


def test_a_talk_of_1200_turns_is_read_in_no_time() -> None:
    turns = [Turn(role, "And when did it open? " * 20) for _ in range(600) for role in ("user", "assistant")]
    begun = time.thread_time()
    standalone_by_rule("And why?", turns)
    assert time.thread_time() - begun < 2


@given(st.lists(st.text(max_size=60), max_size=5), st.text(max_size=60))
def test_any_talk_can_be_read(texts: list[str], question: str) -> None:
    turns = [Turn("assistant" if number % 2 else "user", text) for number, text in enumerate(texts)]
    assert isinstance(standalone_by_rule(question, turns), str)
