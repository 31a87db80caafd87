"""What is exported and imported elsewhere is the same: each value, in each form, whatever it is."""

import string
from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Clock
from tests.hygiene.many import add_many
from xrm_lake.ingest.load import import_files
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.kinds import kind
from xrm_lake.reports.export import export_type
from xrm_lake.store.model import add_type
from xrm_lake.store.open import init_lake
from xrm_lake.store.read import select_records

FIELDS = (
    Field("name", "Name", "text", "required"), Field("remark", "Remark", "long_text"), Field("code", "Code", "identifier"),
    Field("price", "Price", "money"), Field("made_on", "Made on", "date"), Field("seen_at", "Seen at", "datetime"),
    Field("weight", "Weight", "number"), Field("pieces", "Pieces", "integer"), Field("ready", "Ready", "boolean"),
    Field("share", "Share", "percent"), Field("marks", "Marks", "choice", many=True),
)  # fmt: skip
PART = EntityType("part", "Part", "Parts", caption=("name",), fields=FIELDS)
SCHEMA = {
    "name": pl.String, "remark": pl.String, "code": pl.String, "price": pl.Decimal(18, 2), "made_on": pl.Date, "seen_at": pl.Datetime("us"),
    "weight": pl.Float64, "pieces": pl.Int64, "ready": pl.Boolean, "share": pl.Float64, "marks": pl.List(pl.String),
}  # fmt: skip
TEXT = st.text(
    alphabet=string.ascii_letters + string.digits + " '=+-@\"\\,;|\t\n<>&äß€中🦊\u202e0.", min_size=1, max_size=12
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "name": TEXT, "remark": st.none() | TEXT, "code": st.none() | TEXT,
            "price": st.none() | st.decimals(-10**12, 10**12, places=2), "made_on": st.none() | st.dates(date(1900, 3, 1), date(2099, 12, 31)),
            "seen_at": st.none() | st.datetimes(datetime(1950, 1, 1), datetime(2099, 12, 31)).map(lambda each: each.replace(microsecond=0)),  # noqa: DTZ001
            "weight": st.none() | st.integers(-10**14, 10**14).map(lambda each: each / 10**6),
            "pieces": st.none() | st.integers(-10**14, 10**14), "ready": st.none() | st.booleans(),
            "share": st.none() | st.sampled_from([0.0, 0.25, 1.0]), "marks": st.none() | st.lists(TEXT, min_size=1, max_size=3),
        }
    ),
    min_size=1, max_size=6,
)  # fmt: skip


def canonical(rows):
    """The rows as a lake holds them: texts in order, as their kind cleans them."""
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    for name in ("name", "remark", "code"):
        field = next(each for each in FIELDS if each.name == name)
        frame = frame.with_columns(kind(field.kind).clean(frame[name]).alias(name))
    tidied = [
        None if marks is None else sorted({*filter(None, kind("choice").clean(marks))}) or None
        for marks in frame["marks"]
    ]
    return frame.with_columns(marks=pl.Series(tidied, dtype=pl.List(pl.String))).drop_nulls("name").to_dicts()


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl", "parquet"])
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=ROWS)
def test_every_value_is_what_it_was(tmp_path_factory, form, rows):
    folder = tmp_path_factory.mktemp("trip")
    rows = canonical(rows)
    if not rows:
        return
    names = [field.name for field in FIELDS]
    with init_lake(folder / "a.xrm", template="none", clock=Clock(), user="ann") as lake:
        add_type(lake, PART)
        add_many(lake, "part", [dict(row) for row in pl.DataFrame(rows, schema=SCHEMA).to_dicts()])
        before = select_records(lake, "part").select(names)
        out, _ = export_type(lake, "part", out=folder / f"parts.{form}")
    with init_lake(folder / "b.xrm", template="none", clock=Clock(), user="ann") as other:
        add_type(other, PART)
        done = import_files(
            other, [out], type="part", source="lake", preset="none", key=["id"], mapping={name: name for name in names}
        ).files[0]
        after = select_records(other, "part").select(names)

    assert (done.new, done.rejected) == (len(rows), 0)
    assert [pair for pair in zip(before.to_dicts(), after.to_dicts(), strict=True) if pair[0] != pair[1]] == []
