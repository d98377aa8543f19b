"""A link that opens a page at a sentence, as browsers know it: `#:~:text=start,end` (WICG, URL text fragments)."""

from urllib.parse import quote

_WHOLE = 14
_ENDS = 5
"""Of a sentence of more words than 14, the first and the last five: a page may have notes or links in between."""


def at_sentence(url: str, sentence: str) -> str:
    """Return the address of a page with a text fragment that names a sentence of it."""
    words = sentence.split()
    if not words:
        return url
    parts = [words] if len(words) <= _WHOLE else [words[:_ENDS], words[-_ENDS:]]
    named = ",".join(_encoded(" ".join(part)) for part in parts)
    return f"{url}{'' if '#' in url else '#'}:~:text={named}"


def _encoded(text: str) -> str:
    # a dash or a comma as it is would part the fragment
    return quote(text, safe="", errors="replace").replace("-", "%2D")
