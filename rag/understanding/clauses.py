"""Splits a question into its question words, its auxiliary and the rest."""

import re
from dataclasses import dataclass

from index.text.english import may_be_verb
from rag.understanding.phrases import ASKING, BE_OR_HAVE, DETERMINERS, DO_OR_MODAL, PREPOSITIONS, lowered, phrases

_MEASURES = frozenset("many much long old far often tall high deep big".split())


@dataclass(frozen=True)
class Clause:
    """A split question: "which company | did | the board sell to Halberd Bank"; without auxiliary: "who | | won"."""

    asking: str
    auxiliary: str
    rest: str

    @property
    def counted(self) -> str:
        """The noun in the question words: "tram drivers" in "how many tram drivers"."""
        words = self.asking.split()
        light = ASKING | _MEASURES | PREPOSITIONS
        return " ".join(words[next((i for i, word in enumerate(words) if word.lower() not in light), len(words)) :])

    @property
    def asks_subject(self) -> bool:
        """Whether the question words are the subject: "who runs", "which company is buying"."""
        if not self.auxiliary:
            return bool(self.asking)
        subject = next(iter(phrases(f", {self.rest}")), None)
        passive = self.auxiliary.lower() in BE_OR_HAVE and bool(re.match(r"\w+(?:ed|ing|en|t)\b", self.rest))
        asked = bool(self.counted) or lowered(self.asking) in (["who"], ["what"])
        return asked and passive and not (subject and subject.start < 3)


def parsed(question: str) -> Clause:
    """Split a question at its auxiliary, or at the verb if the question words are its subject."""
    words = question.rstrip(" ?").split()
    lower = [word if word == "May" and number else word.lower() for number, word in enumerate(words)]
    if lower and lower[0] in DO_OR_MODAL | BE_OR_HAVE:
        return Clause("", words[0], " ".join(words[1:]))
    if not set(lower[:2]) & ASKING:
        return Clause("", "", " ".join(words))
    auxiliary = next((i for i, word in enumerate(lower) if i and word in DO_OR_MODAL | BE_OR_HAVE), None)
    verb = _verb_of_asked_subject(lower)
    if verb and (auxiliary is None or verb < auxiliary):
        return Clause(" ".join(words[:verb]), "", " ".join(words[verb:]))
    if auxiliary is None:
        return Clause("", "", " ".join(words))
    return Clause(" ".join(words[:auxiliary]), words[auxiliary], " ".join(words[auxiliary + 1 :]))


def _verb_of_asked_subject(lower: list[str]) -> int | None:
    """Return the index of the verb whose subject is the question words: "who won", "how many drivers went"."""
    stops = (i for i, word in enumerate(lower) if i and word in PREPOSITIONS | DO_OR_MODAL | BE_OR_HAVE | DETERMINERS)
    end = next(stops, len(lower))
    if lower[0] in ("who", "what"):
        return 1 if end > 1 and may_be_verb(lower[1]) else None
    verbs = [i for i in range(2, end) if may_be_verb(lower[i]) and lower[i + 1 : i + 2] != ["of"]]
    past = [i for i in verbs if not lower[i].endswith("s")]  # "how many drivers went": "drivers" is a plural noun
    if verbs and not past and verbs[-1] + 1 < end:
        past = [verbs[-1] + 1]  # "how many wolves live"
    inverted = end < len(lower) and lower[end] in DO_OR_MODAL | BE_OR_HAVE
    return next(iter(past if inverted else past or verbs), None)
