"""Any text is split into exact sentences, any address cleaned, any model's text taken apart, and nothing hangs."""

from contextlib import suppress
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from index.settings import SENTENCE_CHARS
from index.text.sentences import split_sentences
from index.text.urls import canonical, without_tracking
from rag.composing.markers import Transcript, marked_statements
from tests.support.fuzzing import fuzzed, within_limits

_PROSE = st.sampled_from(
    "The|pier|Marn|Orla Venn|said|she|Mr.|St.|a.m.|e.g.|No. 4|3.5|“|”|\"|'|’|(|)|[|]|.|!|?|…|,|;|:|—|- |• |1. |\n|\n\n|"
    "\t| |\u00a0|\u200b|\u2028|।|。|؟|ท่าเรือ|港口|Ünder|🙂|http://a.example/b.c|\ud83e|\x00|| |# |> |a)".split("|")
)
_PIECES = st.tuples(_PROSE | st.text(max_size=12), st.sampled_from((1, 1, 1, 2, 30, 2000))).map(
    lambda drawn: drawn[0] * drawn[1]
)
TEXTS = st.tuples(st.lists(_PIECES, max_size=30), st.sampled_from(("", " "))).map(
    lambda drawn: drawn[1].join(drawn[0])[:60_000]
)

_URL = st.sampled_from(
    "http:// HTTPS:// // / www. m. amp. example.org :443 :80 :x /amp /print .amp index.html ? & # amp=1 utm_source=x "
    "a=1 %e9 %zz %2F é [ ] [::1] @ google.com/amp/s/ x.cdn.ampproject.org/c/ xn--caf-dma.org .. ; \\ = + \u2100 "
    "\ud800 \u3002".split()
)
_URL_PIECES = st.tuples(_URL | st.text(max_size=6), st.sampled_from((1, 1, 1, 2, 40, 1500))).map(
    lambda drawn: drawn[0] * drawn[1]
)
ADDRESSES = st.lists(_URL_PIECES, max_size=12).map("".join)

_SAID = st.sampled_from(
    "It rained.|She said so| [1]|[2, 3]|[|]|[ |[1|[12345678]|,|-|<think>|</think>|<|\n|\n\n|“|*|`|#".split("|")
)
_SAID_PIECES = st.tuples(_SAID | st.text(max_size=8), st.sampled_from((1, 1, 1, 2, 50, 3000))).map(
    lambda drawn: drawn[0] * drawn[1]
)
MODEL_TEXTS = st.lists(_SAID_PIECES, max_size=15)


@fuzzed(40)
@given(text=TEXTS)
@example(text="The pier \ud83e is open. It is new.")
def test_any_text_is_split_into_exact_sentences(text: str) -> None:
    with within_limits():
        spans = [(sentence.start, sentence.end) for sentence in split_sentences(text)]
    assert all(start < end and text[start:end] == text[start:end].strip() for start, end in spans)
    assert all(end - start <= SENTENCE_CHARS for start, end in spans)
    gaps = [0, *[at for span in spans for at in span], len(text)]
    assert all(not text[end:start].strip() for end, start in zip(gaps[::2], gaps[1::2], strict=True))
    assert all(left[1] <= right[0] for left, right in pairwise(spans))


@fuzzed(60)
@given(address=ADDRESSES)
def test_any_address_is_cleaned_once_and_for_all(address: str) -> None:
    with within_limits():
        assert canonical(canonical(address)) == canonical(address)
        with suppress(ValueError):  # it is no address, which its callers check
            without_tracking(address)


@fuzzed(40)
@given(pieces=MODEL_TEXTS)
def test_any_text_of_a_model_is_taken_apart(pieces: list[str]) -> None:
    said = Transcript()
    with within_limits():
        for piece in pieces:
            said.add(piece)
        statements = list(marked_statements(said.text))
    assert all(number > 0 for _, numbers in statements for number in numbers)
