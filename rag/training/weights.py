"""The float weights of the reader and of the check: from a shipped int8 file, and kept in small compressed parts.
The parts lie in `rag/training/weights/`, small enough for a repository, so that a later run can begin with them.
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
PART = 24_000_000
"""The largest size of a part, in bytes."""

State = dict[str, Tensor]


def from_onnx(path: Path) -> State:
    """The weights of an int8 model as float32, under the network's names."""
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
    """The name of a layer from that of its node: `/tokens/MatMul_quant` is `tokens`."""
    return node.strip("/").rsplit("/", 1)[0].replace("/", ".")


def write_parts(state: State, folder: Path, network: str = "reader") -> list[Path]:
    """Write weights as float16, compressed, in parts that a repository takes."""
    packed = lzma.compress(save({name: value.half().contiguous() for name, value in state.items()}))
    paths = []
    for number, at in enumerate(range(0, len(packed), PART)):
        paths.append(folder / f"{network}.{KIND}.{number}")
        paths[-1].write_bytes(packed[at : at + PART])
    return paths


def read_parts(folder: Path, network: str = "reader") -> State:
    """Read what `write_parts` wrote, as float32."""
    packed = b"".join(path.read_bytes() for path in sorted(folder.glob(f"{network}.{KIND}.*")))
    return {name: value.float() for name, value in load(lzma.decompress(packed)).items()}


def start_weights(path: Path) -> State:
    """Weights to begin with: an int8 model, or a folder of compressed parts."""
    return read_parts(path) if path.is_dir() else from_onnx(path)
