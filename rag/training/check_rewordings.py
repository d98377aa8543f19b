"""Edits that keep a sentence true: what a faithful statement does with the sentence on which it is based."""

import random
import re
from collections.abc import Iterator, Sequence

from rag.ranking.encoding import Span
from rag.training.check_edits import Change, Edit, as_object, as_subject, inflect, is_vowel, like, lower_first, reword
from rag.training.check_grammar import Parse
from rag.training.check_values import written_otherwise
from rag.training.check_words import SAME_VERBS, SAME_WORDS, SAYING, WEAKER

_NOT_UPWARD = re.compile(
    r"n['’]t\b|\b(?:not|no|never|none|nobody|neither|nor|without|all|every|each|only|if|unless|most|least|few|than|or"
    r"|first|last|hardly|rarely|until|would|could|may|might|whether|cannot|same|\w+est)\b",
    re.IGNORECASE,
)
"""Words next to which an omission may change the meaning."""
_TURNED = re.compile(r"n['’]t\b|\b(?:not|no|never|if|nor|without)\b|\bat $", re.IGNORECASE)
"""Words after which a weaker word makes a stronger claim."""
_NO_SHARE = re.compile(r"(?:\b(?:the|an?|his|her|its|their|is|are|was|were|be|been|them|us)|['’]s) $", re.IGNORECASE)
"""Words after which "most" and "all" do not denote a share: "the most important", "are all"."""
_SHORT = {
    "did not": "didn't", "does not": "doesn't", "do not": "don't", "is not": "isn't", "was not": "wasn't",
    "were not": "weren't", "are not": "aren't", "has not": "hasn't", "had not": "hadn't", "have not": "haven't",
    "could not": "couldn't", "would not": "wouldn't", "will not": "won't", "cannot": "can't",
}  # fmt: skip
_BACK = [(b, a) for a, b in SAME_WORDS if b not in ("under", "over", "to", "before", "besides", "about", "like")]
_SPARE = ("relcl", "appos", "advcl", "prep", "conj", "amod", "npadvmod")
_BE = {"VBD": ("was", "were"), "VBZ": ("is", "are"), "VBP": ("is", "are")}


def rewordings(parse: Parse, dice: random.Random) -> list[Edit]:
    """Return all rewordings that this module can make of a sentence."""
    makers = (same_words, shorter_names, moved, voices, clauses_dropped, clauses_taken, roles, reported, weakened)
    made = [edit for maker in makers for edit in maker(parse, dice)]
    return made + list(written_otherwise(parse, dice))


def same_words(parse: Parse, dice: random.Random) -> Iterator[Edit]:
    """Replace words with synonyms, and contract negated verbs."""
    for found, other in replaced(parse.text, [*SAME_WORDS, *_BACK]):
        if not (other.endswith(" of") and parse.text[found.end() :].startswith(" of ")):
            yield reword("synonym", Change(*found.span(), like(found[0], other)))
    for found, other in replaced(parse.text, [*_SHORT.items(), *((b, a) for a, b in _SHORT.items())]):
        yield reword("short form", Change(*found.span(), like(found[0], other)))
    yield from verbs(parse, [*SAME_VERBS, *((b, a) for a, b in SAME_VERBS if " " not in b)], dice)


def replaced(text: str, pairs: Sequence[tuple[str, str]]) -> Iterator[tuple[re.Match[str], str]]:
    """Find the first word of each pair in a text and yield the match with the second; names are skipped."""
    lowered = text.lower()
    for one, other in (pair for pair in pairs if pair[0] in lowered):
        for found in re.finditer(rf"(?<![\w-]){one}(?![\w-])", text, re.IGNORECASE):
            if found.start() == 0 or found[0].islower():
                yield found, other


def verbs(parse: Parse, pairs: Sequence[tuple[str, str]], dice: random.Random) -> Iterator[Edit]:
    """Replace verbs with others in the same form."""
    known: dict[str, list[str]] = {}
    for one, other in pairs:
        known.setdefault(one, []).append(other)
    for token in parse.tokens:
        if token.tag.startswith("VB") and token.lemma in known and not token.dep.startswith("aux"):
            first, *rest = dice.choice(known[token.lemma]).split(" ")
            if (form := inflect(first, token.tag)) is not None:
                word = parse.text[token.start : token.end]
                yield reword("synonym", Change(token.start, token.end, like(word, " ".join([form, *rest]))))


def shorter_names(parse: Parse, dice: random.Random) -> Iterator[Edit]:
    """Shorten a full name to the last name."""
    for first, last, kind in parse.entities:
        if kind == "PERSON" and last > first and parse.tokens[last].tag == "NNP":
            start = parse.tokens[first].start
            yield reword("name", Change(start, parse.tokens[last].start, ""), back=None)


def moved(parse: Parse, dice: random.Random) -> Iterator[Edit]:
    """Move a time, a place or a clause from the end to the front, or the reverse."""
    root, text = parse.root, parse.text
    if parse.children(root, "conj"):
        return
    end = len(text.rstrip(".!"))
    for index in parse.children(root, "prep", "npadvmod", "advcl"):
        span = parse.phrase(index)
        if span is None or not _may_move(parse, index):
            continue
        phrase = text[span[0] : span[1]]
        if span[1] == end and text[0].isalpha() and '"' not in text:
            body = lower_first(parse, 0, text[: parse.tokens[0].end])
            front = Change(0, parse.tokens[0].end, f"{like('A', phrase)}, {body}")
            yield reword("order", front, Change(span[0], span[1], ""))
        elif span[0] == 0 and text[span[1] : span[1] + 2] == ", ":
            following = parse.tokens[parse.subtree(index)[-1] + 2] if parse.subtree(index)[-1] + 2 < end else None
            if following is not None:
                yield reword(
                    "order", Change(0, following.start, ""), Change(end, end, " " + lower_first(parse, 0, phrase))
                )


def _may_move(parse: Parse, index: int) -> bool:
    inside = parse.subtree(index)
    token = parse.tokens[index]
    if token.dep == "advcl":
        return token.tag != "VBG" and parse.tokens[inside[0]].dep in ("mark", "advmod")
    named = {parse.tokens[i].entity[2:] for i in inside}
    return len(inside) < 8 and bool(named & {"DATE", "GPE", "TIME"})


def voices(parse: Parse, dice: random.Random) -> Iterator[Edit]:
    """Turn active into passive, and passive with an agent into active."""
    for index, token in enumerate(parse.tokens):
        if token.tag in ("VBD", "VBZ", "VBP") and token.dep in ("ROOT", "conj", "ccomp"):
            yield from _passive(parse, index)
        if token.tag == "VBN" and parse.children(index, "agent"):
            yield from _active(parse, index)


def _passive(parse: Parse, verb: int) -> Iterator[Edit]:
    subject, thing = parse.children(verb, "nsubj"), parse.children(verb, "dobj")
    others = parse.children(verb, "dative", "aux", "neg", "prt", "xcomp", "ccomp", "conj", "oprd")
    if len(subject) != 1 or len(thing) != 1 or others or parse.tokens[verb].lemma in ("have", "be", "lack", "resemble"):
        return
    one, other = parse.phrase(subject[0]), parse.phrase(thing[0])
    form = inflect(parse.tokens[verb].lemma, "VBN")
    if one is None or other is None or form is None or _reflects(parse, thing[0]):
        return
    be = _BE[parse.tokens[verb].tag][_is_plural(parse, thing[0])]
    first = lower_first(parse, parse.subtree(subject[0])[0], parse.text[slice(*one)])
    yield reword(
        "voice", Change(*one, as_subject(parse.text[slice(*other)])), Change(*_place(parse, verb), f"{be} {form}"),
        Change(*other, f"by {as_object(first)}"),
    )  # fmt: skip


def _active(parse: Parse, verb: int) -> Iterator[Edit]:
    subject, be, agent = (parse.children(verb, dep) for dep in ("nsubjpass", "auxpass", "agent"))
    if len(subject) != 1 or len(be) != 1 or parse.children(verb, "neg", "aux", "conj") or len(agent) != 1:
        return
    doer = parse.children(agent[0], "pobj")
    tag = parse.tokens[be[0]].tag
    if len(doer) != 1 or tag not in _BE or be[0] + 1 != verb or agent[0] != verb + 1:
        return
    by, one = parse.phrase(doer[0]), parse.phrase(subject[0])
    tag = tag if tag == "VBD" else ("VBP" if _is_plural(parse, doer[0]) else "VBZ")
    form = inflect(parse.tokens[verb].lemma, tag)
    if by is None or one is None or form is None or parse.tokens[subject[0]].tag == "WDT":
        return
    first = lower_first(parse, parse.subtree(subject[0])[0], parse.text[slice(*one)])
    yield reword(
        "voice", Change(*one, as_subject(parse.text[slice(*by)])),
        Change(parse.tokens[be[0]].start, parse.tokens[verb].end, form),
        Change(parse.tokens[agent[0]].start, by[1], as_object(first)),
    )  # fmt: skip


def _place(parse: Parse, index: int) -> Span:
    return parse.tokens[index].start, parse.tokens[index].end


def _reflects(parse: Parse, index: int) -> bool:
    """Return whether an object is a clause or refers back to the subject ("its", "himself")."""
    inside = [(parse.tokens[i].tag, parse.word(i)) for i in parse.subtree(index)]
    return any(tag in ("PRP$", "WDT", "WP") or word.endswith(("self", "selves")) for tag, word in inside)


def _is_plural(parse: Parse, index: int) -> bool:
    joined = bool(parse.children(index, "conj"))
    return joined or parse.tokens[index].tag in ("NNS", "NNPS") or parse.word(index).lower() in ("they", "them", "we")


def clauses_dropped(parse: Parse, dice: random.Random) -> Iterator[Edit]:
    """Leave out something that the rest does not need; the full sentence is not supported by the shorter one."""
    if _NOT_UPWARD.search(parse.text):
        return
    for index, token in enumerate(parse.tokens):
        span = parse.phrase(index) if token.dep in _SPARE else None
        if span is not None and _is_spare(parse, index, span):
            start = span[0] - (parse.text[: span[0]].endswith(" "))
            if token.dep == "conj":
                start = _before_conjunction(parse, index)
            article = "" if token.dep != "amod" else _article(parse, index)
            start = parse.tokens[index - 1].start if article else start
            yield reword("clause", Change(start, span[1], article), back="not told")


def _article(parse: Parse, index: int) -> str:
    """Return the article for when the word after it is dropped: "an old mill", "a mill"; empty if there is none."""
    if index == 0 or parse.word(index - 1).lower() not in ("a", "an") or index + 1 == len(parse.tokens):
        return ""
    return like(parse.word(index - 1), "an" if is_vowel(parse.word(index + 1)) else "a")


def _is_spare(parse: Parse, index: int, span: Span) -> bool:
    token, text = parse.tokens[index], parse.text
    after_comma = text[: span[0]].endswith(", ") and text[span[1] : span[1] + 1] in ",."
    if token.dep in ("relcl", "appos"):
        return after_comma
    if token.dep == "advcl":
        return after_comma and token.tag in ("VBG", "VBN")
    if token.dep == "conj":
        own = parse.children(index, "nsubj", "nsubjpass")
        return parse.tokens[index].head == parse.root and token.tag.startswith("VB") and not own and _ends(text, span)
    if token.dep == "amod":
        return token.tag == "JJ" and parse.tokens[token.head].dep in ("dobj", "pobj") and index + 1 == token.head
    inside = {parse.tokens[i].entity[2:] for i in parse.subtree(index)}
    return bool(inside & {"DATE", "GPE", "TIME"}) and _ends(text, span) and token.head == parse.root


def _ends(text: str, span: Span) -> bool:
    return text[span[1] :].strip(" .!") == ""


def _before_conjunction(parse: Parse, index: int) -> int:
    first = parse.subtree(index)[0]
    before = first - 1 if first and parse.tokens[first - 1].dep == "cc" else first
    return parse.tokens[before - 1].end if before else parse.tokens[first].start


def clauses_taken(parse: Parse, dice: random.Random) -> Iterator[Edit]:
    """Turn one part of a sentence into a statement: what accompanies a name, or the second of two verbs."""
    for index, token in enumerate(parse.tokens):
        if token.dep == "relcl":
            yield from _relative(parse, index)
        elif token.dep == "appos" and parse.tokens[token.head].entity:
            yield from _is_role(parse, index)
        elif token.dep == "conj" and token.head == parse.root and token.tag in ("VBD", "VBZ", "VBN"):
            yield from _second_verb(parse, index)


def _alone(parse: Parse, kept: Sequence[tuple[int, int, str]]) -> Edit:
    """Return an edit that keeps only these parts, each followed by its given text."""
    changes, at = [], 0
    for start, end, text in kept:
        changes.append(Change(at, start, text))
        at = end
    return reword("part", *changes, Change(at, len(parse.text), "."), back="not told")


def _relative(parse: Parse, verb: int) -> Iterator[Edit]:
    who = parse.children(verb, "nsubj", "nsubjpass")
    clause = parse.phrase(verb)
    noun = parse.tokens[verb].head
    if len(who) != 1 or parse.word(who[0]).lower() not in ("who", "which") or clause is None:
        return
    before = [i for i in parse.subtree(noun) if i < who[0] and parse.tokens[i].dep != "punct"]
    if before and parse.text[: clause[0]].endswith(", ") and noun in before:
        name = parse.span(before)
        yield _alone(parse, [(*name, ""), (parse.tokens[who[0]].end, clause[1], "")])


def _is_role(parse: Parse, index: int) -> Iterator[Edit]:
    head = parse.tokens[index].head
    role = parse.phrase(index)
    entity = next(((a, b) for a, b, _ in parse.entities if a <= head <= b), None)
    if role is None or entity is None or parse.text[role[0] : role[1]].split(" ")[0] not in ("a", "an", "the"):
        return
    name = parse.span(entity)
    if name[1] < role[0] and parse.text[name[1] : role[0]] == ", ":
        be = dict(zip(("VBD", "VBZ"), ("was", "is"), strict=True)).get(parse.tokens[parse.root].tag, "is")
        yield _alone(parse, [(*name, ""), (*role, f" {be} ")])


def _second_verb(parse: Parse, index: int) -> Iterator[Edit]:
    subject = parse.children(parse.root, "nsubj")
    span, name = parse.phrase(index), parse.phrase(subject[0]) if len(subject) == 1 else None
    if span and name and not parse.children(index, "nsubj", "nsubjpass") and parse.tokens[index].tag != "VBN":
        yield _alone(parse, [(*name, ""), (*span, " ")])


def roles(parse: Parse, dice: random.Random) -> Iterator[Edit]:
    """Replace a name with the role that the sentence gives it: "Ana Pell, the mayor, said" becomes "The mayor said"."""
    for index, token in enumerate(parse.tokens):
        role = parse.phrase(index) if token.dep == "appos" else None
        entity = next(((a, b) for a, b, kind in parse.entities if a <= token.head <= b and kind == "PERSON"), None)
        if role is None or entity is None or not parse.text[slice(*role)].startswith("the "):
            continue
        if entity[0] and parse.tokens[entity[0] - 1].tag == "NNP":
            continue  # only a part of the name was seen
        name = parse.span(entity)
        if parse.text[name[1] : role[0]] == ", " and parse.text[role[1] : role[1] + 1] in (",", "."):
            ending = role[1] + (parse.text[role[1]] == ",")
            yield reword("role", Change(name[0], ending, parse.text[slice(*role)]), back=None)


def reported(parse: Parse, dice: random.Random) -> Iterator[Edit]:
    """Replace a verb of speech with another, or with "according to"."""
    for index, token in enumerate(parse.tokens):
        if token.lemma in ("say", "state", "remark", "declare") and token.tag == "VBD":
            other = dice.choice([verb for verb in SAYING if verb != parse.word(index)])
            yield reword("speech", Change(token.start, token.end, other))
        found = speech(parse, index)
        if found is not None:
            speaker, start, end = found
            said = parse.text[start:end]
            first = next(i for i, each in enumerate(parse.tokens) if each.start >= start)
            yield reword(
                "speech", Change(*speaker, f"according to {as_object(parse.text[slice(*speaker)])}"),
                Change(speaker[1], end, f", {lower_first(parse, first, said)}"),
            )  # fmt: skip


def speech(parse: Parse, index: int) -> tuple[Span, int, int] | None:
    """Return the speaker's span and the start and end of what is said, if the sentence begins with a speaker."""
    if parse.tokens[index].lemma not in ("say", "state", "claim", "argue", "report", "announce", "explain"):
        return None
    who, what = parse.children(index, "nsubj"), parse.children(index, "ccomp")
    if len(who) != 1 or len(what) != 1 or what[0] < index or index != parse.root or '"' in parse.text:
        return None
    speaker, said = parse.phrase(who[0]), parse.phrase(what[0])
    if speaker is None or said is None or speaker[0] != 0 or parse.text[speaker[1] : said[0]].count(" ") != 2:
        return None
    that = parse.text[said[0] :].startswith("that ")
    return speaker, said[0] + (5 if that else 0), said[1]


def weakened(parse: Parse, dice: random.Random) -> Iterator[Edit]:
    """Make a sentence say less than it does: "some" for "all"."""
    for found, other in replaced(parse.text, WEAKER):
        before = parse.text[: found.start()]
        if not _TURNED.search(before) and not _NO_SHARE.search(before) and parse.text[found.end() :][:7] != " of the":
            yield reword("scope", Change(*found.span(), like(found[0], other)), back="not told")
