"""Write the trained check as ONNX in float32 and int8, and its weights in small parts.

`python -m rag.training.check_export --run DIR --base WHEEL_OR_DIR --out DIR [--parts DIR]`
"""

import argparse
from pathlib import Path

import torch

from rag.training.check_network import OUTPUTS, Checker, bare_checker
from rag.training.export import write_float, write_int8
from rag.training.run import CHECKPOINT
from rag.training.weights import write_parts


def trained(run: Path, base: Path) -> Checker:
    """Return a network with the mean weights of a run, in evaluation mode."""
    checker = bare_checker(base)
    checker.load_state_dict(torch.load(run / CHECKPOINT, weights_only=True, map_location="cpu")["mean"])
    return checker.eval()


def main() -> None:
    """Export a run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True, help="the folder that training wrote")
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--parts", type=Path, help="write the weights here too, to begin again with them")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    checker = trained(options.run, options.base)
    if options.parts:
        write_parts(checker.state_dict(), options.parts, "check")
    write_float(checker, options.out / "check.onnx", OUTPUTS[:1], OUTPUTS[1:])
    write_int8(options.out / "check.onnx", options.out / "check.int8.onnx")


if __name__ == "__main__":
    main()
