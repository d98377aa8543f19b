"""No regular expression of the product takes more than linear time, whatever text it meets."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.adversarial import grown, seconds

ROOT = Path(__file__).parents[1]
MODULES = sorted(
    path.relative_to(ROOT)
    for room in ("index", "rag", "ui", "eval")
    for path in (ROOT / room).rglob("*.py")
    if "training" not in path.parts and path.name != "__main__.py"
)
METHODS = frozenset("match search fullmatch sub subn split findall finditer".split())
SHORT, LONG = 500, 4_000
LIMIT = 0.4


class Use(NamedTuple):
    """One pattern and one way in which it is applied."""

    where: str
    pattern: re.Pattern[str]
    method: str


def uses() -> Iterator[Use]:
    """Yield every pattern of the product with every method that is called on it.

    A pattern that stands in a collection or is handed on is taken as searched for.
    """
    for path in MODULES:
        tree = ast.parse((ROOT / path).read_text("utf-8"))
        module = import_module(".".join(path.with_suffix("").parts).removesuffix(".__init__"))
        yield from _inline(str(path), tree)
        called = _called(tree)
        for name, pattern in _compiled(vars(module)):
            for method in sorted(called.get(name, {"search"})):
                yield Use(f"{path}:{name}", pattern, method)


def _compiled(names: dict[str, object]) -> Iterator[tuple[str, re.Pattern[str]]]:
    for name, value in names.items():
        values = value if isinstance(value, tuple | list | set | frozenset) else [value]
        values = value.values() if isinstance(value, dict) else values
        for one in values:
            for part in one if isinstance(one, tuple | list) else [one]:
                if isinstance(part, re.Pattern) and isinstance(part.pattern, str):
                    yield name, part


def _called(tree: ast.AST) -> dict[str, set[str]]:
    """Return the methods that a module calls on each name."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in METHODS:
            found.setdefault(node.value.id, set()).add(node.attr)
    return found


def _inline(where: str, tree: ast.AST) -> Iterator[Use]:
    """Yield patterns written where they are used: `re.sub(r"...", ...)`."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in METHODS):
            continue
        called_on_re = isinstance(node.func.value, ast.Name) and node.func.value.id == "re"
        if called_on_re and node.args and isinstance(node.args[0], ast.Constant):
            yield Use(f"{where}:{node.lineno}", re.compile(str(node.args[0].value)), node.func.attr)


def run(use: Use, text: str) -> object:
    """Apply a pattern to a text, to the end."""
    if use.method in ("sub", "subn"):
        return use.pattern.sub("", text)
    found = getattr(use.pattern, use.method)(text)
    return list(found) if use.method == "finditer" else found


def runs_away(use: Use) -> str:
    """Return the start of a text on which a pattern takes more than linear time, empty where there is none."""
    for short, long in zip(grown(use.pattern, SHORT), grown(use.pattern, LONG), strict=False):
        if seconds(lambda text: run(use, text), long, LIMIT) < 0.008:
            continue
        slow = min(seconds(lambda text: run(use, text), long, LIMIT) for _ in range(2))
        quick = min(seconds(lambda text: run(use, text), short, LIMIT) for _ in range(3))
        if slow >= LIMIT or (slow > 0.008 and slow > 3 * (LONG / SHORT) * quick):
            return (
                f"{long[:40]!r}..{long[-8:]!r}: {quick:.4f} s for {len(short)}, {slow:.4f} s for {len(long)} characters"
            )
    return ""


USES = list({(use.pattern, use.method): use for use in uses()}.values())


@pytest.mark.parametrize("use", USES, ids=lambda use: f"{use.where}.{use.method}")
def test_no_pattern_takes_more_than_linear_time(use: Use) -> None:
    assert not runs_away(use)


@pytest.mark.parametrize("evil", [r"(a+)+$", r"(?:\[ ?)*\]", r"(\w+\s?)*x", r"\s+$", r"a*b?a*c"])
def test_patterns_that_run_away_are_found(evil: str) -> None:
    assert runs_away(Use("", re.compile(evil), "search"))


@pytest.mark.parametrize("tame", [r"(?<!\s)\s+$", r"a++b", r"[a-z]+|\d", r"(?>\w+)\."])
def test_patterns_that_do_not_are_let_be(tame: str) -> None:
    assert not runs_away(Use("", re.compile(tame), "match"))
