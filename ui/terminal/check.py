"""The command that checks a draft."""

import json
from pathlib import Path
from typing import Annotated

import typer

from ui.terminal.options import (
    AuthorOption,
    InOption,
    JsonOption,
    LibraryOption,
    SinceOption,
    SourceOption,
    UntilOption,
    filters_of,
    open_library,
    require_articles,
)
from ui.terminal.progress import progress_bar


def check(
    draft: Annotated[Path, typer.Argument(metavar="FILE", help="The draft: plain text, Markdown, .docx and others.")],
    as_json: JsonOption = False,
    since: SinceOption = None,
    until: UntilOption = None,
    source: SourceOption = None,
    author: AuthorOption = None,
    within: InOption = None,
    folder: LibraryOption = None,
) -> None:
    """Check each sentence of a draft against your articles: supported, contradicted or not found.

    Each verdict is printed with the sentence that decides it. Questions and fragments are not checked. Exit status: 0
    if every sentence is supported, 1 if any is contradicted or not found, 2 for invalid input or an empty library.
    """
    from rag.draft import check_draft, read_draft, sentences_of, summary
    from rag.engine import Engine
    from rag.options import Options
    from ui.render.draft_text import draft_lines

    sentences = sentences_of(read_draft(draft))
    with open_library(folder) as library:
        require_articles(library)
        filters = filters_of(library, since, until, source, author, within)
        checked = []
        with progress_bar("Checking") as progress:
            for each in check_draft(sentences, Engine(library), Options(filters=filters)):
                checked.append(each)
                progress(len(checked), len(sentences))
    if as_json:
        print(json.dumps([each.to_json() for each in checked], ensure_ascii=False, indent=1))
    else:
        for line in draft_lines(checked):
            print(line)
        print(f"\n{summary(checked)}.")
    raise typer.Exit(int(any(each.verdict in ("contradicted", "not found") for each in checked)))
