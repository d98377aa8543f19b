"""The question sets that the reader is trained on.

A folder of `NAME.jsonl.xz` files holds one record per line: a question, a passage, answers with offsets, and the
evidence sentence. A passage without a title is given one, because the product's articles have titles.
"""

import json
import lzma
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rag.ranking.encoding import Span, sentence_spans, words

POOLS = dict.fromkeys(("tydi_en", "nq_oracle", "qed", "mlqa_en", "multispanqa", "hotpotqa", "selqa"), "wiki")
"""Sources of single passages that are searched together for negatives."""

TRAINING_ARTICLES = (
    "squad:Computational_complexity_theory", "squad:Huguenot", "squad:Steam_engine",
    "squad:1973_oil_crisis", "squad:Scottish_Parliament", "squad:Imperialism",
)  # fmt: skip
"""The only articles of the extra set that may be used for training; the others are for validation."""

_LEAD = re.compile(
    r"(?:The |A |An )?([A-Z][^.,:;()\n]{1,60}?)(?: ?\([^)]{0,200}\))?,? (?:is|was|are|were) (?:an?|the|one)\b"
)
NAME = re.compile(r"[A-Z][\w'’-]+(?: (?:of |the |and |de )?[A-Z][\w'’-]+)*")


@dataclass(frozen=True)
class Record:
    """One question with one passage, as in its source; `relation` groups the questions about one fact over time."""

    source: str
    question: str
    passage: str
    answers: tuple[Span, ...]
    evidence: tuple[Span, ...]
    span_known: bool
    title: str = ""
    relation: str = ""

    @property
    def pool(self) -> str:
        """The name of the set of passages from which this record's negatives are taken."""
        name = self.source.removeprefix("neg_")
        return POOLS.get(name, name)


def read_folder(folder: Path, extra: tuple[Path, Path] | None = None) -> list[Record]:
    """Read every record of a folder, and those of the six permitted articles of the extra set, with their titles."""
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
    """Convert one row of the schema described in the data's README."""
    passage, sentence = str(row["passage"]), row["sentence"]
    answers = _answer_spans(row["answers"])
    evidence = evidence_spans(passage, str(sentence or ""), answers, every=bool(row["multi"]))
    span_known = row["level"] != "sentence"
    kept = answers if span_known else ()
    title, relation = title_in_id(str(row["id"])), relation_in_id(str(row["id"]))
    return Record(str(row["source"]), str(row["question"]), passage, kept, evidence, span_known, title, relation)


def _answer_spans(rows: list[dict[str, Any]]) -> tuple[Span, ...]:
    return tuple((row["start"], row["start"] + len(row["text"])) for row in rows)


def evidence_spans(passage: str, sentence: str, answers: Sequence[Span], every: bool) -> tuple[Span, ...]:
    """Return the marked sentence, else the sentences that contain the first answer (or, with `every`, any answer)."""
    if not answers:
        return ()
    at = passage.find(sentence) if 0 < len(sentence) < 600 else -1
    if at >= 0 and not every:
        return ((at, at + len(sentence)),)
    marked = answers if every else answers[:1]
    spans = sentence_spans(passage)
    return tuple(span for span in spans if any(overlap(span, answer) for answer in marked))


def overlap(one: Span, other: Span) -> bool:
    """Return whether two spans overlap."""
    return one[0] < other[1] and other[0] < one[1]


def title_in_id(identifier: str) -> str:
    """Return the article title that some sources store in their ids."""
    if "/wiki/" in identifier:
        return identifier.split("/wiki/", 1)[1].split("#", 1)[0].replace("_", " ")
    name, _, rest = identifier.partition(":")
    if name.endswith("fairytaleqa"):
        return rest.rsplit(".", 1)[0].replace("-", " ")
    return ""


def relation_in_id(identifier: str) -> str:
    """Return the article and property of a time question: `Ana_Pell#P39` for `easy./wiki/Ana_Pell#P39#2`."""
    page, _, rest = identifier.partition("/wiki/")[2].partition("#")
    return f"{page}#{rest.split('#')[0]}" if rest else ""


def with_titles(records: Sequence[Record]) -> list[Record]:
    """Give each record a title: its own, its article's most frequent name, or its first subject."""
    groups = article_groups(records)
    titles = {passage: common_name(group) for group in groups if len(group) > 4 for passage in group}
    return [r if r.title else replace(r, title=titles.get(r.passage) or lead_subject(r.passage)) for r in records]


def article_groups(records: Sequence[Record]) -> list[list[str]]:
    """Group the passages by article: a `neg_` record pairs its question's passage with another of the same article."""
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
    """Return the name that occurs in most passages of an article."""
    counts = Counter(name for passage in passages for name in set(NAME.findall(passage)) if len(name) > 3)
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
    """Return the subject of a first sentence of the form `X (...) is a ...`, as in encyclopedias."""
    found = _LEAD.match(passage)
    return found.group(1).strip() if found and found.group(1).lower() not in _COMMON else ""


def read_extra(questions: Path, articles: Path) -> Iterator[Record]:
    """Yield the questions about the permitted articles, each with its paragraph.

    The set is in the original order, so a question without an answer belongs to the paragraph of the answerable
    question before or after it: the one of the two that shares more words with the question is chosen.
    """
    texts = {row["id"]: row for row in read_lines(articles)}
    rows = list(read_lines(questions))
    for name in TRAINING_ARTICLES:
        yield from _article_records(texts[name], [row for row in rows if row["scope"] == [name]])


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a JSON Lines file."""
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
