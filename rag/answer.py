"""The data of an answer: passages, evidence, statements, citations, and the answer itself."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Literal

from index.article import ArticleSummary, Chunk, Sentence
from rag.refusals import Notice, Refusal

_UNDER_REFUSAL, _ALSO_READ = 3, 5
Verdict = Literal["quoted", "supported", "contradicted", "unsupported", "checking", "own"]
"""`own` are onrecord's own words: what the library's data say, or help."""


class Kind(StrEnum):
    """What is done with a question."""

    FACT = "fact"
    LIST = "list"
    SUMMARY = "summary"
    TIMELINE = "timeline"
    COMPARISON = "comparison"
    LIBRARY = "library"
    SMALLTALK = "smalltalk"
    CLAIM = "claim"


RUNNING = (Kind.FACT, Kind.SUMMARY, Kind.SMALLTALK)
"""Kinds whose statements run on; those of the others stand one a line."""


class ReasonKind(StrEnum):
    """Why a statement is not supported, or a remark on one that is."""

    NO_CITATION = "no_citation"
    QUOTATION = "quotation"
    OFF_TOPIC = "off_topic"
    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    TENSE = "tense"
    UNIT = "unit"
    RATE = "rate"
    NEGATION = "negation"
    SPEAKER = "speaker"
    PERIOD = "period"
    REPLACED_WORDS = "replaced_words"
    ADDED_CLAUSE = "added_clause"
    OTHER_MEANING = "other_meaning"
    OTHER_LANGUAGE = "other_language"
    CITATION_ADDED = "citation_added"


@dataclass(frozen=True)
class Asked:
    """One part of a question, standalone, and its kind.

    `subject` is what it is about, without the words that only ask; `articles` are the ids of the articles it names.
    """

    question: str
    kind: Kind = Kind.FACT
    subject: str = ""
    articles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Request:
    """A question, its standalone form, its parts, and the filters on the articles, in words.

    `sources` restrict the articles further, as a follow-up may; `is_more`: leave out what was said before.
    `respelled` are words that no article contains, each with the word searched for instead.
    """

    question: str
    standalone: str
    filters: tuple[str, ...] = ()
    parts: tuple[Asked, ...] = ()
    sources: tuple[str, ...] = ()
    is_more: bool = False
    respelled: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Passage:
    """A retrieved chunk with its article's summary, its sentences and its scores.

    `lexical` is BM25 (higher is better) or None, `dense` the cosine similarity or None,
    `fused` the reciprocal-rank sum that orders passages.
    """

    chunk: Chunk
    article: ArticleSummary
    sentences: tuple[Sentence, ...]
    lexical: float | None
    dense: float | None
    fused: float

    def text_of(self, sentence: Sentence) -> str:
        """Return the exact text of one of this passage's sentences."""
        start = self.sentences[0].start
        return self.chunk.text[sentence.start - start : sentence.end - start]


@dataclass(frozen=True)
class AnswerSpan:
    """The words that answer the question: `article.text[start:end]`."""

    start: int
    end: int


@dataclass(frozen=True)
class Evidence:
    """A sentence of a passage, and the chance (0 to 1) that it contains the answer.

    `span` are the words that the reader chose; None without the reader.
    """

    sentence: Sentence
    passage: Passage
    relevance: float
    span: AnswerSpan | None = None

    @property
    def text(self) -> str:
        """The sentence, exactly as in the article."""
        return self.passage.text_of(self.sentence)

    @property
    def key(self) -> tuple[str, int]:
        """What identifies this sentence: article id and start."""
        return self.passage.article.id, self.sentence.start


@dataclass(frozen=True)
class Statement:
    """One statement of an answer, and the numbers of its citations.

    `reason` says why it is not supported, or that onrecord added the citation; None if there is nothing to say.
    `label` is shown before it: a date, a side, a verdict; `date` is the day it is about, ISO 8601.
    """

    text: str
    citations: tuple[int, ...]
    verdict: Verdict
    reason: str | None = None
    reason_kind: ReasonKind | None = None
    label: str | None = None
    date: str | None = None


@dataclass(frozen=True)
class Citation:
    """A sentence that an answer rests on; `sentence == article.text[start:end]`.

    `span` are the words that answer, as offsets in the article too; `page` is the page of a PDF on which the sentence
    starts, to which `url` then links; `relevance` is that of the evidence, None if unknown.
    """

    number: int
    article_id: str
    title: str
    url: str | None
    source: str | None
    published: str | None
    sentence: str
    start: int
    end: int
    span: AnswerSpan | None = None
    page: int | None = None
    relevance: float | None = None

    @property
    def words(self) -> tuple[int, int]:
        """The place in `sentence` of the words that answer; an empty span if none are marked."""
        return (self.span.start - self.start, self.span.end - self.start) if self.span else (0, 0)


@dataclass(frozen=True)
class Writing:
    """A language model's part in an answer: its name and host, tokens and seconds, and the number of invalid markers.

    `estimated`: the server did not count the tokens.
    """

    model: str
    host: str
    tokens_in: int
    tokens_out: int
    seconds: float
    estimated: bool
    dropped_markers: int


@dataclass(frozen=True)
class Part:
    """The reply to one part of a question: statements, whose numbers are the answer's, or a refusal.

    `short` are the words that answer, where they are sure; they lead the answer on screens.
    """

    asked: Asked
    statements: tuple[Statement, ...]
    refusal: Refusal | None = None
    confidence: float = 0.0
    short: str | None = None

    @property
    def text(self) -> str:
        """The statements with their [1] markers, those of a list one a line; or the words of the refusal."""
        if self.refusal:
            return self.refusal.sentence
        between = " " if self.asked.kind in RUNNING else "\n"
        return between.join(said(statement) for statement in self.statements)

    def to_json(self, citations: Sequence["Citation"]) -> dict[str, Any]:
        """Return the part as `ask --json` writes it, with those of the answer's citations that are its own."""
        numbers = {number for statement in self.statements for number in statement.citations}
        return {
            "question": self.asked.question,
            "kind": self.asked.kind,
            "subject": self.asked.subject,
            "articles": list(self.asked.articles),
            "answer": self.text,
            "short": self.short,
            "refused": self.refusal is not None,
            "reason": self.refusal.sentence if self.refusal else None,
            "refusal_kind": self.refusal.kind if self.refusal else None,
            "confidence": round(self.confidence, 4),
            "statements": [asdict(statement) for statement in self.statements],
            "citations": [asdict(citation) for citation in citations if citation.number in numbers],
        }


@dataclass(frozen=True)
class Answer:
    """The reply to one request: statements with their citations, or a refusal.

    `confidence` is the chance, 0 to 1, that the evidence answers the question; `evidence` has the best sentences, best
    first; `also_read` the articles that were read but not cited; `notices` what a user should know about how the
    answer was made; `writing` is None if the answer is quoted. A `partial` answer is still being written.
    `parts` are the replies to each part of the question, whose statements together are the answer's; `articles` those
    with which the library itself answers, `more` what else can be asked.
    """

    request: Request
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    evidence: tuple[Evidence, ...]
    refusal: Refusal | None
    confidence: float
    also_read: tuple[ArticleSummary, ...]
    seconds: float
    notices: tuple[Notice, ...] = ()
    writing: Writing | None = None
    partial: bool = False
    parts: tuple[Part, ...] = ()
    articles: tuple[ArticleSummary, ...] = ()
    more: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        """The kind of the question, or of the first of its parts."""
        return self.parts[0].asked.kind if self.parts else Kind.FACT

    @property
    def question(self) -> str:
        """The question as it was asked."""
        return self.request.question

    @property
    def standalone(self) -> str:
        """The question in its standalone form."""
        return self.request.standalone

    @property
    def filters(self) -> tuple[str, ...]:
        """The filters on the articles, in words."""
        return self.request.filters

    @property
    def refused(self) -> bool:
        """Whether the answer is a refusal."""
        return self.refusal is not None

    @property
    def reason(self) -> str | None:
        """The sentence that explains a refusal, or None."""
        return self.refusal.sentence if self.refusal else None

    @property
    def notice(self) -> str | None:
        """The sentences of the notices."""
        return " ".join(notice.sentence for notice in self.notices) or None

    @property
    def short(self) -> str | None:
        """The words of the first cited sentence that answer the question, or None."""
        if not self.citations or self.citations[0].span is None:
            return None
        first = self.citations[0]
        return first.sentence[slice(*first.words)]

    @property
    def shown_evidence(self) -> tuple[Evidence, ...]:
        """The sentences shown under a refusal: the best ones, if a model found no answer in them."""
        return self.evidence[:_UNDER_REFUSAL] if self.refused and self.writing else ()

    @property
    def text(self) -> str:
        """The answer with its [1] markers, or the sentence of the refusal."""
        if self.refusal:
            return self.refusal.sentence
        if self.writing or not self.parts:
            return " ".join(said(statement) for statement in self.statements)
        return "\n\n".join(part.text for part in self.parts)

    def to_json(self) -> dict[str, Any]:
        """Return the object that `ask --json`, the API and the evaluation output."""
        return {
            "question": self.question,
            "standalone": self.standalone,
            "kind": self.kind,
            "parts": [part.to_json(self.citations) for part in self.parts],
            "answer": self.text,
            "short": self.short,
            "refused": self.refused,
            "reason": self.reason,
            "refusal_kind": self.refusal.kind if self.refusal else None,
            "confidence": round(self.confidence, 4),
            "statements": [asdict(statement) for statement in self.statements],
            "citations": [asdict(citation) for citation in self.citations],
            "evidence": [
                {
                    "article_id": evidence.passage.article.id,
                    "sentence": evidence.text,
                    "start": evidence.sentence.start,
                    "end": evidence.sentence.end,
                    "score": round(evidence.relevance, 4),
                }
                for evidence in self.evidence
            ],
            "also_read": [{"article_id": article.id, "title": article.title} for article in self.also_read],
            "articles": [
                {
                    "article_id": article.id,
                    "title": article.title,
                    "source": article.source,
                    "published": article.published,
                }
                for article in self.articles
            ],
            "more": list(self.more),
            "seconds": round(self.seconds, 3),
            "notice": self.notice,
            "notices": [asdict(notice) for notice in self.notices],
            "filters": list(self.filters),
            "writing": asdict(self.writing) if self.writing else None,
        }


def said(statement: Statement) -> str:
    """Return a statement with its label and its [1] markers."""
    label = f"{statement.label}: " if statement.label else ""
    return f"{label}{statement.text} {markers(statement.citations)}".rstrip()


def markers(numbers: Sequence[int]) -> str:
    """Return citation numbers as the markers after a statement: `[1][2]`."""
    return "".join(f"[{number}]" for number in numbers)


def not_cited(passages: Sequence[Passage], citations: Sequence[Citation]) -> tuple[ArticleSummary, ...]:
    """Return the articles of passages that are not cited, five at most."""
    articles = {passage.article.id: passage.article for passage in passages}
    for citation in citations:
        articles.pop(citation.article_id, None)
    return tuple(articles.values())[:_ALSO_READ]
