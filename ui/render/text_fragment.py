"""A link that opens a page at a sentence: `#:~:text=start,end` (WICG, URL text fragments)."""

from urllib.parse import quote

_WHOLE = 14
_ENDS = 5
"""A sentence of more than 14 words is named by its first and last five: a page may have notes or links in between."""


def at_sentence(url: str, sentence: str) -> str:
    """Return the URL of a page with a text fragment that names one of its sentences."""
    words = sentence.split()
    if not words:
        return url
    parts = [words] if len(words) <= _WHOLE else [words[:_ENDS], words[-_ENDS:]]
    # a dash or a comma in the text would split the fragment
    encoded = (quote(" ".join(part), safe="", errors="replace").replace("-", "%2D") for part in parts)
    return f"{url}{'' if '#' in url else '#'}:~:text={','.join(encoded)}"
