"""Scores the answers to questions of every kind: `python -m eval.runs.kinds eval/sample/kinds.jsonl`.

The held-out half is not used to develop the program: only totals are printed for it, never single questions.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from eval.metrics.kinds import Figures, Reply, Texts, lead_summary, score
from eval.sample.library import SAMPLE_ARTICLES
from eval.sets.kinds import KindQuestion, read_kinds
from index.errors import OnrecordError
from index.library import Library
from index.text.sentences import split_sentences
from rag.engine import Engine
from rag.options import Options

_SHOWN = 300
"""Maximum number of characters printed of a wrong answer."""
Scored = tuple[KindQuestion, Figures]


class Sample:
    """The sample's articles: their texts, and their sentences without the title."""

    def __init__(self, path: Path) -> None:
        articles = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        self.texts: Texts = {each["id"]: each["text"] for each in articles}
        self.sentences = {each["id"]: list(_body(each["title"], each["text"])) for each in articles}


def _body(title: str, text: str) -> Iterator[str]:
    for sentence in split_sentences(text):
        if (words := text[sentence.start : sentence.end]) != title:
            yield words


def ask(engine: Engine, question: KindQuestion) -> Reply:
    """Return the answer to a question as JSON; an OnrecordError counts as a refusal."""
    # older engines have no option for the open article
    known = {each.name for each in fields(Options)}
    given: dict[str, Any] = {"open_article": question.open_article} if "open_article" in known else {}
    try:
        return engine.ask(question.question, question.history, Options(**given)).to_json()
    except OnrecordError as error:
        return {"answer": str(error), "refused": True}


def figures_of(question: KindQuestion, reply: Reply, sample: Sample) -> Figures:
    """Return the figures of an answer; a summary's include those of the lead baseline."""
    figures = score(question, reply, sample.texts)
    if question.kind == "summary":
        figures |= lead_summary(question, sample.sentences, sample.texts)
    return figures


def totals(scored: Iterable[Scored]) -> dict[str, Figures]:
    """Return the figures summed by kind."""
    sums: dict[str, Figures] = {}
    for question, figures in scored:
        of_kind = sums.setdefault(question.kind, {})
        for name, (right, of) in figures.items():
            before = of_kind.get(name, (0, 0))
            of_kind[name] = (before[0] + right, before[1] + of)
    return sums


def report(scored: Sequence[Scored]) -> Iterator[str]:
    """Yield the figures of each kind in the open and the held-out half, and how often the kind was right overall."""
    for kept, half in ((False, "open"), (True, "kept")):
        of_half = [each for each in scored if each[0].kept == kept]
        if not of_half:
            continue
        yield f"{half} half, {len(of_half)} questions"
        for kind, figures in totals(of_half).items():
            yield from (f"  {kind:<11} {name:<28} {_shown(*pair)}" for name, pair in figures.items())
        kinds = [figures["kind right"][0] for _, figures in of_half]
        yield f"  {'all':<11} {'kind right':<28} {_shown(sum(kinds), len(kinds))}"


def _shown(right: int, of: int) -> str:
    return f"{right:>4} of {of:<4} {right / of:.3f}" if of else "   0 of 0"


def wrong(question: KindQuestion, reply: Reply, figures: Figures) -> str | None:
    """Return lines that show an answer with its mistakes; None if it has none or the question is held out."""
    against = ("foreign sentences", "dangling sentences")
    bad = [
        f"{name} {right} of {of}"
        for name, (right, of) in figures.items()
        if not name.startswith("lead") and (right > 0 if name in against else right < of)
    ]
    if question.kept or not bad:
        return None
    told = " ".join(str(reply.get("answer")).split())[:_SHOWN]
    return f"{question.id}  {question.question}\n    {reply.get('kind')}: {told}\n    {', '.join(bad)}"


def main(
    questions: Path,
    kept: Annotated[bool | None, typer.Option("--kept/--open", help="Only this half; both where neither.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only questions of this kind.")] = None,
    show: Annotated[bool, typer.Option("--show", help="Print what is wrong, of the open half alone.")] = False,
) -> None:
    """Ask the questions over the sample in a library of its own, and print the figures of every kind."""
    try:
        asked = [each for each in read_kinds(questions) if kept in (None, each.kept) and kind in (None, each.kind)]
        sample = Sample(SAMPLE_ARTICLES)
        with TemporaryDirectory() as folder:
            shelf = Library(Path(folder) / "library")
            shelf.add_all([str(SAMPLE_ARTICLES)])
            scored = list(_score_all(Engine(shelf), asked, sample, show))
            shelf.close()
    except OnrecordError as error:
        raise SystemExit(str(error)) from None
    print(*report(scored), sep="\n")


def _score_all(engine: Engine, asked: Iterable[KindQuestion], sample: Sample, show: bool) -> Iterator[Scored]:
    for question in asked:
        reply = ask(engine, question)
        figures = figures_of(question, reply, sample)
        if show and (lines := wrong(question, reply, figures)):
            print(lines, flush=True)
        yield question, figures


if __name__ == "__main__":
    typer.run(main)
