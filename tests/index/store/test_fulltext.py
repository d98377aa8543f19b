"""Full text: what search sees of a text."""

import pytest

from index.library import Library
from index.text.english import terms

WRITTEN = (
    "The muni\u00adci\u00adpal water\u00adworks were sold to Aqua\u200blind.",
    "The municipal waterworks were sold to\u2060 \u200eAqualind\u200f.",
    "The municipal waterworks were sold to Aqualind.",
)


@pytest.mark.parametrize("text", WRITTEN)
@pytest.mark.parametrize("question", ["municipal waterworks Aqualind", "muni\u00adcipal Aqua\u200blind"])
def test_search_sees_through_marks_that_readers_do_not_see(library: Library, rows, text: str, question: str) -> None:  # type: ignore[no-untyped-def]
    library.add_all([rows({"id": "a", "title": "Sold", "text": text}, {"id": "b", "title": "Pier", "text": "A pier."})])
    for word in question.split():
        assert [chunk_id.split(":")[0] for chunk_id, _ in library.full_text.search(word, 9)], word
    article = library.articles.get("a")
    assert article is not None
    assert article.text == text


def test_matching_sees_through_marks_and_composition() -> None:
    assert terms("Sigrid Thor\u200bvaldsen’s cafe\u0301") == terms("Sigrid Thorvaldsen’s café")
    assert terms("فُتِحَ ميناءُ مارن") == terms("فتح ميناء مارن")
