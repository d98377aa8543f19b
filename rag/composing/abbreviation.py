"""Expands an abbreviation: finds where an article spells out the words that its letters stand for."""

import re
from collections.abc import Sequence

from rag.answer import AnswerSpan, Evidence, Passage

_ASKED = re.compile(
    r"\bwhat (?:does|do|did) (?:the )?([A-Z]{2,8}) (?:stand for|mean)\b|\bwhat is (?:the |an? )?([A-Z]{2,8})\W*$",
    re.IGNORECASE,
)
_BETWEEN = r"\s+(?:(?:of|for|the|and|on)\s+)*"
_GIVEN = 0.9


def expansion(question: str, passages: Sequence[Passage]) -> Evidence | None:
    """Return the sentence that spells out the abbreviation in the question.

    An expansion followed by the abbreviation in brackets is preferred to any other. None if the question does not
    ask for an expansion, or if no article that uses the abbreviation spells it out.
    """
    asked = _ASKED.search(question)
    short = (asked[1] or asked[2]) if asked else ""
    if not short.isupper():
        return None
    words = _BETWEEN.join(rf"{letter}[\w’'-]+" for letter in short)
    uses = [each for each in passages if re.search(rf"\b{short}\b", f"{each.article.title} {each.chunk.text}")]
    known = {each.article.id for each in uses}
    others = [each for each in passages if each.article.id in known]
    bracketed = re.compile(rf"\b({words})\s*\(\s*{short}\s*\)")
    return _first(bracketed, uses) or _first(re.compile(rf"\b({words})"), others)


def _first(pattern: re.Pattern[str], passages: Sequence[Passage]) -> Evidence | None:
    for passage in passages:
        for sentence in passage.sentences:
            if found := pattern.search(passage.text_of(sentence)):
                span = AnswerSpan(sentence.start + found.start(1), sentence.start + found.end(1))
                return Evidence(sentence, passage, _GIVEN, span)
    return None
