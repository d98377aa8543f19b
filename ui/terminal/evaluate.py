"""The commands that measure: eval, sweep, questions make, questions check."""

import json
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from index.errors import LibraryError, OnrecordError, QuestionError
from ui.render.printable import printable
from ui.terminal.options import LibraryOption, LlmOption, ThresholdOption, model_of, open_library, require_articles

if TYPE_CHECKING:
    from eval.reports.report import Report
    from eval.runs.ask import System
    from index.library import Library

SetArgument = Annotated[Path, typer.Argument(metavar="QUESTIONS", help="A question set (.jsonl, .csv, .yaml).")]
SetsArgument = Annotated[
    Path,
    typer.Argument(
        metavar="QUESTIONS",
        help="A question set (.jsonl, .csv, .yaml), or a folder of NAME.questions.jsonl and NAME.articles.jsonl files.",
    ),
]
CoreOption = Annotated[bool, typer.Option("--core", help="Ask only the questions marked as core.")]
LimitOption = Annotated[int | None, typer.Option(min=1, help="Ask only the first N questions of each set.")]

questions_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Draft and check question sets.")


def evaluate(
    context: typer.Context,
    questions: SetsArgument,
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Where to write report.html, report.md, report.json and answers.jsonl.")
    ],
    articles: Annotated[
        Path | None,
        typer.Option(metavar="ARTICLES.jsonl", help="Build a library of these articles in DIR/library and ask that."),
    ] = None,
    core: CoreOption = False,
    limit: LimitOption = None,
    history: Annotated[
        Literal["gold", "live"],
        typer.Option(help="Continue conversations from the question set's own history, or from the engine's answers."),
    ] = "gold",
    precision: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Find the threshold that gives this share of correct answers.")
    ] = 0.8,
    baseline: Annotated[
        Path | None,
        typer.Option(metavar="OLD/report.json", help="Compare with this run; a significant loss is exit status 1."),
    ] = None,
    minimums: Annotated[
        list[str] | None,
        typer.Option(
            "--min", metavar="FIGURE=VALUE", help="Exit status 1 if this figure is below this value; repeatable."
        ),
    ] = None,
    judge: Annotated[
        str | None,
        typer.Option(metavar="SPEC", help="Also let this language model judge the answers; SPEC as for --llm."),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="How many questions to ask at once.")] = 1,
    resume: Annotated[bool, typer.Option("--resume", help="Continue an interrupted run in DIR.")] = False,
    no_cache: Annotated[
        bool,
        typer.Option(
            "--no-cache",
            help="Ask and time every question again. Otherwise an answer to the same question with the same settings, "
            "program and library is taken, with its time, from your user cache folder.",
        ),
    ] = False,
    junit: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a JUnit XML file for CI systems.")] = None,
    summary: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Append a Markdown summary, such as $GITHUB_STEP_SUMMARY.")
    ] = None,
    threshold: ThresholdOption = None,
    llm: LlmOption = None,
    folder: LibraryOption = None,
) -> None:
    """Ask whole question sets with the engine that the chat uses, and report how good the answers are.

    Exit status: 0 when done; 1 if a question failed, a figure is below its --min or significantly worse than in
    --baseline; 2 for invalid input.
    """
    from eval.extra import require_extra

    require_extra()
    from eval.reports.report import Requirements
    from eval.runs.ask import RunOptions
    from eval.runs.cache import default_cache, program_hash
    from eval.runs.run import run_eval
    from eval.sets.folder import find_sets
    from eval.sets.questions import read_questions
    from eval.stats.compare import read_baseline
    from eval.stats.minimums import read_minimums
    from rag.refusals import THRESHOLD
    from ui.terminal.doctor import versions
    from ui.terminal.progress import progress_bar

    files = find_sets(questions)
    sets = {each.name: read_questions(each.questions, core, limit) for each in files}
    requirements = Requirements(precision, read_minimums(minimums or ()), read_baseline(baseline) if baseline else None)
    options = RunOptions(workers, history, model_of(judge), None if no_cache else default_cache(), resume)
    used_threshold = THRESHOLD if threshold is None else threshold
    made_with = {**versions(), "program sha256": program_hash(), "threshold": used_threshold, "llm": llm}
    name = f"{questions.name} ({', '.join(sets)})" if questions.is_dir() else questions.name
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    details = {"questions": name, "core": core, "limit": limit, "machine": machine}

    source = context.get_parameter_source("folder")
    named = source is not None and source.name == "COMMANDLINE"  # a library of the environment is the user's own
    if questions.is_dir() and (articles or named):
        raise QuestionError("Each set in a folder has its own articles: omit --articles and --library.")
    if questions.is_dir():
        folders: dict[str, Path | None] = {each: out / each / "library" for each in sets}
    else:
        folders = {files[0].name: folder if articles is None or named else out / "library"}

    @contextmanager
    def open_set(name: str) -> "Iterator[System]":
        from eval.runs.ask import System
        from rag.engine import Engine
        from rag.options import Options

        with open_library(folders[name]) as library:
            yield System(Engine(library, threshold, Options(model=model_of(llm))), library)

    try:
        for each in files:
            if source_file := articles or each.articles:
                with open_library(folders[each.name]) as library:
                    add_articles(library, source_file)
        with progress_bar("Asking") as progress:
            report = run_eval(sets, open_set, out, made_with, details, options, requirements, progress)
    except KeyboardInterrupt:
        print(f"Stopped. Finished work is in {out}: run the same command with --resume to continue.", file=sys.stderr)
        raise typer.Exit(130) from None
    raise typer.Exit(_conclude(report, out, junit, summary))


def _conclude(report: "Report", out: Path, junit: Path | None, summary: Path | None) -> int:
    """Print the results, write what else was asked for, and return the exit status."""
    from eval.reports.junit import write_junit
    from eval.reports.markdown import risk_lines, to_summary

    page = to_summary(report)
    if junit:
        write_junit(report, junit)
    if summary:
        try:
            with summary.open("a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(page)
        except OSError as error:
            raise OnrecordError(f"Cannot write the summary to {summary}: {error.strerror or error}.") from error
    print("\n\n".join([page.strip(), *risk_lines(report)]))
    print(f"\nThe report is in {out}: report.html, report.md, report.json, answers.jsonl.")
    lost = report.comparison.losses if report.comparison else []
    return 1 if report.failures or report.shortfalls or lost else 0


def add_articles(library: "Library", articles: Path) -> None:
    """Add a file of articles to a library; what could not be read is reported on standard error."""
    from ui.render.answer_text import source_lines
    from ui.terminal.progress import progress_bar

    with progress_bar(f"Indexing {printable(articles.name)}") as progress:
        skipped = [outcome for outcome in library.add([str(articles)], False, progress) if outcome.status == "skipped"]
    if library.articles.is_empty():
        raise LibraryError(f"No article in {articles} could be read ({skipped[0].reason}): it must be a JSONL file.")
    for line in source_lines(iter(skipped)):
        print(printable(line), file=sys.stderr)


def sweep(
    questions: SetArgument,
    articles: Annotated[Path, typer.Option(metavar="ARTICLES.jsonl", help="The articles the questions are about.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where to write sweep.md, sweep.json and the libraries.")],
    core: CoreOption = False,
    limit: LimitOption = None,
) -> None:
    """Compare settings: passage size, number of passages read, weights of full text and vectors, reader on or off.

    Every combination is asked, and one table lists them, the best first. The best is chosen on one half of the
    questions and measured on the other. A library is built for each passage size.
    """
    from eval.extra import require_extra

    require_extra()
    from eval.runs.sweep import CHUNKS, run_sweep, to_markdown, write_sweep
    from eval.sets.questions import read_questions
    from ui.terminal.progress import progress_bar

    selected = read_questions(questions, core, limit)

    @contextmanager
    def open_chunks(chars: int) -> "Iterator[Library]":
        with open_library(out / f"library-{chars}", chars) as library:
            yield library

    for chars in CHUNKS:
        with open_chunks(chars) as library:
            add_articles(library, articles)
    with progress_bar("Asking") as progress:
        results = run_sweep(selected, open_chunks, progress)
    write_sweep(results, out)
    print(to_markdown(results))
    print(f"The table is in {out}: sweep.md, sweep.json.")


@questions_app.command()
def make(
    out: Annotated[Path, typer.Option(metavar="FILE.jsonl", help="The file to write; it must not exist yet.")],
    number: Annotated[int, typer.Option(min=1, help="How many questions to draft at most.")] = 30,
    llm: Annotated[
        str | None,
        typer.Option(
            envvar="ONRECORD_LLM",
            metavar="SPEC",
            help="Let this language model draft the questions; SPEC as for 'onrecord ask'.",
        ),
    ] = None,
    folder: LibraryOption = None,
) -> None:
    """Draft a question set from the library, by rule or (better) with a language model, for you to edit."""
    from eval.drafts.draft import draft
    from ui.terminal.progress import progress_bar

    written = 0
    with open_library(folder) as library, progress_bar("Drafting") as progress:
        require_articles(library)
        rows = draft(library, number, model_of(llm))
        try:
            with out.open("x", encoding="utf-8", errors="backslashreplace") as file:
                for written, row in enumerate(rows, 1):
                    file.write(json.dumps(row, ensure_ascii=False) + "\n")
                    file.flush()
                    progress(written, number)
        except FileExistsError as error:
            raise QuestionError(f"{out} already exists and may have been edited: choose another file.") from error
        except OSError as error:
            raise OnrecordError(f"Cannot write the questions to {out}: {error.strerror or error}.") from error
    print(f"Wrote {written} draft questions to {out}. Read, correct and prune them before you measure with them.")


@questions_app.command()
def check(questions: SetArgument, folder: LibraryOption = None) -> None:
    """Check that a question set is well-formed, and that each evidence quote is in its article, word for word.

    Exit status: 0 if all quotes were found, 1 if some were not, 2 if the set cannot be read.
    """
    from eval.drafts.draft import lost_quotes
    from eval.sets.questions import read_questions

    questions_read = read_questions(questions)
    with open_library(folder) as library:
        missing = list(lost_quotes(questions_read, library))
    for quote in missing:
        print(printable(str(quote)))
    quotes = sum(len(question.evidence) for question in questions_read)
    print(f"{len(questions_read)} questions, {quotes} evidence quotes, {len(missing)} of them not in the articles.")
    raise typer.Exit(1 if missing else 0)
