"""Completes elliptical questions from the previous one: a new question word, time, place or subject."""

import re
from collections.abc import Callable, Iterator

from index.text.english import MONTH_OR_SHORT, WEEKDAY, asked_kind, terms
from rag.understanding.antecedents import Exchange, bare_name
from rag.understanding.clauses import Clause, parsed
from rag.understanding.phrases import (
    BE_OR_HAVE,
    DETERMINERS,
    DO_OR_MODAL,
    PREPOSITIONS,
    Phrase,
    lowered,
    phrases,
)
from rag.understanding.verbs import base_form, participle

TIME_ADVERBIAL = re.compile(
    rf"\b(?:in|on|at|during|since|before|after|by|until|from)? ?(?:{WEEKDAY}s?"
    rf"|(?:early |late |mid-)?(?:\d{{1,2}} )?{MONTH_OR_SHORT}"
    r"\b\.?(?: \d{1,2})?(?:,? \d{4})?|(?:1\d|20)\d\d|(?:last|next|this) \w+|yesterday|today|tomorrow|now"
    r"|the (?:day|week|month|year|season|night) (?:before|after)"
    r"|(?:the |early |late |mid-)?(?:spring|summer|autumn|winter)|weekends?|weekdays|night"
    r"|(?:an?|one|two|three|four|five|six|ten|\d+) (?:day|week|month|year|decade)s? (?:ago|earlier|later|before))\b",
    re.IGNORECASE,
)
_PLURAL_NOUN = re.compile(r"\b(?!does\b|was\b|has\b|this\b)[a-z]{2,40}+(?<=s)(?<!ss)(?<!us)(?<!is)(?!\w)")
_STOPS_NOUN = PREPOSITIONS | BE_OR_HAVE | DO_OR_MODAL | {"and", "or", "now", "today"}
_PAST = {"is": "was", "are": "were"}
_NOT = {"will": "won’t", "can": "can’t", "shall": "shan’t", "may": "may not"}
_LONGEST_ANSWER = 12
"""Maximum words of a reply that can replace the "what" of a question."""


def asked_again(asking: str, exchange: Exchange) -> str:
    """Repeat the previous question with another question word: "When?" after "Did the board close the school?"."""
    before = parsed(exchange.question)
    if asking.lower() == "why not" and before.auxiliary and not before.asks_subject:
        return f"why {_NOT.get(before.auxiliary.lower(), before.auxiliary.lower() + 'n’t')} {before.rest}"
    asking = re.sub(r" (?:exactly|else|so|not|then)$", "", asking)
    if not before.auxiliary and not before.asking:
        return exchange.question
    if before.asking.lower().startswith("whose "):
        return f"{asking} {_owned(before)}"
    if re.match(r"(?i:who (?:is|was)) [A-Z]", exchange.question) and (told := _role(before.rest, exchange)):
        return f"{asking} {'has' if asking.lower() == 'since when' else before.auxiliary} {told}"
    if before.asks_subject:
        return _of_subject(asking, before, exchange)
    since = asking.lower() == "since when" and before.auxiliary.lower() in ("is", "are")
    if since and lowered(before.asking) == ["who"]:
        return f"{asking} has {_answered(exchange)} been {before.rest}"
    if lowered(before.asking) == ["who"] and before.auxiliary.lower() in BE_OR_HAVE:
        return f"{asking} {before.auxiliary} {_answered(exchange)} {before.rest}"
    return f"{asking} {before.auxiliary.lower()} {_with_object(before, exchange)}"


def _owned(before: Clause) -> str:
    """Return "was the decision to ..." for "whose decision was it to ..."."""
    owned, _, rest = f"{before.counted} {before.rest}".partition(" it ")
    return f"{before.auxiliary} the {owned} {rest}"


def _of_subject(asking: str, before: Clause, exchange: Exchange) -> str:
    """Apply a new question word to a subject question: "who runs Castane", "how many drivers went on strike"."""
    if asking.lower().startswith(("which", "what")):
        return f"{asking} {before.auxiliary} {before.rest}".replace("  ", " ")
    counted = bool(before.counted) and before.asking.lower().startswith("how")
    subject = f"the {before.counted}" if counted else _answered(exchange)
    if before.auxiliary:
        return f"{asking} {before.auxiliary} {subject} {before.rest}"
    verb, _, rest = before.rest.partition(" ")
    if asking.lower() == "since when":
        return f"{asking} {'have' if counted else 'has'} {subject} {participle(verb)} {rest}"
    present = verb.endswith("s")
    helping = ("do" if counted else "does") if present else "did"
    return f"{asking} {helping} {subject} {base_form(verb)} {rest}"


def _with_object(before: Clause, exchange: Exchange) -> str:
    """Return subject, verb and the object that the question words asked for: "Velmar cutting jobs"."""
    subject = next((phrase for phrase in phrases(f", {before.rest}") if phrase.start == 2), None)
    at = subject.end - 2 if subject else 0
    verb = re.match(r" ?(\w+)", before.rest[at:])
    if before.counted and not subject:
        return f"the {before.counted} {before.rest}"
    if verb is None or not subject or verb[1].lower() in PREPOSITIONS:
        return before.rest
    head, tail = before.rest[: at + verb.end()], before.rest[at + verb.end() :]
    thing = before.counted
    if before.asking.lower() == "what" and not tail:
        thing = _told(verb[1], exchange)
    return f"{head} {thing}{tail}".rstrip() if thing else before.rest


def _told(verb: str, exchange: Exchange) -> str:
    """Return what follows the question's verb in the reply: "flights to Seoul" in "Tessaly plans flights ..."."""
    sentence = re.split(r"(?<=[.!?])\s", exchange.reply, maxsplit=1)[0].rstrip(".! ")
    words = sentence.split()
    same = (i for i, word in enumerate(words) if terms(base_form(word.lower())) == terms(base_form(verb.lower())))
    told = words[next(same, len(words)) + 1 :]
    return " ".join(told) if 0 < len(told) <= _LONGEST_ANSWER else ""


def _role(name: str, exchange: Exchange) -> str:
    """Return "Lena Dorn been the chair of ..." for the reply "Lena Dorn is the chair of ..."."""
    match = re.search(rf"{re.escape(name)} (?:is|was) ([^.,]{{1,80}})", exchange.reply)
    return f"{name} been {match[1]}" if match else ""


def _answered(exchange: Exchange) -> str:
    """Return the person or thing that the reply gave for "who" or "what"; "somebody" or "something" if none."""
    people = [phrase for phrase in exchange.fresh if phrase.kind == "person"]
    fitting = people if exchange.asking.startswith("who") else exchange.fresh
    unknown = "somebody" if exchange.asking.startswith("who") else "something"
    return bare_name(fitting[0]) if fitting else unknown


def substituted(topic: str, exchange: Exchange) -> str | None:
    """Replace the part of the previous question that has the same form as the topic; None if there is none."""
    before = exchange.question.rstrip(" ?")
    first, _, rest = topic.partition(" ")
    if TIME_ADVERBIAL.fullmatch(f" {topic}") or TIME_ADVERBIAL.fullmatch(topic):
        return _at_another_time(topic, before)
    if first.lower() in PREPOSITIONS and rest:
        return _behind_same_preposition(topic, first.lower(), rest, before, exchange)
    given = next(iter(phrases(f", {topic}")), None)
    if given is None:
        return _with_bare_noun(topic, before)
    if told := _of_another_subject(given, topic, exchange):
        return told
    replaced = _replaceable(given, topic, exchange)
    if replaced and exchange.earlier and given.kind == "thing" and replaced.kind == "person" and not given.name:
        # "Where does she come from?" "And the studio?": the question before spoke of things
        return substituted(topic, exchange.earlier) if _speaks_of_thing(exchange.earlier) else None
    return f"{before[: replaced.start]}{topic}{before[replaced.end :]}" if replaced else None


def _speaks_of_thing(exchange: Exchange) -> bool:
    return any(phrase.kind == "thing" for phrase in exchange.asked)


def _of_another_subject(given: Phrase, topic: str, exchange: Exchange) -> str:
    """Ask whether a name did it, after a "who" question, if the name's kind occurs in the reply only; else ''."""
    clause = parsed(exchange.question)
    if not given.name or clause.auxiliary or not clause.asks_subject:
        return ""
    alike = [{(p.kind, p.name) for p in part} for part in (exchange.fresh, exchange.asked)]
    verb, _, rest = clause.rest.partition(" ")
    helping = "Does" if verb.endswith("s") else "Did"
    kind = (given.kind, given.name)
    return f"{helping} {topic} {base_form(verb)} {rest}" if kind in alike[0] and kind not in alike[1] else ""


def _replaceable(given: Phrase, topic: str, exchange: Exchange) -> Phrase | None:
    """Return the part of the previous question that the topic should replace."""
    among = [phrase for phrase in reversed(exchange.asked) if phrase.kind != "time"]
    outer = [phrase for phrase in among if not any(_holds(p, phrase) for p in among)]
    if asked_kind(exchange.question) == "view" and len(outer) > 1 and given.head not in {p.head for p in among}:
        return outer[-1]  # "What did the minister say about it?" "And the doctors?" replaces the speaker
    if owner := next((phrase for phrase in among if topic.startswith((f"{phrase.text}’", f"{phrase.text}'"))), None):
        return owner  # "How old is Emil Vane?" "And his wife?"
    for fits in _likenesses(given, topic):
        replaced = next((phrase for phrase in (*outer, *among) if fits(phrase)), None)
        if replaced:
            return replaced
    return None


def _holds(outer: Phrase, inner: Phrase) -> bool:
    return outer != inner and outer.start <= inner.start and inner.end <= outer.end


def _likenesses(given: Phrase, topic: str) -> Iterator[Callable[[Phrase], bool]]:
    """Yield tests for the phrase to replace, strictest first: same head, same kind, same form, no person, any."""
    yield lambda phrase: phrase.head == given.head
    yield lambda phrase: phrase.kind == given.kind and phrase.name == given.name
    yield lambda phrase: phrase.name == given.name or phrase.text[:1].isupper() == given.text[:1].isupper()
    yield lambda phrase: phrase.kind != "person"
    yield lambda phrase: True


def _with_bare_noun(topic: str, before: str) -> str | None:
    """Replace the counted noun, or the last bare one, with a noun without determiner: "And doctors?"."""
    if len(topic.split()) > 2:
        return None
    counted = re.match(r"(?i)how (?:many|much) (\w+)", before)
    if counted and counted[1].lower() not in _STOPS_NOUN:
        return f"{before[: counted.start(1)]}{topic}{before[counted.end(1) :]}"
    plural = _PLURAL_NOUN.findall(before) if _PLURAL_NOUN.search(topic) else []
    if plural:
        head, _, tail = before.rpartition(plural[-1])
        return f"{head}{topic}{tail}"
    bare = _bare_nouns(before)
    return f"{before[: bare[-1].start(1)]}{topic}{before[bare[-1].end(1) :]}" if bare else None


def _bare_nouns(before: str) -> list[re.Match[str]]:
    """Match one or two nouns without determiner after a preposition: "of bread", "of marsh fever"."""
    noun = rf"(?!(?:{'|'.join(sorted(_STOPS_NOUN | DETERMINERS))})\b)[a-z]\w+"
    return list(re.finditer(rf"\b(?:{'|'.join(sorted(PREPOSITIONS))}) ({noun}(?: {noun})?)", before))


def _at_another_time(topic: str, before: str) -> str:
    if re.search(r"\b(?:ago|last|yesterday|earlier|before)\b", topic):
        before = re.sub(r"^(\w+(?: \w+)?) (is|are)\b", lambda match: f"{match[1]} {_PAST[match[2]]}", before)
    found = TIME_ADVERBIAL.search(before)
    if not found or not found.start():
        return f"{before} {topic if _stands_alone(topic) else _placed_in_time(topic)}"
    preposition = found[0].split()[0] if found[0].split()[0].lower() in PREPOSITIONS else ""
    needs_one = preposition and not _stands_alone(topic)
    placed = f"{preposition} {topic}" if needs_one else topic
    return f"{before[: found.start()].rstrip()} {placed}{before[found.end() :]}"


def _placed_in_time(topic: str) -> str:
    is_day = re.match(WEEKDAY, topic, re.IGNORECASE) or (topic[:1].isdigit() and " " in topic)
    return f"{'on' if is_day else 'in'} {topic}"


def _stands_alone(topic: str) -> bool:
    """Return whether a time expression needs no added preposition: "last year", "two weeks ago", "on Monday"."""
    alone = PREPOSITIONS | {"last", "next", "this", "yesterday", "today", "tomorrow", "now"}
    return topic.split()[0].lower() in alone or topic.endswith((" ago", " earlier", " later", " before", " after"))


def _behind_same_preposition(topic: str, preposition: str, given: str, before: str, exchange: Exchange) -> str:
    """Replace what follows the same preposition, else another place, else append the topic."""
    topic = topic[:1].lower() + topic[1:]
    joined = [phrase for phrase in exchange.asked if before[: phrase.start].lower().endswith(f" {preposition} ")]
    joined = [phrase for phrase in joined if phrase.kind != "time"] or joined
    if joined:
        start = joined[-1].start - len(preposition) - 1
        return f"{before[:start]}{topic}{before[joined[-1].end :]}"
    bare = [match for match in _bare_nouns(before) if match[0].lower().startswith(f"{preposition} ")]
    if bare:
        return f"{before[: bare[-1].start()]}{topic}{before[bare[-1].end() :]}"
    places = [phrase for phrase in exchange.asked if phrase.kind == "place"]
    if places and given[:1].isupper():
        return f"{before[: places[-1].start]}{given}{before[places[-1].end :]}"
    return f"{before} {topic}"
