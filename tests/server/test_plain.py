"""Plain JSON says exactly what a result holds."""

import json
from datetime import date, datetime
from decimal import Decimal

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xrm_lake.model.entity_type import Stage
from xrm_lake.server.plain import to_json

# Making nested values takes long on a machine that is busy.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=4), inner, max_size=4)),
    max_leaves=15,
)


@patient
@given(json_values, st.sampled_from([None, 2]))
def test_what_json_can_say_is_said_as_json_says_it(value, indent):
    assert json.loads(to_json(value, indent=indent)) == value


@patient
@given(json_values)
def test_it_reads_like_the_standard_library_writes_it(value):
    assert to_json(value, indent=2) == json.dumps(value, indent=2, ensure_ascii=False)


@patient
@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_money_keeps_every_digit(amount):
    assert json.loads(to_json(amount), parse_float=Decimal, parse_int=Decimal) == amount


def test_frames_are_rows_and_declarations_objects():
    frame = pl.DataFrame(
        {"id": [1], "on": [date(2017, 3, 1)], "moment": [datetime.fromisoformat("2017-03-01T10:00:00")]}
    )

    assert to_json(frame) == '[{"id": 1, "on": "2017-03-01", "moment": "2017-03-01T10:00:00"}]'
    assert json.loads(to_json(Stage("Won", 3, "won"))) == {
        "name": "Won",
        "position": 3,
        "outcome": "won",
        "probability": None,
    }


def test_what_json_cannot_say_is_null_and_bytes_are_text():
    assert to_json([float("nan"), float("inf"), b"a\xff", ()]) == '[null, null, "a\ufffd", []]'
