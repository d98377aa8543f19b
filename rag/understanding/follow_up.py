"""Makes a follow-up standalone: rewrites it as a question that needs no earlier turn.

Pronouns are resolved by kind, and ellipses are completed from the previous question; a new subject is left alone. If
no rewriting reads as a question, the follow-up stays unchanged.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.understanding.antecedents import Exchange, Pronoun, bare_name, both, groups, people, things, topic
from rag.understanding.capitals import uncapitalised, with_capitals
from rag.understanding.clauses import parsed
from rag.understanding.definites import in_order, named_in_full, tied_to_topic
from rag.understanding.ellipses import TIME_ADVERBIAL, asked_again, substituted
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
    r"(?:(?:and|but|or|so|also|then|i (?:mean|meant)|actually|rather)\b[\s,]*+"
    r"|(?:ok(?:ay)?|well|right|no|yes|sorry|thanks|not [^,?]{1,60})[,.:!]\s*+)++",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"(?:(?:what|how) about|(?:the )?same(?: question)? (?:for|with|about))\b\s*+", re.IGNORECASE)
_PERSONAL = re.compile(r"\b(?:he|she|him|his|hers?)\b", re.IGNORECASE)
_NEUTRAL = re.compile(
    r"\b(?:it|its)\b|(?:(?<=\bdo )|(?<=\bdoes )|(?<=\bdid )|(?<=\bwill )|(?<=ould ))(?:that|this)(?= [a-z]+\W*$)",
    re.IGNORECASE,
)
_PLURAL = re.compile(r"\b(?:they|them|theirs?)\b", re.IGNORECASE)
_THERE = re.compile(r"\bthere\b", re.IGNORECASE)
_EXISTS = re.compile(
    r"\bthere(?:['’]s| (?:is|are|was|were|be|been|will|has|have))\b"
    r"|\b(?:is|are|was|were)(?:n['’]?t)? there\b",
    re.IGNORECASE,
)
_EXPLETIVE = re.compile(
    r"\bit (?:takes?|took)\b(?= .{0,40}\bto \w+ \w)|\bit happen(?:s|ed)?\b|(?:(?<=who is )|(?<=who was ))it\b"
    r"|\bit (?:that|to|true|possible|likely|correct|right|the case|rain(?:s|ed)?|snow(?:s|ed)?)\b"
    r"|\bit (?!take |takes |took )(?:\w+ ){1,3}(?:that|to|for)\b|\b(?:does|did|will|would) it matter\b",
    re.IGNORECASE,
)
_LONGEST_TALK = 12
"""Maximum number of earlier exchanges that a follow-up can depend on, directly or through one another."""
_WHERE_IS_THAT = re.compile(r"(where (?:is|was|are)) (?:that|this|it)\W*", re.IGNORECASE)
_MARKER = re.compile(r" ?\[\d{1,6}\]")
_BARE_ASKING = re.compile(
    r"(?:at |in |on |for |to |from |by |since |until )?+"
    r"(?:who|whom|when|where|why|how(?: (?:much|many|long|often|far|old))?|which(?: one)?"
    r"|(?:what|which) (?:year|day|date|time|month|place|town|city))(?: (?:exactly|else|so|not|then))?+"
    r"|(?:at |in |on |for |to |from |by )?+which [^\W\d_]+(?<!ed)|where (?:to|from)|what for"
    rf"|(?:{'|'.join(sorted(PREPOSITIONS))}) (?:whom|what(?: [^\W\d_]+)?+)",
    re.IGNORECASE,
)
_WHY_THAT = re.compile(r"(?:why|how come)(?: (?:is|was) (?:that|this|it)(?: so)?)?|how so|why so", re.IGNORECASE)
_MORE = re.compile(
    r"(?:please )?(?:(?:can you |could you )?(?:tell|give|show) me )?(?:some |anything |any )?more"
    r"(?: details| information| about (?:it|that|this|them))?(?: please)?|go on|(?:anything|what) else",
    re.IGNORECASE,
)
_HOW = re.compile(r"how (?!many|much|long|often|far|old|so|come|about)[^\W\d_]+", re.IGNORECASE)
_WHY_SO = re.compile(r"why ((?:so|that|this|such) [^\W\d_]+)", re.IGNORECASE)
_HOW_MANY_OF = re.compile(r"how many (?!of\b|more\b|others?\b)[^\W\d_]+s", re.IGNORECASE)
_HOW_MANY = re.compile(rf"how (?:many|much) (?=(?:{'|'.join(sorted(PREPOSITIONS))}) )", re.IGNORECASE)
_DID = re.compile(r"(?:(?:\w+ ){0,2}\w+ )?(?:do|does|did|will|would|has|have) (?=\S)", re.IGNORECASE)
_REQUESTS = [[word] for word in "tell give show list explain describe summarise summarize compare".split()]
_AFTER_BE = re.compile(r"\b(?:is|was) $", re.IGNORECASE)
"""Text before a pronoun in passive or descriptive use, which prefers an object to the one who acted."""
_OWNED = re.compile(r"(?:his|her|its|their)\b", re.IGNORECASE)
_AS_IT = re.compile(
    r"\b(how \w{1,20} (?:is|was)|for|about|with|of|against) (?:that|this)(?=[ ?!.]{0,9}$)", re.IGNORECASE
)
"""A "that" at the end of a question, which means what "it" would."""
_WHO_IS_THAT = re.compile(r"((?:who|what) (?:is|was|are|were)) (?:that|this|those|these)", re.IGNORECASE)
_SAID_SO = re.compile(r"(?:said|says?|reports?|reported|writes?|wrote) (?:so|that|this)\W*$", re.IGNORECASE)
"""The end of a question about a reply's source, which does not change the topic."""
_WHEN_THAT = re.compile(r"when (?:is|was) (?:that|this)", re.IGNORECASE)
_TOGETHER = re.compile(r"\b(?:together|both|combined)\b", re.IGNORECASE)


def standalone_by_rule(question: str, history: Sequence[Turn]) -> str:
    """Return the standalone question; the question itself if it does not depend on the history."""
    exchange = None
    spoken = "\n".join(turn.text for turn in history[-2 * _LONGEST_TALK :])
    for turn in history[-2 * _LONGEST_TALK :]:
        text = uncapitalised(_MARKER.sub("", turn.text.strip()))
        if turn.role == "user":
            text = with_capitals(text, spoken)
        if turn.role == "user" and text and not _is_remark(text) and not (exchange and _SAID_SO.search(text)):
            exchange = Exchange(_rewritten(text, exchange) if exchange else text, "", _recent(exchange), text)
        elif turn.role == "assistant" and exchange and not exchange.reply:
            exchange = replace(exchange, reply=text)
    typed = with_capitals(uncapitalised(question), spoken)
    return _rewritten(typed, exchange) if exchange and not _is_remark(typed) else question


def _recent(exchange: Exchange | None, depth: int = 3) -> Exchange | None:
    """Return an exchange with at most `depth` - 1 earlier ones; a follow-up does not refer further back."""
    if exchange is None or depth == 0:
        return None
    return replace(exchange, earlier=_recent(exchange.earlier, depth - 1))


def is_follow_up(question: str) -> bool:
    """Return whether a question may depend on earlier ones: it has a pronoun, opens with "and", or is incomplete."""
    bare = _without_opening(question)
    words = bare.rstrip(" ?!.")
    pronouns = any(pattern.search(bare) for pattern in (_PERSONAL, _NEUTRAL, _PLURAL, _THERE))
    parts = (_BARE_ASKING, _WHY_THAT, _MORE, _HOW, _WHY_SO, _HOW_MANY_OF)
    return pronouns or bare != question or bool(_ABOUT.match(bare)) or any(part.fullmatch(words) for part in parts)


def _is_remark(text: str) -> bool:
    """Return whether a message asks for nothing: "Thanks!", "ok", "That is wrong"."""
    bare = _without_opening(text)
    words = lowered(bare)
    asks = (
        "?" in bare
        or words[:1] in _REQUESTS
        or any(word in ASKING | DO_OR_MODAL for word in words[:3])
        or bool(_MORE.fullmatch(bare.rstrip(" .!")))
        or (words != [] and lowered(text)[:1] in (["and"], ["or"]))
    )
    return not asks and not phrases(bare) and not any(word in PREPOSITIONS for word in words[:1])


def _without_opening(text: str) -> str:
    """Return a message without a leading "and", "ok," or "no,"."""
    opening = _OPENING.match(text)
    return text[opening.end() :] if opening else text


def _rewritten(question: str, exchange: Exchange) -> str:
    bare = _AS_IT.sub(r"\1 it", _without_opening(question))
    filled = _filled(bare, bare != question, exchange)
    if filled is not None:
        return _as_question(filled)
    if _is_statement(bare) or _is_fragment(bare.rstrip(" ?!."), bare != question):
        return question
    resolved = _resolved(bare, exchange)
    if resolved == bare:
        resolved = tied_to_topic(bare, exchange, bare != question)
    return question if resolved == bare == question else _as_question(resolved)


def _filled(bare: str, opened: bool, exchange: Exchange) -> str | None:
    """Return the previous question as an ellipsis changes it; None if the message is not an ellipsis."""
    words = bare.rstrip(" ?!.")
    if _WHY_THAT.fullmatch(words):
        return asked_again("why", exchange)
    if _BARE_ASKING.fullmatch(words):
        return asked_again(words, exchange)
    if _WHEN_THAT.fullmatch(words) and exchange.asking != "when":
        return asked_again("when", exchange)
    named = in_order(words, exchange)
    if named != words and exchange.asking in ("who", "which", "what") and phrases(f", {named}")[:1]:
        return named if parsed(named).asking else f"Tell me more about {_ABOUT.sub('', named)}"
    about = topic(exchange)
    if about and (pointed := _WHO_IS_THAT.fullmatch(words)):
        persons = [phrase for phrase in exchange.fresh if phrase.kind == "person"]
        return f"{pointed[1]} {bare_name(persons[-1] if persons else about)}"
    if about and _MORE.fullmatch(words):
        return f"Tell me more about {bare_name(about)}"
    if about and (described := _described(words, about)):
        return described
    if (match := _ABOUT.match(words)) and len(words.split()) < 9 and "?" not in words:
        return _with_part(words[match.end() :], exchange)
    if match := _asks_anew(words):
        return _with_part(words[match.end() :], _asked_so(match[0], exchange))
    if not _is_fragment(words, opened):
        return None
    return _with_part(words, exchange)


def _described(words: str, about: Phrase) -> str:
    """Complete a question about the topic: "how high", "why so expensive", "how many beds"; '' if it is not one."""
    be, do = ("are", "do") if about.plural else ("is", "does")
    if match := _WHY_SO.fullmatch(words):
        return f"why {be} {bare_name(about)} {match[1]}"
    if _HOW_MANY_OF.fullmatch(words):
        return f"{words} {do} {bare_name(about)} have"
    return f"{words} {be} {bare_name(about)}" if _HOW.fullmatch(words) else ""


def _with_part(part: str, exchange: Exchange) -> str | None:
    """Replace a part of the previous question with the words of a message."""
    resolved = _resolved(part, exchange)
    if owned := _OWNED.match(part):
        asks_what = owned[0].lower() == "its" and exchange.asking in ("who", "what", "where")
        owner = resolved[: len(resolved) - len(part) + owned.end()]
        if asks_what or not any(owner.startswith(phrase.text) for phrase in exchange.asked):
            return f"{resolved}?"  # "Who built the Harlow viaduct?" "And her brother?"
    return substituted(resolved, exchange)


def _asks_anew(words: str) -> re.Match[str] | None:
    """Match the question words of a question without a main verb: "how many in France", "how many did Osterby"."""
    match = _HOW_MANY.match(words)
    if match:
        return None if set(lowered(words)) & (BE_OR_HAVE | DO_OR_MODAL) else match
    match = _DID.match(words)
    return match if match and _is_one_name(words[match.end() :]) else None


def _asked_so(asking: str, exchange: Exchange) -> Exchange:
    """Return the latest exchange whose question begins with these question words, else the latest one."""
    words, talk = lowered(asking)[:2], exchange
    while talk.earlier and lowered(talk.question)[:2] != words:
        talk = talk.earlier
    return talk if lowered(talk.question)[:2] == words else exchange


def _is_one_name(words: str) -> bool:
    found = phrases(f", {words}")
    return bool(found) and found[0].text == words and found[0].name


def _is_statement(text: str) -> bool:
    """Return whether a message is a statement, which is searched for unchanged."""
    words = lowered(text)
    return len(words) > 8 and "?" not in text and words[0] not in ASKING | DO_OR_MODAL | BE_OR_HAVE


def _is_fragment(topic: str, opened: bool) -> bool:
    """Return whether words are no question by themselves but replace a part of the previous question."""
    words = lowered(topic)
    if TIME_ADVERBIAL.fullmatch(topic):
        return True
    if not words or len(words) > 8 or words[0] in ASKING | DO_OR_MODAL | BE_OR_HAVE:
        return False
    if words[0] in PREPOSITIONS:
        return len(words) < 2 or words[1] not in ASKING
    if not opened:
        return False
    covered = phrases(f", {topic}")
    return (bool(covered) and covered[0].start <= 2 and covered[0].end >= len(topic) + 2) or len(words) < 4


def _resolved(question: str, exchange: Exchange) -> str:
    """Replace pronouns with names and phrases from the exchange, and partial names with full ones."""
    for pattern, antecedents in ((_PERSONAL, people), (_NEUTRAL, things), (_PLURAL, groups)):
        match = pattern.search(question)
        if match and not _has_antecedent(question, match):
            several = both(exchange) if pattern is _PLURAL and _TOGETHER.search(question) else None
            is_object = _is_object(question, match) or bool(_AFTER_BE.search(question[: match.start()]))
            meant = several or antecedents(exchange, Pronoun(match[0], question, is_object))
            question = _replaced(question, match, meant)
    return _placed(named_in_full(question, exchange), exchange)


def _has_antecedent(question: str, match: re.Match[str]) -> bool:
    """Return whether a pronoun refers to something in the question itself or to nothing ("is it true that")."""
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


def _placed(question: str, exchange: Exchange) -> str:
    """Replace "there" (except in "is there"), or "that" in "Where is that?", with a place or name in the exchange."""
    if _WHERE_IS_THAT.fullmatch(question):
        named = [phrase for phrase in exchange.replied if phrase.kind != "time"]
        return _WHERE_IS_THAT.sub(rf"\1 {bare_name(named[-1])}?", question) if named else question
    exists = _EXISTS.search(question)
    match = _THERE.search(question, exists.end() if exists else 0)
    if not match:
        return question
    spoken = (*exchange.asked, *exchange.replied)
    places = [f"in {phrase.text}" for phrase in spoken if phrase.kind == "place"][-1:]
    things_there = [p for p in spoken if p.kind in ("thing", "person") and bare_name(p) not in question]
    things_there.sort(key=lambda phrase: phrase.kind == "person")
    places += [f"at {bare_name(phrase)}" for phrase in sorted(things_there, key=lambda phrase: not phrase.name)]
    return f"{question[: match.start()]}{places[0]}{question[match.end() :]}" if places else question


def _as_question(text: str) -> str:
    text = text.strip()
    asks = bool(lowered(text)[:2] and set(lowered(text)[:2]) & (ASKING | DO_OR_MODAL | BE_OR_HAVE))
    return text[:1].upper() + text[1:] + ("?" if asks and text[-1:] not in "?!." else "")
