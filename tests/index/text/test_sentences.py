"""Where a sentence ends, what is a unit of its own, and what holds for any text."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from index.article import Article
from index.embedder import token_starts
from index.settings import CHUNK_CHARS, CHUNK_TOKENS, SENTENCE_CHARS
from index.text.chunks import searched_text, split_article
from index.text.sentences import split_sentences

_TEXTS = st.text(st.sampled_from('ab Z.?!。।"“” \n\t-#|,;é中文字हिन्दी😀\r\x0b0'), max_size=400) | st.text(max_size=300)


def cut(text: str) -> list[str]:
    return [text[sentence.start : sentence.end] for sentence in split_sentences(text)]


def test_abbreviations_and_initials_do_not_end_a_sentence() -> None:
    first, *_ = cut(
        "Gen. R. K. Adeyemi of the U.S. Navy spoke at 9.30 a.m. in Ohio. He later left the U.S. Talks resumed."
    )
    assert first == "Gen. R. K. Adeyemi of the U.S. Navy spoke at 9.30 a.m. in Ohio."


def test_a_question_keeps_its_asker() -> None:
    assert cut('"Will it hold?" Marsh asked. The engineer shrugged.') == [
        '"Will it hold?" Marsh asked.',
        "The engineer shrugged.",
    ]


def test_hindi_chinese_and_arabic_sentences_are_citable_alone() -> None:
    assert len(cut("यह पहला वाक्य है। यह दूसरा है। यह तीसरा है।")) == 3
    assert cut("今天天气很好。我们去公园！你来吗？") == ["今天天气很好。", "我们去公园！", "你来吗？"]
    assert len(cut("هل عاد الولد؟ نعم، عاد أمس؟ هل ذهب؟")) == 3


def test_headings_items_and_rows_are_units_of_their_own() -> None:
    assert cut("# Harbour\n- one quay\n- two cranes\n| a | b |") == [
        "# Harbour",
        "- one quay",
        "- two cranes",
        "| a | b |",
    ]


def test_a_numbered_list_item_is_a_unit_with_its_number() -> None:
    assert cut("1. Mend the weir\n2. Paint the pier") == ["1. Mend the weir", "2. Paint the pier"]


def test_a_long_heading_is_not_joined_to_the_paragraph_below() -> None:
    heading = "Council of Quillan agrees to mend the harbour wall before winter"
    body = "The council of Quillan met on Monday and agreed to mend the old harbour wall."
    assert cut(f"{heading}\n{body}\n{body}") == [heading, body, body]


def test_wrapped_lines_are_one_text() -> None:
    lines = (
        "The harbour board met on Monday and heard that Orla",
        "Venn had signed the lease of the old ice house for",
    )
    assert len(cut("\n".join((*lines, "five years. It adjourned.")))) == 2


@given(_TEXTS)
def test_sentences_are_exact_and_lose_nothing_but_white_space(text: str) -> None:
    spans = [(sentence.start, sentence.end) for sentence in split_sentences(text)]
    assert all(start < end and text[start:end] == text[start:end].strip() for start, end in spans)
    assert all(end - start <= SENTENCE_CHARS for start, end in spans)
    gaps = [0, *[at for span in spans for at in span], len(text)]
    assert all(not text[end:start].strip() for end, start in zip(gaps[::2], gaps[1::2], strict=True))
    assert all(left[1] <= right[0] for left, right in pairwise(spans))


@given(_TEXTS, st.integers(1, 12))
def test_chunks_hold_every_sentence_once_within_their_limits(text: str, times: int) -> None:
    article = Article("a", "A title", text * times)
    cut = list(split_article(article))
    sentences, chunks = [each for _, held in cut for each in held], [chunk for chunk, _ in cut]
    assert [index for chunk in chunks for index in range(chunk.first, chunk.last + 1)] == list(range(len(sentences)))
    assert [sentence.index for sentence in sentences] == list(range(len(sentences)))
    for chunk in chunks:
        assert chunk.text == article.text[sentences[chunk.first].start : sentences[chunk.last].end]
        assert len(chunk.text) <= CHUNK_CHARS
        assert len(token_starts(searched_text(article.title, chunk))) <= CHUNK_TOKENS + 2


def test_thai_sentences_end_with_a_space_and_a_name_stays_whole() -> None:
    text = "ท่าเรือมาร์นเปิดให้บริการอีกครั้งในวันจันทร์ ผู้อำนวยการท่าเรือคือนายสมชาติ ใจงาม ตั๋วราคา 6 โครนและเด็กจ่ายครึ่งราคา"
    found = [text[sentence.start : sentence.end] for sentence in split_sentences(text)]
    assert found == [
        "ท่าเรือมาร์นเปิดให้บริการอีกครั้งในวันจันทร์",
        "ผู้อำนวยการท่าเรือคือนายสมชาติ ใจงาม ตั๋วราคา 6 โครนและเด็กจ่ายครึ่งราคา",
    ]


def test_one_overlong_line_does_not_shorten_other_sentences() -> None:
    plain = (
        "The council of Quillan met on Monday and agreed to mend the old harbour wall" + " that the storm broke" * 15
    )
    article = Article("a", "Wall", f"{plain}.\n\n{'河水上涨学校关闭' * 60}")
    first = next(split_article(article))[1][0]
    assert article.text[first.start : first.end] == f"{plain}."
