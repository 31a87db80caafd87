"""The contract of a type: what breaks it is counted, all of it, at once."""

import json

import pandera.errors
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xrm_lake.ingest.contract import CASES_KEPT, breaches, contract, plainly_kept
from xrm_lake.model.entity_type import EntityType, Field

FIELDS = (
    Field("name", "Name", "text", "required"),
    Field("stage", "Stage", "choice", allowed=("Won", "Lost")),
    Field("amount", "Amount", "money"),
)
TYPE = EntityType("deal", "Deal", "Deals", fields=FIELDS)


def frame(rows: list[tuple[str | None, str | None, str | None]]) -> pl.DataFrame:
    read = pl.DataFrame(rows, schema={"name": pl.String, "stage": pl.String, "amount": pl.String}, orient="row")
    return read.with_columns(pl.col("amount").cast(pl.Decimal(18, 2)))


def test_a_frame_that_keeps_the_contract_has_no_breaches():
    assert breaches(contract(TYPE), frame([("a", "Won", "1.00"), ("b", None, None)])).is_empty()


def test_every_breach_is_counted_even_those_whose_cases_are_not_kept():
    rows = [(None, "Musing", None)] * (CASES_KEPT * 3) + [("a", "Won", "1.00")]

    assert breaches(contract(TYPE), frame(rows)).rows() == [
        ("name", "missing", CASES_KEPT * 3),
        ("stage", "not allowed", CASES_KEPT * 3),
    ]


def test_only_columns_that_are_there_are_held_to_it():
    assert breaches(contract(TYPE, ("stage",)), frame([("a", "Won", None)]).select("stage")).is_empty()


def test_a_column_of_another_type_is_a_breach_of_ours():
    wrong = frame([("a", "Won", None)]).with_columns(amount=pl.lit("ten"))

    assert breaches(contract(TYPE), wrong).rows() == [("amount", "type", 1)]


@pytest.mark.parametrize("rows", [0, 1])
def test_small_frames_are_held_to_it_too(rows):
    assert breaches(contract(TYPE), frame([(None, None, None)] * rows)).height == rows


_CELLS = st.tuples(
    st.sampled_from(["a", None]), st.sampled_from(["Won", "Lost", "won", None]), st.sampled_from(["1.00", None])
)


@settings(deadline=None, max_examples=50)
@given(
    rows=st.lists(_CELLS, max_size=4),
    columns=st.sets(st.sampled_from(["name", "stage", "amount"])),
    wrong=st.booleans(),
)
def test_a_glance_finds_what_the_contract_finds(rows, columns, wrong):
    looked_at = frame(rows).select(sorted(columns))
    if wrong and "amount" in columns:
        looked_at = looked_at.with_columns(pl.col("amount").cast(pl.String))

    assert plainly_kept(TYPE, looked_at) == breaches(contract(TYPE, tuple(sorted(columns))), looked_at).is_empty()


@pytest.mark.parametrize("lazily", [True, False])
def test_a_lazy_frame_is_never_passed_unseen(lazily):
    schema = contract(
        EntityType("deal", "Deal", "Deals", fields=(*FIELDS, Field("number", "Number", "identifier", unique=True)))
    )
    good = frame([("a", "Won", "1.00"), ("b", None, None)]).with_columns(number=pl.Series(["1", "2"])).lazy()
    bad = [
        good.with_columns(name=pl.lit(None, pl.String)),
        good.with_columns(stage=pl.lit("Musing")),
        good.with_columns(number=pl.lit("1")),
        good.drop("name"),
        good.with_columns(amount=pl.lit("ten")),
    ]

    assert isinstance(schema.validate(good, lazy=lazily), pl.LazyFrame)
    assert schema.validate(good.collect(), lazy=lazily).height == 2
    for broken in bad:
        for each in (broken, broken.collect()):
            with pytest.raises((pandera.errors.SchemaError, pandera.errors.SchemaErrors)):
                schema.validate(each, lazy=lazily)


def test_a_contract_is_written_for_others_as_it_is():
    columns = json.loads(contract(TYPE).to_json())["columns"]

    assert columns["stage"]["isin"]["value"] == ["Won", "Lost"]
    assert (columns["name"].get("nullable", False), columns["amount"]["nullable"]) == (False, True)
