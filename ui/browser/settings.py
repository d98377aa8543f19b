"""The settings of one browser: the model, the length of a quoted answer, unsupported statements, the theme."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr
from markupsafe import Markup

from rag.filters import Filters
from rag.llm.base import Model
from rag.options import Options
from ui.browser.drawer import drawer
from ui.render import html as render

QUOTED = "Quoted (no model)"
_AUTO = "auto"
_SENTENCES = (_AUTO, "1", "2", "3", "4", "5")
_UNSUPPORTED = ("marked", "hidden", "shown")
_THEMES = ("system", "light", "dark")
_THEME_SCRIPT = Path(__file__).parents[1] / "static" / "theme.js"
_SILENT: dict[str, Any] = {"show_progress": "hidden", "queue": False, "api_visibility": "private"}


@dataclass(frozen=True)
class Settings:
    """The controls of the drawer; `options` takes their values, in this order."""

    models: Mapping[str, Model]
    controls: list[gr.Radio]

    def options(self, filters: Filters, writer: str, sentences: str, unsupported: Any) -> Options:
        """Return the options of one question; a model is known by its name, never by an address from the browser."""
        number = None if sentences == _AUTO else int(sentences)
        return Options(filters, self.models.get(writer), unsupported, number)


def named(models: Sequence[Model]) -> dict[str, Model]:
    """Return models by the names offered in the browser."""
    return {f"{model.name} at {model.host}": model for model in models}


def build(defaults: Options, models: Sequence[Model], secret: str) -> Settings:
    """Lay out the drawer. Its choices are stored in the browser; `defaults` apply until something is chosen."""
    by_name = named(models)
    with drawer("settings", "Settings"):
        controls = _controls(defaults, by_name)
        theme = gr.Radio(_titled(_THEMES), value="system", label="Theme", elem_id="theme")
    theme.input(None, theme, None, js="theme => window.onrecordTheme(theme)")
    kept = gr.BrowserState({}, storage_key="onrecord-settings", secret=secret)
    gr.on([each.input for each in controls], lambda *values: list(values), controls, kept, **_SILENT)
    page = gr.context.Context.root_block
    assert isinstance(page, gr.Blocks)
    restore = partial(_restored, controls=controls)
    opened = page.load(restore, kept, controls, show_progress="hidden", api_visibility="private")
    opened.then(None, None, theme, js=_THEME_SCRIPT.read_text("utf-8"))
    return Settings(by_name, controls)


def note(settings: Settings) -> None:
    """Lay out the line that says which model writes the answers, and where sentences are sent to it."""
    writer = settings.controls[0]

    def written_by(name: str) -> Markup:
        return render.writer_note(settings.models.get(name))

    line = gr.HTML(written_by(writer.value), elem_id="writer-note", apply_default_css=False)
    writer.change(written_by, writer, line, **_SILENT)


def _controls(defaults: Options, models: Mapping[str, Model]) -> list[gr.Radio]:
    writer = next((name for name, model in models.items() if model is defaults.model), QUOTED)
    number = str(defaults.sentences or _AUTO)
    return [
        gr.Radio([QUOTED, *models], value=writer, label="Answers", elem_id="writer", visible=bool(models)),
        gr.Radio(_titled(_SENTENCES), value=number, label="Maximum sentences in a quoted answer", elem_id="sentences"),
        gr.Radio(
            _titled(_UNSUPPORTED),
            value=defaults.unsupported,
            label="Generated statements that the articles do not support",
            elem_id="unsupported",
            visible=bool(models),
        ),
    ]


def _restored(saved: object, controls: Sequence[gr.Radio]) -> list[Any]:
    """Return the stored choices that are still offered: the models can differ with each start."""
    values = saved if isinstance(saved, list) and len(saved) == len(controls) else [None] * len(controls)
    allowed = ({value for _, value in control.choices} for control in controls)
    return [
        value if isinstance(value, str) and value in known else gr.skip()
        for value, known in zip(values, allowed, strict=True)
    ]


def _titled(values: Sequence[str]) -> list[tuple[str, str]]:
    return [(value.capitalize(), value) for value in values]
