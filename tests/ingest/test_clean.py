"""Cleaning a column: values in the field's type, raw text where that cannot be, once for each distinct text."""

from datetime import date, datetime
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xrm_lake.ingest.clean import Cleaner, cleaner, doubts, typed
from xrm_lake.model.entity_type import Field
from xrm_lake.model.kinds import DEFAULTS, KINDS, physical

TEXTS = st.lists(
    st.one_of(st.none(), st.text(max_size=12), st.sampled_from(["1,5", "2017-03-01", "yes", "a@b.de", "12"])),
    max_size=30,
)


def texts(*values: str | None) -> pl.Series:
    return pl.Series(values, dtype=pl.String)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@settings(deadline=None)
@given(values=TEXTS)
def test_every_text_becomes_a_value_or_is_told_to_be_unreadable(kind, values):
    read = Cleaner(Field("f", "F", kind.name), DEFAULTS, {}).clean(texts(*values))

    assert len(read.values) == len(values)
    if physical(kind) == "varchar":
        assert read.unread is None
    elif read.unread is not None:
        assert not (read.unread & read.values.is_not_null()).any()


@settings(deadline=None)
@given(values=TEXTS)
def test_reading_each_text_once_gives_what_reading_all_gives(values):
    field = Cleaner(Field("f", "F", "number"), DEFAULTS, {})

    many = field.clean(texts(*values * 5))

    assert many.values.to_list() == field.clean(texts(*values)).values.to_list() * 5


@pytest.mark.parametrize(
    ("duck_type", "text", "value"),
    [
        ("date", "2017-03-01", date(2017, 3, 1)),
        ("timestamp", "2017-03-01 10:00:00", datetime.fromisoformat("2017-03-01T10:00")),
        ("decimal(18,2)", "1234.50", Decimal("1234.50")),
        ("boolean", "true", True),
        ("bigint", "12", 12),
        ("double", "1.5", 1.5),
        ("varchar[]", '["a","b"]', ["a", "b"]),
        ("varchar", "a", "a"),
    ],
)
def test_canonical_text_is_cast_to_the_columns_type(duck_type, text, value):
    assert typed(texts(text, None), duck_type).to_list() == [value, None]


def test_the_whole_column_tells_how_a_value_is_written(tmp_path):
    staged = tmp_path / "staged.parquet"
    pl.DataFrame({"c0": ["03/04/2017", "25/04/2017"]}).write_parquet(staged)

    read = cleaner(Field("day", "Day", "date"), staged, "c0", given={})

    assert read.clean(texts("03/04/2017")).values.to_list() == [date(2017, 4, 3)]


def test_what_is_given_beforehand_counts_more_than_what_the_column_tells(tmp_path):
    staged = tmp_path / "staged.parquet"
    pl.DataFrame({"c0": ["03/04/2017"]}).write_parquet(staged)

    read = cleaner(Field("day", "Day", "date"), staged, "c0", given={"order": "dmy"})

    assert read.clean(texts("03/04/2017")).values.to_list() == [date(2017, 4, 3)]


def test_a_choice_takes_the_spelling_of_its_declaration_and_others_stay():
    read = Cleaner(Field("stage", "Stage", "choice"), DEFAULTS, {"won": "Won"}).clean(texts("WON", "Musing", None))

    assert read.values.to_list() == ["Won", "Musing", None]


def test_a_column_that_leaves_its_dates_open_says_so():
    assert doubts("Close date", "date", {"order": "ambiguous", "undecided": 3})
    assert doubts("Close date", "date", {"order": "dmy", "undecided": 3}) == []
