"""The reader's input format for a question and a passage, shared by training and inference.

    [CLS] question [SEP] title · date ·
    passage text [SEP]

The title and the date precede the passage, separated by ` · ` and followed by ` ·` and a newline. Either may be
missing; without both, the text stands alone. Only tokens of the passage's own text can be an answer or evidence.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from tokenizers import Encoding, Tokenizer

Span: TypeAlias = tuple[int, int]

HEAD_JOIN = " · "
HEAD_END = " ·\n"
MAX_TOKENS = 384
MAX_QUESTION_TOKENS = 64

_BREAK = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9])|(?<!\s)[^\S\n]*+\n\s*+")


def head(title: str, date: str) -> str:
    """Return the text that precedes a passage: its title and date."""
    parts = [part for part in (title, date) if part]
    return HEAD_JOIN.join(parts) + HEAD_END if parts else ""


def load_tokenizer(path: Path) -> Tokenizer:
    """Return the tokenizer without the padding and the short truncation set in its file."""
    tokenizer: Tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS, strategy="only_second")
    return tokenizer


def short_question(tokenizer: Tokenizer, question: str) -> str:
    """Return the question, truncated after 64 tokens."""
    offsets = tokenizer.encode(question, add_special_tokens=False).offsets
    return question if len(offsets) <= MAX_QUESTION_TOKENS else question[: offsets[MAX_QUESTION_TOKENS - 1][1]]


def encode(tokenizer: Tokenizer, question: str, passages: Sequence[tuple[str, str]]) -> list[Encoding]:
    """Encode a question with (head, text) passages."""
    asked = short_question(tokenizer, question)
    return list(tokenizer.encode_batch([(asked, front + text) for front, text in passages]))


def text_tokens(encoding: Encoding, front: str) -> list[tuple[int, int, int]]:
    """Return the tokens of the passage's own text: position, start and end offset in that text."""
    skip = len(front)
    rows = zip(encoding.sequence_ids, encoding.offsets, strict=True)
    return [(i, s - skip, e - skip) for i, (part, (s, e)) in enumerate(rows) if part == 1 and s >= skip]


def sentence_spans(text: str) -> list[Span]:
    """Return sentence spans by a simple rule, accurate enough to cut windows and mark evidence in training."""
    starts, ends = [0], []
    for gap in _BREAK.finditer(text):
        closing = len(gap.group().rstrip()) - len(gap.group().rstrip().lstrip("\"'”’)]"))
        ends.append(gap.start() + closing)
        starts.append(gap.end())
    return [(s, e) for s, e in zip(starts, [*ends, len(text)], strict=True) if text[s:e].strip()]


def words(text: str) -> list[str]:
    """Return the words and numbers of a text in lower case."""
    return re.findall(r"\w+", text.lower())
