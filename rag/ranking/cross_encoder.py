"""The reader, a cross-encoder that scores how well each sentence of a passage answers, and finds the answer's words."""

import json
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from tokenizers import Encoding

from index.embedder import session, whole_tokens
from index.text.chunks import searched_title
from rag.answer import Passage
from rag.ranking.encoding import MAX_QUESTION_TOKENS, MAX_TOKENS, Span, head

FOLDER = Path(__file__).parent / "weights"
MODEL = "reader.int8.onnx"
UNREAD = -20.0
"""The margin of a sentence beyond the reader's input limit."""

_BATCH = 2
"""Passages per batch; measured as the fastest on two cores because it needs little padding."""
_LONGEST = 30
"""Maximum length of a span, in tokens."""
_START, _END = 101, 102


@dataclass(frozen=True)
class Reading:
    """The reader's output for one passage.

    `margins` holds, for each sentence, the logit of its best span minus the logit of no answer; `spans` holds the
    position of that span in the article (None if the sentence was not read); `answers` is the logit that the passage
    contains an answer.
    """

    margins: tuple[float, ...]
    spans: tuple[Span | None, ...]
    answers: float


@dataclass(frozen=True)
class _Row:
    """A question and a passage as token ids, with the position of the passage's own tokens."""

    ids: list[int]
    first: int
    second: int
    offsets: list[Span]


def model_file() -> Path:
    """Return the path of the reader's model file."""
    return FOLDER / MODEL


def expected_hash() -> str:
    """Return the SHA-256 of the model file according to `weights/config.json`; 'unknown' if it cannot be read."""
    try:
        return str(json.loads((FOLDER / "config.json").read_text("utf-8"))["sha256"][MODEL])
    except (OSError, ValueError, KeyError):
        return "unknown"


class CrossEncoder:
    """The trained reader in `weights/`; raises LibraryError if its file is not the expected one."""

    def __init__(self) -> None:
        self._session = session(model_file(), expected_hash())

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """Return one reading per passage, in the same order."""
        asked = _tokens(question).ids[:MAX_QUESTION_TOKENS]
        rows = [_row(asked, passage) for passage in passages]
        order = sorted(range(len(rows)), key=lambda number: len(rows[number].ids))
        readings: dict[int, Reading] = {}
        for begin in range(0, len(order), _BATCH):
            batch = order[begin : begin + _BATCH]
            for number, logits in zip(batch, self._logits([rows[i] for i in batch]), strict=True):
                readings[number] = _reading(passages[number], rows[number], *logits)
        return [readings[number] for number in range(len(rows))]

    def _logits(self, rows: Sequence[_Row]) -> Iterator[tuple[np.ndarray, np.ndarray, float]]:
        width = max(len(row.ids) for row in rows)
        sides = [[0] * row.second + [1] * (len(row.ids) - row.second) for row in rows]
        feed = {
            "input_ids": _padded([row.ids for row in rows], width),
            "attention_mask": _padded([[1] * len(row.ids) for row in rows], width),
            "token_type_ids": _padded(sides, width),
        }
        start, end, answer = self._session.run(["start", "end", "answer"], feed)
        yield from zip(start, end, map(float, answer), strict=True)


@lru_cache(maxsize=1024)
def _tokens(text: str) -> Encoding:
    """Return a text's tokens; cached because the same passages often recur in the next question."""
    return whole_tokens(text)


def _row(asked: list[int], passage: Passage) -> _Row:
    article = passage.article
    front = _tokens(head(searched_title(article.title), article.published or "")).ids
    text = _tokens(passage.chunk.text)
    before = [_START, *asked, _END, *front]
    room = MAX_TOKENS - len(before) - 1
    ids = [*before, *text.ids[:room], _END]
    return _Row(ids, len(before), len(asked) + 2, text.offsets[:room])


def _padded(rows: Sequence[list[int]], width: int) -> np.ndarray:
    return np.array([row + [0] * (width - len(row)) for row in rows], dtype=np.int64)


def _reading(passage: Passage, row: _Row, start: np.ndarray, end: np.ndarray, answers: float) -> Reading:
    none = float(start[0] + end[0])
    last = row.first + len(row.offsets)
    found = list(_best_spans(passage, row.offsets, start[row.first : last], end[row.first : last]))
    margins = tuple(UNREAD if score is None else score - none for score, _ in found)
    return Reading(margins, tuple(span for _, span in found), answers)


def _best_spans(
    passage: Passage, offsets: list[Span], start: np.ndarray, end: np.ndarray
) -> Iterator[tuple[float | None, Span | None]]:
    """Yield, for each sentence, the score of its best span and the span's position in the article."""
    origin = passage.sentences[0].start
    starts = [low for low, _ in offsets]
    for sentence in passage.sentences:
        first, last = (bisect_left(starts, place - origin) for place in (sentence.start, sentence.end))
        if first == last:
            yield None, None
            continue
        score, (low, high) = best_span(start[first:last], end[first:last])
        yield score, (offsets[first + low][0] + origin, offsets[first + high][1] + origin)


def best_span(start: np.ndarray, end: np.ndarray) -> tuple[float, Span]:
    """Return the highest start + end score and its first and last token, at most 30 tokens (Devlin et al., 2019)."""
    scores = np.triu(np.ones((len(start), len(end)), dtype=bool))
    scores &= ~np.triu(scores, _LONGEST)
    summed = np.where(scores, start[:, None] + end[None, :], -np.inf)
    low, high = divmod(int(summed.argmax()), len(end))
    return float(summed[low, high]), (low, high)
