"""Before and after: what was there, what came, what went and what remains add up; who did what is told to viewers only."""

from datetime import timedelta

import pytest

from tests.reports.gallery.lakes import MONDAY, new_lake, small_firm
from xrm_lake.governance.sight import allow_viewer
from xrm_lake.hygiene.my_week import my_week
from xrm_lake.hygiene.owner_health import owner_health
from xrm_lake.reports.build import build_report
from xrm_lake.reports.page import Section, Table
from xrm_lake.reports.render import render


@pytest.fixture(scope="module")
def firm(tmp_path_factory):
    with small_firm(tmp_path_factory.mktemp("quality") / "firm.xrm") as lake:
        yield lake


def table(page, title):
    return next(block for block in page.blocks if isinstance(block, Table) and block.title == title)


def test_before_and_what_came_and_went_give_what_remains(firm):
    rows = table(build_report(firm, "quality", as_of=MONDAY), "Problem by problem").rows

    assert (rows["before"] + rows["decayed"] - rows["recovered"]).to_list() == rows["remaining"].to_list()
    assert (rows["decayed"] > 0).any()
    assert rows["url"][0] == "/issues?problem=duplicate"


def test_work_is_counted_as_it_stands_and_told_without_names(firm):
    page = build_report(firm, "quality", as_of=MONDAY)

    done = {row["what"]: row for row in table(page, "What was done").rows.iter_rows(named=True)}
    figures = {
        metric.label: metric.value for block in page.blocks if isinstance(block, Section) for metric in block.blocks
    }
    assert (done["Pairs answered"]["times"], figures["Merged"]) == (1, 1)
    assert "By whom" not in render(page, "md")
    assert firm.user not in render(page, "json")


def test_no_score_stands_of_fewer_than_thirty_records(tmp_path):
    from tests.hygiene.many import add_many
    from xrm_lake.hygiene.snapshot import take_snapshot

    with new_lake(tmp_path / "l.xrm") as lake:
        add_many(lake, "person", [{"full_name": f"P {place}"} for place in range(29)])
        take_snapshot(lake, as_of=MONDAY - timedelta(days=7))
        take_snapshot(lake, as_of=MONDAY)
        rows = table(build_report(lake, "quality", as_of=MONDAY), "Problem by problem").rows

    assert rows["score_before"].null_count() == rows["score_after"].null_count() == rows.height > 0


def test_health_by_owner_is_for_viewers_and_has_no_share_of_fewer_than_thirty(tmp_path):
    with small_firm(tmp_path / "firm.xrm") as lake:
        assert owner_health(lake) is None
        allow_viewer(lake, lake.user)
        told = owner_health(lake)
        page = build_report(lake, "quality", as_of=MONDAY)

    assert set(told["owner"]) == {"Ann Seller", "Ben Seller"}
    assert told["records"].max() < 30
    assert told["stale"].null_count() == told.height
    assert set(table(page, "By whom").rows["made_by"]) == {"ann"}


def test_the_goal_of_the_week_empties_the_queue_in_four(firm):
    mine = my_week(firm, 99)

    assert (mine.answered, mine.goal) == (1, 25)
    assert my_week(firm, 10_000).goal == 200
    assert mine.others.is_empty()
