"""The filters of a question: a drawer to choose them in, and a chip over the question box for each."""

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
_NAMES = ("since", "until", "source", "author", "in")
_DAY = "2024, 2024-06 or 2024-06-30"
_QUIET: dict[str, Any] = {"show_progress": "hidden", "concurrency_limit": None, "api_visibility": "private"}


@dataclass(frozen=True)
class FiltersBar:
    """The controls of the drawer; `read` takes their values, in this order."""

    controls: list[Any]

    @staticmethod
    def read(values: Sequence[Any]) -> Filters:
        """Return the filters that the controls are set to."""
        since, until, *chosen = values
        sources, authors, articles = (tuple(each or ()) for each in chosen)
        return Filters((since or "").strip() or None, (until or "").strip() or None, sources, authors, articles)


def build(library: Library, opener: gr.Button) -> FiltersBar:
    """Lay out the drawer, opened by `opener`."""
    with drawer("filters", "Filter articles"):
        with gr.Row():
            since = gr.Textbox(label="Published since", placeholder=_DAY, max_lines=1, elem_id="filter-since")
            until = gr.Textbox(label="Published until", placeholder=_DAY, max_lines=1, elem_id="filter-until")
        lists = [
            gr.Dropdown([], label=label, multiselect=True, elem_id=f"filter-{label.lower()}")
            for label in ("Sources", "Authors", "Articles")
        ]
        clear = gr.Button("Remove all filters", elem_id="remove-filters", size="sm")

    def choices() -> list[dict[str, Any]]:
        facts = library.articles.summaries()
        sources = sorted({each.source for each in facts if each.source}, key=str.casefold)
        authors = sorted({each.author for each in facts if each.author}, key=str.casefold)
        articles = sorted(((each.title, each.id) for each in facts), key=lambda each: each[0].casefold())
        return [gr.update(choices=names) for names in (sources, authors, articles)]

    # each time it is opened: the library may have grown
    opener.click(choices, None, lists, **_QUIET)
    bar = FiltersBar([since, until, *lists])
    clear.click(lambda: ["", "", [], [], []], None, bar.controls, **_QUIET)
    return bar


def chips(bar: FiltersBar, library: Library) -> None:
    """Lay out the chips, one for each filter; a click on a chip removes its filter."""
    shown = gr.HTML("", elem_id="chips", js_on_load=_SCRIPT.read_text("utf-8"), apply_default_css=False)

    def describe(*values: Any) -> str:
        return answer_html.chips(_chips(bar.read(values), library))

    def remove(event: gr.EventData, *values: Any) -> list[Any]:
        name, _, value = event.chip.partition(" ")
        kept = list(values)
        for index in (index for index, own in enumerate(_NAMES) if own == name):
            chosen = values[index]
            kept[index] = [each for each in chosen if each != value] if isinstance(chosen, list) else ""
        return kept

    gr.on([each.change for each in bar.controls], describe, bar.controls, shown, **_QUIET)
    shown.click(remove, bar.controls, bar.controls, **_QUIET)


def _chips(filters: Filters, library: Library) -> list[tuple[str, str]]:
    """Return the name and value of each filter, with its description."""
    alone: list[tuple[str, str, Filters]] = []
    alone += [("since", filters.since, Filters(since=filters.since))] if filters.since else []
    alone += [("until", filters.until, Filters(until=filters.until))] if filters.until else []
    alone += [("source", each, Filters(sources=(each,))) for each in filters.sources]
    alone += [("author", each, Filters(authors=(each,))) for each in filters.authors]
    alone += [("in", each, Filters(articles=(each,))) for each in filters.articles]
    return [(f"{name} {value}", words) for name, value, one in alone for words in one.describe(library)]
