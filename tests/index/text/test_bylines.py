"""Who a byline names: writers, not photographers, without places, titles and agencies, in several languages."""

import pytest

from index.text.authors import authors
from index.text.bylines import byline

BOTH = ["Ida Brask", "Tor Velm"]
BYLINES = [
    ("By Ida Brask in Orrin and Tor Velm in Sund", BOTH),
    ("By Ida Brask in Port Orrin, Tor Velm in Sund and Greta Moll", [*BOTH, "Greta Moll"]),
    ("By Ida Brask and Tor Velm in Sund", BOTH),
    ("By Ida Brask, Tor Velm", BOTH),
    ("By IDA BRASK & TOR VELM", BOTH),
    ("By Ida Brask, Health Editor, and Tor Velm, Political Correspondent", BOTH),
    ("By Ida Brask of the Sull Echo", ["Ida Brask"]),
    ("By Ida Brask for the Sull Echo and Tor Velm", BOTH),
    ("Words: Ida Brask, Photographs: Tor Velm", ["Ida Brask"]),
    ("Words: Ida Brask. Photographs: Tor Velm", ["Ida Brask"]),
    ("Photographs: Tor Velm. Words: Ida Brask", ["Ida Brask"]),
    ("Photographs by Tor Velm, words by Ida Brask", ["Ida Brask"]),
    ("Words by Ida Brask; pictures by Tor Velm", ["Ida Brask"]),
    ("By Ida Brask, photographs by Tor Velm", ["Ida Brask"]),
    ("By Ida Brask and photographer Tor Velm", ["Ida Brask"]),
    ("By Ida Brask (words) and Tor Velm (photos)", ["Ida Brask"]),
    ("Text: Ida Brask, Foto: Tor Velm", ["Ida Brask"]),
    ("Text: Ida Brask und Greta Moll, Fotos: Tor Velm", ["Ida Brask", "Greta Moll"]),
    ("Von Ida Brask, Sund, und Tor Velm, Orrin", BOTH),
    ("Von Ida Brask (Text) und Tor Velm (Fotos)", ["Ida Brask"]),
    ("Von Tor Velm (Fotos) und Ida Brask (Text)", ["Ida Brask"]),
    ("Par Ida Brask à Sund et Tor Velm à Orrin", BOTH),
    ("Texte : Ida Brask, photos : Tor Velm", ["Ida Brask"]),
    ("Por Ida Brask en Sund y Tor Velm en Orrin", BOTH),
    ("Texto: Ida Brask / Fotos: Tor Velm", ["Ida Brask"]),
    ("Di Ida Brask e Tor Velm", BOTH),
    ("Door Ida Brask en Tor Velm", BOTH),
    ("Av Ida Brask og Tor Velm", BOTH),
    ("Av Ida Brask och Tor Velm", BOTH),
    ("Tekst: Ida Brask Foto: Tor Velm", ["Ida Brask"]),
    ("Автор: Вера Ладова", ["Вера Ладова"]),
    ("Текст: Вера Ладова, фото: Иван Рог", ["Вера Ладова"]),
    ("文・佐川みどり　写真・森健", ["佐川みどり"]),
    ("作者：林小雨", ["林小雨"]),
    ("글: 오세린 사진: 박민수", ["오세린"]),
    ("بقلم: ليلى قاسم", ["ليلى قاسم"]),
    ("מאת: נועה ברק", ["נועה ברק"]),
    ("By Sund the road was wet and the bus had lost a wheel.", []),
    ("By noon everybody in the village had left for the coast.", []),
    ("Photographs by Tor Velm", []),
    ("Photograph: Tor Velm/Sull Echo", []),
    ("Text messages from Ida Brask", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "names"), BYLINES)
def test_a_byline_names_its_writers(text: str, names: list[str]) -> None:
    assert byline(text) == names


@pytest.mark.parametrize(("given", "shown"), [
    ("By Ida Brask in Orrin and Tor Velm in Sund", "Ida Brask, Tor Velm"),
    ("Words: Ida Brask, Photographs: Tor Velm", "Ida Brask"),
    (["Ida Brask", "Tor Velm"], "Ida Brask, Tor Velm"),
    ("Ida Brask; Tor Velm", "Ida Brask, Tor Velm"),
    ("Sull Echo staff", "Sull Echo staff"),
    (None, None),
])  # fmt: skip
def test_a_field_may_hold_a_byline(given: object, shown: str | None) -> None:
    assert authors(given) == shown
