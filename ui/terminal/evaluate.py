"""The commands that measure: eval, sweep, questions make, questions check."""

import gc
import json
import os
import platform
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from index.errors import LibraryError, OnrecordError, QuestionError
from ui.render.printable import plain
from ui.terminal.options import LibraryOption, LlmOption, ThresholdOption, model_of, opened

if TYPE_CHECKING:
    from eval.reports.report import Report
    from eval.runs.asking import Opened
    from eval.sets.folder import SetFiles
    from index.library import Library

QuestionsArgument = Annotated[
    Path,
    typer.Argument(
        metavar="QUESTIONS",
        help="A question set (.jsonl, .csv, .yaml), or a folder of NAME.questions.jsonl with NAME.articles.jsonl.",
    ),
]
CoreOption = Annotated[bool, typer.Option("--core", help="Only the questions marked core.")]
LimitOption = Annotated[int | None, typer.Option(min=1, help="Only the first N questions of each set.")]

questions_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Make and check question sets.")


def evaluate(
    context: typer.Context,
    questions: QuestionsArgument,
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Where report.html, report.md, report.json and answers.jsonl go.")
    ],
    articles: Annotated[
        Path | None,
        typer.Option(metavar="ARTICLES.jsonl", help="Build a library of these articles in DIR/library and ask that."),
    ] = None,
    core: CoreOption = False,
    limit: LimitOption = None,
    history: Annotated[
        Literal["gold", "live"],
        typer.Option(help="Conversations go on from the set's own history, or from the engine's own earlier answers."),
    ] = "gold",
    precision: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="The share of right answers to find a threshold for.")
    ] = 0.8,
    baseline: Annotated[
        Path | None,
        typer.Option(metavar="OLD/report.json", help="Compare with this earlier run; a significant loss is exit 1."),
    ] = None,
    minimums: Annotated[
        list[str] | None,
        typer.Option("--min", metavar="FIGURE=VALUE", help="Exit 1 below this value; repeat it for several figures."),
    ] = None,
    judge: Annotated[
        str | None,
        typer.Option(metavar="SPEC", help="Ask this language model too whether answers are right: as --llm."),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="How many questions are asked at once.")] = 1,
    resume: Annotated[bool, typer.Option("--resume", help="Keep the answers of a run into DIR that stopped.")] = False,
    no_cache: Annotated[
        bool,
        typer.Option(
            "--no-cache",
            help="Ask and time all anew. Else answers that the same question, settings, program and library gave "
            "before are taken, with their seconds, from the platform's user cache folder.",
        ),
    ] = False,
    junit: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a JUnit XML file, as builds read it.")
    ] = None,
    summary: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Append a summary in Markdown, as to $GITHUB_STEP_SUMMARY.")
    ] = None,
    threshold: ThresholdOption = None,
    llm: LlmOption = None,
    library: LibraryOption = None,
) -> None:
    """Ask whole question sets with the same engine, and report how good the answers are.

    Exit 0: done; 1: a question failed, a figure of --min was missed or one is significantly worse than in --baseline;
    2: bad input.
    """
    from eval.extra import require_extra

    require_extra()
    from eval.reports.report import Demands
    from eval.runs.asking import Asking
    from eval.runs.cache import default_cache, program_hash
    from eval.runs.run import run_eval
    from eval.sets.folder import find_sets
    from eval.sets.questions import read_questions
    from eval.stats.compare import read_baseline
    from eval.stats.thresholds import read_minimums
    from rag.engine import THRESHOLD
    from ui.terminal.doctor import versions
    from ui.terminal.progress import bar

    files = find_sets(questions)
    sets = {each.name: read_questions(each.questions, core, limit) for each in files}
    demands = Demands(precision, read_minimums(minimums or ()), read_baseline(baseline) if baseline else None)
    asking = Asking(workers, history, model_of(judge), None if no_cache else default_cache(), resume)
    folders = _folders(context, files, questions.is_dir(), articles, out, library)
    wanted = THRESHOLD if threshold is None else threshold
    made_with = {**versions(), "program sha256": program_hash(), "threshold": wanted, "llm": llm}
    told = {"questions": _told(questions, files), "core": core, "limit": limit, "machine": _machine()}
    try:
        for each in files:
            _fill(folders[each.name], articles or each.articles)
        with bar("Asking") as progress:
            report = run_eval(sets, _opener(folders, threshold, llm), out, made_with, told, asking, demands, progress)
    except KeyboardInterrupt:
        print(f"Stopped. What was done is kept in {out}: run the same command with --resume to go on.", file=sys.stderr)
        raise typer.Exit(130) from None
    raise typer.Exit(_conclude(report, out, junit, summary))


def _folders(
    context: typer.Context,
    files: "list[SetFiles]",
    is_folder: bool,
    articles: Path | None,
    out: Path,
    library: Path | None,
) -> dict[str, Path | None]:
    """Return the folder of each set's library; None is the user's own."""
    source = context.get_parameter_source("library")
    named = source is not None and source.name == "COMMANDLINE"  # a library of the environment is the user's own
    if is_folder and (articles or named):
        raise QuestionError("Each set of a folder brings its own articles: leave out --articles and --library.")
    if is_folder:
        return {each.name: out / each.name / "library" for each in files}
    return {files[0].name: library if articles is None or named else out / "library"}


def _fill(folder: Path | None, articles: Path | None) -> None:
    if articles is not None:
        with opened(folder) as kept:
            add_all(kept, articles)
        gc.collect()  # as below


def _opener(
    folders: dict[str, Path | None], threshold: float | None, llm: str | None
) -> "Callable[[str], AbstractContextManager[Opened]]":
    from eval.runs.asking import Opened
    from rag.engine import Engine
    from rag.options import Options

    @contextmanager
    def open_set(name: str) -> Iterator[Opened]:
        # what the set before held is freed by the collector alone: models of some hundred megabytes
        gc.collect()
        with opened(folders[name]) as kept:
            yield Opened(Engine(kept, threshold, Options(model=model_of(llm))), kept)

    return open_set


def _conclude(report: "Report", out: Path, junit: Path | None, summary: Path | None) -> int:
    """Print and write what a run came to; return the exit status."""
    from eval.reports.junit import write_junit
    from eval.reports.markdown import risk_lines, to_summary

    page = to_summary(report)
    if junit:
        write_junit(report, junit)
    if summary:
        _append(summary, page)
    print("\n\n".join([page.strip(), *risk_lines(report)]))
    print(f"\nThe report is in {out}: report.html, report.md, report.json, answers.jsonl.")
    lost = report.comparison.losses if report.comparison else []
    return 1 if report.failures or report.misses or lost else 0


def _append(path: Path, text: str) -> None:
    try:
        with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError as error:
        raise OnrecordError(f"Cannot write the summary to {path}: {error.strerror or error}.") from error


def _told(questions: Path, files: "list[SetFiles]") -> str:
    return f"{questions.name} ({', '.join(each.name for each in files)})" if questions.is_dir() else questions.name


def _machine() -> str:
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"


def add_all(kept: "Library", articles: Path) -> None:
    """Add a file of articles to a library; what could not be read is told on stderr."""
    from ui.render.answer_text import source_lines
    from ui.terminal.progress import bar

    with bar(f"Indexing {plain(articles.name)}") as progress:
        skipped = [outcome for outcome in kept.add([str(articles)], False, progress) if outcome.status == "skipped"]
    if kept.is_empty():
        raise LibraryError(
            f"No article could be read from {articles} ({skipped[0].reason}): give a JSONL file of rows."
        )
    for line in source_lines(iter(skipped)):
        print(plain(line), file=sys.stderr)


def sweep(
    questions: Annotated[Path, typer.Argument(metavar="QUESTIONS", help="A question set (.jsonl, .csv, .yaml).")],
    articles: Annotated[
        Path, typer.Option(metavar="ARTICLES.jsonl", help="The articles that the questions are about.")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where sweep.md, sweep.json and the libraries go.")],
    core: CoreOption = False,
    limit: LimitOption = None,
) -> None:
    """Try chunk sizes, numbers of passages read, weights of full text and vectors, and the reader on or off.

    Every combination is asked; one table shows them, the best first. The best is chosen on one half of the questions
    and its figure told on the other. A library is built for each chunk size.
    """
    from eval.extra import require_extra

    require_extra()
    from eval.runs.sweep import CHUNKS, run_sweep, to_markdown, write_sweep
    from eval.sets.questions import read_questions
    from index.library import Library
    from ui.terminal.progress import bar

    asked = read_questions(questions, core, limit)

    @contextmanager
    def with_chunks(chars: int) -> Iterator[Library]:
        with opened(out / f"library-{chars}", chars) as kept:
            yield kept

    for chars in CHUNKS:
        with with_chunks(chars) as kept:
            add_all(kept, articles)
    with bar("Asking") as progress:
        found = run_sweep(asked, with_chunks, progress)
    write_sweep(found, out)
    print(to_markdown(found))
    print(f"The table is in {out}: sweep.md, sweep.json.")


@questions_app.command()
def make(
    out: Annotated[Path, typer.Option(metavar="FILE.jsonl", help="The file that is written; it must not exist yet.")],
    number: Annotated[int, typer.Option(min=1, help="How many questions at most.")] = 30,
    llm: LlmOption = None,
    library: LibraryOption = None,
) -> None:
    """Draft a question set from the library's sentences, by rule or (better) by a language model, for you to edit."""
    from eval.drafts.draft import draft
    from ui.terminal.progress import bar

    with opened(library) as kept, bar("Drafting") as progress:
        if kept.is_empty():
            raise LibraryError(f"There are no articles yet in {kept.folder}: add some with 'onrecord add FILE...'.")
        written = _write_rows(out, draft(kept, number, model_of(llm)), lambda done: progress(done, number))
    print(f"{written} questions are in {out}. They are drafts: read, mend and delete before you measure with them.")


def _write_rows(out: Path, rows: Iterator[dict[str, Any]], progress: Callable[[int], None]) -> int:
    written = 0
    try:
        with out.open("x", encoding="utf-8", errors="backslashreplace") as file:
            for row in rows:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
                file.flush()
                written += 1
                progress(written)
    except FileExistsError as error:
        raise QuestionError(f"{out} exists already, and may be edited: name another file.") from error
    except OSError as error:
        raise OnrecordError(f"Cannot write the questions to {out}: {error.strerror or error}.") from error
    return written


@questions_app.command()
def check(
    questions: Annotated[Path, typer.Argument(metavar="QUESTIONS", help="A question set (.jsonl, .csv, .yaml).")],
    library: LibraryOption = None,
) -> None:
    """Check a question set: its form, and that every evidence quote stands in its article, word for word.

    Exit 0: all do, 1: some do not, 2: the set cannot be read.
    """
    from eval.drafts.draft import lost_quotes
    from eval.sets.questions import read_questions

    asked = read_questions(questions)
    with opened(library) as kept:
        lost = list(lost_quotes(asked, kept))
    for quote in lost:
        print(plain(str(quote)))
    quotes = sum(len(question.evidence) for question in asked)
    print(f"{len(asked)} questions with {quotes} evidence quotes, of which {len(lost)} are not in the articles.")
    raise typer.Exit(1 if lost else 0)
