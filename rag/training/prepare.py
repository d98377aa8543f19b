"""Write the questions that the reader is trained on: `python -m rag.training.prepare --data DIR --out DIR`.

Retrieval is slower than training on a GPU, so the questions are prepared in advance, in parts of several hundred;
training can start on the first part while the next ones are prepared. Each seed gives one pass.
"""

import argparse
import tempfile
from itertools import islice
from pathlib import Path

from rag.training.data import read_folder
from rag.training.parts import write_parts
from rag.training.pools import pools
from rag.training.questions import ALONE, Maker
from rag.training.time_contexts import time_contexts


def main() -> None:
    """Make one pass over the records."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of NAME.jsonl.xz files")
    parser.add_argument("--extra", type=Path, nargs=2, help="a questions file and an articles file (six articles)")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--limit", type=int, help="stop after so many questions")
    options = parser.parse_args()
    records = read_folder(options.data, tuple(options.extra) if options.extra else None)
    with tempfile.TemporaryDirectory() as folder:
        contexts = list(time_contexts(records, options.seed))
        maker = Maker(records + contexts, pools(Path(folder), (r for r in records if r.pool not in ALONE)))
        write_parts(islice(maker.one_pass(options.seed), options.limit), options.out, f"{options.seed:03}")


if __name__ == "__main__":
    main()
