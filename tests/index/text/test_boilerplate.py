"""Lines of boilerplate go from a pasted page; sentences that only sound like them stay."""

import pytest

from index.text.boilerplate import split_boilerplate


@pytest.mark.parametrize(
    "line",
    [
        "© 2024 The Tarn Post",
        "Copyright (c) 2024 The Tarn Post. All rights reserved.",
        "Terms of Use | Privacy Policy",
        "Be the first to comment",
        "Leave a Reply",
        "This site uses Akismet to reduce spam. Learn how your comment data is processed.",
    ],
)
def test_lines_of_boilerplate_go(line: str) -> None:
    assert split_boilerplate(f"Weir\n\nThe weir is shut.\n\n{line}")[0] == "Weir\n\nThe weir is shut."


@pytest.mark.parametrize(
    "line",
    [
        "The copyright of the song was sold in 1998.",
        "Leave a reply slip at the desk, the clerk told the owners of the fourteen boats.",
        "The terms of the loan were not told.",
        "A plugin named Akismet was shown at the fair.",
        "She signed her name.",
    ],
)
def test_sentences_that_only_sound_like_boilerplate_stay(line: str) -> None:
    assert line in split_boilerplate(f"Weir\n\n{line}\n\nThe weir is shut.")[0]


def test_a_paragraph_on_what_may_not_be_published_stays() -> None:
    text = (
        "Judge bars letters\n\nThe judge ruled that the letters of Ada Teale may not be published "
        "without the consent of her heirs.\n\nThe heirs said that all rights reserved.\n\nNo comment."
    )
    assert "without the consent of her heirs" in split_boilerplate(text)[0]
