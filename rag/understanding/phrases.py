"""Finds the noun phrases of a question or reply that a pronoun or ellipsis in the next question can refer to.

They are found by form, without a tagger. A phrase begins with a determiner or a capital letter and ends before a
preposition, an auxiliary, a determiner, a punctuation mark, or the verb after the subject of an inverted question.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from index.text.english import (
    IRREGULAR_PAST,
    IRREGULAR_VERBS,
    MONTHS,
    STOP_WORDS,
    UNITS_IN_WORDS,
    WEEKDAYS,
    may_be_verb,
)

PhraseKind = Literal["person", "place", "time", "thing", "name"]
"""`name` is a single word that may be a person's surname or the name of a thing."""

DETERMINERS = frozenset("the a an this that these those his her its their my our your which what whose".split())
PREPOSITIONS = frozenset(
    "of in on at to from by for with about after before during against between under over into through near since "
    "until without within across around along behind beyond despite like towards upon inside outside among per".split()
)
DO_OR_MODAL = frozenset("do does did will would can could may might shall should must".split())
BE_OR_HAVE = frozenset("is are was were be been being am has have had".split())
ASKING = frozenset("who whom whose what which when where why how".split())
_NO_PART = frozenset(
    "and or but not i you he she it we they me him us them ago again already also always "
    "ever even just never now only so soon still then there together worth yet up down out off away".split()
)
_RELATIVE = frozenset("that which who".split())
_NOUNS_TOO = frozenset(
    "beat bend bet bite blow break build burn buy catch cut deal drink drive fall feed fight find fly hit hold lead "
    "lie light meet read ride ring rise run set shake show sink sleep split spread spring stand stick strike swim tear "
    "throw wake win wind".split()
)
_VERBS = frozenset(verb[0] for verb in IRREGULAR_VERBS) - _NOUNS_TOO
"""Base forms that cannot be nouns, so that a subject always ends before them."""
_JOINING = frozenset("of at in on for over against into between about by".split())
"""Prepositions whose object belongs to the noun before them."""
_QUOTES = frozenset('"“”„«»')
_PARTICLES = frozenset("of de van von der la al bin the and for".split())
_TIME_WORD = re.compile(
    rf"(?i:{'|'.join((*MONTHS, *WEEKDAYS))}|yesterday|today|tomorrow|(?:last|next|this)\s\w+|(?:1\d|20)\d\d)"
)
_WORD = re.compile(r"[^\W_]+")
_NEGATED = re.compile(r"(\w{2,6})n['’]t")
_WHOLE = {"wo": "will", "ca": "can", "sha": "shall"}  # before "n't"
_TOKEN = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*['’]?|[^\w\s]")


@dataclass(frozen=True)
class Phrase:
    """A noun phrase: its text, its offsets, and the kind of thing it seems to name."""

    text: str
    start: int
    end: int
    kind: PhraseKind
    plural: bool
    name: bool

    @property
    def head(self) -> str:
        """The last word of its first noun group, in lower case."""
        words = self.text.split()
        stop = next((i for i, word in enumerate(words) if i and word.lower() in PREPOSITIONS | _RELATIVE), len(words))
        return words[stop - 1].lower().strip("'’\"“”")


@dataclass(frozen=True)
class _Word:
    text: str
    start: int
    end: int
    opens: bool
    """Whether the word starts a sentence, where its capital letter carries no information."""
    leads: bool = False
    """Whether a capitalised word follows, so that even a stop word may be a given name: "Per Lund", "Will Sand"."""

    @property
    def lower(self) -> str:
        if self.text == "May" and not self.opens:
            return self.text  # the month, not the auxiliary
        negated = _NEGATED.fullmatch(self.text.lower())
        return _WHOLE.get(negated[1], negated[1]) if negated else self.text.lower()

    @property
    def capital(self) -> bool:
        if not self.text[:1].isupper():
            return False
        is_given_name = self.leads and not self.opens and len(self.text) > 2
        return is_given_name or re.split("['’]", self.lower)[0] not in STOP_WORDS

    @property
    def counts(self) -> bool:
        return self.text.isdigit() or self.lower in UNITS_IN_WORDS

    @property
    def is_word(self) -> bool:
        return self.text[:1].isalnum()


def phrases(text: str, known: Collection[str] = ()) -> list[Phrase]:
    """Return the noun phrases of a text in order; one inside another ("the mayor of Corvane") follows it.

    `known` holds words that are names elsewhere, as a capital letter at the start of a sentence proves nothing.
    """
    words = list(_words(text, frozenset(known)))
    found = []
    at = 0
    while at < len(words):
        end = _title_end(words, at) or _end(words, at)
        if end is None:
            at += 1
            continue
        whole = _with_relative(words, _with_complement(words, _title_end(words, end) or end))
        found.append(_phrase(text, words, at, whole))
        at = _title_end(words, end) or end
    return found


def _title_end(words: Sequence[_Word], at: int) -> int | None:
    """Return the end of a title in quotation marks; None if none begins at this word."""
    if at + 1 >= len(words) or words[at].text not in _QUOTES or not words[at + 1].text[:1].isupper():
        return None
    closing = next((i for i in range(at + 2, min(at + 9, len(words))) if words[i].text in _QUOTES), None)
    return closing + 1 if closing and words[closing - 1].is_word else None


def _words(text: str, known: frozenset[str]) -> Iterator[_Word]:
    opens, tokens = True, list(_TOKEN.finditer(text))
    for number, match in enumerate(tokens):
        after = tokens[number + 1][0] if text[match.end() : match.end() + 1] == " " and number + 1 < len(tokens) else ""
        leads = after[:1].isupper() and after.lower() not in STOP_WORDS
        yield _Word(match[0], match.start(), match.end(), opens and match[0] not in known, leads)
        opens = match[0] in ".!?:" or (opens and match[0] in "\"“‘'(")


def _end(words: Sequence[_Word], at: int) -> int | None:
    """Return the end of the noun group that begins at a word; None if none begins there."""
    word = words[at]
    if word.capital and not (word.opens and _only_opens(words, at)):
        return _with_noun(words, at, _name_end(words, at))
    if word.lower not in DETERMINERS - ASKING and not _is_bare_plural(words, at):
        return None
    if at + 1 == len(words):
        return None
    before = words[at - 1].lower if at else ""
    if (
        word.lower in ("that", "this")
        and at
        and before not in PREPOSITIONS | DO_OR_MODAL | BE_OR_HAVE
        and not word.opens
        and not _points(words, at)
    ):
        return None  # it introduces a clause: "the bridge that they built"
    end = at + 1
    while end < len(words) and _may_continue(words[end]) and not (words[end].counts and end > at + 1):
        if end > at + 1 and words[end].lower in _VERBS:
            return end  # "will the festival take place"
        if end > at + 1 and (_acts_on(words, end) or (word.opens and _ends_plural_name(words, at, end))):
            return end
        end = _name_end(words, end) if words[end].capital else end + 1
    return _less_verb(words, at, end) if end > at + 1 or word.lower not in DETERMINERS else None


def _points(words: Sequence[_Word], at: int) -> bool:
    """Return whether "that" or "this" belongs to the noun after it: "Who leads that party?"."""
    noun, after = words[at + 1], words[at + 2] if at + 2 < len(words) else None
    ends = after is None or not after.is_word or after.lower in PREPOSITIONS
    return ends and noun.text.islower() and _may_continue(noun) and not may_be_verb(noun.lower)


def _ends_plural_name(words: Sequence[_Word], at: int, end: int) -> bool:
    """Return whether a plural name ends before a word, which is then a verb: "The Blue Vests demand higher wages"."""
    last = words[end - 1]
    return end > at + 2 and last.capital and last.lower.endswith("s") and words[end].text.islower()


def _acts_on(words: Sequence[_Word], at: int) -> bool:
    """Return whether a word is a past form between a subject and its object: "The Otters named Wendy Flores"."""
    past = _is_past(words[at].lower)
    after = words[at + 1] if at + 1 < len(words) else None
    follows = after is not None and (after.capital or after.counts or after.lower in DETERMINERS)
    return past and follows and not words[at - 1].lower.endswith("ly")


def _with_noun(words: Sequence[_Word], at: int, end: int) -> int:
    """Extend a name by the noun it modifies: "does St Brannoc hospital lack", "St Maud's schools"."""
    after = end
    while after < len(words) and _may_continue(words[after]) and not words[after].capital:
        after += 1
    if words[end - 1].text.endswith(("'s", "’s")):
        whole = not _inverted(words, at) and end < after and not _is_past(words[after - 1].lower)
        return after if whole else min(end + 1, after)  # "What's Ana Rusk's best known book?"
    inverted = _inverted(words, at) in DO_OR_MODAL and words[at - 1].lower in DO_OR_MODAL
    verbs = (i for i in range(end, after) if words[i].lower in _VERBS)
    return max(next(verbs, after - 1), end) if inverted else end


def _inverted(words: Sequence[_Word], at: int) -> str:
    """Return the auxiliary before a subject: "did" in "when did the strike begin"; '' if there is none."""
    return next((word.lower for word in _clause(words, at) if word.lower in DO_OR_MODAL | BE_OR_HAVE), "")


def _is_bare_plural(words: Sequence[_Word], at: int) -> bool:
    """Return whether a word is a plural subject after an auxiliary: "what do farmers want"."""
    text, inverted = words[at].text, at > 0 and words[at - 1].lower in DO_OR_MODAL | BE_OR_HAVE
    return inverted and text.islower() and len(text) > 3 and _is_plural(text)


def _is_past(word: str) -> bool:
    return word.endswith("ed") or word in IRREGULAR_PAST


def _is_plural(word: str) -> bool:
    return word.endswith("s") and not word.endswith(("ss", "us", "is"))


def _only_opens(words: Sequence[_Word], at: int) -> bool:
    """Return whether a word has its capital letter only because it starts a sentence: it begins no name."""
    after = words[at + 1] if at + 1 < len(words) else None
    if after and after.text == "&":
        return False
    if after and not words[at].lower.endswith(("s", "ly")) and (after.text == "," or may_be_verb(after.text)):
        return False  # "Castane, a family firm", "Aldmere beat Cotterham"
    return not ((after and (after.capital or after.text in "?'’")) or len(words) == 1)


def _name_end(words: Sequence[_Word], at: int) -> int:
    end = at + 1
    while end < len(words):
        if words[end].text == "&" and end + 1 < len(words) and words[end + 1].capital:
            end += 2
            continue
        if words[end].capital or (words[end].text.isdigit() and len(words[end].text) < 4):
            end += 1
            continue
        inner = end
        while inner < len(words) and inner - end < 2 and words[inner].text in _PARTICLES - {"and", "for"}:
            inner += 1
        if inner == end or inner >= len(words) or not words[inner].capital:
            break
        end = inner + 1
    return end


def _may_continue(word: _Word) -> bool:
    stops = PREPOSITIONS | DO_OR_MODAL | BE_OR_HAVE | ASKING | DETERMINERS | _NO_PART
    return word.is_word and word.lower not in stops


def _less_verb(words: Sequence[_Word], at: int, end: int) -> int:
    """Exclude the verb after a subject: "did the strike begin", "was the mill built", "the board closed it"."""
    if end - at < 3 - (words[at].lower not in DETERMINERS):
        return end
    inverted, last = _inverted(words, at), words[end - 1].lower
    past = _is_past(last)
    if at == 1 and inverted in BE_OR_HAVE and not any(map(_may_continue, words[end:])):
        return end - 1  # "is the swimming pool open again"
    if (
        not inverted
        and end < len(words)
        and (words[end].counts or words[end].lower in DETERMINERS)
        and may_be_verb(last)
    ):
        return end - 1
    if inverted in DO_OR_MODAL and end < len(words) and words[end].lower in BE_OR_HAVE:
        return end  # "will the dam be repaired"
    if inverted in DO_OR_MODAL:
        return end if _verb_comes_later(words, end) else end - 1
    is_object = at > 0 and not inverted and words[at - 1].is_word  # "what caused the power cut in Lindfield"
    return end - 1 if (past and not is_object) or (inverted and last.endswith("ing")) else end


def _verb_comes_later(words: Sequence[_Word], end: int) -> bool:
    """Return whether the verb follows a complement: "will the new terminal in Sull open"."""
    if end >= len(words) or words[end].lower not in PREPOSITIONS - {"about"}:
        return False
    after = _end(words, end + 1) if end + 1 < len(words) else None
    return after is not None and after < len(words) and words[after].is_word and words[after].lower not in PREPOSITIONS


def _clause(words: Sequence[_Word], at: int) -> Sequence[_Word]:
    """Return the word whose being an auxiliary shows inversion: before the phrase, or before its whole subject."""
    return words[max(0, at - 1) : at] if at and words[at - 1].lower not in PREPOSITIONS else _before_subject(words, at)


def _before_subject(words: Sequence[_Word], at: int) -> Sequence[_Word]:
    """Return the auxiliary before a subject that ends in this phrase: "did the strike at the cannery"."""
    start = at
    while start and words[start - 1].lower not in DO_OR_MODAL | BE_OR_HAVE:
        start -= 1
    between = words[start:at]
    # the verb has passed, or one of two words after "the" may be it: "did the council decide about the mill"
    done = len(between) > 3 or any(word.lower in _VERBS for word in between[1:])
    joined = bool(between) and not done and between[0].lower not in PREPOSITIONS
    joined = joined and sum(word.lower in DETERMINERS for word in between) < 2
    return words[start - 1 : start] if start and joined and len(between) <= 4 else ()


def _with_complement(words: Sequence[_Word], end: int) -> int:
    """Extend a phrase by its complement ("of", "at", "to"): "the strike at the cannery", "the ferry to Skarholm"."""
    while end + 1 < len(words) and (words[end].lower in _JOINING or _leads_somewhere(words, end)):
        inner = _title_end(words, end + 1) or _end(words, end + 1)
        if inner is None and words[end].lower in ("of", "for", "against", "about"):
            inner = _bare_end(words, end + 1)
        if inner is None or _TIME_WORD.fullmatch(words[end + 1].text):
            return end
        end = _with_others(words, inner)
    return _with_others(words, end)


def _bare_end(words: Sequence[_Word], at: int) -> int | None:
    """Return the end of nouns without determiner: "the minister of health", "the symptoms of marsh fever"."""
    end = at
    while end < len(words) and _may_continue(words[end]) and not words[end].capital and words[end].lower not in _VERBS:
        end += 1
    return min(end, at + 2) if end > at else None


def _leads_somewhere(words: Sequence[_Word], at: int) -> bool:
    """Return whether "to" or "from ... to" precedes a one-word name, which is a place rather than a recipient."""
    if words[at].lower == "from" and at + 3 < len(words) and words[at + 2].lower == "to":
        return words[at + 1].capital and _leads_somewhere(words, at + 2)
    return words[at].lower == "to" and words[at + 1].capital and _name_end(words, at + 1) == at + 2


def _with_others(words: Sequence[_Word], end: int) -> int:
    """Extend a phrase by names joined with "and": "Hill Lane and St Maud's schools"."""
    listed = end
    while listed + 1 < len(words) and words[listed - 1].capital and words[listed + 1].capital:
        if words[listed].lower == "and":
            end = listed = _with_noun(words, listed + 1, _name_end(words, listed + 1))
        elif words[listed].text == ",":
            listed = _name_end(words, listed + 1)
        else:
            break
    return end


def _with_relative(words: Sequence[_Word], end: int) -> int:
    """Extend a phrase by a relative clause: "the plane that landed in the Tamm River"."""
    if end + 1 >= len(words) or words[end].lower not in _RELATIVE:
        return end
    verb = words[end + 1].lower
    if not may_be_verb(verb) and verb not in BE_OR_HAVE | DO_OR_MODAL:
        return end
    return next(
        (i for i in range(end + 1, len(words)) if not words[i].is_word and words[i].text not in _QUOTES), len(words)
    )


def _phrase(text: str, words: Sequence[_Word], at: int, end: int) -> Phrase:
    inside = words[at:end]
    shown = text[inside[0].start : inside[-1].end]
    ends = (i for i, word in enumerate(inside) if i and word.lower in PREPOSITIONS | _RELATIVE)
    head = next(ends, len(inside))
    last = inside[head - 1].lower
    # "the Tin Owls" are several, "Tessaly Airlines" is one
    counts = not inside[head - 1].capital or (inside[0].lower in DETERMINERS and head > 2)
    plural = _is_plural(last) and counts
    joined = any(word.lower == "and" for word in inside[:head])
    named = all(word.capital or word.lower in _PARTICLES or not word.text.isalpha() for word in inside)
    return Phrase(shown, inside[0].start, inside[-1].end, _kind(words, at, end, head), plural or joined, named)


def _kind(words: Sequence[_Word], at: int, end: int, head: int) -> PhraseKind:
    inside = words[at:end]
    shown = " ".join(word.text for word in inside)
    before = words[at - 1].lower if at else ""
    if any(_TIME_WORD.fullmatch(word.text) for word in inside[:head]) or _TIME_WORD.match(shown):
        return "time"
    names = [word for word in inside[:head] if word.capital]
    if any(word.text in _QUOTES or word.text == "&" for word in inside):
        return "thing"
    if inside[0].capital and inside[head - 1].text.islower():
        return "thing"  # "St Brannoc hospital"
    if inside[0].capital:
        about_places = ("in", "at", "near", "into", "across", "around", "outside")
        if len(names) < 3 and (before in about_places or (before in ("to", "from", "of") and len(names) == 1)):
            return "place"
        return "person" if len(names) > 1 else "name"
    described = [word for word in inside[1:head] if not word.capital]
    # "the engineer Marit Solvang" is a person, "the Quill Bridge" is not
    return "person" if described and len(names) > 1 and inside[head - 1].capital else "thing"


def lowered(text: str) -> list[str]:
    """Return the words of a text in lower case; contractions are split at the apostrophe."""
    return _WORD.findall(text.lower())
