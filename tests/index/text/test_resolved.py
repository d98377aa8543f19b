"""The days that sentences mean, beside the day their article was published."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.resolved import resolved_dates

_THURSDAY = "2024-03-14"


def _days(text: str, published: str | None = _THURSDAY) -> list[str]:
    return [
        f"{one.first}" if one.first == one.last else f"{one.first}/{one.last}"
        for one in resolved_dates(text, published)
    ]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("The board voted on Tuesday.", "2024-03-12"),
        ("The board will vote on Tuesday.", "2024-03-19"),
        ("The mayor said on Monday that the mill would open.", "2024-03-11"),
        ("It has been shut since last Thursday.", "2024-03-07"),
        ("The market opens today.", "2024-03-14"),
        ("Rain fell yesterday.", "2024-03-13"),
        ("The storm of 17 January broke the pier.", "2024-01-17"),
        ("The storm of December 30 broke the pier.", "2023-12-30"),
        ("Work is to begin on 4 December.", "2024-12-04"),
        ("Requests are taken until 31 January.", "2025-01-31"),
        ("He retired last August.", "2023-08-01/2023-08-31"),
        ("The ship will sail by the spring of 2027.", "2027-03-01/2027-05-31"),
        ("She moved here two years ago.", "2022-01-01/2022-12-31"),
        ("They met three days ago.", "2024-03-11"),
        ("The dam was built in 1968.", "1968-01-01/1968-12-31"),
        ("The deal was signed on 28 March 2023.", "2023-03-28"),
        ("On 29 February the bridge froze.", "2024-02-29"),
    ],
)
def test_a_date_means_its_day(text: str, meant: str) -> None:
    assert _days(text) == [meant]


@pytest.mark.parametrize(
    "text", ["May said she may go.", "He counted 12 of them.", "On 31 June nothing fell.", "Boats sail every Sunday."]
)
def test_what_is_no_date_means_no_day(text: str) -> None:
    assert _days(text) == []


def test_relative_dates_need_the_day_of_publication() -> None:
    assert _days("It fell on Tuesday and again on 3 May 2022.", None) == ["2022-05-03"]


def test_a_year_end_is_crossed() -> None:
    assert _days("The tide rose on 30 December.", "2025-01-02") == ["2024-12-30"]
    assert _days("The tide rose on Tuesday.", "2025-01-02") == ["2024-12-31"]


@given(st.text(max_size=200), st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_spans_lie_in_the_text_and_do_not_overlap(text: str, published: date) -> None:
    found = resolved_dates(f"On Monday {text} in May 2021", published.isoformat())
    assert all(one.first <= one.last for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
