"""What people say where they say nothing: by field, in any language, on what is new or was changed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hygiene.decay.through_stages import at, figure, state
from tests.hygiene.many import add_many
from xrm_lake.hygiene.decay.undefined import undefined_values
from xrm_lake.ingest.load import import_files
from xrm_lake.ingest.new_type import add_type_from_file
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.residuals import residual_values
from xrm_lake.store.model import add_type
from xrm_lake.store.records import set_record

NEW_YEAR, MARCH_1 = date(2026, 1, 1), date(2026, 3, 1)


def measured(lake, type_name="deal", since=NEW_YEAR):
    return undefined_values(state(lake), lake.catalog.type(type_name), since)


def test_an_undefined_value_is_one_in_any_language(lake):
    nothing = ["Other", "unknown", "n/a", "Sonstige", "autre", "otro", "その他", "не указано", "Select", "-"]
    add_many(lake, "deal", [{"name": "D", "source": value} for value in nothing + ["Fair"] * 25 + [None] * 5])

    told = measured(lake)

    # Of 40 records 10 say nothing; of 35 values, too.
    found = figure(told, "undefined", "field", "source")
    assert (found.num, found.den, found.value, found.raised) == (10, 40, 0.25, True)
    found = figure(told, "undefined_new", "field", "source")
    assert (found.num, found.den) == (10, 35)
    assert (figure(told, "empty_at_creation", "field", "source").num, figure(told, "undefined_new").num) == (5, 10)


def test_of_old_records_only_what_was_changed_counts_as_new(lake, clock):
    ids = add_many(lake, "deal", [{"name": "D", "source": "Other", "opened_on": NEW_YEAR} for _ in range(40)])
    at(clock, (3, 5))
    for id in ids[:32]:
        set_record(lake, id, {"source": "Fair"})
    set_record(lake, ids[0], {"source": "Other"})

    found = figure(measured(lake, since=MARCH_1), "undefined_new", "field", "source")

    assert (found.num, found.den) == (1, 32)


def test_of_few_records_no_share_is_told(lake):
    add_many(lake, "deal", [{"name": "D", "source": "Other"} for _ in range(29)])

    found = figure(measured(lake), "undefined", "field", "source")

    assert (found.value, found.raised, found.verdict) == (None, None, "too few records to tell")


def test_a_field_that_has_one_value_is_constant_and_one_that_nearly_has_tells_little(lake):
    add_many(lake, "deal", [{"name": f"D{n}", "source": "Fair", "deal_type": "New" if n else "Old"} for n in range(40)])

    told = measured(lake)

    assert figure(told, "constant", "field", "source").raised
    assert not figure(told, "constant", "field", "deal_type").raised
    top = figure(told, "top_value", "field", "deal_type")
    assert (top.num, top.den, top.raised) == (39, 40, True)
    # H = -(39/40 log2 39/40 + 1/40 log2 1/40) = 0.1687 bits of the one that two values could have.
    assert figure(told, "evenness", "field", "deal_type").value == pytest.approx(0.1687, abs=1e-4)


def test_other_before_the_name_of_a_thing_says_nothing_and_a_class_among_others_does():
    lead = EntityType("lead", "Lead", "Leads")
    source = Field("source", "Lead source", "choice")

    assert residual_values(["Fair", "Other sources"], lead, source) == ["Other sources"]
    assert residual_values(["Fair", "Sonstige Leads"], lead, source) == ["Sonstige Leads"]
    assert residual_values(["Other channels", "Fair"], lead, source) == []
    assert residual_values(["Other sources", "Other sources of ours"], lead, source) == []


@given(st.lists(st.sampled_from(["Other x", "Fair", "otro", "Autres sources", "", "Sonstige Quelle"]), max_size=6))
def test_at_most_one_value_is_a_residual_and_it_is_one_of_them(values):
    found = residual_values(values, EntityType("lead", "Lead", "Leads"), Field("source", "Quelle, Sources", "choice"))

    assert len(found) <= 1
    assert set(found) <= set(values)


def test_more_undefined_values_never_lower_the_share(lake):
    seen = []
    for count in (30, 40, 55):
        add_many(lake, "deal", [{"name": "D", "source": "Other" if n % 2 or seen else "Fair"} for n in range(count)])
        found = figure(measured(lake), "undefined", "field", "source")
        seen.append(found.value)
        assert 0 <= found.num <= found.den

    assert seen == sorted(seen)


def test_the_figures_of_x_education_come_out(lake, shared_data):
    file = shared_data / "crm" / "x_education_leads" / "Leads.csv"
    if not file.exists():
        pytest.skip("x_education_leads is not in the shared data folder")
    add_type_from_file(lake, file, "enquiry")
    import_files(lake, [file], type="enquiry")

    told = measured(lake, "enquiry")

    shares = {each.part: round(100 * each.value, 1) for each in told if each.measure == "undefined" and each.raised}
    assert shares == {
        "how_did_you_hear_about_x_education": 56.6, "lead_profile": 50.1, "city": 24.3, "specialization": 21.0, "lead_quality": 11.8,
    }  # fmt: skip
    assert [each.part for each in told if each.measure == "constant" and each.raised] == [
        "magazine", "receive_more_updates_about_our_courses", "update_me_on_supply_chain_content",
        "get_updates_on_dm_content", "i_agree_to_pay_the_amount_through_cheque",
    ]  # fmt: skip


def test_a_type_of_numbers_only_has_nothing_undefined_and_may_call_a_field_as_it_likes(lake):
    add_type(lake, EntityType("reading", "Reading", "Readings", fields=(
        Field("created", "Created", "integer"), Field("value", "Value", "integer"))))  # fmt: skip
    add_many(lake, "reading", [{"created": n, "value": 7} for n in range(30)])

    told = measured(lake, "reading")

    assert {each.part for each in told if each.measure == "constant" and each.raised} == {"value"}
    assert figure(told, "empty_at_creation", "field", "created").num == 0
    assert not [each for each in told if each.measure == "undefined"]
