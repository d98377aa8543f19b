"""The command line in this process: what a command prints, and its exit code."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

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
        """The JSON that a successful command printed."""
        assert self.code == 0, self.err
        return json.loads(self.out)


Onrecord = Callable[..., Result]


def is_one_sentence(result: Result) -> bool:
    """Tell whether a command failed with one sentence on standard error and nothing else."""
    is_alone = (result.code, result.out, len(result.err.strip().splitlines())) == (2, "", 1)
    return is_alone and "Traceback" not in result.err
