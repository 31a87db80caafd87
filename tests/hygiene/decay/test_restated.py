"""What a month that is over had told, and tells now: by hand, from the ledger, and against what was measured on those days."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hygiene.decay.through_stages import at, figure, state
from xrm_lake.hygiene.decay.backdated import backdated
from xrm_lake.hygiene.decay.restated import CAUSES, compare, restatements
from xrm_lake.store.as_of import past_of
from xrm_lake.store.records import add_record, delete_record, set_record

JANUARY = date(2026, 1, 1)
SCHEMA = {"id": pl.Int64, "outcome": pl.String, "day": pl.Date, "born": pl.Date, "amount": pl.Float64}


def known(*rows):
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def won(id, amount, day=20, month=1):
    return (id, "won", date(2026, month, day), date(2025, 12, 1), amount)


def test_each_record_that_differs_has_its_cause():
    before = known(won(1, 100), won(2, 50), won(3, 30), won(4, 20), won(5, 10))
    after = known(won(1, 100), won(3, 30, month=2), (4, "open", *won(4, 20)[2:]), won(5, 15), won(6, 70))

    told = compare(before, after, JANUARY, "won_amount").sort("id")

    assert told.rows() == [
        (1, 100, 100, None), (2, 50, 0, CAUSES[1]), (3, 30, 0, CAUSES[3]), (4, 20, 0, CAUSES[2]), (5, 10, 15, CAUSES[4]),
        (6, 0, 70, CAUSES[0]),
    ]  # fmt: skip


rows = st.lists(
    st.tuples(
        st.integers(1, 9), st.sampled_from(["won", "lost", "open"]), st.dates(date(2025, 12, 20), date(2026, 2, 10)),
        st.just(date(2025, 12, 1)), st.floats(0, 1000),
    ),
    unique_by=lambda row: row[0],
)  # fmt: skip


@given(rows, rows)
def test_old_and_new_are_what_was_counted_and_only_what_differs_has_a_cause(before, after):
    told = compare(known(*before), known(*after), JANUARY, "won_amount")

    def counted(some):
        return sum(
            amount for _, outcome, day, _, amount in some if outcome == "won" and day.month == 1 and day.year == 2026
        )

    assert told["old"].sum() == pytest.approx(counted(before))
    assert told["new"].sum() == pytest.approx(counted(after))
    assert told.filter((pl.col("old") - pl.col("new")).abs() > 1e-9)["cause"].null_count() == 0
    assert compare(known(*before), known(*before), JANUARY, "won")["cause"].null_count() == len(before)


@pytest.fixture
def restated(lake, clock):
    """Of April four deals of 100 were won by its end; after May 7 one grew by 40, one was deleted, one came late, with 60."""
    at(clock, (4, 15))
    ids = [
        add_record(lake, "deal", {"name": "D", "stage": "Won", "amount": 100, "close_date": "2026-04-15", "opened_on": "2026-04-02"})
        for _ in range(4)
    ]  # fmt: skip
    at(clock, (5, 20))
    set_record(lake, ids[0], {"amount": 140})
    delete_record(lake, ids[1])
    add_record(
        lake, "deal", {"name": "D", "stage": "Won", "amount": 60, "close_date": "2026-04-30", "opened_on": "2026-04-29"}
    )
    at(clock, (6, 30))
    return lake


def told_of(lake, day):
    return restatements(lambda when: past_of(lake, when), day, lake.catalog.type("deal"), began=date(2026, 3, 2))


def test_a_month_that_was_restated_says_by_how_much_and_why(restated):
    told = told_of(restated, date(2026, 6, 30))

    found = figure(told, "restated_won_amount")
    # 40 + 100 + 60 of 400.
    assert (found.num, found.den, found.value, found.raised) == (200.0, 400.0, 0.5, True)
    causes = {each.part: each.num for each in told if each.measure == "restated_won_amount" and each.split == "cause"}
    assert causes == {"it came later": 60.0, "it is gone": 100.0, "its amount was edited": 40.0}
    assert (figure(told, "restated_created").num, figure(told, "restated_created").den) == (2.0, 4.0)


def test_it_cannot_be_told_before_five_weeks_have_passed(restated):
    assert {each.raised for each in told_of(restated, date(2026, 6, 3))} == {None}
    assert figure(told_of(restated, date(2026, 6, 4)), "restated_won_amount").raised


def test_months_before_the_lake_are_not_told(lake, clock):
    at(clock, (6, 30))
    add_record(lake, "deal", {"name": "D", "stage": "Won", "amount": 100, "close_date": "2026-04-15"})

    told = restatements(
        lambda when: past_of(lake, when), date(2026, 6, 30), lake.catalog.type("deal"), began=date(2026, 6, 30)
    )

    assert {each.raised for each in told} == {None}


def test_close_dates_set_into_the_past_are_counted(lake, clock):
    at(clock, (3, 2))
    ids = [add_record(lake, "deal", {"name": "D", "stage": "Proposal", "close_date": "2026-03-30"}) for _ in range(30)]
    for n, id in enumerate(ids):
        set_record(lake, id, {"close_date": "2026-02-22" if n < 6 else "2026-02-23" if n < 12 else "2026-04-30"})

    (found,) = backdated(state(lake), lake.catalog.type("deal"), date(2026, 3, 1))

    # The 23rd is seven days back, no more.
    assert (found.num, found.den, found.raised) == (6, 30, True)
