"""Splits a question that asks several things at once into separate questions."""

import re

from rag.understanding.follow_up import standalone_by_rule
from rag.understanding.history import Turn
from rag.understanding.phrases import ASKING, BE_OR_HAVE, DO_OR_MODAL, PREPOSITIONS

_ASKS = rf"(?:in |on |at |to |for |by |from |since |until |with )?(?:{'|'.join(sorted(ASKING))})"
_VERB = rf"(?:{'|'.join(sorted(DO_OR_MODAL | BE_OR_HAVE))})"
_INVERTED = rf"{_VERB} (?:the|an?|his|her|its|their|our|my|your|he|she|it|they|we|I|you|there|[A-Z][\w’'-]{{1,40}}+)"
_QUESTION = rf"(?:{_ASKS} (?!(?:{'|'.join(sorted(PREPOSITIONS))})\b)[\w’'-]{{1,40}}+ \w|{_INVERTED}\b)"
# questions have single spaces
_BOUNDARY = re.compile(
    rf"(?<=[?]) (?i:(?:and |also |or ){{0,3}})(?i:(?={_ASKS}\b|{_VERB}\b))"
    rf"| ?[,;]? (?i:and|but) (?i:also |then )?(?=(?i:{_ASKS}) |{_INVERTED})(?={_QUESTION})"
    rf"| ?; (?={_QUESTION})"
)
_COMMA = re.compile(rf" ?, (?={_ASKS} [\w’'-]{{1,40}}+ \w)", re.IGNORECASE)
_OPENS = re.compile(rf"\W{{0,9}}+(?:(?:[\w’']{{1,40}}+,?\s{{1,9}}+){{0,4}}?{_ASKS}|{_VERB})\b", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween \S{1,60}$", re.IGNORECASE)
_FEWEST = 3


def parts_of(question: str) -> list[str]:
    """Return the parts of a standalone question, each a standalone question; usually there is one."""
    pieces = [piece.strip(" ,;") for piece in _BOUNDARY.split(question)]
    if len(pieces) > 1:
        pieces = [inner for piece in pieces for inner in _COMMA.split(piece)]
    if not all(_stands_alone(piece) for piece in pieces):
        return [question]
    asked: list[str] = []
    for piece in pieces if len(pieces) > 1 else ():
        turns = [Turn("user", before) for before in asked]
        asked.append(standalone_by_rule(f"{piece.rstrip(' ?.')}?", turns))
    return asked or [question]


def _stands_alone(piece: str) -> bool:
    return len(piece.split()) >= _FEWEST and bool(_OPENS.match(piece)) and not _BETWEEN.search(piece)
