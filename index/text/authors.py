"""Names of authors as sources give them."""

from typing import Any


def authors(given: Any) -> str | None:
    """Return author names as one string, from a string or a list of them."""
    names = given if isinstance(given, list) else [given]
    shown = [str(name).strip() for name in names if name and str(name).strip()]
    return ", ".join(shown).replace("; ", ", ") or None
