"""Resolves "the bridge", "the one in Galt" and questions without a topic, using names from the conversation."""

import re

from index.text.english import asked_kind, terms
from rag.understanding.antecedents import Exchange, bare_name, outermost, topic
from rag.understanding.clauses import parsed
from rag.understanding.phrases import (
    ASKING,
    BE_OR_HAVE,
    DO_OR_MODAL,
    PREPOSITIONS,
    Phrase,
    lowered,
    phrases,
)

_POINTING = ("the", "this", "that", "these", "those")
_ONE = re.compile(r"\b(which|what|the|that|this|another)( [a-z]+)? (ones?)\b(?! of\b)", re.IGNORECASE)
_PLACES = {"first": 0, "former": 0, "second": 1, "third": 2, "fourth": 3, "last": -1, "latter": -1}
_IN_ORDER = re.compile(rf"\bthe ({'|'.join(_PLACES)})(?: one\b(?! of\b)| of (?:them|these|those)\b|\Z)", re.IGNORECASE)
_JOINT = re.compile(r",? (?:and|or) |, ")
_EXISTS = re.compile(r"(?:is|are|was|were) there (?:any|an?|some|enough) ", re.IGNORECASE)
_ASKER = frozenset("i you we me us my your our".split())
_LONGEST_OPEN = 7
"""Maximum words of a question tied to the topic without a pronoun: "Who was the victim?", "Was anyone hurt?"."""


def named_in_full(question: str, exchange: Exchange) -> str:
    """Replace "the bridge" with "the Quill Bridge", and "one" with "tram line", if the conversation mentioned it."""
    question = _noun_for_one(question, exchange)
    for phrase in phrases(question):
        if (chosen := _chosen(phrase, exchange)) is not None:
            return question[: phrase.start] + bare_name(chosen) + question[phrase.end :]
        if phrase.text.split()[0].lower() in _POINTING and (fuller := _fuller(phrase, exchange)):
            return question[: phrase.start] + bare_name(fuller) + question[phrase.end :]
    return question


def in_order(question: str, exchange: Exchange) -> str:
    """Replace "the second one" with what the reply lists there; the question itself if it lists no such thing."""
    match = _IN_ORDER.search(question)
    listed = _listed(exchange) if match else []
    if match is None or len(listed) < 2:
        return question
    place = _PLACES[match[1].lower()]
    return f"{question[: match.start()]}{listed[place]}{question[match.end() :]}" if place < len(listed) else question


def _listed(exchange: Exchange) -> list[str]:
    """Return the names in the reply's longest enumeration: "the Mill Bridge, the Galt Bridge and the Old Span"."""
    named = outermost([phrase for phrase in exchange.replied if phrase.kind != "time"])
    runs: list[list[Phrase]] = []
    for phrase in named:
        between = exchange.reply[runs[-1][-1].end : phrase.start] if runs else None
        if between is not None and _JOINT.fullmatch(between):
            runs[-1].append(phrase)
        else:
            runs.append([phrase])
    listed = [[name for phrase in run for name in _JOINT.split(bare_name(phrase))] for run in runs]
    return max(listed, key=len, default=[])


def _chosen(phrase: Phrase, exchange: Exchange) -> Phrase | None:
    """Return the reply's choice if the question asked which one, as for "the film" after "Which film won?"."""
    noun = terms(parsed(exchange.question).counted)
    is_it = phrase.text.split()[0].lower() in _POINTING and noun == terms(phrase.text)
    return exchange.fresh[0] if is_it and exchange.asking in ("which", "what") and exchange.fresh else None


def _fuller(phrase: Phrase, exchange: Exchange | None) -> Phrase | None:
    """Return a longer phrase for the same thing from the latest exchange that has one."""
    tail = terms(" ".join(phrase.text.split()[1:]))
    while exchange and tail:
        for spoken in (*exchange.asked, *exchange.replied):
            if len(spoken.text) > len(phrase.text) and _first_group(spoken)[-len(tail) :] == tail:
                return spoken
        exchange = exchange.earlier
    return None


def _first_group(phrase: Phrase) -> list[str]:
    """Return the stems of a phrase without its complement: "the Orland Prize" for "the Orland Prize for fiction"."""
    return terms(" ".join(_noun_words(phrase)))


def _noun_words(phrase: Phrase) -> list[str]:
    words = phrase.text.split()
    stops = PREPOSITIONS | {"that", "which", "who"}
    return words[: next((i for i, word in enumerate(words) if i and word.lower() in stops), len(words))]


def _noun_for_one(question: str, exchange: Exchange) -> str:
    match = _ONE.search(question)
    choice = parsed(exchange.question).counted.split()
    spoken = topic(exchange)
    if not match or not (choice or spoken):
        return question
    noun = choice or (_noun_words(spoken)[1:] if spoken else [])
    if match[2] and len(noun) > 1:
        noun = noun[1:]  # "the old one" must not become "the old new line"
    if noun and match[3].lower() == "one":
        noun[-1] = _singular(noun[-1])
    said = " ".join([match[1], *(match[2] or "").split(), *noun])
    return f"{question[: match.start()]}{said}{question[match.end() :]}"


def _singular(noun: str) -> str:
    if noun.endswith("ies"):
        return f"{noun[:-3]}y"
    if noun.endswith(("ses", "xes", "ches", "shes")):
        return noun[:-2]
    return noun[:-1] if noun.endswith("s") and not noun.endswith(("ss", "us", "is")) else noun


def tied_to_topic(question: str, exchange: Exchange, opened: bool) -> str:
    """Add the topic to a question that has none of its own: "Who was the victim of the Galt murder?"."""
    words, named = lowered(question), phrases(question)
    asks = bool(words) and words[0] in ASKING | DO_OR_MODAL | BE_OR_HAVE
    about = topic(exchange)
    if not asks or not about or len(words) > _LONGEST_OPEN or set(words) & _ASKER or _is_named(question, about):
        return question
    if _EXISTS.match(question) and all(phrase.text.islower() for phrase in named):
        return _with_topic(question, f"for {bare_name(about)}")
    if not named:
        if len(words) < 3 and words[0] not in ("who", "what"):
            return question
        joint = "with" if {"next", "happens", "happened"} & set(words) else "in"
        return _with_topic(question, f"{joint} {bare_name(about)}")
    bare = named[0]
    if len(named) > 1 or _is_spoken_of(bare, exchange):
        return question
    if opened and bare.plural and bare.text.islower() and " " not in bare.text:
        return _with_topic(question, f"for {bare_name(about)}")  # "And how much are tickets?"
    if bare.text.split()[0].lower() not in ("the", "a", "an") or bare.text != bare.text.lower() or " of " in bare.text:
        return question
    return _of_topic(question, bare, bare_name(about))


def _is_named(question: str, about: Phrase) -> bool:
    return bool(set(terms(about.text)) & set(terms(question)))


def _is_spoken_of(phrase: Phrase, exchange: Exchange) -> bool:
    """Return whether a phrase in the exchange has the same head noun."""
    return any(spoken.head == phrase.head for spoken in (*exchange.asked, *exchange.replied))


def _of_topic(question: str, bare: Phrase, about: str) -> str:
    """Attach the topic to a noun if the noun is the subject of the question, not an object."""
    before = [word for word in lowered(question[: bare.start])[-2:] if word not in PREPOSITIONS]
    if not before or before[-1] not in DO_OR_MODAL | BE_OR_HAVE | {"s"}:
        return question
    if asked_kind(question) == "view":
        return _with_topic(question, f"about {about}")
    joint, end = "of" if bare.text.lower().startswith("the ") else "for", bare.end
    if lowered(question)[0] in BE_OR_HAVE and not question[end:].strip(" ?"):
        end = bare.start + len(" ".join(bare.text.split()[:2]))  # "is the newspaper profitable"
    return f"{question[:end]} {joint} {about}{question[end:]}"


def _with_topic(question: str, added: str) -> str:
    bare = question.rstrip(" ?!.")
    return f"{bare} {added}{question[len(bare) :]}"
