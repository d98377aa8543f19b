"""Measure a trained check, and the rules that it is to replace, on the same rows.

`python -m rag.training.check_measure --run DIR --base WHEEL --rows DEV --parses FILE --statements FILE... --out FILE`
For each public set: balanced accuracy, at a threshold chosen on the other sets. For each kind of fault, on passages
held out from training: how often the faithful statement scores higher than the faulty one (AUROC).
"""

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from index.embedder import MiniLM
from rag.answer import Citation
from rag.checking import checker as rules
from rag.ranking.encoding import load_tokenizer
from rag.training.check_data import Maker, Row, read_rows
from rag.training.check_export import trained
from rag.training.check_faults import vocabulary
from rag.training.check_grammar import ParsedPassage, read_passages
from rag.training.check_network import MAX_TOKENS, Checker, encode

RESAMPLES = 1000
"""Bootstrap resamples per interval."""

Score = Callable[[Sequence[Row]], np.ndarray]


class Figure(NamedTuple):
    """A measured value with its 95 % interval (bootstrap over rows)."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def by_network(checker: Checker, folder: Path) -> Score:
    """Return the network's probability that each statement is supported."""
    tokenizer = load_tokenizer(folder / "tokenizer.json")
    tokenizer.enable_truncation(MAX_TOKENS, strategy="only_second")

    def score(rows: Sequence[Row]) -> np.ndarray:
        encodings = encode(tokenizer, rows)
        order = sorted(range(len(rows)), key=lambda i: len(encodings[i].ids))
        found = np.zeros(len(rows))
        for at in range(0, len(order), 16):
            part = order[at : at + 16]
            inputs = _inputs([encodings[i] for i in part])
            with torch.no_grad():
                found[part] = torch.softmax(checker(*inputs)[1], 1)[:, 0].numpy()
        return found

    return score


def _inputs(encodings: Sequence[Any]) -> list[torch.Tensor]:
    width = max(len(encoding.ids) for encoding in encodings)
    columns = ([getattr(e, name) for e in encodings] for name in ("ids", "attention_mask", "type_ids"))
    return [torch.tensor([[*row, *([0] * (width - len(row)))] for row in rows]) for rows in columns]


def by_rules(rows: Sequence[Row]) -> np.ndarray:
    """Return 1 for each statement that the rules call supported, else 0."""
    embed = MiniLM().embed

    def supports(row: Row) -> bool:
        cited = [Citation(0, "", row.head, None, None, None, text, 0, len(text)) for text in row.evidence]
        return rules.Checker(embed, cited).check(row.statement, cited).verdict in rules.SUPPORTED

    return np.array([float(supports(row)) for row in rows])


def balanced(gold: np.ndarray, called: np.ndarray) -> float:
    """Return the balanced accuracy: the mean of the shares of supported and of other rows that are called correctly."""
    return float((called[gold].mean() + (~called[~gold]).mean()) / 2)


def auroc(gold: np.ndarray, scores: np.ndarray) -> float:
    """Return how often a supported row scores higher than an unsupported one; ties count half."""
    ahead = scores[gold][:, None] - scores[~gold][None, :]
    return float((ahead > 0).mean() + (ahead == 0).mean() / 2)


def figure(measure: Callable[[np.ndarray, np.ndarray], float], gold: np.ndarray, values: np.ndarray) -> Figure:
    """Return a measure with its interval; supported and other rows are resampled separately."""
    dice = np.random.default_rng(5)
    sides = np.flatnonzero(gold), np.flatnonzero(~gold)
    drawn = (np.concatenate([dice.choice(side, len(side)) for side in sides]) for _ in range(RESAMPLES))
    spread = [measure(gold[rows], values[rows]) for rows in drawn]
    return Figure(measure(gold, values), *np.quantile(spread, (0.025, 0.975)))


def threshold(gold: np.ndarray, scores: np.ndarray) -> float:
    """Return the probability threshold with the best balanced accuracy."""
    return float(max(np.quantile(scores, np.linspace(0.02, 0.98, 97)), key=lambda t: balanced(gold, scores >= t)))


def of_sets(rows: Sequence[Row], scores: np.ndarray, rules: np.ndarray) -> dict[str, dict[str, object]]:
    """Return one line per set, with the median of the other sets' best thresholds as its threshold."""
    kinds = np.array([row.kind for row in rows])
    gold = np.array([row.label == "supported" for row in rows])
    both = [k for k in sorted(set(kinds)) if 5 <= gold[kinds == k].sum() <= (kinds == k).sum() - 5]
    best = {kind: threshold(gold[kinds == kind], scores[kinds == kind]) for kind in both}
    table: dict[str, dict[str, object]] = {}
    for kind in both:
        here = kinds == kind
        cut = float(np.median([value for other, value in best.items() if other != kind]))
        table[kind] = line(gold[here], scores[here], rules[here], cut)
    return table


def line(gold: np.ndarray, scores: np.ndarray, rules: np.ndarray, cut: float) -> dict[str, object]:
    """Return the figures of the network and of the rules for one set."""
    called = scores >= cut
    return {
        "rows": len(gold), "supported": int(gold.sum()), "threshold": round(cut, 3),
        "network": str(figure(balanced, gold, called)), "rules": str(figure(balanced, gold, rules > 0.5)),
        "auroc": str(figure(auroc, gold, scores)),
        "struck though supported": round(1 - float(called[gold].mean()), 3),
        "passed though not": round(float(called[~gold].mean()), 3),
    }  # fmt: skip


def of_faults(rows: Sequence[Row], scores: np.ndarray, rules: np.ndarray) -> dict[str, dict[str, object]]:
    """Return one line per kind of generated fault, compared with faithful versions of the same sentences."""
    kinds = np.array([row.kind for row in rows])
    gold = np.array([row.label == "supported" for row in rows])
    cut = threshold(gold, scores)
    return {
        kind: line(gold[kinds == kind], scores[kinds == kind], rules[kinds == kind], cut) for kind in sorted(set(kinds))
    }


def made_rows(passages: Iterable[ParsedPassage], number: int, seed: int) -> list[Row]:
    """Generate rows from the held-out passages."""
    held = [passage for passage in passages if passage.is_held]
    return list(islice(Maker(held, vocabulary(held), random.Random(seed)).rows(), number))


def statement_rows(path: Path, heads: dict[str, str]) -> list[Row]:
    """Return the hand-written statements about the sample's articles."""
    found = map(json.loads, path.read_text("utf-8").splitlines())
    return [
        Row(row["kind"], heads[row["article_id"]], tuple(row["quotes"]), row["statement"], "supported")
        if row["supported"]
        else Row(row["kind"], heads[row["article_id"]], tuple(row["quotes"]), row["statement"], "unsupported")
        for row in found
    ]


def sample_heads(articles: Path) -> dict[str, str]:
    """Return the heads of the sample's articles, by id."""
    rows = map(json.loads, articles.read_text("utf-8").splitlines())
    parts = {row["id"]: [row.get(name) for name in ("title", "source", "published", "author")] for row in rows}
    return {name: " · ".join(str(part) for part in found if part) for name, found in parts.items()}


def draw(rows: Sequence[Row], most: int) -> list[Row]:
    """Return at most `most` rows of each set, always the same ones."""
    sets: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        sets[row.kind].append(row)
    return [row for kind in sorted(sets) for row in random.Random(5).sample(sets[kind], min(most, len(sets[kind])))]


def main() -> None:
    """Measure, and write the tables as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True, help="the folder that training wrote")
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--rows", type=Path, required=True, help="the public sets: dev.jsonl.xz")
    parser.add_argument("--parses", type=Path, required=True)
    parser.add_argument("--statements", type=Path, nargs="+", default=[])
    parser.add_argument("--articles", type=Path, default=Path("eval/sample/articles.jsonl"))
    parser.add_argument("--most", type=int, default=120, help="rows of each public set")
    parser.add_argument("--made", type=int, default=800, help="made rows")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    score = by_network(trained(options.run, options.base), options.run)
    heads = sample_heads(options.articles)
    found: dict[str, object] = {}
    public = draw(read_rows(options.rows), options.most)
    found["sets"] = of_sets(public, score(public), by_rules(public))
    made = made_rows(read_passages(options.parses), options.made, 5)
    found["faults"] = of_faults(made, score(made), by_rules(made))
    for path in options.statements:
        rows = statement_rows(path, heads)
        gold = np.array([row.label == "supported" for row in rows])
        scores = score(rows)
        found[path.stem] = line(gold, scores, by_rules(rows), threshold(gold, scores))
    options.out.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
