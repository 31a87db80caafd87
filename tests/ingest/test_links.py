"""Links of imports: made when one record only is meant, kept waiting otherwise, and never twice."""

import pytest

from xrm_lake.errors import InvalidValue, UnknownRecord
from xrm_lake.hygiene.judge import merge
from xrm_lake.ingest.load import import_files
from xrm_lake.ingest.pending import list_pending, resolve_pending
from xrm_lake.ingest.plan import ColumnPlan, FilePlan, LinkTarget
from xrm_lake.store.links import link_records, unlink
from xrm_lake.store.read import show_record
from xrm_lake.store.records import add_record
from xrm_lake.store.undo import undo

from .files import counts, file, load, same_state, state

ORGS = "id,Company name,City\no1,Acme,Bonn\no2,Müller  Söhne,Köln\n"
DEALS = "id,Name,Stage,Amount,Account\nd1,Big,Won,10,acme\nd2,Small,Won,5,MULLER sohne\nd3,Odd,Won,1,Acmee\nd4,None,Won,2,\n"
BY_NAME = {"Account": "link:for_organisation:organisation:name"}


@pytest.fixture
def orgs(lake, tmp_path):
    return load(lake, tmp_path, ORGS, name="companies.csv", type="organisation")


def deals(lake, tmp_path, text=DEALS, **options):
    return load(lake, tmp_path, text, name="deals.csv", type="deal", mapping=BY_NAME, **options)


def of_deals(lake):
    return lake.query(
        """
        select d.name, o.name from link l join deal d on d.id = l.from_golden join organisation o on o.id = l.to_golden
        where l.ended_at is null and l.type = 'for_organisation' order by d.id
        """
    ).rows()


def test_a_name_is_met_whatever_its_case_accents_and_spaces_and_nothing_else(lake, tmp_path, orgs):
    result = deals(lake, tmp_path)

    assert of_deals(lake) == [("Big", "Acme"), ("Small", "Müller Söhne")]
    assert (result.links, result.pending) == (2, 1)
    assert list_pending(lake).select("to_text", "reason").rows() == [("Acmee", "no organisation has this name")]


def test_the_same_links_again_are_not_made_twice(lake, tmp_path, orgs):
    deals(lake, tmp_path)
    before = state(lake)

    again = deals(lake, tmp_path)

    assert (counts(again), again.links, again.pending) == ((0, 0, 4, 0), 0, 0)
    same_state(before, state(lake), moments=True)


def test_a_name_means_the_record_of_its_own_source_before_those_from_elsewhere(lake, tmp_path):
    for source in ("one", "two"):
        load(lake, tmp_path, ORGS, name="companies.csv", type="organisation", source=source)

    mine, elsewhere = deals(lake, tmp_path, source="two"), deals(lake, tmp_path, source="three")

    assert lake.query(
        "select distinct e.source from link l join entity e on e.id = l.to_id where l.type = 'for_organisation'"
    ).column() == ["two"]
    assert (mine.links, mine.pending) == (2, 1)
    assert (elsewhere.links, elsewhere.pending) == (0, 3)


def test_a_name_means_the_golden_record_that_stands_for_one_of_its_own_source(lake, tmp_path):
    firms = [
        load(lake, tmp_path, ORGS, name="companies.csv", type="organisation", source=name) for name in ("one", "two")
    ]
    assert all(each.new == 2 for each in firms)
    ids = lake.query("select id from entity where source_key = 'o1' order by id").column()
    other = add_record(lake, "organisation", {"name": "Acme"})
    merge(lake, ids, by="ann")

    result = deals(lake, tmp_path, source="two")

    assert (result.links, result.pending) == (2, 1)
    assert lake.query("select count(*) from link where to_id = $id", id=other).value() == 0


def test_an_ambiguous_name_waits_with_its_candidates(lake, tmp_path, orgs):
    twin = add_record(lake, "organisation", {"name": "ACME"}, source="crm", source_key="o9")

    result = deals(lake, tmp_path)

    assert result.pending == 2
    waiting = list_pending(lake).filter(to_text="acme")
    assert twin in waiting["candidates"][0].to_list()
    assert waiting["reason"][0] == "2 records have this name"


def test_undo_of_an_import_takes_its_links_and_what_waits(lake, tmp_path, orgs):
    before = state(lake)

    undo(lake, deals(lake, tmp_path).batch_id)

    same_state(before, state(lake))
    assert of_deals(lake) == []


def test_where_one_link_may_stand_a_new_one_takes_its_place_and_undo_brings_it_back(lake, tmp_path, orgs):
    deals(lake, tmp_path)
    before = state(lake)

    moved = deals(lake, tmp_path, DEALS.replace("10,acme", "10,muller söhne"))

    assert of_deals(lake)[0] == ("Big", "Müller Söhne")
    assert lake.query("select count(*) from link where type = 'for_organisation' and ended_at is null").value() == 2
    undo(lake, moved.batch_id)
    same_state(before, state(lake))


def test_a_link_that_a_person_ended_stays_ended(lake, tmp_path, orgs):
    deals(lake, tmp_path)
    unlink(lake, lake.query("select min(id) from link").value())

    again = deals(lake, tmp_path)

    assert again.links == 0
    assert of_deals(lake) == [("Small", "Müller Söhne")]


def test_a_link_that_a_person_chose_stays_and_what_the_source_says_is_noted_once(lake, tmp_path, orgs):
    deals(lake, tmp_path)
    mine = add_record(lake, "organisation", {"name": "Mine"})
    deal = lake.query("select id from deal where name = 'Big'").value()
    unlink(lake, lake.query("select id from link where from_id = $id and type = 'for_organisation'", id=deal).value())
    link_records(lake, deal, "for_organisation", mine)

    same = deals(lake, tmp_path)
    newer = [deals(lake, tmp_path, DEALS.replace("10,acme", "10,muller söhne")) for _ in range(2)]

    assert same.conflicts == 0
    assert [item.conflicts for item in newer] == [1, 0]
    assert ("Big", "Mine") in of_deals(lake)
    assert lake.query("select count(*) from change where op = 'source' and field = 'for_organisation'").value() == 1


def test_both_spellings_of_a_salesforce_id_are_one(lake, tmp_path):
    orgs = "id,Company name\n0016g000007WEfsAAG,Acme\n0016g000007WEft,Beta\n"
    folk = "id,First name,Last name,AccountId\nc1,Ann,Lee,0016g000007WEfs\nc2,Bob,Ray,0016g000007WEftAAG\nc3,Eve,Ito,0016g000007wefsAAG\n"
    files = [file(tmp_path, "companies.csv", orgs), file(tmp_path, "contacts.csv", folk)]

    result = import_files(
        lake, files, source="sf", mapping={"id": "key", "AccountId": "link:works_for:organisation:id"}
    )

    assert result.total("links") == 2
    assert list_pending(lake)["to_text"].to_list() == ["0016g000007wefsAAG"]


def test_files_find_each_others_records_in_any_order_and_their_own(lake, tmp_path):
    folk = "id,First name,Last name,Company id,Manager id\np100,Ann,Lee,o100,\np200,Bob,Ray,o200,p100\np300,Eve,Ito,o100,p200\n"
    orgs = "id,Company name,Parent id\no100,Acme,\no200,Beta,o100\no300,Gamma,o100\n"
    files = [file(tmp_path, "people.csv", folk), file(tmp_path, "companies.csv", orgs)]
    mapping = {
        "id": "key", "Company id": "link:works_for:organisation:id", "Manager id": "link:reports_to:person:id",
        "Parent id": "link:part_of:organisation:id",
    }  # fmt: skip

    people = import_files(
        lake, files[:1], type="person", source="crm", mapping={k: v for k, v in mapping.items() if k != "Parent id"}
    )
    orgs_result = import_files(
        lake, files[1:], type="organisation", source="crm", mapping={"id": "key", "Parent id": mapping["Parent id"]}
    )

    assert (people.total("links"), people.total("pending")) == (2, 3)
    assert (orgs_result.total("links"), orgs_result.resolved_earlier) == (2, 3)
    assert list_pending(lake).is_empty()


def test_undo_of_the_import_that_resolved_a_link_lets_it_wait_again(lake, tmp_path):
    deals(lake, tmp_path)
    before = state(lake)

    orgs = load(lake, tmp_path, ORGS, name="companies.csv", type="organisation")
    assert len(of_deals(lake)) == 2
    undo(lake, orgs.batch_id)

    same_state(before, state(lake))
    assert list_pending(lake).height == 3


def test_an_answer_settles_all_that_wait_for_the_same_text_and_can_be_undone(lake, tmp_path, orgs):
    deals(lake, tmp_path, DEALS + "d5,More,Won,7,Acmee\n")
    acme = lake.query("select id from organisation where name = 'Acme'").value()
    waiting = list_pending(lake)
    before = state(lake)

    settled = resolve_pending(lake, waiting["pending_id"][0], acme)

    assert waiting["alike"].to_list() == [2, 2]
    assert settled == 2
    assert [name for name, org in of_deals(lake) if org == "Acme"] == ["Big", "Odd", "More"]
    assert deals(lake, tmp_path, DEALS + "d5,More,Won,7,Acmee\n").pending == 0
    undo(lake, lake.query("select max(batch_id) from batch where kind = 'edit'").value())
    assert list_pending(lake).height == 2
    assert state(lake)["link"].equals(before["link"])


def junction(delivery, columns) -> FilePlan:
    return FilePlan(
        delivery=delivery, type="deal", source="crm", preset=None, shape="links", columns=tuple(columns), key=(), score=1.0,
        runner_up="", notes=(), link_type="involves",
    )  # fmt: skip


ROLES = "deal,person,Role\nd1,p1,Buyer\nd1,p1,User\nd1,p2,User\nd1,p9,Buyer\nd7,p1,\nd7,p9,\nd1,,\n"
FOLK = "id,First name,Last name\np1,Ann,Lee\np2,Bob,Ray\n"


def roles(lake, tmp_path, text=ROLES):
    from xrm_lake.ingest.load import load_plans
    from xrm_lake.ingest.read import read_files

    delivery = read_files([file(tmp_path, "roles.csv", text)], lake.landing)[0]
    ends = [LinkTarget("involves", ("deal",), "id", "in"), LinkTarget("involves", ("person",), "id")]
    columns = [
        *(
            ColumnPlan(place, name, "end", link=end)
            for place, (name, end) in enumerate(zip(("deal", "person"), ends, strict=True))
        )
    ]
    return load_plans(lake, [junction(delivery, [*columns, ColumnPlan(2, "Role", "link_field", "role")])]).files[0]


@pytest.fixture
def ends(lake, tmp_path, orgs):
    deals(lake, tmp_path)
    load(lake, tmp_path, FOLK, type="person", mapping={"id": "key"})


def test_a_table_of_links_joins_both_ends_with_its_fields(lake, tmp_path, ends):
    result = roles(lake, tmp_path)

    assert (counts(result), result.links, result.pending) == ((5, 0, 0, 2), 3, 2)
    deal = show_record(lake, lake.query("select id from deal where name = 'Big'").value())
    people = deal.links.filter(type="involves").select("other", "fields").rows()
    assert people == [
        ("Ann Lee", '{"role": "Buyer"}'),
        ("Ann Lee", '{"role": "User"}'),
        ("Bob Ray", '{"role": "User"}'),
    ]


def test_a_table_of_links_again_makes_none_twice(lake, tmp_path, ends):
    roles(lake, tmp_path)
    before = state(lake)

    again = roles(lake, tmp_path)

    assert (counts(again), again.links, again.pending) == ((0, 0, 5, 2), 0, 0)
    same_state(before, state(lake), moments=True)


def test_a_changed_field_of_a_link_is_a_change_that_undo_takes_back(lake, tmp_path, ends):
    roles(lake, tmp_path)
    before = state(lake)

    changed = roles(lake, tmp_path, ROLES.replace("p2,User", "p2,Judge"))

    assert counts(changed) == (0, 1, 4, 2)
    undo(lake, changed.batch_id)
    same_state(before, state(lake))


def test_half_a_link_waits_for_its_other_end_at_either_side(lake, tmp_path, ends):
    roles(lake, tmp_path)

    load(lake, tmp_path, FOLK + "p9,Eve,Ito\n", type="person", mapping={"id": "key"})
    deals(lake, tmp_path, DEALS + "d7,Late,Won,3,\n")

    assert list_pending(lake, type="involves").is_empty()
    assert lake.query(
        "select d.name, p.full_name from link l join deal d on d.id = l.from_id join person p on p.id = l.to_id"
        " where l.type = 'involves' and l.ended_at is null order by all"
    ).rows() == [("Big", "Ann Lee"), ("Big", "Ann Lee"), ("Big", "Bob Ray"), ("Big", "Eve Ito"), ("Late", "Ann Lee")]


def test_a_text_that_was_corrected_at_its_source_no_longer_waits_until_that_is_undone(lake, tmp_path, orgs):
    deals(lake, tmp_path)
    before = state(lake)

    corrected = deals(lake, tmp_path, DEALS.replace("Acmee", "Acme"))

    assert list_pending(lake).is_empty()
    undo(lake, corrected.batch_id)
    same_state(before, state(lake))


def test_an_answer_does_not_push_out_a_link_that_somebody_made(lake, tmp_path, orgs):
    deals(lake, tmp_path)
    first, second = lake.query("select id from organisation order by id").column()
    link_records(lake, lake.query("select id from deal where name = 'Odd'").value(), "for_organisation", first)

    with pytest.raises(InvalidValue, match="Nothing was changed"):
        resolve_pending(lake, list_pending(lake)["pending_id"][0], second)
    assert resolve_pending(lake, list_pending(lake)["pending_id"][0], first) == 1


def test_an_answer_must_be_a_record_that_the_link_leads_to(lake, tmp_path, orgs):
    deals(lake, tmp_path)
    waiting = list_pending(lake)["pending_id"][0]

    with pytest.raises(InvalidValue):
        resolve_pending(lake, waiting, add_record(lake, "person", {"full_name": "Ann Lee"}))
    with pytest.raises(UnknownRecord):
        resolve_pending(lake, waiting, 999_999)
    with pytest.raises(UnknownRecord):
        resolve_pending(lake, 999_999, 1)
