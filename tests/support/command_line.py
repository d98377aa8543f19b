"""The command line: the console script, its output and exit code, and the fixtures that write its files."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

ONRECORD = Path(sys.executable).with_name("onrecord")
PIER = {
    "id": "pier",
    "title": "Pier sold",
    "text": "Orrin Pell bought the pier at Marn in May 2021.\n\nHe paid 300 crowns.",
    "url": "https://post.example/pier",
    "source": "The Post",
    "author": "Ana Pell",
    "published": "2021-05-04",
}


class Result(NamedTuple):
    """The exit code of a command, and its standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The JSON printed by a successful command."""
        assert self.code == 0, self.err
        return json.loads(self.out)


Onrecord = Callable[..., Result]
Write = Callable[[str, str | bytes], str]
Rows = Callable[..., str]


def run(*arguments: str | bytes, library: Path) -> Result:
    """Run the installed console script on a library, in a separate process."""
    command = [ONRECORD, *arguments, "--library", library]
    strict = {**os.environ, "PYTHONIOENCODING": "utf-8:strict"}  # as in a UTF-8 terminal, whatever runs the tests
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=strict)
    return Result(done.returncode, done.stdout, done.stderr)


def is_one_sentence(result: Result) -> bool:
    """Return whether a command failed with a single sentence on standard error and no other output."""
    is_alone = (result.code, result.out, len(result.err.strip().splitlines())) == (2, "", 1)
    return is_alone and "Traceback" not in result.err
