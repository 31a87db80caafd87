"""All signals in one table: the same on the day and afterwards, and owners named to those alone who may see them."""

from datetime import date, timedelta

import pytest
from polars.testing import assert_frame_equal

from tests.hygiene.decay.through_stages import at
from tests.hygiene.many import add_many
from xrm_lake.errors import InvalidValue, UnknownName
from xrm_lake.governance.sight import allow_viewer
from xrm_lake.hygiene.decay.list_signals import SIGNAL_ROWS, SIGNALS, list_signals
from xrm_lake.hygiene.decay.overrides import override_figure, take_back_override
from xrm_lake.store.links import link_records
from xrm_lake.store.records import add_record, set_record


@pytest.fixture
def owned(lake, clock):
    """Three owners of forty deals each; of one nearly all are lost, and of another the dates lie at the end of a month."""
    at(clock, (3, 2))
    owners = [add_record(lake, "user", {"name": name}) for name in ("Ann Archer", "Bob Baker", "Cleo Carter")]
    for n, owner in enumerate(owners):
        rows = [
            {
                "name": "D", "stage": "Lost" if place % 2 or (n == 1 and place > 2) else "Won", "amount": 10.0, "source": "Fair",
                "close_date": date(2026, 2, 28 if n == 2 else 17), "opened_on": date(2026, 2, 1),
            }
            for place in range(40)
        ]  # fmt: skip
        for id in add_many(lake, "deal", rows):
            link_records(lake, id, "owned_by", owner)
    return owners


def owners_told(rows):
    return set(rows.filter(rows["split"] == "owner")["part"]) - {""}


def test_owners_are_not_named_to_who_may_not_see_them(lake, owned):
    told = list_signals(lake, "deal")

    assert owners_told(told) == {"one of 3 owners"}
    rows = told.filter(told["part"] == "one of 3 owners")
    assert set(rows["measure"]) == {"outcome", "month_end"}
    assert rows["raised"].all()
    assert rows["den"].null_count() == rows.height


def test_owners_are_named_to_a_viewer(lake, owned):
    allow_viewer(lake, "ann")

    told = list_signals(lake, "deal").filter(split="owner", measure="month_end")

    assert told.select("part", "value", "raised").rows() == [
        ("Ann Archer", 0.0, False), ("Bob Baker", 0.0, False), ("Cleo Carter", 1.0, True),
    ]  # fmt: skip


def test_a_share_lies_between_nothing_and_all_and_few_records_tell_nothing(lake, owned):
    allow_viewer(lake, "ann")

    told = list_signals(lake)

    assert told.schema == SIGNAL_ROWS
    assert set(told["signal"]) <= set(SIGNALS)
    assert told.filter(told["raised"].is_null())["value"].null_count() == told["raised"].null_count()
    shares = told.filter(
        told["measure"].is_in(
            ["undefined", "regression", "skip", "reopen", "burst", "past_due", "month_end", "inactive"]
        )
    )
    assert (shares["num"] <= shares["den"]).all()
    assert (shares["num"] >= 0).all()


def test_as_of_a_day_it_tells_what_it_told_on_that_day(lake, owned, clock):
    allow_viewer(lake, "ann")
    on_the_day = list_signals(lake)
    at(clock, (4, 1))
    for id in lake.query("select id from deal order by id limit 50").column():
        set_record(lake, id, {"stage": "Negotiation", "source": "Other", "close_date": "2026-05-31"})

    assert_frame_equal(list_signals(lake, as_of=date(2026, 3, 2)), on_the_day)
    assert not list_signals(lake).equals(on_the_day)


def test_corrections_by_hand_are_counted_until_they_are_taken_back(lake):
    first = override_figure(lake, "weekly", "Stale", 90, old=100, reason="counted twice")
    override_figure(lake, "pipeline", "Won", 110, old=100, reason="one is missing")

    told = {row["measure"]: row for row in list_signals(lake).iter_rows(named=True) if row["type"] == ""}
    take_back_override(lake, first)
    after = {row["measure"]: row for row in list_signals(lake).iter_rows(named=True) if row["type"] == ""}

    assert (told["overrides"]["value"], told["overridden"]["value"], told["overridden"]["raised"]) == (2.0, 0.1, True)
    assert (after["overrides"]["value"], after["overridden"]["num"], after["overridden"]["den"]) == (1.0, 10.0, 100.0)


def test_days_to_come_and_types_that_are_not_there_are_refused(lake):
    with pytest.raises(InvalidValue):
        list_signals(lake, as_of=lake.clock().date() + timedelta(days=1))
    with pytest.raises(InvalidValue):
        list_signals(lake, days=0)
    with pytest.raises(UnknownName):
        list_signals(lake, "nobody")
