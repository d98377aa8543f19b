"""Edits that make a sentence false or unsupported: what a careless or inventive writer does to it."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.training.check_edits import Change, Edit, as_object, as_subject, fault, inflect, is_vowel, like, lower_first
from rag.training.check_grammar import Parse, ParsedPassage
from rag.training.check_rewordings import clauses_dropped, replaced, speech, verbs, weakened
from rag.training.check_values import bounds, other_values
from rag.training.check_words import OPPOSITE_VERBS, OPPOSITE_WORDS

_SYMMETRIC = frozenset("meet marry be join resemble border equal match accompany separate differ".split())
_ACTORS = ("PERSON", "GPE", "ORG", "NORP")
_PLANS = frozenset("plan hope want expect intend propose aim try seek wish offer threaten refuse fail".split())
_SAID_OF = ("Critics said that", "Officials denied that", "It is not known whether", "Some doubt that")
_CAUSES = (", because", ", which led to the decision that", ", so that", ", in protest that", " after it emerged that")
_OPPOSITES = [*OPPOSITE_WORDS, *((b, a) for a, b in OPPOSITE_WORDS)]
_STRONGER = (("some", "all"), ("many", "most"), ("several", "all the"), ("often", "always"))
_SOME_OF = re.compile(r"\b(?:one|some|many|most|several) of (?=(?:the|its|his|her|their)\b)", re.IGNORECASE)
_CARRIED = ("NN", "NNS", "JJ", "VBD", "VBN")


@dataclass(frozen=True)
class Surroundings:
    """The context of a sentence: its passage, and the words of other passages grouped by form."""

    passage: ParsedPassage
    words: dict[str, list[str]]

    @property
    def text(self) -> str:
        """The passage as one text."""
        return " ".join(sentence.text for sentence in self.passage.sentences)

    def named(self, kind: str) -> list[str]:
        """Return the names of one kind in the passage, as written."""
        found = (s.text[slice(*s.span((a, b)))] for s in self.passage.sentences for a, b, k in s.entities if k == kind)
        return sorted(set(found))


def faults(parse: Parse, around: Surroundings, dice: random.Random) -> list[Edit]:
    """Return all faults that this module can make in a sentence."""
    made = [edit for maker in (names, speakers, words) for edit in maker(parse, around, dice)]
    simple = (swapped, negated, modalities, attributions, opposites, orders, additions, strengthened)
    made += [edit for maker in simple for edit in maker(parse, dice)]
    return made + list(other_values(parse, around.text, dice)) + list(bounds(parse))


def names(parse: Parse, around: Surroundings, dice: random.Random) -> Iterator[Edit]:
    """Replace a name with another of its kind, from the passage or from elsewhere."""
    for first, last, kind in parse.entities:
        if kind not in ("PERSON", "GPE", "ORG", "NORP", "LOC", "FAC"):
            continue
        span = parse.span((first, last))
        name = parse.text[slice(*span)]
        near = [other for other in around.named(kind) if not _overlap(other, name) and other not in parse.text]
        other = dice.choice(near if near and dice.random() < 0.8 else around.words[kind])
        if not _overlap(other, name):
            other = other if name.startswith("the ") or not other.startswith("the ") else other[4:]
            yield fault("name", "unsupported", Change(*span, other), back="unsupported")


def _overlap(one: str, other: str) -> bool:
    return bool({*one.lower().split()} & {*other.lower().split()} - {"the", "of", "and"})


def speakers(parse: Parse, around: Surroundings, dice: random.Random) -> Iterator[Edit]:
    """Attribute a statement to a different speaker."""
    for index in range(len(parse.tokens)):
        who = parse.children(index, "nsubj") if parse.tokens[index].lemma in ("say", "tell", "write", "argue") else []
        span = parse.phrase(who[0]) if who else None
        others = [n for n in around.named("PERSON") if span and not _overlap(n, parse.text[slice(*span)])]
        if span and others:
            yield fault("speaker", "unsupported", Change(*span, dice.choice(others)), back="unsupported")


def words(parse: Parse, around: Surroundings, dice: random.Random) -> Iterator[Edit]:
    """Replace a noun, an adjective or a verb with another of the same form."""
    here = [(t.tag, s.word(i)) for s in around.passage.sentences for i, t in enumerate(s.tokens) if not t.entity]
    for index, token in enumerate(parse.tokens):
        helps = token.dep.startswith(("aux", "compound")) or token.lemma == "be"
        if token.tag not in _CARRIED or token.entity or helps:
            continue
        word = parse.word(index)
        near = sorted({w for tag, w in here if tag == token.tag and w.islower() and w not in parse.text})
        other = dice.choice(near) if near and dice.random() < 0.5 else dice.choice(around.words[token.tag])
        after_article = index and parse.word(index - 1).lower() in ("a", "an")
        if after_article and is_vowel(word) != is_vowel(other):
            continue
        if other.lower() not in parse.text.lower() and word.isalpha():
            yield fault("word", "unsupported", Change(token.start, token.end, like(word, other)), back="unsupported")


def swapped(parse: Parse, dice: random.Random) -> Iterator[Edit]:
    """Swap two names, or subject and object."""
    for index, token in enumerate(parse.tokens):
        subject, thing = parse.children(index, "nsubj"), parse.children(index, "dobj")
        if len(subject) == 1 and len(thing) == 1 and token.lemma not in _SYMMETRIC:
            one, other = parse.phrase(subject[0]), parse.phrase(thing[0])
            if one and other and _may_swap(parse, subject[0], thing[0]):
                first = lower_first(parse, parse.subtree(subject[0])[0], parse.text[slice(*one)])
                turned = Change(*one, as_subject(parse.text[slice(*other)])), Change(*other, as_object(first))
                yield fault("roles", "unsupported", *turned, back="unsupported")
    places = [(a, b, k) for a, b, k in parse.entities if k in ("PERSON", "GPE", "ORG", "CARDINAL", "DATE")]
    for i, (a, b, kind) in enumerate(places):
        for c, d, other_kind in places[i + 1 :]:
            between = parse.text[parse.tokens[b].end : parse.tokens[c].start]
            if kind == other_kind and between.count(" ") > 2 and not _listed(parse, (a, b), (c, d)):
                yield _exchanged(parse, (a, b), (c, d))


def _listed(parse: Parse, one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Return whether two names are in the same list, where their order is irrelevant."""
    at = other[1]
    while parse.tokens[at].dep in ("conj", "compound", "appos", "nmod") and parse.tokens[at].head < at:
        at = parse.tokens[at].head
        if one[0] <= at <= one[1]:
            return True
    return False


def _may_swap(parse: Parse, one: int, other: int) -> bool:
    """Return whether two phrases are short and both named or both not, so that they can be swapped."""
    named = [any(parse.tokens[i].entity[2:] in _ACTORS for i in parse.subtree(index)) for index in (one, other)]
    plain = all(parse.tokens[index].tag.startswith("NN") for index in (one, other))
    return plain and named[0] == named[1] and all(len(parse.subtree(index)) < 10 for index in (one, other))


def _exchanged(parse: Parse, one: tuple[int, int], other: tuple[int, int]) -> Edit:
    first, second = parse.span(one), parse.span(other)
    changes = Change(*first, parse.text[slice(*second)]), Change(*second, parse.text[slice(*first)])
    return fault("roles", "unsupported", *changes, back="unsupported")


def negated(parse: Parse, dice: random.Random) -> Iterator[Edit]:
    """Insert or remove a "not"."""
    for index in (parse.root, *parse.children(parse.root, "ccomp", "conj")):
        token = parse.tokens[index]
        nots, helpers = parse.children(index, "neg"), parse.children(index, "aux", "auxpass")
        if nots and parse.word(nots[0]) in ("not", "never"):
            yield fault("negation", "contradicted", _without(parse, index, nots[0], helpers), back="contradicted")
        elif not nots and (token.lemma == "be" or helpers):
            after = parse.tokens[helpers[0]] if helpers else token
            if after.tag in ("VBD", "VBZ", "VBP", "MD"):
                word = dice.choice((" not", " not", " never"))
                yield fault("negation", "contradicted", Change(after.end, after.end, word), back="contradicted")
        elif not nots and token.tag in ("VBD", "VBZ", "VBP") and (form := inflect(token.lemma, "VB")):
            do = {"VBD": "did", "VBZ": "does", "VBP": "do"}[token.tag]
            place = Change(token.start, token.end, f"{do} not {form}")
            yield fault("negation", "contradicted", place, back="contradicted")


def _without(parse: Parse, verb: int, no: int, helpers: Sequence[int]) -> Change:
    """Return the change that removes a "not", with the "did" that it required."""
    helper = parse.tokens[helpers[-1]] if helpers else None
    form = inflect(parse.tokens[verb].lemma, helper.tag) if helper and helper.lemma == "do" and no + 1 == verb else None
    if helper and form and helpers[-1] + 1 == no:
        return Change(helper.start, parse.tokens[verb].end, form)
    return Change(parse.tokens[no].start - 1, parse.tokens[no].end, "")


def modalities(parse: Parse, dice: random.Random) -> Iterator[Edit]:
    """State as a fact what is only possible or was only planned."""
    for index, token in enumerate(parse.tokens):
        verb = parse.tokens[token.head]
        if token.tag == "MD" and token.dep == "aux" and verb.tag == "VB" and not parse.children(token.head, "neg"):
            word = parse.word(index)
            past = inflect(verb.lemma, "VBD") if verb.lemma != "be" else "was"
            if word in ("may", "might", "could"):
                yield fault("modality", "not told", Change(token.start, token.end, "will"), back=None)
            if word in ("will", "would", "may", "might", "should") and past and token.head == index + 1:
                yield fault("modality", "not told", Change(token.start, verb.end, past), back="not told")
            if word == "will":
                yield fault("modality", "unsupported", Change(token.start, token.end, "will not"), back="unsupported")
        if token.lemma in _PLANS and token.tag in ("VBD", "VBZ", "VBP"):
            yield from _done(parse, index)


def _done(parse: Parse, plan: int) -> Iterator[Edit]:
    for index in parse.children(plan, "xcomp"):
        to = parse.children(index, "aux")
        form = inflect(parse.tokens[index].lemma, parse.tokens[plan].tag)
        if len(to) == 1 and to[0] == plan + 1 and index == plan + 2 and form and not parse.children(plan, "neg"):
            place = Change(parse.tokens[plan].start, parse.tokens[index].end, form)
            yield fault("modality", "unsupported", place, back="not told")


def attributions(parse: Parse, dice: random.Random) -> Iterator[Edit]:
    """State a claim as a fact, or a fact as somebody's claim."""
    for index in range(len(parse.tokens)):
        if (found := speech(parse, index)) is not None:
            _, start, _ = found
            yield fault("claim", "not told", Change(0, start, ""), back="not told")
    is_clause = parse.tokens[parse.root].tag in ("VBD", "VBZ", "VBP")
    if is_clause and '"' not in parse.text and parse.tokens[0].tag in ("DT", "NNP"):
        first = lower_first(parse, 0, parse.text[: parse.tokens[0].end])
        who = dice.choice(_SAID_OF)
        yield fault("claim", "not told", Change(0, parse.tokens[0].end, f"{who} {first}"), back="not told")


def opposites(parse: Parse, dice: random.Random) -> Iterator[Edit]:
    """Replace a word with its opposite."""
    for edit in verbs(parse, [*OPPOSITE_VERBS, *((b, a) for a, b in OPPOSITE_VERBS)], dice):
        yield fault("opposite", "contradicted", *edit.changes, back="contradicted")
    for found, other in replaced(parse.text, _OPPOSITES):
        kind = "comparison" if found[0].endswith(("er", "est", "ore", "less", "ost")) else "opposite"
        kind = "order" if other in ("before", "after") else kind
        yield fault(kind, "unsupported", Change(*found.span(), like(found[0], other)), back="unsupported")


def orders(parse: Parse, dice: random.Random) -> Iterator[Edit]:
    """Swap cause and effect, earlier and later, or the two sides of a comparison."""
    for index, token in enumerate(parse.tokens):
        mark = parse.children(index, "mark")
        clause = parse.phrase(index)
        if token.dep != "advcl" or token.head != parse.root or not mark or clause is None:
            continue
        word = parse.word(mark[0]).lower()
        start = parse.tokens[mark[0]].end + 1
        if word in ("because", "after", "before", "since", "so") and parse.tokens[mark[0]].start == clause[0] > 0:
            main = parse.text[: clause[0]].rstrip(" ,")
            first = lower_first(parse, 0, main)
            changes = Change(0, len(main), parse.text[start : clause[1]]), Change(start, clause[1], first)
            yield fault("order", "unsupported", *changes, back="unsupported")


def additions(parse: Parse, dice: random.Random) -> Iterator[Edit]:
    """Add a clause that the other sentence lacks: a dropped clause in reverse."""
    for edit in clauses_dropped(parse, dice):
        yield Edit("clause", edit.changes, "supported", "not told")


def strengthened(parse: Parse, dice: random.Random) -> Iterator[Edit]:
    """Make a sentence say more than it does."""
    for edit in weakened(parse, dice):
        yield Edit("scope", edit.changes, "supported", "not told")
    for found, strong in replaced(parse.text, _STRONGER):
        if parse.text[found.end() :].split(" ")[1:2] not in (["of"], ["likely"], ["recent"], ["notable"]):
            yield fault("scope", "not told", Change(*found.span(), like(found[0], strong)), back="supported")
    for found in _SOME_OF.finditer(parse.text):
        yield fault("scope", "not told", Change(*found.span(), like(found[0], "all of ")), back="supported")
    for found in re.finditer(r"\b(?:was|is) (?=an? )", parse.text):
        yield fault("scope", "not told", Change(found.end(), found.end(), "only "), back=None)


def joined(one: Parse, other: Parse, dice: random.Random) -> str:
    """Join two sentences as cause and effect, which neither of them says."""
    second = lower_first(other, 0, other.text)
    return f"{one.text.rstrip('.!')}{dice.choice(_CAUSES)} {second}"


def blended(one: Parse, other: Parse) -> str | None:
    """Combine the subject of one sentence with the predicate of another."""
    subjects = one.children(one.root, "nsubj", "nsubjpass"), other.children(other.root, "nsubj", "nsubjpass")
    if any(len(found) != 1 for found in subjects):
        return None
    who, instead = one.phrase(subjects[0][0]), other.phrase(subjects[1][0])
    if (
        who is None
        or instead is None
        or instead[0] != 0
        or one.tokens[subjects[0][0]].tag in ("PRP", "DT", "WDT", "EX")
    ):
        return None
    name = one.text[slice(*who)]
    return None if _overlap(name, other.text[slice(*instead)]) else like("A", name) + other.text[instead[1] :]


def vocabulary(passages: Sequence[ParsedPassage]) -> dict[str, list[str]]:
    """Return the words and names of many passages, grouped by form."""
    found: dict[str, set[str]] = {}
    for sentence in (s for passage in passages for s in passage.sentences):
        for index, token in enumerate(sentence.tokens):
            plain = not token.entity and token.lemma not in ("be", "have", "do")
            if token.tag in _CARRIED and plain and sentence.word(index).islower():
                found.setdefault(token.tag, set()).add(sentence.word(index))
        for first, last, kind in sentence.entities:
            found.setdefault(kind, set()).add(sentence.text[slice(*sentence.span((first, last)))])
    return {kind: sorted(texts) for kind, texts in found.items()}
