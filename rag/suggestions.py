"""Suggested questions, made by rule from an answer's articles, and kept only if they can be answered."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain, islice, takewhile, zip_longest

from index.errors import OnrecordError
from index.library import Library
from index.text.english import MONTH, NAME, SAID
from rag.answer import Answer
from rag.engine import Engine
from rag.options import Options

MOST = 3
_TRIED = 6
_AROUND = 40
"""How many sentences of an article are used."""
_LONGEST = 90
_FULL_NAME = re.compile(rf"(?<![\w’'-])(?!(?:The|A|An|In|On|At|From|But|And|When|After|Before)\s){NAME}(?:\s+{NAME})+")
_PERSON_AFTER = re.compile(rf",? (?:who|{SAID})\b")
_PERSON_BEFORE = re.compile(rf"\b(?:{SAID}|by|Mr|Mrs|Ms|Dr) $|\bthe [a-z -]{{3,40}}, $")
_YEAR = re.compile(rf"(?:\b(?:in|since|until|by|of)|{MONTH})\s+((?:1[5-9]|20)\d\d)\b")
_DATED = re.compile(r"(?:,|(?<![\s,]))\s{1,9}+(?:on|in|at|since|until)\s[^,.;]{0,80}\d[^.;]{0,80}$")
_DID = re.compile(rf"^({NAME}\s+{NAME})\s+((?:opened|\w{{3,}}ed|was|became|won|wrote|led|built|ran)\s+[^,;:“”\"]+)$")
_WAS_DONE = re.compile(
    rf"^((?:The\s+[\w’'-]++|{NAME})(?:\s+[\w’'-]++){{0,4}}?)\s+(was|were)\s+(\w+(?:ed|ught|ilt|en|wn|ld|nt))\b[^;:“”\"]*\b"
    r"(?:in|on)\s+(?:\d{1,2}\s+)?(?:[A-Z]\w+\s+)?(?:\d{1,2},\s+)?\d{4}\b"
)
_Candidate = tuple[str, str]
"""A question, and what a sentence that answers it must contain."""


def suggestions(
    engine: Engine, library: Library, answer: Answer, options: Options, wanted: Callable[[], bool] = lambda: True
) -> Iterator[str]:
    """Yield up to three questions that the articles of an answer, or those read for a refusal, do answer.

    Each is tried by quoting, with the same filters, and must be answered by a sentence that contains what it asks
    about. Stops once suggestions are no longer `wanted`, as trying one takes as long as a question.
    """
    known = {citation.sentence for citation in answer.citations}
    quoting = replace(options, model=None, sentences=1)
    tried = takewhile(lambda _: wanted(), islice(_candidates(answer, library), _TRIED))
    answered = (question for question, held in tried if _is_answered(engine, question, held, known, quoting))
    yield from islice(answered, MOST)


def _is_answered(engine: Engine, question: str, held: str, known: set[str], options: Options) -> bool:
    try:
        answer = engine.ask(question, (), options)
    except OnrecordError:
        return False
    sentences = [citation.sentence for citation in answer.citations]
    fresh = any(held in sentence and sentence not in known for sentence in sentences)
    if fresh:
        known.update(sentences)
    return fresh


def _candidates(answer: Answer, library: Library) -> Iterator[_Candidate]:
    """Yield questions about a fact, a name and a year in turn, but none that was asked or answered already."""
    known = " ".join((answer.standalone, *(citation.sentence for citation in answer.citations)))
    texts = [text for text in _sentences(answer, library) if text not in known]
    made = (_facts(texts), _new(_names(texts), known), _new(_years(texts), known))
    by_turns = chain.from_iterable(zip_longest(*made))
    yield from dict.fromkeys(candidate for candidate in by_turns if candidate)


def _new(candidates: Iterator[_Candidate], known: str) -> Iterator[_Candidate]:
    return (candidate for candidate in candidates if candidate[1] not in known)


def _sentences(answer: Answer, library: Library) -> Iterator[str]:
    ids = [citation.article_id for citation in answer.citations] or [head.id for head in answer.also_read]
    for article_id in dict.fromkeys(ids):
        if article := library.articles.get(article_id):
            for sentence in library.articles.sentences(article_id)[:_AROUND]:
                yield " ".join(article.text[sentence.start : sentence.end].split())


def _facts(texts: list[str]) -> Iterator[_Candidate]:
    for text in texts:
        bare = text.rstrip(" .")
        if done := _WAS_DONE.match(bare):
            subject, was, participle = done.groups()
            yield f"When {was} {re.sub('^The ', 'the ', subject)} {participle}?", text
        elif did := _DID.match(_DATED.sub("", bare)):
            asked = f"Who {did[2]}?"
            if len(asked) <= _LONGEST:
                yield asked, text


def _names(texts: list[str]) -> Iterator[_Candidate]:
    for text in texts:
        for match in _FULL_NAME.finditer(text):
            is_person = _PERSON_AFTER.match(text, match.end()) or _PERSON_BEFORE.search(text[: match.start()])
            name = re.sub(r"['’]s$", "", match[0])
            yield (f"Who is {name}?" if is_person else f"What is said about {name}?"), name


def _years(texts: list[str]) -> Iterator[_Candidate]:
    for text in texts:
        for year in _YEAR.findall(text):
            yield f"What happened in {year}?", year
