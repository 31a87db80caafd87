"""Gates and adoption, each worked by hand; the missing number is said, and what cannot be told passes no gate."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hygiene.decay.through_stages import at, deal
from tests.hygiene.many import add_many
from xrm_lake.errors import InvalidValue, UnknownName
from xrm_lake.hygiene.adoption import adoption
from xrm_lake.hygiene.gates import both_outcomes
from xrm_lake.hygiene.readiness import READINESS, USES, is_ready, readiness
from xrm_lake.store.links import link_records
from xrm_lake.store.records import add_record


def gate(lake, use, name):
    (row,) = readiness(lake, use).filter(gate=name).iter_rows(named=True)
    return row


def test_an_empty_lake_is_ready_for_nothing(lake):
    rows = readiness(lake)

    assert set(rows["use"]) == set(USES)
    assert not any(is_ready(rows, use) for use in USES)
    assert not rows["passed"].fill_null(False).any()
    with pytest.raises(UnknownName):
        readiness(lake, "oracle")
    with pytest.raises(InvalidValue):
        readiness(lake, as_of=date(2999, 1, 1))


def test_a_forecast_needs_outcomes_of_both_sorts_dates_and_months(lake):
    closed = [
        {"name": "D", "stage": "Won" if n < 170 else "Lost", "amount": 5.0, "close_date": date(2025, 1 + n % 12, 5)}
        for n in range(210)
    ]
    ready = [{"name": "D", "stage": "Proposal", "amount": 5.0, "close_date": date(2026, 5, 1)}] * 19
    add_many(lake, "deal", [*closed, *ready, {"name": "D", "stage": "Proposal", "amount": 5.0}])

    told = gate(lake, "forecast", "closed")
    assert (told["has"], told["needs"], told["missing"], told["passed"]) == (210, 200, 0, True)
    told = gate(lake, "forecast", "each_outcome")
    assert (told["has"], told["missing"], told["passed"]) == (40, 10, False)
    assert told["verdict"] == "40 lost; 50 are needed, 10 are missing"
    told = gate(lake, "forecast", "dated")
    assert (told["has"], told["passed"]) == (0.95, True)
    assert gate(lake, "forecast", "months_won")["has"] == 12
    assert gate(lake, "forecast", "steady")["passed"] is None
    assert not is_ready(readiness(lake), "forecast")


def test_stage_history_is_counted_from_the_first_move_that_is_known(lake, clock):
    deal(lake, clock, [((3, 3), "Prospecting"), ((4, 1), "Proposal")])
    at(clock, (8, 1))

    told = gate(lake, "win_prediction", "stage_history")

    # 122 days.
    assert (told["has"], told["passed"]) == (4.0, False)


def test_who_was_met_five_times_over_three_months_counts(lake):
    people = add_many(lake, "person", [{"full_name": "A"}, {"full_name": "B"}])
    days = [(1, 1), (1, 20), (2, 10), (3, 1), (4, 5)]
    for person, year in zip(people, (2025, 2024), strict=True):
        for month, day in days if year == 2025 else days[:4]:
            call = add_record(lake, "activity", {"subject": "C", "happened_at": f"{year}-{month:02}-{day:02} 10:00:00"})
            link_records(lake, call, "about", person)

    assert gate(lake, "lead_score", "interactions")["has"] == 1


def test_a_churn_needs_customers_that_left_and_that_stayed(lake):
    add_many(lake, "customer", [{"until": date(2026, 1, 1)}] * 3 + [{"until": date(2027, 1, 1)}, {"until": None}])

    assert gate(lake, "churn", "each_outcome")["has"] == 2
    assert gate(lake, "churn", "closed")["has"] == 5


def test_adoption_names_nobody_and_says_what_it_cannot_know(lake, clock):
    at(clock, (3, 2))
    owners = [add_record(lake, "user", {"name": name}) for name in ("Ann Archer", "Bob Baker")]
    deals = add_many(lake, "deal", [{"name": "D", "stage": "Proposal", "amount": 5.0}] * 40)
    for place, id in enumerate(deals):
        link_records(lake, id, "owned_by", owners[place % 2])
    calls = add_many(
        lake,
        "activity",
        [{"subject": "C", "happened_at": datetime(2026, *day, 10)} for day in ((3, 1), (2, 1))],  # noqa: DTZ001
    )
    link_records(lake, calls[0], "about", deals[0])
    link_records(lake, calls[1], "about", deals[1])

    told = {row["measure"]: row for row in adoption(lake).iter_rows(named=True)}

    assert (told["weekly_active"]["num"], told["weekly_active"]["den"], told["weekly_active"]["value"]) == (1, 2, None)
    assert (told["coverage"]["num"], told["coverage"]["den"], told["coverage"]["value"]) == (1, 40, 0.025)
    assert told["weeks_active"]["value"] == 1
    assert told["delay_days"]["value"] is None
    assert told["licences"]["verdict"].startswith("cannot be told")
    assert "Ann" not in str(told)


@given(st.integers(0, 400), st.integers(0, 400))
def test_more_outcomes_never_shut_a_gate(yes, no):
    for few, more in zip(
        both_outcomes("t", yes, no, "y", "n"), both_outcomes("t", yes + 1, no + 1, "y", "n"), strict=True
    ):
        assert not few.passed or more.passed
        assert few.missing >= more.missing >= 0
        assert few.passed == (few.missing == 0)


def test_the_frame_is_as_told(lake):
    assert readiness(lake).schema == READINESS
