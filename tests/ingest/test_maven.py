"""The Maven sales data, end to end: four files without a mapping written by hand, exact to the unit."""

import pytest

from xrm_lake.ingest.load import import_files
from xrm_lake.ingest.pending import list_pending, resolve_pending
from xrm_lake.store.undo import undo

from .files import counts, same_state, state

FILES = ("accounts.csv", "products.csv", "sales_teams.csv", "sales_pipeline.csv")
RECORDS = {"accounts.csv": 85, "products.csv": 7, "sales_teams.csv": 35, "sales_pipeline.csv": 8800}


@pytest.fixture
def maven(lake, shared_data):
    folder = shared_data / "crm" / "maven"
    return lambda **options: import_files(lake, [folder / name for name in FILES], source="maven", **options)


def test_every_record_comes_in_and_every_sum_is_right(lake, maven):
    result = maven()

    assert {item.file: item.new for item in result.files} == RECORDS
    assert all(item.accounted for item in result.files)
    assert result.total("rejected") == 0
    assert {name: lake.query(f'select count(*) from "{name}"').value() for name in ("deal", "organisation", "product", "user")} == {
        "deal": 8800, "organisation": 85, "product": 7, "user": 35,
    }  # fmt: skip
    stages = lake.query(
        "select stage, count(*), coalesce(sum(amount), 0)::bigint from deal group by stage order by stage"
    ).rows()
    assert stages == [("Engaging", 1589, 0), ("Lost", 2473, 0), ("Prospecting", 500, 0), ("Won", 4238, 10_005_534)]
    months = lake.query(
        "select strftime(close_date, '%Y-%m') as month, sum(amount)::bigint, count(*) from deal"
        " where stage = 'Won' group by month order by month"
    ).rows()
    assert (months[0], months[-1], len(months)) == (("2017-03", 1_134_672, 531), ("2017-12", 1_131_573, 511), 10)


def test_deals_without_a_link_are_counted_and_none_is_guessed(lake, maven):
    maven()

    without = lake.query(
        "select count(*) from deal where id not in (select from_golden from link where type = 'for_organisation' and ended_at is null)"
    ).value()
    waiting = list_pending(lake)
    assert without == 1425
    assert waiting["to_text"].unique().to_list() == ["GTXPro"]
    assert waiting.height == 1480


def test_one_answer_settles_all_deals_of_the_misspelt_product(lake, maven):
    maven()
    product = lake.query("select id from product where name = 'GTX Pro'").value()

    assert resolve_pending(lake, list_pending(lake)["pending_id"][0], product) == 1480
    assert list_pending(lake).is_empty()
    assert maven().total("pending") == 0


def test_imported_again_nothing_is_new_or_changed(lake, maven):
    maven()
    before = state(lake)

    again = maven()

    assert [counts(item)[:2] for item in again.files] == [(0, 0)] * 4
    assert again.total("same") == sum(RECORDS.values())
    assert (again.total("links"), again.total("pending"), again.resolved_earlier) == (0, 0, 0)
    same_state(before, state(lake), moments=True)


def test_undone_every_table_is_as_before(lake, maven):
    before = state(lake)

    for item in maven().files:
        undo(lake, item.batch_id)

    same_state(before, state(lake))


def test_a_dry_run_sees_all_files_and_keeps_nothing(lake, maven):
    before = state(lake)

    tried = maven(dry_run=True)

    assert (tried.total("new"), tried.total("links"), tried.total("pending")) == (8927, 23_510, 1480)
    same_state(before, state(lake), moments=True)
