"""onrecord compared with a peer: the same questions, articles, embedder, language model and figures for both.

`python -m eval.peers QUESTIONS --articles ARTICLES.jsonl --llm SPEC --out DIR` asks onrecord and LlamaIndex's own
`CitationQueryEngine` over Chroma (`eval.peers.llamaindex`) and prints one table of both; QUESTIONS may be a folder of
several sets, as for `onrecord eval`. It writes peers.md, peers.json and answers.jsonl. Questions already in
DIR/answers.jsonl for the same model name and library are not asked again: to ask anew, name another DIR.

Follow-ups are made standalone by rule first, for both, as the peer takes no history. Filters of questions are
ignored for both. `eval.peers.figures` explains how each figure is made comparable.
"""

import json
import logging
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from index.settings import turn_off_telemetry

turn_off_telemetry()

import typer  # noqa: E402

from index.errors import OnrecordError, QuestionError  # noqa: E402

if TYPE_CHECKING:
    from eval.metrics.scored_answer import ScoredAnswer
    from eval.peers.answers import PeerLine
    from eval.peers.llamaindex import CountedModel, Peer
    from eval.sets.folder import SetFiles
    from eval.sets.questions import Question
    from eval.stats.figures import Figure
    from index.library import Library
    from rag.engine import Engine

logger = logging.getLogger(__name__)

PATIENCE = 600.0
"""Timeout of the model in seconds, for the whole answer and for its first word."""

PACKAGES = ("llama-index-core", "llama-index-vector-stores-chroma", "chromadb")
"""The packages that the peer consists of."""

ENGINES = {"onrecord": "onrecord", "llamaindex": "LlamaIndex CitationQueryEngine"}

ROWS = {
    "evidence_hit@1": "Evidence: the first sentence is gold",
    "evidence_hit@3": "Evidence: one of the first 3 sentences is gold",
    "chunk_hit@1": "Evidence: the first chunk contains a gold quote",
    "chunk_hit@3": "Evidence: one of the first 3 chunks contains one",
    "citation_precision": "Citations: precision, by sentence",
    "citation_recall": "Citations: recall, by sentence",
    "chunk_precision": "Citations: precision, by chunk",
    "chunk_recall": "Citations: recall, by chunk",
    "support_recall": "Support: statements supported by their citations",
    "support_precision": "Support: citations that are needed",
    "contained": "Answer: contains a gold answer",
    "whole_f1": "Answer: F1 of all its words",
    "f1": "Answer: F1 of the short answer",
    "written": "Answers in the model's words: share of all questions",
    "refused": "Refusals: share of all questions",
    "refusal_precision": "Refusals: precision",
    "refusal_recall": "Refusals: recall",
    "refusal_f1": "Refusals: F1",
    "uncited": "Answers that cite nothing: share of answers",
    "lost_markers": "Invalid markers shown, per answer",
    "dropped_markers": "Invalid markers not shown, per answer",
    "misquoted": "Quotations not verbatim in any retrieved text, per answer",
    "seconds_p50": "Seconds: p50",
    "seconds_p95": "Seconds: p95",
    "tokens_in": "Language model: tokens in, mean",
    "tokens_out": "Language model: tokens out, mean",
}

NOTES = (
    "The peer has its default settings; its chunks of 1,024 tokens are longer than the embedder reads (256).",
    "Support is judged by onrecord's own check, by which it marks its own answers: that favours onrecord. For the "
    "peer, the sentences of a cited chunk that support best are used: that favours the peer.",
    "By sentence, all sentences of a cited chunk count: the peer can only cite whole chunks. By chunk, onrecord is "
    "measured on chunks of 1,000 characters, the peer on sources of 512 tokens, about twice as long; for "
    "retrieval, on the two chunks of 1,024 tokens that it retrieves, about four times as long.",
    "Where the model writes no marker, the peer cites nothing; onrecord looks for a supporting sentence.",
    "The peer does not mark a short answer, so compare the F1 of all words.",
    "Statements that onrecord marks as not supported count as stated. If its model fails, it quotes instead; if "
    "nothing the model wrote is supported, it refuses. The peer's text counts as far as it got.",
    "The peer's refusals are recognised by fixed phrases in its first sentence. A refused answerable question "
    "counts as 0 for containing a gold answer, F1 and citation recall.",
    "Seconds depend on how busy the machine was, and a model's server may cache prompts with a common beginning. "
    "If onrecord refuses before it asks the model, it takes few seconds and no tokens.",
    "Filters and history are left out for both: follow-ups are made standalone by onrecord's rules.",
)


class Contestants(NamedTuple):
    """Both engines over one library, and the model that both use."""

    library: "Library"
    model: "CountedModel"
    own: "Engine"
    peer: "Peer"


def main(
    questions: Annotated[Path, typer.Argument(metavar="QUESTIONS", help="A question set, or a folder of sets.")],
    llm: Annotated[str, typer.Option(metavar="SPEC", help="The language model for both, as for 'onrecord ask'.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the table, the answers and the libraries.")],
    articles: Annotated[Path | None, typer.Option(metavar="ARTICLES.jsonl", help="Articles of a single set.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first N questions of each set.")] = None,
    core: Annotated[bool, typer.Option("--core", help="Only the questions marked core.")] = False,
) -> None:
    """Ask onrecord and LlamaIndex's CitationQueryEngine the same questions, and print one table of both."""
    try:
        print(run(questions, articles, llm, out, limit, core))
    except OnrecordError as error:
        _say(str(error))
        raise typer.Exit(2) from None
    except OSError as error:
        _say(f"Cannot write to {out}: {error.strerror or error}.")
        raise typer.Exit(2) from None
    except KeyboardInterrupt:
        _say(f"Stopped. What was done is kept in {out}: run the same command again to continue.")
        raise typer.Exit(130) from None


def run(questions: Path, articles: Path | None, llm: str, out: Path, limit: int | None, core: bool) -> str:
    """Ask every set, write the files into `out` and return the table as Markdown."""
    from eval.peers.llamaindex import CountedModel
    from eval.sets.folder import find_sets
    from eval.sets.questions import read_questions
    from rag.llm.spec import model

    files = find_sets(questions)
    if questions.is_dir() == bool(articles):
        raise QuestionError("Give --articles with a single question set, and omit it with a folder of sets.")
    sets = {each: read_questions(each.questions, core, limit) for each in files}
    asked_of = CountedModel(model(llm, PATIENCE, PATIENCE))
    settings = {"questions": questions.name, "core": core, "limit": limit, "model": asked_of.name, **_versions()}
    total = sum(map(len, sets.values()))
    lines: list[PeerLine] = []
    out.mkdir(parents=True, exist_ok=True)
    begun = time.perf_counter()
    for each, asked in sets.items():
        with _opened(each, articles or each.articles, asked_of, out) as contestants:
            for line in _lines(contestants, asked, out / "answers.jsonl"):
                lines.append(line)
                _tell(len(lines), total, line, begun)
    return _write(lines, settings, out)


@contextmanager
def _opened(files: "SetFiles", articles: Path | None, asked: "CountedModel", out: Path) -> "Iterator[Contestants]":
    from eval.peers.llamaindex import Peer
    from index.library import Library
    from rag.engine import Engine
    from rag.options import Options

    library = Library(out / files.name / "library")
    try:
        _say(f"{files.name}: building the library, then the peer's store; each takes minutes the first time.")
        library.add_all([str(articles)])
        if library.articles.is_empty():
            raise QuestionError(f"No article could be read from {articles}: give a JSONL file of articles.")
        peer = Peer(library, out / files.name / "llamaindex", asked)
        yield Contestants(library, asked, Engine(library, options=Options(model=asked)), peer)
    finally:
        library.close()


def _lines(contestants: Contestants, questions: "Sequence[Question]", answers: Path) -> "Iterator[PeerLine]":
    """Yield a line for each question: from the file if known, otherwise asked and added to it."""
    from eval.answers_file import line_bytes, read_lines
    from eval.peers.answers import PeerLine
    from eval.runs.cache import key_of

    known = {line.key: line for line in read_lines(answers, PeerLine) if line.error is None}
    made_with = {"model": contestants.model.name, "library": contestants.library.fingerprint(), **_versions()}
    with answers.open("ab") as file:
        for question in questions:
            key = key_of(question, (), made_with)
            if key not in known:
                fields = _asked(contestants, question)
                known[key] = PeerLine(key=key, set=question.set, id=question.id, **fields)
                file.write(line_bytes(known[key]))
                file.flush()
            yield known[key]


def _asked(contestants: Contestants, question: "Question") -> dict[str, Any]:
    """Ask both; a question that either fails on becomes a line with the error, and counts in no figure of either."""
    from rag.understanding.follow_up import standalone_by_rule

    words = standalone_by_rule(question.question, question.history)
    contestants.model.spent()  # tokens left over from a failed question
    try:
        both = {"onrecord": _own(contestants, question, words), "llamaindex": _peer(contestants, question, words)}
        return {"question": words, **both}
    except Exception as error:  # whatever the peer raises
        logger.debug("question %s failed", question.id, exc_info=True)
        return {"question": words, "error": " ".join(f"{type(error).__name__}: {error}".split())}


def _own(contestants: Contestants, question: "Question", words: str) -> dict[str, Any]:
    from eval.peers.figures import own_reply, score_reply

    answer, passages = contestants.own.ask_traced(words)
    spent = contestants.model.spent()
    reply = own_reply(answer, passages, contestants.library)
    case = score_reply(question, reply, spent, contestants.library.embed)
    return {"text": answer.text, "notice": answer.notice, "case": case}


def _peer(contestants: Contestants, question: "Question", words: str) -> dict[str, Any]:
    from eval.peers.figures import peer_reply, score_reply

    answer = contestants.peer.ask(words)
    spent = contestants.model.spent()
    case = score_reply(question, peer_reply(answer, contestants.library), spent, contestants.library.embed)
    return {"text": answer.text, "sources": [source._asdict() for source in answer.sources], "case": case}


def _write(lines: "Sequence[PeerLine]", settings: Mapping[str, Any], out: Path) -> str:
    """Write peers.json and peers.md, and return the latter."""
    done = [line for line in lines if line.error is None]
    names = list(dict.fromkeys(line.set for line in done))
    groups = {name: _side_by_side([line for line in done if line.set == name]) for name in names}
    pooled = _side_by_side(done)
    failed = [f"{line.set}: {line.id}: {line.error}" for line in lines if line.error is not None]
    data = {
        "settings": settings,
        "asked": len(lines),
        "failed": failed,
        "all": _as_json(pooled),
        "by_set": {name: _as_json(group) for name, group in groups.items()},
    }
    (out / "peers.json").write_text(json.dumps(data, indent=2), "utf-8")
    page = _page(lines, failed, settings, pooled)
    (out / "peers.md").write_text(page, "utf-8", "backslashreplace")
    return page


def _page(
    lines: "Sequence[PeerLine]", failed: Sequence[str], settings: Mapping[str, Any], pooled: "Mapping[str, Sides]"
) -> str:
    from eval.reports.markdown import listed, table

    rows = [(ROWS[name], *(_figure_text(side) for side in sides.values())) for name, sides in pooled.items()]
    opening = (
        f"{len(lines)} questions asked, {len(failed)} of them failed and left out. Each figure is followed by its 95% "
        "bootstrap interval and the number of questions it applies to."
    )
    made_with = [f"{name}: {value}" for name, value in settings.items() if value is not None]
    parts = ["# onrecord compared with LlamaIndex", opening, table(("figure", *ENGINES.values()), rows)]
    sections = {"## Differences in the setup": NOTES, "## Made with": made_with, "## Failed": failed}
    parts += [f"{head}\n\n{listed(body)}" for head, body in sections.items() if body]
    return "\n\n".join(parts) + "\n"


Sides = dict[str, "Figure"]
"""One figure for each engine."""


def _side_by_side(lines: "Sequence[PeerLine]") -> dict[str, Sides]:
    by_engine = {engine: _figures([line.case_of(engine) for line in lines]) for engine in ENGINES}
    return {name: {engine: by_engine[engine][name] for engine in ENGINES} for name in ROWS}


def _as_json(rows: Mapping[str, Sides]) -> dict[str, Any]:
    return {name: {engine: figure._asdict() for engine, figure in sides.items()} for name, sides in rows.items()}


def _figures(cases: "Sequence[ScoredAnswer]") -> "dict[str, Figure]":
    from eval.stats.aggregates import mean
    from eval.stats.figures import Figure, figures
    from eval.stats.intervals import intervals, whole

    known = figures(cases)
    values = {name: [case.figures[name] for case in cases] for name in ROWS if name not in known}
    measures = {name: mean(each) for name, each in values.items()}
    spans = intervals(measures, len(cases))
    for name, measure in measures.items():
        n = sum(value is not None for value in values[name])
        known[name] = Figure(whole(measure, len(cases)), n, *(spans[name] or (None, None)))
    return known


def _figure_text(figure: "Figure") -> str:
    if figure.value is None:
        return "-"
    interval = "" if figure.low is None else f" ({figure.low:.2f}-{figure.high:.2f})"
    return f"{figure.value:.3f}{interval}, n {figure.n}"


def _versions() -> dict[str, str]:
    try:
        return {name: version(name) for name in PACKAGES}
    except PackageNotFoundError as error:
        raise OnrecordError(f"The peer needs {error.name}: run pip install 'onrecord[peers]'.") from error


def _tell(done: int, total: int, line: "PeerLine", begun: float) -> None:
    seconds = time.perf_counter() - begun
    left = seconds / done * (total - done) / 60
    _say(f"{done} of {total}: {line.set}: {line.id}{' FAILED' if line.error else ''}, {left:.0f} min left")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
