"""Edits of a parsed sentence: spans and their replacements, so that several edits can be applied to one sentence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from rag.ranking.encoding import Span
from rag.training.check_grammar import Parse

Label = Literal["supported", "contradicted", "not told", "unsupported"]
"""`unsupported` means contradicted or not told, without knowing which."""

_NAMED = ("PERSON", "GPE", "ORG", "NORP", "LOC", "FAC", "EVENT", "PRODUCT", "LANGUAGE", "LAW")
_OBJECTS = {"he": "him", "she": "her", "they": "them", "i": "me", "we": "us"}
_SUBJECTS = {other: one for one, other in _OBJECTS.items()}


class Change(NamedTuple):
    """A replacement for the characters from `start` to `end`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Edit:
    """One way to change a sentence.

    `label` is the verdict on the changed sentence given the original, `back` the verdict on the original given the
    changed one; None if undetermined.
    """

    kind: str
    changes: tuple[Change, ...]
    label: Label
    back: Label | None


@dataclass(frozen=True)
class Edited:
    """A changed text, and the spans in it that faults inserted."""

    text: str
    wrong: tuple[Span, ...] = ()


def reword(kind: str, *changes: Change, back: Label | None = "supported") -> Edit:
    """Return an edit that keeps the sentence true."""
    return Edit(kind, changes, "supported", back)


def fault(kind: str, label: Label, *changes: Change, back: Label | None) -> Edit:
    """Return an edit that makes the sentence unsupported."""
    return Edit(kind, changes, label, back)


def clash(one: Edit, other: Edit) -> bool:
    """Return whether two edits overlap or touch."""
    return any(a.start <= b.end and b.start <= a.end for a in one.changes for b in other.changes)


def apply(text: str, edits: Sequence[Edit]) -> Edited:
    """Apply edits that do not clash; the returned spans are those inserted by unsupported edits."""
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
    """Remove doubled spaces and punctuation that edits leave behind, and capitalise the first letter."""
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
    """Return a phrase as written in mid-sentence; `index` is its first token."""
    is_name = parse.tokens[index].tag in ("NNP", "NNPS") or parse.tokens[index].entity[2:] in _NAMED
    return text if is_name or text.split(" ")[0] == "I" or text[1:2].isupper() else text[:1].lower() + text[1:]


def as_object(text: str) -> str:
    """Return a subject in the object form: "he" becomes "him"."""
    return _OBJECTS.get(text.lower(), text)


def as_subject(text: str) -> str:
    """Return an object in the subject form."""
    return _SUBJECTS.get(text.lower(), text)


def inflect(lemma: str, tag: str) -> str | None:
    """Inflect a verb, noun or adjective to match a part-of-speech tag."""
    from lemminflect import getInflection

    found = getInflection(lemma, tag) or getInflection(lemma, tag, inflect_oov=True)
    return str(found[0]) if found else None


def like(word: str, made: str) -> str:
    """Capitalise `made` like the word that it replaces."""
    return made[:1].upper() + made[1:] if word[:1].isupper() else made


def is_vowel(word: str) -> bool:
    """Return whether a word takes "an", judging by its first letter."""
    return word[:1].lower() in "aeiou"
