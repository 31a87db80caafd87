"""Governance debt, each part worked by hand; what the lake has no word of is said, and takes nothing from the score."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hygiene.decay.through_stages import at
from tests.hygiene.many import add_many
from xrm_lake.errors import InvalidValue, UnknownName
from xrm_lake.hygiene.debt.finding import WEIGHTS, points
from xrm_lake.hygiene.debt.list_debt import debt_score, list_debt
from xrm_lake.hygiene.debt.stages import chances_of_two, contradictory_chances, double_stages
from xrm_lake.hygiene.debt.twin_fields import name_similarity
from xrm_lake.hygiene.dictionary import dictionary, review_field
from xrm_lake.ingest.load import import_files
from xrm_lake.ingest.new_type import add_type_from_file
from xrm_lake.model.entity_type import EntityType, Field, Stage
from xrm_lake.store.model import add_type
from xrm_lake.store.records import set_record

THINGS = EntityType("thing", "Thing", "Things", fields=(
    Field("name", "Name", "text"), Field("phone_work", "Phone, work", "text"), Field("work_phone", "Work phone", "text"),
    Field("region", "Region", "text"), Field("area", "Area", "text"), Field("same", "Same", "text"), Field("rare", "Rare", "text"),
))  # fmt: skip


@pytest.fixture
def things(lake):
    add_type(lake, THINGS)
    rows = [
        {
            "name": f"T{n}", "phone_work": f"1{n}" if n % 2 else None, "work_phone": f"9{n}", "region": f"R{n % 4}",
            "area": f"r{n % 4}" if n else "R9", "same": "yes", "rare": None,
        }
        for n in range(40)
    ]  # fmt: skip
    return add_many(lake, "thing", rows)


def found(lake, part, **more):
    rows = list_debt(lake).filter(part=part, **more)
    return {(row["measure"], row["subject"]) for row in rows.iter_rows(named=True) if row["measure"] != "all"}


def test_of_a_lake_without_records_no_debt_and_no_score_is_told(lake):
    told = list_debt(lake)

    assert told["part"].to_list() == ["G1", "G2", "G3", "G4", "G5", "G6"]
    assert told["num"].null_count() == told["points"].null_count() == 6
    assert debt_score(told) is None


def test_fields_that_are_empty_constant_or_there_twice_are_found(lake, things):
    assert found(lake, "G1") == {("empty", "rare"), ("constant", "same")}
    assert found(lake, "G2") == {("names", "phone_work, work_phone"), ("values", "region, area")}
    told = list_debt(lake)
    # Of 7 fields 2 are unused, 2 are twins too many: 40 x 2/7 = 11.4 points each.
    assert told.filter(measure="all")["points"].drop_nulls().round(1).to_list() == [11.4, 11.4]
    assert debt_score(told) == 77.1
    assert (
        told.filter(part="G3", measure="all")["verdict"][0] == "cannot be told: the lake has no rules that set values"
    )


def test_a_field_that_is_written_no_more_is_abandoned_while_others_are(lake, things, clock):
    at(clock, (10, 1))
    assert not any(measure == "abandoned" for measure, _ in found(lake, "G1"))
    set_record(lake, things[0], {"name": "T"})

    assert ("abandoned", "region") in found(lake, "G1")
    assert ("abandoned", "name") not in found(lake, "G1")


def test_two_columns_that_say_mostly_no_are_no_twins(lake):
    add_type(lake, THINGS)
    add_many(lake, "thing", [{"name": f"T{n}", "region": "no" if n else "yes", "area": "no"} for n in range(40)])

    assert found(lake, "G2") == set()


def test_stages_that_nobody_takes_are_found(lake):
    add_many(lake, "deal", [{"name": f"D{n}", "stage": "Proposal" if n % 2 else "Won"} for n in range(40)])

    assert {subject for measure, subject in found(lake, "G4") if measure == "unused_stage"} == {
        "Prospecting", "Qualification", "Negotiation", "Lost",
    }  # fmt: skip


def test_stages_contradict_themselves_by_name_and_by_chance():
    stages = (
        Stage("New", 0, "open", 0.3), Stage("Offer", 1, "open", 0.2), Stage("offer ", 2, "open", 0.5), Stage("Won", 3, "won", 0.9),
        Stage("Lost", 4, "lost", 0.0),
    )  # fmt: skip
    sale = EntityType("sale", "Sale", "Sales", stages=stages, stage_field="stage")

    assert [each.subject for each in double_stages(sale)] == ["offer "]
    assert [each.subject for each in contradictory_chances(sale)] == ["Offer", "Won"]
    other = replace(sale, name="renewal", stages=(Stage("NEW", 0, "open", 0.4),))
    assert [(each.type, each.subject) for each in chances_of_two([sale, other])] == [("renewal", "NEW")]


def test_five_columns_of_x_education_say_nothing(lake, shared_data):
    file = shared_data / "crm" / "x_education_leads" / "Leads.csv"
    if not file.exists():
        pytest.skip("x_education_leads is not in the shared data folder")
    add_type_from_file(lake, file, "enquiry")
    import_files(lake, [file], type="enquiry")

    assert {subject for measure, subject in found(lake, "G1", type="enquiry") if measure == "constant"} == {
        "magazine", "receive_more_updates_about_our_courses", "update_me_on_supply_chain_content",
        "get_updates_on_dm_content", "i_agree_to_pay_the_amount_through_cheque",
    }  # fmt: skip


def test_the_dictionary_tells_use_and_when_a_field_is_to_be_looked_at(lake, things, clock):
    row = dictionary(lake, "thing").row(1, named=True)
    assert (row["field"], row["records"], row["filled"], row["fill"], row["values"], row["due"]) == (
        "phone_work",
        40,
        20,
        0.5,
        20,
        True,
    )
    assert not dictionary(lake, "thing").row(6, named=True)["due"], "an empty field needs no review"

    review_field(lake, "thing", "phone_work", due=date(2026, 9, 1))

    row = dictionary(lake, "thing").row(1, named=True)
    assert (row["reviewed_by"], row["due_on"], row["due"]) == ("ann", date(2026, 9, 1), False)
    at(clock, (9, 1))
    assert "phone_work" in dictionary(lake, "thing", only_due=True)["field"].to_list()
    with pytest.raises(InvalidValue, match="Nothing was changed"):
        review_field(lake, "thing", "name", due=date(2026, 9, 1))
    with pytest.raises(UnknownName):
        review_field(lake, "thing", "nmae")


@given(st.sampled_from(sorted(WEIGHTS)), st.integers(0, 200), st.integers(0, 200))
def test_points_grow_with_what_is_found_and_end_at_the_cap(part, found, size):
    found = min(found, size)
    assert 0 <= points(part, found, size) <= points(part, size, size) <= WEIGHTS[part][1]


@given(st.from_regex(r"[a-z]{1,6}(_[a-z]{1,6}){0,2}", fullmatch=True), st.from_regex(r"[a-z]{1,6}", fullmatch=True))
def test_names_are_alike_both_ways(left, right):
    assert 0 <= name_similarity(left, right) <= 1
    assert name_similarity(left, left) == 1
    assert name_similarity(left, right) == pytest.approx(name_similarity(right, left))
