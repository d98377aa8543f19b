"""Which articles a question is asked of: a drawer to choose in, and what is chosen as chips over the question box."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from index.library import Library
from rag.filters import Filters
from ui.browser.drawer import drawer
from ui.render import answer_html

_SCRIPT = Path(__file__).parents[1] / "static" / "chips.js"
_NAMES = ("since", "until", "sources", "authors", "articles")
_DAY = "2024, 2024-06 or 2024-06-30"
_QUIET: dict[str, Any] = {"show_progress": "hidden", "concurrency_limit": None, "api_visibility": "private"}


@dataclass(frozen=True)
class FiltersBar:
    """The controls of the drawer, in the order in which `read` takes their values."""

    controls: list[Any]

    @staticmethod
    def read(values: Sequence[Any]) -> Filters:
        """Return the filters that the controls' values make."""
        since, until, *chosen = values
        sources, authors, articles = (tuple(each or ()) for each in chosen)
        return Filters((since or "").strip() or None, (until or "").strip() or None, sources, authors, articles)


def build(library: Library, opener: gr.Button) -> FiltersBar:
    """Lay out the drawer, which `opener` opens."""
    with drawer("filters", "Filter articles"):
        with gr.Row():
            since = gr.Textbox(label="Published since", placeholder=_DAY, max_lines=1, elem_id="filter-since")
            until = gr.Textbox(label="Published until", placeholder=_DAY, max_lines=1, elem_id="filter-until")
        lists = [
            gr.Dropdown([], label=label, multiselect=True, elem_id=f"filter-{label.lower()}")
            for label in ("Sources", "Authors", "Articles")
        ]
        clear = gr.Button("Remove all filters", elem_id="remove-filters", size="sm")
    # when it is opened: the library may have grown
    opener.click(lambda: _choices(library), None, lists, **_QUIET)
    bar = FiltersBar([since, until, *lists])
    clear.click(lambda: ["", "", [], [], []], None, bar.controls, **_QUIET)
    return bar


def chips(bar: FiltersBar, library: Library) -> None:
    """Lay out the chips: what narrows the articles, each with a button that removes it."""
    shown = gr.HTML("", elem_id="chips", js_on_load=_SCRIPT.read_text("utf-8"), apply_default_css=False)

    def look(*values: Any) -> str:
        return answer_html.chips(_chips(bar.read(values), library))

    def remove(event: gr.EventData, *values: Any) -> list[Any]:
        name, _, value = event.chip.partition(" ")
        return [_without(each, value) if own == name else each for own, each in zip(_NAMES, values, strict=True)]

    gr.on([each.change for each in bar.controls], look, bar.controls, shown, **_QUIET)
    shown.click(remove, bar.controls, bar.controls, **_QUIET)


def _without(values: Any, value: str) -> Any:
    return [each for each in values if each != value] if isinstance(values, list) else ""


def _chips(filters: Filters, library: Library) -> list[tuple[str, str]]:
    """Return each filter by name and value, with the words for it."""
    alone: list[tuple[str, str, Filters]] = []
    alone += [("since", filters.since, Filters(since=filters.since))] if filters.since else []
    alone += [("until", filters.until, Filters(until=filters.until))] if filters.until else []
    alone += [("sources", each, Filters(sources=(each,))) for each in filters.sources]
    alone += [("authors", each, Filters(authors=(each,))) for each in filters.authors]
    alone += [("articles", each, Filters(articles=(each,))) for each in filters.articles]
    return [(f"{name} {value}", words) for name, value, one in alone for words in one.describe(library)]


def _choices(library: Library) -> list[dict[str, Any]]:
    facts = library.articles.summaries()
    sources = sorted({each.source for each in facts if each.source}, key=str.casefold)
    authors = sorted({each.author for each in facts if each.author}, key=str.casefold)
    articles = sorted(((each.title, each.id) for each in facts), key=lambda each: each[0].casefold())
    return [gr.update(choices=choices) for choices in (sources, authors, articles)]
