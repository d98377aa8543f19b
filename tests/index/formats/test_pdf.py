import json
import zlib
from pathlib import Path

import pytest

from index.errors import SourceError
from index.formats.pdf import pages as pdf_pages
from index.formats.pdf.document import extract
from index.formats.pdf.hyphens import Words, line_end
from tests.support.pdf_maker import content, down, pdf, stream, with_pages

FIXTURES = sorted((Path(__file__).parents[2] / "fixtures" / "pdf").glob("*.pdf"))
PROSE = ["The weir at Sallow Bridge was raised by a hand in the spring of that year.", "It held."]
END = ["The miller of Coldwick paid for the stones and for the carts that brought them.", "He asked for nothing."]


def page(texts: list[str], more: list[tuple[float, float, str]] | None = None) -> bytes:
    return stream(content([*down(texts), *(more or [])]))


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_a_fixture_comes_in_block_by_block(path: Path) -> None:
    expected = json.loads(path.with_name(path.name + ".json").read_text("utf-8"))
    found = extract(path.read_bytes())
    assert [line for line in found.text.split("\n") if line] == expected["kept"]
    assert not [string for string in expected["boilerplate"] if string in found.text]
    for fact in ("title", "author", "published", "updated"):
        assert getattr(found, fact) == expected.get(fact), fact
    assert found.parser == "pypdfium2"


def test_pages_start_where_their_own_text_starts() -> None:
    found = extract(next(path for path in FIXTURES if path.stem == "parish_letter").read_bytes())
    assert found.text[found.pages[0] :].startswith("How the Vale")
    assert found.text[found.pages[1] :].startswith("outside the valley")
    assert found.text[: found.pages[1]].endswith("who lived ")
    assert found.removed == ("Harrow Vale Parish Letter Autumn issue", "1", "2")


def test_a_bad_page_is_a_warning_and_the_others_come_in() -> None:
    found = extract(next(path for path in FIXTURES if path.stem == "bad_page").read_bytes())
    assert found.warnings == ("page 2 cannot be read or is blank",)
    assert len(found.pages) == 3


def test_a_page_that_is_no_page_is_a_warning() -> None:
    made = with_pages([page(PROSE), page(PROSE), page(END)]).replace(b"<</Type/Page/Parent", b"<</Type/Font/Paren", 2)
    broken = made.replace(b"<</Type/Font/Paren", b"<</Type/Page/Parent", 1)
    found = extract(broken)
    assert found.warnings[0].startswith("page 2 cannot be read")
    assert "The miller of Coldwick" in found.text


def _spaces(megabytes: int) -> bytes:
    """Return a stream of so many spaces, which a full flush lets be made by repetition."""
    pack = zlib.compressobj(9)
    head = pack.compress(b"") + pack.flush(zlib.Z_FULL_FLUSH)
    block = pack.compress(b" " * 1_000_000) + pack.flush(zlib.Z_FULL_FLUSH)
    return stream(head + block * megabytes + pack.flush(), b"/Filter/FlateDecode")


def test_a_page_that_ends_the_reader_is_a_warning() -> None:
    found = extract(with_pages([page(PROSE), _spaces(1_300), page(END)]))
    assert found.warnings == ("page 2 cannot be read",)
    assert "He asked for nothing." in found.text


def test_a_password_is_named() -> None:
    lock = b"<</Filter/Standard/V 1/R 2/P -4/O <%b>/U <%b>>>" % (b"41" * 32, b"42" * 32)
    made = with_pages([page(PROSE)], b"/Encrypt 6 0 R/ID[<00><00>]", [lock])
    with pytest.raises(SourceError, match="protected by a password: save an unprotected copy"):
        extract(made)


def test_a_scan_is_sent_to_text_recognition() -> None:
    image = b"q 500 0 0 700 40 40 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q"
    with pytest.raises(SourceError, match=r"a scan.*OCR"):
        extract(with_pages([stream(image), stream(image)]))
    found = extract(with_pages([page(PROSE), stream(image)]))
    assert found.warnings == ("page 2 has no text, only pictures: run text recognition (OCR) to read it",)


@pytest.mark.parametrize("bad", [b"", b"hello", b"%PDF-1.7\n", pdf([b"<</Type/Catalog>>"]), b"\x00" * 5000])
def test_what_is_no_pdf_is_an_error(bad: bytes) -> None:
    with pytest.raises(SourceError):
        extract(bad)


def test_a_page_without_text_is_an_error_of_its_own() -> None:
    with pytest.raises(SourceError, match="no text"):
        extract(with_pages([stream(b"")]))


def test_a_lost_table_of_objects_is_made_anew() -> None:
    made = with_pages([page(PROSE), page(END)])
    found = extract(made.replace(b"xref\n0", b"lost\n0"))
    assert "It held." in found.text
    assert "He asked for nothing." in found.text


def test_more_pages_than_are_read_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_pages, "_PAGES", 2)
    found = extract(with_pages([page([f"Page {word} has its own words."]) for word in "one two three four".split()]))
    assert found.warnings == ("only its first 2 pages were read: 2 are left out",)
    assert len(found.pages) == 2


def test_numbers_that_are_not_the_pages_stay() -> None:
    tables = [["Harvest", "1911", "1912"], ["Loss", "48", "31"]]
    found = extract(with_pages([page([*PROSE, *table]) for table in tables]))
    assert "1912" in found.text
    assert "31" in found.text


def test_chapter_heads_with_the_page_number_are_cut() -> None:
    heads = [
        [(72.0, 800.0, f"{name} and more"), (500.0, 800.0, str(number))] for number, name in ((14, "Peat"), (15, "Oak"))
    ]
    found = extract(with_pages([page(PROSE, heads[0]), page(END, heads[1])]))
    assert found.removed == ("Peat and more 14", "Oak and more 15")


def test_a_sentence_over_a_page_stays_whole_around_a_footnote() -> None:
    note = content([(72, 60, "1 The mill burned down later.")], 8)
    body = content(
        down(["The miller of Coldwick, whose father had built the mill, was asked to pay for the stones and"], top=700)
    )
    found = extract(
        with_pages([stream(body + b"\n" + note), page(["for the carts that brought them. He agreed to it."])])
    )
    assert "pay for the stones and for the carts" in found.text
    assert found.text.startswith("1 The mill burned down later.\n\n")


def test_metadata_is_used_where_it_says_something() -> None:
    def facts(title: str, author: str) -> tuple[str, str | None, str | None]:
        info = f"<</Title({title})/Author({author})/CreationDate(D:20200102030405Z)>>".encode()
        found = extract(with_pages([page(PROSE)], b"/Info 6 0 R", [info]))
        return found.title, found.author, found.published

    assert facts("The Weir", "Ida Corrigan") == ("The Weir", "Ida Corrigan", None)
    assert facts("Microsoft Word - weir_final.docx", "user1") == (" ".join(PROSE), None, None)
    assert facts("untitled", "Administrator")[1] is None


@pytest.mark.parametrize(
    ("top", "published", "updated"),
    [
        (["3 March 2024"], "2024-03-03", None),
        (["Published: March 3, 2024"], "2024-03-03", None),
        (["By Ida Corrigan | 2024-03-03"], "2024-03-03", None),
        (["Coldwick, 3 March 2024"], "2024-03-03", None),
        (["Last updated 4 May 2024"], None, "2024-05-04"),
        (["03/04/2024"], None, None),
        (["The fair of 3 March 2024"], None, None),
        (["3 March 2024", "4 March 2024"], None, None),
    ],
)
def test_only_a_plain_date_near_the_top_is_the_date(top: list[str], published: str | None, updated: str | None) -> None:
    lines = [(72.0, 760 - 30 * i, text) for i, text in enumerate(["The Weir", *top])]
    found = extract(with_pages([stream(content([*lines, *down(PROSE, top=600)]))]))
    assert (found.published, found.updated) == (published, updated)


@pytest.mark.parametrize(
    ("line", "following", "joined"),
    [
        ("much of the infra-", "structure is", "much of the infrastructure is"),
        ("a well-", "known arch", "a well-known arch"),
        ("the gover\xad", "nor", "the governor"),
        ("the long-", "term plan", "the long-term plan"),
        ("so-", "cial work", "social work"),
        ("a state-of-the-", "art mill", "a state-of-the-art mill"),
        ("the Anglo-", "Saxon mill", "the Anglo-Saxon mill"),
        ("pre-", "and post-war", "pre- and post-war"),
        ("a computer-", "generated map", "a computer-generated map"),
        ("INFRA-", "STRUCTURE", "INFRASTRUCTURE"),
        ("the weir\u2014", "it held", "the weir\u2014it held"),
        ("the weir -", "it held", "the weir - it held"),
        ("from 1990-", "1995", "from 1990-1995"),
    ],
)
def test_a_divided_word_is_made_whole(line: str, following: str, joined: str) -> None:
    assert line_end(line, following, Words([line, following])) + following == joined


def test_the_document_itself_tells_how_a_word_is_written() -> None:
    assert line_end("the bog-", "oak", Words(["bog-oak is black", "the bogoak", "bog-oak"])) == "the bog-"
    assert line_end("the well-", "head", Words(["the wellhead is dry"])) == "the well"


def test_sideways_text_is_listed_and_a_turned_page_is_read() -> None:
    mark = content([(0, 0, "DRAFT")], 40)
    found = extract(with_pages([stream(content(down(PROSE)) + b"\nq .7 .7 -.7 .7 200 200 cm\n" + mark + b"\nQ")]))
    assert found.removed == ("DRAFT",)
    for turn in (b"0 1 -1 0 600 0", b"-1 0 0 -1 595 842", b"0 -1 1 0 0 842"):
        assert extract(with_pages([stream(turn + b" cm\n" + content(down(PROSE)))])).text == " ".join(PROSE)


FOOT = [
    "The harbour was open on {n} days that month, and the board counted the boats that came.",
    "The report of month {n} was read by all members of the board and was signed by {n} of",
]


def test_like_sentences_at_the_foot_of_each_page_are_no_running_lines() -> None:
    body = [f"Line {number} of the report tells how the wall was mended stone by stone" for number in range(20)]
    made = [
        content(
            [
                *down(
                    [line.replace("Line", f"Page {page_}, line") for line in body]
                    + [foot.format(n=page_) for foot in FOOT]
                ),
                (72, 780, "Harbour board"),
                (500, 40, str(page_)),
            ]
        )
        for page_ in range(1, 5)
    ]
    found = extract(with_pages([stream(each) for each in made]))
    for number in range(1, 5):
        assert f"The harbour was open on {number} days that month" in found.text
        assert f"was signed by {number} of" in found.text
    assert "Harbour board" not in found.text
    assert found.note == "8 lines cut as boilerplate"


def test_a_sentence_that_runs_from_the_left_column_into_the_right_one_is_whole() -> None:
    left = [
        "The weir at Sallow Bridge was raised by",
        "hand. The miller of Coldwick paid for the",
        "stones. The council reviewed the books",
    ]
    right = ["of the mill and gave him nine crowns for", "the carts. The work took two summers and", "a spring."]
    found = extract(with_pages([stream(content([*down(left), *down(right, left=320)]))]))
    assert "The council reviewed the books of the mill and gave him nine crowns for the carts." in found.text
