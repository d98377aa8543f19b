"""Every measure of one answer on examples worked out by hand, and against the reference programs on random ones."""

import math
import re
import string
from collections import Counter
from collections.abc import Callable

import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score

from eval.metrics.multiple_choice import choice_accuracy, picked
from eval.metrics.retrieval import NAMED, gold_chunks, holders, locate, retrieval
from eval.metrics.words import (
    Quoted,
    Span,
    citation_precision,
    citation_recall,
    contained,
    date_match,
    evidence_hit,
    exact_match,
    f1,
    is_gold,
    normalise,
    number_match,
    with_refusals,
)
from eval.sets.questions import Gold, Question
from index.library import Library

FERRY = "The ferry sails at noon."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The  Ferry, a boat!", "ferry boat"),
        ("An apple\tand\nthe U.S.", "apple and us"),
        ("theatre at Athens", "theatre at athens"),
        ("ÉCOLE Ünal", "école ünal"),
        ("1,500", "1500"),
        ("The a an", ""),
    ],
)
def test_normalise(text: str, expected: str) -> None:
    assert normalise(text) == expected


def test_exact_match_takes_any_gold_answer() -> None:
    assert exact_match("The Ferry.", ["a boat", "ferry"]) == 1
    assert exact_match("ferry boat", ["ferry"]) == 0


def test_answer_measures_do_not_apply_without_gold_answers() -> None:
    assert exact_match("ferry", []) is None
    assert f1("ferry", []) is None
    assert contained("ferry", []) is None


def test_a_gold_answer_of_stop_words_alone_is_not_matched_by_a_refusal() -> None:
    assert exact_match("", ["A"]) is None
    assert f1("", ["A"]) is None
    assert contained("", ["A"]) is None


def test_f1_is_the_best_over_the_gold_answers() -> None:
    # "ferry sails at noon" and "noon sharp": 1 shared word, 2 * 1 / (4 + 2)
    assert f1(FERRY, ["noon sharp"]) == pytest.approx(1 / 3)
    # "at noon" shares 2 words: 2 * 2 / (4 + 2)
    assert f1(FERRY, ["noon sharp", "at noon"]) == pytest.approx(2 / 3)
    assert f1("", ["noon"]) == 0


def test_f1_counts_a_repeated_word_as_often_as_both_have_it() -> None:
    # "red red" and "red": 1 shared, 2 * 1 / (2 + 1)
    assert f1("red red", ["red"]) == pytest.approx(2 / 3)


def test_contained_is_by_whole_words() -> None:
    assert contained(FERRY, ["at noon"]) == 1
    assert contained(FERRY, ["sail"]) == 0
    assert contained("It cost 11 crowns.", ["1"]) == 0
    assert contained("", ["noon"]) == 0


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        (FERRY, FERRY),
        (FERRY, f"It is so. {FERRY} It was not."),
        (f'"{FERRY}" she said.', FERRY),
        ("The ferry\n sails\u00a0at noon.", FERRY),
        ("Łódź – “naïve” 東京", "Łódź –  “naïve” 東京"),
        ("x" * 600, "x" * 600),
    ],
)
def test_a_sentence_is_gold_that_is_contains_or_lies_in_a_quote(sentence: str, quote: str) -> None:
    assert is_gold(Quoted("a", sentence), Gold("a", quote))


@pytest.mark.parametrize(
    ("article_id", "sentence", "quote"),
    [
        ("b", FERRY, FERRY),
        ("a", "The ferry sails at one.", FERRY),
        ("a", "x" * 601, "x" * 20),
        ("a", " ", FERRY),
        ("a", FERRY, ""),
    ],
)
def test_a_sentence_that_is_not_gold(article_id: str, sentence: str, quote: str) -> None:
    assert not is_gold(Quoted(article_id, sentence), Gold("a", quote))


def test_evidence_hit_looks_at_the_first_k_sentences() -> None:
    evidence = [Quoted("b", FERRY), Quoted("a", "No."), Quoted("a", FERRY)]
    golds = [Gold("a", FERRY)]
    assert evidence_hit(evidence, golds, 1) == 0
    assert evidence_hit(evidence, golds, 2) == 0
    assert evidence_hit(evidence, golds, 3) == 1
    assert evidence_hit([], golds, 3) == 0


def test_a_sentence_too_long_to_count_still_takes_its_rank() -> None:
    evidence = [Quoted("a", FERRY + "x" * 600), Quoted("a", FERRY)]
    assert evidence_hit(evidence, [Gold("a", FERRY)], 1) == 0
    assert evidence_hit(evidence, [Gold("a", FERRY)], 2) == 1


@pytest.mark.parametrize("golds", [[], [Gold("a", "")], [Gold("a", "  ")]])
def test_measures_against_quotes_do_not_apply_without_quotes(golds: list[Gold]) -> None:
    assert evidence_hit([Quoted("a", FERRY)], golds, 1) is None
    assert citation_precision([Quoted("a", FERRY)], golds) is None
    assert citation_recall([Quoted("a", FERRY)], golds) is None


def test_citation_precision_and_recall() -> None:
    golds = [Gold("a", FERRY), Gold("a", "It is red."), Gold("b", "It is slow."), Gold("c", "")]
    cited = [Quoted("a", FERRY), Quoted("b", FERRY)]
    assert citation_precision(cited, golds) == 0.5
    assert citation_recall(cited, golds) == pytest.approx(1 / 3)


def test_a_refusal_has_no_citation_precision_but_recalls_nothing() -> None:
    assert citation_precision([], [Gold("a", FERRY)]) is None
    assert citation_recall([], [Gold("a", FERRY)]) == 0


def test_locate_finds_every_place_and_looks_past_white_space() -> None:
    text = "He left.  In May\nhe left. He left."
    assert locate(Gold("a", "May he"), text) == [Span("a", 13, 19)]
    assert locate(Gold("a", "He left."), text) == [Span("a", 0, 8), Span("a", 26, 34)]
    assert locate(Gold("a", "C++ (new)?"), "Is it C++ (new)?") == [Span("a", 6, 16)]
    assert locate(Gold("a", "\U0001f600 é"), "x\U0001f600 é") == [Span("a", 1, 4)]
    assert locate(Gold("a", "gone"), text) == []
    assert locate(Gold("a", ""), text) == []


def test_a_chunk_that_has_half_of_a_quote_holds_it() -> None:
    quote = [Span("a", 100, 200)]
    half, less, other = Span("a", 0, 150), Span("a", 160, 300), Span("b", 0, 300)
    assert holders([less, other, half], quote) == [half]
    assert holders([Span("a", 200, 300), Span("a", 0, 100), other], quote) == []
    assert holders([half], []) == []


def test_a_quote_longer_than_two_chunks_is_held_by_the_one_that_has_the_most_of_it() -> None:
    chunks = [Span("a", 0, 300), Span("a", 300, 700), Span("a", 700, 1000)]
    assert holders(chunks, [Span("a", 0, 1000)]) == [chunks[1]]


def test_gold_chunks_are_one_for_each_quote(sample: Library) -> None:
    article = sample.articles.get("sample:school-roof")
    assert article is not None
    sentences, chunks = sample.articles.sentences(article.id), sample.articles.chunks(article.id)
    spans = [Span(article.id, sentences[one.first].start, sentences[one.last].end) for one in chunks]
    first, last = chunks[0].text[:60], chunks[-1].text[-60:]
    golds = (Gold(article.id, first), Gold(article.id, last), Gold(article.id, "never said"), Gold("gone", first))
    found, lost = gold_chunks([], Question("q", "?", evidence=(*golds, Gold(article.id, ""))), sample)
    assert found >= {spans[0], spans[-1]}
    assert len(found) == 4
    assert lost == 2


def test_a_quote_that_stands_twice_is_found_in_the_chunk_ranked_best(
    library: Library, rows: Callable[..., str]
) -> None:
    filler = " ".join(f"Boat number {number} lay still in the harbour." for number in range(60))
    library.add_all([rows({"id": "a", "title": "T", "text": f"The bell rang.\n\n{filler}\n\nThe bell rang."})])
    sentences, chunks = library.articles.sentences("a"), library.articles.chunks("a")
    last = Span("a", sentences[chunks[-1].first].start, sentences[chunks[-1].last].end)
    question = Question("q", "?", evidence=(Gold("a", "The bell rang."),))
    assert gold_chunks([last], question, library) == ({last}, 0)
    assert gold_chunks([], question, library)[0] != {last}


def test_retrieval_on_an_example_worked_out_by_hand() -> None:
    ranked = [Span("a", 0, 10), Span("a", 10, 20), Span("b", 0, 10), Span("b", 10, 20)]
    gold = [ranked[1], ranked[3], Span("c", 0, 10)]
    ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert retrieval(ranked, gold) == pytest.approx(
        {
            "recall@1": 0,
            "recall@5": 2 / 3,
            "recall@10": 2 / 3,
            "recall@50": 2 / 3,
            "mrr": 1 / 2,
            "ndcg@10": (1 / math.log2(3) + 1 / math.log2(5)) / ideal,
            "map": (1 / 2 + 2 / 4) / 3,
        }
    )


def test_retrieval_does_not_apply_without_gold_and_is_zero_where_nothing_is_found() -> None:
    assert set(retrieval([Span("a", 0, 1)], []).values()) == {None}
    assert set(retrieval([], [Span("a", 0, 1)]).values()) == {0.0}


@given(st.permutations(range(60)), st.sets(st.integers(0, 80), min_size=1, max_size=12))
def test_retrieval_agrees_with_pytrec_eval_and_scikit_learn(order: list[int], gold: set[int]) -> None:
    found = retrieval([Span("a", place, place + 1) for place in order], [Span("a", place, place + 1) for place in gold])
    names = {"recall.1,5,10,50", "recip_rank", "ndcg_cut.10", "map"}
    judge = pytrec_eval.RelevanceEvaluator({"q": {str(place): 1 for place in gold}}, names)
    told = judge.evaluate({"q": {str(place): 60.0 - rank for rank, place in enumerate(order)}})["q"]
    theirs = [told[f"recall_{depth}"] for depth in (1, 5, 10, 50)]
    theirs += [told["recip_rank"], told["ndcg_cut_10"], told["map"]]
    assert [found[name] for name in NAMED.values()] == pytest.approx(theirs)
    ranks = [[60.0 - order.index(place) if place in order else -1.0 for place in range(81)]]
    assert found["ndcg@10"] == pytest.approx(ndcg_score([[float(place in gold) for place in range(81)]], ranks, k=10))


# SQuAD 2.0's arithmetic, written here once more from its rules


def squad_tokens(text: str) -> list[str]:
    kept = "".join(char for char in text.lower() if char not in set(string.punctuation))
    return re.sub(r"\b(a|an|the)\b", " ", kept, flags=re.UNICODE).split()


def squad_exact(answer: str, gold: str) -> float:
    return float(squad_tokens(answer) == squad_tokens(gold))


def squad_f1(answer: str, gold: str) -> float:
    said, wanted = squad_tokens(answer), squad_tokens(gold)
    if not said or not wanted:
        return float(said == wanted)
    common = sum((Counter(said) & Counter(wanted)).values())
    precision, recall = common / len(said), common / len(wanted)
    return 2 * precision * recall / (precision + recall) if common else 0.0


words = st.lists(
    st.sampled_from(["The", "a", "ferry", "Ferry,", "an", "boat", "noon!", "U.S.", "é", "-", "red", "red's", "12"]),
    max_size=6,
).map(" ".join)


@given(words, st.lists(words, max_size=3), st.booleans())
def test_answers_agree_with_the_arithmetic_of_squad(answer: str, given_golds: list[str], answerable: bool) -> None:
    golds = [gold for gold in given_golds if squad_tokens(gold)] if answerable else [""]
    exact = with_refusals(exact_match, answer, given_golds, answerable)
    likeness = with_refusals(f1, answer, given_golds, answerable)
    if golds:
        assert exact == max(squad_exact(answer, gold) for gold in golds)
        assert likeness == pytest.approx(max(squad_f1(answer, gold) for gold in golds))
    else:  # answerable, but no gold answer is known
        assert exact is likeness is None


@given(st.text(max_size=30))
def test_normalise_agrees_with_squad_on_any_text(text: str) -> None:
    assert normalise(text).split() == squad_tokens(text)


# Numbers, dates, choices


@pytest.mark.parametrize(
    ("answer", "golds", "expected"),
    [
        ("It cost nine million crowns.", ["9,000,000"], 1),
        ("It cost 9 million crowns over 8 years.", ["9 million over seven years", "8"], 1),
        ("It cost 9 million crowns over 8 years.", ["9 million over seven years"], 0),
        ("", ["12 boats"], 0),
        ("On 3 March 2024.", ["3 March 2024"], None),
        ("It is red.", ["red"], None),
        ("12", [], None),
    ],
)
def test_number_match(answer: str, golds: list[str], expected: float | None) -> None:
    assert number_match(answer, golds) == expected


@pytest.mark.parametrize(
    ("answer", "golds", "expected"),
    [
        ("It opened on March 3, 2024.", ["3 March 2024"], 1),
        ("It opened on 3 March 2024.", ["2024-03-03"], 1),
        ("It opened on 2024-03-03, or so.", ["March 2024"], 1),
        ("It opened on 3 March.", ["3 March 2024", "3 March"], 1),
        ("It opened in May 2024.", ["June 2024"], 0),
        ("It may open in 2024.", ["May 2024"], 0),
        ("It opened in 2023.", ["2024"], 0),
        ("", ["2024"], 0),
        ("It cost 2,024 crowns.", ["2,024"], None),
        ("It opened on 2024-13-45.", ["noon"], None),
    ],
)
def test_date_match(answer: str, golds: list[str], expected: float | None) -> None:
    assert date_match(answer, golds) == expected


CHOICES = ["Kestrane Lines", "Ombery Shipping", "the town council", "no"]


def test_the_choice_picked_shares_most_words_with_the_short_answer_then_with_all_that_is_said() -> None:
    assert picked("Kestrane", "Ombery Shipping lost to Kestrane.", CHOICES) == "Kestrane Lines"
    assert picked("", "The board chose Ombery Shipping.", CHOICES) == "Ombery Shipping"
    assert picked("No", "", CHOICES) == "no"
    assert picked("noon", "At noon.", CHOICES) is None
    assert picked("red boat", "", ["red", "boat"]) is None


def test_choice_accuracy() -> None:
    assert choice_accuracy("Kestrane", "", CHOICES, ["Kestrane Lines", "Ombery Shipping"]) == 1
    assert choice_accuracy("Ombery", "", CHOICES, ["Kestrane Lines"]) == 0
    assert choice_accuracy("", "", CHOICES, ["Kestrane Lines"]) == 0
    assert choice_accuracy("Kestrane", "", [], ["Kestrane"]) is None
    assert choice_accuracy("Kestrane", "", CHOICES, []) is None
