"""Presets: each is recognised by its own headers and no other's, and maps to what the crm template has."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ingest.mapping.delivered import becomes, delivered
from xrm_lake.errors import ImportRefused, UnknownName
from xrm_lake.ingest.known_presets import built_in, named_roles
from xrm_lake.ingest.mapping.header import plain, words
from xrm_lake.ingest.preset import ANY, PresetColumn, Role, detect
from xrm_lake.ingest.recognise import plan_files
from xrm_lake.model.template import load_template

ALL = {role.full_name: role for role in built_in()}
PARTS = {part.full_name for role in built_in() if role.split for part in role.split.roles.values()}
# What is recognised by itself; a part is only found in the file that it is a part of, unless it may also come alone.
WHOLE = [name for name, role in ALL.items() if name not in PARTS or role.priority >= 0]
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


def recognised(headers: list[str]) -> str:
    found = detect(headers, built_in())
    assert found, headers
    assert not found.alike, found
    return found.role.full_name


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_with_all_headers_of_a_role_is_recognised_as_that_role(name):
    forbidden = {plain(header) for header in ALL[name].forbids}
    headers = [column.header for column in ALL[name].columns if plain(column.header) not in forbidden]

    assert recognised(headers) == name


@st.composite
def exports(draw: st.DrawFn) -> tuple[str, list[str]]:
    """The headers of an export: those that its role needs, some of its others, some that nobody knows, in any order and case."""
    role = ALL[draw(st.sampled_from(WHOLE))]
    forbidden = {plain(header) for header in role.forbids}
    usual = [column.header for column in role.columns if plain(column.header) not in forbidden]
    needed = [draw(st.sampled_from(choice)) for choice in (*role.needs, *filter(None, (role.tells,)))]
    others = draw(st.lists(st.sampled_from(usual), unique=True))
    headers = list({plain(header): header for header in (*needed, *others)}.values())
    # Of a file that is nearly all somebody's own columns, nobody can say which system it is of.
    many = role.unmistakable or role.known(headers) >= 8
    most = 40 if many else role.known(headers) * 2
    strange = [f"Our own {number}" for number in range(draw(st.integers(0, most)))]
    marked = st.sampled_from((str, str.upper, lambda header: f" {header} *"))
    return role.full_name, [draw(marked)(header) for header in draw(st.permutations([*headers, *strange]))]


@given(exports())
@settings(max_examples=400)
def test_an_export_is_recognised_whatever_its_order_with_columns_missing_and_with_strange_ones(export):
    name, headers = export

    assert recognised(headers) == name


@pytest.mark.parametrize("name", ALL)
def test_no_role_is_recognised_by_what_is_not_confirmed(name):
    role = ALL[name]
    confirmed = {column.header for column in role.columns if column.evidence in ("A", "B", "C")}

    assert role.needs
    assert {header for choice in role.needs for header in choice} <= confirmed | {
        column.header for part in parts(role) for column in part.columns if column.evidence != "K"
    }


def parts(role: Role) -> list[Role]:
    return list(role.split.roles.values()) if role.split else []


def declared(column: PresetColumn) -> dict:
    return {} if isinstance(column.to, str) else dict(column.to)


@pytest.mark.parametrize("name", [name for name, role in ALL.items() if role.type not in ("", ANY) or role.link_type])
def test_each_field_and_link_of_a_preset_is_in_the_crm_template(name):
    role = ALL[name]
    fields = {field.name for field in CRM.fields_for_import(role.type)} if role.type else set()
    for column in role.columns:
        target = declared(column)
        if "before" in target:
            assert plain(target["before"]) in role.said, column.header
        elif target:
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


def named(pattern: str) -> list[tuple[str, str, object]]:
    """The columns of all presets whose header says that."""
    columns = [(name, column.header, column.to) for name, role in ALL.items() for column in role.columns]
    return [each for each in columns if re.search(pattern, words(each[1])) and "do not modify" not in plain(each[1])]


def test_no_opt_out_is_read_as_consent():
    told = named(r"opt(ed)? ?out|unsubscribe|do ?not|no call")

    assert len(told) > 10
    assert [each for each in told if each[2] not in ("email_opt_out", "call_opt_out", "extra", "ignore: derived")] == []


def test_no_secret_is_taken_in():
    told = named(r"password|secret|token")

    assert told
    assert [each for each in told if each[2] != "ignore: secret"] == []


@pytest.mark.parametrize("name", [name for name, role in ALL.items() if role.type])
def test_each_preset_of_records_has_a_key_or_says_that_it_has_none(name):
    assert any(column.to == "key" for column in ALL[name].columns) or name == "atomic/contacts"


@pytest.mark.parametrize("name", [name for name, role in ALL.items() if role.link_type])
def test_each_preset_of_links_has_both_ends(name):
    ends = {declared(column).get("end") for column in ALL[name].columns}

    assert {"from", "to"} <= ends


def test_headers_are_recognised_in_any_case_and_with_marks_of_the_exporter():
    upper = [header.upper() + " *" for header in HUBSPOT_CONTACTS]

    assert recognised(upper) == "hubspot/contacts"


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
        named_roles("hubsport", built_in())


def test_a_known_export_that_has_no_place_here_is_refused_with_the_reason(tmp_path):
    columns = {name: ["1", "2"] for name in ("Id", "OpportunityId", "StageName", "CreatedDate", "Amount")}

    with pytest.raises(ImportRefused, match="moved through their stages"):
        plan_files([delivered(tmp_path, "OpportunityHistory.csv", columns)], CRM)
