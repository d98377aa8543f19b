"""A question made standalone: a follow-up is rewritten as a person would write it who had not spoken before.

Pronouns are resolved by kind, ellipses are filled from the question before, a new subject is left alone.  Nothing is
glued: where no rewriting reads as a question, the follow-up stays as it is.
"""

import re
from collections.abc import Sequence

from rag.understanding.antecedents import Exchange, bare_name, groups, people, things
from rag.understanding.ellipses import asked_again, substituted
from rag.understanding.history import Turn
from rag.understanding.phrases import (
    ASKING,
    BE_OR_HAVE,
    DO_OR_MODAL,
    PREPOSITIONS,
    Phrase,
    lowered,
    phrases,
)

_OPENING = re.compile(
    r"(?:(?:and|but|or|so|also|then)\b[\s,]*+|(?:ok(?:ay)?|well|right|no|yes|sorry|not [^,?]{1,60})[,.:]\s*+)++",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"(?:what|how) about\b\s*+", re.IGNORECASE)
_PERSONAL = re.compile(r"\b(?:he|she|him|his|hers?)\b", re.IGNORECASE)
_NEUTRAL = re.compile(r"\b(?:it|its)\b", re.IGNORECASE)
_PLURAL = re.compile(r"\b(?:they|them|theirs?)\b", re.IGNORECASE)
_THERE = re.compile(r"\bthere\b", re.IGNORECASE)
_EXISTS = re.compile(
    r"\bthere(?:['’]s| (?:is|are|was|were|be|been|will|has|have))\b"
    r"|\b(?:is|are|was|were|be|been)(?:n['’]?t)? there\b",
    re.IGNORECASE,
)
_EXPLETIVE = re.compile(
    r"\bit (?:takes?|took)\b(?! to \w+\W*$)"
    r"|\bit (?:that|to|true|possible|likely|correct|right|the case|rain(?:s|ed)?|snow(?:s|ed)?)\b"
    r"|\bit (?!take |takes |took )(?:\w+ ){1,3}(?:that|to|for)\b|\b(?:does|did|will|would) it matter\b",
    re.IGNORECASE,
)
_LONGEST_TALK = 12
"""Exchanges that a follow-up may lean on, one through the other."""
_WHERE_IS_THAT = re.compile(r"(where (?:is|was|are)) (?:that|this|it)\W*", re.IGNORECASE)
_MARKER = re.compile(r" ?\[\d{1,6}\]")
_BARE_ASKING = re.compile(
    r"(?:at |in |on |for |to |from |by |since |until )?+"
    r"(?:who|whom|when|where|why|how(?: (?:much|many|long|often|far|old))?|which(?: one)?"
    r"|(?:what|which) (?:year|day|date|time|month|place|town|city))(?: (?:exactly|else|so|not|then))?+",
    re.IGNORECASE,
)


def standalone_by_rule(question: str, history: Sequence[Turn]) -> str:
    """Return the question as it reads without its history; itself where it does not lean on it."""
    exchange = None
    for turn in history[-2 * _LONGEST_TALK :]:
        text = _MARKER.sub("", turn.text.strip())
        if turn.role == "user" and text and not _is_remark(text):
            exchange = Exchange(_rewritten(text, exchange) if exchange else text, "", _recent(exchange))
        elif turn.role == "assistant" and exchange and not exchange.reply:
            exchange = Exchange(exchange.question, text, exchange.earlier)
    return _rewritten(question, exchange) if exchange and not _is_remark(question) else question


def _recent(exchange: Exchange | None, depth: int = 3) -> Exchange | None:
    """Return an exchange with no more than a few before it: what was said long ago is not meant."""
    if exchange is None or depth == 0:
        return None
    return Exchange(exchange.question, exchange.reply, _recent(exchange.earlier, depth - 1))


def is_follow_up(question: str) -> bool:
    """Tell whether a question may need the ones before it: a pronoun, an opening "and", or a part of a question."""
    bare = question[opening.end() :] if (opening := _OPENING.match(question)) else question
    pronouns = any(pattern.search(bare) for pattern in (_PERSONAL, _NEUTRAL, _PLURAL, _THERE))
    return pronouns or bare != question or bool(_ABOUT.match(bare) or _BARE_ASKING.fullmatch(bare.rstrip(" ?!.")))


def _is_remark(text: str) -> bool:
    """Tell whether a message asks for nothing: "Thanks!", "ok", "That is wrong"."""
    words = lowered(text)
    asks = "?" in text or any(word in ASKING | DO_OR_MODAL for word in words[:3])
    return not asks and not phrases(text) and not any(word in PREPOSITIONS for word in words[:1])


def _rewritten(question: str, exchange: Exchange) -> str:
    opening = _OPENING.match(question)
    bare = question[opening.end() :] if opening else question
    about = _ABOUT.match(bare)
    topic = bare[about.end() :].rstrip(" ?!.") if about else bare.rstrip(" ?!.")
    if _BARE_ASKING.fullmatch(topic):
        return _as_question(asked_again(topic, exchange))
    if _is_statement(bare):
        return question
    if (about and len(topic.split()) < 7 and "?" not in topic) or _is_fragment(topic, opened=bool(opening)):
        other = substituted(_resolved(topic, exchange), exchange)
        return _as_question(other) if other else question
    resolved = _resolved(bare, exchange)
    return question if resolved == bare and not opening else _as_question(resolved)


def _is_statement(text: str) -> bool:
    """Tell whether a message tells something and asks nothing: it is searched for as it stands."""
    words = lowered(text)
    return len(words) > 8 and "?" not in text and words[0] not in ASKING | DO_OR_MODAL | BE_OR_HAVE


def _is_fragment(topic: str, opened: bool) -> bool:
    """Tell whether words ask nothing by themselves, but put something in the place of a part of the question before."""
    words = lowered(topic)
    if not words or len(words) > 8 or words[0] in ASKING | DO_OR_MODAL | BE_OR_HAVE:
        return False
    if words[0] in PREPOSITIONS:
        return len(words) < 2 or words[1] not in ASKING
    if not opened:
        return False
    covered = phrases(f", {topic}")
    return (bool(covered) and covered[0].start <= 2 and covered[0].end >= len(topic) + 2) or len(words) < 4


def _resolved(question: str, exchange: Exchange) -> str:
    """Put names and phrases of the exchange in the place of pronouns, and the whole name for a part of it."""
    for pattern, antecedents in ((_PERSONAL, people), (_NEUTRAL, things), (_PLURAL, groups)):
        match = pattern.search(question)
        if match and not _has_antecedent(question, match):
            question = _replaced(question, match, antecedents(exchange, _is_object(question, match)))
    return _placed(_named_in_full(question, exchange), exchange)


def _has_antecedent(question: str, match: re.Match[str]) -> bool:
    """Tell whether a pronoun means something in the question itself, or nothing at all ("is it true that")."""
    if _EXPLETIVE.match(question, match.start()):
        return True
    is_object = _is_object(question, match)
    owns = bool(re.match(r" [^\W\d_]", question[match.end() :])) and match[0].lower() in ("his", "her", "its", "their")
    return (owns or not is_object) and any(phrase.end <= match.start() for phrase in phrases(question))


def _is_object(question: str, match: re.Match[str]) -> bool:
    before = lowered(question[: match.start()])[-1:]
    return (
        match[0].lower() in ("him", "them")
        or not before
        or before[0]
        not in (
            DO_OR_MODAL | BE_OR_HAVE | ASKING | {"if", "that", "because", "and", "before", "after", "while", "since"}
        )
    )


def _replaced(question: str, match: re.Match[str], antecedent: Phrase | None) -> str:
    if antecedent is None:
        return question
    name = bare_name(antecedent)
    word, after = match[0].lower(), question[match.end() :]
    owns = word in ("his", "its", "their", "theirs", "hers") or (word == "her" and re.match(r" [^\W\d_]", after))
    if word == "her" and owns and re.match(rf" (?:{'|'.join(sorted(PREPOSITIONS))})\b", after):
        owns = False
    name = f"{name}{'’' if name.endswith('s') else '’s'}" if owns else name
    return f"{question[: match.start()]}{name}{after}"


def _named_in_full(question: str, exchange: Exchange) -> str:
    """Put "the Quill Bridge" for "the bridge" where one of the last exchanges spoke of it."""
    for phrase in phrases(question):
        words = phrase.text.split()
        if words[0].lower() not in ("the", "this", "that", "these", "those") or len(words) < 2:
            continue
        tail = f" {' '.join(words[1:]).lower()}"
        spoken: Exchange | None = exchange
        while spoken:
            fuller = next((p for p in (*spoken.asked, *spoken.replied) if _names_more(p, tail)), None)
            if fuller and len(fuller.text) > len(phrase.text):
                return question[: phrase.start] + bare_name(fuller) + question[phrase.end :]
            spoken = spoken.earlier
    return question


def _names_more(phrase: Phrase, tail: str) -> bool:
    """Tell whether a phrase's first noun group ends with these words: "the prize" is "the Orland Prize for fiction"."""
    words = phrase.text.lower().split()
    joined = next((i for i, word in enumerate(words) if i and word in PREPOSITIONS), len(words))
    return f" {' '.join(words[:joined])}".endswith(tail)


def _placed(question: str, exchange: Exchange) -> str:
    """Put the place in the stead of "there", but not of the "there" in "is there"."""
    if _WHERE_IS_THAT.fullmatch(question):
        named = [phrase for phrase in exchange.replied if phrase.kind != "time"]
        return _WHERE_IS_THAT.sub(rf"\1 {bare_name(named[-1])}?", question) if named else question
    match = _THERE.search(question)
    if not match or _EXISTS.search(question):
        return question
    spoken = (*exchange.asked, *exchange.replied)
    places = [f"in {phrase.text}" for phrase in spoken if phrase.kind == "place"][-1:]
    places += [f"at {bare_name(phrase)}" for phrase in spoken if phrase.kind == "thing" and not phrase.plural]
    return f"{question[: match.start()]}{places[0]}{question[match.end() :]}" if places else question


def _as_question(text: str) -> str:
    text = text.strip()
    asks = bool(lowered(text)[:2] and set(lowered(text)[:2]) & (ASKING | DO_OR_MODAL | BE_OR_HAVE))
    return text[:1].upper() + text[1:] + ("?" if asks and text[-1:] not in "?!." else "")
