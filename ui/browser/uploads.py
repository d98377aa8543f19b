"""Adding what users give in the browser (uploaded files and addresses), and the outcome of each."""

import hashlib
import logging
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from index.errors import OnrecordError, Problem
from index.library import Library
from index.sources.load import PLAIN, Fetching, is_address
from index.store.source_log import Outcome
from ui.render.library_html import Receipt

_LOG = logging.getLogger(__name__)
_UNSAFE = re.compile(r"[^\w. -]+")
_STEM_CHARS, _ENDING_CHARS = 48, 12
_BROKEN = "could not be read; see the terminal for details"
_NO_ADDRESS = "not a web address: it must start with http:// or https://"
_PRIVATE = "it is an address in a private network: add it with 'onrecord add --allow-private'"
_MOST_ADDRESSES = 50

Progress = Callable[[int, int], None]


class Upload(NamedTuple):
    """An uploaded file: its path in the library's folder, and the name the user gave it."""

    path: Path
    name: str


def add_upload(
    library: Library, path: Path, name: str, replace: bool, progress: Progress, fetching: Fetching = PLAIN
) -> Iterator[Receipt]:
    """Keep one uploaded file, add its articles, and yield the outcome so far."""
    try:
        upload = keep_upload(library, path, name)
    except OSError as error:
        yield Receipt(name, "skipped", None, (f"it cannot be saved ({error.strerror})",))
        return
    yield from _added(library, str(upload.path), name, replace, progress, fetching)


def add_address(
    library: Library, address: str, replace: bool, progress: Progress, fetching: Fetching = PLAIN
) -> Iterator[Receipt]:
    """Fetch and add a page or a feed, and yield the outcome so far.

    Neither private networks nor files can be reached this way.
    """
    if not is_address(address):
        yield Receipt(address, "skipped", None, (_NO_ADDRESS,))
        return
    yield from _added(library, address, address, replace, progress, fetching)


def addresses(text: str) -> list[str]:
    """Return the distinct addresses in a text, separated by white space; 50 at most."""
    return list(dict.fromkeys(text.split()))[:_MOST_ADDRESSES]


def refresh(library: Library, article_id: str | None = None) -> Iterator[list[Receipt]]:
    """Fetch the known addresses again, or those of one article, and yield the outcomes so far."""
    receipts: list[Receipt] = []
    for outcome in library.refresh(article_id=article_id):
        receipts.append(_receipt(outcome.source, outcome.source, [outcome]))
        yield receipts


def keep_upload(library: Library, path: Path, name: str) -> Upload:
    """Copy an uploaded file into the library's folder, separate from other files of the same name."""
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()[:16]
    kept = uploads_folder(library) / digest / safe_name(name)
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, kept)
    return Upload(kept, name)


def safe_name(name: str) -> str:
    """Return a file name that is valid on any file system, with the ending of the given one."""
    stem, dot, ending = name.replace("\\", "/").rpartition("/")[2].rpartition(".")
    safe = _UNSAFE.sub("_", stem if dot else ending).strip(" .")[:_STEM_CHARS] or "file"
    return f"{safe}.{_UNSAFE.sub('_', ending)[:_ENDING_CHARS]}" if dot else safe


def uploads_folder(library: Library) -> Path:
    """Return the folder of the uploaded files."""
    return library.folder.absolute() / "uploads"


def remove_article(library: Library, article_id: str) -> None:
    """Remove an article, and the uploaded file it came from unless that contains other articles."""
    article = library.articles.get(article_id)
    library.remove(article_id)
    if not article or not article.origin or library.articles.find(article.origin):
        return
    kept = Path(article.origin)
    if kept.is_relative_to(uploads_folder(library)):
        kept.unlink(missing_ok=True)


def _added(
    library: Library, source: str, name: str, replace: bool, progress: Progress, fetching: Fetching
) -> Iterator[Receipt]:
    outcomes: list[Outcome] = []
    try:
        for outcome in library.add([source], replace, progress, fetching):
            outcomes.append(outcome)
            yield _receipt(source, name, outcomes)
    except OnrecordError as error:
        yield Receipt(name, "skipped", None, (str(error),))
    except Exception:
        _LOG.exception("an upload or address could not be added")
        yield Receipt(name, "skipped", None, (_BROKEN,))
    else:
        if not outcomes:
            yield Receipt(name, "empty", None, ())


def _receipt(source: str, name: str, outcomes: Sequence[Outcome]) -> Receipt:
    tally = Counter(outcome.status for outcome in outcomes)
    problems = tuple(
        _problem(source, name, outcome, line)
        for outcome in outcomes
        for line in (outcome.note, outcome.reason, *outcome.warnings)
        if line
    )
    if len(outcomes) == 1:
        return Receipt(name, outcomes[0].status, outcomes[0].title, problems)
    return Receipt(name, ", ".join(f"{count} {status}" for status, count in tally.items()), None, problems)


def _problem(source: str, name: str, outcome: Outcome, line: str) -> str:
    # users know an upload by its own name, and the browser has no --allow-private
    is_private = outcome.kind is Problem.PRIVATE_NETWORK
    reason = _PRIVATE if is_private and line == outcome.reason else line.replace(source, name)
    if outcome.row:
        return f"line {outcome.row}: {reason}"
    return f"{outcome.source}: {reason}" if is_address(outcome.source) and outcome.source != source else reason
