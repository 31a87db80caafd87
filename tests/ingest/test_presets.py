"""Presets: each is recognised by its own headers and no other's, and maps to what the crm template has."""

import pytest

from tests.ingest.mapping.delivered import becomes, delivered
from xrm_lake.errors import ImportRefused, UnknownName
from xrm_lake.ingest.preset import PresetColumn, Role, detect, named_roles, roles
from xrm_lake.ingest.recognise import plan_files
from xrm_lake.model.template import load_template

ALL = {role.full_name: role for role in roles()}
CRM = load_template("crm")
HUBSPOT_CONTACTS = {
    "Record ID": ["101", "102", "103"],
    "First Name": ["Ann", "Bob", "Cid"],
    "Last Name": ["Lee", "Ray", "Fox"],
    "Email": ["ann@a.example", "bob@b.example", "cid@c.example"],
    "Contact owner": ["Eve Kay", "Eve Kay", "Max Orr"],
    "Associated Company IDs": ["9001", "9001;9002", ""],
    "Unsubscribed": ["true", "false", "false"],
    "Shoe size": ["41", "43", "39"],
}


@pytest.mark.parametrize("name", [name for name, role in ALL.items() if role.priority >= 0])
def test_a_file_with_all_headers_of_a_role_is_recognised_as_that_role(name):
    role = ALL[name]
    headers = [column.header for column in role.columns if column.header not in role.forbids]

    found, share = detect(headers)

    assert found.full_name == name
    assert share > 0.3


@pytest.mark.parametrize("name", ALL)
def test_no_role_is_recognised_by_what_is_not_confirmed(name):
    role = ALL[name]
    confirmed = {column.header for column in role.columns if column.evidence in ("A", "B", "C")}

    assert role.needs
    assert set(role.needs) <= confirmed


def declared(column: PresetColumn) -> dict:
    return {} if isinstance(column.to, str) else dict(column.to)


@pytest.mark.parametrize("name", [name for name, role in ALL.items() if not role.refuse])
def test_each_field_and_link_of_a_preset_is_in_the_crm_template(name):
    role = ALL[name]
    fields = {field.name for field in CRM.fields_for_import(role.type)} if role.type else set()
    for column in role.columns:
        target = declared(column)
        if target:
            link = CRM.link_type(target.get("link") or role.link_type)
            types = [target["to"]] if isinstance(target.get("to"), str) else target.get("to", [])
            assert all(CRM.has_type(item) for item in types), column.header
            assert {key for key, _ in target.get("fixed", {}).items()} <= {field.name for field in link.fields}
            assert_joins(role, link, types, target.get("direction") == "in" or target.get("end") == "from")
        elif column.to.startswith("link."):
            known = {field.name for field in CRM.link_type(role.link_type).fields} | {"since", "until"}
            assert column.to.removeprefix("link.") in known, column.header
        else:
            assert column.to in fields | {"key", "extra"} or column.to.startswith("ignore"), column.header


def assert_joins(role: Role, link, types: list[str], inward: bool) -> None:
    """The link may run between the row's own type (or its party) and each of the named types (or theirs)."""
    own = [role.type, *CRM.type(role.type).party_types] if role.type else []
    for item in types:
        theirs = [item, *CRM.type(item).party_types]
        if own:
            pairs = [(b, a) if inward else (a, b) for a in own for b in theirs]
            assert any(link.joins(a, b) for a, b in pairs), (role.full_name, link.name, item)
        else:
            ends = link.from_types if inward else link.to_types
            assert not ends or set(ends) & set(theirs), (role.full_name, link.name, item)


@pytest.mark.parametrize("name", [name for name, role in ALL.items() if role.type])
def test_each_preset_of_records_has_a_key_or_says_that_it_has_none(name):
    assert any(column.to == "key" for column in ALL[name].columns) or name == "atomic/contacts"


@pytest.mark.parametrize("name", [name for name, role in ALL.items() if role.link_type])
def test_each_preset_of_links_has_both_ends(name):
    ends = {declared(column).get("end") for column in ALL[name].columns}

    assert {"from", "to"} <= ends


def test_headers_are_recognised_in_any_case_and_with_marks_of_the_exporter():
    upper = [header.upper() + " *" for header in HUBSPOT_CONTACTS]

    assert detect(upper)[0].full_name == "hubspot/contacts"


def test_a_hubspot_export_is_planned_by_its_preset(tmp_path):
    [plan] = plan_files([delivered(tmp_path, "all-contacts.csv", HUBSPOT_CONTACTS)], CRM)

    assert (plan.preset, plan.source, plan.type, plan.key) == ("hubspot/contacts", "hubspot", "person", (0,))
    assert becomes(plan) == {
        "Record ID": "key",
        "First Name": "given_name",
        "Last Name": "family_name",
        "Email": "email",
        "Contact owner": "owned_by user by name",
        "Associated Company IDs": "works_for organisation by id",
        "Unsubscribed": "email_opt_out",
        "Shoe size": "extra",
    }


def test_ids_in_lists_are_parted_by_the_separator_of_their_system(tmp_path):
    [plan] = plan_files([delivered(tmp_path, "all-contacts.csv", HUBSPOT_CONTACTS)], CRM)

    assert [column.link.separator for column in plan.columns if column.header == "Associated Company IDs"] == [";"]


def test_of_two_columns_that_name_the_same_record_the_id_is_taken(tmp_path):
    columns = HUBSPOT_CONTACTS | {"Associated Company": ["A", "B", ""]}

    [plan] = plan_files([delivered(tmp_path, "all-contacts.csv", columns)], CRM)

    assert becomes(plan)["Associated Company"] == "extra"


def test_a_file_named_as_one_of_a_system_needs_no_signal(tmp_path):
    columns = {"Record ID": ["1", "2"], "Email": ["a@a.example", "b@b.example"]}

    [plan] = plan_files([delivered(tmp_path, "x.csv", columns)], CRM, preset="hubspot/contacts")

    assert (plan.type, plan.preset) == ("person", "hubspot/contacts")


def test_a_preset_that_is_not_there_is_said_with_near_names():
    with pytest.raises(UnknownName, match="hubspot"):
        named_roles("hubsport")


def test_a_known_export_that_has_no_place_here_is_refused_with_the_reason(tmp_path):
    columns = {name: ["1", "2"] for name in ("Id", "OpportunityId", "StageName", "CreatedDate", "Amount")}

    with pytest.raises(ImportRefused, match="moved through their stages"):
        plan_files([delivered(tmp_path, "OpportunityHistory.csv", columns)], CRM)
