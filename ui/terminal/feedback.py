"""The command that shows what users thought of answers, and makes a question set of it."""

import json
from pathlib import Path
from typing import Annotated

import typer

from index.errors import OnrecordError
from ui.render.printable import plain
from ui.terminal.options import LibraryOption, opened


def feedback(
    export: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a question set of the thumbs to this file, for 'onrecord eval'."),
    ] = None,
    library: LibraryOption = None,
) -> None:
    """Show the thumbs that were given in the chat, or make an evaluation set of them (JSONL)."""
    from eval.sets.from_feedback import questions

    with opened(library) as kept:
        opinions = kept.feedback.all()
    if not opinions:
        print("There are no thumbs yet: give some to answers in 'onrecord chat'.")
    elif export:
        _write(export, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in questions(opinions)))
        print(f"{len(opinions)} questions are in {plain(export)}: 'onrecord eval' asks them again.")
    else:
        for each in opinions:
            reason = f": {each.reason}" if each.reason else ""
            print(plain(f"{each.at[:10]}  {'good' if each.good else 'bad'}  {each.answer['question']}{reason}"))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OnrecordError(f"{path} cannot be written ({error.strerror}): name another file with --export.") from error
