"""Dates in many scripts and orders: right, or unknown."""

import pytest

from index.text.dates import Order, date_order, iso_date, readings


@pytest.mark.parametrize(
    ("given", "order", "read"),
    [
        ("05.03.2024", None, "2024-03-05"),
        ("5.3.2024", None, "2024-03-05"),
        ("05. 03. 2024", None, "2024-03-05"),
        ("05.03.2024 14:30", None, "2024-03-05"),
        ("05.03.2024, 14:30 Uhr", None, "2024-03-05"),
        ("Dienstag, 05.03.2024", None, "2024-03-05"),
        ("Di 5.3.2024 um 9.15 Uhr", None, "2024-03-05"),
        ("25.12.2023", None, "2023-12-25"),
        ("31.02.2024", None, None),
        ("05/03/2024", None, None),
        ("05/03/2024", "day", "2024-03-05"),
        ("05/03/2024", "month", "2024-05-03"),
        ("25/03/2024", None, "2024-03-25"),
        ("03/25/2024", None, "2024-03-25"),
        ("3/5/2024", "month", "2024-03-05"),
        ("05-03-2024", None, None),
        ("05-03-2024", "day", "2024-03-05"),
        ("04/04/2024", None, "2024-04-04"),
        ("05/03/2024 10:15", "day", "2024-03-05"),
        ("Tue 03/05/2024", "month", "2024-03-05"),
        ("05/03/24", None, None),
        ("05/03/24", "day", None),
        ("2024/03/05", None, "2024-03-05"),
        ("2024.03.05", None, "2024-03-05"),
        ("2024. 3. 5.", None, "2024-03-05"),
        ("2024-3-5", None, "2024-03-05"),
        ("2024/03/05 10:00", None, "2024-03-05"),
        ("2024年6月18日", None, "2024-06-18"),
        ("2024年06月18日 10:30", None, "2024-06-18"),
        ("２０２４年６月１８日", None, "2024-06-18"),
        ("令和6年6月18日", None, "2024-06-18"),
        ("平成30年1月5日", None, "2018-01-05"),
        ("二〇二四年六月十八日", None, "2024-06-18"),
        ("2024년 6월 18일", None, "2024-06-18"),
        ("2024년6월18일", None, "2024-06-18"),
        ("18 июня 2024", None, "2024-06-18"),
        ("18 июня 2024 г.", None, "2024-06-18"),
        ("18 червня 2024", None, "2024-06-18"),
        ("18 juin 2024", None, "2024-06-18"),
        ("1er juillet 2024", None, "2024-07-01"),
        ("18 de junio de 2024", None, "2024-06-18"),
        ("18 de junho de 2024", None, "2024-06-18"),
        ("18. Juni 2024", None, "2024-06-18"),
        ("5. März 2024", None, "2024-03-05"),
        ("Dienstag, 5. März 2024", None, "2024-03-05"),
        ("18 giugno 2024", None, "2024-06-18"),
        ("18 juni 2024", None, "2024-06-18"),
        ("18 Haziran 2024", None, "2024-06-18"),
        ("18 czerwca 2024", None, "2024-06-18"),
        ("18. června 2024", None, "2024-06-18"),
        ("2024. június 18.", None, "2024-06-18"),
        ("18 Ιουνίου 2024", None, "2024-06-18"),
        ("١٨ يونيو ٢٠٢٤", None, "2024-06-18"),
        ("18 يونيو 2024", None, "2024-06-18"),
        ("18 ביוני 2024", None, "2024-06-18"),
        ("18 มิถุนายน 2567", None, "2024-06-18"),
        ("18 มิถุนายน 2024", None, "2024-06-18"),
        ("18 जून 2024", None, "2024-06-18"),
        ("१८ जून २०२४", None, "2024-06-18"),
        ("ngày 18 tháng 6 năm 2024", None, "2024-06-18"),
        ("18 tháng 6, 2024", None, "2024-06-18"),
        ("18. kesäkuuta 2024", None, "2024-06-18"),
        ("3 March 2024", None, "2024-03-03"),
        ("March 3, 2024", None, "2024-03-03"),
        ("Sunday, 3 March 2024", None, "2024-03-03"),
        ("Mar. 3, 2024", None, "2024-03-03"),
        ("3rd March 2024", None, "2024-03-03"),
        ("March 2024", None, None),
        ("yesterday", None, None),
        ("March", None, None),
        ("2024-13-45", None, None),
        ("12:30", None, None),
        ("1.2.3", None, None),
        ("192.168.1.2024", None, None),
        ("10/12", None, None),
        ("2024", None, "2024"),
        ("2024-03", None, "2024-03"),
        ("Sun, 03 Mar 2024 09:15:00 +0000", None, "2024-03-03T09:15:00+00:00"),
        ("2024-03-09T23:30:00-08:00", None, "2024-03-09T23:30:00-08:00"),
        ("20240305", None, "2024-03-05"),
        ("2024-03-05 10:00:00 UTC", None, "2024-03-05"),
        ("May 5 2024 10:00 AM", None, "2024-05-05"),
        ("05/Mar/2024", None, "2024-03-05"),
        ("05-Mar-2024", None, "2024-03-05"),
    ],
)
def test_dates_are_read_right_or_not_at_all(given: str, order: Order | None, read: str | None) -> None:
    found = iso_date(given, order)
    assert found == read or (found and read and found.startswith(f"{read}T"))


@pytest.mark.parametrize(
    ("locale", "neighbours", "order"),
    [
        ("de", [], "day"),
        ("pt-BR", [], "day"),
        ("en-GB", [], "day"),
        ("en_AU", [], "day"),
        ("en-US", [], "month"),
        ("en_US", ["25/03/2024"], "month"),
        ("en", [], None),
        ("en-CA", [], None),
        (None, [], None),
        (None, ["05/03/2024"], None),
        (None, ["05/03/2024", "on 25/03/2024 and later"], "day"),
        ("en", ["03/25/2024"], "month"),
        (None, ["25/03/2024", "03/25/2024"], None),
        (None, ["25.03.2024"], None),
    ],
)
def test_the_order_is_that_of_the_region_else_of_the_neighbours(
    locale: str | None, neighbours: list[str], order: Order | None
) -> None:
    assert date_order(locale, neighbours) == order


def test_what_may_mean_two_dates_is_known() -> None:
    assert readings("Open from 05/03/2024 to 25/03/2024, 04/04/2024, 6.7.2024") == {"2024-03-05", "2024-05-03"}
