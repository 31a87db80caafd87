"""Trends of a lake: told from its snapshots, worst first, and the same whatever one asks for."""

from datetime import timedelta

import pytest

from tests.hygiene.measured import measure_problem, measure_weeks, sunday, wavering
from tests.hygiene.year import make_year
from xrm_lake.errors import UnknownName
from xrm_lake.hygiene.entered import list_entered
from xrm_lake.hygiene.odd_weeks import flag_week, list_odd_weeks
from xrm_lake.hygiene.trends import TRENDS, trends

WEEKS = 48
LAST = sunday(WEEKS - 1)


def told(lake, metric, *, as_of=LAST, type="all"):
    return trends(lake, type, metric=metric, as_of=as_of).row(0, named=True)


def test_a_lake_that_was_never_measured_has_no_trends(lake):
    assert trends(lake).schema == TRENDS
    assert trends(lake).is_empty()


def test_what_gets_worse_stands_first_with_the_part_it_came_with(lake):
    measure_problem(lake, "malformed", wavering(10, WEEKS), wavering(9, WEEKS))
    measure_problem(lake, "incomplete", [*wavering(14, 40), *wavering(40, 8)], wavering(9, WEEKS))

    found = trends(lake, "all", as_of=LAST)

    assert found["metric"].to_list() == ["incomplete", "malformed"]
    worst = found.row(0, named=True)
    assert (worst["state"], worst["part"], worst["since"]) == ("alert", "new", sunday(40))
    assert worst["low"] < 0.4 < worst["high"]
    assert worst["usual"] == pytest.approx(0.14, abs=0.01)
    assert "new records" in worst["sentence"]
    assert found.row(1, named=True)["state"] == "steady"


def test_a_growing_lake_does_not_get_better_by_growing(lake):
    """As many new records as ever have the fault; only the old ones, who never get it, are more each week."""
    for week_risk, part in ((100, "new"), (None, "older")):
        entered = wavering(14, WEEKS) if part == "new" else [0.0] * WEEKS
        measure_weeks(
            lake,
            "incomplete",
            [None, *entered[1:]],
            scope="person",
            split="arrival",
            part=part,
            of_new=part == "new",
            at_risk=week_risk or 5000,
        )
    measure_weeks(lake, "incomplete", [None, *wavering(14, WEEKS)[1:]], at_risk=5100)

    assert told(lake, "incomplete")["state"] == "steady"


def test_a_past_day_is_told_as_it_was_known_then(lake):
    measure_problem(lake, "incomplete", [*wavering(14, 40), *wavering(40, 8)], wavering(9, WEEKS))

    assert told(lake, "incomplete", as_of=sunday(39))["state"] == "steady"
    assert told(lake, "incomplete", as_of=sunday(10))["state"] == "no baseline"


def test_a_new_version_of_a_metric_begins_anew(lake):
    versions = [1] * 40 + [2] * 8
    measure_problem(lake, "incomplete", [*wavering(14, 40), *wavering(40, 8)], wavering(9, WEEKS), version=versions)

    found = told(lake, "incomplete")

    assert found["state"] == "no baseline"
    assert found["weeks"] == 7


def test_an_odd_week_is_left_out_until_it_counts_again(lake):
    measure_weeks(lake, "placeholder", [*wavering(20, 47), 200], at_risk=200, of_new=True)
    assert told(lake, "placeholder")["state"] == "watch"

    flag_week(lake, LAST - timedelta(days=3), reason="Christmas")
    assert told(lake, "placeholder")["state"] == "steady"
    assert list_odd_weeks(lake).rows() == [(LAST - timedelta(days=3), "Christmas")]

    flag_week(lake, LAST - timedelta(days=3), odd=False)
    assert told(lake, "placeholder")["state"] == "watch"


def test_a_day_that_was_not_flagged_cannot_be_counted_again(lake):
    with pytest.raises(UnknownName):
        flag_week(lake, LAST, odd=False)


def test_what_is_told_does_not_hang_on_what_was_asked(lake):
    measure_problem(lake, "incomplete", [*wavering(14, 40), *wavering(40, 8)], wavering(9, WEEKS))
    measure_weeks(lake, "placeholder", wavering(20, WEEKS), at_risk=200, of_new=True)
    measure_weeks(lake, "placeholder", wavering(20, WEEKS), at_risk=200, of_new=True, scope="person")

    whole = trends(lake, as_of=LAST)

    for row in whole.iter_rows(named=True):
        assert told(lake, row["metric"], type=row["scope"]) == row


def test_a_limit_that_is_crossed_is_told_of_the_whole(lake):
    measure_problem(lake, "duplicate", wavering(9, WEEKS), wavering(9, WEEKS), num=20)
    with lake.write("snapshot") as batch:
        batch.execute("update measure set num = 120 where split = '' and snapshot_id > 44")

    found = told(lake, "duplicate")

    assert (found["state"], found["rules"], found["since"]) == ("worse", "C", sunday(44))
    assert "above 5.5% now: 12.0%" in found["sentence"]


def test_a_limit_is_one_for_the_whole_and_not_for_what_is_new(lake):
    measure_problem(lake, "incomplete", [*wavering(14, 40), *wavering(40, 8)], wavering(9, WEEKS), num=200)

    found = told(lake, "incomplete")

    assert "C" not in found["rules"]
    assert "limit" not in found["sentence"]


def test_unknown_metrics_and_types_are_named(lake):
    with pytest.raises(UnknownName, match="stael"):
        trends(lake, metric="stael")
    with pytest.raises(UnknownName):
        trends(lake, "perso")


@pytest.mark.slow
def test_a_drift_in_what_comes_in_is_told_within_eight_weeks_and_nothing_else_is(tmp_path):
    """Real snapshots, one a week: from the sixteenth on, two in three people of one source come bare."""
    with make_year(tmp_path / "year.xrm", weeks=24, drifts_in=16) as lake:
        found = trends(lake, "person")

        worse = found.filter(found["direction"] > 0)
        assert worse["metric"].to_list() == ["incomplete"]
        assert worse["part"].to_list() == ["new"]
        assert worse["since"].to_list() == [sunday(16)]
        assert worse["state"][0] in ("alert", "worse")
        late = list_entered(lake, "incomplete", since=sunday(15))
        assert late["source"].value_counts(sort=True)["source"][0] == "webform"
