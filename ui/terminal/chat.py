"""The commands that serve the chat and make its passwords."""

from pathlib import Path
from typing import Annotated

import typer

from ui.terminal.options import (
    LibraryOption,
    ModelsOption,
    ThresholdOption,
    UnsupportedOption,
    models_of,
    open_library,
)


def chat(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 7860,
    sample: Annotated[
        bool, typer.Option("--sample", help="Use the invented sample articles, in a library of their own.")
    ] = False,
    auth: Annotated[
        list[str] | None,
        typer.Option(metavar="USER:PASSWORD", help="Require this user name and password; repeatable."),
    ] = None,
    auth_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Require a user name and password from this file (see 'onrecord password')."),
    ] = None,
    no_auth: Annotated[
        bool, typer.Option("--no-auth", help="Require no password even if other machines can reach the page.")
    ] = False,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME[:PORT]", help="Also serve the page under this name, for instance behind a proxy; repeatable."
        ),
    ] = None,
    mcp: Annotated[
        bool,
        typer.Option(
            "--mcp",
            help="Also offer ask, search and show to AI assistants (Model Context Protocol). "
            "Cannot be combined with --auth.",
        ),
    ] = False,
    threshold: ThresholdOption = None,
    unsupported: UnsupportedOption = "marked",
    llm: ModelsOption = None,
    folder: LibraryOption = None,
) -> None:
    """Open the chat in the browser."""
    from eval.sample.library import OPENING, REFUSED, SAMPLE_ARTICLES, sample_folder
    from ui.server.access import check_access
    from ui.server.auth import known

    passwords = known(auth or (), auth_file)
    check_access(host, passwords, no_auth, mcp)

    with open_library(sample_folder(folder) if sample else folder) as library:
        if sample:
            list(library.add([str(SAMPLE_ARTICLES)], replace=True))
        from rag.engine import Engine
        from rag.options import Options
        from ui.browser.page import build_app
        from ui.server.serve import launch

        models = models_of(llm or ())
        options = Options(model=next(iter(models), None), unsupported=unsupported)
        app = build_app(
            Engine(library, threshold, options),
            library,
            sample=sample,
            questions=OPENING if sample else (),
            refused=REFUSED if sample else None,
            models=models,
        )
        launch(app, library, host, port, passwords, mcp, allow_host or ())


def password(
    user: Annotated[str, typer.Argument(metavar="USER", help="The name this person signs in with.")],
) -> None:
    """Ask for a password and print the user's line for the file of 'onrecord chat --auth-file', the password hashed."""
    from ui.server.auth import line

    print(line(user, typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)))
