"""Loads the float weights of the reader and the check from a shipped int8 file, or from small compressed parts.

The parts are in `rag/training/weights/`, small enough for a repository, so that a later run can start from them.
"""

import lzma
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from safetensors.torch import load, save
from torch import Tensor

KIND = "fp16.xz"
PART = 15_000_000
"""The largest size of a part, in bytes."""
CARRIED, CARRIED_PART = "base.int8", 45_000_000
SCALE = ".scale"

State = dict[str, Tensor]


def from_onnx(path: Path) -> State:
    """Return the weights of an int8 model as float32, under the network's names."""
    graph = onnx.load(path).graph
    held = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    state = {name: array for name, array in held.items() if name.endswith((".weight", ".bias"))}
    for name in held:
        if name.endswith(".weight_quantized"):
            state[name.removesuffix("_quantized")] = _float(held, name.removesuffix("_quantized"))
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            name = _layer(node.name) + ".weight"
            state[name] = _float(held, node.input[1].removesuffix("_quantized")).T
    return {name: torch.tensor(np.array(array, dtype=np.float32)) for name, array in state.items()}


def _float(held: dict[str, np.ndarray], name: str) -> np.ndarray:
    scale, zero, value = (held[name + end] for end in ("_scale", "_zero_point", "_quantized"))
    return (value.astype(np.float32) - zero.astype(np.float32)) * scale


def _layer(node: str) -> str:
    """Return a layer's name, given its node's: `tokens` for `/tokens/MatMul_quant`."""
    return node.strip("/").rsplit("/", 1)[0].replace("/", ".")


def write_parts(state: State, folder: Path, network: str = "reader") -> list[Path]:
    """Write weights as float16, compressed, in parts small enough for a repository."""
    return _split({name: value.half() for name, value in state.items()}, folder, f"{network}.{KIND}", PART)


def read_parts(folder: Path, network: str = "reader") -> State:
    """Read what `write_parts` wrote, as float32."""
    return {name: value.float() for name, value in _joined(folder, f"{network}.{KIND}").items()}


def write_bytes(state: State, folder: Path) -> list[Path]:
    """Write weights at one byte each for transfer to another machine; matrices also store a scale for each row."""
    packed = {}
    for name, value in state.items():
        packed[name] = value
        if value.ndim == 2:
            scale = value.abs().amax(1, keepdim=True).clamp(min=1e-8) / 127
            packed |= {name: (value / scale).round().to(torch.int8), name + SCALE: scale}
    return _split(packed, folder, CARRIED, CARRIED_PART)


def read_bytes(folder: Path) -> State:
    """Read what `write_bytes` wrote, as float32."""
    packed = _joined(folder, CARRIED)
    rows = {name: value.float() for name, value in packed.items() if not name.endswith(SCALE)}
    return {name: value * packed.get(name + SCALE, torch.ones(())) for name, value in rows.items()}


def _split(state: State, folder: Path, name: str, size: int) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    packed = save({key: value.contiguous() for key, value in state.items()})
    packed = lzma.compress(packed) if name.endswith(".xz") else packed
    paths = []
    for number, at in enumerate(range(0, len(packed), size)):
        paths.append(folder / f"{name}.{number}")
        paths[-1].write_bytes(packed[at : at + size])
    return paths


def _joined(folder: Path, name: str) -> State:
    packed = b"".join(path.read_bytes() for path in sorted(folder.glob(f"{name}.*")))
    return load(lzma.decompress(packed) if name.endswith(".xz") else packed)


def start_weights(path: Path) -> State:
    """Return weights to start from: those of an int8 model, or of a folder of compressed parts."""
    return read_parts(path) if path.is_dir() else from_onnx(path)
