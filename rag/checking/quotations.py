"""Quotations in what a model wrote: verbatim in the sentence that they cite, or where else the words stand."""

import re
from collections.abc import Iterable, Iterator, Sequence

from rag.answer import Citation

_QUOTED = re.compile(r"[“\"«]([^“”\"«»]{12,})[”\"»]")
_FEWEST_JOINED = 3  # words that each half of a joined quotation has at least


def misquoted(statement: str, text: str) -> Iterator[str]:
    """Yield the quotations of a statement that do not stand in the text, word for word."""
    known = plain(text)
    for found in _QUOTED.finditer(statement):
        if _bare(found[1]) not in known:
            yield found[1]


def misplaced(statement: str, cited: Sequence[Citation], given: Sequence[Citation]) -> str | None:
    """Return why the first quotation that the cited sentences do not hold is refused; None where they hold all."""
    words = next(misquoted(statement, " ".join(found.sentence for found in cited)), None)
    if words is None:
        return None
    if (joined := _joined(_bare(words), given)) is not None:
        return f"“{words}” joins words from {joined} into one quotation"
    elsewhere = next((found for found in given if _bare(words) in plain(found.sentence)), None)
    if elsewhere is None:
        return f"“{words}” is in none of the sentences found"
    if elsewhere.article_id in {each.article_id for each in cited}:
        return f"“{words}” is not in the cited sentence but in another one of the same article"
    return f"“{words}” is not in the cited sentence but in one of another article, “{elsewhere.title}”"


def is_verbatim(statement: str, sentences: Iterable[str]) -> bool:
    """Tell whether a statement is the whole of a cited sentence, word for word."""
    return any(_bare(plain(statement).strip('"')) == _bare(plain(sentence).strip('"')) for sentence in sentences)


def plain(text: str) -> str:
    """Return a text with one kind of quotation marks and single spaces."""
    return " ".join(text.translate(str.maketrans("“”«»’‘", '""""\'\'')).split())


def _bare(words: str) -> str:
    return plain(words).strip(" .,;")


def _joined(words: str, given: Sequence[Citation]) -> str | None:
    """Return which sentences a quotation was made of, where its two halves stand in two of them."""
    split = words.split(" ")
    known = [plain(found.sentence) for found in given]
    if any(words in text for text in known):
        return None
    for at in range(_FEWEST_JOINED, len(split) - _FEWEST_JOINED + 1):
        halves = (_bare(" ".join(split[:at])), _bare(" ".join(split[at:])))
        homes = [
            next((found for found, text in zip(given, known, strict=True) if half in text), None) for half in halves
        ]
        if homes[0] and homes[1]:
            same = homes[0].article_id == homes[1].article_id
            return "two sentences" if same else "two articles"
    return None
