"""The command line: reads the environment, wires the parts, and turns errors into one sentence."""

import gc
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from index.errors import EmptyLibraryError, LibraryError, OnrecordError, QuestionError
from index.settings import turn_off_telemetry
from ui.render.printable import plain
from ui.terminal.evaluate import evaluate, questions_app, sweep
from ui.terminal.feedback import feedback
from ui.terminal.options import LibraryOption, LlmOption, ModelsOption, ThresholdOption, model_of, models_of, opened

if TYPE_CHECKING:
    from index.library import Library, Outcome
    from index.store.source_log import Status
    from rag.understanding.standalone import Turn

# Heavy packages (Chroma, LlamaIndex, Gradio) are imported inside the commands that use them.

app = typer.Typer(
    name="onrecord",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help=(
        "Ask your own articles, and get answers made of exact, cited, dated sentences.\n\n"
        "Start with 'onrecord add FOLDER', then 'onrecord ask \"Who said it?\"' or 'onrecord chat'. "
        "Nothing leaves this machine: no model is downloaded and no key is needed."
    ),
)

UnsupportedOption = Annotated[
    Literal["marked", "hidden", "shown"],
    typer.Option(
        "--unsupported",
        envvar="ONRECORD_UNSUPPORTED",
        help="What becomes of written statements that the articles do not support.",
    ),
]
SinceOption = Annotated[
    str | None,
    typer.Option(
        "--since",
        metavar="DATE",
        help="Ask only articles published on this day or later: YYYY, YYYY-MM or YYYY-MM-DD.",
        show_default=False,
    ),
]
UntilOption = Annotated[
    str | None,
    typer.Option(
        "--until", metavar="DATE", help="Ask only articles published on this day or earlier.", show_default=False
    ),
]
SourceOption = Annotated[
    list[str] | None,
    typer.Option(
        "--source",
        metavar="NAME",
        help="Ask only articles whose source has this in its name; repeat it for several.",
        show_default=False,
    ),
]
AuthorOption = Annotated[
    list[str] | None,
    typer.Option(
        "--author",
        metavar="NAME",
        help="Ask only articles whose author has this in the name; repeat it for several.",
        show_default=False,
    ),
]
InOption = Annotated[
    list[str] | None,
    typer.Option(
        "--in",
        metavar="ID|URL|PATH|TITLE",
        help="Ask only this article; repeat it for several.",
        show_default=False,
    ),
]
PrivateOption = Annotated[
    bool, typer.Option("--allow-private", help="Fetch from this machine and private networks too.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def main() -> None:
    """Run the command line; every error a user can meet is one sentence on stderr."""
    turn_off_telemetry()
    try:
        app()
    except OnrecordError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print("Stopped. What was done is kept; run the same command again to go on.", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output (head, less) went away: not an error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)


@app.command()
def add(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...", help="Files, folders, zip archives, or addresses of pages, feeds and sitemaps."
        ),
    ],
    replace: Annotated[bool, typer.Option("--replace", help="Take over ids that another source owns.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Fetch the page that a feed's item only sums up.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many pages of a sitemap.")] = 50,
    allow_private: PrivateOption = False,
    library: LibraryOption = None,
) -> None:
    """Add articles from files, folders and addresses. Running it again changes nothing; a changed one is updated.

    Read are .txt .md .html .mhtml .pdf .docx .epub .odt .rtf .eml .csv .jsonl .zip and RSS or Atom files, each told
    by its content. A JSONL row is {"title", "text", "id"?, "url"?, "source"?, "author"?, "published"?}; other column
    names are guessed and shown. Exit 0: all in, 1: something was skipped, 2: nothing could be done.
    """
    from index.sources.load import Fetching
    from ui.terminal.progress import bar

    with opened(library) as kept, bar("Indexing") as progress:
        raise typer.Exit(_report(kept.add(sources, replace, progress, Fetching(allow_private, full, limit))))


@app.command()
def refresh(allow_private: PrivateOption = False, library: LibraryOption = None) -> None:
    """Fetch the known addresses again: changed pages are updated, the text of pages that are gone is kept.

    Exit 0: all well, 1: some could not be fetched, 2: none could.
    """
    from index.sources.load import Fetching

    with opened(library) as kept:
        raise typer.Exit(_report(kept.fetch_again(Fetching(allow_private))))


@app.command()
def rebuild(library: LibraryOption = None) -> None:
    """Embed all articles again with this run's embedder (ONRECORD_EMBEDDER), in place of the old vectors.

    Until it is done the old ones stay; stopped half-way, the same command goes on.
    """
    from ui.terminal.progress import bar

    with opened(library) as kept, bar("Embedding") as progress:
        kept.rebuild(progress)
        print(f"Done: {kept.counts()['vectors']} vectors of {plain(kept.embedder.model_name)}.")


def _report(outcomes: "Iterator[Outcome]") -> int:
    """Print what becomes of each source, then the totals; return the exit status."""
    from ui.render.answer_text import counts_text, source_lines

    totals: Counter[Status] = Counter()
    for line in source_lines(_counted(outcomes, totals)):
        print(plain(line), flush=True)
    print("Total: " + (counts_text(totals) or "nothing") + ".")
    return _exit_code(totals["skipped"], totals.total())


def _counted(outcomes: "Iterator[Outcome]", totals: "Counter[Status]") -> "Iterator[Outcome]":
    for outcome in outcomes:
        totals[outcome.status] += 1
        yield outcome


def _exit_code(failed: int, total: int) -> int:
    """Return 0 where all went well, 1 where something failed, 2 where nothing could be done."""
    return 0 if not failed else 1 if failed < total else 2


@app.command(name="list")
def list_articles(
    problems: Annotated[
        bool, typer.Option("--problems", help="Instead: the sources that were skipped, are gone, or need a look.")
    ] = False,
    json_: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """List the articles of the library: id, date, source, title; articles of one story say so."""
    with opened(library) as kept:
        if problems:
            _list_problems(kept, json_)
            return
        stories = Counter(head.story for head in kept.heads() if head.story)
        rows = [
            {
                "id": head.id,
                "title": head.title,
                "source": head.source,
                "published": head.published,
                "url": head.url,
                "story": head.story,
            }
            for head in kept.heads()
        ]
    if json_:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    elif not rows:
        print("There are no articles yet: add some with 'onrecord add FILE...'.")
    for row in [] if json_ else rows:
        told = f"  (one story in {stories[row['story']]} articles: {row['story']})" if row["story"] else ""
        print(
            plain(f"{row['id']}  {row['published'] or 'undated'}  {row['source'] or 'no source'}  {row['title']}{told}")
        )


def _list_problems(kept: "Library", json_: bool) -> None:
    from ui.render.answer_text import problem_line

    found = kept.sources.problems()
    if json_:
        print(json.dumps([entry._asdict() for entry in found], ensure_ascii=False, indent=1))
    elif not found:
        print("No problems: every source came in.")
    for entry in [] if json_ else found:
        print(plain(problem_line(entry)))


@app.command()
def show(
    article_id: Annotated[str, typer.Argument(metavar="ID", help="An article's id, as 'onrecord list' shows it.")],
    removed: Annotated[bool, typer.Option("--removed", help="Instead of the text: what was cut from it.")] = False,
    json_: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Show one article: its facts, where they were found, its other addresses, and its whole text."""
    with opened(library) as kept:
        article = kept.article(article_id)
        sources = kept.sources.of_article(article_id)
        addresses = kept.addresses(article_id)
    if article is None:
        raise LibraryError(f"There is no article {article_id}: 'onrecord list' shows the ids.")
    found_in = {
        name: where for entry in sources if entry.status != "duplicate" for name, where in entry.found_in.items()
    }
    names = ("id", "title", "source", "published", "url", "author", "updated", "language", "removed", "text")
    facts = {name: getattr(article, name) for name in names}
    if json_:
        known = {"found_in": found_in, "addresses": addresses}
        print(json.dumps({**facts, **known}, ensure_ascii=False, indent=1))
        return
    for name in names[:-2]:
        where = f" (from {found_in[name]})" if facts[name] and name in found_in else ""
        print(plain(f"{name}: {facts[name] or 'unknown'}{where}"))
    for address in addresses:
        print(plain(f"also: {address}"))
    if removed:
        print("\n" + ("\n".join(plain(f"- {cut}") for cut in article.removed) or "Nothing was cut."))
        return
    print("\n" + "\n".join(plain(line) for line in article.text.split("\n")))


@app.command()
def remove(
    references: Annotated[
        list[str], typer.Argument(metavar="ID|URL|PATH...", help="What names the articles to remove.")
    ],
    library: LibraryOption = None,
) -> None:
    """Remove articles from the library, by id, by URL, or by the file they came from.

    Exit 0: all removed, 1: some were not found, 2: none was.
    """
    missing = 0
    with opened(library) as kept:
        for reference in references:
            removed = kept.remove(reference)
            missing += not removed
            for article_id in removed:
                print(f"removed: {plain(article_id)}")
            if not removed:
                print(
                    f"Nothing is known as {plain(reference)}: 'onrecord list' shows what is.",
                    file=sys.stderr,
                )
    raise typer.Exit(_exit_code(missing, len(references)))


@app.command()
def doctor(llm: LlmOption = None, library: LibraryOption = None) -> None:
    """Check the installation and the library: versions, model hashes, counts. Exit 1 where they disagree."""
    from ui.terminal.doctor import examine

    model = model_of(llm)
    with opened(library) as kept:
        lines, sound = examine(kept, model)
    print("\n".join(lines))
    raise typer.Exit(0 if sound else 1)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="The question, in quotation marks.")],
    history: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="A JSON list of {role, content} turns before the question; - reads standard input.",
        ),
    ] = None,
    json_: JsonOption = False,
    since: SinceOption = None,
    until: UntilOption = None,
    source: SourceOption = None,
    author: AuthorOption = None,
    within: InOption = None,
    threshold: ThresholdOption = None,
    unsupported: UnsupportedOption = "marked",
    llm: LlmOption = None,
    library: LibraryOption = None,
) -> None:
    """Ask one question; the answer is sentences of your articles, each with its citation.

    Exit 0: answered, or refused because the articles do not tell. Exit 2: bad input or an empty library.
    """
    gc.disable()  # a tenth of a cold answer is collecting garbage that imports do not make
    from ui.render.answer_text import answer_lines

    turns = _history(history)
    with opened(library) as kept:
        if kept.is_empty():
            raise EmptyLibraryError(
                f"There are no articles yet in {kept.folder}: add some with 'onrecord add FILE...'."
            )
        from rag.engine import Engine
        from rag.filters import Filters, named_articles
        from rag.options import Options

        chosen = named_articles(within or (), kept)
        filters = Filters(since, until, tuple(source or ()), tuple(author or ()), chosen)
        options = Options(filters, model_of(llm), unsupported)
        answer = Engine(kept, threshold, options).ask(question, turns)
    if json_:
        print(json.dumps(answer.to_json(), ensure_ascii=False, indent=1))
        return
    for line in answer_lines(answer, bold=sys.stdout.isatty() and "NO_COLOR" not in os.environ):
        print(line)


def _history(source: str | None) -> "tuple[Turn, ...]":
    from rag.understanding.standalone import read_history

    if source is None:
        return ()
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
        return read_history(json.loads(text))
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionError(
            f"The history file {source} cannot be read ({type(error).__name__}): check the path."
        ) from error
    except (ValueError, RecursionError) as error:
        raise QuestionError(f"The history in {source} is not valid JSON: give a list of {{role, content}}.") from error


@app.command()
def chat(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 7860,
    sample: Annotated[
        bool,
        typer.Option("--sample", help="Chat over the invented sample articles, in a library of their own."),
    ] = False,
    auth: Annotated[
        list[str] | None,
        typer.Option(metavar="USER:PASSWORD", help="Ask for this name and password; repeat it for several people."),
    ] = None,
    auth_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Ask for a name and password of this file's; 'onrecord password' makes it."),
    ] = None,
    no_auth: Annotated[
        bool, typer.Option("--no-auth", help="Ask nobody for a password, although other machines can reach the page.")
    ] = False,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME[:PORT]",
            help="Another name to open the page under, as behind a proxy; repeat it for several.",
        ),
    ] = None,
    mcp: Annotated[
        bool, typer.Option("--mcp", help="Offer ask, search and show to assistants too (Model Context Protocol).")
    ] = False,
    threshold: ThresholdOption = None,
    unsupported: UnsupportedOption = "marked",
    llm: ModelsOption = None,
    library: LibraryOption = None,
) -> None:
    """Open the chat in the browser."""
    from eval.sample.library import SAMPLE_ARTICLES, sample_folder, sample_questions
    from ui.server.access import check_access
    from ui.server.auth import known

    passwords = known(auth or (), auth_file)
    check_access(host, passwords, no_auth, mcp)

    with opened(sample_folder(library) if sample else library) as kept:
        if sample:
            for _ in kept.add([str(SAMPLE_ARTICLES)], replace=True):
                pass
        from rag.engine import Engine
        from rag.options import Options
        from ui.browser.page import build_app
        from ui.server.serve import launch

        models = models_of(llm or ())
        launch(
            build_app(
                Engine(kept, threshold, Options(model=next(iter(models), None), unsupported=unsupported)),
                kept,
                sample,
                sample_questions() if sample else (),
                models,
            ),
            kept,
            host,
            port,
            passwords,
            mcp,
            allow_host or (),
        )


@app.command()
def password(
    user: Annotated[str, typer.Argument(metavar="USER", help="The name that this person signs in with.")],
) -> None:
    """Ask for a password and print a line for the file of 'chat --auth-file': the name and the password, hashed."""
    from ui.server.auth import line

    print(line(user, typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)))


app.command()(feedback)
app.command(name="eval")(evaluate)
app.command()(sweep)
app.add_typer(questions_app, name="questions")
