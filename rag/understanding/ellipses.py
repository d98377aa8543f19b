"""Ellipses filled from the question before: another asking word, another time, place or subject."""

import re
from collections.abc import Callable, Iterator

from index.text.english import MONTH_OR_SHORT, WEEKDAY
from rag.understanding.antecedents import Exchange, bare_name
from rag.understanding.phrases import (
    ASKING,
    BE_OR_HAVE,
    DETERMINERS,
    DO_OR_MODAL,
    PREPOSITIONS,
    Phrase,
    phrases,
)

_TIME_ADVERBIAL = re.compile(
    rf"\b(?:in|on|at|during|since|before|after|by|until|from)? ?(?:{WEEKDAY}"
    rf"|(?:early |late |mid-)?(?:\d{{1,2}} )?{MONTH_OR_SHORT}"
    r"\b\.?(?: \d{1,2})?(?:,? \d{4})?|(?:1\d|20)\d\d|(?:last|next|this) \w+|yesterday|today|tomorrow|now"
    r"|(?:an?|one|two|three|four|five|six|ten|\d+) (?:day|week|month|year|decade)s? (?:ago|earlier|later|before))\b",
    re.IGNORECASE,
)
_BARE_NOUN = re.compile(r"\b(?:of|for|on|about|with|from|by) (\w+)\b", re.IGNORECASE)


def asked_again(asking: str, exchange: Exchange) -> str:
    """Ask the question before with another asking word: "When?" after "Did the board close the school?"."""
    words = exchange.question.rstrip(" ?").split()
    lower = [word if word == "May" and number else word.lower() for number, word in enumerate(words)]
    asking = re.sub(r" (?:exactly|else|so|not|then)$", "", asking)
    if not words:
        return asking
    if lower[0] in DO_OR_MODAL | BE_OR_HAVE:
        return f"{asking} {lower[0]} {' '.join(words[1:])}"
    auxiliary = next((i for i, word in enumerate(lower) if word in DO_OR_MODAL | BE_OR_HAVE), None)
    if lower[0] == "whose" and auxiliary:
        decided = [*words[1:auxiliary], *(word for word in words[auxiliary + 1 :] if word.lower() != "it")]
        return f"{asking} {lower[auxiliary]} the {' '.join(decided)}"
    if lower[0] not in ASKING:
        return exchange.question
    if auxiliary is None and lower[0] in ("how", "which", "what") and len(words) > 3:
        counted = words[2 if lower[1] in ("many", "much") else 1 :]
        return f"{asking} was it that {' '.join(counted)}"
    if auxiliary is None or (lower[0] == "who" and auxiliary > 1):
        told = f"{_answered(exchange)} {' '.join(words[1:])}"
        be = "is" if words[1:] and words[1].endswith("s") else "was"
        clefts = asking.lower().endswith(("when", "where", "why"))
        return f"{asking} {be} it that {told}" if clefts else f"{told} {asking.lower()}?"
    rest = " ".join(words[auxiliary + 1 :])
    if lower[0] == "who" and lower[auxiliary] not in DO_OR_MODAL:
        return f"{asking} {lower[auxiliary]} {_answered(exchange)} {rest}"
    counted = [
        word for word in words[1:auxiliary] if word.lower() not in ("many", "much", "long", "old", "far", "often")
    ]
    if counted and not any(phrase.start <= 2 for phrase in phrases(f", {rest}")):
        return f"{asking} {lower[auxiliary]} the {' '.join(counted)} {rest}"
    return f"{asking} {lower[auxiliary]} {rest}"


def _answered(exchange: Exchange) -> str:
    """Return whom or what the reply gave for the question's "who" or "what"."""
    people = [phrase for phrase in exchange.fresh if phrase.kind == "person"]
    fitting = people if exchange.asking.startswith("who") else exchange.fresh
    unknown = "somebody" if exchange.asking.startswith("who") else "something"
    return bare_name(fitting[0]) if fitting else unknown


def substituted(topic: str, exchange: Exchange) -> str | None:
    """Put a topic in the place of the part of the question before that has its form."""
    before = exchange.question.rstrip(" ?")
    first, _, rest = topic.partition(" ")
    if _TIME_ADVERBIAL.fullmatch(f" {topic}") or _TIME_ADVERBIAL.fullmatch(topic):
        return _at_another_time(topic, before)
    if first.lower() in PREPOSITIONS and rest:
        return _at_another_place(topic, first.lower(), rest, before, exchange)
    given = next(iter(phrases(f", {topic}")), None)
    if given is None:
        bare = [match for match in _BARE_NOUN.finditer(before) if match[1].lower() not in DETERMINERS]
        return (
            f"{before[: bare[-1].start(1)]}{topic}{before[bare[-1].end(1) :]}"
            if bare and len(topic.split()) < 3
            else None
        )
    among = [phrase for phrase in reversed(exchange.asked) if phrase.kind != "time"]
    outer = [phrase for phrase in among if not any(p.start < phrase.start and phrase.end <= p.end for p in among)]
    for fits in _likenesses(given, topic):
        replaced = next((phrase for phrase in (*outer, *among) if fits(phrase)), None)
        if replaced:
            return f"{before[: replaced.start]}{topic}{before[replaced.end :]}"
    return None


def _likenesses(given: Phrase | None, topic: str) -> Iterator[Callable[[Phrase], bool]]:
    """Yield tests of what a topic may replace, the strictest first: the same head, the same kind, the same form."""
    head = topic.split()[-1].lower()
    yield lambda phrase: phrase.head == head
    if given:
        yield lambda phrase: phrase.kind == given.kind and phrase.name == given.name
        yield lambda phrase: phrase.name == given.name or phrase.text[:1].isupper() == given.text[:1].isupper()
    yield lambda phrase: phrase.kind != "person"
    yield lambda phrase: True


def _at_another_time(topic: str, before: str) -> str:
    found = _TIME_ADVERBIAL.search(before)
    if not found or not found.start():
        return f"{before} {topic}"
    preposition = found[0].split()[0] if found[0].split()[0].lower() in PREPOSITIONS else ""
    needs_one = preposition and topic.split()[0].lower() not in PREPOSITIONS | {"last", "next", "this", "yesterday"}
    placed = f"{preposition} {topic}" if needs_one else topic
    return f"{before[: found.start()].rstrip()} {placed}{before[found.end() :]}"


def _at_another_place(topic: str, preposition: str, place: str, before: str, exchange: Exchange) -> str:
    """Replace what follows the same preposition, else another place, else add the topic."""
    joined = [phrase for phrase in exchange.asked if before[: phrase.start].lower().endswith(f" {preposition} ")]
    if joined:
        start = joined[-1].start - len(preposition) - 1
        return f"{before[:start]}{topic}{before[joined[-1].end :]}"
    places = [phrase for phrase in exchange.asked if phrase.kind == "place"]
    if places and place[:1].isupper():
        return f"{before[: places[-1].start]}{place}{before[places[-1].end :]}"
    return f"{before} {topic}"
