"""Every format against the articles that are expected of it: text kept, boilerplate gone, facts true.

Beside each file `NAME.EXT` lies `NAME.EXT.json`: the expected article, or a list of them where the file holds many.
"""

import json
import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest

from index.article import Article
from index.sources.load import article_of, load

FIXTURES = Path(__file__).parents[2] / "fixtures"
FILES = sorted(path.with_suffix("") for path in FIXTURES.rglob("*.json") if path.with_suffix("").is_file())
FACTS = ("title", "author", "source", "published", "updated", "language", "url")
LEAST = 0.97


def expected(path: Path) -> list[dict[str, Any]]:
    told = json.loads(path.with_name(path.name + ".json").read_text("utf-8"))
    return told if isinstance(told, list) else [told]


def articles(path: Path) -> list[Article]:
    return [article_of(item) for item in load(str(path)) if not item.reason]


def shown(found: str | None, wanted: str | None) -> str | None:
    """Return a fact as it is compared: a moment by its day where a day is wanted."""
    return found[: len(wanted)] if found and wanted and re.fullmatch(r"\d{4}-\d\d-\d\d", wanted) else found


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def common(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many words two texts have in common, in order."""
    return sum(block.size for block in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks())


def pairs() -> Iterator[tuple[Path, dict[str, Any], Article]]:
    for path in FILES:
        yield from ((path, *pair) for pair in zip(expected(path), articles(path), strict=True))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_file_gives_the_articles_that_are_expected(path: Path) -> None:
    found = articles(path)
    assert len(found) == len(expected(path))
    for wanted, article in zip(expected(path), found, strict=True):
        facts = {name: wanted[name] for name in FACTS if name in wanted}
        assert {name: shown(getattr(article, name), facts[name]) for name in facts} == facts
        for cut in wanted.get("boilerplate", ()):
            assert " ".join(cut.split()) not in " ".join(article.text.split())


def test_hardly_a_word_is_lost_and_hardly_one_too_many(record_testsuite_property: Any) -> None:
    kept = read = both = 0
    for _, wanted, article in pairs():
        gold, text = words("\n".join(wanted["kept"])), words(article.text)
        kept, read, both = kept + len(gold), read + len(text), both + common(gold, text)
    recall, precision = both / kept, both / read
    print(f"\n{len(FILES)} files: {recall:.4f} of {kept} words kept, {precision:.4f} of {read} words are the article's")
    record_testsuite_property("kept_text_recall", recall)
    record_testsuite_property("boilerplate_precision", precision)
    assert recall >= LEAST
    assert precision >= LEAST
    assert len(FILES) >= 25
