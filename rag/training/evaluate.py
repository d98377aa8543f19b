"""Measure a reader alone: `python -m rag.training.evaluate --sets DIR --cache FILE --model FILE.onnx ...`.

The reader reads what the product's full-text search finds for questions that it was not trained on, and sentences are
ranked by its margin alone. Two figures are reported: how often the top sentence holds evidence, among the questions
whose evidence was retrieved, and how well the best margin separates questions with an answer from those without
(AUROC).
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.article import Article, ArticleSummary, Chunk, Sentence
from index.embedder import session
from index.store.articles import ArticleStore
from index.store.database import Database
from index.store.fulltext import FullText
from index.text.chunks import split_article
from rag.answer import Passage
from rag.ranking.cross_encoder import CrossEncoder
from rag.ranking.encoding import Span
from rag.training.data import TRAINING_ARTICLES, overlap, read_lines
from rag.training.export import sha256

SETS = ("squad2", "clapnq", "timeqa", "covidqa")
DEPTH = 6
"""Passages read per question."""


class Candidate(CrossEncoder):
    """A reader loaded from any model file."""

    def __init__(self, path: Path) -> None:
        self._session = session(path, sha256(path))


@dataclass(frozen=True)
class Case:
    """A question with its passages, and the spans of its evidence by article."""

    set: str
    question: str
    answerable: bool
    passages: tuple[Passage, ...]
    gold: tuple[tuple[str, Span], ...]

    def holds(self, passage: Passage, sentence: Sentence) -> bool:
        """Return whether a sentence holds evidence."""
        place = (sentence.start, sentence.end)
        return any(name == passage.article.id and overlap(place, span) for name, span in self.gold)

    @property
    def found(self) -> bool:
        """Whether evidence was retrieved."""
        return any(self.holds(passage, sentence) for passage in self.passages for sentence in passage.sentences)


class Searched:
    """The articles of a set in the product's full-text index."""

    def __init__(self, folder: Path, rows: Sequence[dict[str, Any]]) -> None:
        database = Database(folder / "ledger.sqlite")
        self._articles, self._full_text = ArticleStore(database), FullText(database)
        self.texts: dict[str, str] = {}
        self._chunks: dict[str, tuple[Chunk, Article, tuple[Sentence, ...]]] = {}
        for row in rows:
            article = Article(row["id"], row["title"], row["text"], published=row.get("published"))
            self.texts[article.id] = article.text
            chunks = list(split_article(article))
            self._articles.put(article, chunks)
            self._full_text.put(article.id)
            self._chunks |= {chunk.id: (chunk, article, sentences) for chunk, sentences in chunks}

    def passages(self, question: str) -> Iterator[Passage]:
        """Yield the best passages by BM25."""
        for chunk_id, score in self._full_text.search(question, DEPTH):
            chunk, article, sentences = self._chunks[chunk_id]
            summary = ArticleSummary(article.id, article.title, published=article.published)
            yield Passage(chunk, summary, sentences, score, None, score)


def cases(sets: Path, name: str, limit: int) -> Iterator[Case]:
    """Yield a small fixed sample of a set with passages, leaving out questions on articles used for training."""
    with tempfile.TemporaryDirectory() as folder:
        searched = Searched(Path(folder), list(read_lines(sets / f"{name}.articles.jsonl")))
        rows = [row for row in read_lines(sets / f"{name}.questions.jsonl") if row["core"]]
        kept = [row for row in rows if not set(row.get("scope") or ()) & set(TRAINING_ARTICLES)]
        for row in kept[:: max(1, len(kept) // limit)]:
            passages = tuple(searched.passages(row["question"]))
            yield Case(name, row["question"], row["answerable"], passages, tuple(_gold(row, searched.texts)))


def _gold(row: dict[str, Any], texts: dict[str, str]) -> Iterator[tuple[str, Span]]:
    for evidence in row["evidence"]:
        at = texts[evidence["article_id"]].find(evidence["quote"]) if evidence["quote"] else -1
        if at >= 0:
            yield evidence["article_id"], (at, at + len(evidence["quote"]))


def measure(reader: CrossEncoder, asked: Sequence[Case]) -> dict[str, float | int]:
    """Return the hit@1 of the best margin, and its AUROC."""
    hits, margins = [], []
    for case in asked:
        margin, holds = _best(reader, case)
        margins.append((margin, case.answerable))
        if case.answerable and case.found:
            hits.append(holds)
    yes, no = ([margin for margin, answerable in margins if answerable is kind] for kind in (True, False))
    figures: dict[str, float | int] = {"questions": len(hits), "hit@1": round(sum(hits) / max(1, len(hits)), 3)}
    return figures | ({"without answer": len(no), "auroc": round(auroc(yes, no), 3)} if no else {})


def _best(reader: CrossEncoder, case: Case) -> tuple[float, bool]:
    """Return the greatest margin among a question's sentences, and whether that sentence holds evidence."""
    readings = reader.read(case.question, case.passages)
    found = [
        (margin, case.holds(passage, sentence))
        for passage, reading in zip(case.passages, readings, strict=True)
        for sentence, margin in zip(passage.sentences, reading.margins, strict=True)
    ]
    return max(found, key=lambda pair: pair[0], default=(float("-inf"), False))


def auroc(yes: Sequence[float], no: Sequence[float]) -> float:
    """Return the probability that a member of `yes` is greater than a member of `no`."""
    won = sum((one > other) + (one == other) / 2 for one in yes for other in no)
    return won / max(1, len(yes) * len(no))


def cached_cases(sets: Path, cache: Path, limit: int) -> list[Case]:
    """Return the cases of all sets, retrieved only once."""
    if not cache.exists():
        cache.parent.mkdir(parents=True, exist_ok=True)
        rows = [asdict(case) for name in SETS for case in cases(sets, name, limit)]
        cache.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return [_case(row) for row in read_lines(cache)]


def _case(row: dict[str, Any]) -> Case:
    gold = tuple((name, (start, end)) for name, (start, end) in row["gold"])
    return Case(**(row | {"gold": gold, "passages": tuple(map(_passage, row["passages"]))}))


def _passage(row: dict[str, Any]) -> Passage:
    article = ArticleSummary(**row["article"])
    sentences = tuple(Sentence(**sentence) for sentence in row["sentences"])
    return Passage(**(row | {"article": article, "chunk": Chunk(**row["chunk"]), "sentences": sentences}))


def main() -> None:
    """Measure each model on each set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=Path, required=True, help="folder of NAME.questions.jsonl, NAME.articles.jsonl")
    parser.add_argument("--cache", type=Path, required=True, help="file of the retrieved passages, made where missing")
    parser.add_argument("--model", type=Path, nargs="+", required=True, help="int8 or float models")
    parser.add_argument("--limit", type=int, default=100, help="about how many questions of a set")
    options = parser.parse_args()
    asked = cached_cases(options.sets, options.cache, options.limit)
    for model in options.model:
        reader = Candidate(model)
        for name in SETS:
            figures = measure(reader, [case for case in asked if case.set == name])
            print(json.dumps({"model": str(model), "set": name, **figures}), flush=True)


if __name__ == "__main__":
    main()
