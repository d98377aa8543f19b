"""Bytes to text: marks, declarations, UTF-8, and the likeliest of the older encodings."""

import codecs

import pytest

from index.errors import SourceError
from index.text.charset import Claims, codec, declared_in, decode
from tests.support.languages import text_of

WRITTEN_IN = {
    "cp1252": ("en", "de", "fr", "es"),
    "cp1250": ("pl", "cs", "hu"),
    "iso8859-2": ("pl", "cs", "hu"),
    "cp1251": ("ru",),
    "koi8-r": ("ru",),
    "cp866": ("ru",),
    "cp1253": ("el",),
    "cp1254": ("tr",),
    "cp1255": ("he",),
    "cp1256": ("ar",),
    "cp874": ("th",),
    "cp932": ("ja",),
    "euc-jp": ("ja",),
    "gb18030": ("zh",),
    "big5": ("zh-tw",),
    "cp949": ("ko",),
    "cp850": ("de",),
    "utf-16-le": ("en", "pl", "ru", "ar", "th", "ja", "zh", "ko"),
    "utf-16-be": ("en", "pl", "ru", "ar", "th", "ja", "zh", "ko"),
}


@pytest.mark.parametrize("length", [40, 80, 160, 400, 1000, 4000])
@pytest.mark.parametrize(("charset", "language"), [(name, one) for name, all_ in WRITTEN_IN.items() for one in all_])
def test_older_encodings_are_told_apart_and_the_guess_is_told(charset: str, language: str, length: int) -> None:
    content = text_of(language, length).encode(charset, "ignore")
    found = decode(content)
    assert found.text == content.decode(charset)
    assert all("guess" in warning and "--encoding" in warning for warning in found.warnings)
    assert len(found.warnings) == 1


@pytest.mark.parametrize("language", ["en", "de", "ru", "ja", "zh", "ar"])
@pytest.mark.parametrize("length", [1, 40, 4000])
def test_utf_8_is_no_guess(language: str, length: int) -> None:
    assert decode(text_of(language, length).encode()) == (text_of(language, length), "utf-8", ())


@pytest.mark.parametrize(
    ("mark", "charset"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
    ],
)
def test_a_mark_goes_before_what_is_declared_and_is_no_part_of_the_text(mark: bytes, charset: str) -> None:
    assert decode(mark + "Åse Sjöö".encode(charset), Claims(declared="koi8-r")) == ("Åse Sjöö", charset, ())


def test_what_is_declared_goes_before_the_likeliest() -> None:
    assert decode("пять крон".encode("koi8-r"), Claims(declared="KOI8-R"), ["cp1251"]) == ("пять крон", "koi8-r", ())
    assert decode("Café".encode("latin-1"), declared=["ISO-8859-1"]).text == "Café"
    assert decode("Ł".encode("iso-8859-2"), Claims(declared="nonsense"), ["iso-8859-2"]).charset == "iso8859-2"


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252", "utf-16", "gb2312"])
def test_a_declaration_that_the_bytes_refute_does_not_count(declared: str) -> None:
    assert decode("Åse Sjöö war in der Bucht.".encode(), declared=[declared]) == (
        "Åse Sjöö war in der Bucht.",
        "utf-8",
        (),
    )


def test_a_few_broken_bytes_do_not_refute_a_declaration_and_are_told() -> None:
    text, charset, warnings = decode(b"The ferry \xff sails. " + b"It is open. " * 20, declared=["utf-8"])
    assert (charset, text[:18]) == ("utf-8", "The ferry \ufffd sails.")
    assert warnings == ("1 of its characters are broken: they stand as \ufffd",)


def test_a_page_and_an_xml_file_declare_their_encoding() -> None:
    assert declared_in(b"<html><head><meta charset='koi8-r'>") == ["koi8-r"]
    assert declared_in(b'<meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS">') == ["Shift_JIS"]
    assert declared_in(b'<?xml version="1.0" encoding="windows-1251"?><rss>') == ["windows-1251"]
    assert declared_in(b"The charset=utf-8 is named in a sentence.") == []


def test_the_encoding_that_the_user_names_goes_before_all() -> None:
    content = "Åse Sjöö".encode()
    assert decode(content, Claims("cp437", "utf-8")).text == content.decode("cp437")
    assert decode("Åse".encode("cp1252"), Claims("Windows-1252")) == ("Åse", "cp1252", ())
    assert "2 of its characters" in decode("Åö".encode("cp1252"), Claims("utf-8")).warnings[0]


@pytest.mark.parametrize("name", ["nonsense", "hex", "rot13", "zip", "undefined", "", "\x00", "unicode_escape"])
def test_a_name_that_is_no_encoding_is_told_in_one_sentence(name: str) -> None:
    assert codec(name) is None
    if name:
        with pytest.raises(SourceError, match="no encoding that is known: name one such as utf-8"):
            decode(b"The ferry sails.", Claims(name))


@pytest.mark.parametrize(
    "content", [b"\x7fELF\x02\x01\x01\x00" * 40, b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" * 9, bytes(range(256)) * 9]
)
def test_binary_files_are_no_text(content: bytes) -> None:
    with pytest.raises(SourceError, match="binary"):
        decode(content)
