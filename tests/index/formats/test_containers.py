"""Mails, saved pages and zips: what is inside them comes out, what cannot be read is named, nothing runs away."""

import base64
import io
import stat
import struct
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import SourceError
from index.formats import archive
from index.formats.mail import message as mail
from index.formats.mail import mhtml
from index.formats.mail.text import without_footer

FIXTURES = Path(__file__).parents[2] / "fixtures"
LONG = "The weir at Holm was built in 1902, and the eels have gone round it ever since by the old mill race."
Member = tuple[str, bytes | SourceError]


# --- mails


def written(body: str, *headers: str, kind: str = "text/plain") -> bytes:
    head = ["Subject: Eels", "From: post@weir.example", "MIME-Version: 1.0", f"Content-Type: {kind}; charset=utf-8"]
    # the first header of a name counts
    return "\n".join([*headers, *head, "", body]).encode()


def attached(*parts: str) -> bytes:
    body = "".join(f"--b\n{part}\n" for part in (f"Content-Type: text/plain\n\n{LONG}", *parts))
    return f"Subject: Eels\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n{body}--b--\n".encode()


@pytest.mark.parametrize(
    ("sender", "headers", "source", "author"),
    [
        ("Weir Weekly <post@weir.example>", (), "Weir Weekly", None),
        ("Mara Lind <mara@weir.example>", (), None, "Mara Lind"),
        ("=?utf-8?B?SsO2cm4=?= van Dal <j@weir.example>", (), None, "Jörn van Dal"),
        ("Mara Lind <mara@weir.example>", ("List-Id: <eels.weir.example>",), "Mara Lind", None),
        ("Mara Lind <noreply@weir.example>", (), "Mara Lind", None),
        ('"The Holm Society" <x@weir.example>', (), "The Holm Society", None),
        ("post@weir.example", (), "weir.example", None),
        ('"post@weir.example" <post@weir.example>', (), "weir.example", None),
        ("", (), None, None),
    ],
)
def test_sender_is_the_source_unless_a_person_writes(
    sender: str, headers: tuple[str, ...], source: str | None, author: str | None
) -> None:
    found = mail.extract(written(LONG, f"From: {sender}", *headers))
    assert (found.source, found.author) == (source, author)


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("=?utf-8?Q?=C3=85lene?= =?utf-8?Q?_i_Holm?=", "Ålene i Holm"),
        ("=?utf-8?Q?=C3?= =?utf-8?Q?=85lene?=", "Ålene"),
        ("Ålene i Holm", "Ålene i Holm"),
        ("Eels\n  go round", "Eels go round"),
        ("RE: Fwd: AW: Eels", "Eels"),
        ("=?x-unknown?Q?eels?=", "=?x-unknown?Q?eels?="),
        ("", LONG),
        ("=?utf-8?Q?Eels=00=1B[31m_red?=", "Eels [31m red"),
    ],
)
def test_subject_is_the_title(subject: str, title: str) -> None:
    assert mail.extract(written(LONG, f"Subject: {subject}")).title == title


@pytest.mark.parametrize(
    ("date", "published"),
    [
        ("Fri, 17 May 2024 06:00:00 +0100", "2024-05-17T06:00:00+01:00"),
        ("17 May 2024", "2024-05-17"),
        ("yesterday", None),
        ("Mon, 99999999999999999999 Jan 2024 00:00:00 +0000", None),
        ("", None),
    ],
)
def test_date_is_the_date_header(date: str, published: str | None) -> None:
    found = mail.extract(written(LONG, f"Date: {date}"))
    assert found.published == published
    assert found.found_in.get("published") == ("mail header" if published else None)


def test_a_forwarded_mail_does_not_take_its_facts_from_who_forwarded_it() -> None:
    marks = "---------- Forwarded message ---------\nFrom: Weir Weekly <w@weir.example>\nSubject: Eels\n\n"
    headers = ("Subject: Fwd: Eels", "From: Ana Holt <ana@x.example>", "Date: Fri, 17 May 2024 06:00:00 +0100")
    found = mail.extract(written(marks + LONG, *headers))
    assert (found.title, found.text) == ("Eels", LONG)
    assert (found.author, found.source, found.published) == (None, None, None)


def test_a_mail_of_nothing_but_quotes_keeps_them() -> None:
    assert mail.extract(written("> " + LONG + "\n>\n> It rains.\n")).text == f"{LONG}\n\nIt rains."


def test_quotes_and_what_stands_above_them_go_and_are_told() -> None:
    body = (
        f"{LONG}\n\nOn 3 May 2024 Ana Holt wrote:\n> Where are the eels?\n\nOn 4 May the mayor wrote this:\n\nIt rains."
    )
    found = mail.extract(written(body))
    assert found.text == f"{LONG}\n\nOn 4 May the mayor wrote this:\n\nIt rains."
    assert found.removed == ("On 3 May 2024 Ana Holt wrote:", "> Where are the eels?")


def test_a_mail_quoted_whole_below_goes() -> None:
    body = f"{LONG}\n\n-----Original Message-----\nFrom: Ana\nSent: Monday\nTo: Ben\n\nWhere are they?"
    assert mail.extract(written(body)).text == LONG


@pytest.mark.parametrize(
    "line",
    [
        "View this email in your browser",
        "Read online: https://weir.example/31",
        "Having trouble viewing this email? Click here.",
        "Was this forwarded to you? Sign up here.",
        "Share · Tweet · Forward",
        "https://weir.example/track/" + "x" * 400,
        "=" * 60,
        "Im Browser ansehen",
    ],
)
def test_lines_of_newsletter_boilerplate_go_wherever_they_stand(line: str) -> None:
    assert without_footer(f"{line}\n\n{LONG}\n\n{line}\n\n{LONG}")[0] == f"{LONG}\n\n{LONG}"


@pytest.mark.parametrize(
    "line",
    [
        "Unsubscribe rates rose by four per cent in May, the survey says.",
        "Readers who share their letters keep their friends.",
        "Box 14 Quay Lane was empty?",
        "View of the weir",
        "Post",
        "12 | 14",
    ],
)
def test_sentences_that_sound_alike_stay(line: str) -> None:
    assert without_footer(f"{LONG}\n\n{LONG}\n\n{line}") == (f"{LONG}\n\n{LONG}\n\n{line}", ())


def test_from_unsubscribe_on_all_is_footer() -> None:
    footer = ("Weir Weekly, 3 Mill Lane, Holm 4410", "You can unsubscribe here.", "Weir Ltd is a charity.")
    assert without_footer("\n\n".join([LONG, LONG, *footer])) == (f"{LONG}\n\n{LONG}", footer)


def test_each_attachment_that_is_not_read_is_one_warning() -> None:
    found = mail.extract(
        attached(
            'Content-Type: application/pdf\nContent-Disposition: attachment; filename="budget.pdf"\n\nx',
            'Content-Type: text/plain\nContent-Disposition: attachment; filename="notes.txt"\n\nnot this',
            "Content-Type: message/rfc822\n\nSubject: Old eels\n\nnot this either",
            "Content-Type: text/calendar\n\nx",
            "Content-Type: image/png\nContent-Disposition: inline\n\nx",
            "Content-Type: application/pgp-signature\n\nx",
        )
    )
    names = ("budget.pdf", "notes.txt", "Old eels", "of type text/calendar")
    assert found.warnings == tuple(f"the attachment {name} was not read: save it and add the file" for name in names)
    assert found.text == LONG


def test_parts_of_one_text_are_joined() -> None:
    page = f"Content-Type: text/html\n\n<p>Second: {LONG}</p>"
    assert mail.extract(attached(page)).text == f"{LONG}\n\nSecond: {LONG}"


def test_a_page_of_pictures_alone_gives_way_to_the_plain_text() -> None:
    parts = f"--b\nContent-Type: text/plain\n\n{LONG}\n--b\nContent-Type: text/html\n\n<img src='a.png'>\n--b--\n"
    found = mail.extract(f"Subject: Eels\nContent-Type: multipart/alternative; boundary=b\n\n{parts}".encode())
    assert found.text == LONG


@pytest.mark.parametrize("charset", ["utf-8", "x-none", "punycode", "hex", "us-ascii"])
def test_a_wrong_charset_costs_no_text(charset: str) -> None:
    content = written("Ålene i Holm går rundt møllen, år etter år, og ingen vet hvorfor.")
    assert mail.extract(content.replace(b"charset=utf-8", b"charset=" + charset.encode())).text.startswith("Ålene i")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (written(""), "no text"),
        (written("-- \n"), "no text"),
        (b"\x00\x01\x02", "binary"),
        (written("x", "Content-Type: multipart/encrypted; boundary=b"), "encrypted"),
        (written("x", "Content-Type: application/pkcs7-mime"), "encrypted"),
        (b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000)), "deeply"),
        (b"From a@b.c Mon Feb  5 21:14:02 2024\nSubject: a\n\nx\n\n" * 3, "mailbox of 3 mails"),
    ],
)
def test_a_mail_that_cannot_be_read_says_why(content: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        mail.extract(content)


@pytest.mark.parametrize(
    "content",
    [
        written(LONG, "Content-Type: text/plain; " + "a=b; " * 60_000),
        written(LONG, "Subject: " + "=?utf-8?q?a?= " * 20_000),
        written(LONG, "From: " + "(" * 20_000),
        written(LONG + "\n" + "(" * 300_000 + "\n" + "On x wrote " * 20_000),
        written(LONG + "\nOn the 4th of May it was so" * 10_000),
        written("<table><tr><td>" * 60 + LONG, kind="text/html"),
        written(f"<p>{LONG}</p>" + "<br>" * 50_000 + "<p>" * 5000, kind="text/html"),
    ],
    ids=range(7),
)
def test_a_hostile_mail_does_no_harm(content: bytes) -> None:
    assert "weir at Holm" in mail.extract(content).text


# --- saved pages


def test_the_page_that_was_looked_at_is_found_and_its_address() -> None:
    html, url = mhtml.page((FIXTURES / "mhtml/night-buses.mhtml").read_bytes())
    assert html.startswith("<!DOCTYPE html>")
    assert "Zephyr" not in html
    assert url == "https://ledger.example/city/night-buses?utm_source=x"


def test_the_page_named_by_start_is_read_in_its_charset() -> None:
    html, url = mhtml.page((FIXTURES / "mhtml/lock-keeper.mht").read_bytes())
    assert "years – longer" in html
    assert url == "http://canal.example/people/dorrington.html"


def test_an_address_on_a_disk_is_no_address_and_unicode_means_utf_16() -> None:
    html, url = mhtml.page((FIXTURES / "mhtml/tower-clock.mht").read_bytes())
    assert "Věžní hodiny" in html
    assert url is None


def test_the_day_a_page_was_saved_is_not_its_date() -> None:
    assert mhtml.extract((FIXTURES / "mhtml/tower-clock.mht").read_bytes()).published is None


def test_a_lone_page_and_a_folded_address_are_read() -> None:
    page = (
        b"Content-Type: text/html; charset=utf-8\nContent-Location: https://weir.example/\n a/eels\n\n<p>\xc3\x85l</p>"
    )
    assert mhtml.page(page) == ("<p>Ål</p>", "https://weir.example/a/eels")


def test_a_file_without_a_page_is_refused() -> None:
    with pytest.raises(SourceError, match="no web page"):
        mhtml.extract(b"Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/css\n\nx\n--b--")


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["eml/harbour-letter.eml", "mhtml/lock-keeper.mht"]), st.integers(0, 5000), st.binary(max_size=20)
)
def test_broken_messages_are_read_or_refused(name: str, place: int, noise: bytes) -> None:
    content = (FIXTURES / name).read_bytes()
    for broken in (content[:place] + noise + content[place + 40 :], content[:place]):
        for read in (mail.extract, mhtml.page):
            with suppress(SourceError):
                read(broken)


# --- zips


def packed(*files: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as zipped:
        for name, content in files:
            zipped.writestr(name, content)
    return file.getvalue()


def named(found: list[Member]) -> dict[str, bytes | str]:
    assert len({name for name, _ in found}) == len(found)
    return {name: content if isinstance(content, bytes) else str(content) for name, content in found}


def members(content: bytes | Path) -> dict[str, bytes | str]:
    return named(list(archive.members(content)))


def test_files_come_in_the_order_of_names_without_the_hidden() -> None:
    hidden = [(name, b"x") for name in (".DS_Store", "a/.git/config", "__MACOSX/._b.txt", "empty/")]
    found = members(packed(("b.txt", b"B"), ("./a/c.txt", b"C"), *hidden))
    assert list(found.items()) == [("a/c.txt", b"C"), ("b.txt", b"B")]


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("マルン港.txt", "cp932"),
        ("港の報告.txt", "cp932"),
        ("Порт.txt", "cp866"),
        ("Письмо мэра.txt", "cp866"),
        ("Brücke.txt", "cp437"),
        ("Été à Brévan.txt", "cp437"),
        ("résumé (2).txt", "cp437"),
        ("桥梁报告.txt", "gb18030"),
        ("Fähre.txt", "utf-8"),
    ],
)
def test_names_in_old_code_pages_are_read(name: str, page: str) -> None:
    raw = name.encode(page)
    stored = packed(("x" * len(raw), b"The pier is open.")).replace(b"x" * len(raw), raw)
    assert list(members(stored)) == [name]


def test_a_zip_on_disk_is_read_as_one_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(packed(("a.txt", b"A")))
    assert members(path) == {"a.txt": b"A"}


@pytest.mark.parametrize("name", ["/etc/a.txt", "../a.txt", "a/../../b.txt", "a\\b.txt", "C:a.txt", "c:/a.txt", "a/.."])
def test_names_that_lead_out_are_refused(name: str) -> None:
    found = members(packed((name, b"x"), ("good.txt", b"x")))
    assert found.pop("good.txt") == b"x"
    assert ["points outside the zip" in str(reason) for reason in found.values()] == [True]


def test_links_passwords_and_odd_packing_are_refused_with_their_reason() -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert "a link" in str(members(packed((link, b"/etc/passwd")))["link"])
    assert "unsupported compression" in str(members(packed(("a.txt", b"x"), method=zipfile.ZIP_BZIP2))["a.txt"])
    locked = bytearray(packed(("a.txt", b"x")))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert "password" in str(members(bytes(locked))["a.txt"])


def test_names_are_decoded_and_made_harmless() -> None:
    utf8_unsaid = packed(("\u2500\u0161.txt", b"x")).replace("─š".encode(), "Åål".encode()[:5])
    assert members(packed(("Ål.txt", b"x"), ("a\x1b[31m\u202etxt.b", b"y"))) == {
        "Ål.txt": b"x",
        "a\ufffd[31m\ufffdtxt.b": b"y",
    }
    assert len(members(utf8_unsaid)) == 1
    plain = packed(("Xxl.txt", b"x"))
    assert members(plain.replace(b"Xxl", "Ål".encode())) == {"Ål.txt": b"x"}
    assert members(plain.replace(b"Xxl", b"\x8fxl")) == {"Åxl.txt": b"x"}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_files_of_one_name_are_told_apart() -> None:
    found = members(
        packed(("a.txt", b"1"), ("a.txt", b"2"), ("a (2).txt", b"3"), ("a.txt", b"4"), ("b", b""), ("b", b""))
    )
    assert found == {"a (2).txt": b"3", "a.txt": b"1", "a (3).txt": b"2", "a (4).txt": b"4", "b": b"", "b (2)": b""}


def test_a_zip_in_a_zip_is_opened_and_one_deeper_is_not() -> None:
    inner = packed(
        ("a.txt", b"A"), ("deep.zip", packed(("b.txt", b"B"))), ("docx", packed(("[Content_Types].xml", b"x")))
    )
    found = members(packed(("in.zip", inner), ("bad.zip", b"PK\x03\x04 broken"), ("none.zip", packed())))
    assert found["in.zip/a.txt"] == b"A"
    assert "zip in a zip in a zip" in str(found["in.zip/deep.zip"])
    assert isinstance(found["in.zip/docx"], bytes)
    assert "damaged" in str(found["bad.zip"])
    assert "no files" in str(found["none.zip"])


def test_a_bomb_is_refused_while_it_inflates() -> None:
    found = members(packed(("bomb.txt", b"\x00" * 12_000_000), ("good.txt", b"A")))
    assert "200 times" in str(found["bomb.txt"])
    assert found["good.txt"] == b"A"


def test_a_declared_size_that_lies_unpacks_no_more_than_it_says() -> None:
    bomb = bytearray(packed(("bomb.txt", b"\x00" * 12_000_000)))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = bomb.index(mark) + offset
        bomb[place : place + 4] = struct.pack("<I", 10)
    assert "damaged" in str(members(bytes(bomb))["bomb.txt"])


@pytest.mark.parametrize(
    ("bound", "value", "read", "reason"),
    [
        ("LARGEST_BYTES", 1000, 0, "larger than"),
        ("MOST_BYTES", 5000, 2, "unpacks to more"),
        ("MOST_FILES", 3, 3, "more than"),
    ],
)
def test_bounds_end_the_reading_with_one_line(
    bound: str, value: int, read: int, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, bound, value)
    found = list(members(packed(*((f"{n}.txt", b"x" * 2000) for n in range(5)))).values())
    assert [isinstance(content, bytes) for content in found[:read]] == [True] * read
    assert reason in str(found[read])
    assert len(found) == (5 if bound == "LARGEST_BYTES" else read + 1)


def test_bounds_count_what_nested_zips_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_FILES", 4)
    inner = packed(*((f"{n}.txt", b"x") for n in range(3)))
    found = members(packed(("a.zip", inner), ("b.zip", inner)))
    assert list(found) == ["a.zip/0.txt", "a.zip/1.txt", "a.zip/2.txt", "b.zip"]
    assert "more than 4 files" in str(found["b.zip"])


@pytest.mark.parametrize("make", [lambda: b"", lambda: b"no zip", lambda: packed(("a", b"x"))[:-5], packed])
def test_what_is_no_zip_is_refused(make: Callable[[], bytes]) -> None:
    with pytest.raises(SourceError, match=r"not a zip|no files"):
        list(archive.members(make()))


def test_a_zip_that_lists_very_many_files_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_MOST_ENTRIES", 5)
    with pytest.raises(SourceError, match="split it"):
        list(archive.members(packed(*((str(n), b"x") for n in range(6)))))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=8))
def test_broken_zips_are_read_or_refused(noise: list[tuple[int, int]]) -> None:
    inner = packed(("c.txt", base64.b64encode(bytes(range(200)))))
    broken = bytearray(packed(("a.txt", LONG.encode()), ("b.zip", inner), ("mimetype", b"text")))
    for place, byte in noise:
        broken[place % len(broken)] = byte
    try:
        found = list(archive.members(bytes(broken)))
    except SourceError:
        return
    assert all(isinstance(content, bytes | SourceError) for _, content in found)
