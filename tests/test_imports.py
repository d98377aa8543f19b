"""Imports go one way, and each outside package has one home."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = [path.relative_to(ROOT) for room in ("index", "rag", "ui", "eval") for path in (ROOT / room).rglob("*.py")]
ALLOWED = {"index": {"index"}, "rag": {"index", "rag"}, "ui": {"index", "rag", "ui"}, "eval": {"index", "rag", "eval"}}
HOMES = {"chromadb": "index/store/vectors.py", "sqlite3": "index/store/database.py"}


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_imports_keep_their_direction(path: Path) -> None:
    names = imported(path)
    rooms = {name.split(".")[0] for name in names} & set(ALLOWED)
    assert path.parts[:2] == ("ui", "terminal") or rooms <= ALLOWED[path.parts[0]]
    assert "eval" not in names
    assert "gradio" not in {name.split(".")[0] for name in names} or path.parts[0] == "ui"


@pytest.mark.parametrize("package", HOMES)
def test_each_store_is_seen_by_one_module(package: str) -> None:
    seen = {str(path) for path in MODULES if package in {name.split(".")[0] for name in imported(path)}}
    assert seen == {HOMES[package]}
