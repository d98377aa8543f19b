"""The trained reader's file is the one that its model card describes, and small enough to ship."""

import json
from pathlib import Path

import onnxruntime

from index.embedder import file_hash

WEIGHTS = Path(__file__).parents[3] / "rag" / "ranking" / "weights"


def test_the_weights_are_those_of_the_model_card() -> None:
    model = WEIGHTS / "reader.int8.onnx"
    told = json.loads((WEIGHTS / "config.json").read_text("utf-8"))["sha256"]["reader.int8.onnx"]
    assert file_hash(model) == told
    assert told in (WEIGHTS / "MODEL_CARD.md").read_text("utf-8")
    assert model.stat().st_size <= 25_000_000


def test_the_weights_run() -> None:
    session = onnxruntime.InferenceSession(str(WEIGHTS / "reader.int8.onnx"), providers=["CPUExecutionProvider"])
    assert [output.name for output in session.get_outputs()] == ["start", "end", "evidence", "answer"]
