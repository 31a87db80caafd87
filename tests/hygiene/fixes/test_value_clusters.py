"""Spellings of a field in a lake: found, unified as one batch, taken back as if never, refused for good."""

import pytest

from tests.ingest.files import file, load, same_state, state
from xrm_lake.errors import InvalidValue, Misuse, UnknownName
from xrm_lake.hygiene.fixes.unify import refuse_values, unify_values
from xrm_lake.hygiene.fixes.value_clusters import value_clusters
from xrm_lake.hygiene.judge import merge
from xrm_lake.ingest.load import import_files
from xrm_lake.store.records import add_record, set_record
from xrm_lake.store.search import search
from xrm_lake.store.undo import undo

MAVEN = ("accounts.csv", "products.csv", "sales_teams.csv", "sales_pipeline.csv")


@pytest.fixture
def cities(lake):
    """Five people in one city of three spellings."""
    for name, city in enumerate(["München", "München", "MÜNCHEN", "Muenchen", "Munchen"]):
        add_record(lake, "person", {"full_name": f"Ann Smith {'abcdef'[name]}", "city": city})
    return lake


def proposals(lake, *place, **options):
    found = value_clusters(lake, *place, **options)
    return {(row["value"], row["proposed"]) for row in found.iter_rows(named=True) if row["value"] != row["proposed"]}


def apply_all(lake, *place, **options):
    return unify_values(lake, *place, dict(proposals(lake, *place)), **options)


def test_the_spellings_of_a_city_are_one_cluster_with_the_most_frequent_proposed(cities):
    assert proposals(cities, "person", "city", method="fingerprint") == {("MÜNCHEN", "München"), ("Munchen", "München")}
    assert ("Muenchen", "München") in proposals(cities, "person", "city")


def test_unified_nothing_is_proposed_and_undone_all_is_as_if_never(cities):
    before, told = state(cities), value_clusters(cities, "person", "city")

    result = apply_all(cities, "person", "city")
    assert (result.changed.height, result.left.height) == (3, 0)
    assert value_clusters(cities, "person", "city").is_empty()
    assert search(cities, "Muenchen").height == 0

    undo(cities, result.batch_id)
    same_state(before, state(cities))
    assert value_clusters(cities, "person", "city").equals(told)
    assert search(cities, "Muenchen").height == 1


def test_a_dry_run_tells_what_a_commit_does_and_changes_nothing(cities):
    before = state(cities)

    dry = apply_all(cities, "person", "city", dry_run=True)
    same_state(before, state(cities), moments=True)
    real = apply_all(cities, "person", "city")

    assert dry.batch_id is None
    assert dry.changed.equals(real.changed)
    assert dry.left.equals(real.left)


def test_a_refused_pair_is_never_proposed_again_until_that_is_undone(cities):
    batch = refuse_values(cities, "person", "city", {"Muenchen": "München"})

    assert ("Muenchen", "München") not in proposals(cities, "person", "city")
    assert ("MÜNCHEN", "München") in proposals(cities, "person", "city")
    undo(cities, batch)
    assert ("Muenchen", "München") in proposals(cities, "person", "city")


def test_a_later_edit_outlives_the_undo_of_a_fix(cities):
    result = apply_all(cities, "person", "city")
    id = result.changed["record_id"][0]
    set_record(cities, id, {"city": "Hamburg"})

    undone = undo(cities, result.batch_id)

    assert cities.query("select city from person where id = $id", id=id).value() == "Hamburg"
    assert undone.kept["entity_id"].to_list() == [id]


def test_a_pin_stands_over_a_fix_and_a_golden_record_follows_its_members(lake):
    one, two, three = (
        add_record(lake, "organisation", {"name": name, "industry": industry})
        for name, industry in (("Acme", "Soft ware"), ("Acme", "Soft ware"), ("Beta", "Software"))
    )
    merge(lake, [one, two])
    before = state(lake)
    result = unify_values(lake, "organisation", "industry", {"Soft ware": "Software"})
    assert lake.query("select distinct industry from organisation").column() == ["Software"]
    undo(lake, result.batch_id)
    same_state(before, state(lake))

    set_record(lake, one + 1, {"industry": "Soft  Ware"})
    unify_values(lake, "organisation", "industry", {"Soft ware": "Software"})

    assert lake.query("select industry from organisation order by id").column() == ["Soft Ware", "Software"]
    assert three


def test_the_same_file_imported_again_leaves_what_was_fixed(lake, tmp_path):
    text = "Id,Full name,City\n1,Ann Lee,Muenchen\n2,Bob Ray,München\n"
    load(lake, tmp_path, text, type="person")
    unify_values(lake, "person", "city", {"Muenchen": "München"})

    import_files(lake, [file(tmp_path, "people.csv", text)], source="crm", type="person")

    assert lake.query("select distinct city from person").column() == ["München"]


def test_items_of_a_list_are_unified_within_it(lake):
    id = add_record(lake, "person", {"full_name": "Ann Lee", "tags": ["VIP", "vip", "Press"]})

    unify_values(lake, "person", "tags", {"vip": "VIP"})

    assert lake.query("select tags from person where id = $id", id=id).value() == ["VIP", "Press"]


@pytest.mark.parametrize(
    "hostile", ["'; drop table entity; --", "=cmd|' /C calc'!A0", "\u202eabc", "x" * 5000, "%s %(a)s {0}", "🦊🦊"]
)
def test_hostile_values_are_only_values(lake, hostile):
    stored = [
        lake.query("select city from person where id = $id", id=add_record(lake, "person", {"full_name": "Ann Lee", "city": city})).value()
        for city in (hostile, hostile + "!")
    ]  # fmt: skip

    value_clusters(lake, "person", "city")
    result = unify_values(lake, "person", "city", {stored[1]: stored[0]})

    assert result.changed.height == 1
    assert lake.query("select distinct city from person").column() == [stored[0]]


def test_what_says_nothing_is_no_spelling(lake):
    for city in ("N/A", "n/a", "N.A.", "-"):
        add_record(lake, "person", {"full_name": "Ann Lee", "city": city})

    assert value_clusters(lake, "person", "city").is_empty()


def test_what_cannot_be_is_refused_and_nothing_is_changed(cities):
    for wrong, error in (
        ({}, Misuse), ({"München": " "}, InvalidValue), ({"a": "b", "b": "c"}, InvalidValue),
    ):  # fmt: skip
        with pytest.raises(error):
            unify_values(cities, "person", "city", wrong)
    for place in (("person", "email"), ("person", "birth_date")):
        with pytest.raises(InvalidValue):
            value_clusters(cities, *place)
    with pytest.raises(UnknownName):
        value_clusters(cities, "person", "town")
    with pytest.raises(UnknownName):
        value_clusters(cities, "person", "city", method="soundex")


def test_the_twins_and_slips_of_the_maven_data_are_found(lake, shared_data):
    import_files(lake, [shared_data / "crm" / "maven" / name for name in MAVEN], source="maven")
    before = state(lake)

    assert proposals(lake, "deal", "sells") == {("GTXPro", "GTX Pro")}
    assert proposals(lake, "organisation", "industry") == {("technolgy", "technology")}
    assert proposals(lake, "product", "name") == set()

    joined = unify_values(lake, "deal", "sells", {"GTXPro": "GTX Pro"})
    assert joined.records == 1480
    assert proposals(lake, "deal", "sells") == set()
    undo(lake, joined.batch_id)
    same_state(before, state(lake))
