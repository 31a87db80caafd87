"""Dates as files hold them."""

import polars as pl
import pytest

from xrm_lake.model.kinds.date import Date

KIND = Date()


def read(text: str, **options: object) -> str | None:
    """The canonical date, or None where the text stays unread."""
    cleaned = KIND.clean(pl.Series([text]), options)
    return cleaned[0] if KIND.is_valid(cleaned)[0] else None


@pytest.mark.parametrize(
    "text",
    [
        "2017-03-01", "2017/03/01", "2017.03.01", "2017-3-1", "20170301", "1.3.2017", "01.03.2017", "1. 3. 2017", "1.3.17",
        "1 March 2017", "1st March 2017", "1 Mar 2017", "1-Mar-17", "1-Mar-2017", "Mar 1, 2017", "March 1st, 2017",
        "Mar. 1 2017", "Wed, 1 Mar 2017", "Wednesday, March 1, 2017", "1. März 2017", "Mittwoch, 1. März 2017", "1 mars 2017",
        "1er mars 2017", "1 de marzo de 2017", "1 de março de 2017", "1 marzo 2017", "1 maart 2017", "1 marca 2017",
        "1 марта 2017 г.", "2017. március 1.", "2017年3月1日", "2017년 3월 1일", "2017-W09-3", "2017W093", "42795", "42795.75",
        "2017-03-01T23:59:59Z", "2017-03-01 00:30:00+14:00", "01.03.2017 10:00", "March 1, 2017 10:00 PM", " 2017-03-01\u00a0",
    ],
)  # fmt: skip
def test_the_first_of_march_2017_in_many_hands(text: str) -> None:
    assert read(text) == "2017-03-01"


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("25/03/2017", None, "2017-03-25"),
        ("03/25/2017", None, "2017-03-25"),
        ("03/03/2017", None, "2017-03-03"),
        ("03/04/2017", None, None),
        ("03-04-2017", None, None),
        ("03.04.2017", None, "2017-04-03"),
        ("03/04/2017", "dmy", "2017-04-03"),
        ("03/04/2017", "mdy", "2017-03-04"),
        ("03/04/17", "ymd", "2003-04-17"),
        ("2017/03/04", "mdy", "2017-03-04"),
        ("03/04/2017", "ambiguous", "2017-03-04"),
        ("03-04-2017", "ambiguous", "2017-04-03"),
        ("03/04/2017", "mixed", None),
        ("25/04/2017", "mixed", "2017-04-25"),
        ("03/25/2017", "dmy", None),
        ("25/03/2017", "mdy", None),
    ],
)
def test_the_order_of_day_and_month(text: str, order: str | None, expected: str | None) -> None:
    assert read(text, order=order) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.1.49", "2049-01-01"),
        ("1.1.50", "1950-01-01"),
        ("1.1.99", "1999-01-01"),
        ("1 Jan '07", "2007-01-01"),
        ("2017-W09", "2017-02-27"),
        ("2016-W53", None),
        ("2015-W53-7", "2016-01-03"),
        ("2016-02-29", "2016-02-29"),
        ("2017-02-29", None),
        ("31.04.2017", None),
        ("2017-13-01", None),
        ("0000-00-00", None),
        ("2017", None),
        ("Mar 2017", None),
        ("1234", None),
        ("1.2.3", None),
        ("1/2/3/4", None),
        ("1/2.2017", None),
        # October in Croatian, November in Polish and Czech.
        ("1 listopad 2017", None),
        ("next Tuesday", None),
        ("#VALUE!", None),
    ],
)
def test_years_weeks_and_what_is_no_date(text: str, expected: str | None) -> None:
    assert read(text) == expected


def test_days_of_old_spreadsheets_for_the_mac_count_from_1904() -> None:
    assert read("41333", serial_epoch=1904) == "2017-03-01"


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (["03/04/2017", "25/04/2017"], {"order": "dmy", "undecided": 1}),
        (["03/04/2017", "04/25/2017"], {"order": "mdy", "undecided": 1}),
        (["03/04/2017", "05/06/2017"], {"order": "ambiguous", "undecided": 2}),
        (["03/04/2017", "25/04/2017", "04/25/2017"], {"order": "mixed", "undecided": 1}),
        (["25/04/2017"] * 99 + ["04/25/2017", "03/04/2017"], {"order": "dmy", "undecided": 1}),
        (["99/12/31", "01/02/03"], {"order": "ymd", "undecided": 1}),
        (["01.02.2017", "03.04.2017"], {"order": "dmy", "undecided": 2}),
        (["2017-03-01", "2017-04-03"], {}),
        (["1 March 2017"], {}),
        (["03/04/2017 10:00", "25/04/2017 11:00"], {"order": "dmy", "undecided": 1}),
        (["n/a", None, ""], {}),
    ],
)
def test_a_column_tells_its_order(column: list[str | None], expected: dict[str, object]) -> None:
    assert KIND.infer(pl.Series(column, dtype=pl.String)) == expected


def test_a_masked_date_shows_its_year() -> None:
    assert KIND.mask(pl.Series(["1980-05-17", "someday"])).to_list() == ["1980***", "***"]
