"""Weights kept in parts come back; the shipped int8 file gives float weights under the network's names."""

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("safetensors")

from rag.ranking.cross_encoder import model_file  # noqa: E402
from rag.training import weights  # noqa: E402


def test_parts_are_small_and_come_back_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "PART", 500)
    state = {"encoder.weight": torch.randn(30, 20), "tokens.bias": torch.randn(3)}
    paths = weights.write_parts(state, tmp_path)
    assert len(paths) > 1
    assert all(path.stat().st_size <= 500 for path in paths)
    found = weights.start_weights(tmp_path)
    assert found.keys() == state.keys()
    assert all(torch.allclose(found[name], state[name], atol=1e-2) for name in state)


def test_the_shipped_model_gives_every_weight_of_the_network() -> None:
    state = weights.from_onnx(model_file())
    assert state["tokens.weight"].shape == (3, 384)
    assert state["passage.weight"].shape == (1, 384)
    assert state["encoder.encoder.layer.5.intermediate.dense.weight"].shape == (1536, 384)
    assert all(value.dtype == torch.float32 for value in state.values())
    assert 0.01 < state["encoder.embeddings.word_embeddings.weight"].std() < 0.2


def test_a_base_is_carried_with_a_byte_for_each_weight(tmp_path: Path) -> None:
    state = {"layer.weight": torch.randn(40, 30), "layer.bias": torch.randn(40)}
    weights.write_bytes(state, tmp_path)
    found = weights.read_bytes(tmp_path)
    assert found.keys() == state.keys()
    assert torch.equal(found["layer.bias"], state["layer.bias"])
    assert torch.allclose(found["layer.weight"], state["layer.weight"], atol=0.03)
