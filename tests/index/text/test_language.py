"""Languages are told from a text, or left unknown."""

import pytest

from index.text.language import language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The harbour board said on Monday that the pier at Marn will open again in May.", "en"),
        ("Der Hafenrat teilte am Montag mit, dass die Brücke in Marn im Mai wieder öffnet.", "de"),
        ("Le conseil du port a annoncé lundi que la jetée de Marn rouvrirait au mois de mai.", "fr"),
        ("La junta del puerto anunció el lunes que el muelle de Marn volverá a abrir en mayo.", "es"),
        ("Il consiglio del porto ha annunciato lunedì che il molo di Marn riaprirà a maggio.", "it"),
        ("Совет порта сообщил в понедельник, что пирс в Марне снова откроется в мае.", "ru"),
        ("قال مجلس الميناء يوم الاثنين إن رصيف مارن سيفتح أبوابه مرة أخرى في شهر مايو.", "ar"),
        ("港务局星期一说，码头将于五月重新开放，居民可以再次乘坐渡轮前往对岸。", "zh"),
        ("港湾局は月曜日、桟橋が五月に再び開くと発表しました。", "ja"),
    ],
)
def test_the_language_is_told(text: str, code: str) -> None:
    assert language(text) == code


@pytest.mark.parametrize(
    "text", ["", "Pier shut.", "12.4 | 13.9 | 18.0 | 2024-03-03 | 99 | 100", "asdkjh qweoiu zmxncb qpwoei lkjasd"]
)
def test_what_tells_no_language_is_unknown(text: str) -> None:
    assert language(text) is None


def test_only_the_start_is_read() -> None:
    assert language("The pier at Marn is open again after two years of work. " * 40 + "Мост закрыт. " * 9000) == "en"


def test_broken_characters_are_no_trouble() -> None:
    assert language("The pier at Marn is open \ud800 again \x00 after two years of work.") == "en"
