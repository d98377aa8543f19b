"""Training examples for the reader: read the question sets, cut passages to size, add negatives.

A folder of `NAME.jsonl.xz` files holds one record a line (question, passage, answers with offsets,
evidence sentence).  Here each record becomes one `Example`: a window of about 1,000 characters of
whole sentences with the answer in it, or without it.  Everything random comes from one seed.
"""

import json
import lzma
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rag.ranking.encoding import Span, sentence_spans, words
from rag.training.lexical import Lexical

WINDOW = (500, 1050)
"""The shortest and longest target of a window, in characters."""

SHARE = {
    "squad2": 3.0, "timeqa": 2.0, "neg_timeqa": 2.0, "selqa": 0.6, "cpgqa": 0.4, "omosqa_en": 0.4, "tatqa": 0.4,
    "fairytaleqa": 0.2, "neg_fairytaleqa": 0.2, "qamr": 0.06, "qadiscourse": 0.04,
}  # fmt: skip
"""How often an example of a source is used in one pass (1 where not named)."""

RETRIEVED, REMOVED = 0.30, 0.10
"""Shares of the answerable examples with a negative: a retrieved passage; their own less its evidence."""

TITLED = 0.7
"""Share of the examples that keep their title."""

POOLS = dict.fromkeys(("tydi_en", "nq_oracle", "qed", "mlqa_en", "multispanqa", "hotpotqa", "selqa"), "wiki")
"""Sources of single passages that are searched together for negatives."""

TRAINING_ARTICLES = (
    "squad:Computational_complexity_theory", "squad:Huguenot", "squad:Steam_engine",
    "squad:1973_oil_crisis", "squad:Scottish_Parliament", "squad:Imperialism",
)  # fmt: skip
"""The only articles of the extra set that may be trained on; the others are for validation."""

_LEAD = re.compile(
    r"(?:The |A |An )?([A-Z][^.,:;()\n]{1,60}?)(?: ?\([^)]{0,200}\))?,? (?:is|was|are|were) (?:an?|the|one)\b"
)
_NAME = re.compile(r"[A-Z][\w'’-]+(?: (?:of |the |and |de )?[A-Z][\w'’-]+)*")


@dataclass(frozen=True)
class Record:
    """One question with one passage, as a source gives it."""

    source: str
    question: str
    passage: str
    answers: tuple[Span, ...]
    evidence: tuple[Span, ...]
    span_known: bool
    title: str = ""

    @property
    def pool(self) -> str:
        """The name of the set of passages that negatives for this record come from."""
        name = self.source.removeprefix("neg_")
        return POOLS.get(name, name)


@dataclass(frozen=True)
class Example:
    """What the reader is trained on: spans are offsets in `passage`, empty where it does not answer."""

    source: str
    question: str
    title: str
    date: str
    passage: str
    answers: tuple[Span, ...]
    evidence: tuple[Span, ...]
    span_known: bool

    @property
    def answerable(self) -> bool:
        """Whether the passage answers the question."""
        return bool(self.evidence)


def read_folder(folder: Path, extra: tuple[Path, Path] | None = None) -> list[Record]:
    """Read every record of a folder, and the six allowed articles of the extra set, with their titles."""
    records = [record for path in sorted(folder.glob("*.jsonl.xz")) for record in read_source(path)]
    titled = with_titles(records)
    return titled + (list(read_extra(*extra)) if extra else [])


def read_source(path: Path) -> Iterator[Record]:
    """Yield the records of one compressed file."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield to_record(row)


def to_record(row: dict[str, Any]) -> Record:
    """One record of the schema in the data's README."""
    passage, sentence = str(row["passage"]), row["sentence"]
    answers = _answer_spans(row["answers"])
    evidence = evidence_spans(passage, str(sentence or ""), answers, every=bool(row["multi"]))
    span_known = row["level"] != "sentence"
    kept = answers if span_known else ()
    title = title_in_id(str(row["id"]))
    return Record(str(row["source"]), str(row["question"]), passage, kept, evidence, span_known, title)


def _answer_spans(rows: list[dict[str, Any]]) -> tuple[Span, ...]:
    return tuple((row["start"], row["start"] + len(row["text"])) for row in rows)


def evidence_spans(passage: str, sentence: str, answers: Sequence[Span], every: bool) -> tuple[Span, ...]:
    """The sentence that is marked, else the sentences that the first answer (or every one) lies in."""
    if not answers:
        return ()
    at = passage.find(sentence) if 0 < len(sentence) < 600 else -1
    if at >= 0 and not every:
        return ((at, at + len(sentence)),)
    marked = answers if every else answers[:1]
    spans = sentence_spans(passage)
    return tuple(span for span in spans if any(overlap(span, answer) for answer in marked))


def overlap(one: Span, other: Span) -> bool:
    """Whether two spans share a character."""
    return one[0] < other[1] and other[0] < one[1]


def title_in_id(identifier: str) -> str:
    """The article title that some sources keep in their ids."""
    if "/wiki/" in identifier:
        return identifier.split("/wiki/", 1)[1].split("#", 1)[0].replace("_", " ")
    name, _, rest = identifier.partition(":")
    if name.endswith("fairytaleqa"):
        return rest.rsplit(".", 1)[0].replace("-", " ")
    return ""


def with_titles(records: Sequence[Record]) -> list[Record]:
    """Give each record a title: its own, its article's most frequent name, or its first subject."""
    groups = article_groups(records)
    titles = {passage: common_name(group) for group in groups if len(group) > 4 for passage in group}
    return [r if r.title else replace(r, title=titles.get(r.passage) or lead_subject(r.passage)) for r in records]


def article_groups(records: Sequence[Record]) -> list[list[str]]:
    """Passages of one article: a `neg_` record pairs its question's passage with another of the article."""
    home = {(r.pool, r.question): r.passage for r in records if r.evidence}
    parent: dict[str, str] = {}

    def root(passage: str) -> str:
        while parent.setdefault(passage, passage) != passage:
            parent[passage] = passage = parent[parent[passage]]
        return passage

    for record in records:
        if record.source.startswith("neg_") and (record.pool, record.question) in home:
            parent[root(record.passage)] = root(home[record.pool, record.question])
    groups: dict[str, list[str]] = defaultdict(list)
    for passage in list(parent):
        groups[root(passage)].append(passage)
    return list(groups.values())


def common_name(passages: Sequence[str]) -> str:
    """The name that most passages of an article contain."""
    counts = Counter(name for passage in passages for name in set(_NAME.findall(passage)) if len(name) > 3)
    found = [(count + 0.1 * len(name.split()), name) for name, count in counts.items() if name.lower() not in _COMMON]
    return max(found)[1] if found else ""


_COMMON = frozenset(
    words(
        "this that these those there they then when while with after before during although however from"
        " since some many most other such also both each until because through under over about according"
        " first between despite it he she one thus following"
    )
)


def lead_subject(passage: str) -> str:
    """The subject of a first sentence of the form `X (...) is a ...`, as encyclopedias begin."""
    found = _LEAD.match(passage)
    return found.group(1).strip() if found and found.group(1).lower() not in _COMMON else ""


def read_extra(questions: Path, articles: Path) -> Iterator[Record]:
    """Questions of the allowed articles, each with the paragraph that it was asked about.

    The set keeps the order of the original, so a question without an answer belongs to the paragraph
    of the answerable one before it or after it: of these, the one that shares most words.
    """
    texts = {row["id"]: row for row in read_lines(articles)}
    rows = list(read_lines(questions))
    for name in TRAINING_ARTICLES:
        yield from _article_records(texts[name], [row for row in rows if row["scope"] == [name]])


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a JSON-lines file."""
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _article_records(article: dict[str, Any], rows: Sequence[dict[str, Any]]) -> Iterator[Record]:
    paragraphs = article["text"].split("\n\n")
    places = [_paragraph(row, paragraphs) for row in rows]
    before = 0
    for index, (row, place) in enumerate(zip(rows, places, strict=True)):
        if place is None:
            after = next((p for p in places[index:] if p is not None), len(paragraphs) - 1)
            place = _likeliest(row["question"], paragraphs, before, max(before, after))
        else:
            before = place
        yield _extra_record(row, str(article["title"]), paragraphs[place])


def _paragraph(row: dict[str, Any], paragraphs: Sequence[str]) -> int | None:
    quotes = [evidence["quote"] for evidence in row["evidence"]]
    return next((i for i, text in enumerate(paragraphs) if any(quote in text for quote in quotes)), None)


def _likeliest(question: str, paragraphs: Sequence[str], first: int, last: int) -> int:
    asked = set(words(question))
    return max(range(first, last + 1), key=lambda i: (len(asked & set(words(paragraphs[i]))), -i))


def _extra_record(row: dict[str, Any], title: str, paragraph: str) -> Record:
    quotes = [evidence["quote"] for evidence in row["evidence"] if evidence["quote"] in paragraph]
    evidence = tuple((paragraph.find(quote), paragraph.find(quote) + len(quote)) for quote in quotes)
    found = [span for quote in evidence for text in row["answers"] for span in _inside(paragraph, text, quote)]
    return Record("squad2", row["question"], paragraph, tuple(found), evidence, bool(found) or not evidence, title)


def _inside(text: str, part: str, span: Span) -> list[Span]:
    at = text.find(part, *span)
    return [(at, at + len(part))] if at >= 0 else []


class Maker:
    """Makes examples from records: windows, titles dropped at random, negatives."""

    def __init__(self, records: Sequence[Record], seed: int) -> None:
        self.records = records
        self.random = random.Random(seed)
        self.titles = {record.passage: record.title for record in records}
        self.texts: dict[str, list[str]] = defaultdict(list)
        for passage, pool in dict.fromkeys((r.passage, r.pool) for r in records):
            self.texts[pool].append(passage)
        self.indexes = {pool: Lexical(texts) for pool, texts in self.texts.items()}

    def examples(self) -> list[Example]:
        """One pass over the records in random order, each as often as its source's share says."""
        made = [example for record in self.records for example in self._repeat(record)]
        self.random.shuffle(made)
        return made

    def _repeat(self, record: Record) -> Iterator[Example]:
        share = SHARE.get(record.source, 1.0)
        for _ in range(int(share) + (self.random.random() < share % 1)):
            yield self.example(record)
            if record.evidence:
                yield from self.negatives(record)

    def example(self, record: Record) -> Example:
        """The record itself, cut to a window."""
        low, high = self.window(record)
        answers, evidence = (_shift(spans, low, high) for spans in (record.answers, record.evidence))
        known = record.span_known and bool(answers) == bool(evidence)
        return self._headed(record, record.title, record.passage[low:high], answers, evidence, known)

    def negatives(self, record: Record) -> Iterator[Example]:
        """For some answerable records, a passage that lacks the answer."""
        draw = self.random.random()
        if draw < RETRIEVED:
            passage = self.retrieved(record)
        elif draw < RETRIEVED + REMOVED:
            passage = without_evidence(record)
        else:
            return
        if passage:
            title = self.titles.get(passage, record.title)
            yield self._headed(record, title, self.hardest_window(record.question, passage), (), (), True)

    def retrieved(self, record: Record) -> str:
        """One of the three passages that are nearest in words and contain no answer."""
        answers = answer_texts(record)
        texts = self.texts[record.pool]
        near = (texts[i] for i in self.indexes[record.pool].search(record.question, 12))
        lacking = [t for t in near if t != record.passage and not any(a in t.lower() for a in answers)]
        return self.random.choice(lacking[:3]) if lacking else ""

    def window(self, record: Record) -> Span:
        """Whole sentences around the evidence, or those nearest to the question where there is none."""
        spans = sentence_spans(record.passage)
        size = self.random.randint(*WINDOW)
        if len(record.passage) <= size or not spans:
            return 0, len(record.passage)
        if not record.evidence:
            return nearest(record.question, record.passage, windows(spans, size))
        needed = record.evidence[:1] + record.answers[:1]
        return grow(spans, needed, size, self.random)

    def hardest_window(self, question: str, passage: str) -> str:
        """The part of a passage that shares most words with the question."""
        low, high = nearest(question, passage, windows(sentence_spans(passage), self.random.randint(*WINDOW)))
        return passage[low:high]

    def _headed(
        self,
        record: Record,
        title: str,
        text: str,
        answers: tuple[Span, ...],
        evidence: tuple[Span, ...],
        known: bool,
    ) -> Example:
        shown = title if self.random.random() < TITLED else ""
        date = self._date() if shown and self.random.random() < 0.5 else ""
        return Example(record.source, record.question, shown, date, text, answers, evidence, known)

    def _date(self) -> str:
        day = self.random
        return f"{day.randint(1990, 2026)}-{day.randint(1, 12):02}-{day.randint(1, 28):02}"


def answer_texts(record: Record) -> list[str]:
    """The answers' words in lower case; those of the evidence where no span is known."""
    spans = record.answers or record.evidence
    return [record.passage[start:end].lower() for start, end in spans]


def without_evidence(record: Record) -> str:
    """The passage less its evidence; nothing where an answer is left in it or little remains."""
    kept = [s for s in sentence_spans(record.passage) if not any(overlap(s, e) for e in record.evidence)]
    left = " ".join(record.passage[start:end] for start, end in kept)
    return left if len(left) > 250 and not any(text in left.lower() for text in answer_texts(record)) else ""


def windows(spans: Sequence[Span], size: int) -> list[Span]:
    """Neighbouring whole sentences joined up to a size, one window after another."""
    made: list[Span] = []
    for start, end in spans:
        if made and end - made[-1][0] <= size:
            made[-1] = (made[-1][0], end)
        else:
            made.append((start, end))
    return made


def nearest(question: str, text: str, parts: Sequence[Span]) -> Span:
    """The part that shares most words with the question."""
    asked = set(words(question))
    return max(parts, key=lambda part: len(asked & set(words(text[part[0] : part[1]]))), default=(0, len(text)))


def grow(spans: Sequence[Span], needed: Sequence[Span], size: int, dice: random.Random) -> Span:
    """Widen from the needed sentences to either side at random while the size allows."""
    inside = [i for i, span in enumerate(spans) if any(overlap(span, n) for n in needed)]
    first, last = min(inside, default=0), max(inside, default=0)
    sides = {-1, 1}
    while sides:
        side = dice.choice(sorted(sides))
        low, high = (first - 1, last) if side < 0 else (first, last + 1)
        if low < 0 or high >= len(spans) or spans[high][1] - spans[low][0] > size:
            sides.discard(side)
        else:
            first, last = low, high
    return spans[first][0], spans[last][1]


def _shift(spans: Sequence[Span], low: int, high: int) -> tuple[Span, ...]:
    """The spans that lie in a window, with offsets counted from its start."""
    cut = [(max(start, low) - low, min(end, high) - low) for start, end in spans]
    return tuple(span for span in cut if span[0] < span[1])
