"""Numbers are worth the same however they are written."""

import pytest

from index.text.numbers import amounts, by_value, spellings, values


@pytest.mark.parametrize(
    "written",
    [
        "1,200 million",
        "1.2 billion",
        "1.2bn",
        "1.2 bn",
        "1 200 000 000",
        "1\u202f200\u202f000\u202f000",
        "1.200.000.000",
        "1,200,000,000",
        "1’200’000’000",
        "1 200 million",
        "$1.2bn",
    ],
)
def test_one_number_in_many_forms(written: str) -> None:
    assert values(f"It cost {written} crowns.") == {1.2e9}
    assert by_value(f"It cost {written} crowns.").replace("$", "") == "It cost 1200000000 crowns."


@pytest.mark.parametrize(
    ("written", "worth"),
    [
        ("1,200,000", {1.2e6}),
        ("12,00,000", {1.2e6}),
        ("£1.2m", {1.2e6}),
        ("45m crowns", {45e6}),
        ("50k", {50e3}),
        ("a 100m race", {100}),
        ("812m long", {812}),
        ("in 2019 200 people", {2019, 200}),
        ("rooms 12 200 and 7", {12, 200, 7}),
        ("one hundred and eighty", {180}),
        ("1,234.5", {1234.5}),
    ],
)
def test_what_looks_alike_is_another_number(written: str, worth: set[float]) -> None:
    assert values(written) == worth


def test_small_numbers_in_words_are_equal_to_digits_and_one_is_no_number() -> None:
    assert by_value("Two of the twenty-five boats, one by one") == "2 of the 25 boats, one by one"


def test_amounts_are_large_and_no_years() -> None:
    assert amounts("In 2019 the 14 boats cost 3.5 million, or 1,950 a seat") == {3.5e6, 1950}


@pytest.mark.parametrize("number", [12_000, 350_000, 1.2e6, 45e6, 2.5e9])
def test_every_spelling_is_worth_the_number(number: float) -> None:
    assert {worth for written in spellings(number) for worth in values(f"{written} crowns")} == {number}
