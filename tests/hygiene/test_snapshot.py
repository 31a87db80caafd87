"""Snapshots: flows that balance, whatever happened to the records in between."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hygiene.many import add_many, guess, someone
from xrm_lake.errors import InvalidValue, XrmError
from xrm_lake.hygiene.judge import merge, unmerge
from xrm_lake.hygiene.snapshot import list_measures, take_snapshot
from xrm_lake.model.metrics import DETAILS, METRICS, PROBLEMS
from xrm_lake.store.model import retire_type
from xrm_lake.store.open import init_lake
from xrm_lake.store.records import add_record, delete_record, set_record
from xrm_lake.store.undo import undo

MONDAY = date(2026, 3, 2)
WEEK = timedelta(days=7)


def measured(snapshot, metric, scope="person"):
    """num, den, at_risk, entered, left_ of one measure."""
    return (
        snapshot.measures.filter(metric=metric, scope=scope, split="").drop("metric", "scope", "split", "part").row(0)
    )


def bare(lake, count):
    """People who lack all that is expected of them."""
    return add_many(lake, "person", [{"full_name": f"Person {chr(65 + place)}"} for place in range(count)])


WHOLE = {
    "given_name": "Ann",
    "family_name": "Example",
    "email": "ann@example.org",
    "phone": "+492281234567",
    "country": "DE",
}


def test_the_first_snapshot_knows_no_flow(lake):
    bare(lake, 3)

    snapshot = take_snapshot(lake, as_of=MONDAY)

    assert measured(snapshot, "incomplete") == (3, 3, None, None, None)
    assert measured(snapshot, "incomplete", "all") == (3, 3, None, None, None)


def test_who_became_bad_entered_and_who_was_mended_left(lake):
    ids = bare(lake, 4)
    set_record(lake, ids[3], WHOLE)
    take_snapshot(lake, as_of=MONDAY)

    set_record(lake, ids[0], WHOLE)
    set_record(lake, ids[3], dict.fromkeys(WHOLE))
    snapshot = take_snapshot(lake, as_of=MONDAY + WEEK)

    assert measured(snapshot, "incomplete") == (3, 4, 1, 1, 1)


def test_a_new_record_was_at_risk_and_a_deleted_one_left(lake):
    ids = bare(lake, 2)
    take_snapshot(lake, as_of=MONDAY)

    delete_record(lake, ids[0])
    bare(lake, 3)
    snapshot = take_snapshot(lake, as_of=MONDAY + WEEK)

    assert measured(snapshot, "incomplete") == (4, 4, 3, 3, 1)


def test_a_type_whose_last_record_went_is_still_accounted_for(lake):
    (id,) = bare(lake, 1)
    add_record(lake, "organisation", {"name": "Acme"})
    take_snapshot(lake, as_of=MONDAY)

    delete_record(lake, id)
    snapshot = take_snapshot(lake, as_of=MONDAY + WEEK)

    assert measured(snapshot, "incomplete") == (0, 0, 0, 0, 1)
    assert measured(snapshot, "incomplete", "all")[4] == 1


def test_the_records_of_a_retired_type_left(lake):
    bare(lake, 2)
    take_snapshot(lake, as_of=MONDAY)

    retire_type(lake, "person")
    snapshot = take_snapshot(lake, as_of=MONDAY + WEEK)

    assert measured(snapshot, "incomplete") == (0, 0, 0, 0, 2)


def test_merging_two_bad_records_makes_one_leave_and_none_enter(lake):
    ids = bare(lake, 3)
    take_snapshot(lake, as_of=MONDAY)

    merge(lake, ids[:2])
    snapshot = take_snapshot(lake, as_of=MONDAY + WEEK)

    assert measured(snapshot, "incomplete") == (2, 2, 0, 0, 1)


def test_unmerging_brings_back_the_oldest_and_the_rest_enter(lake):
    ids = bare(lake, 2)
    decision = merge(lake, ids)
    take_snapshot(lake, as_of=MONDAY)

    undo(lake, decision)
    snapshot = take_snapshot(lake, as_of=MONDAY + WEEK)

    assert measured(snapshot, "incomplete") == (2, 2, 1, 1, 0)


def test_a_closed_deal_is_neither_stale_nor_at_risk(lake):
    ids = [
        add_record(
            lake, "deal", {"name": str(place), "stage": "Proposal", "opened_on": "2025-01-01", "currency": "EUR"}
        )
        for place in range(3)
    ]
    # The day on which they were added is a sign of life.
    take_snapshot(lake, as_of=MONDAY)
    late = MONDAY + 10 * WEEK
    take_snapshot(lake, as_of=late)

    with lake.write("import") as batch:
        batch.execute("update rec_deal set stage = 'Won' where id = $id", id=ids[0])
    snapshot = take_snapshot(lake, as_of=late + WEEK)

    assert measured(snapshot, "stale", "deal") == (2, 2, 0, 0, 1)


def test_a_placeholder_in_an_optional_field_does_not_make_a_record_incomplete(lake):
    ids = add_many(lake, "person", [someone(1) | {"country": "DE", "job_title": "Clerk", "department": "n/a"}])

    snapshot = take_snapshot(lake, as_of=MONDAY)

    found = lake.query("select check_name, severity, problem, field from issue where entity_id = $id", id=ids[0]).rows()
    assert ("placeholder", "warning", "incomplete", "department") in found
    assert measured(snapshot, "incomplete")[0] == 0


def test_half_of_the_expected_may_be_missing_and_more_may_not(lake):
    half = someone(1) | {"email": None, "country": None, "job_title": None}
    less = half | {"phone": None}
    add_many(lake, "person", [half, less])

    assert measured(take_snapshot(lake, as_of=MONDAY), "incomplete")[:2] == (1, 2)


def test_totals_are_the_sums_of_the_types(lake):
    bare(lake, 2)
    add_record(lake, "organisation", {"name": "Acme"})
    take_snapshot(lake, as_of=MONDAY)
    add_record(lake, "organisation", {"name": "Zenith"})

    measures = take_snapshot(lake, as_of=MONDAY + WEEK).measures.filter(split="")

    figures = ["num", "den", "at_risk", "entered", "left_"]
    by_type = measures.filter(pl.col("scope") != "all").group_by("metric").agg(pl.col(figures).sum()).sort("metric")
    totals = measures.filter(scope="all").select("metric", *figures).sort("metric").fill_null(0)
    assert totals.rows() == by_type.rows()
    assert set(totals["metric"]) <= {item.name for item in (*METRICS, *DETAILS)}


def test_a_snapshot_is_kept_for_ever_and_told_in_order(lake):
    bare(lake, 1)
    first = take_snapshot(lake, as_of=MONDAY)
    second = take_snapshot(lake, as_of=MONDAY + WEEK)

    told = list_measures(lake, metric="incomplete", scope="person")

    assert told.select("as_of", "snapshot_id").rows() == [
        (MONDAY, first.snapshot_id), (MONDAY + WEEK, second.snapshot_id)
    ]  # fmt: skip


def test_a_day_before_the_last_snapshot_is_refused_and_nothing_is_kept(lake):
    bare(lake, 1)
    take_snapshot(lake, as_of=MONDAY)
    before = lake.query("select (select count(*) from snapshot), (select count(*) from batch)").rows()

    with pytest.raises(
        InvalidValue, match=r"2026-02-23 cannot be taken any more: there is one as of 2026-03-02.*Nothing was changed"
    ):
        take_snapshot(lake, as_of=MONDAY - WEEK)

    assert lake.query("select (select count(*) from snapshot), (select count(*) from batch)").rows() == before


def test_a_second_snapshot_of_a_day_measures_the_same_window(lake):
    take_snapshot(lake, as_of=MONDAY - WEEK)
    add_many(lake, "deal", [{"name": "A", "stage": "Won", "source": "Other", "opened_on": MONDAY}])

    first, second = (take_snapshot(lake, as_of=MONDAY) for _ in range(2))

    assert measured(first, "placeholder", "deal") == measured(second, "placeholder", "deal") == (1, 2, 2, 1, None)


def test_an_empty_lake_can_be_measured(lake):
    snapshot = take_snapshot(lake, as_of=MONDAY)

    assert snapshot.measures.is_empty()
    assert lake.query("select count(*) from snapshot").value() == 1


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "mend", "spoil", "delete", "merge", "unmerge", "undo", "snapshot"]),
        st.integers(0, 5),
        st.integers(0, 5),
    ),
    min_size=3,
    max_size=14,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_what_is_bad_now_is_what_was_and_entered_less_what_left(tmp_path_factory, clock, steps):
    with init_lake(tmp_path_factory.mktemp("lake") / "l.xrm", clock=clock, user="ann") as lake:
        ids, decisions = bare(lake, 6), []
        day = MONDAY
        before = take_snapshot(lake, as_of=day).measures
        for step, one, other in [*steps, ("snapshot", 0, 0)]:
            if step != "snapshot":
                _do(lake, ids, decisions, step, one, other)
                continue
            day += WEEK
            now = take_snapshot(lake, as_of=day).measures
            _assert_balance(before, now)
            before = now


def _do(lake, ids, decisions, step, one, other):
    try:
        match step:
            case "add":
                ids += bare(lake, 1)
            case "mend":
                set_record(lake, ids[one], WHOLE)
            case "spoil":
                set_record(lake, ids[one], dict.fromkeys(WHOLE))
            case "delete":
                delete_record(lake, ids[one])
            case "merge":
                decisions.append(merge(lake, [ids[one], ids[other]]))
            case "unmerge":
                decisions.append(unmerge(lake, ids[one]))
            case "undo" if decisions:
                undo(lake, decisions.pop(one % len(decisions)))
    except XrmError:
        pass


def _assert_balance(before, now):
    both = now.filter(pl.col("metric").is_in(PROBLEMS), split="").join(
        before.filter(pl.col("metric").is_in(PROBLEMS), split="").select("metric", "scope", before="num"),
        on=["metric", "scope"],
        how="full",
        coalesce=True,
    )
    for row in both.with_columns(pl.col("num", "before", "entered", "left_").fill_null(0)).iter_rows(named=True):
        assert row["num"] == row["before"] + row["entered"] - row["left_"], row
        assert 0 <= row["left_"] <= row["before"], row
        assert 0 <= row["entered"] <= (row["at_risk"] or 0) <= (row["den"] or 0), row
        assert row["num"] <= (row["den"] or 0), row
    _assert_parts(now)


def _assert_parts(now):
    """The parts by source and by owner make up the whole, and no figure is out of bounds."""
    problems = now.filter(pl.col("metric").is_in(PROBLEMS), pl.col("scope") != "all")
    figures = ["num", "entered", "left_"]
    for split in ("source", "owner"):
        parts = problems.filter(split=split).group_by("metric", "scope").agg(pl.col(figures).sum())
        whole = problems.filter(split="").join(parts.select("metric", "scope"), on=["metric", "scope"], how="semi")
        assert parts.sort("metric", "scope").rows() == whole.select(parts.columns).sort("metric", "scope").rows()
    assert now.filter(pl.col("num") > pl.col("den") + 1e-9).is_empty()
    assert now.filter(pl.col("num") < 0).is_empty()


def test_duplicates_are_a_problem_of_the_younger_record(lake):
    ids = add_many(lake, "person", [someone(place) for place in range(3)])
    guess(lake, "person", {(ids[0], ids[1]): 0.99, (ids[1], ids[2]): 0.6})

    assert measured(take_snapshot(lake, as_of=MONDAY), "duplicate") == (1, 3, None, None, None)


def arrivals(lake, metric, scope="person"):
    """num, den, at_risk, entered, left_ of new and of older records, of the last snapshot."""
    return lake.query(
        """
        select part, num, den, at_risk, entered, left_ from measure
        where split = 'arrival' and metric = $metric and scope = $scope and snapshot_id = (select max(snapshot_id) from snapshot)
        order by part
        """,
        metric=metric,
        scope=scope,
    ).rows()


def test_what_came_bad_is_told_from_what_became_bad(lake, clock):
    ids = bare(lake, 4)
    set_record(lake, ids[3], WHOLE)
    take_snapshot(lake)
    clock.now += WEEK

    set_record(lake, ids[3], dict.fromkeys(WHOLE))
    new = bare(lake, 5)
    set_record(lake, new[0], WHOLE)
    snapshot = take_snapshot(lake)

    assert measured(snapshot, "incomplete") == (8, 9, 6, 5, 0)
    assert arrivals(lake, "incomplete") == [("new", 4, 5, 5, 4, None), ("older", 4, 4, 1, 1, 0)]


def test_a_record_merged_from_old_ones_is_no_new_one(lake, clock):
    ids = bare(lake, 3)
    take_snapshot(lake)
    clock.now += WEEK

    merge(lake, ids[:2])
    take_snapshot(lake)

    assert [row[:3] for row in arrivals(lake, "incomplete")] == [("new", 0, 0), ("older", 2, 2)]
