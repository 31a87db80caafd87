"""What goes over the wire comes back as it was."""

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from uuid import UUID

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from xrm_lake.errors import InvalidValue, Stale, UnknownName, XrmError
from xrm_lake.model.entity_type import EntityType, Field, Stage
from xrm_lake.model.results import RetypeResult
from xrm_lake.server.wire import CLASSES, decode, decode_error, encode, encode_error

# Making nested values takes long on a machine that is busy.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

MOMENT = datetime.fromisoformat("2017-03-01T10:00:00.123456")

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.decimals(allow_nan=False),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.binary(),
    st.uuids(),
    st.sampled_from([Path("/a/b.csv"), Path("x")]),
)
keys = st.one_of(st.text(max_size=5), st.just("$"), st.integers(), st.dates())
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(keys, inner, max_size=4),
    ),
    max_leaves=12,
)


def travelled(value):
    return decode(json.loads(json.dumps(encode(value))))


@patient
@given(values)
def test_every_plain_value_comes_back_as_it_was(value):
    there_and_back = travelled(value)

    assert there_and_back == value
    assert type(there_and_back) is type(value)


def test_types_are_kept_where_equality_would_not_see_it():
    sent = [True, 1, 1.0, Decimal("1.00"), (1,), [1], date(2017, 3, 1), MOMENT]

    assert [repr(item) for item in travelled(sent)] == [repr(item) for item in sent]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), -0.0])
def test_floats_beyond_json_come_back(value):
    assert repr(travelled(value)) == repr(value)


def test_a_frame_comes_back_with_its_types():
    frame = pl.DataFrame(
        {
            "id": [1, None],
            "amount": [Decimal("10.50"), None],
            "on": [date(2017, 3, 1), None],
            "moment": [MOMENT, None],
            "tags": [["a", "b"], []],
            "text": ["é", None],
            "flag": [True, None],
            "raw": [b"\x00\xff", None],
        }
    )

    assert_frame_equal(travelled(frame), frame)
    assert_frame_equal(travelled(frame.clear()), frame.clear())
    assert travelled(pl.DataFrame()).shape == (0, 0)


def test_declarations_and_results_come_back():
    declared = EntityType("book", "Book", "Books", fields=(Field("title", "Title", "text"),), stages=(Stage("new", 1),))
    result = RetypeResult(None, 3, pl.DataFrame({"value": ["x"], "count": [2]}))

    assert travelled(declared) == declared
    assert travelled(result).failed == 2


def test_what_is_not_listed_does_not_travel():
    with pytest.raises(TypeError, match="cannot travel"):
        encode(object())
    with pytest.raises(ValueError, match="nothing named"):
        decode({"$": "Popen", "v": {"args": "true"}})


@pytest.mark.parametrize("name", CLASSES)
def test_every_listed_class_exists(name):
    module, _, class_name = name.partition(":")

    assert getattr(import_module(module), class_name).__name__ == class_name


@pytest.mark.parametrize(
    "problem",
    [
        UnknownName("type", "peron", ["person"]),
        Stale(7, ["email"]),
        InvalidValue("Amount does not accept this value."),
        XrmError("plain"),
    ],
)
def test_an_error_comes_back_as_its_own_class(problem):
    back = decode_error(json.loads(json.dumps(encode_error(problem))))

    assert type(back) is type(problem)
    assert str(back) == str(problem)
    assert back.exit_code == problem.exit_code
    assert vars(back) == vars(problem)


def test_examples_of_each_simple_kind_are_readable():
    assert encode(UUID(int=1)) == {"$": "uuid", "v": "00000000-0000-0000-0000-000000000001"}
    assert encode(time(1, 2)) == {"$": "time", "v": "01:02:00"}
    assert encode(timedelta(1)) == {"$": "timedelta", "v": [1, 0, 0]}
