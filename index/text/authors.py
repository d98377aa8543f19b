"""Author names as given by sources."""

from typing import Any

from index.text.bylines import byline


def authors(given: Any) -> str | None:
    """Return author names as one string, from a string or a list of strings."""
    names = given if isinstance(given, list) else [given]
    said = [str(name).strip() for name in names if name and str(name).strip()]
    shown = [one for name in said for one in (byline(name) or [name])]
    return ", ".join(shown).replace("; ", ", ") or None
