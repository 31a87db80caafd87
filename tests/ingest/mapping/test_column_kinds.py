"""What the columns of any table hold."""

import pytest

from tests.ingest.mapping.delivered import delivered
from xrm_lake.ingest.mapping.column_kinds import column_kinds
from xrm_lake.ingest.mapping.sample import look

MANY = 60


def kinds(folder, **columns):
    table = {name: (list(values) * MANY)[:MANY] for name, values in columns.items()}
    return [each.kind for each in column_kinds(look(delivered(folder, "table.csv", table)))]


@pytest.mark.parametrize(
    ("header", "values", "kind"),
    [
        ("vorname", ["Ann", "Bert"], "given_name"),
        ("cognome", ["Rossi", "Bianchi"], "family_name"),
        ("Geburtsort", ["Bonn", "Ulm"], "city"),
        ("address 2", ["floor 3", "rear"], "street"),
        ("dob", ["19561231", "19700704"], "date"),
        ("site name", ["acme works no 3", "the globex hall of fame"], "company_name"),
        ("Firma", ["Acme", "Globex"], "company_name"),
        ("postcode_new", ["53111", "89073"], "postal_code"),
        ("owner", ["Ann Smith", "Bob Jones"], "user"),
    ],
)
def test_a_header_tells_where_the_values_agree(tmp_path, header, values, kind):
    assert kinds(tmp_path, **{header: values}) == [kind]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([f"19{year}1231" for year in range(40, 99)], "date"),
        ([f"{n} Main St" for n in range(30)], "street"),
        ([f"Firm {n} Ltd" for n in range(30)], "company_name"),
        ([f"{7_100_000 + n}" for n in range(30)], "identifier"),
        ([f"{53_000 + n}" for n in range(30)], "postal_code"),
        ([f"{n}" for n in range(5, 300, 7)], "integer"),
    ],
)
def test_values_tell_where_the_header_says_nothing(tmp_path, values, kind):
    assert kinds(tmp_path, x7=values) == [kind]


def test_single_words_that_stand_in_mailboxes_are_names(tmp_path):
    names = ["ann", "bert", "clara", "dirk", "emil", "fritz", "greta", "hugo", "ida", "jonas", "karla", "leo"]

    assert kinds(tmp_path, a=names, b=[f"{name}.x@y.example" for name in names])[0] == "person_name"


def test_a_column_without_values_is_an_empty_text(tmp_path):
    [found] = column_kinds(look(delivered(tmp_path, "table.csv", {"email": ["", "", ""]})))

    assert (found.kind, found.sure, found.why) == ("text", 0.0, "empty")
