"""The choices of one browser: only what is offered can be chosen, and what was kept may be gone."""

import stat
from pathlib import Path

import gradio as gr
import pytest

from rag.filters import Filters
from rag.llm.spec import model
from rag.options import Options
from ui.browser import settings
from ui.browser.browser_secret import browser_secret
from ui.browser.filters import FiltersBar

TINY = model("http://127.0.0.1:9/v1#tiny")
FAR = model("https://models.example/secret/v1#big")


@pytest.fixture
def made() -> settings.Settings:
    with gr.Blocks():
        gr.Button(elem_id="open-settings")
        return settings.build(Options(model=TINY), [TINY, FAR], "secret")


def test_a_browser_chooses_models_by_name_and_sees_no_key(made: settings.Settings) -> None:
    names = [value for _, value in made.controls[0].choices]
    assert names[0] == settings.QUOTED
    assert made.options(Filters(), names[1], "auto", "marked").model is TINY
    assert made.options(Filters(), settings.QUOTED, "3", "hidden") == Options(unsupported="hidden", sentences=3)
    assert not any("secret" in name for name in names)


def test_what_was_kept_and_is_no_choice_any_more_is_passed_over(made: settings.Settings) -> None:
    gone = settings._restored(["a model of yesterday", "2", None], made.controls)
    assert gone[1] == "2"
    assert [value for value in (gone[0], gone[2]) if value == gr.skip()] == [gr.skip(), gr.skip()]
    assert settings._restored({}, made.controls) == [gr.skip()] * 3


def test_the_secret_of_a_library_outlives_a_restart_and_is_the_users_own(tmp_path: Path) -> None:
    secret = browser_secret(tmp_path)
    assert len(secret) >= 32
    assert browser_secret(tmp_path) == secret
    assert stat.S_IMODE((tmp_path / "browser.secret").stat().st_mode) == 0o600


def test_empty_controls_are_no_filter() -> None:
    assert FiltersBar.read(("", " ", None, [], [])) == Filters()
    assert FiltersBar.read((" 2024 ", "", ["a"], [], ["b"])) == Filters("2024", None, ("a",), (), ("b",))
