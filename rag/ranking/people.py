"""Finds whom a sentence is about, so that a question about one person is not answered with facts about another.

People are recognised by form: an age, a role or a verb of speech next to the name, or a last word used alone, as
"Dahlen" is and "Bridge" is not.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from index.text.english import FULL_NAME, SAID, asked_kind
from rag.answer import Passage
from rag.ranking.mentions import is_person

_FULL_NAME = re.compile(rf"\b{FULL_NAME}")
_WORD = re.compile(r"[^\W_]+")
_BESIDE = (
    rf"(?:, (?:aged )?\d{{1,3}}\b|,? who\b| {SAID}\b|,? (?:and )?(?:his|her|whose)\b|, (?:the|an?|its) [a-z]"
    r"| (?:is|was) (?:\d{1,3}\b|born\b|an? [a-z]))"
)
_BEFORE = rf"(?:\b(?:[Hh]is|[Hh]er|[Tt]heir|[Ii]ts) (?:[a-z-]+ ){{1,2}}|\b{SAID} (?:[a-z-]+ )*|\b(?:Mr|Mrs|Ms|Dr)\.? )"
_HE_OR_SHE = re.compile(r"\b(?:[Hh]e|[Ss]he|[Hh]is|Her)\b")
_MAY_MEAN_ANOTHER = re.compile(r"\b(?:[Hh]e|[Ss]he|His|Her)\b")
"""Pronouns that may mean somebody of the sentence before; "his" after a name belongs to that name."""
_NO_SURNAME = re.compile(r"(?:\w\.|Jr|Sr|I{1,3}|IV)\.?$")
_FARTHEST = 3
"""Maximum number of sentences to look back for the person a pronoun refers to."""

_LONGEST_NAME = 4
"""Number of words from which capitalised words are a title or an organisation rather than a person's name."""

Key = tuple[str, int]


class Person(NamedTuple):
    """A person, identified by first name and surname."""

    first: str
    last: str


People = frozenset[Person]


def about_others(question: str, passages: Sequence[Passage]) -> frozenset[Key]:
    """Return the keys of the sentences about other people than those named in the question."""
    articles = _sentences(passages)
    known = {key: people_of(list(texts.values())) for key, texts in articles.items()}
    told = "\n".join(text for texts in articles.values() for text in texts.values())
    asked = _named(question, frozenset().union(*known.values())) or _named_in_full(question, told)
    if not asked or _asks_for_somebody_else(question, asked):
        return frozenset()
    return frozenset(
        (article, start)
        for article, texts in articles.items()
        for index, start in enumerate(texts)
        if _is_about_others(list(texts.values()), index, known[article] | asked, asked)
    )


def _sentences(passages: Sequence[Passage]) -> Mapping[str, dict[int, str]]:
    """Return the sentences of the passages by article and start offset, in order."""
    found: dict[str, dict[int, str]] = defaultdict(dict)
    for passage in passages:
        found[passage.article.id] |= {each.start: passage.text_of(each) for each in passage.sentences}
    return {article: dict(sorted(texts.items())) for article, texts in found.items()}


def people_of(texts: Sequence[str]) -> People:
    """Return the people named in full in the sentences."""
    names = {match[0] for text in texts for match in _FULL_NAME.finditer(text) if is_person(match[0])}
    people = {name: _person(name) for name in names}
    shared = defaultdict(set)
    for person in people.values():
        shared[person.last].add(person.first)
    told = "\n".join(texts)
    return frozenset(
        person
        for person in people.values()
        if len(shared[person.last]) > 1 or _is_told_of(person, told) or _stands_alone(person.last, told)
    )


def _person(name: str) -> Person:
    words = [
        word for word in re.sub(r"['’]s?\b", "", name).split() if word[0].isupper() and not _NO_SURNAME.match(word)
    ]
    return Person(words[0] if len(words) < 2 else words[-2], words[-1]) if words else Person(name, name)


def _is_told_of(person: Person, told: str) -> bool:
    name = rf"{re.escape(person.first)}(?: [\w.]+)?? {re.escape(person.last)}\b"
    is_thing = re.search(rf"\b(?:[Tt]he|[Aa]n?) {name}", told)
    return not is_thing and bool(re.search(rf"{name}{_BESIDE}|{_BEFORE}{name}", told))


def _stands_alone(last: str, told: str) -> bool:
    """Return whether a surname is used alone, without "the" or "a" before it."""
    before = r"(?:^|[.!?”\"] |(?<![Tt]he )(?<!\b[Aa] )\b(?!the |an? )[a-z]+[,;:]? )"
    alone = re.compile(rf"{before}{re.escape(last)}(?=,? [a-z\d]|['’]s )", re.MULTILINE)
    return bool(alone.search(told))


def _named(question: str, people: People) -> People:
    """Return the people named in a question, by full name or by surname alone."""
    words = _WORD.findall(question)
    found: set[Person] = set()
    for before, word in zip(["", *words], words, strict=False):
        same = {person for person in people if person.last.lower() == word.lower()}
        in_full = {person for person in same if person.first.lower() == before.lower()}
        is_other_name = before[:1].isupper() and before != words[0] and not question.isupper()
        found |= in_full or (set() if is_other_name else same)
    return frozenset(found)


def _named_in_full(question: str, told: str) -> People:
    """Return the people whose full names a question and the sentences share, though nothing else is told of them.

    A name is not taken for a person's if it follows "the", "in" or "at", or if its last word is also a common noun.
    """
    written = [match[0].split() for match in _FULL_NAME.finditer(told)]
    names = {" ".join(words) for words in (*written, *(words[1:] for words in written if len(words) > 2))}  # "Judge"
    shared = (name for name in names if is_person(name) and name in question and len(name.split()) < _LONGEST_NAME)
    return frozenset(_person(name) for name in shared if not _is_of_a_thing(name, told))


def _is_of_a_thing(name: str, told: str) -> bool:
    placed = re.search(rf"\b(?:[Tt]he|[Aa]n?|[Ii]n|[Aa]t|[Nn]ear|[Ii]ts) {re.escape(name)}\b", told)
    return bool(placed or re.search(rf"\b{re.escape(name.split()[-1].lower())}s?\b", told))


def _asks_for_somebody_else(question: str, asked: People) -> bool:
    """Return whether "who" asks for somebody other than the people named; it does not in "Who is Ida Brask?"."""
    last = "|".join(re.escape(person.last) for person in asked)
    is_asked_for = re.match(rf"(?i)\W*who(?:['’]s| is| was| are| were) (?:\w+ ){{0,2}}(?:{last})\b(?!['’]s)", question)
    return asked_kind(question) == "person" and not is_asked_for


def _is_about_others(texts: Sequence[str], index: int, people: People, asked: People) -> bool:
    if any(meant & asked for _, meant in _mentions(texts[index], people)):
        return False
    subject = _subject(texts, index, people)
    before = _subject(texts, index - 1, people) if index and _MAY_MEAN_ANOTHER.search(texts[index]) else frozenset()
    return bool(subject) and not (subject | before) & asked


def _subject(texts: Sequence[str], index: int, people: People, farthest: int = _FARTHEST) -> People:
    """Return whom a sentence mentions first; a pronoun refers to whom the sentence before it mentions first."""
    meant = next((meant for _, meant in sorted(_mentions(texts[index], people), key=lambda each: each[0])), None)
    if meant is not None and not meant and index and farthest:
        return _subject(texts, index - 1, people, farthest - 1)
    return meant or frozenset()


def _mentions(text: str, people: People) -> Iterator[tuple[int, People]]:
    """Yield the position of each mention and the people it may mean; an empty set for "he" or "she"."""
    for last in {person.last for person in people}:
        for match in re.finditer(rf"(?:\b([A-Z][\w’'-]+) (?:[\w.]+ )??)?\b{re.escape(last)}\b", text):
            same = frozenset(person for person in people if person.last == last)
            yield match.start(), frozenset(person for person in same if person.first == match[1]) or same
    for match in _HE_OR_SHE.finditer(text):
        yield match.start(), frozenset()
