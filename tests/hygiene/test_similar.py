"""Similar records: who may be there already, before a record is entered or while it is edited."""

import json

import pytest

from tests.hygiene.crowd import crowd, import_people
from tests.hygiene.many import add_many
from xrm_lake.errors import InvalidValue, UnknownName, UnknownRecord
from xrm_lake.hygiene.judge import judge, merge
from xrm_lake.hygiene.match import match
from xrm_lake.hygiene.similar import SIMILAR, similar
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.store.links import link_records
from xrm_lake.store.model import add_type, retire_field
from xrm_lake.store.records import add_record, delete_record, set_record

TOLD = ("full_name", "given_name", "family_name", "email", "phone", "birth_date", "city")


@pytest.fixture
def people(lake):
    lake.ids = import_people(lake, crowd(400, twins=60))
    match(lake, "person")
    return lake


def values_of(lake, id):
    row = lake.query(f"select {', '.join(TOLD)} from rec_person where id = $id", id=id).one()
    return {name: value for name, value in row.items() if value is not None}


def test_a_record_that_is_there_is_found_with_probability_reason_and_evidence(people):
    lone = people.ids[300]

    found = similar(people, "person", values_of(people, lone))

    assert found.schema == SIMILAR
    first = found.row(0, named=True)
    assert (first["id"], first["caption"]) == (lone, values_of(people, lone)["full_name"])
    assert first["score"] > 0.99
    assert "same E-mail" in first["reason"]
    assert {each["field"] for each in json.loads(first["evidence"])} >= {"email", "family_name"}


def test_a_name_with_a_slip_and_no_phone_is_found_too(people):
    told = values_of(people, people.ids[310])
    name = told["family_name"]
    slip = told | {"family_name": name[:3] + name[4:], "full_name": f"{told['given_name']} {name[:3] + name[4:]}"}

    found = similar(people, "person", {key: value for key, value in slip.items() if key != "phone"})

    assert found["id"].to_list() == [people.ids[310]]


def test_somebody_new_is_like_nobody(people):
    stranger = {"full_name": "Xaverine Quobbelsworth", "email": "xq@elsewhere.example", "city": "Perth"}

    assert similar(people, "person", stranger).is_empty()


def test_nothing_is_written(people):
    before = people.query("select (select count(*) from batch), (select count(*) from change)").rows()

    similar(people, "person", values_of(people, people.ids[3]))

    assert people.query("select (select count(*) from batch), (select count(*) from change)").rows() == before


def test_a_clean_lake_warns_of_the_first_duplicate(lake):
    ids = import_people(lake, crowd(400, twins=0))
    match(lake, "person")

    found = similar(lake, "person", values_of(lake, ids[7]))

    assert found["id"].to_list() == [ids[7]]
    assert found["score"][0] > 0.9


def test_who_was_entered_after_the_last_run_is_found(people):
    told = {"full_name": "Zdenka Wojciechowska", "email": "zdenka.w@firma.example", "phone": "+48 22 123 45 67"}
    id = add_record(people, "person", told)

    assert similar(people, "person", told)["id"].to_list() == [id]


def test_who_came_in_a_large_import_after_the_last_run_is_found_by_the_same_email(people):
    ids = import_people(people, crowd(250, twins=0, seed=5))
    told = values_of(people, ids[3])

    assert ids[3] in similar(people, "person", told)["id"].to_list()


def test_a_record_that_is_edited_is_not_its_own_twin(people):
    twin = people.ids[400]

    found = similar(people, "person", {}, without=twin)

    assert found["id"].to_list() == [people.ids[0]]
    assert similar(people, "person", {}, without=people.ids[300]).is_empty()


def test_an_edit_that_makes_a_record_like_another_is_told_before_it_is_saved(people):
    one, other = people.ids[300], people.ids[310]

    found = similar(people, "person", values_of(people, other), without=one)

    assert found["id"][0] == other
    assert similar(people, "person", {"city": "Perth"}, without=one).is_empty()


def test_members_of_a_cluster_are_told_as_their_golden_record_once(people):
    left, right = people.ids[0], people.ids[400]
    merge(people, [left, right])

    found = similar(people, "person", values_of(people, left))

    assert found["id"].to_list() == [left + 1]
    assert found["caption"][0]
    assert similar(people, "person", {}, without=left + 1).is_empty()


def test_what_was_judged_different_is_not_asked_about_again(people):
    judge(people, [(people.ids[0], people.ids[400])], "different")

    assert similar(people, "person", {}, without=people.ids[400]).is_empty()


def test_a_deleted_record_is_not_similar_to_anything(people):
    told = values_of(people, people.ids[300])
    delete_record(people, people.ids[300])

    assert similar(people, "person", told).is_empty()


def test_the_likeliest_come_first_and_no_more_than_asked_for(people):
    add_many(people, "person", [values_of(people, people.ids[2])] * 4)
    told = values_of(people, people.ids[2])

    found = similar(people, "person", told, limit=2)

    assert found.height == 2
    assert found["score"].is_sorted(descending=True)
    assert similar(people, "person", told, limit=0).is_empty()
    assert similar(people, "person", told, at_least=1.1).is_empty()


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"email": "ann.stone@firma.example"}, "same E-mail"),
        ({"phone": "+49 228 123456"}, "same Phone"),
        ({"full_name": "ANN STONE"}, "same Name"),
        ({"given_name": "ann", "family_name": "stone"}, "same Given name and Family name"),
    ],
)
def test_without_a_match_run_what_agrees_exactly_is_told_and_that_there_is_no_score(lake, values, reason):
    told = {"full_name": "Ann Stone", "given_name": "Ann", "family_name": "Stone"}
    id = add_record(lake, "person", told | {"email": "ann.stone@firma.example", "phone": "+49228123456"})

    found = similar(lake, "person", values)

    assert found.select("id", "score", "reason").rows() == [
        (id, None, f"{reason}; no score: no match run has been made yet")
    ]


def test_without_a_match_run_the_same_town_or_a_placeholder_is_no_reason(lake):
    add_record(lake, "person", {"full_name": "n/a", "city": "Bonn"})

    assert similar(lake, "person", {"full_name": "n/a", "city": "Bonn"}).is_empty()


def test_after_the_fields_changed_it_goes_back_to_what_agrees_exactly(people):
    told = values_of(people, people.ids[300])
    retire_field(people, "person", "phone")

    found = similar(people, "person", {name: value for name, value in told.items() if name != "phone"})

    assert found["id"][0] == people.ids[300]
    assert found["score"][0] is None
    assert "the fields have changed" in found["reason"][0]


def test_of_a_role_its_party_is_looked_for(people):
    told = values_of(people, people.ids[300])

    found = similar(people, "lead", told | {"status": "New"})

    assert found["id"].to_list() == [people.ids[300]]
    assert similar(people, "lead", {"status": "New", "party_id": people.ids[300]}).is_empty()


def test_a_role_that_is_edited_is_not_like_its_own_party(people):
    told = values_of(people, people.ids[300])
    lead = add_record(people, "lead", {"status": "New", "party_id": people.ids[300]})

    assert similar(people, "lead", {}, without=lead).is_empty()
    assert (
        similar(people, "lead", told | {"email": values_of(people, people.ids[1])["email"]}, without=lead).height <= 2
    )


def test_the_organisation_counts_where_it_is_known(people):
    firm = add_record(people, "organisation", {"name": "Acme"})
    for id in people.ids[:120]:
        link_records(people, id, "works_for", firm)
    match(people, "person")

    found = similar(people, "person", {}, without=people.ids[400])

    assert found["id"].to_list() == [people.ids[0]]


def test_a_type_whose_fields_tell_nothing_apart_has_nothing_similar(lake):
    site = EntityType("site", "Site", "Sites", fields=(Field("city", "City", "city"), Field("sort", "Sort", "choice")))
    add_type(lake, site)
    add_record(lake, "site", {"city": "Bonn", "sort": "Yard"})

    assert similar(lake, "site", {"city": "Bonn", "sort": "Yard"}).is_empty()


def test_no_values_are_like_nobody(people):
    assert similar(people, "person", {}).is_empty()
    assert similar(people, "person", {"city": None, "email": ""}).is_empty()


@pytest.mark.parametrize(
    "text",
    [
        "'; drop table entity; --",
        "$name",
        "\u202e\U0001f600" * 60,
        "%_" * 500,
        "a" * 1_000_000,
        "NaN",
        '"[]{}',
    ],
)
def test_hostile_values_are_looked_for_as_any_other(people, text):
    similar(people, "person", {"full_name": text, "given_name": text, "city": text})
    retire_field(people, "person", "phone")

    similar(people, "person", {"full_name": text, "given_name": text, "family_name": text, "city": text})

    assert people.query("select count(*) from entity where type = 'person'").value() == 460


def test_what_add_would_refuse_is_refused(people):
    with pytest.raises(UnknownName, match="email"):
        similar(people, "person", {"emial": "x"})
    with pytest.raises(InvalidValue, match="E-mail"):
        similar(people, "person", {"email": "nobody at home"})
    with pytest.raises(UnknownName, match="person"):
        similar(people, "persn", {})
    with pytest.raises(UnknownRecord):
        similar(people, "person", {}, without=999_999)


def test_a_saved_edit_is_seen_at_once(people):
    one, other = people.ids[300], people.ids[310]
    set_record(people, one, values_of(people, other))

    found = similar(people, "person", values_of(people, other))

    assert set(found["id"]) == {one, other}


@pytest.mark.parametrize("without", [False, True])
def test_copies_of_a_record_that_is_edited_or_went_are_found(people, without):
    told = {"full_name": "Test Case", "given_name": "Test", "family_name": "Case", "email": "test@case.example"}
    first, *copies = add_many(people, "person", [told] * 4)
    match(people, "person")
    if not without:
        delete_record(people, first)

    found = similar(people, "person", {} if without else told, without=first if without else None)

    assert set(found["id"]) == set(copies)
