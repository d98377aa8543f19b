"""Splits a base into small parts for copying to another machine, and reassembles it there.

`python -m rag.training.carry pack BASE DIR` writes the weights at one byte each, with the base's other files;
`python -m rag.training.carry unpack DIR BASE` restores the base folder from them.
"""

import argparse
import shutil
from pathlib import Path

from safetensors.torch import load_file, save_file

from rag.training.weights import read_bytes, write_bytes

FILES = ("config.json", "tokenizer.json")


def pack(base: Path, folder: Path) -> None:
    """Write a base's weights in parts, with its settings and tokenizer."""
    write_bytes(load_file(base / "model.safetensors"), folder)
    _copy(base, folder)


def unpack(folder: Path, base: Path) -> None:
    """Restore a base from what `pack` wrote."""
    base.mkdir(parents=True, exist_ok=True)
    save_file(read_bytes(folder), base / "model.safetensors")
    _copy(folder, base)


def _copy(source: Path, target: Path) -> None:
    for name in FILES:
        shutil.copyfile(source / name, target / name)


def main() -> None:
    """Pack or unpack a base."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=("pack", "unpack"))
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    options = parser.parse_args()
    (pack if options.step == "pack" else unpack)(options.source, options.target)


if __name__ == "__main__":
    main()
