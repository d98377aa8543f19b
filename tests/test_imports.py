"""Imports go one way, and each outside package has one home."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = ("index", "rag", "ui", "eval")
MODULES = [path.relative_to(ROOT) for floor in FLOORS for path in (ROOT / floor).rglob("*.py")]
NAMES = {".".join(path.with_suffix("").parts).removesuffix(".__init__"): path for path in MODULES}
ALLOWED = {"index": {"index"}, "rag": {"index", "rag"}, "ui": {"index", "rag", "ui"}, "eval": {"index", "rag", "eval"}}
HOMES = {"chromadb": "index/store/vectors.py", "sqlite3": "index/store/database.py"}


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def circle(depth: int) -> list[str]:
    """Return a circle of imports between packages `depth` names deep, or an empty list; a module counts as one."""
    arrows: dict[str, set[str]] = {}
    for module, path in NAMES.items():
        start, *ends = (".".join(name.split(".")[:depth]) for name in (module, *(imported(path) & NAMES.keys())))
        arrows.setdefault(start, set()).update(set(ends) - {start})
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_imports_keep_their_direction(path: Path) -> None:
    names = imported(path)
    floors = {name.split(".")[0] for name in names} & set(ALLOWED)
    assert path.parts[:2] == ("ui", "terminal") or floors <= ALLOWED[path.parts[0]]
    assert "eval" not in names
    assert "gradio" not in {name.split(".")[0] for name in names} or path.parts[0] == "ui"


@pytest.mark.parametrize("depth", range(2, 1 + max(name.count(".") + 1 for name in NAMES)))
def test_no_packages_and_no_modules_import_each_other(depth: int) -> None:
    assert circle(depth) == []


@pytest.mark.parametrize("package", HOMES)
def test_each_store_is_seen_by_one_module(package: str) -> None:
    seen = {str(path) for path in MODULES if package in {name.split(".")[0] for name in imported(path)}}
    assert seen == {HOMES[package]}
