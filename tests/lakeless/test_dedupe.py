"""Deduping a table: what comes out is what went in, each row once, with its cluster."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.lakeless.people import people
from xrm_lake import dedupe
from xrm_lake.errors import InvalidValue, Misuse, UnknownName

OURS = ["row", "cluster_id", "probability"]
MAIL = {"E-mail": "email", "Last name": "person_name"}

names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
cells = st.one_of(
    st.none(), st.sampled_from(["Ann Smith", "Ann Smyth", "bob", "=1+1", "n/a", "", " "]), st.text(max_size=20)
)


@st.composite
def frames(draw: st.DrawFn) -> pl.DataFrame:
    headers = draw(st.lists(names, min_size=1, max_size=4, unique=True))
    rows = draw(st.lists(st.tuples(*[cells] * len(headers)), max_size=12))
    return pl.DataFrame(rows, schema=dict.fromkeys(headers, pl.String), orient="row")


@settings(max_examples=60, deadline=None)
@given(frames())
def test_rows_come_out_in_their_order_and_unchanged_each_once(frame):
    kinds = dict.fromkeys(frame.columns, "person_full_name")

    rows = dedupe(frame, kinds=kinds).rows

    assert rows.columns[-3:] == OURS
    assert rows.drop(OURS).rows() == frame.rows()
    assert rows["row"].to_list() == list(range(frame.height))


@settings(max_examples=60, deadline=None)
@given(frames())
def test_every_row_has_a_cluster_that_is_named_by_its_smallest_row(frame):
    rows = dedupe(frame, kinds={frame.columns[0]: "person_full_name"}).rows

    smallest = rows.group_by("cluster_id").agg(pl.col("row").min())
    assert (smallest["cluster_id"] == smallest["row"]).all()
    alone = rows.filter(~pl.col("cluster_id").is_duplicated())
    together = rows.filter(pl.col("cluster_id").is_duplicated())
    assert alone["probability"].is_null().all()
    assert together["probability"].is_between(0, 1).all()
    assert together["probability"].null_count() == 0


def test_twins_end_in_one_cluster_and_others_alone():
    found = dedupe(people(300, twins=20))

    assert found.rows["cluster_id"].to_list() == [*range(280), *range(20)]
    assert (found.clusters, found.clustered, found.distinct) == (20, 40, 280)
    assert set(found.pairs.select("left_row", "right_row").rows()) == {(i, 280 + i) for i in range(20)}


def test_the_probability_of_a_row_is_that_of_its_strongest_pair():
    found = dedupe(people(300, twins=20))

    best = dict(found.pairs.sort("probability").select("left_row", "probability").rows())
    assert dict(found.rows.select("row", "probability").head(20).rows()) == best


def test_a_pair_says_of_each_field_its_level_and_weight():
    pair = dedupe(people(300, twins=20)).pairs.row(0, named=True)

    assert [item["field"] for item in pair["evidence"]] == list(people(1).columns)
    assert {"field", "level", "label", "weight"} <= set(pair["evidence"][0])


def test_a_column_called_id_is_known_by_its_name_in_the_evidence():
    frame = people(200, twins=9).rename({"E-mail": "id", "Town": "id_"})

    pair = dedupe(frame, kinds={"Last name": "person_name", "id": "email", "id_": "city"}).pairs.row(0, named=True)

    assert {item["field"] for item in pair["evidence"]} == {"Last name", "id", "id_"}


def test_the_same_table_gives_the_same_answer():
    first, second = dedupe(people(200, twins=9)), dedupe(people(200, twins=9))

    assert_frame_equal(first.rows, second.rows)
    assert_frame_equal(first.pairs, second.pairs)


def test_what_is_told_overrules_the_guess_and_what_is_not_named_is_ignored():
    kinds = dedupe(people(50), kinds=MAIL).kinds

    assert dict(kinds.select("column", "match_as").rows()) == dict.fromkeys(people(1).columns) | {
        "E-mail": "email",
        "Last name": "person_name",
    }


def test_the_rest_can_be_guessed():
    kinds = dedupe(people(50), kinds={"Town": "ignore"}, guess_rest=True).kinds

    assert dict(kinds.select("column", "match_as").rows()) == {
        "First name": "person_name",
        "Last name": "person_name",
        "Date of birth": "date",
        "Town": None,
        "E-mail": "email",
    }


@pytest.mark.parametrize(
    ("kind", "match_as"),
    [("given_name", "person_name"), ("street", "address"), ("postal_code", "postcode"), ("identifier", "id"),
     ("number", "number"), ("id_weak", "id_weak"), ("free_text", "free_text"), ("money", None), ("ignore", None)],
)  # fmt: skip
def test_our_kinds_and_what_matching_sees_are_both_taken(kind, match_as):
    kinds = dedupe(people(50), kinds={"E-mail": "email", "Town": kind}).kinds

    assert kinds.filter(pl.col("column") == "Town")["match_as"].item() == match_as


def test_capitals_and_spaces_of_a_header_do_not_matter():
    assert dedupe(people(50), kinds={"e-mail ": "email"}).kinds["match_as"].drop_nulls().to_list() == ["email"]


@pytest.mark.parametrize("at_least", [0.01, 0.5, 0.9, 0.999999])
def test_pairs_are_listed_from_the_probability_that_is_asked_for(at_least):
    # So few that all are compared, also those that no key would bring together.
    frame = people(150, twins=40).drop("E-mail")
    everything = dedupe(frame, at_least=0.001).pairs

    found = dedupe(frame, at_least=at_least)

    assert_frame_equal(found.pairs, everything.filter(pl.col("probability") >= at_least))
    assert everything["probability"].min() < 0.01


def test_columns_of_the_names_that_are_added_are_kept_under_another():
    frame = people(20).rename({"Town": "row", "First name": "cluster_id"}).with_columns(original_row=pl.lit("x"))

    found = dedupe(frame, kinds=MAIL | {"row": "city"})

    assert found.rows["row"].to_list() == list(range(20))
    assert found.rows["original_row_2"].to_list() + found.rows["original_cluster_id"].to_list() == (
        frame["row"].to_list() + frame["cluster_id"].to_list()
    )
    assert any("original_row" in note for note in found.notes)
    assert "city" in found.kinds["match_as"].to_list()


def test_a_frame_keeps_its_types():
    frame = people(30).with_columns(n=pl.int_range(30), day=pl.date(2020, 1, 1), tags=pl.concat_list(pl.lit("a")))

    rows = dedupe(frame.lazy(), kinds=MAIL).rows

    assert_frame_equal(rows.drop(OURS), frame)


@pytest.mark.parametrize("kinds", [{"No such": "email"}, {"E-mail": "electronic"}])
def test_a_name_that_is_none_is_told_with_those_that_are(kinds):
    with pytest.raises(UnknownName, match=r"There is no (column|kind)"):
        dedupe(people(10), kinds=kinds)


@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame({"a": [1.5, 2.5]}),
        pl.DataFrame({"name": [None, None]}),
        people(5).drop(people(5).columns[1:]).with_columns(pl.lit(None).alias("First name")),
    ],
)
def test_without_a_usable_column_nothing_is_done(frame):
    with pytest.raises(Misuse, match="No column of the frame can tell which rows are one"):
        dedupe(frame)


@pytest.mark.parametrize("at_least", [-0.1, 1.1, float("nan")])
def test_a_probability_that_is_none_is_refused(at_least):
    with pytest.raises(InvalidValue):
        dedupe(people(5), at_least=at_least)


def test_what_an_earlier_run_answered_is_no_evidence():
    once = dedupe(people(200, twins=30))

    again = dedupe(once.rows)

    told = again.kinds.filter(pl.col("column").str.starts_with("original_"))
    assert told.height == 3
    assert told["match_as"].null_count() == 3
    assert (again.clusters, again.pairs.height) == (once.clusters, once.pairs.height)
