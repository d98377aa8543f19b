"""Support in ALCE's sense: its rules on small examples, and how far it agrees with labels given by hand."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eval.metrics.scored_answer import score_answer
from eval.metrics.support import is_supported, support
from eval.sample.library import SAMPLE_ARTICLES
from eval.sets.questions import Question
from eval.stats.figures import figures
from index.embedder import MiniLM
from index.library import Library
from rag.answer import Citation, Statement
from rag.checking.checker import Checker
from rag.engine import Engine

STATEMENTS = Path(__file__).parents[2] / "rag" / "checking" / "statements.jsonl"
EMBED = MiniLM().embed
BOUGHT = "The council bought the mill on 3 March for 1.2 million crowns."
BURNED = "The mill burned down in 1911 and stood empty for ninety years."
WEATHER = "It rained on the market all week."


def no_embedding(texts: list[str]) -> np.ndarray:
    raise AssertionError(f"embedded {texts}")


def cited(*sentences: str) -> tuple[Citation, ...]:
    return tuple(
        Citation(number, "a", "The mill", None, "The Post", None, sentence, 0, len(sentence))
        for number, sentence in enumerate(sentences, start=1)
    )


def measured(
    statements: Sequence[tuple[str, Iterable[int]]], *sentences: str, embed: Callable[[list[str]], np.ndarray] = EMBED
) -> tuple[float | None, float | None]:
    said = [Statement(text, tuple(numbers), "supported") for text, numbers in statements]
    found = support(said, cited(*sentences), embed)
    return found["support_recall"], found["support_precision"]


def test_a_quoted_statement_is_supported_by_its_sentence_without_any_embedding() -> None:
    assert measured([(BOUGHT, [1])], BOUGHT, embed=no_embedding) == (1, 1)
    assert measured([(BOUGHT, [1])], BOUGHT.replace(" ", "\n"), embed=no_embedding) == (1, 1)


def test_a_sentence_beside_a_quoted_one_is_not_needed() -> None:
    assert measured([(BOUGHT, [1, 2])], BOUGHT, BURNED, embed=no_embedding) == (1, 0.5)


def test_a_quoted_statement_whose_citation_was_shifted_is_not_supported() -> None:
    assert measured([(BOUGHT, [2])], BOUGHT, WEATHER) == (0, 0)


def test_a_statement_over_two_sentences_needs_both() -> None:
    both = "The council bought the mill on 3 March, and the mill burned down in 1911 and stood empty for ninety years."
    assert measured([(both, [1, 2])], BOUGHT, BURNED) == (1, 1)
    assert measured([(both, [1])], BOUGHT) == (0, 0)
    assert measured([(both, [1, 2, 3])], BOUGHT, BURNED, WEATHER) == (1, pytest.approx(2 / 3))


def test_two_sentences_of_which_each_supports_a_statement_are_both_precise() -> None:
    said = "The council paid 1.2 million crowns for the mill."
    assert measured([(said, [1, 2])], BOUGHT, "For the mill the council paid 1.2 million crowns.") == (1, 1)


def test_a_statement_that_cites_nothing_lowers_recall_alone() -> None:
    assert measured([(BOUGHT, [1]), ("It is red.", [])], BOUGHT) == (0.5, 1)
    assert measured([("It is red.", [])], BOUGHT) == (0, None)
    assert measured([]) == (None, None)


def test_a_text_is_embedded_once_however_often_it_is_checked() -> None:
    asked: list[str] = []

    def counting(texts: list[str]) -> np.ndarray:
        asked.extend(texts)
        return EMBED(texts)

    said = "In March the council bought the mill."
    measured([(said, [1, 2, 3])], BOUGHT, BURNED, WEATHER, embed=counting)
    assert asked
    assert len(asked) == len(set(asked))


def test_the_answers_of_the_quoting_engine_are_supported(sample: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    answer, passages = Engine(sample).ask_traced("Which company is going to run the boats to Brannet?")
    assert not answer.refused
    monkeypatch.setattr(Library, "embed", lambda self, texts: no_embedding(texts))
    found = score_answer(Question("q", answer.question), answer, passages, sample)
    assert found.figures["support_recall"] == 1
    assert figures([found])["support_recall"].value == 1


def labelled() -> list[dict[str, Any]]:
    return [json.loads(line) for line in STATEMENTS.read_text("utf-8").splitlines()]


def test_the_metric_agrees_with_statements_labelled_by_hand() -> None:
    """Print the confusion of the metric with labels that a person gave, and hold it to a floor."""
    articles = {row["id"]: row for row in map(json.loads, SAMPLE_ARTICLES.read_text("utf-8").splitlines())}
    table: Counter[tuple[bool, bool, bool]] = Counter()
    for row in labelled():
        head = articles[row["article_id"]]
        source, day = head.get("source"), head.get("published")
        quoted = [Citation(1, head["id"], head["title"], None, source, day, text, 0, 1) for text in row["quotes"]]
        table[row["unseen"], row["supported"], is_supported(row["statement"], quoted, Checker(EMBED, quoted))] += 1
    assert table.total() >= 100
    print("\nstatements labelled by hand | called supported | called unsupported")
    for unseen in (False, True):
        for label in (True, False):
            kind = f"{'unseen' if unseen else 'seen'}, {'supported' if label else 'unsupported'}"
            print(f"{kind:27} | {table[unseen, label, True]:16} | {table[unseen, label, False]}")
    right = sum(count for (_, label, found), count in table.items() if label == found)
    unseen_right = table[True, True, True] + table[True, False, False]
    of_unseen = sum(count for (unseen, _, _), count in table.items() if unseen)
    print(f"agreement {right / table.total():.3f} (n={table.total()}), unseen {unseen_right / of_unseen:.3f}")
    assert right / table.total() >= 0.85
    assert unseen_right / of_unseen >= 0.85
