"""Splitting of text into citable sentences with exact offsets.

Boundaries come from `sentencex`, which handles abbreviations and the full stops of Hindi, Chinese and Arabic (pysbd and
blingfire failed two or more of these cases). Three rules are added: a line unit (heading, list item, table row) ends
with its line, a quotation keeps the tag that names its speaker, and no sentence is longer than `SENTENCE_CHARS`.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

import sentencex

from index.article import Sentence
from index.settings import SENTENCE_CHARS
from index.text.english import SAID_OR_CLAIMED, WEEKDAY, may_be_verb
from index.text.scripts import ends_with_space
from index.text.stretches import Span, stretches

_BLOCK = re.compile(r"\S(?:.*\S)?(?:[^\S\n]*\n[^\S\n]*\S(?:.*\S)?)*+")
_WORD = re.compile(r"\S++")
_LINE = re.compile(r"\S(?:.*\S)?")
_ITEM = re.compile(r"(?:[-*•–+|#>]|\d{1,3}[.)]\s|\(?[a-z]\)\s)")
_ITEM_NUMBER = re.compile(r"\(?\d{1,3}[.)]")
_ENDS = re.compile(r"[.!?。！？।؟:;]['\"”’»)\]]*$")
_CLOSING_QUOTE = re.compile(r"[,.!?…—-]['\"”’»]++$")
_SPEAKER = (
    r"(?:(?:He|She|They|It|I|We|Both|One|All)|(?:(?:The|A|An|His|Her|Their|Its|My|Our)(?: [\w.'’-]+){1,3}"
    r"|[A-Z][\w.'’-]*(?: (?:[A-Z][\w.'’-]*|of|de|van|von|der|la|al|bin)){0,4})(?:, [^,\"“”«»]{1,80},)?)"
)
_KNOWN_TAG = re.compile(rf"{_SPEAKER} {SAID_OR_CLAIMED}\b[^\"“”«»]{{0,160}}$")
_TAG = re.compile(
    rf"{_SPEAKER} (?:\w+ly )?+(?P<verb>[a-z]+)(?: \w+ly)?+"
    r"(?: (?!the |an? |his |her |its |their )[\w.'’-]+){0,3}+[.!?…]?$"
)
"""A speaker and a verb with almost nothing after it: a verb with an object describes an action, not speech."""
_CREDIT = re.compile(r"[—–-]\s*[A-Z][\w.'’-]*(?: [\w.'’-]+){0,4}(?:, [^\"“”«»]{1,80})?$")
_MERIDIEM = re.compile(r"\b[ap]\.m\.$")
_DAY = re.compile(rf"{WEEKDAY}\b|(?:[A-Z]{{2,4}}|local|on|in|at)\b")
_BEFORE_NUMBER = re.compile(r"\b(?:approx|ca|est|Nos?|vol|pp?|ch|sec)\.$")
_CUTS = (re.compile(r"[;:]\s"), re.compile(r",\s"), re.compile(r"\s"))


_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_NEW_LINE = re.compile(r"\n\s*")
_CLOSED = re.compile(r"[\"”»]\s+(?=[^\W\d_])")
_SAID_BY = re.compile(r"(?P<verb>[a-z]+) (?:(?:the|an?|his|her|their|its) |(?=[A-Z])|(?:he|she|they)\b)")
_SAYS_FIRST = re.compile(rf"{_SPEAKER}(?: \w+){{1,3}}[:,] [\"“«]|, {SAID_OR_CLAIMED} (?:[A-Z]|the |he\b|she\b)")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SHORTEST = 15  # characters; minimum length of a sentence that a space ends
_LONGEST_BLOCK = 100_000
_LONGEST_PIECE = 10_000  # the segmenter takes quadratic time on quotation marks


def split_sentences(text: str, limit: int = SENTENCE_CHARS) -> list[Sentence]:
    """Return the citable sentences of `text` in order, none longer than `limit` code points.

    Sentence `s` is `text[s.start:s.end]`. Between sentences there is only white space.
    """
    return [Sentence(index, start, end) for index, (start, end) in enumerate(sentence_spans(text, limit))]


def sentence_spans(text: str, limit: int = SENTENCE_CHARS) -> Iterator[Span]:
    """Yield the spans of the sentences of `split_sentences`, in memory that does not grow with the text."""
    for unit in _units(text):
        yield from shortened(text, unit, limit)


def paragraphs(text: str, sentences: Sequence[Sentence]) -> list[int]:
    """Return the paragraph number of each sentence. Without blank lines, each line is a paragraph."""
    breaks = [match.start() for match in (_BLANK_LINE if _BLANK_LINE.search(text) else _NEW_LINE).finditer(text)]
    return [bisect_right(breaks, sentence.start) for sentence in sentences]


def names_speaker(text: str) -> bool:
    """Return whether a sentence names the speaker beside a quotation: “...” she said; Brask grumbled: “...”."""
    behind = [text[match.end() :] for match in _CLOSED.finditer(text)]
    return bool(_SAYS_FIRST.search(text)) or any(_tells_who(tail) for tail in behind)


def _tells_who(tail: str) -> bool:
    said_by = _SAID_BY.match(tail)
    return may_be_verb(said_by["verb"]) if said_by else tail[0].isupper() and _is_tag(tail, after_full_stop=False)


def _units(text: str) -> Iterator[Span]:
    for block in _BLOCK.finditer(text):
        for part in stretches(text, *block.span(), _LONGEST_BLOCK):
            for start, end in _pieces(text, part):
                for piece in stretches(text, start, end, _LONGEST_PIECE):
                    yield from _joined(text, _bounded(text, *piece))


def _pieces(text: str, block: Span) -> Iterator[Span]:
    """Split a paragraph into lines, unless they are wrapped running text."""
    lines = [match.span() for match in _LINE.finditer(text, *block)]
    if len(lines) < 2 or _is_wrapped([text[start:end] for start, end in lines]):
        yield block
    else:
        yield from lines


def _is_wrapped(lines: list[str]) -> bool:
    longest = max(map(len, lines))
    # a line was wrapped only if the next line's first word did not fit on it
    full = all(len(line) + 1 + len(below.split()[0]) > longest for line, below in pairwise(lines))
    running = any(not _ENDS.search(line) for line in lines[:-1])
    listed = any(_ITEM.match(line) for line in lines)
    return 40 <= longest <= 120 and full and running and not listed


def _bounded(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the segmenter's sentences of `text[start:end]`, without surrounding white space."""
    plain = _SURROGATE.sub("\ufffd", text[start:end])  # half of a pair, which the segmenter cannot take
    for found in sentencex.get_sentence_boundaries("en", plain):
        span = _trim(text, start + found["start_index"], start + found["end_index"])
        if span:
            yield from _spaced(text, span) if ends_with_space(text[slice(*span)]) else [span]


def _spaced(text: str, span: Span) -> Iterator[Span]:
    """Yield the sentences of a script that ends them with a space. Short parts, as around numbers, stay joined."""
    start, end = span
    words = [match.span() for match in _WORD.finditer(text, start, end)]
    for (first, at), (after, last) in pairwise(words):
        is_long = at - start >= _SHORTEST and last - after >= _SHORTEST
        if is_long and ends_with_space(text[first:at]) and ends_with_space(text[after:last]):
            yield start, at
            start = after
    yield start, end


def _trim(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def _joined(text: str, spans: Iterator[Span]) -> Iterator[Span]:
    held: Span | None = None
    for span in spans:
        if held and _belong(text[held[0] : held[1]], text[span[0] : span[1]]):
            held = (held[0], span[1])
        else:
            if held:
                yield held
            held = span
    if held:
        yield held


def _belong(left: str, right: str) -> bool:
    """Return whether the segmenter wrongly split a quotation from its tag, an hour from its day, or punctuation."""
    if not any(char.isalnum() for char in right) or not any(char.isalnum() for char in left):
        return len(left) < SENTENCE_CHARS and len(right) < 4
    if _ITEM_NUMBER.fullmatch(left):
        return True
    if _MERIDIEM.search(left):
        return bool(_DAY.match(right))
    if _BEFORE_NUMBER.search(left) and right[0].isdigit():
        return True
    closing = _CLOSING_QUOTE.search(left)
    return bool(closing) and _is_tag(right, after_full_stop=closing[0].startswith(".") if closing else False)


def _is_tag(text: str, after_full_stop: bool) -> bool:
    """Return whether the text after a quotation has the form of a tag that names its speaker, whatever its verb.

    After a full stop a new sentence may begin, so there the verb must be one used almost only for speech.
    """
    if text[0].islower() or _CREDIT.match(text) or _KNOWN_TAG.match(text):
        return True
    tag = None if after_full_stop else _TAG.match(text)
    return tag is not None and may_be_verb(tag["verb"])


def shortened(text: str, span: Span, limit: int) -> Iterator[Span]:
    """Yield `span`, cut if longer than `limit`: at its last semicolon, colon, comma or space, else at the limit."""
    start, end = span
    while end - start > limit:
        cut = start + _cut(text[start : start + limit], limit)
        head, tail = _trim(text, start, cut), _trim(text, cut, end)
        if head:
            yield head
        if tail is None:
            return
        start, end = tail
    yield start, end


def _cut(part: str, limit: int) -> int:
    for pattern in _CUTS:
        ends = [match.end() for match in pattern.finditer(part) if match.end() > limit // 3]
        if ends:
            return ends[-1]
    return limit
