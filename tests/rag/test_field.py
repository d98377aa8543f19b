"""Questions of the kinds at which tools like ours were seen to fail, each over one library of small articles.

`field/questions.jsonl` tells for each what the citations must hold: `first` (one of these in the first), `firstnot`,
`must` (one of each group in any), `mustnot`, `short` (the short answer), `longest` (characters of the first), `nocite`.
`later` names what is not made yet: the test must fail until then.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from eval.sample.library import SAMPLE_ARTICLES
from index.library import Library
from rag.engine import Engine
from rag.understanding.history import Turn

FIELD = Path(__file__).parent / "field"
CASES = [json.loads(line) for line in (FIELD / "questions.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="session")
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    made = Library(tmp_path_factory.mktemp("field") / "library")
    made.add_all([str(FIELD / "articles.jsonl"), str(SAMPLE_ARTICLES)])
    yield made
    made.close()


def case(told: dict[str, Any]) -> Any:
    marks = [pytest.mark.xfail(strict=True, reason=told["later"])] if "later" in told else []
    return pytest.param(told, marks=marks, id=f"{told['kind']}: {told['question'][:40]}")


@pytest.mark.parametrize("told", map(case, CASES))
def test_a_question_from_the_field_is_answered(field: Library, told: dict[str, Any]) -> None:
    history = [Turn("assistant" if at % 2 else "user", text) for at, text in enumerate(told.get("history", ()))]
    answer = Engine(field).ask(told["question"], history)
    cited = [citation.sentence for citation in answer.citations]
    first, whole = (cited or [""])[0], " ".join(cited)
    assert not (told.get("nocite") and cited)
    assert any(text in first for text in told.get("first", [""]))
    assert not any(text in first for text in told.get("firstnot", ()))
    assert all(any(text in whole for text in group) for group in told.get("must", ()))
    assert not any(text in whole for text in told.get("mustnot", ()))
    assert len(first) <= told.get("longest", len(first))
    assert "short" not in told or any(text in (answer.short or "") for text in told["short"])
