"""The Library tab: add files and see what became of each, list the articles, remove one."""

import hashlib
import logging
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import gradio as gr

from index.article import ArticleHead
from index.errors import OnrecordError
from index.library import Library, Outcome
from ui import render

_LOG = logging.getLogger(__name__)
_SCRIPT = Path(__file__).with_name("static") / "library.js"
_UNSAFE = re.compile(r"[^\w. -]+")
_STEM_CHARS, _ENDING_CHARS = 48, 12
_BROKEN = "could not be read; the terminal says more"
# the stored file's name has lost characters; the browser still tells the name as it was
_WITH_NAMES = "(files, names, replace) => [files, (files ?? []).map((file) => file.orig_name), replace]"
_HIDDEN: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}

# Gradio gives every event its own bar where a parameter's default is one
_BAR = gr.Progress()

Progress = Callable[[int, int], None]


class Upload(NamedTuple):
    """A file that came from a browser: where it is kept now, and the name it came with."""

    path: Path
    name: str


def build(library: Library, tab: gr.Tab) -> list[Any]:
    """Lay out the tab; return the events after which other parts of the screen should look again."""
    files = gr.File(
        elem_id="upload", label="Add files: pages, PDF, Word, mail, CSV, zip …", file_count="multiple", height=150
    )
    replace = gr.Checkbox(label="Replace articles that another file brought (--replace)", elem_id="replace")
    outcomes = gr.HTML(elem_id="outcomes", apply_default_css=False)
    counts = gr.HTML(elem_id="counts", apply_default_css=False)
    wanted = gr.Textbox(elem_id="find-article", label="Find by title or source", max_lines=1)
    table = gr.HTML(elem_id="articles", apply_default_css=False, js_on_load=_SCRIPT.read_text("utf-8"))
    problems = gr.HTML(elem_id="problems", apply_default_css=False)
    shown = [counts, table, problems]

    def look(text: str) -> tuple[str, str, str]:
        found = render.article_table(matching(library, text))
        return render.counts(library.counts()), found, render.problems(library.sources.problems())

    def remove(event: gr.EventData, text: str) -> tuple[str, str, str]:
        remove_article(library, event.article)
        return look(text)

    added = _on_upload(library, files, replace, outcomes).then(look, wanted, shown, **_HIDDEN)
    removed = table.click(remove, wanted, shown, **_HIDDEN)
    for changed in (tab.select, wanted.change):
        changed(look, wanted, shown, **_HIDDEN)
    return [added, removed]


def keep_upload(library: Library, path: Path, name: str) -> Upload:
    """Copy an uploaded file into the library's folder, apart from any other file of the same name."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    kept = uploads_folder(library) / digest / safe_name(name)
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, kept)
    return Upload(kept, name)


def safe_name(name: str) -> str:
    """Return a file name that any file system takes, with the ending of the one given."""
    stem, dot, ending = name.replace("\\", "/").rpartition("/")[2].rpartition(".")
    safe = _UNSAFE.sub("_", stem if dot else ending).strip(" .")[:_STEM_CHARS] or "file"
    return f"{safe}.{_UNSAFE.sub('_', ending)[:_ENDING_CHARS]}" if dot else safe


def uploads_folder(library: Library) -> Path:
    """Return the folder that keeps what was uploaded."""
    return library.folder.absolute() / "uploads"


def add_upload(library: Library, path: Path, name: str, replace: bool, progress: Progress) -> render.Receipt:
    """Keep one uploaded file, add what it holds, and return what became of it."""
    try:
        upload = keep_upload(library, path, name)
        outcomes = list(library.add([str(upload.path)], replace, progress))
    except OnrecordError as error:
        return render.Receipt(name, "skipped", None, (str(error),))
    except Exception:
        _LOG.exception("an upload could not be added")
        return render.Receipt(name, "skipped", None, (_BROKEN,))
    return _receipt(upload, outcomes)


def remove_article(library: Library, article_id: str) -> None:
    """Remove an article, and the uploaded file that brought it, unless that holds others too."""
    article = library.article(article_id)
    library.remove(article_id)
    if not article or not article.origin or library.holds(article.origin):
        return
    kept = Path(article.origin)
    if kept.is_relative_to(uploads_folder(library)):
        kept.unlink(missing_ok=True)


def matching(library: Library, wanted: str) -> list[ArticleHead]:
    """Return the heads of the articles whose title or source holds what is typed."""
    sought = wanted.strip().casefold()
    return [head for head in library.heads() if sought in f"{head.title}\n{head.source or ''}".casefold()]


def _on_upload(library: Library, files: gr.File, replace: gr.Checkbox, outcomes: gr.HTML) -> Any:
    names = gr.JSON(visible=False)

    def uploaded(
        paths: list[str] | None, told: list[str | None] | None, take_over: bool, bar: gr.Progress = _BAR
    ) -> Iterator[tuple[Any, str]]:
        named = _named(paths or [], told or [])
        receipts = [render.Receipt(name, "waiting", None, ()) for _, name in named]
        # the files are on this machine already: the box is free for the next ones
        yield None, render.receipts(receipts)
        for number, (path, name) in enumerate(named):
            receipts[number] = add_upload(library, path, name, take_over, _shown_by(bar, name))
            yield gr.skip(), render.receipts(receipts)

    return files.upload(
        uploaded,
        [files, names, replace],
        [files, outcomes],
        js=_WITH_NAMES,
        show_progress="full",
        show_progress_on=outcomes,
        concurrency_limit=1,
        api_visibility="private",
    )


def _shown_by(bar: gr.Progress, name: str) -> Progress:
    return lambda done, total: bar((done, total), desc=name, unit="chunks")


def _named(paths: Sequence[str], names: Sequence[str | None]) -> list[tuple[Path, str]]:
    known = [*names, *[None] * len(paths)]
    return [(Path(path), name or Path(path).name) for path, name in zip(paths, known, strict=False)]


def _receipt(upload: Upload, outcomes: Sequence[Outcome]) -> render.Receipt:
    tally = Counter(outcome.status for outcome in outcomes)
    told = [
        (outcome, line) for outcome in outcomes for line in (outcome.note, outcome.reason, *outcome.warnings) if line
    ]
    problems = tuple(_told(upload, outcome, line) for outcome, line in told)
    if len(outcomes) == 1:
        return render.Receipt(upload.name, outcomes[0].status, outcomes[0].title, problems)
    status = ", ".join(f"{count} {status}" for status, count in tally.items())
    return render.Receipt(upload.name, status or "nothing in it", None, problems)


def _told(upload: Upload, outcome: Outcome, line: str) -> str:
    reason = line.replace(str(upload.path), upload.name)
    return f"line {outcome.row}: {reason}" if outcome.row else reason
