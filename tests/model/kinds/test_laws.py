"""The laws that every kind keeps, tried with text of all sorts."""

import os

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xrm_lake.model.kinds import KINDS, Kind, clean_many, is_valid_many, physical
from xrm_lake.model.kinds.tidy import tidy

ALPHABETS = {
    "email": 'aBü1.@-_+"<> ;\\',
    "domain": "aBü1.@-/:w ",
    "url": "htps:/wW.aü1-?# @",
    "phone": "+0123456789() -/.x",
    "date": "0123456789/.- :TZMarchmäz,",
    "datetime": "0123456789/.- :TZ+amp,",
    "integer": "0123456789.,- '()e",
    "number": "0123456789.,- '()e",
    "money": "0123456789.,- '()€$EURk",
    "percent": "0123456789.,- %",
    "postal_code": "0123456789aDk -.",
    "choices": 'ab;|,"[]\\\n ',
    "street": "ab1 ,\n",
}
OPTIONS = (
    {},
    {"decimal": ","},
    {"order": "dmy"},
    {"order": "mdy"},
    {"order": "ymd"},
    {"order": "ambiguous"},
    {"order": "mixed"},
    {"zone": "America/New_York"},
    {"epoch": "s"},
    {"epoch": "ms", "serial_epoch": 1904},
    {"scale": "fraction"},
    {"region": "US"},
    {"region": "DE"},
    {"region": "AR"},
    {"signs": {"$": "CAD"}},
)
# Kinds that bring even an unreadable text into one form: one line, a list.
RESHAPING = {"street", "choices"}

# A long search now and then: EXAMPLES=500 pytest tests/model/kinds
QUICK = settings(
    max_examples=int(os.environ.get("EXAMPLES", "15")), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def columns(kind: Kind) -> st.SearchStrategy[list[str | None]]:
    alphabet = ALPHABETS.get(kind.name, "aB1 -.'")
    like_it = st.text(alphabet=alphabet, max_size=24)
    return st.lists(st.one_of(st.none(), like_it, like_it, st.text(max_size=12)), min_size=1, max_size=20)


def series(values: list[str | None]) -> pl.Series:
    return pl.Series("value", values, dtype=pl.String)


every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


@every_kind
@QUICK
@given(data=st.data())
def test_cleaning_twice_changes_nothing(kind: Kind, data: st.DataObject) -> None:
    once = kind.clean(series(data.draw(columns(kind))))

    assert kind.clean(once).to_list() == once.to_list()


@every_kind
@QUICK
@given(data=st.data())
def test_what_is_valid_stays_as_it_is_whatever_options_it_was_read_with(kind: Kind, data: st.DataObject) -> None:
    cleaned = kind.clean(series(data.draw(columns(kind))), data.draw(st.sampled_from(OPTIONS)))
    valid = cleaned.filter(kind.is_valid(cleaned))

    assert kind.clean(valid).to_list() == valid.to_list()
    assert kind.is_valid(kind.clean(valid)).all()


@every_kind
@QUICK
@given(data=st.data())
def test_length_order_and_name_of_a_column_are_kept(kind: Kind, data: st.DataObject) -> None:
    raw = series(data.draw(columns(kind)))
    options = kind.infer(raw)

    cleaned = kind.clean(raw, options)

    one_by_one = [kind.clean(series([value]), options)[0] for value in raw]
    assert cleaned.to_list() == one_by_one
    for result in (cleaned, kind.is_valid(cleaned), kind.mask(cleaned)):
        assert result.name == "value"
        assert len(result) == len(raw)
    assert cleaned.dtype == pl.String
    assert kind.is_valid(cleaned).dtype == pl.Boolean


@every_kind
@QUICK
@given(data=st.data())
def test_null_is_judged_and_masked_as_null_and_nothing_else_is(kind: Kind, data: st.DataObject) -> None:
    cleaned = kind.clean(series(data.draw(columns(kind))))

    assert kind.is_valid(cleaned).is_null().to_list() == cleaned.is_null().to_list()
    assert kind.mask(cleaned).is_null().to_list() == cleaned.is_null().to_list()
    assert not (cleaned == "").any()


@every_kind
@QUICK
@given(data=st.data())
def test_what_cannot_be_read_comes_back_trimmed_and_otherwise_unchanged(kind: Kind, data: st.DataObject) -> None:
    if kind.name in RESHAPING:
        return
    raw = series(data.draw(columns(kind)))
    cleaned = kind.clean(raw, data.draw(st.sampled_from(OPTIONS)))
    refused = ~kind.is_valid(cleaned).fill_null(False)

    assert cleaned.filter(refused).to_list() == tidy(raw, lines=kind.name == "long_text").filter(refused).to_list()


@every_kind
@QUICK
@given(data=st.data())
def test_what_is_valid_casts_to_the_type_of_its_column(kind: Kind, data: st.DataObject) -> None:
    cleaned = kind.clean(series(data.draw(columns(kind))), data.draw(st.sampled_from(OPTIONS)))
    valid = pl.DataFrame({"value": cleaned.filter(kind.is_valid(cleaned))})  # noqa: F841

    cast = duckdb.sql(f"select cast(value as {kind.duck_type}) is not null as kept from valid").pl()

    assert cast["kept"].all()


@every_kind
@QUICK
@given(data=st.data())
def test_many_values_are_a_json_list_that_survives(kind: Kind, data: st.DataObject) -> None:
    once = clean_many(kind, series(data.draw(columns(kind))))
    kept = pl.DataFrame({"value": once.drop_nulls()})  # noqa: F841

    assert clean_many(kind, once).to_list() == once.to_list()
    assert is_valid_many(kind, once).is_null().to_list() == once.is_null().to_list()
    both = duckdb.sql(f"select value::{physical(kind, True)} as a, value::json::varchar[] as b from kept").pl()
    assert both["a"].to_list() == both["b"].to_list()


def test_empty_and_blank_are_null_in_every_kind() -> None:
    blank = series(["", " ", "\t\n", "\u00a0", "\u200b\ufeff", None])

    for kind in KINDS:
        assert kind.clean(blank, kind.infer(blank)).null_count() == len(blank), kind.name


def test_a_column_without_values_is_no_special_case() -> None:
    for kind in KINDS:
        for values in (series([]), series([None, None])):
            cleaned = kind.clean(values, kind.infer(values))
            assert (
                cleaned.to_list()
                == kind.is_valid(cleaned).to_list()
                == kind.mask(cleaned).to_list()
                == values.to_list()
            )
            assert clean_many(kind, values).to_list() == values.to_list()
