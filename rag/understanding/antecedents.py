"""Finds what a pronoun in a follow-up can mean: people, things and groups in the previous exchange."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from index.text.english import may_be_verb
from rag.understanding.clauses import parsed
from rag.understanding.gender import female_chance
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
_LEANS = re.compile(r"(?:his|her|its|their|my|our|your) ", re.IGNORECASE)
_OWNER = re.compile(r"([A-Z][\w-]{1,40} [A-Z][\w-]{1,40})['’]s ")
"""The owner, a person, in "Anton Weil's first book"."""
_QUOTES = frozenset('"“”„«»')
_PERSONAL = re.compile(r"\b(?:he|she|him|his|hers?)\b", re.IGNORECASE)
_QUALITY = re.compile(r"(?i:what)(?:['’]?s| is| are| was| were) (the (?:\w+ ){1,2}of )")
_AGENT = re.compile(r"(?:[^aeiou][eo]r|ist|ian|ee|man|woman|ess)\Z")
"""The endings of nouns for people: "the singer", "the guitarist"."""
_WHO_IS_NAMED = re.compile(r"(?i:who (?:is|was|are|were)) [A-Z]")


@dataclass(frozen=True)
class Exchange:
    """The previous question, standalone, and its reply."""

    question: str
    reply: str
    earlier: "Exchange | None" = None
    typed: str = ""
    """The question as the user wrote it, with its pronouns."""

    @cached_property
    def asked(self) -> list[Phrase]:
        """The noun phrases of the question."""
        return phrases(self.question, self._names)

    @cached_property
    def replied(self) -> list[Phrase]:
        """The noun phrases of the reply."""
        return phrases(self.reply, self._names)

    @cached_property
    def _names(self) -> frozenset[str]:
        both = [*phrases(self.question), *phrases(self.reply)]
        words = (word for phrase in both for word in phrase.text.split() if word[:1].isupper())
        return frozenset(word for word in words if word.lower() not in DETERMINERS)

    @cached_property
    def asking(self) -> str:
        """The question word, in lower case; empty for a yes/no question."""
        return next((word for word in lowered(self.question) if word in ASKING), "")

    @cached_property
    def fresh(self) -> list[Phrase]:
        """The phrases, except times, that are in the reply but not in the question."""
        before = self.question.lower()
        return [phrase for phrase in self.replied if phrase.text.lower() not in before and phrase.kind != "time"]


@dataclass(frozen=True)
class Pronoun:
    """A pronoun, the question it occurs in, and whether it is an object."""

    word: str
    question: str
    is_object: bool

    def can_mean(self, phrase: Phrase) -> bool:
        """Return whether a phrase does not begin with a possessive pronoun and is not already in the question."""
        return not _LEANS.match(phrase.text) and bare_name(phrase) not in self.question


_CLEAR_DIFFERENCE = 0.35
"""How much likelier another person must fit the pronoun's gender to be preferred to the first candidate."""


def people(exchange: Exchange, pronoun: Pronoun) -> Phrase | None:
    """Return whom "he" or "she" means: a person of fitting gender, first from the reply; a role if nobody is named."""
    wants_woman = pronoun.word.lower() in ("she", "her", "hers")
    if relative := _relative(exchange, wants_woman):
        return relative
    named = [single for phrase in _named_people(exchange) for single in _each(phrase)]
    if named:
        chances = [_chance(phrase, exchange, wants_woman) for phrase in named]
        best = max(chances)
        return named[chances.index(best) if best - chances[0] > _CLEAR_DIFFERENCE else 0]
    owners = (_OWNER.match(phrase.text) for phrase in exchange.asked)
    if owner := next(filter(None, owners), None):
        return replace(exchange.asked[0], text=owner[1], kind="person")
    roles = [phrase for phrase in (*exchange.asked, *exchange.replied) if phrase.kind == "thing" and not phrase.plural]
    return next((phrase for phrase in roles if _AGENT.search(phrase.head)), next(iter(roles), None))


def _relative(exchange: Exchange, wants_woman: bool) -> Phrase | None:
    """Return the question's "Bastian Kroll's wife" if the pronoun fits and the reply names nobody in full."""
    if any(phrase.kind == "person" for phrase in exchange.fresh):
        return None
    owned = (phrase for phrase in exchange.asked if re.search(r"['’]s? [a-z]", phrase.text))
    return next((p for p in owned if female_chance("", p.head) == (1.0 if wants_woman else 0.0)), None)


def _each(phrase: Phrase) -> list[Phrase]:
    """Return the people in a joint phrase: "Emil Vane" and "Rosa Vane" for "Emil and Rosa Vane"."""
    names = [phrase.text] if phrase.kind != "person" else re.split(r", | and ", phrase.text)
    surname = phrase.text.split()[-1]
    full = [name if " " in name else f"{name} {surname}" for name in names] if len(names) > 1 else names
    return [replace(phrase, text=name, plural=False) for name in full]


def _named_people(exchange: Exchange) -> list[Phrase]:
    """Return the people in the exchange, the likeliest first, then those in earlier exchanges."""
    named = _WHO_IS_NAMED.match(exchange.question)
    fresh = [] if named or exchange.asking not in ("who", "whom", "whose", "which") else exchange.fresh
    spoken = (*exchange.asked, *exchange.replied) if named else (*fresh, *exchange.replied, *exchange.asked)
    full = [in_full(phrase, exchange) for phrase in spoken if phrase.kind in ("person", "name")]
    persons = [phrase for phrase in full if phrase.kind == "person"]
    before = _named_people(exchange.earlier) if exchange.earlier else []
    found = persons + [phrase for phrase in before if phrase.kind == "person"] or full or before
    return list({bare_name(phrase): phrase for phrase in reversed(found)}.values())[::-1]


def _chance(phrase: Phrase, exchange: Exchange, wants_woman: bool) -> float:
    name = bare_name(phrase)
    female = female_chance(name, " ".join([phrase.text, *_told_of(name, exchange)]))
    return female if wants_woman else 1 - female


def _told_of(name: str, exchange: Exchange | None) -> Iterator[str]:
    """Yield what reveals a person's gender: sentences that name nobody else, and questions that used a pronoun."""
    while exchange:
        for sentence in re.split(r"(?<=[.!?])\s", exchange.reply):
            others = [phrase for phrase in phrases(sentence) if phrase.kind == "person" and phrase.text not in name]
            if name.split()[-1] in sentence and not [o for o in others if not o.text.endswith(name.split()[-1])]:
                yield sentence
        if name in exchange.question and name.split()[-1] not in exchange.typed:
            yield exchange.typed
        exchange = exchange.earlier


def things(exchange: Exchange, pronoun: Pronoun) -> Phrase | None:
    """Return what "it" means: the question's topic, or the reply's choice if the question asked which one."""
    if exchange.earlier and re.search(r"\bthere\b", exchange.typed) and all(p.kind == "place" for p in exchange.asked):
        return things(exchange.earlier, pronoun)
    asked = [phrase for phrase in exchange.asked if phrase.kind in ("thing", "name", "place")]
    if re.match(r"(?i)who(?:se)? (?:is|was|are|were)\b", exchange.question):
        asked = asked[1:] or asked  # the first phrase is a person, as "who" shows
    fresh = [phrase for phrase in exchange.fresh if phrase.kind != "place"]
    replied = [phrase for phrase in exchange.replied if phrase.kind in ("thing", "name", "place")]
    chosen = re.match(rf"(?i)(?:which|what) (?!{_AUXILIARY}\b)(\w+)", exchange.question)
    if chosen and may_be_verb(chosen[1].lower()) and not chosen[1].endswith("s"):
        chosen = None  # "what caused" does not ask for a choice
    if chosen and chosen[1].endswith("s"):
        chosen = None  # "which companies": "it" cannot mean several
    if about := re.search(r" about (?=the |an? |[A-Z])", exchange.question):
        asked = [phrase for phrase in asked if phrase.start >= about.end()] or asked
    asked = (outermost(asked)[::-1] if pronoun.is_object else outermost(asked)) + asked  # object: last phrase first
    asked = _holders(exchange) + asked
    found = ([phrase for phrase in fresh if not phrase.plural] if chosen else []) + _singular_first(asked)
    if exchange.asking == "what" and not asked:
        found += [phrase for phrase in fresh if phrase.kind == "thing" and not phrase.plural]  # "What did she write?"
    is_person = bool(_PERSONAL.search(exchange.typed))
    if exchange.asking == "who":
        found = [phrase for phrase in asked if phrase.text[0] in _QUOTES] + found  # a title rather than a role in it
    persons = [phrase for phrase in exchange.asked if phrase.kind == "person" and not is_person]
    # "the newspaper Northern Post" rather than "Karl Weiss"
    found += sorted(persons, key=lambda phrase: phrase.plural or phrase.text[0].isupper()) + replied
    found = _named_as(exchange) + [phrase for phrase in found if pronoun.can_mean(phrase)]
    if not found and exchange.earlier:
        return things(exchange.earlier, pronoun)
    return in_full(found[0], exchange) if found else None


def _named_as(exchange: Exchange) -> list[Phrase]:
    """Return the name given for "what is the ... of": "Lindal" for "The region's capital is Lindal."."""
    if not _QUALITY.match(exchange.question):
        return []
    named = (phrase for phrase in exchange.fresh if phrase.name and phrase.text[:1].isupper())
    return [p for p in named if exchange.reply[: p.start].endswith((" is ", " was "))][:1]


def _holders(exchange: Exchange) -> list[Phrase]:
    """Return what has the quality asked about, if that is a name or the quality is plural: "the cost of the Galt"."""
    match = _QUALITY.match(exchange.question)
    whole = next((phrase for phrase in exchange.asked if match and phrase.start == match.start(1)), None)
    if match is None or whole is None or " of " not in whole.text:
        return []
    text = whole.text.split(" of ", 1)[1]
    inner = next((phrase for phrase in exchange.asked if phrase.text == text), replace(whole, text=text, plural=False))
    return [inner] if whole.plural or text != text.lower() else []


def outermost(found: Sequence[Phrase]) -> list[Phrase]:
    """Return the phrases that are not inside another one."""
    return [phrase for phrase in found if not any(p.start < phrase.start and phrase.end <= p.end for p in found)]


def groups(exchange: Exchange, pronoun: Pronoun) -> Phrase | None:
    """Return what "they" means: the answer to "who" or "which", else a plural, else a group, even from earlier on."""
    asked, replied = (
        [whole for phrase in part if phrase.kind != "time" and pronoun.can_mean(whole := in_full(phrase, exchange))]
        for part in (exchange.asked, exchange.replied)
    )
    chosen = exchange.fresh if exchange.asking in ("who", "whom", "which") else []
    if exchange.asking != "which":
        chosen = [phrase for phrase in chosen if phrase.plural or phrase.kind != "person"]
    chosen = sorted(chosen, key=lambda phrase: phrase.kind == "place")
    several = [phrase for phrase in (*asked, *replied) if phrase.plural]
    others = _persons_together(asked)
    others += [phrase for phrase in (*asked, *replied) if phrase.kind not in ("person", "place")]
    named = [phrase for phrase in outermost(chosen) if phrase.plural and any(char.isupper() for char in phrase.text)]
    found = named + _described(exchange) + chosen + several + others
    if possible := [phrase for phrase in found if pronoun.can_mean(phrase)]:
        return in_full(possible[0], exchange)
    if owned := next((phrase for phrase in exchange.replied if phrase.plural and _LEANS.match(phrase.text)), None):
        return replace(owned, text=_LEANS.sub("the ", owned.text))  # "his glass sculptures"
    before = groups(exchange.earlier, pronoun) if exchange.earlier else None
    return before or next(iter((*asked, *replied)), None)


def _persons_together(asked: Sequence[Phrase]) -> list[Phrase]:
    """Return the people in a question as one group if there are several: "Tessa Groll and Ana Pitt"."""
    persons = {bare_name(phrase): phrase for phrase in asked if phrase.kind == "person"}
    together = [replace(phrase, text=" and ".join(persons)) for phrase in persons.values()]
    return together[:1] if len(persons) > 1 else []


def topic(exchange: Exchange) -> Phrase | None:
    """Return the conversation's topic: the question's last thing, else a name, person or place, or an earlier topic."""
    asked = [phrase for phrase in outermost(exchange.asked)[::-1] if phrase.kind != "time"]
    if re.match(r"(?i)who (?:is|was|are|were)\b", exchange.question):
        asked = [phrase for phrase in exchange.asked if phrase.kind != "time"][1:] or asked
    kinds = ("thing", "name", "person", "place")
    asked = _holders(exchange) or asked
    if asked:
        return in_full(min(asked, key=lambda phrase: kinds.index(phrase.kind)), exchange)
    return topic(exchange.earlier) if exchange.earlier else None


def counted(question: str) -> list[Phrase]:
    """Return what a question counts or chooses among: "the houses" in "How many houses were damaged?"."""
    match = _COUNTED.match(question)
    if not match:
        return []
    found = phrases(f", the {match[1] or match[2]}")
    return found if match[2] or match[0].lower().startswith("how") or any(phrase.plural for phrase in found) else []


def _described(exchange: Exchange) -> list[Phrase]:
    """Return what a question counts, with a clause that says which: "the houses that were damaged in the flood"."""
    found, clause = counted(exchange.question), parsed(exchange.question)
    if not found:
        return []
    subject = next((phrase for phrase in phrases(f", {clause.rest}") if phrase.start == 2), None)
    text = found[0].text
    if clause.asks_subject:
        joint = "who" if clause.counted.endswith(("people", "ers", "ors", "men")) else "that"
        text = " ".join(filter(None, (text, joint, clause.auxiliary, clause.rest)))
    elif subject and subject.name:
        text = f"{subject.text}{'’' if subject.text.endswith('s') else '’s'} {clause.counted}"
    return [replace(found[0], text=text)]


def both(exchange: Exchange) -> Phrase | None:
    """Return the two names in the latest exchanges that "they ... together" refers to, as one phrase."""
    spoken: dict[str, Phrase] = {}
    talk: Exchange | None = exchange
    while talk and len(spoken) < 2:
        pairs = (phrase for phrase in (*talk.replied, *talk.asked) if " and " in phrase.text and phrase.plural)
        if pair := next(pairs, None):
            return pair
        named = (
            phrase for phrase in (*talk.asked, *talk.replied) if phrase.name and phrase.kind not in ("time", "place")
        )
        spoken = {**{bare_name(phrase): phrase for phrase in named}, **spoken}
        talk = talk.earlier
    names = list(spoken)[-2:]
    return replace(spoken[names[0]], text=" and ".join(names), kind="thing", plural=True) if len(names) == 2 else None


def _singular_first(found: Sequence[Phrase]) -> list[Phrase]:
    return sorted(found, key=lambda phrase: phrase.plural)


def in_full(phrase: Phrase, exchange: Exchange) -> Phrase:
    """Return a fuller name in the exchange for the same person or thing: "Marit Solvang" for "Solvang"."""
    shorter = f" {bare_name(phrase).lower()}"
    spoken = (*exchange.asked, *exchange.replied)
    return next((other for other in spoken if other.name and bare_name(other).lower().endswith(shorter)), phrase)


def bare_name(phrase: Phrase) -> str:
    """Return a person's name without a preceding role: "Marit Solvang" for "the engineer Marit Solvang"."""
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
