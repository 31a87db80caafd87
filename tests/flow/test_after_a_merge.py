"""Files that come again after their records were merged: nothing is made twice, nothing that was decided is lost."""

import pytest

from tests.hygiene.state import derived_state
from xrm_lake.hygiene.judge import merge, unmerge
from xrm_lake.ingest.load import import_files
from xrm_lake.store.doctor import doctor
from xrm_lake.store.links import links_of
from xrm_lake.store.read import list_records, show_record
from xrm_lake.store.records import delete_record, set_record
from xrm_lake.store.undo import undo

PEOPLE = {
    "K1": ["Ann", "Lee", "ann@example.org", "Bonn"],
    "K2": ["Anne", "Lee", "ann@example.org", "Köln"],
    "K3": ["Bob", "Ray", "bob@example.org", "Bern"],
}


@pytest.fixture
def bring(lake, tmp_path):
    """Import rows of people, by key; what is left out is not in the file."""

    def bring(rows, *, source="crm", name="people.csv", **options):
        lines = ["Id,First Name,Last Name,Email,City", *(",".join([key, *row]) for key, row in rows.items())]
        file = tmp_path / name
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return import_files(lake, [file], type="person", source=source, **options).files[0]

    return bring


@pytest.fixture
def merged(lake, bring):
    """K1 and K2 made one; gives the ids by key."""
    bring(PEOPLE)
    ids = dict(lake.query("select source_key, id from entity where source = 'crm'").rows())
    merge(lake, [ids["K1"], ids["K2"]])
    return ids


def test_the_same_file_again_changes_nothing(lake, merged, bring):
    before = derived_state(lake)

    again = bring(PEOPLE)

    assert (again.new, again.changed, again.same) == (0, 0, 3)
    assert derived_state(lake) == before


def test_what_a_source_says_anew_of_a_member_shows_in_the_golden_record(lake, merged, bring):
    again = bring(PEOPLE | {"K2": ["Anne", "Lee", "anne.lee@example.org", "Köln"], "K1": ["Ann", "Lee", "", "Bonn"]})

    golden = show_record(lake, merged["K1"] + 1)
    assert (again.new, again.changed) == (0, 1)
    assert golden.members == (merged["K1"], merged["K2"])
    assert show_record(lake, merged["K2"]).values["email"] == "anne.lee@example.org"
    assert golden.values["email"] in ("ann@example.org", "anne.lee@example.org")


def test_what_a_person_pinned_outlives_what_the_source_says_anew(lake, merged, bring):
    set_record(lake, merged["K1"] + 1, {"city": "Aachen"})

    bring({key: [*row[:3], "Wien"] for key, row in PEOPLE.items()})

    golden = show_record(lake, merged["K1"] + 1)
    assert golden.values["city"] == "Aachen"
    assert [show_record(lake, id).values["city"] for id in golden.members] == ["Wien", "Wien"]
    assert show_record(lake, merged["K3"]).values["city"] == "Wien"


def test_an_unpinned_value_of_the_golden_record_follows_its_members(lake, merged, bring):
    bring({key: [*row[:3], "Wien"] for key, row in PEOPLE.items()})

    assert show_record(lake, merged["K1"] + 1).values["city"] == "Wien"


def test_a_member_that_a_person_deleted_does_not_come_back(lake, merged, bring):
    delete_record(lake, merged["K2"])
    people = list_records(lake, "person")["id"].to_list()

    again = bring(PEOPLE | {"K2": ["Anne", "Lee", "new@example.org", "Ulm"]})

    assert again.new == 0
    assert any("deleted here" in note for note in again.notes)
    assert list_records(lake, "person")["id"].to_list() == people
    assert lake.query("select count(*) from entity where source = 'crm'").value() == 3


def test_a_member_that_was_withdrawn_comes_back_into_its_cluster(lake, bring, tmp_path):
    bring({key: PEOPLE[key] for key in ("K1", "K3")})
    second = bring({"K2": PEOPLE["K2"]}, name="more.csv")
    ids = dict(lake.query("select source_key, id from entity where source = 'crm'").rows())
    merge(lake, [ids["K1"], ids["K2"]])
    before = show_record(lake, ids["K1"] + 1).values

    undo(lake, second.batch_id)
    alone = show_record(lake, ids["K1"]).golden_id
    back = bring({"K2": PEOPLE["K2"]}, name="more.csv")

    assert alone is None
    assert back.new == 1
    assert show_record(lake, ids["K1"] + 1).members == (ids["K1"], ids["K2"])
    assert show_record(lake, ids["K1"] + 1).values == before
    assert lake.query("select count(*) from entity where source_key = 'K2'").value() == 1
    assert doctor(lake).healthy


def test_a_row_without_an_id_that_comes_again_is_the_member_that_it_was(lake, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text("Name,Email\nAnn Lee,ann@example.org\nAnne Lee,ann@example.org\n", encoding="utf-8")
    import_files(lake, [file], type="person", source="list")
    ids = lake.query("select id from entity where source = 'list' order by id").column()
    merge(lake, ids)

    again = import_files(lake, [file], type="person", source="list").files[0]

    assert (again.new, again.same) == (0, 2)
    assert show_record(lake, ids[0] + 1).members == tuple(ids)


def test_a_key_field_finds_the_cluster_whichever_member_has_the_value(lake, merged, bring):
    bring({"X": ["Ann", "Lee", "ann@example.org", "Bonn"]}, source="shop", key=["email"])

    assert lake.query("select count(*) from entity where source = 'shop'").value() == 0
    assert list_records(lake, "person").height == 2


def test_a_link_to_a_member_hangs_on_the_golden_record(lake, merged, tmp_path):
    file = tmp_path / "deals.csv"
    file.write_text("Id,Name,Contact Id\nD1,Big one,K2\n", encoding="utf-8")

    done = import_files(lake, [file], type="deal", source="crm").files[0]

    assert (done.links, done.pending) == (1, 0)
    assert "Big one" in links_of(lake, merged["K1"] + 1)["other"].to_list()


def test_a_source_that_merged_its_own_duplicates_changes_no_decision_here(lake, merged, bring):
    again = bring({"K1": ["Anne", "Lee", "ann@example.org", "Köln"], "K3": PEOPLE["K3"]})

    assert (again.new, again.changed) == (0, 1)
    assert show_record(lake, merged["K1"] + 1).members == (merged["K1"], merged["K2"])


def test_after_an_unmerge_each_row_is_its_own_record_again(lake, merged, bring):
    unmerge(lake, merged["K2"])

    again = bring(PEOPLE)

    assert (again.new, again.changed, again.same) == (0, 0, 3)
    assert [show_record(lake, merged[key]).golden_id for key in ("K1", "K2")] == [None, None]
