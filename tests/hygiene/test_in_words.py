"""Why a pair was found, in words: one sentence at every door, under names that a user knows."""

import json
import re

import pytest

from tests.hygiene.many import add_many, add_twins, someone
from xrm_lake.hygiene.in_words import linked_name
from xrm_lake.hygiene.match import match, read_records
from xrm_lake.hygiene.match_new import match_new
from xrm_lake.hygiene.match_types import match_types
from xrm_lake.hygiene.matching import find_pairs
from xrm_lake.hygiene.queue import queue_pairs
from xrm_lake.hygiene.review import pairs_to_review
from xrm_lake.hygiene.similar import similar
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.store.links import link_records
from xrm_lake.store.model import add_field, add_type
from xrm_lake.store.records import add_record, set_record

INTERNAL = re.compile(r"\b\w+_(?!\w)")


def employed(lake):
    """Twins, and others, all of whom work somewhere; gives the pairs of twins."""
    twins, rest = add_twins(lake)
    firms = [add_record(lake, "organisation", {"name": name}) for name in ("Acme", "Orion")]
    for place, id in enumerate([*(id for pair in twins for id in pair), *rest]):
        link_records(lake, id, "works_for", firms[place // 2 % 2])
    return twins


def names_in(pairs):
    return {piece["field"] for text in pairs["evidence"] for piece in json.loads(text)}


def test_the_sentence_of_a_pair_is_the_one_that_matching_makes_at_every_door(lake):
    add_twins(lake)
    made = find_pairs(*read_records(lake, lake.catalog.type("person"))).frame
    expected = {(row["left_id"], row["right_id"]): row["sentence"] for row in made.iter_rows(named=True)}

    matched, queued = match(lake, "person"), queue_pairs(lake, "person")
    shown = {(pair.left_id, pair.right_id): pair.sentence for pair in pairs_to_review(lake, "person")}

    assert matched.height >= 4
    for pairs in (matched, queued):
        told = {(row["left_id"], row["right_id"]): row["sentence"] for row in pairs.iter_rows(named=True)}
        assert told == {pair: expected[pair] for pair in told}
    assert shown == {pair: expected[pair] for pair in shown}
    assert all(text.startswith("Same ") for text in shown.values())


def test_evidence_names_the_linked_organisation_and_nothing_that_only_matching_knows(lake):
    twins = employed(lake)

    found = match(lake, "person", at_least=0.0)
    set_record(lake, twins[0][0], {"city": "Ulm"})
    again = match_new(lake, "person", at_least=0.0).pairs
    alike = similar(lake, "person", someone(0))

    for pairs in (found, again, alike):
        assert pairs.height
        assert not [name for name in names_in(pairs) if INTERNAL.search(name)]
    assert "organisation" in names_in(found)
    assert "rganisation" in found["sentence"][0]
    assert not [key for key in found["brought_by"].unique() if INTERNAL.search(key)]


def test_a_field_called_organisation_is_not_mistaken_for_the_linked_one(lake):
    add_field(lake, "person", Field("organisation", "Organisation", "text"))

    assert linked_name(lake.catalog.type("person")) == "linked_organisation"


@pytest.mark.parametrize("name", ["applicant", "worker"])  # before and after `person` by name
def test_evidence_of_two_types_has_the_fields_of_both_as_a_user_knows_them(lake, name):
    fields = (
        Field("name", "Name", "full_name"),
        Field("mail", "Mail", "email"),
        Field("company", "Company", "company_name"),
    )
    add_type(lake, EntityType(name, name.title(), f"{name.title()}s", caption=("name",), fields=fields))
    employed(lake)
    own = [
        {"name": someone(place)["full_name"], "mail": someone(place)["email"], "company": "Acme"} for place in range(40)
    ]
    add_many(lake, name, own)

    found = match_types(lake, name, "person")

    told = {
        field
        for text in found.pairs["evidence"]
        for each in json.loads(text)
        for field in (each["left_field"], each["right_field"], each["field"])
    }
    told |= set(found.fields["left_field"]) | set(found.fields["right_field"])
    assert not [field for field in told if INTERNAL.search(field)]
    assert {"organisation", "company", "mail", "email"} <= told
    assert "mail" in found.pairs["sentence"][0]
