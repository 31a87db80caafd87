"""Backfill: a snapshot that is worked out later says what the one that was taken on that day said."""

from contextlib import suppress
from datetime import timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.conftest import NOON
from tests.hygiene.many import add_many, someone
from xrm_lake.errors import InvalidValue, XrmError
from xrm_lake.hygiene.backfill import backfill
from xrm_lake.hygiene.judge import merge, unmerge
from xrm_lake.hygiene.match import match
from xrm_lake.hygiene.snapshot import list_measures, take_snapshot
from xrm_lake.model.entity_type import Field
from xrm_lake.store.links import link_records, unlink
from xrm_lake.store.model import add_field, change_field, change_type
from xrm_lake.store.open import init_lake
from xrm_lake.store.records import add_record, delete_record, set_record
from xrm_lake.store.undo import undo

DAY = timedelta(days=1)
TODAY = NOON.date()
WHOLE = someone(1) | {"country": "DE", "job_title": "Clerk", "email": "ann@example.org"}
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "add",
                "mend",
                "spoil",
                "delete",
                "merge",
                "unmerge",
                "undo",
                "meet",
                "own",
                "leave",
                "level",
                "grow",
                "limit",
                "days",
            ]
        ),
        st.integers(0, 9),
        st.integers(0, 9),
    ),
    min_size=6,
    max_size=24,
)


def forget_snapshots(lake):
    """As if no snapshot had ever been taken."""
    with lake.write("edit") as batch:
        for table in ("snapshot", "measure", "measure_state"):
            batch.execute(f"delete from {table}")


def all_measures(lake):
    """Every figure that was kept, by day."""
    kept = lake.query(
        "select s.as_of, m.* exclude (snapshot_id) from measure m join snapshot s using (snapshot_id)"
    ).frame()
    return kept.with_columns(pl.col(pl.Float64).round(9)).sort("as_of", "metric", "scope", "split", "part")


def do(lake, step, one, other):
    people = lake.query("select id from entity where type = 'person' and source <> 'golden' order by id").column()
    pick = lambda place: people[place % len(people)]  # noqa: E731
    batches = "select batch_id from batch where kind in ('edit', 'judge', 'undo') and undone_by is null order by 1 desc"
    match step:
        case "add":
            add_record(lake, "person", {"full_name": f"Person {chr(65 + one)}", "created_on": TODAY - other * 30 * DAY})
        case "mend":
            set_record(lake, pick(one), WHOLE)
        case "spoil":
            set_record(lake, pick(one), {"email": "no address", "country": None, "phone": "n/a"})
        case "delete":
            delete_record(lake, pick(one))
        case "merge":
            merge(lake, [pick(one), pick(other)])
        case "unmerge":
            unmerge(lake, pick(one))
        case "undo":
            undo(lake, lake.query(batches).column()[one])
        case "meet":
            call = add_record(
                lake, "activity", {"subject": "Call", "happened_at": f"{TODAY - other * 40 * DAY} 10:00:00"}
            )
            link_records(lake, call, "about", pick(one))
        case "own":
            link_records(lake, pick(one), "owned_by", add_record(lake, "user", {"name": f"User {other}"}))
        case "leave":
            unlink(lake, lake.query("select id from link where ended_at is null order by id").column()[one])
        case "level":
            change_field(lake, "person", "job_title", level=("required", "expected", "optional")[one % 3])
        case "grow":
            add_field(lake, "person", Field(f"f{one}", f"F{one}", "text", level="expected"))
        case "limit":
            change_type(lake, "person", staleness_days=30 + one)


@settings(max_examples=12, phases=[Phase.generate], suppress_health_check=list(HealthCheck), deadline=None)
@given(steps=STEPS)
def test_what_is_worked_out_later_is_what_was_taken_then(tmp_path_factory, clock, steps):
    clock.now = NOON
    with init_lake(tmp_path_factory.mktemp("lake") / "l.xrm", clock=clock, user="ann") as lake:
        add_many(lake, "person", [{"full_name": "Ann"}, {"full_name": "Ben", "email": "x"}, WHOLE])
        for step, one, other in [*steps, ("days", 0, 0)]:
            if step == "days":
                take_snapshot(lake)
                clock.now += 7 * DAY
            else:
                with suppress(XrmError, IndexError):
                    do(lake, step, one, other)
        taken = all_measures(lake)
        forget_snapshots(lake)

        backfill(lake, TODAY)

        assert all_measures(lake).rows() == taken.rows()


def test_what_the_ledger_cannot_tell_is_left_out_with_the_reason(lake, clock):
    add_many(lake, "person", [someone(place) for place in range(3)])
    match(lake, "person")
    clock.now += 2 * DAY

    filled = backfill(lake, TODAY, every=1)

    assert filled.days == (TODAY, TODAY + DAY)
    assert filled.left_out.filter(as_of=TODAY)["metric"].to_list() == ["duplicate", "new_duplicate"]
    assert "is not kept" in filled.left_out["reason"][0]
    assert list_measures(lake, metric="duplicate").is_empty()
    assert list_measures(lake, metric="new_duplicate").is_empty()


def test_snapshots_that_were_taken_stay_and_are_told_after_those_that_were_worked_out(lake, clock):
    add_many(lake, "person", [{"full_name": "Ann"}])
    clock.now += 14 * DAY
    take_snapshot(lake)
    clock.now += 14 * DAY

    filled = backfill(lake, TODAY)

    assert filled.days == (TODAY, TODAY + 7 * DAY)
    told = list_measures(lake, metric="incomplete", scope="person")
    assert told["as_of"].to_list() == [TODAY, TODAY + 7 * DAY, TODAY + 14 * DAY]
    assert told["snapshot_id"].is_sorted()
    with pytest.raises(InvalidValue, match=r"no day to fill.*Nothing was changed"):
        backfill(lake, TODAY)


def test_the_snapshot_after_a_backfill_tells_what_entered_since(lake, clock):
    (id,) = add_many(lake, "person", [WHOLE])
    clock.now += 7 * DAY
    backfill(lake, TODAY)

    set_record(lake, id, dict.fromkeys(WHOLE) | {"full_name": "Ann"})
    measures = take_snapshot(lake).measures.filter(metric="incomplete", scope="person", split="")

    assert measures.select("num", "den", "at_risk", "entered", "left_").row(0) == (1, 1, 1, 1, 0)


def test_a_backfill_goes_on_where_it_was_stopped(lake, clock):
    add_many(lake, "person", [{"full_name": "Ann"}])
    clock.now += 22 * DAY
    whole = backfill(lake, TODAY)
    wanted = all_measures(lake)
    with lake.write("edit") as batch:
        late = "snapshot_id in (select snapshot_id from snapshot where as_of > $day)"
        batch.execute(f"delete from measure where {late}", day=TODAY + 7 * DAY)
        batch.execute(f"delete from snapshot where {late}", day=TODAY + 7 * DAY)

    rest = backfill(lake, TODAY)

    assert rest.days == whole.days[2:]
    assert all_measures(lake).rows() == wanted.rows()


def test_a_lake_as_it_was_before_anything_came_in_is_measured_as_empty(lake, clock):
    add_many(lake, "person", [{"full_name": "Ann"}])
    clock.now += DAY

    assert backfill(lake, TODAY - DAY, every=1).days == (TODAY - DAY, TODAY)
    assert list_measures(lake)["as_of"].unique().to_list() == [TODAY]
