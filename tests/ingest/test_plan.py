"""Planning as a whole: what the user says, what files tell of each other, sources, keys, order, refusals."""

import pytest

from tests.ingest.mapping.delivered import becomes, delivered
from xrm_lake.errors import ImportRefused, Misuse, UnknownName
from xrm_lake.ingest.recognise import plan_files, propose_type
from xrm_lake.model.catalog import Catalog
from xrm_lake.model.template import load_template

CRM = load_template("crm")
FIRMS = ["Acme Ltd", "Beta GmbH", "Gamma SA", "Delta AG"]
PEOPLE = ["Ann Lee", "Bob Ray", "Cid Fox", "Dan Poe"]
MAILS = ["ann@a.example", "bob@b.example", "cid@c.example", "dan@d.example"]
ACCOUNTS = {"Account ID": ["A-001", "A-002", "A-003", "A-004"], "Company name": FIRMS, "Industry": ["x", "y", "x", "y"]}
CONTACTS = {
    "Contact ID": ["C-001", "C-002", "C-003", "C-004"],
    "Full name": PEOPLE,
    "Email": MAILS,
    "Where": ["A-001", "A-002", "A-002", "A-004"],
}


def one(folder, name, columns, **told):
    [plan] = plan_files([delivered(folder, name, columns)], CRM, **told)
    return plan


def test_a_column_of_ids_of_another_file_is_a_link_whatever_it_is_called(tmp_path):
    files = [delivered(tmp_path, "contacts.csv", CONTACTS), delivered(tmp_path, "accounts.csv", ACCOUNTS)]

    accounts, contacts = plan_files(files, CRM)

    assert becomes(contacts)["Where"] == "works_for organisation by id"
    assert accounts.source == contacts.source == "accounts+contacts"


def test_a_column_of_names_that_the_lake_knows_is_a_link(tmp_path):
    columns = CONTACTS | {"Where": ["ACME Ltd", "beta  gmbh", "Gamma SA", "Acme Ltd"]}
    known = {"organisation": set(FIRMS)}

    plan = one(tmp_path, "contacts.csv", columns, known_names=lambda name: known.get(name, set()))

    assert becomes(plan)["Where"] == "works_for organisation by name"


def test_without_anything_known_the_column_is_kept_aside(tmp_path):
    assert becomes(one(tmp_path, "contacts.csv", CONTACTS))["Where"] == "extra"


def test_files_that_name_no_ids_of_each_other_have_a_source_each(tmp_path):
    files = [
        delivered(tmp_path, "accounts.csv", ACCOUNTS),
        delivered(tmp_path, "people 2024-05-01.csv", CONTACTS | {"Where": [""] * 4}),
    ]

    assert {plan.source for plan in plan_files(files, CRM)} == {"accounts", "people"}


def test_a_source_that_is_given_holds_for_all_files(tmp_path):
    assert one(tmp_path, "accounts.csv", ACCOUNTS, source="erp").source == "erp"


def test_what_the_user_says_of_a_column_goes_before_all_else(tmp_path):
    plan = one(
        tmp_path,
        "accounts.csv",
        ACCOUNTS | {"Boss": PEOPLE, "Note": ["a", "b", "c", "d"], "Secret": ["1", "2", "3", "4"]},
        mapping={"industry": "description", "Boss": "link:owned_by", "Note": "extra", "Secret": "ignore"},
    )

    assert becomes(plan) == {
        "Account ID": "key",
        "Company name": "name",
        "Industry": "description",
        "Boss": "owned_by user by name",
        "Note": "extra",
        "Secret": "ignore",
    }


def test_the_user_may_say_to_what_and_by_what_a_link_runs(tmp_path):
    columns = {
        "Deal name": ["a", "b"],
        "Stage": ["Won", "Lost"],
        "Amount": ["1", "2"],
        "Who": ["x@a.example", "y@a.example"],
    }

    plan = one(tmp_path, "deals.csv", columns, mapping={"Who": "link:involves:person:key=email"})

    assert becomes(plan)["Who"] == "involves person by key:email"


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"Industri": "name"}, "no column named 'Industri'.*Industry"),
        ({"Industry": "industrie"}, "no field of organisation named 'industrie'.*industry"),
        ({"Industry": "link:work_for"}, "no link type named 'work_for'.*works_for"),
        ({"Industry": "link:owned_by:usr"}, "no type named 'usr'"),
        ({"Industry": "link:owned_by:user:luck"}, "not by 'luck'"),
    ],
)
def test_a_name_that_is_not_there_is_said_with_near_names(tmp_path, mapping, message):
    with pytest.raises(Misuse, match=message):
        one(tmp_path, "accounts.csv", ACCOUNTS, mapping=mapping)


def test_what_the_user_says_goes_before_a_preset(tmp_path):
    columns = {"Record ID": ["1", "2"], "First Name": PEOPLE[:2], "Contact owner": PEOPLE[2:], "City": ["Rome", "Oslo"]}

    plan = one(tmp_path, "contacts.csv", columns, mapping={"First Name": "full_name", "City": "extra"})

    assert plan.preset == "hubspot/contacts"
    assert becomes(plan)["First Name"] == "full_name"
    assert becomes(plan)["City"] == "extra"


def test_a_type_that_is_given_is_not_doubted(tmp_path):
    plan = one(tmp_path, "x.csv", {"a": ["1", "2"], "Industry": ["x", "y"]}, type="organisation")

    assert (plan.type, becomes(plan)["Industry"]) == ("organisation", "industry")


def test_a_type_that_is_not_there_is_said(tmp_path):
    with pytest.raises(UnknownName, match="organisation"):
        one(tmp_path, "x.csv", ACCOUNTS, type="organisatoin")


def test_key_columns_may_be_told_by_header_or_field(tmp_path):
    assert one(tmp_path, "accounts.csv", ACCOUNTS, key=["Company name"]).key == (1,)
    assert one(tmp_path, "accounts.csv", ACCOUNTS, key=["name", "industry"]).key == (1, 2)
    with pytest.raises(UnknownName):
        one(tmp_path, "accounts.csv", ACCOUNTS, key=["vat"])


def test_without_an_id_a_name_that_never_repeats_is_the_key_of_a_thing_but_not_of_a_person(tmp_path):
    firms = one(tmp_path, "accounts.csv", {"Company name": FIRMS, "Industry": FIRMS})
    people = one(tmp_path, "contacts.csv", {"Full name": PEOPLE, "Job title": ["CEO", "CTO", "CFO", "COO"]})
    mailed = one(tmp_path, "contacts.csv", {"Full name": PEOPLE, "Email": MAILS})

    assert (firms.key, people.key, mailed.key) == ((0,), (), (1,))
    assert "no column that tells the rows apart" in " ".join(people.notes)


def test_many_rows_for_one_deal_are_not_deals(tmp_path):
    history = {
        "Id": ["1", "2", "3", "4"],
        "Deal ID": ["D1", "D1", "D2", "D2"],
        "Stage": ["Prospecting", "Won", "Prospecting", "Lost"],
        "Amount": ["10", "20", "30", "40"],
        "Changed": ["2024-01-01"] * 4,
    }

    with pytest.raises(ImportRefused):
        one(tmp_path, "stages.csv", history)


def test_a_file_that_may_be_of_two_types_is_refused_with_both(tmp_path):
    with pytest.raises(ImportRefused, match=r"(?s)x\.csv.*--type.*--new-type"):
        one(tmp_path, "x.csv", {"Name": PEOPLE, "Status": ["a", "b", "a", "b"], "Description": PEOPLE})


def test_no_message_holds_the_text_of_a_cell(tmp_path):
    with pytest.raises(ImportRefused) as refused:
        one(tmp_path, "x.csv", {"Foo": PEOPLE, "Bar": MAILS})

    assert not any(text in str(refused.value) for text in (*PEOPLE, *MAILS))


def test_a_list_of_leads_without_a_status_says_what_all_get(tmp_path):
    plan = one(
        tmp_path, "fair leads.csv", {"First name": PEOPLE, "Last name": PEOPLE, "Email": MAILS, "Company": FIRMS}
    )

    assert (plan.type, plan.constants) == ("lead", (("status", "New"),))
    assert any("all rows get 'New'" in note for note in plan.notes)
    assert becomes(plan)["Company"] == "works_for organisation by name"


def test_a_role_of_firms_and_people_is_mapped_to_the_party_that_its_rows_are(tmp_path):
    firms = one(
        tmp_path,
        "kunden.csv",
        {"Kundennummer": ["1", "2", "3", "4"], "Firma": FIRMS, "Umsatz": ["10", "20", "30", "40"]},
    )
    people = one(
        tmp_path,
        "kunden.csv",
        {"Kundennummer": ["1", "2", "3", "4"], "Vorname": PEOPLE, "Nachname": PEOPLE, "E-Mail": MAILS},
    )

    assert (firms.type, becomes(firms)["Firma"]) == ("customer", "name")
    assert (people.type, becomes(people)["Vorname"]) == ("customer", "given_name")


def test_the_name_of_a_file_says_what_sort_of_activity_its_rows_are(tmp_path):
    columns = {"Subject": PEOPLE, "Date": ["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04"], "Notes": FIRMS}

    assert one(tmp_path, "calls 2024.csv", columns).constants == (("type", "Call"),)


def test_dates_that_cannot_tell_their_order_take_that_of_others_in_the_file(tmp_path):
    columns = {
        "Deal name": ["a", "b"],
        "Stage": ["Won", "Lost"],
        "Created": ["01/02/2024", "03/04/2024"],
        "Close date": ["31/03/2024", "15/06/2024"],
    }

    plan = one(tmp_path, "deals.csv", columns)

    assert {column.header: column.options for column in plan.columns if column.options} == {
        "Created": (("order", "dmy"),)
    }


def test_a_type_made_at_run_time_is_found_by_its_own_names(tmp_path):
    made = propose_type(
        delivered(tmp_path, "boats.csv", {"Boat": ["Ada", "Bea", "Cleo"], "Mast height": ["9.5", "12.1", "7.0"]})
    )
    catalog = Catalog((*CRM.types, made), CRM.link_types)

    [plan] = plan_files(
        [delivered(tmp_path, "boats 2025.csv", {"Boat": ["Dot", "Eve"], "Mast height": ["8.1", "9.9"]})], catalog
    )

    assert plan.type == made.name


def test_a_table_without_rows_is_mapped_by_its_headers(tmp_path):
    plan = one(tmp_path, "contacts.csv", {"First name": [], "Last name": [], "Email": []})

    assert (plan.type, plan.key) == ("person", ())


def test_fields_and_links_that_are_retired_are_not_used(tmp_path):
    from dataclasses import replace

    types = tuple(
        replace(item, fields=tuple(replace(field, retired=field.name == "industry") for field in item.fields))
        for item in CRM.types
    )
    [plan] = plan_files([delivered(tmp_path, "accounts.csv", ACCOUNTS)], Catalog(types, CRM.link_types))

    assert becomes(plan)["Industry"] == "extra"
