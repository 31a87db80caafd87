"""Points in time as files hold them, all in UTC."""

import polars as pl
import pytest

from xrm_lake.model.kinds.datetime import Datetime

KIND = Datetime()


def read(text: str, **options: object) -> str | None:
    """The canonical point in time, or None where the text stays unread."""
    cleaned = KIND.clean(pl.Series([text]), options)
    return cleaned[0] if KIND.is_valid(cleaned)[0] else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2017-03-01 10:00:00", "2017-03-01 10:00:00"),
        ("2017-03-01T10:00:00", "2017-03-01 10:00:00"),
        ("2017-03-01T10:00:00Z", "2017-03-01 10:00:00"),
        ("2017-03-01T10:00:00.000Z", "2017-03-01 10:00:00"),
        ("2017-03-01T10:00:00.120Z", "2017-03-01 10:00:00.12"),
        ("2017-03-01T10:00:00.123456789Z", "2017-03-01 10:00:00.123456"),
        ("2017-03-01T12:00:00+02:00", "2017-03-01 10:00:00"),
        ("2017-03-01T12:00:00+0200", "2017-03-01 10:00:00"),
        ("2017-03-01T05:30:00-04:30", "2017-03-01 10:00:00"),
        ("2017-03-01 10:00", "2017-03-01 10:00:00"),
        ("2017-03-01 10:00:00 UTC", "2017-03-01 10:00:00"),
        ("1.3.2017 10:00", "2017-03-01 10:00:00"),
        ("01.03.2017, 10:00 Uhr", "2017-03-01 10:00:00"),
        ("25/3/2017 10:00 PM", "2017-03-25 22:00:00"),
        ("25/3/2017 12:05 a.m.", "2017-03-25 00:05:00"),
        ("25/3/2017 12:05 pm", "2017-03-25 12:05:00"),
        ("Mar 1, 2017 at 10:00 AM", "2017-03-01 10:00:00"),
        ("Wed, 1 Mar 2017 10:00:00 GMT", "2017-03-01 10:00:00"),
        ("2017-03-01", "2017-03-01 00:00:00"),
        ("42795.4166666667", "2017-03-01 10:00:00"),
        ("2017-03-01 24:00", "2017-03-02 00:00:00"),
        ("2017-03-01 25:00", None),
        ("2017-03-01 10:60", None),
        ("2017-03-01 13:00 PM", None),
        ("2017-02-30 10:00", None),
        ("03/04/2017 10:00", None),
        ("10:00", None),
        # An abbreviation such as CST names several zones.
        ("2017-03-01 10:00:00 CST", None),
    ],
)
def test_points_in_time(text: str, expected: str | None) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2017-03-01 10:00:00", "2017-03-01 09:00:00"),
        ("2017-07-01 10:00:00", "2017-07-01 08:00:00"),
        ("2017-07-01 10:00:00Z", "2017-07-01 10:00:00"),
        ("2017-03-01", "2017-02-28 23:00:00"),
        # Skipped in spring: as if the clocks had not been put forward. Shown twice in autumn: the first.
        ("2017-03-26 02:30:00", "2017-03-26 01:30:00"),
        ("2017-10-29 02:30:00", "2017-10-29 00:30:00"),
    ],
)
def test_clocks_of_a_zone(text: str, expected: str) -> None:
    assert read(text, zone="Europe/Berlin") == expected


def test_counts_from_1970_are_read_only_where_the_column_holds_them() -> None:
    column = pl.Series(["1488362400000", "1488362401500", "n/a"])

    assert KIND.infer(column) == {"epoch": "ms"}
    assert KIND.clean(column, KIND.infer(column)).to_list() == ["2017-03-01 10:00:00", "2017-03-01 10:00:01.5", "n/a"]
    assert read("1488362400", epoch="s") == "2017-03-01 10:00:00"
    assert read("1488362400") is None


def test_a_column_tells_its_order() -> None:
    column = pl.Series(["3/4/2017 10:00 AM", "3/25/2017 11:00 AM"])

    assert KIND.infer(column) == {"order": "mdy", "undecided": 1}
