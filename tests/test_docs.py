"""The docs say what is so: commands, options, files and the README's printed answer are those of this program."""

import ast
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from index.library import Library
from ui.terminal.cli import app

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
DOCS = [README, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
DESIGN = ROOT / "docs" / "design.md"
COMMON = {"--help", "--library"}
"""Options that are described once, for all commands."""
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^### `onrecord ([a-z ]+[a-z])[^`]*`$", re.MULTILINE)
_ROW = re.compile(r"^\| `(--[a-z-]+)", re.MULTILINE)
_FILE = re.compile(r"`([\w./-]+(?:/|\.\w+))`")
_LINK = re.compile(r"\]\(([^)#\s]+)(#[^)]*)?\)")


def blocks(page: Path, language: str) -> Iterator[str]:
    return (text for found, text in _BLOCK.findall(page.read_text("utf-8")) if found == language)


def command_lines(page: Path) -> list[str]:
    lines = [line for block in blocks(page, "sh") for line in block.splitlines()]
    return [line for line in lines if line.startswith("onrecord ")]


def commands() -> dict[str, TyperCommand]:
    """Return every command by its words, such as 'questions make'."""
    root = typer.main.get_command(app)
    assert isinstance(root, TyperGroup)
    found: dict[str, TyperCommand] = {}
    for name, command in root.commands.items():
        inner = command.commands if isinstance(command, TyperGroup) else None
        found |= {f"{name} {own}": each for own, each in inner.items()} if inner else {name: command}
    return found


def options(command: TyperCommand) -> set[str]:
    return {name for each in command.params if isinstance(each, TyperOption) for name in each.opts} | {"--help"}


def described() -> dict[str, set[str]]:
    """Return the options that the sections of usage.md and evaluation.md list, by command."""
    found: dict[str, set[str]] = {}
    for page in ("usage.md", "evaluation.md"):
        parts = _HEADING.split((ROOT / "docs" / page).read_text("utf-8"))
        for name, section in zip(parts[1::2], parts[2::2], strict=True):
            found[name] = set(_ROW.findall(section.split("\n#")[0]))
    return found


def test_the_readme_is_one_page() -> None:
    assert len(README.read_text("utf-8").splitlines()) <= 100


def test_every_command_is_described_and_no_other() -> None:
    assert described().keys() == commands().keys()


@pytest.mark.parametrize("name", commands())
def test_the_options_of_a_command_are_described_and_no_others(name: str) -> None:
    assert described()[name] == options(commands()[name]) - COMMON


@pytest.mark.parametrize("line", [line for page in DOCS for line in command_lines(page)])
def test_a_command_of_the_docs_is_understood(line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    words = words[: words.index(">>")] if ">>" in words else words
    name = " ".join(words[:2]) if " ".join(words[:2]) in commands() else words[0]
    with commands()[name].make_context(name, words[len(name.split()) :]):
        pass


@pytest.mark.parametrize("page", DOCS, ids=lambda page: page.name)
def test_python_of_the_docs_imports_what_there_is(page: Path) -> None:
    for block in blocks(page, "python"):
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.ImportFrom):
                assert node.module
                module = __import__(node.module, fromlist=[alias.name for alias in node.names])
                assert all(hasattr(module, alias.name) for alias in node.names)


@pytest.mark.parametrize("page", DOCS, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target, anchor in _LINK.findall(page.read_text("utf-8")):
        if "://" in target:
            continue
        file = page.parent / target
        assert file.exists(), target
        assert not anchor or anchor[1:] in anchors(file), target + anchor


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}


@pytest.mark.parametrize("line", ["python -m eval.peers", "python -m eval.benchmarks.add"])
def test_modules_to_run_are_there(line: str) -> None:
    assert find_spec(line.split()[-1])


def test_the_readme_prints_the_answer_that_the_program_gives(sample: Library) -> None:
    asked = next(line for line in command_lines(README) if line.startswith("onrecord ask"))
    words = [*shlex.split(asked, comments=True)[1:], "--library", str(sample.folder)]
    onrecord = str(Path(sys.executable).with_name("onrecord"))
    done = subprocess.run([onrecord, *words], capture_output=True, text=True, check=True)
    assert done.stdout == next(blocks(README, "text"))


@pytest.mark.parametrize("page", [DESIGN, ROOT / "CONTRIBUTING.md"], ids=lambda page: page.name)
def test_files_named_are_there(page: Path) -> None:
    named = [name for name in _FILE.findall(page.read_text("utf-8")) if "/" in name and not name.startswith("out/")]
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_layout_is_the_one_on_disk() -> None:
    drawn = set(re.findall(r"^\| `((?:index|rag|ui|eval)/[\w/]*)`", DESIGN.read_text("utf-8"), re.MULTILINE))
    floors = ("index", "rag", "ui", "eval")
    packages = {path.parent for floor in floors for path in (ROOT / floor).rglob("__init__.py")}
    inner = {f"{path.relative_to(ROOT).as_posix()}/" for path in packages}
    assert drawn == inner
