"""What a pronoun of a follow-up can mean: people, things and groups of the exchange before it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from index.text.english import may_be_verb
from rag.understanding.phrases import (
    ASKING,
    BE_OR_HAVE,
    DETERMINERS,
    DO_OR_MODAL,
    PREPOSITIONS,
    Phrase,
    lowered,
    phrases,
)

_AUXILIARY = f"(?:{'|'.join(sorted(DO_OR_MODAL | BE_OR_HAVE))})"
_COUNTED = re.compile(
    rf"(?:how many|which|what) ((?:(?!{_AUXILIARY}\b)\w+ ){{1,3}}?)(?={_AUXILIARY}\b)|how many (\w+)", re.IGNORECASE
)
_WHO_IS_NAMED = re.compile(r"(?i:who (?:is|was|are|were)) [A-Z]")


@dataclass(frozen=True)
class Exchange:
    """The question before, standalone, and the reply that it got."""

    question: str
    reply: str
    earlier: "Exchange | None" = None

    @cached_property
    def asked(self) -> list[Phrase]:
        """The phrases of the question."""
        return phrases(self.question, self._names)

    @cached_property
    def replied(self) -> list[Phrase]:
        """The phrases of the reply."""
        return phrases(self.reply, self._names)

    @cached_property
    def _names(self) -> frozenset[str]:
        both = [*phrases(self.question), *phrases(self.reply)]
        return frozenset(word for phrase in both for word in phrase.text.split() if word[:1].isupper())

    @cached_property
    def asking(self) -> str:
        """The word that the question asks with, in lower case; empty where it asks yes or no."""
        return next((word for word in lowered(self.question) if word in ASKING), "")

    @cached_property
    def fresh(self) -> list[Phrase]:
        """What the reply names and the question does not."""
        before = self.question.lower()
        return [phrase for phrase in self.replied if phrase.text.lower() not in before and phrase.kind != "time"]


def people(exchange: Exchange, is_object: bool) -> Phrase | None:
    """He or she: a person, the reply's before the question's; a role where nobody is named."""
    named = _WHO_IS_NAMED.match(exchange.question)
    fresh = [] if named or exchange.asking not in ("who", "whom", "whose", "which") else exchange.fresh
    spoken = (*exchange.asked, *exchange.replied) if named else (*fresh, *exchange.replied, *exchange.asked)
    for kind in ("person", "name"):
        if found := next((phrase for phrase in spoken if phrase.kind == kind), None):
            return in_full(found, exchange)
    if exchange.earlier and (found := people(exchange.earlier, is_object)) and found.kind in ("person", "name"):
        return found
    roles = (phrase for phrase in (*exchange.asked, *exchange.replied) if phrase.kind == "thing" and not phrase.plural)
    return next(roles, None)


def things(exchange: Exchange, is_object: bool) -> Phrase | None:
    """It: the thing that the question was about; what the reply named where the question asked which."""
    asked = [phrase for phrase in exchange.asked if phrase.kind in ("thing", "name", "place")]
    if re.match(r"(?i)who(?:se)? (?:is|was|are|were)\b", exchange.question):
        asked = asked[1:] or asked  # that one is a person by the question
    fresh = [phrase for phrase in exchange.fresh if phrase.kind != "place"]
    replied = [phrase for phrase in exchange.replied if phrase.kind in ("thing", "name", "place")]
    chosen = re.match(rf"(?i)(?:which|what) (?!{_AUXILIARY}\b)(\w+)", exchange.question)
    if chosen and may_be_verb(chosen[1].lower()) and not chosen[1].endswith("s"):
        chosen = None  # "what caused" asks for no choice
    outer = [phrase for phrase in asked if not any(p.start < phrase.start and phrase.end <= p.end for p in asked)]
    asked = (outer[::-1] if is_object else outer) + asked  # an object means an object, a subject a subject
    found = ([phrase for phrase in fresh if not phrase.plural] if chosen else []) + _singular_first(asked) + replied
    return in_full(found[0], exchange) if found else None


def groups(exchange: Exchange, is_object: bool) -> Phrase | None:
    """They: what was asked for by "who" or "which"; else several things, else a group, of an earlier exchange too."""
    asked = [phrase for phrase in exchange.asked if phrase.kind != "time"]
    replied = [phrase for phrase in exchange.replied if phrase.kind != "time"]
    chosen = exchange.fresh if exchange.asking in ("who", "whom", "which") else []
    several = [phrase for phrase in (*asked, *replied) if phrase.plural]
    others = [phrase for phrase in (*asked, *replied) if phrase.kind != "person"]
    if found := _counted(exchange.question) + chosen + several + others:
        return in_full(found[0], exchange)
    before = groups(exchange.earlier, is_object) if exchange.earlier else None
    return before or next(iter((*asked, *replied)), None)


def _counted(question: str) -> list[Phrase]:
    """Return what a question counts or chooses among: "the houses" of "How many houses were damaged?"."""
    match = _COUNTED.match(question)
    if not match:
        return []
    counted = phrases(f", the {match[1] or match[2]}")
    return counted if match[2] or match[0].lower().startswith("how") or any(phrase.plural for phrase in counted) else []


def _singular_first(found: Sequence[Phrase]) -> list[Phrase]:
    return sorted(found, key=lambda phrase: phrase.plural)


def in_full(phrase: Phrase, exchange: Exchange) -> Phrase:
    """Return the longest form in which the exchange names the same person or thing: "Marit Solvang" for "Solvang"."""
    shorter = f" {bare_name(phrase).lower()}"
    spoken = (*exchange.asked, *exchange.replied)
    return next((other for other in spoken if other.name and bare_name(other).lower().endswith(shorter)), phrase)


def bare_name(phrase: Phrase) -> str:
    """Return a person's name without the role before it: "Marit Solvang" of "the engineer Marit Solvang"."""
    words = phrase.text.split()
    if words[0].lower() in DETERMINERS:
        words[0] = "the" if words[0].lower() in ("a", "an") else words[0].lower()
    if phrase.kind != "person":
        return " ".join(words)
    joined = next((i for i, word in enumerate(words) if i and word in PREPOSITIONS - {"of"}), len(words))
    words = words[:joined]  # "Bruno Matsuda at the Kelso Otters"
    if words[0][:1].isupper():
        return " ".join(words)
    return " ".join(words[next(i for i, word in enumerate(words) if word[:1].isupper()) :])
