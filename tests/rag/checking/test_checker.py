"""The check of written statements: its rules one by one, and how often it is right on 120 statements."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from eval.sample.library import SAMPLE_ARTICLES
from index.embedder import MiniLM
from index.text.dates import days
from index.text.numbers import measures, rates, values
from rag.answer import Citation, ReasonKind
from rag.checking.alignment import replaced_words
from rag.checking.checker import SUPPORTED, Checker, Finding

SENTENCE = 'The council agreed on 3 March to pay 1.2 million crowns. "It will not be the last bill," said Ana Pell.'
EMBED = MiniLM().embed


def check(statement: str, sentences: Sequence[str], title: str = "A title", **head: str | None) -> Finding:
    where: dict[str, Any] = {"article_id": "a", "title": title, "url": None, "source": None, "published": None} | head
    cited = [
        Citation(number=number, sentence=sentence, start=0, end=len(sentence), **where)
        for number, sentence in enumerate(sentences, start=1)
    ]
    return Checker(EMBED, cited).check(statement, cited)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("nine million crowns", {9_000_000}),
        ("1.2 million and 1,200,000", {1_200_000}),
        ("thirty-one thousand four hundred", {31_400}),
        ("twenty-two of three hundred and twelve", {22, 312}),
        ("at 9.40 p.m. or 21.40", {21.4}),
        ("two decades, twice", {20, 2}),
        ("no number at all", set()),
    ],
)
def test_numbers_are_compared_by_value(text: str, found: set[float]) -> None:
    assert values(text) == found


def test_days_are_compared_by_value() -> None:
    assert days("on 3 March") == days("March 3rd") == {(3, "march")}


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("On March 3 the council agreed to pay 1,200,000 crowns.", None),
        ("The council agreed to pay 1.3 million crowns.", "1,300,000"),
        ("On 4 March the council agreed to pay 1.2 million crowns.", "4"),
        ("The council of Drow agreed to pay 1.2 million crowns.", "Drow"),
        ("The council refused to pay 1.2 million crowns.", "negates"),
        ('"It will be the last bill," said Ana Pell.', "It will be the last bill"),
        ("The mayor has a dog and two sisters in the country.", "2"),
        ("A dog was seen in the park by a child.", "something else"),
        ("The council agreed on 3 March to pay 1.2 million pounds.", "1,200,000 pounds"),
        ("The council agreed on 3 March to pay 1.2 million crowns a year.", None),
        ("The council agreed on 3 March to pay 1.2 million crowns, and the ferry will sail again at night.", "ferry"),
        ('The treasurer said: "It will not be the last bill."', "treasurer"),
    ],
)
def test_what_the_cited_sentence_does_not_say_is_told(statement: str, reason: str | None) -> None:
    found = check(statement, [SENTENCE])
    assert found.verdict == ("unsupported" if reason else "supported")
    assert (reason or "") in (found.reason or "")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("4.6 per cent or 4.6%", {(4.6, "per cent")}),
        ("about four in ten babies", {(4.0, "of several"), (40.0, "per cent")}),
        ("two thirds of it", {(66.7, "per cent")}),
        ("four millimetres", {(4.0, "millimetres")}),
        ("a 400-metre wall", {(400.0, "metres")}),
        ("nine boats", set()),
    ],
)
def test_numbers_are_compared_with_what_they_count(text: str, found: set[tuple[float, str]]) -> None:
    assert measures(text) == found


def test_rates_are_told() -> None:
    assert rates("six a day, weekly") == {"day", "week"}


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("The old mill of Drow was closed in the spring after the flood.", None),
        ("The old mill of Drow was opened in the spring after the flood.", "opened"),
        ("The old mill of Drow was closed in the autumn after the flood.", "autumn"),
        ("The old mill of Tarn was closed in the spring after the flood.", "Tarn"),
        ("After the flood, in the spring, the old mill of Drow was closed.", None),
    ],
)
def test_a_word_put_in_anothers_place_is_found(statement: str, word: str | None) -> None:
    sentence = "The old mill of Drow was closed in the spring after the flood."
    assert next(replaced_words(statement, [sentence], EMBED), None) == word


def test_a_statement_that_cites_nothing_is_not_supported() -> None:
    assert check("It rains.", []).kind is ReasonKind.NO_CITATION


def _table(rows: Iterable[dict[str, Any]]) -> Counter[tuple[bool, bool]]:
    """Count the statements by what they are and by what the check calls them: (supported, called supported)."""
    articles = {row["id"]: row for row in map(json.loads, SAMPLE_ARTICLES.read_text("utf-8").splitlines())}
    table: Counter[tuple[bool, bool]] = Counter()
    for row in rows:
        article = articles[row["article_id"]]
        head = {name: article.get(name) for name in ("source", "published")}
        table[
            row["supported"], check(row["statement"], row["quotes"], article["title"], **head).verdict in SUPPORTED
        ] += 1
    return table


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(__file__).with_name(name).read_text("utf-8").splitlines()]


@pytest.mark.parametrize(
    ("name", "unseen", "least_accepted", "least_found"),
    [
        ("statements.jsonl", False, 0.9, 0.95),
        ("statements.jsonl", True, 0.9, 0.85),  # the third that no rule was made on
        ("statements_hard.jsonl", False, 0.9, 0.85),  # each wrong one is a copy with one small fault
    ],
)
def test_the_check_on_written_statements(name: str, unseen: bool, least_accepted: float, least_found: float) -> None:
    table = _table(row for row in _rows(name) if row.get("unseen", False) == unseen)
    accepted = table[True, True] / (table[True, True] + table[True, False])
    found = table[False, False] / (table[False, False] + table[False, True])
    print(f"\n{name}{' (unseen third)' if unseen else ''}")
    print(f"              called supported  called unsupported\nsupported     {table[True, True]:16}", end="")
    print(f"  {table[True, False]:18}  ({accepted:.3f})\nunsupported   {table[False, True]:16}", end="")
    print(f"  {table[False, False]:18}  ({found:.3f})")
    assert accepted >= least_accepted
    assert found >= least_found
