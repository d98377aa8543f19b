"""Any question after any talk is understood, and any question set is read or refused."""

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.sample.library import SAMPLE_ARTICLES
from eval.sets.questions import read_questions
from index.errors import QuestionError
from index.library import Library
from rag.filters import Scope
from rag.options import Options
from rag.retrieval.hybrid import HybridRetriever
from rag.understanding.history import Turn
from rag.understanding.request import QuestionReader
from tests.support.fuzzing import damaged, fuzzed, within_limits

SAMPLE = SAMPLE_ARTICLES.with_name("questions.jsonl").read_bytes()
TABLE = b'id,question,answers,type\n7,Who?,"no | 12 | [sic] x",\n8,When?,"[""a | b""]",x\n'
LIST = (
    b"- question: Who?\n  history:\n    - user: When?\n    - assistant: In May.\n- {question: Where?, answers: [a]}\n"
)
SETS = {
    "set.jsonl": [b"\n".join(SAMPLE.splitlines()[:12]), SAMPLE.splitlines()[0]],
    "set.csv": [TABLE],
    "set.yaml": [LIST, json.dumps([{"question": "Who?", "quotes": ["x"]}]).encode()],
}

_WORDS = st.sampled_from(
    "who what when where why how and but what about tell me more summarise compare list did does was is it she he they "
    "this that these the one other first last school bridge Marit Solvang Corvane the Post in 2020 since May before "
    "? . , ! : ; “ ” ( ) [1] [ / - \n 2019-05-04 it's don't ok only from Courier articles 港口 \ud83e".split(" ")
)
_SAID = st.tuples(st.lists(_WORDS | st.text(max_size=8), max_size=25), st.sampled_from((1, 1, 1, 40))).map(
    lambda drawn: " ".join(drawn[0] * drawn[1])
)
_TALKS = st.tuples(st.lists(_SAID, max_size=6), st.sampled_from((1, 1, 20)))


@fuzzed(8)
@given(talk=_TALKS, question=_SAID)
def test_any_question_after_any_talk_is_understood(sample: Library, talk: tuple[list[str], int], question: str) -> None:
    texts = talk[0] * talk[1]
    turns = [Turn("assistant" if number % 2 else "user", text) for number, text in enumerate(texts)]
    reader = QuestionReader(sample, HybridRetriever(sample), Scope())
    with within_limits():
        assert reader.understand(question, turns, Options()).parts


@pytest.mark.parametrize("name", SETS)
@fuzzed(15)
@given(data=st.data())
def test_any_question_set_is_read_or_refused(tmp_path: Path, name: str, data: st.DataObject) -> None:
    path = tmp_path / name
    path.write_bytes(data.draw(damaged(SETS[name])))
    with within_limits(), suppress(QuestionError):
        assert read_questions(path)
