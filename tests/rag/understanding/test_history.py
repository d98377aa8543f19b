"""History is read in every form that callers send."""

import pytest

from index.errors import QuestionError
from rag.understanding.history import Turn, read_history


def test_history_is_read_in_every_form_and_bad_history_is_told() -> None:
    parts = [{"role": "user", "content": [{"type": "text", "text": "Who?"}]}, {"role": "assistant", "text": "She."}]
    assert read_history(parts) == (Turn("user", "Who?"), Turn("assistant", "She."))
    for bad in ({}, [1], [{"role": "user"}], [{"content": "x"}]):
        with pytest.raises(QuestionError):
            read_history(bad)
