"""The slow changes: each shows in the files from its week on, and not before."""

from datetime import timedelta

import polars as pl
import pytest

from xrm_lake.demo.generate.life.drifts import DRIFTS, DUPLICATES, OTHER, PUSHED, STAGE, UNTOUCHED

from .reading import ROW, named, planted, table


def with_week(frame, truth, column):
    start = truth.today - timedelta(weeks=40)
    day = pl.col(column).str.slice(0, 10).str.to_date()
    return frame.with_columns(week=(day - start).dt.total_days() // 7 + 1)


def before_and_late(frame, drift, wrong):
    """The share of `wrong` rows in the weeks before a drift, and in its last five weeks."""
    early = frame.filter(pl.col("week").is_between(1, drift.week - 1))
    late = frame.filter(pl.col("week") > 35)
    return early.select(wrong.mean()).item(), late.select(wrong.mean()).item()


def test_five_drifts_are_told(larger):
    assert larger[1].drifts == DRIFTS


@pytest.mark.parametrize("drift", DRIFTS, ids=lambda drift: drift.name)
def test_a_drift_starts_in_its_week_and_ends_at_its_level(drift):
    level = drift.level(pl.Series([0, drift.week - 1, 40]).to_numpy())

    assert level.tolist() == pytest.approx([drift.before, drift.before, drift.after])


def test_duplicates_rise(larger):
    folder, truth = larger
    file = named(truth, "all-contacts")
    contacts = with_week(table(folder, truth, file), truth, "Create Date")
    twice = pl.col(ROW).is_in(list(planted(truth, "duplicate_person_within", file)))

    early, late = before_and_late(contacts, DUPLICATES, twice)

    assert early < 0.07
    assert late > 0.15


def test_other_creeps_in(larger):
    folder, truth = larger
    contacts = with_week(table(folder, truth, "salesforce/Contact.csv"), truth, "CreatedDate")

    early, late = before_and_late(contacts, OTHER, pl.col("LeadSource") == "Other")

    assert early < 0.08
    assert late > 0.35


def test_the_team_touches_nobody_any_more(larger):
    folder, truth = larger
    users = table(folder, truth, "hubspot/hubspot-users.csv")
    team = users.filter(pl.col("Primary team") == "North").select(pl.col("First name") + " " + pl.col("Last name"))
    done = with_week(table(folder, truth, named(truth, "all-calls")), truth, "Activity date")
    theirs = pl.col("Activity assigned to").is_in(team.to_series().to_list())

    early, late = before_and_late(done, UNTOUCHED, theirs)

    assert early > 0.2
    assert late == 0.0


def test_one_user_starts_deals_in_negotiation(larger):
    folder, truth = larger
    keys = planted(truth, "stage_meaning", "salesforce/Opportunity.csv")
    deals = with_week(table(folder, truth, "salesforce/Opportunity.csv"), truth, "CreatedDate")

    straight = deals.filter(pl.col("Id").is_in(list(keys)))

    assert straight["OwnerId"].n_unique() == 1
    assert straight["week"].min() >= STAGE.week
    assert set(straight["StageName"]) <= {"Prospecting", "Negotiation/Review", "Closed Won", "Closed Lost"}


def test_close_dates_are_pushed_more_often(larger):
    folder, truth = larger
    deals = with_week(table(folder, truth, "salesforce/Opportunity.csv"), truth, "CreatedDate")

    early, late = before_and_late(deals, PUSHED, pl.col("PushCount").cast(pl.Int64))

    assert early < 0.3
    assert late > 1.0
