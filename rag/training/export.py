"""Write the trained reader as ONNX in float32 and int8, and its weights in parts from which a later run can start.

`python -m rag.training.export --run DIR... --base WHEEL_OR_DIR --out DIR [--parts DIR]`
"""

import argparse
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn

from rag.ranking import encoding as form
from rag.training.network import OUTPUTS, Reader, from_base, tokenizer_file
from rag.training.run import CHECKPOINT
from rag.training.weights import State, read_parts, write_parts

OPSET = 17
INPUTS = ("input_ids", "attention_mask", "token_type_ids")


def trained(runs: Sequence[Path], base: Path) -> Reader:
    """Return the network with the running mean of a run's weights (or its stored parts), or the mean over several runs.

    Runs that started from the same weights average well (Wortsman et al., 2022).
    """
    kept = [_weights(run) for run in runs]
    reader = from_base(base, bare=True)
    reader.load_state_dict({name: sum(one[name] for one in kept) / len(kept) for name in kept[0]})
    return reader.eval()


def _weights(run: Path) -> State:
    if (run / CHECKPOINT).exists():
        mean: State = torch.load(run / CHECKPOINT, weights_only=True, map_location="cpu")["mean"]
        return mean
    return read_parts(run)


def write_float(network: nn.Module, path: Path, tokens: Sequence[str], rows: Sequence[str]) -> None:
    """Export with variable numbers of rows and tokens; outputs are either per token or per row."""
    sample = torch.ones(2, 16, dtype=torch.long)
    axes = {name: {0: "batch", 1: "length"} for name in (*INPUTS, *tokens)} | {name: {0: "batch"} for name in rows}
    mask = sample.clone()
    mask[0, 9:] = 0
    torch.onnx.export(
        network, (sample, mask, sample.clone()), path, input_names=list(INPUTS), output_names=[*tokens, *rows],
        dynamic_axes=axes, opset_version=OPSET, dynamo=False,
    )  # fmt: skip


def write_int8(source: Path, path: Path) -> None:
    """Quantize the weights, with a reduced range because processors without VNNI would overflow otherwise."""
    quantize_dynamic(source, path, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)


def sha256(path: Path) -> str:
    """Return a file's SHA-256 hash."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def describe(out: Path) -> dict[str, object]:
    """Describe the files and how the input is built."""
    files = {path.name: sha256(path) for path in sorted(out.glob("*.onnx"))} | {
        "tokenizer.json": sha256(out / "tokenizer.json")
    }
    shape = {"head_join": form.HEAD_JOIN, "head_end": form.HEAD_END}
    limits = {"max_tokens": form.MAX_TOKENS, "max_question_tokens": form.MAX_QUESTION_TOKENS}
    return {"sha256": files, "inputs": INPUTS, "outputs": OUTPUTS, **shape, **limits}


def main() -> None:
    """Export a run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, nargs="+", required=True, help="folders of runs or of parts")
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--parts", type=Path, help="where to keep the weights for a later run, as compressed parts")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    tokenizer_file(options.base, options.out)
    reader = trained(options.run, options.base)
    if options.parts:
        write_parts(reader.state_dict(), options.parts)
    write_float(reader, options.out / "reader.onnx", OUTPUTS[:3], OUTPUTS[3:])
    write_int8(options.out / "reader.onnx", options.out / "reader.int8.onnx")
    (options.out / "config.json").write_text(json.dumps(describe(options.out), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
