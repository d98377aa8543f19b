"""The settings of one browser: who writes, how much is quoted, what is shown, light or dark."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    """The choices of the drawer: `controls` are what an event takes, `options` reads their values."""

    models: Mapping[str, Model]
    controls: list[gr.Radio]

    def options(self, filters: Filters, writer: str, sentences: str, unsupported: Any) -> Options:
        """Return the options of one question; a model is named, never given by its address."""
        number = None if sentences == _AUTO else int(sentences)
        return Options(filters, self.models.get(writer), unsupported, number)


def named(models: Sequence[Model]) -> dict[str, Model]:
    """Return models by the names that a browser chooses among."""
    return {f"{model.name} at {model.host}": model for model in models}


def build(defaults: Options, models: Sequence[Model], secret: str) -> Settings:
    """Lay out the drawer; what is chosen in it is kept in the browser. `defaults` hold until then."""
    by_name = named(models)
    with drawer("settings", "Settings"):
        controls = _controls(defaults, by_name)
        theme = gr.Radio(_titled(_THEMES), value="system", label="Theme", elem_id="theme")
    theme.input(None, theme, None, js="theme => window.onrecordTheme(theme)")
    kept = gr.BrowserState({}, storage_key="onrecord-settings", secret=secret)
    gr.on([each.input for each in controls], lambda *values: list(values), controls, kept, **_SILENT)
    opened = _blocks().load(
        lambda saved: _restored(saved, controls), kept, controls, show_progress="hidden", api_visibility="private"
    )
    opened.then(None, None, theme, js=_THEME_SCRIPT.read_text("utf-8"))
    return Settings(by_name, controls)


def note(settings: Settings) -> None:
    """Lay out the line that says which model writes, and where sentences are sent for it."""
    writer = settings.controls[0]
    line = gr.HTML(_written_by(settings, writer.value), elem_id="writer-note", apply_default_css=False)
    writer.change(lambda name: _written_by(settings, name), writer, line, **_SILENT)


def _written_by(settings: Settings, name: str) -> Markup:
    return render.writer_note(settings.models.get(name))


def _controls(defaults: Options, models: Mapping[str, Model]) -> list[gr.Radio]:
    writer = next((name for name, model in models.items() if model is defaults.model), QUOTED)
    number = str(defaults.sentences or _AUTO)
    return [
        gr.Radio([QUOTED, *models], value=writer, label="Answers", elem_id="writer", visible=bool(models)),
        gr.Radio(_titled(_SENTENCES), value=number, label="Sentences in a quoted answer, at most", elem_id="sentences"),
        gr.Radio(
            _titled(_UNSUPPORTED),
            value=defaults.unsupported,
            label="Generated statements that the articles do not support",
            elem_id="unsupported",
            visible=bool(models),
        ),
    ]


def _restored(saved: object, controls: Sequence[gr.Radio]) -> list[Any]:
    """Return what the browser kept, where it is still among the choices: models come and go with each start."""
    values = saved if isinstance(saved, list) and len(saved) == len(controls) else [None] * len(controls)
    allowed = ({value for _, value in control.choices} for control in controls)
    return [
        value if isinstance(value, str) and value in known else gr.skip()
        for value, known in zip(values, allowed, strict=True)
    ]


def _titled(values: Sequence[str]) -> list[tuple[str, str]]:
    return [(value.capitalize(), value) for value in values]


def _blocks() -> gr.Blocks:
    page = gr.context.Context.root_block
    assert isinstance(page, gr.Blocks)
    return page
