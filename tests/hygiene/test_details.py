"""What snapshots tell beside the problems, each worked by hand on a handful of records."""

from datetime import date
from math import log2

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hygiene.many import add_many, someone
from xrm_lake.governance.sight import allow_viewer
from xrm_lake.hygiene.expected import surplus
from xrm_lake.hygiene.snapshot import list_measures, take_snapshot
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.metrics import METRICS
from xrm_lake.store.links import link_records
from xrm_lake.store.model import add_type
from xrm_lake.store.records import add_record, delete_record, set_record

MONDAY = date(2026, 3, 2)
PLANT = EntityType(
    "plant", "Plant", "Plants",
    fields=(
        Field("code", "Code", "identifier"), Field("name", "Name", "text", level="required"),
        Field("site", "Site", "text", level="expected"), Field("kind", "Kind", "text", level="expected"),
    ),
)  # fmt: skip
PAIRS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.floats(0, 1)), max_size=15)


def figure(lake, metric, scope, split="", part=""):
    take_snapshot(lake, as_of=MONDAY)
    found = list_measures(lake, metric=metric, scope=scope, split=split).filter(part=part)
    return found.select("num", "den").row(-1)


def frame(pairs):
    return pl.DataFrame(pairs, schema={"one": pl.Int64, "other": pl.Int64, "score": pl.Float64}, orient="row")


def test_two_likely_pairs_of_three_records_make_one_and_a_half_too_many():
    # A tree of 0.96 and 0.6: at least one too many, two at most, 0.96 + 0.6 expected; the third pair closes a circle.
    assert surplus(frame([(1, 2, 0.96), (2, 3, 0.6), (1, 3, 0.5)])) == (1.0, 1.56, 2.0)
    assert surplus(frame([(1, 2, 0.49)])) == (0, 0, 0)


@given(PAIRS)
def test_what_is_expected_lies_within_its_interval(pairs):
    known = [(min(a, b), max(a, b), score) for a, b, score in pairs if a != b]

    low, expected, high = surplus(frame(known))

    assert 0.95 * low - 1e-9 <= expected <= high + 1e-9
    assert low <= high <= 6


@given(PAIRS, st.tuples(st.integers(0, 6), st.integers(7, 9), st.floats(0.5, 1)))
def test_one_more_pair_never_makes_fewer_duplicates(pairs, more):
    known = [(min(a, b), max(a, b), score) for a, b, score in pairs if a != b]

    before, after = surplus(frame(known)), surplus(frame([*known, more]))

    assert all(now >= then - 1e-9 for now, then in zip(after, before, strict=True))


def test_a_required_field_weighs_three_times_an_expected_one(lake):
    add_type(lake, PLANT)
    # Of weights 3, 1, 1 these lack 0, 1, 2 and 4: 7 fifths.
    rows = [
        {"name": "a", "site": "b", "kind": "c"}, {"name": "a", "site": "b"}, {"name": "a"}, {"site": "b"},
    ]  # fmt: skip
    add_many(lake, "plant", [dict.fromkeys(("name", "site", "kind")) | row for row in rows])

    assert figure(lake, "incompleteness", "plant") == pytest.approx((7 / 5, 4))


def test_filling_a_field_never_makes_records_less_complete(lake):
    add_type(lake, PLANT)
    (id,) = add_many(lake, "plant", [{"code": "x"}])
    before = figure(lake, "incompleteness", "plant")[0]

    for name in ("kind", "name", "site"):
        set_record(lake, id, {name: "filled"})
        now = figure(lake, "incompleteness", "plant")[0]
        assert now < before
        before = now
    assert before == 0


def test_patterns_that_cover_the_most_are_usual_and_the_rest_is_odd(lake):
    add_type(lake, PLANT)
    add_many(lake, "plant", [{"code": f"AB-{n}"} for n in range(96)] + [{"code": "ab1"}] * 3 + [{"code": "?"}])

    assert figure(lake, "odd_pattern", "plant", "field", "code") == (4, 100)
    bits = -sum(share * log2(share) for share in (0.96, 0.03, 0.01))
    assert figure(lake, "pattern_entropy", "plant", "field", "code") == pytest.approx((bits, log2(3)))


def test_links_that_lead_to_a_deleted_record_dangle(lake):
    person, firm, other = (add_record(lake, *given) for given in (
        ("person", {"full_name": "Ann"}), ("organisation", {"name": "Acme"}), ("organisation", {"name": "Zenith"})))  # fmt: skip
    link_records(lake, person, "works_for", firm)
    link_records(lake, person, "works_for", other)
    delete_record(lake, firm)

    assert figure(lake, "dangling", "person") == (1, 2)


def test_problems_are_told_by_field_and_by_source(lake):
    add_many(lake, "person", [someone(1) | {"email": "no address"}, someone(2)], source="crm")
    add_many(lake, "person", [someone(3) | {"email": "none either"}], source="shop")

    assert figure(lake, "malformed", "person", "field", "email") == (2, 3)
    assert figure(lake, "malformed", "person", "source", "crm") == (1, 2)
    assert figure(lake, "malformed", "person", "source", "shop") == (1, 1)


def test_figures_of_owners_are_told_to_viewers_alone(lake):
    (one,) = add_many(lake, "person", [someone(1) | {"email": "no address"}])
    owner = add_record(lake, "user", {"name": "Ann Owner"})
    link_records(lake, one, "owned_by", owner)

    shown = take_snapshot(lake, as_of=MONDAY).measures
    assert shown.filter(split="owner").is_empty()
    assert list_measures(lake, split="owner").is_empty()

    allow_viewer(lake, "ann")
    told = list_measures(lake, metric="malformed", split="owner").filter(part=str(owner))
    assert told.select("num", "den").rows() == [(1, 1)]


def test_a_changed_rule_starts_the_flows_anew(lake):
    add_many(lake, "person", [{"full_name": "Ann"}])
    take_snapshot(lake, as_of=MONDAY)
    with lake.write("edit") as batch:
        batch.execute("update measure set version = version - 1 where metric = 'incomplete'")

    measures = take_snapshot(lake, as_of=MONDAY).measures.filter(scope="person", split="")

    assert measures.filter(metric="incomplete").select("num", "entered").row(0) == (1, None)
    assert measures.filter(metric="malformed")["entered"].to_list() == [0]
    assert all(item.version >= 1 for item in METRICS)
