"""The Library tab: add files and addresses, with the outcome of each; list, open and remove articles."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

import gradio as gr
from markupsafe import Markup

from index.errors import OnrecordError
from index.library import Library
from index.sources.load import Fetching
from ui.browser import article_list as library_list
from ui.browser import uploads as adding
from ui.browser.article_list import SORTS, Wanted
from ui.browser.uploads import Progress
from ui.render import library_html
from ui.render.library_html import Receipt

_SCRIPT = Path(__file__).parents[1] / "static" / "library.js"
_ALL = [("All", "")]
# the stored file's name has lost characters; the browser still knows the original name
_WITH_NAMES = (
    "(files, names, replace, encoding) => [files, (files ?? []).map((file) => file.orig_name), replace, encoding]"
)
_ENCODINGS: list[str | tuple[str, str]] = [
    ("Encoding: detect", ""),
    *"utf-8 utf-16 windows-1252 windows-1250 windows-1251 windows-1253 windows-1254 windows-1255 windows-1256".split(),
    *"windows-1257 koi8-r shift_jis euc-jp gb18030 big5 euc-kr windows-874 cp437 cp850 mac-roman".split(),
]
_HIDDEN: dict[str, Any] = {"show_progress": "hidden", "concurrency_limit": 8, "api_visibility": "private"}
_ADDING: dict[str, Any] = {
    "show_progress": "full",
    "concurrency_limit": 2,
    "concurrency_id": "adding",
    "api_visibility": "private",
}

# Gradio passes an event's own progress bar to a parameter that has one as its default
_BAR = gr.Progress()


class _Add(NamedTuple):
    files: gr.File
    addresses: gr.Textbox
    full: gr.Checkbox
    replace: gr.Checkbox
    encoding: gr.Dropdown
    outcomes: gr.HTML


class _List(NamedTuple):
    counts: gr.HTML
    refresh: gr.Button
    wanted: Sequence[gr.components.Component]
    source: gr.Dropdown
    language: gr.Dropdown
    table: gr.HTML
    problems: gr.HTML


def build(library: Library, tab: gr.Tab) -> list[Any]:
    """Lay out the tab; return the events after which other parts of the screen should refresh."""
    add, listing = _add_box(), _list_box()
    shown = [listing.counts, listing.table, listing.problems]
    everything = [*shown, listing.source, listing.language]

    def list_articles(*wanted: Any) -> tuple[Any, ...]:
        return _list_articles(library, Wanted(*wanted))

    def refresh_all(*wanted: Any) -> tuple[Any, ...]:
        return *list_articles(*wanted), *_choices(library)

    def remove(event: gr.EventData, *wanted: Any) -> tuple[Any, ...]:
        adding.remove_article(library, event.article)
        return refresh_all(*wanted)

    changes = [_on_upload(library, add), _on_addresses(library, add), *_on_refresh(library, listing, add)]
    added = [change.then(refresh_all, listing.wanted, everything, **_HIDDEN) for change in changes]
    removed = listing.table.click(remove, listing.wanted, everything, **_HIDDEN)
    tab.select(refresh_all, listing.wanted, everything, **_HIDDEN)
    for each in listing.wanted:
        # while somebody types, only the latest text is looked up
        each.change(list_articles, listing.wanted, shown, trigger_mode="always_last", **_HIDDEN)  # type: ignore[attr-defined]
    return [*added, removed]


def _add_box() -> _Add:
    with gr.Row(elem_id="add", equal_height=True):
        files = gr.File(elem_id="upload", label="Add files", file_count="multiple", height=136, min_width=240)
        with gr.Column(elem_id="add-more", min_width=240):
            addresses = gr.Textbox(
                elem_id="addresses",
                label="Add web pages or feeds",
                placeholder="https://…",
                max_lines=5,
                submit_btn="Fetch",
            )
            full = gr.Checkbox(label="For feeds, fetch the full pages", elem_id="full", container=False)
            replace = gr.Checkbox(
                label="Replace articles that came from another file", elem_id="replace", container=False
            )
            encoding = gr.Dropdown(
                _ENCODINGS, value="", label="Encoding of the text", elem_id="encoding", container=False
            )
    return _Add(files, addresses, full, replace, encoding, gr.HTML(elem_id="outcomes", apply_default_css=False))


def _list_box() -> _List:
    with gr.Row(elem_id="shelf-head"):
        counts = gr.HTML(elem_id="counts", apply_default_css=False)
        again = gr.Button("Refresh all web articles", elem_id="refresh", size="sm")
    with gr.Row(elem_id="shelf-find"):
        text = gr.Textbox(elem_id="find-article", label="Find by title, source or author", max_lines=1, scale=3)
        sort = gr.Dropdown(list(SORTS), value="Title", label="Sort by", elem_id="sort", scale=1, min_width=130)
    with gr.Accordion("Filter", open=False, elem_id="shelf-filters"):
        with gr.Row():
            source = gr.Dropdown(_ALL, value="", label="Source", elem_id="of-source", min_width=200)
            language = gr.Dropdown(_ALL, value="", label="Language", elem_id="of-language", min_width=110)
        with gr.Row():
            since = gr.Textbox(
                elem_id="since", label="Published since", placeholder="2024-03", max_lines=1, min_width=110
            )
            until = gr.Textbox(elem_id="until", label="Published until", placeholder="2024", max_lines=1, min_width=110)
        doubtful = gr.Checkbox(label="Only articles with problems", elem_id="doubtful", container=False)
    table = gr.HTML(elem_id="articles", apply_default_css=False, js_on_load=_SCRIPT.read_text("utf-8"))
    problems = gr.HTML(elem_id="problems", apply_default_css=False)
    wanted = (text, source, language, since, until, doubtful, sort)
    return _List(counts, again, wanted, source, language, table, problems)


def _list_articles(library: Library, wanted: Wanted) -> tuple[Markup, Markup, Markup]:
    known, problems = library.counts(), library_html.problems(library.sources.problems())
    try:
        found = library_list.listed(library, wanted)
    except OnrecordError as error:
        return library_html.counts(known), library_html.not_listed(str(error)), problems
    table = library_html.article_table(found, library_list.problems(library), library_list.fetched(library))
    return library_html.counts(known, len(found)), table, problems


def _choices(library: Library) -> tuple[Any, Any]:
    facts = library.articles.summaries()
    sources = library_list.choices(each.source for each in facts)
    languages = library_list.choices(each.language for each in facts)
    return gr.update(choices=_ALL + sources), gr.update(choices=_ALL + languages)


def _on_upload(library: Library, add: _Add) -> Any:
    names = gr.JSON(visible=False)

    def uploaded(
        paths: list[str] | None,
        originals: list[str | None] | None,
        replace: bool,
        encoding: str,
        bar: gr.Progress = _BAR,
    ) -> Iterator[tuple[Any, str]]:
        told = Fetching(encoding=encoding or None)
        given = zip_longest(paths or (), (originals or ())[: len(paths or ())])
        named = [(Path(path), name or Path(path).name) for path, name in given]
        work = [adding.add_upload(library, path, name, replace, _progress(bar, name), told) for path, name in named]
        # the files have been received: the box is free for the next ones
        emptied: Any = None
        for receipts in _worked([name for _, name in named], work):
            yield emptied, receipts
            emptied = gr.skip()

    return add.files.upload(
        uploaded,
        [add.files, names, add.replace, add.encoding],
        [add.files, add.outcomes],
        js=_WITH_NAMES,
        show_progress_on=add.outcomes,
        **_ADDING,
    )


def _on_addresses(library: Library, add: _Add) -> Any:
    def given(
        text: str, full: bool, replace: bool, encoding: str, bar: gr.Progress = _BAR
    ) -> Iterator[tuple[Any, str]]:
        told = Fetching(full=full, encoding=encoding or None)
        named = adding.addresses(text)
        work = [adding.add_address(library, each, replace, _progress(bar, each), told) for each in named]
        emptied: Any = ""
        for receipts in _worked(named, work):
            yield emptied, receipts
            emptied = gr.skip()

    inputs, outputs = [add.addresses, add.full, add.replace, add.encoding], [add.addresses, add.outcomes]
    return add.addresses.submit(given, inputs, outputs, show_progress_on=add.outcomes, **_ADDING)


def _on_refresh(library: Library, listing: _List, add: _Add) -> tuple[Any, Any]:
    def again(article_id: str | None = None) -> Iterator[str]:
        yield library_html.receipts([Receipt("Web articles", "fetching", None, ())])
        receipts: list[Receipt] = []
        for receipts in adding.refresh(library, article_id):
            yield library_html.receipts(receipts)
        if not receipts:
            yield library_html.receipts([Receipt("No article came from the web", "nothing to fetch", None, ())])

    def one_again(event: gr.EventData) -> Iterator[str]:
        yield from again(event.article)

    everything = listing.refresh.click(again, None, add.outcomes, **_ADDING)
    return everything, listing.table.retry(one_again, None, add.outcomes, **_ADDING)


def _worked(names: Sequence[str], work: Sequence[Iterator[Receipt]]) -> Iterator[Markup]:
    """Yield the receipts, one for each name: at first waiting, then with its outcome so far."""
    receipts = [Receipt(name, "waiting", None, ()) for name in names]
    yield library_html.receipts(receipts)
    for number, steps in enumerate(work):
        for receipt in steps:
            receipts[number] = receipt
            yield library_html.receipts(receipts)


def _progress(bar: gr.Progress, name: str) -> Progress:
    return lambda done, total: bar((done, total), desc=name, unit="passages")
