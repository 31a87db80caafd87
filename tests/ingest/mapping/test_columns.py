from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.ingest.mapping.delivered import delivered, says
from xrm_lake.ingest.mapping.columns import plan_columns
from xrm_lake.ingest.mapping.known import Known
from xrm_lake.ingest.mapping.sample import look
from xrm_lake.ingest.mapping.vocabulary import vocabulary
from xrm_lake.model.template import load_template

WORDS = vocabulary(load_template("crm"))
PEOPLE = ["Ann Lee", "Bob Ray", "Cid Fox", "Dan Poe", "Eve Kay"]
FIRMS = ["Acme Ltd", "Beta GmbH", "Gamma SA", "Delta AG", "Acme Ltd"]
MAILS = [f"{name.split()[0].lower()}@firm.example" for name in PEOPLE]


def planned(folder: Path, type_name: str, columns: Mapping[str, Sequence[str | None]]) -> dict[str, str]:
    table = look(delivered(folder, "file.csv", columns))
    plans = plan_columns(table.columns, WORDS.catalog.type(type_name), Known(), WORDS)
    return {plan.header: says(plan) for plan in plans}


@pytest.mark.parametrize(
    ("type_name", "header", "values", "expected"),
    [
        ("person", "Vorname", ["Ann", "Bob"], "given_name"),
        ("person", "Prénom", ["Ann", "Bob"], "given_name"),
        ("person", "apellidos", ["García", "Pérez"], "family_name"),
        ("person", "E-Mail-Adresse", MAILS, "email"),
        ("person", "Contact First Name", ["Ann", "Bob"], "given_name"),
        ("person", "Company", FIRMS, "works_for organisation by name"),
        ("person", "Company ID", ["17", "18"], "works_for organisation by id"),
        ("person", "Reports To", PEOPLE, "reports_to person by name"),
        ("person", "Owner", PEOPLE, "owned_by user by name"),
        ("person", "Contact Owner Email", MAILS, "owned_by user by key:email"),
        ("person", "Do not email", ["yes", "no"], "email_opt_out"),
        ("organisation", "Firma", FIRMS[:4], "name"),
        ("organisation", "PLZ", ["10115", "80331"], "postal_code"),
        ("organisation", "Anzahl Mitarbeiter", ["10", "250"], "employees"),
        ("organisation", "Parent account", FIRMS, "part_of organisation by name"),
        ("organisation", "Kundenbetreuer", PEOPLE, "owned_by user by name"),
        ("deal", "Deal Stage", ["Won", "Lost"], "stage"),
        ("deal", "Montant", ["100,00", "2500,00"], "amount"),
        ("deal", "Company", FIRMS, "for_organisation organisation by name"),
        ("deal", "Contact", PEOPLE, "involves person by name"),
        ("deal", "Kampagne", ["Spring", "Fall"], "from_campaign campaign by name"),
        ("task", "Fällig am", ["31.12.2024", "01.02.2025"], "due_on"),
        ("activity", "Betreff", ["Call about offer", "Visit"], "subject"),
    ],
)
def test_a_column_is_mapped_by_its_header(tmp_path, type_name, header, values, expected):
    assert planned(tmp_path, type_name, {header: values})[header] == expected


def test_content_alone_tells_an_email_and_a_country(tmp_path):
    found = planned(tmp_path, "person", {"x1": MAILS[:4], "x2": ["Germany", "France", "Kenya", "Spain"]})

    assert found == {"x1": "email", "x2": "country"}


def test_values_that_contradict_the_header_win(tmp_path):
    assert planned(tmp_path, "deal", {"Amount": PEOPLE, "Close date": FIRMS}) == {
        "Amount": "extra",
        "Close date": "extra",
    }


def test_each_field_gets_one_column_the_best(tmp_path):
    found = planned(tmp_path, "person", {"Home phone": ["030 123456"] * 2, "Phone": ["030 654321"] * 2})

    assert found["Phone"] == "phone"


def test_a_lesser_sort_of_a_field_is_not_taken_for_it(tmp_path):
    found = planned(
        tmp_path, "deal", {"Last Opp Amount": ["1.00", "2.00"], "Previous close date": ["2024-01-01", "2024-02-02"]}
    )

    assert found == {"Last Opp Amount": "extra", "Previous close date": "extra"}


@pytest.mark.parametrize("header", ["LinkedIn URL", "Fax", "Photo", "Facebook"])
def test_what_has_no_field_of_its_own_is_kept_aside(tmp_path, header):
    assert planned(tmp_path, "person", {header: ["https://x.example/a", "https://x.example/b"]})[header] == "extra"


@pytest.mark.parametrize("header", ["Password", "portal_password", "Credit Card Number", "SSN"])
def test_secrets_are_never_taken_in(tmp_path, header):
    assert planned(tmp_path, "person", {header: ["a1", "b2"]})[header] == "ignore"


def test_an_opt_out_is_never_read_as_consent(tmp_path):
    found = planned(tmp_path, "person", {"Unsubscribed": ["true", "false"]})

    assert found["Unsubscribed"] == "email_opt_out"


def test_an_id_goes_before_a_name_for_the_same_link(tmp_path):
    found = planned(tmp_path, "deal", {"Account Name": FIRMS[:2], "Account ID": ["17", "18"]})

    assert found == {"Account Name": "extra", "Account ID": "for_organisation organisation by id"}


def test_a_key_that_is_a_number_of_the_record_is_both(tmp_path):
    table = look(delivered(tmp_path, "file.csv", {"Kundennummer": ["1001", "1002"], "Firma": ["Acme", "Beta"]}))

    [number, _] = plan_columns(table.columns, WORDS.catalog.type("customer"), Known(), WORDS)

    assert number.field == "customer_number"


def test_a_runner_up_is_named(tmp_path):
    table = look(delivered(tmp_path, "file.csv", {"ItemNo": ["P1", "P2"], "ItemName": ["Nut", "Bolt"]}))

    [number, _] = plan_columns(table.columns, WORDS.catalog.type("product"), Known(), WORDS)

    assert (number.to, number.runner_up) == ("key", "field code (0.94)")


def test_headers_may_repeat_or_be_empty(tmp_path):
    delivery = delivered(tmp_path, "file.csv", {"a": MAILS, "b": MAILS, "c": PEOPLE})
    table = look(type(delivery)(**(vars(delivery) | {"headers": ("Email", "Email", "")})))

    plans = plan_columns(table.columns, WORDS.catalog.type("person"), Known(), WORDS)

    assert [says(plan) for plan in plans].count("email") == 1
    assert len(plans) == 3
