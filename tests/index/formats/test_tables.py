"""Exports in tables: every row an article or a reason, columns known by their names, text as it was given."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import SourceError
from index.formats import tables
from index.formats.tables import columns, mapping, rows, shown
from index.item import Item

FIXTURES = Path(__file__).parents[2] / "fixtures"
FILES = [
    "csv/hafen_excel.csv",
    "csv/cms_dump.csv",
    "jsonl/news_service.jsonl",
    "jsonl/array.json",
    "jsonl/plain_rows.jsonl",
]
FACTS = ("title", "author", "source", "published", "updated", "language")


def table(content: str | bytes, kind: str) -> list[Item]:
    return list(rows(content.encode() if isinstance(content, str) else content, kind))


def articles(content: str | bytes, kind: str) -> list[Item]:
    return [row for row in table(content, kind) if not row.reason]


def only(content: str | bytes, kind: str = "csv") -> Item:
    (row,) = table(content, kind)
    assert not row.reason, row.reason
    return row


def lines(*given: Any) -> str:
    return "\n".join(json.dumps(row) for row in given)


@pytest.mark.parametrize("name", FILES)
def test_real_exports_come_in_whole(name: str) -> None:
    found = articles((FIXTURES / name).read_bytes(), name.split("/")[0])
    expected = json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))
    assert len(found) == len(expected)
    for article, wanted in zip(found, expected, strict=True):
        assert article.text.strip().split("\n\n") == wanted["kept"]
        assert {fact: getattr(article, fact) for fact in FACTS if fact in wanted} == {
            fact: wanted[fact] for fact in FACTS if fact in wanted
        }
        assert not [words for words in wanted["boilerplate"] if words in article.text]


@pytest.mark.parametrize(
    ("names", "read"),
    [
        ("id title text url", {"id": "id", "title": "title", "text": "text", "url": "url"}),
        ("Headline article_text permalink byline", {"title": "Headline", "text": "article_text", "url": "permalink"}),
        ("webTitle bodyText webUrl webPublicationDate", {"title": "webTitle", "text": "bodyText", "url": "webUrl"}),
        ("outlet publishedAt modified lang", {"source": "outlet", "published": "publishedAt", "updated": "modified"}),
        ("publication pub_date", {"source": "publication", "published": "pub_date"}),
        ("Publication_Date created", {"published": "Publication_Date"}),
        ("headline summary", {"title": "headline", "text": "summary"}),
        ("headline summary content", {"text": "content"}),
        ("content text", {"text": "text"}),
        ("colour weight", {}),
    ],
)
def test_columns_are_known_by_their_names(names: str, read: dict[str, str]) -> None:
    found = mapping(names.split(), [])
    assert {field: found.get(field) for field in read} == read
    assert read or not found


def test_of_several_texts_the_longest_is_read() -> None:
    assert mapping(["content", "body"], [{"content": "Cut …", "body": "The whole of it."}])["text"] == "body"


def test_a_summary_is_the_text_only_where_nothing_else_is() -> None:
    summary = "A long summary of the pier and all of its forty piles."
    assert mapping(["summary", "body"], [{"summary": summary, "body": "Short."}])["text"] == "body"
    assert mapping(["summary", "body"], [{"summary": summary, "body": ""}])["text"] == "summary"


def test_a_long_column_of_unknown_name_is_the_text() -> None:
    assert mapping(["titel", "artikel"], [{"titel": "Pier", "artikel": "The pier. " * 40}])["text"] == "artikel"


def test_the_columns_are_shown_in_one_line() -> None:
    assert shown({"text": "body\n2", "title": "headline"}) == "columns read: title = headline, text = body 2"
    assert shown(columns(b"headline,body\na,b\n", "csv")) == "columns read: title = headline, text = body"


@pytest.mark.parametrize("delimiter", list(",;\t|"))
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_any_dialect_is_read(delimiter: str, line_end: str, encoding: str) -> None:
    cells = [["headline", "body", "date"], ["Pier, shut; a|b", '"One" – it\'s\n\ntwo; three, four', "2024-03-03"]]
    quoted = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in cells]
    article = only("\n".join([*quoted, ""]).replace("\n", line_end).encode(encoding))
    assert (article.title, article.text, article.published) == (cells[1][0], cells[1][1], "2024-03-03")


def test_rows_of_csv_are_numbered_by_their_first_line() -> None:
    found = table('id,text\n\n1,"a\nb"\n2,c\n', "csv")
    assert [(row.row, row.id) for row in found] == [(3, "1"), (5, "2")]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("2,,x", 'no "text"'),
        ("2", 'no "text"'),
        ("2,a,b,c", "4 cells under 3 columns"),
        ('2,"a" b,c', "quotation mark"),
        ("1,again,c", "its id 1 was given in line 2 already"),
        ("2,First.,c", ""),
        ("2,<p> </p><p></p>,c", 'no "text"'),
    ],
)
def test_a_bad_row_of_csv_is_told_and_the_others_come_in(row: str, told: str) -> None:
    found = table(f"id,text,title\n1,First.,a\n{row}\n9,Last.,b\n", "csv")
    assert [entry.row for entry in found] == [2, 3, 4]
    assert told in (found[1].reason or "")
    assert [entry.id for entry in found if not entry.reason][-1] == "9"


def test_an_unclosed_quotation_mark_joins_no_rows() -> None:
    found = table('id,text\n1,"One\n2,"Two"\n3,Three\n4,"Four\nFive', "csv")
    assert [entry.text for entry in found if not entry.reason] == ["Three"]
    assert [entry.row for entry in found if "lines" in (entry.reason or "")] == [2, 5]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"id,text\n", "no rows"),
        (b"colour,weight\nred,2\n", 'none of its columns (colour, weight) holds article text: name one "text"'),
        (b'"id,text\n1,a\n', "first line"),
        (b"a," * 2000 + b"text\n1,2\n", "columns"),
        (b"\x7fELF\x02\x01\x01\x00" * 40, "binary"),
    ],
)
def test_what_is_no_table_is_told(content: bytes, told: str) -> None:
    with pytest.raises(SourceError) as caught:
        table(content, "csv")
    assert told in str(caught.value)


def test_a_nul_in_a_field_stops_nothing() -> None:
    assert only(b"id,text\n1," + b"The pier is open. " * 9 + b"\x00 It shuts.\n").text.endswith("\ufffd It shuts.")


def test_a_field_longer_than_the_usual_limit_is_read_whole() -> None:
    text = "The pier is open. " * 20_000
    assert only(f"id,text\n1,{text}\n").text == text


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("jsonl", '{"text": "a"}\n{"text": "LONG"}\n{"text": "b"}\n'),
        ("csv", "id,text\n1,a\n2,LONG\n3,b\n"),
        ("csv", 'id,text\n1,a\n2,"LONG"\n3,b\n'),
    ],
)
def test_a_row_that_is_too_long_is_told(kind: str, content: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_LONGEST", 1000)
    found = table(content.replace("LONG", "x" * 2000), kind)
    assert [entry.text for entry in found if not entry.reason] == ["a", "b"]
    assert found[1].reason == "it is longer than 20 MB"


def test_an_array_is_read_in_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    given = [{"id": str(number), "text": f"[Pier] {number}, " * 9} for number in range(99)]
    monkeypatch.setattr(tables, "_LONGEST", 400)
    monkeypatch.setattr(tables, "_WINDOW", 100)
    assert [row.id for row in table(json.dumps(given, indent=1), "jsonl")] == [row["id"] for row in given]
    found = table(json.dumps([*given[:9], {"text": "x" * 500}, *given[9:]]), "jsonl")
    assert [row.row for row in found if not row.reason] == list(range(1, 10))
    assert "nothing after it is read" in str(found[-1].reason)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('[{"text": "a"}, 3, {"text": "b"}]', "not a JSON object"),
        ('[{"text": "a"}, {"text": "b"}, {"text": "cut', "not valid JSON"),
        ('[{"text": "a"}, {"text": "b"}] and more', "follows the end"),
        ('[{"id": 1, "text": "a"}, {"text": "b"}, {"id": 1, "text": "c"}]', "given in record 1 already"),
    ],
)
def test_what_is_wrong_in_an_array_is_told_and_the_others_come_in(content: str, told: str) -> None:
    found = table(content, "jsonl")
    assert [entry.text for entry in found if not entry.reason] == ["a", "b"]
    assert [entry.reason for entry in found if told in (entry.reason or "")]


def test_rows_with_nulls_two_authors_no_tags_and_a_long_summary() -> None:
    long = "The gauge stood at twenty. " * 300
    given = [
        {"id": "1", "text": "One. " * 9, "author": None},
        {"id": "2", "text": "Two. " * 9, "author": ["Ana Pell", "Tom Rusk"]},
        {"id": "3", "text": "Three. " * 9, "tags": []},
        {"id": "4", "text": "Four. " * 9, "summary": long},
    ]
    found = articles(lines(*given), "jsonl")
    assert [article.text for article in found] == [row["text"] for row in given]
    assert [article.author for article in found] == [None, "Ana Pell, Tom Rusk", None, None]


@pytest.mark.parametrize(
    ("author", "told"),
    [
        ({"name": "Ana Pell"}, "Ana Pell"),
        ([{"name": "Ana Pell"}, {"name": "Tom Rusk"}], "Ana Pell, Tom Rusk"),
        (["Ana Pell", None, ""], "Ana Pell"),
        ("['Ana Pell', \"Moira O'Dell\"]", "Ana Pell, Moira O'Dell"),
        ("[not a list", "[not a list"),
        ("[staff]", "[staff]"),
        ([], None),
        ({"id": 4}, None),
        ([[["Ana"]]], None),
    ],
)
def test_authors_are_read_however_they_are_nested(author: object, told: str | None) -> None:
    assert only(lines({"text": "The pier.", "author": author}), "jsonl").author == told


@pytest.mark.parametrize(
    ("date", "told"),
    [
        (1709424000, "2024-03-03T00:00:00+00:00"),
        (1709424000000, "2024-03-03T00:00:00+00:00"),
        ("1709424000.0", "2024-03-03T00:00:00+00:00"),
        ({"$date": "2024-03-03"}, "2024-03-03"),
        (2024, "2024"),
        ("soon", None),
        ("9" * 5000, None),
    ],
)
def test_dates_of_machines_are_dates(date: object, told: str | None) -> None:
    assert only(lines({"text": "The pier.", "created": date}), "jsonl").published == told


def test_every_fact_says_which_column_it_is_from() -> None:
    article = only("headline,body,byline,pub_date\nPier,It is open.,Ana Pell,2024-03-03\n")
    assert article.found_in == {"title": "column headline", "author": "column byline", "published": "column pub_date"}
    assert (article.parser, article.charset) == ("csv", "utf-8")


@pytest.mark.parametrize("text", ["  One.  \r\n\r\n Two.\x00 ", "<p>One</p><p>Two</p>", "© 2024\n\nShare this"])
def test_the_field_text_of_json_is_kept_to_the_byte(text: str) -> None:
    assert only(lines({"text": text}), "jsonl").text == text


def test_csv_text_is_kept_but_for_line_ends() -> None:
    assert only('id,text\r\n1,"  One. \r\n\r\n© 2024 "\r\n').text == "  One. \n\n© 2024 "


def test_html_becomes_plain_text_and_is_told() -> None:
    html = "Lead<p>One <b>b</b>,<br>two</p><ul><li>x<li>y</ul><table><tr><th>a<th>b<tr><td>1<td>2</table>"
    article = only(lines({"body": f"{html}<script>s()</script><p>&lt;end&gt;</p>"}), "jsonl")
    assert article.text == "Lead\n\nOne b,\ntwo\n\n- x\n- y\n\na | b\n1 | 2\n\n<end>"
    assert article.warnings == ("its HTML was turned into plain text",)


def test_text_that_only_writes_of_a_tag_is_left_alone() -> None:
    text = "Close every <p> with </p>, the guide says; <name withheld> agreed."
    assert (only(lines({"body": text}), "jsonl").text, only(lines({"body": text}), "jsonl").warnings) == (text, ())


def test_deep_nesting_is_no_trouble() -> None:
    deep = "[" * 100_000
    nested = "[" * 500 + "]" * 500
    found = table(f'{{"text": "a"}}\n{deep}\n{{"text": "b", "author": {nested}}}\n[{deep}', "jsonl")
    assert [entry.text for entry in found if not entry.reason] == ["a", "b"]


def test_broken_bytes_of_one_row_spoil_no_other() -> None:
    found = table('{"text": "café"}\n'.encode() + b'{"text": "a\xff"}\n{"text": "b"}\n', "jsonl")
    assert [entry.text for entry in found if not entry.reason] == ["café", "a\ufffd", "b"]
    assert found[1].warnings == ("1 of its characters are broken: they stand as \ufffd",)


@given(
    st.binary(max_size=300) | st.text('abc,;\t"\n\r{}[]:<p>/', max_size=200).map(str.encode),
    st.sampled_from(["csv", "jsonl"]),
)
def test_any_bytes_give_rows_or_a_reason(content: bytes, kind: str) -> None:
    for start in (b"", b"id,text\n", b"[{"):
        with suppress(SourceError):
            for row in rows(start + content, kind):
                assert bool(row.text) != bool(row.reason)


def test_half_a_surrogate_pair_costs_that_character_alone() -> None:
    row = only(
        '{"headline": "Emoji \\ud83e\\udd2f", "bodyText": "A half pair \\ud83e here. The mayor is Dag Ruud."}', "jsonl"
    )
    assert (row.title, row.text) == ("Emoji \U0001f92f", "A half pair \ufffd here. The mayor is Dag Ruud.")
    assert row.warnings == ("1 of its characters are broken: they stand as \ufffd",)


@pytest.mark.parametrize("charset", ["cp1252", "utf-16-le"])
def test_the_encoding_of_a_table_is_guessed_from_all_its_rows_and_told_once(charset: str) -> None:
    rows_ = [
        "title,body,date",
        "Åse wins,Åse Sjöö won the cup in Malmö on Sunday – her third.,2024-03-05",
        "Café,“Shut”,",
    ]
    found = table("\r\n".join(rows_).encode(charset), "csv")
    assert [row.title for row in found] == ["Åse wins", "Café"]
    assert [len(row.warnings) for row in found] == [1, 0]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("Titel;Inhalt;Datum;Autor;Link", "de"),
        ("Titre;Contenu;Date;Auteur;Lien", "fr"),
        ("Título;Contenido;Fecha;Autor;Enlace", "es"),
        ("Titolo;Testo;Data;Autore;Indirizzo", "it"),
        ("Titel;Tekst;Datum;Schrijver;Adres", "nl"),
        ("Rubrik;Brödtext;Datum;Författare;Länk", "sv"),
        ("Tytuł;Treść;Data;Autor;Adres", "pl"),
        ("Заголовок;Текст;Дата;Автор;Ссылка", "ru"),
        ("タイトル;本文;日付;著者;リンク", "ja"),
        ("标题;正文;日期;作者;链接", "zh"),
        ("제목;본문;날짜;기자;링크", "ko"),
        ("Αα;Ββ;Γγ;Autor;Δδ", "unknown names, known by their cells"),
    ],
)
def test_columns_are_known_by_their_names_in_other_languages(header: str, language: str) -> None:
    row = only(
        f"{header}\nPier;The pier of Marn is open. It cost 6,50 crowns a head.;15.09.2024;Ana Rusk;https://m.example/a\n"
    )
    assert row.text.startswith("The pier of Marn"), language
    assert (row.published, row.author, row.url) == ("2024-09-15", "Ana Rusk", "https://m.example/a")


def test_an_address_that_holds_the_delimiter_stays_whole() -> None:
    assert (
        only("Titel;Inhalt;Link\nPier;The pier is open.;https://m.example/a?x=1;2\n").url == "https://m.example/a?x=1;2"
    )


def test_a_name_in_two_fields_is_one() -> None:
    byline = [{"firstName": "Ana", "lastName": "Rusk"}, {"given_name": "Bo", "family_name": "Tang"}]
    assert only(lines({"text": "The pier is open.", "byline": byline}), "jsonl").author == "Ana Rusk, Bo Tang"
    assert only("Vorname,Nachname,Inhalt\nAna,Rusk,The pier is open.\n").author == "Ana Rusk"


@pytest.mark.parametrize(
    ("dates", "read"),
    [
        (["05/03/2024", "25/03/2024"], ["2024-03-05", "2024-03-25"]),
        (["05/03/2024", "03/25/2024"], ["2024-05-03", "2024-03-25"]),
        (["05/03/2024", "06/03/2024"], [None, None]),
        (["25/03/2024", "03/25/2024", "05/03/2024"], ["2024-03-25", "2024-03-25", None]),
        (["05.03.2024", "2024年6月18日"], ["2024-03-05", "2024-06-18"]),
    ],
)
def test_dates_with_slashes_are_read_as_the_rest_of_their_column(dates: list[str], read: list[str | None]) -> None:
    rows_ = [{"text": f"The pier {number} is open.", "date": date} for number, date in enumerate(dates)]
    assert [row.published for row in table(lines(*rows_), "jsonl")] == read


def test_dates_with_slashes_are_read_by_the_language_of_their_row() -> None:
    given = (
        "text,date,lang\nDer Steg ist auf.,05/03/2024,de\nThe pier is up.,05/03/2024,en-US\nIt is up.,05/03/2024,en\n"
    )
    assert [row.published for row in table(given, "csv")] == ["2024-03-05", "2024-05-03", None]
