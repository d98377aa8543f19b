"""Parses untrusted JSON with a limited depth, so that recursive code cannot overflow the stack."""

import json
from typing import Any

DEEPEST = 64


def read_json(text: str | bytes) -> Any:
    """Return the parsed JSON; raises ValueError if it is invalid or nested deeper than `DEEPEST`."""
    try:
        read = json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if _is_deeper(read, DEEPEST):
        raise ValueError("nested too deeply")
    return read


def _is_deeper(value: Any, levels: int) -> bool:
    layer = [value]
    for _ in range(levels):
        layer = [inner for outer in layer if isinstance(outer, dict | list) for inner in _inner(outer)]
        if not layer:
            return False
    return True


def _inner(outer: dict[str, Any] | list[Any]) -> list[Any]:
    return list(outer.values()) if isinstance(outer, dict) else outer
