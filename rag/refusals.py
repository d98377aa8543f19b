"""Refusals and notices: when and why a question is not answered, or not as usual; kinds and their sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rag.llm.errors import Failure, LanguageModelError

THRESHOLD = 0.15
"""Confidence below which a question is refused: measured on five question sets."""


class RefusalKind(StrEnum):
    """Why a question is not answered."""

    NO_ARTICLE_LEFT = "no_article_left"
    NO_MATCH = "no_match"
    NO_PHRASE = "no_phrase"
    NO_ANSWER = "no_answer"
    NO_ANSWER_BY_MODEL = "no_answer_by_model"
    NOTHING_SUPPORTED = "nothing_supported"


class NoticeKind(StrEnum):
    """What a user should know about how an answer was made."""

    RANKED_BY_SIMILARITY = "ranked_by_similarity"
    RESPELLED = "respelled"
    MODEL_FAILED = "model_failed"


@dataclass(frozen=True)
class Refusal:
    """Why a question is not answered."""

    kind: RefusalKind
    sentence: str


@dataclass(frozen=True)
class Notice:
    """What a user should know about how an answer was made; `failure` is the language model's, if it failed."""

    kind: NoticeKind
    sentence: str
    failure: Failure | None = None


_SENTENCES = {
    RefusalKind.NO_ARTICLE_LEFT: "The filters leave nothing to search: {searched}.",
    RefusalKind.NO_MATCH: "I searched {searched}, and none of them shares a word with the question.",
    RefusalKind.NO_PHRASE: "I searched {searched}, and none of them contains “{phrase}”. "
    "Take the quotation marks away to search for its words one by one.",
    RefusalKind.NO_ANSWER: "I searched {searched} and read {read}. The closest article is “{closest}”.",
    RefusalKind.NO_ANSWER_BY_MODEL: "I searched {searched}, and {model} found no answer in what they say. "
    "The closest sentences are shown instead.",
    RefusalKind.NOTHING_SUPPORTED: "I searched {searched}, but nothing that {model} wrote is supported by what they "
    "say. The closest sentences are shown instead.",
}


def is_refused(chance: float, threshold: float) -> bool:
    """Return whether the confidence is too low for an answer."""
    return chance < threshold


def refuse(kind: RefusalKind, searched: str, is_filtered: bool, **facts: str) -> Refusal:
    """Return a refusal with a sentence that says what was searched, and how to search more."""
    said = _SENTENCES[kind].format(searched=searched, **facts)
    more = " Remove a filter to search more articles." if is_filtered else ""
    return Refusal(kind, f"I couldn't find an answer in your articles. {said}{more}")


def model_failed(error: LanguageModelError) -> Notice:
    """Return the notice that an answer is quoted because the language model failed."""
    return Notice(NoticeKind.MODEL_FAILED, f"{error} The answer is quoted instead.", error.kind)


def ranked_by_similarity(error: Exception) -> Notice:
    """Return the notice that the reader could not be loaded."""
    said = f"The reader is missing, so sentences were ranked by similarity alone. {error}"
    return Notice(NoticeKind.RANKED_BY_SIMILARITY, said)


def respelled_as(replaced: Sequence[tuple[str, str]]) -> Notice:
    """Return the notice that words which no article holds were searched for as others."""
    said = [f"“{word}” instead of “{asked}”, which no article contains" for asked, word in replaced]
    return Notice(NoticeKind.RESPELLED, f"Searched for {'; '.join(said)}.")
