"""Estimates whether a sentence in another language answers a question, from the names and numbers they share.

Names and numbers look alike in both languages, other words do not, and the reader was trained on English only. The
constants were set by hand on our own questions.
"""

import re
from collections.abc import Sequence

from index.text.english import asked_kind, holds_kind, terms
from index.text.language import language
from rag.answer import Evidence

_NAME = re.compile(r"(?<!^)\b(?:[^\W\d_a-z][\w'’-]+|\d[\d.,]*)")
_LEAST, _BY_LIKENESS, _OTHER_KIND = 0.12, 0.5, 0.4
_LONGEST = 2000


def chance_across(question: str, evidence: Sequence[Evidence]) -> float:
    """Return the chance, 0 to 1, that the best sentence answers; 0 if it is in the question's language.

    It rises with the share of the question's names found in the sentence or its title, and with the passage's
    similarity.
    """
    if not evidence:
        return 0.0
    best = evidence[0]
    names = set(terms(" ".join(_NAME.findall(question))))
    shared = names & set(terms(f"{best.passage.article.title} {best.text}"))
    if not shared:
        return 0.0  # before the languages, whose recognition takes a second to load
    written = language(best.passage.chunk.text[:_LONGEST])
    # names would be taken for words of the article's language
    spoken = "en" if asked_kind(question) else language(_NAME.sub(" ", question))
    if None in (spoken, written) or spoken == written:
        return 0.0
    chance = _LEAST + _BY_LIKENESS * max(best.passage.dense or 0.0, 0.0)
    kind = asked_kind(question)
    fits = 1.0 if kind is None or holds_kind(best.text, kind) else _OTHER_KIND
    return float(chance * fits * (len(shared) / len(names)) ** 2)
