"""Checks the quotations in a model's text: verbatim in the cited sentence, or found elsewhere."""

import re
from collections.abc import Iterable, Iterator, Sequence

from rag.answer import Citation

_QUOTED = re.compile(r"[“\"«]([^“”\"«»]{12,})[”\"»]")
_FEWEST_JOINED = 3  # fewest words of each half of a joined quotation


def misquoted(statement: str, text: str) -> Iterator[str]:
    """Yield the quotations of a statement that are not in the text, word for word."""
    known = plain(text)
    for match in _QUOTED.finditer(statement):
        if _bare(match[1]) not in known:
            yield match[1]


def misplaced(statement: str, cited: Sequence[Citation], given: Sequence[Citation]) -> str | None:
    """Return what is wrong with the first quotation that is not in the cited sentences; None if all are."""
    words = next(misquoted(statement, " ".join(citation.sentence for citation in cited)), None)
    if words is None:
        return None
    if (joined := _joined(_bare(words), given)) is not None:
        return f"“{words}” joins words from {joined} into one quotation"
    elsewhere = next((citation for citation in given if _bare(words) in plain(citation.sentence)), None)
    if elsewhere is None:
        return f"“{words}” is in none of the sentences found"
    if elsewhere.article_id in {each.article_id for each in cited}:
        return f"“{words}” is not in the cited sentence but in another one of the same article"
    return f"“{words}” is not in the cited sentence but in one of another article, “{elsewhere.title}”"


def is_verbatim(statement: str, sentences: Iterable[str]) -> bool:
    """Return whether a statement is the whole of a cited sentence, word for word."""
    return any(_bare(plain(statement).strip('"')) == _bare(plain(sentence).strip('"')) for sentence in sentences)


def plain(text: str) -> str:
    """Return a text with uniform quotation marks and single spaces."""
    return " ".join(text.translate(str.maketrans("“”«»’‘", '""""\'\'')).split())


def _bare(words: str) -> str:
    return plain(words).strip(" .,;")


def _joined(words: str, given: Sequence[Citation]) -> str | None:
    """Return which two sentences a quotation joins, if its halves come from two of them."""
    split = words.split(" ")
    known = [plain(citation.sentence) for citation in given]
    if any(words in text for text in known):
        return None
    for at in range(_FEWEST_JOINED, len(split) - _FEWEST_JOINED + 1):
        halves = (_bare(" ".join(split[:at])), _bare(" ".join(split[at:])))
        homes = [
            next((citation for citation, text in zip(given, known, strict=True) if half in text), None)
            for half in halves
        ]
        if homes[0] and homes[1]:
            same = homes[0].article_id == homes[1].article_id
            return "two sentences" if same else "two articles"
    return None
