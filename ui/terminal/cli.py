"""The command line: its commands, and the one place where an error becomes a message."""

import os
import sys
from collections.abc import Callable

import typer

from index.errors import OnrecordError
from index.settings import turn_off_telemetry
from ui.terminal.ask import ask
from ui.terminal.chat import chat, password
from ui.terminal.check import check
from ui.terminal.doctor import doctor
from ui.terminal.evaluate import evaluate, questions_app, sweep
from ui.terminal.feedback import feedback
from ui.terminal.library import add, list_articles, rebuild, refresh, remove, show

# Heavy packages (Chroma, LlamaIndex, Gradio) are imported inside the commands that use them.

app = typer.Typer(
    name="onrecord",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help=(
        "Ask questions of your own articles. Answers are made of exact sentences, each with its source and date.\n\n"
        "Start with 'onrecord add FOLDER', then 'onrecord ask \"Who said it?\"' or 'onrecord chat'. "
        "Everything runs on this machine: nothing is downloaded and no key is needed."
    ),
)
COMMANDS: tuple[Callable[..., None], ...] = (
    *(add, ask, check, chat, list_articles, show, refresh, remove, rebuild),
    *(feedback, doctor, password, evaluate, sweep),
)
for command in COMMANDS:
    app.command(name={list_articles: "list", evaluate: "eval"}.get(command))(command)
app.add_typer(questions_app, name="questions")


def main() -> None:
    """Run the command line; every error a user can meet is one sentence on standard error."""
    turn_off_telemetry()
    try:
        app()
    except OnrecordError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print("Stopped. Finished work is saved; run the same command again to continue.", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        # The program that reads our output (head, less) has exited: not an error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
