"""Maps a table's columns to fields: by name, in the languages of common exports, or else by content."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any

from index.text.dates import iso_date

_LONG_TEXT = 40  # characters; a column with an unknown name and cells of this average length may be the text

_SENTENCE = re.compile(r"[.!?。！？।؟…]|\s\S+\s\S+\s")

# Column names without case, accents, spaces and symbols, likeliest first; English, then other languages.
_NAMES = {
    "title": "title headline heading head subject name "
    "titel uberschrift schlagzeile betreff titre intitule titulo titular encabezado titolo kop rubrik overskrift "
    "otsikko tytul nadpis titulek nazev cim baslik заголовок название τιτλος タイトル 題名 件名 標題 标题 제목 "
    "العنوان כותרת",
    "text": "text body content fulltext maintext bodytext cleantext plaintext contenttext storytext story copy article "
    "post message passage transcript html bodyhtml contenthtml "
    "inhalt volltext artikeltext nachricht texte contenu corps texto contenido cuerpo conteudo corpo testo contenuto "
    "tekst inhoud brodtext innehall indhold innhold teksti sisalto tresc zawartosc obsah szoveg tartalom metin icerik "
    "текст содержание κειμενο 本文 内容 正文 內容 본문 내용 النص תוכן",
    "id": "id uid uuid guid key identifier oid kennung identifiant",
    "url": "url link permalink href canonicalurl sourceurl webaddress address uri "
    "adresse verweis lien enlace indirizzo lank lenke osoite adres odkaz ссылка "
    "σύνδεσμος リンク 链接 網址 링크 رابط קישור",
    "source": "source sourcename outlet publication publicationname publisher publishername newspaper paper journal "
    "sitename site media provider feed domain "
    "quelle zeitung medium herausgeber journal fuente periodico fonte giornale bron krant kalla tidning kilde avis "
    "lahde zrodlo gazeta zdroj forras kaynak источник издание πηγη 出典 媒体 来源 來源 출처 المصدر מקור",
    "author": "author authors authorname authornames byline writer writers reporter journalist creator by "
    "autor autorin autoren verfasser verfasserin von auteur redacteur autora autores autore schrijver forfattare "
    "forfatter kirjoittaja autorzy szerzo yazar автор авторы συγγραφεας 著者 作者 記者 기자 저자 المؤلف الكاتب מחבר",
    "published": "published date pubdate publishedat publishedon publisheddate publishdate publicationdate "
    "datepublished dateofpublication firstpublished issued created createdat createdon timestamp time "
    "datum erschienen veroffentlicht veroffentlichungsdatum erscheinungsdatum publie datedepublication fecha "
    "fechadepublicacion data datadipubblicazione datadepublicacao publicatiedatum publicerad dato udgivet julkaistu "
    "pvm datapublikacji tarih дата опубликовано ημερομηνια 日付 公開日 日期 发布日期 發布日期 날짜 작성일 "
    "التاريخ תאריך",
    "updated": "updated updatedat updatedon lastupdated dateupdated modified modifiedat lastmodified datemodified "
    "aktualisiert geandert misajour modifie actualizado modificado aggiornato gewijzigd uppdaterad opdateret "
    "aktualizacja zmieniono обновлено изменено 更新日 更新日期 修改日期 수정일",
    "language": "language lang languagecode "
    "sprache langue idioma lingua taal sprak jezyk jazyk nyelv dil язык 言語 语言 언어",
}
_SUMMARIES = (
    "summary abstract description standfirst excerpt snippet teaser lede zusammenfassung resume resumen riassunto "
    "samenvatting sammanfattning streszczenie"
).split()
_PREFIX = re.compile(r"^(?:article|artikel|post|story|news|document|doc|item|web)(?=.)")
_GIVEN_NAME = re.compile(r"(?:first|given|fore)name|vorname|prenom|nombre|nome|fornavn|fornamn|voornaam|imie|имя")
_FAMILY_NAME = re.compile(
    r"(?:last|family|sur)name|nachname|nom|apellidos?|cognome|etternavn|efternavn|achternaam|nazwisko|фамилия"
)


@cache
def _keys() -> Mapping[str, tuple[str, ...]]:
    return {field: tuple(_key(name) for name in names.split()) for field, names in _NAMES.items()}


def names_known(columns: Iterable[str]) -> int:
    """Return how many of the column names are known."""
    known = {*chain.from_iterable(_keys().values()), *_SUMMARIES}
    return len(known & {key for column in columns for key in (_key(column), _short_key(column))})


def shown(mapping: Mapping[str, str]) -> str:
    """Describe the columns read, in one line for the user."""
    pairs = [f"{field} = {' '.join(mapping[field].split())[:60]}" for field in _NAMES if field in mapping]
    return f"columns read: {', '.join(pairs) or 'none'}"


def mapping(columns: Sequence[str], samples: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
    """Return the column for each field (title, text, id, url and so on), by the names and a few rows."""
    named: dict[str, str] = {}
    for key in (_key, _short_key):
        for column in columns:
            named.setdefault(key(column), column)
    found: dict[str, str] = {}
    for field, names in _keys().items():
        left = [named[name] for name in names if name in named and named[name] not in found.values()]
        filled = [column for column in left if any(sample.get(column) for sample in samples)]
        best = _text_column(columns, named, samples) if field == "text" else next(iter(filled or left), None)
        if best is not None:
            found[field] = best
    return found | _by_cells([column for column in columns if column not in found.values()], samples, found)


def person(parts: Mapping[str, Any]) -> str | None:
    """Return the full name from a given and a family name in separate fields."""
    keyed = {_key(field): value for field, value in parts.items() if isinstance(value, str)}
    halves = [[value for key, value in keyed.items() if half.fullmatch(key)] for half in (_GIVEN_NAME, _FAMILY_NAME)]
    return " ".join(value.strip() for half in halves for value in half[:1]) if all(halves) else None


def _text_column(columns: Sequence[str], named: Mapping[str, str], samples: Sequence[Mapping[str, Any]]) -> str | None:
    length = {column: sum(len(_text(sample.get(column))) for sample in samples) for column in columns}
    bodies = [named[name] for name in _keys()["text"] if name in named]
    if bodies and _key(bodies[0]) == "text" and (length[bodies[0]] or not samples):
        return bodies[0]
    unknown = [column for column in columns if not names_known([column])]
    long = [column for column in unknown if length[column] >= _LONG_TEXT * len(samples) and _is_prose(column, samples)]
    summaries = [named[name] for name in _SUMMARIES if name in named]
    for group in (bodies, long, summaries):
        if any(length[column] for column in group):
            return max(group, key=lambda column: length[column])
    return next(iter(bodies + summaries), None)


def _is_prose(column: str, samples: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether cells contain sentences: words, or a script without spaces, not addresses, numbers or lists."""
    cells = [text for sample in samples if (text := _text(sample.get(column)).strip())]
    prose = [cell for cell in cells if "://" not in cell[:10] and _SENTENCE.search(cell)]
    return 2 * len(prose) > len(cells)


def _by_cells(columns: Sequence[str], samples: Sequence[Mapping[str, Any]], found: Mapping[str, str]) -> dict[str, str]:
    """Return the columns with unknown names whose cells show what they are: addresses or dates."""
    more: dict[str, str] = {}
    for column in (column for column in columns if not names_known([column])):
        cells = [text for sample in samples if (text := _text(sample.get(column)).strip())]
        for field, told in (("url", _is_address), ("published", _is_date)):
            if cells and field not in found and field not in more and all(map(told, cells[:5])):
                more[field] = column
    return more


def _is_address(cell: str) -> bool:
    return bool(re.fullmatch(r"https?://\S+", cell))


def _is_date(cell: str) -> bool:
    has_year = len(cell) < 40 and not cell.isdigit() and re.search(r"\d{4}", cell)
    return bool(has_year) and iso_date(cell, "day") is not None


def _key(column: str) -> str:
    bare = "".join(char for char in unicodedata.normalize("NFKD", column) if not unicodedata.combining(char))
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFC", bare)).lower().replace("ø", "o").replace("ł", "l")


def _short_key(column: str) -> str:
    return _PREFIX.sub("", _key(column))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
