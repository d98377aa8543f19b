"""The command that lists the ratings of answers, and turns them into a question set."""

import json
from pathlib import Path
from typing import Annotated

import typer

from index.errors import OnrecordError
from ui.render.printable import printable
from ui.terminal.options import LibraryOption, open_library


def feedback(
    export: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a question set for 'onrecord eval' to this file (JSONL)."),
    ] = None,
    folder: LibraryOption = None,
) -> None:
    """List the answers that were rated in the chat, or turn them into a question set for 'onrecord eval'."""
    from eval.sets.from_feedback import questions

    with open_library(folder) as library:
        ratings = library.feedback.all()
    if not ratings:
        print("No answer has been rated yet: use the thumbs in 'onrecord chat'.")
    elif export:
        rows = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in questions(ratings))
        try:
            export.write_text(rows, encoding="utf-8")
        except OSError as error:
            raise OnrecordError(f"Cannot write {export} ({error.strerror}): choose another file.") from error
        print(f"Wrote {len(ratings)} questions to {printable(export)}; 'onrecord eval' asks them again.")
    else:
        for rating in ratings:
            verdict, reason = "good" if rating.good else "bad", f": {rating.reason}" if rating.reason else ""
            print(printable(f"{rating.at[:10]}  {verdict}  {rating.answer['question']}{reason}"))
