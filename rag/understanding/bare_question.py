"""Extracts the bare question from a message, without the introduction, courtesies and reasons around it.

It is found by form: it starts at the question word after a verb of asking or knowing ("could you tell me who ...") and
ends where users refer to themselves again. Use `stands_alone` to check whether it still needs its introduction.
"""

import re
from collections.abc import Iterator

from index.text.english import ASK_OR_KNOW, terms
from index.text.sentences import split_sentences
from rag.understanding.phrases import ASKING, BE_OR_HAVE, DO_OR_MODAL, lowered

_ASKER = frozenset("i me my we us our you your please pls".split())
_ASKING = rf"(?:{'|'.join(sorted(ASKING))})"
_BROUGHT_IN = re.compile(
    rf"(?P<before>.{{0,2000}}?(?P<bringing>(?<![^\W_])[^\W_]{{1,40}}+|[,:—–-])\s{{1,9}}+)"
    rf"(?P<bare>(?:(?:if|whether)|(?:(?:on|in|at|to|from|by|for|with|since|until|under|of|about) )?{_ASKING})\b.+)",
    re.IGNORECASE,
)
_BRINGS_IN = ASK_OR_KNOW | frozenset("me us is was be : — – -".split())
_ABOUT = re.compile(r"(?:of|about|if|whether)\s+", re.IGNORECASE)
_AFTERTHOUGHT = re.compile(
    r"(?:[,;]\s{0,9}(?:because|since|as|so|for|if|and|but)?|\s{1,9}(?:because|since|as|so))\s{1,9}(?:i|we|my|our)\b.*"
    r"|[,;]\s{0,9}(?:can|could|would|will) you\b.*"
    r"|(?<!they)(?<!you)[\s,;—–-]{1,9}(?:and |but )?(?:please|pls|thanks|thank you)\b.*",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=[^.!?:] )\b(?!I\b)[A-Z][\w’'-]*|\d[\d.,:]*")
_ABBREVIATION = re.compile(r"\b[A-Z][A-Z0-9&]{1,7}\b")
_ASK_OR_KNOW = frozenset(terms(" ".join(ASK_OR_KNOW)))
_OF_ABBREVIATIONS = frozenset(
    terms(
        "mean meaning stand short abbreviation acronym initials letters long full form spell spelt spelled out expand "
        "expansion word words signify represent"
    )
)


def bare_question(text: str) -> tuple[str, str]:
    """Return the introduction of a message, often empty, and its bare question."""
    sentences = [text[each.start : each.end] for each in split_sentences(text)]
    found = [_bare(sentence) for sentence in sentences]
    asking = [number for number, each in enumerate(found) if each or _asks(sentences[number])]
    if not asking:
        return "", _of_abbreviation(text)
    bare = " ".join(found[number] or sentences[number] for number in asking)
    others = [each for number, each in enumerate(sentences) if number not in asking]
    if not (others or any(found)) or any(map(_tells_of_names, others)):
        return "", _of_abbreviation(text)
    return " ".join(each for each in others if text.index(each) < text.index(sentences[asking[-1]])), _of_abbreviation(
        bare
    )


def _tells_of_names(sentence: str) -> bool:
    """Return whether a sentence has a name and is not about the user."""
    return bool(_NAME.search(sentence)) and not _takes_part(sentence)


def _takes_part(text: str) -> bool:
    return any(word.split("'")[0].split("’")[0] in _ASKER for word in lowered(text))


def _asks(sentence: str) -> bool:
    """Return whether a sentence is a question, other than a mere request for help such as "Can you help me?"."""
    first, second = (*lowered(sentence), "", "")[:2]
    is_appeal = first in DO_OR_MODAL and second == "you"
    return not is_appeal and (sentence.rstrip('"”’)').endswith("?") or first in ASKING | DO_OR_MODAL)


def _bare(sentence: str) -> str | None:
    """Return the question within a sentence, without wrapper or afterthought; None if there is nothing to cut."""
    brought = next(_brought_in(sentence), None)
    asked = brought or sentence
    if brought is None and not _asks(sentence):
        return None
    cut = _AFTERTHOUGHT.search(asked)
    if cut and cut.start() and not set('"“”«»') & set(cut[0]):
        asked = asked[: cut.start()]
    return None if asked == sentence else _as_question(_ABOUT.sub("", asked, 1) if _ABOUT.match(asked) else asked)


def _brought_in(sentence: str) -> Iterator[str]:
    """Yield what follows each possible wrapper at the start of a sentence, the longest remainder first."""
    start = 0
    while match := _BROUGHT_IN.match(sentence, start):
        before = sentence[: match.start("bare")]
        if _is_wrapper(before, match["bringing"].lower(), match["bare"]):
            yield match["bare"]
        start = match.start("bare")


def _is_wrapper(before: str, bringing: str, bare: str) -> bool:
    """Return whether words only introduce a question: they refer to the user or "you", and hold no other content."""
    words = lowered(before)
    if bringing == ",":
        brings = any(lowered(part)[-1:] and lowered(part)[-1] in _BRINGS_IN for part in before.split(","))
    else:
        brings = bringing in _BRINGS_IN | {"out", "up"}
    if not brings or (re.match("(?i)if|whether", bare) and bringing not in ASK_OR_KNOW):
        return False
    inverted = words[0] in ASKING and len(words) > 1 and words[1] in DO_OR_MODAL | BE_OR_HAVE
    if inverted and bringing not in ("me", "us"):
        return False
    is_said_by_others = bool(_NAME.search(before.rpartition(",")[2]))
    told = set(terms(before)) - _ASK_OR_KNOW
    return not is_said_by_others and (_takes_part(before) or len(told) <= (bringing in ",:—–-"))


def stands_alone(bare: str, text: str) -> bool:
    """Return whether a bare question says what it is about: by a name if the message has one, else by two terms."""
    if text.isupper() or not _NAME.search(text):
        return len(set(terms(bare))) > 1
    return bool(_NAME.search(f". . {bare}"))


def _of_abbreviation(question: str) -> str:
    """Return any question about the meaning of an abbreviation as "What does X stand for?"; others unchanged."""
    short = _ABBREVIATION.findall(question)
    others = set(terms(_ABBREVIATION.sub(" ", question)))
    asks = len(short) == 1 and others & _OF_ABBREVIATIONS and others <= _OF_ABBREVIATIONS | _ASK_OR_KNOW
    return f"What does {short[0]} stand for?" if asks else question


def _as_question(text: str) -> str:
    text = text.strip(" ,;:.?!")
    return f"{text[:1].upper()}{text[1:]}?"
