"""Edits of a parsed sentence: places and the words put there, so that several can be made of one sentence at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from rag.ranking.encoding import Span
from rag.training.check_grammar import Parse

Label = Literal["supported", "contradicted", "not told", "unsupported"]
"""`unsupported`: contradicted or not told, which of the two is not known."""

_NAMED = ("PERSON", "GPE", "ORG", "NORP", "LOC", "FAC", "EVENT", "PRODUCT", "LANGUAGE", "LAW")
_OBJECTS = {"he": "him", "she": "her", "they": "them", "i": "me", "we": "us"}
_SUBJECTS = {other: one for one, other in _OBJECTS.items()}


class Change(NamedTuple):
    """What is put in place of the characters from `start` to `end`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Edit:
    """One way to change a sentence.

    `label` is what the changed sentence is worth against the sentence, `back` what the sentence is worth against the
    changed one, None where that is open.
    """

    kind: str
    changes: tuple[Change, ...]
    label: Label
    back: Label | None


@dataclass(frozen=True)
class Edited:
    """A changed text, and the places in it of what faults put there."""

    text: str
    wrong: tuple[Span, ...] = ()


def reword(kind: str, *changes: Change, back: Label | None = "supported") -> Edit:
    """An edit after which the sentence is still so."""
    return Edit(kind, changes, "supported", back)


def fault(kind: str, label: Label, *changes: Change, back: Label | None) -> Edit:
    """An edit after which it is not."""
    return Edit(kind, changes, label, back)


def clash(one: Edit, other: Edit) -> bool:
    """Tell whether two edits touch the same place."""
    return any(a.start <= b.end and b.start <= a.end for a in one.changes for b in other.changes)


def apply(text: str, edits: Sequence[Edit]) -> Edited:
    """Make edits that do not clash; the places are of what the unsupported ones put in."""
    marked = sorted((change, edit.label != "supported") for edit in edits for change in edit.changes)
    made, at = "", 0
    wrong: list[Span] = []
    for change, is_wrong in marked:
        made += text[at : change.start]
        if is_wrong and change.text.strip():
            wrong.append((len(made), len(made) + len(change.text)))
        made, at = made + change.text, change.end
    made += text[at:]
    return _tidy(made, wrong)


def _tidy(text: str, wrong: Iterable[Span]) -> Edited:
    """Take out doubled spaces and marks that edits leave behind, and begin with a capital."""
    kept = [i for i in range(len(text)) if not _is_left_over(text, i)]
    place = {old: new for new, old in enumerate(kept)}
    starts = [[place[i] for i in range(start, end) if i in place] for start, end in wrong]
    tidy = "".join(text[i] for i in kept)
    return Edited(tidy[:1].upper() + tidy[1:], tuple((span[0], span[-1] + 1) for span in starts if span))


def _is_left_over(text: str, at: int) -> bool:
    before, rest = text[:at].rstrip(" ,"), text[at:]
    if not before:
        return rest[0] in " ,;"
    following = rest.lstrip(" ,")[:1]
    if rest[0] == " ":
        return text[at - 1] == " " or rest.lstrip(" ")[:1] in (",", ".", ";", "")
    return rest[0] == "," and (following in ".;" or "," in rest[1 : len(rest) - len(rest[1:].lstrip(" ,")) + 1])


def lower_first(parse: Parse, index: int, text: str) -> str:
    """A phrase as it is written inside a sentence; `index` is its first token."""
    is_name = parse.tokens[index].tag in ("NNP", "NNPS") or parse.tokens[index].entity[2:] in _NAMED
    return text if is_name or text.split(" ")[0] == "I" or text[1:2].isupper() else text[:1].lower() + text[1:]


def as_object(text: str) -> str:
    """A subject as an object: "he" becomes "him"."""
    return _OBJECTS.get(text.lower(), text)


def as_subject(text: str) -> str:
    """An object as a subject."""
    return _SUBJECTS.get(text.lower(), text)


def inflect(lemma: str, tag: str) -> str | None:
    """A verb, noun or adjective in the form of a tag."""
    from lemminflect import getInflection

    found = getInflection(lemma, tag) or getInflection(lemma, tag, inflect_oov=True)
    return str(found[0]) if found else None


def like(word: str, made: str) -> str:
    """The made word with the capital of the one whose place it takes."""
    return made[:1].upper() + made[1:] if word[:1].isupper() else made


def is_vowel(word: str) -> bool:
    """Whether "an" stands before a word, as far as its first letter tells."""
    return word[:1].lower() in "aeiou"
