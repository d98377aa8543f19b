"""Every measure on examples worked out by hand."""

import pytest

from eval.metrics import (
    Quoted,
    Refusal,
    Span,
    auroc,
    citation_precision,
    citation_recall,
    contained,
    evidence_hit,
    exact_match,
    f1,
    gold_rank,
    is_gold,
    locate,
    mean,
    normalise,
    percentile,
    recall_at_k,
    reciprocal_rank,
    refusal_scores,
)
from eval.questions import Gold

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


def test_a_chunk_that_holds_half_of_a_quote_finds_it() -> None:
    quote = [Span("a", 100, 200)]
    assert gold_rank([Span("a", 0, 150)], quote) == 1
    assert gold_rank([Span("a", 0, 149)], quote) is None
    assert gold_rank([Span("b", 0, 300), Span("a", 150, 300)], quote) == 2
    assert gold_rank([Span("a", 200, 300), Span("a", 0, 100)], quote) is None


def test_a_quote_over_three_chunks_is_found_by_two_of_them() -> None:
    quote = [Span("a", 0, 90)]
    assert gold_rank([Span("a", 0, 30), Span("b", 0, 90), Span("a", 60, 90)], quote) == 3


def test_what_overlapping_chunks_share_is_counted_once() -> None:
    quote = [Span("a", 0, 100)]
    assert gold_rank([Span("a", 0, 30), Span("a", 0, 30)], quote) is None


def test_a_quote_that_stands_twice_is_found_at_either_place() -> None:
    places = [Span("a", 0, 10), Span("a", 500, 510)]
    assert gold_rank([Span("a", 400, 600), Span("a", 0, 100)], places) == 1
    assert gold_rank([Span("a", 400, 600)], []) is None


def test_recall_at_k_and_reciprocal_rank() -> None:
    ranks = [4, None, 2]
    assert recall_at_k(ranks, 1) == 0
    assert recall_at_k(ranks, 2) == pytest.approx(1 / 3)
    assert recall_at_k(ranks, 4) == pytest.approx(2 / 3)
    assert reciprocal_rank(ranks) == 0.5
    assert reciprocal_rank([None]) == 0
    assert recall_at_k([], 1) is None
    assert reciprocal_rank([]) is None


def test_refusal_scores() -> None:
    refused = [True, True, True, False, False]
    answerable = [False, False, True, False, True]
    # right 2 of 3 refused and of 3 unanswerable
    assert refusal_scores(refused, answerable) == pytest.approx((2 / 3, 2 / 3, 2 / 3))


def test_refusal_scores_that_do_not_apply() -> None:
    assert refusal_scores([], []) == Refusal(None, None, None)
    assert refusal_scores([False], [True]) == Refusal(None, None, None)
    assert refusal_scores([True], [True]) == Refusal(0, None, None)
    assert refusal_scores([False], [False]) == Refusal(None, 0, 0)


def test_auroc() -> None:
    # positives .9 and .4 against negatives .5 and .1: 3 of 4 pairs won
    assert auroc([0.9, 0.4, 0.5, 0.1], [True, True, False, False]) == 0.75
    assert auroc([0.1, 0.9], [True, False]) == 0


def test_auroc_counts_ties_as_half() -> None:
    assert auroc([0.5, 0.5, 0.5], [True, False, False]) == 0.5
    # .5 against .5 and .2: (half + 1) / 2
    assert auroc([0.5, 0.5, 0.2], [True, False, False]) == 0.75
    # positives .5, .3 and negatives .5, .3: 2 ties and 1 of the other 2 pairs won
    assert auroc([0.5, 0.3, 0.5, 0.3], [True, True, False, False]) == 0.5


@pytest.mark.parametrize("positive", [[], [True, True], [False, False]])
def test_auroc_needs_both_classes(positive: list[bool]) -> None:
    assert auroc([0.5] * len(positive), positive) is None


def test_percentile_is_interpolated() -> None:
    assert percentile([4, 1, 3, 2], 50) == 2.5
    assert percentile([3, 1, 2], 50) == 2
    # place .95 * 2 = 1.9 of 10, 20, 30
    assert percentile([10, 20, 30], 95) == pytest.approx(29)
    assert percentile([7], 95) == 7
    assert percentile([], 50) is None


def test_mean_leaves_out_what_does_not_apply() -> None:
    assert mean([1, None, 0]) == 0.5
    assert mean([None]) is None
    assert mean([]) is None
