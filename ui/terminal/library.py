"""The commands that fill, show and maintain the library."""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import LibraryError
from ui.render.printable import printable
from ui.terminal.options import JsonOption, LibraryOption, open_library

if TYPE_CHECKING:
    from index.store.source_log import Outcome, Status

PrivateOption = Annotated[
    bool, typer.Option("--allow-private", help="Also fetch from this machine and from private networks.")
]


def add(
    sources: Annotated[
        list[str],
        typer.Argument(metavar="SOURCE...", help="Files, folders, zip archives, or URLs of pages, feeds and sitemaps."),
    ],
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace articles of the same ID that came from another source.")
    ] = False,
    full: Annotated[
        bool, typer.Option("--full", help="For feeds that only carry summaries, fetch the full pages.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="Fetch at most this many pages of a sitemap.")] = 50,
    encoding: Annotated[
        str | None,
        typer.Option("--encoding", metavar="NAME", help="Read text in this encoding, such as windows-1252."),
    ] = None,
    allow_private: PrivateOption = False,
    folder: LibraryOption = None,
) -> None:
    """Add articles from files, folders and URLs. Run it again at any time: only what has changed is updated.

    Supported formats (detected by content): .txt .md .html .mhtml .pdf .docx .epub .odt .rtf .eml .csv .jsonl .zip,
    and RSS or Atom feeds. A JSONL row is {"title", "text", "id"?, "url"?, "source"?, "author"?, "published"?}; other
    column names are matched where possible, and the match is shown. Exit status: 0 if everything was added, 1 if
    something was skipped, 2 if nothing could be added.
    """
    from index.sources.load import Fetching
    from index.text.charset import checked
    from ui.terminal.progress import progress_bar

    fetching = Fetching(allow_private, full, limit, checked(encoding) if encoding is not None else None)
    with open_library(folder) as library, progress_bar("Indexing") as progress:
        raise typer.Exit(_report(library.add(sources, replace, progress, fetching)))


def refresh(allow_private: PrivateOption = False, folder: LibraryOption = None) -> None:
    """Fetch all known URLs again. Changed pages are updated; pages that no longer exist keep their text.

    Exit status: 0 if all were fetched, 1 if some failed, 2 if all failed.
    """
    from index.sources.load import Fetching

    with open_library(folder) as library:
        raise typer.Exit(_report(library.refresh(Fetching(allow_private))))


def rebuild(folder: LibraryOption = None) -> None:
    """Recompute all vectors, for instance after choosing another embedding model with ONRECORD_EMBEDDER.

    The old vectors stay in use until the new ones are complete. If interrupted, run it again to continue.
    """
    from ui.terminal.progress import progress_bar

    with open_library(folder) as library, progress_bar("Rebuilding") as progress:
        library.rebuild(progress)
        print(f"Done: {library.counts()['vectors']} vectors, made by {printable(library.embedder.model_name)}.")


def _report(outcomes: "Iterator[Outcome]") -> int:
    """Print what became of each source, then the totals; return the exit status."""
    from ui.render.answer_text import counts_text, source_lines

    totals: Counter[Status] = Counter()

    def counted() -> "Iterator[Outcome]":
        for outcome in outcomes:
            totals[outcome.status] += 1
            yield outcome

    for line in source_lines(counted()):
        print(printable(line), flush=True)
    print(f"Total: {counts_text(totals) or 'nothing to do'}.")
    return _exit_status(totals["skipped"], totals.total())


def _exit_status(failures: int, total: int) -> int:
    """Return 0 if nothing failed, 1 if something did, 2 if everything did."""
    return 0 if not failures else 1 if failures < total else 2


def list_articles(
    problems: Annotated[
        bool,
        typer.Option("--problems", help="List instead the sources that were skipped, have gone, or need attention."),
    ] = False,
    as_json: JsonOption = False,
    folder: LibraryOption = None,
) -> None:
    """List the articles: ID, date, source and title, and which of them tell the same story."""
    from ui.render.answer_text import problem_line

    with open_library(folder) as library:
        entries = library.sources.problems() if problems else []
        articles = [] if problems else library.articles.summaries()
        charsets = _charsets(library.sources.all()) if as_json else {}
    stories = Counter(article.story for article in articles)
    names = ("id", "title", "source", "published", "url", "story")
    rows = [
        {name: getattr(article, name) for name in names} | {"encoding": charsets.get(article.id)}
        for article in articles
    ]
    if as_json:
        print(json.dumps([asdict(entry) for entry in entries] if problems else rows, ensure_ascii=False, indent=1))
        return
    for entry in entries:
        print(printable(problem_line(entry)))
    for article in articles:
        story = f"  (story {article.story}, {stories[article.story]} articles)" if article.story else ""
        facts = (article.id, article.published or "undated", article.source or "no source", article.title)
        print(printable("  ".join(facts) + story))
    if not entries and not articles:
        print(
            "No problems: every source was added." if problems else "There are no articles yet. Add some: onrecord add"
        )


def _charsets(outcomes: "Iterable[Outcome]") -> dict[str, str]:
    """Return by article the encoding that its text was read in, where its format leaves that open."""
    own = [outcome for outcome in outcomes if outcome.status != "duplicate"]
    return {outcome.article_id: outcome.charset for outcome in own if outcome.article_id and outcome.charset}


def show(
    article_id: Annotated[str, typer.Argument(metavar="ID", help="An article's ID, as shown by 'onrecord list'.")],
    removed: Annotated[
        bool, typer.Option("--removed", help="Show the text that was left out instead of the article's text.")
    ] = False,
    as_json: JsonOption = False,
    folder: LibraryOption = None,
) -> None:
    """Show one article: its details and where they were found, its other URLs, and its full text."""
    with open_library(folder) as library:
        article = library.articles.get(article_id)
        sources = library.sources.of_article(article_id)
        addresses = library.aliases.names(article_id)
    if article is None:
        raise LibraryError(f"There is no article with the ID {article_id}: see 'onrecord list' for the IDs.")
    found_in = {
        name: place for entry in sources if entry.status != "duplicate" for name, place in entry.found_in.items()
    }
    encoding = _charsets(sources).get(article_id)
    names = ("id", "title", "source", "published", "url", "author", "updated", "language", "removed", "text")
    details = {name: getattr(article, name) for name in names}
    if as_json:
        more = {"found_in": found_in, "addresses": addresses, "encoding": encoding}
        print(json.dumps({**details, **more}, ensure_ascii=False, indent=1))
        return
    for name in names[:-2]:
        place = f" (from {found_in[name]})" if details[name] and name in found_in else ""
        print(printable(f"{name}: {details[name] or 'unknown'}{place}"))
    if encoding:
        print(f"encoding: {printable(encoding)}")
    for address in addresses:
        print(printable(f"also at: {address}"))
    if article.removed:
        print(f"boilerplate: {len(article.removed)} lines cut (--removed shows them)")
    lines = [f"- {text}" for text in article.removed] or ["Nothing was left out."]
    print("", *map(printable, lines if removed else article.text.split("\n")), sep="\n")


def remove(
    references: Annotated[
        list[str], typer.Argument(metavar="ID|URL|PATH...", help="The ID, URL or file of each article to remove.")
    ],
    folder: LibraryOption = None,
) -> None:
    """Remove articles from the library, by ID, by URL, or by the file they came from.

    Exit status: 0 if all were removed, 1 if some were not found, 2 if none was found.
    """
    missing = 0
    with open_library(folder) as library:
        for reference in references:
            removed = library.remove(reference)
            for article_id in removed:
                print(f"removed: {printable(article_id)}")
            if not removed:
                missing += 1
                print(f"No article matches {printable(reference)}: see 'onrecord list'.", file=sys.stderr)
    raise typer.Exit(_exit_status(missing, len(references)))
