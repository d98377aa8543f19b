"""docs/security.md names a test for what it promises, and each is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_each_test_that_the_page_names_is_there() -> None:
    named = re.findall(r"`(tests/[\w/.]+)`", (ROOT / "docs" / "security.md").read_text("utf-8"))
    assert len(named) > 10
    assert [name for name in named if not (ROOT / name).exists()] == []
