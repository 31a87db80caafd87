import pytest

from tests.ingest.mapping.delivered import delivered
from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.mapping.propose import propose_type

BOATS = {
    "Boat No.": ["B-01", "B-02", "B-03", "B-04"],
    "Name": ["Ada", "Bea", "Cleo", "Dot"],
    "Launched on": ["2001-04-01", "1999-05-12", "2010-07-30", ""],
    "Length (m)": ["9.5", "12.1", "7.25", "8.0"],
    "Berths": ["4", "6", "2", "4"],
    "Harbour mail": ["a@a.example", "b@b.example", "c@c.example", "d@d.example"],
    "Insured": ["yes", "no", "yes", "yes"],
    "Flag": ["Germany", "France", "Spain", "Germany"],
    "select": ["red", "blue", "red", "blue"],
    "": ["", "", "", ""],
}


def test_kinds_are_told_by_values(tmp_path):
    made = propose_type(delivered(tmp_path, "our_boats.csv", BOATS))

    assert {field.name: field.kind for field in made.fields} == {
        "boat_no": "identifier",
        "name": "choice",
        "launched_on": "date",
        "length_m": "number",
        "berths": "integer",
        "harbour_mail": "email",
        "insured": "boolean",
        "flag": "country",
        "select_value": "choice",
    }


def test_the_type_is_called_like_its_file_or_as_one_says(tmp_path):
    delivery = delivered(tmp_path, "our_boats.csv", BOATS)

    assert (propose_type(delivery).name, propose_type(delivery).label) == ("our_boats", "Our boats")
    assert propose_type(delivery, "Boat").name == "boat"
    assert propose_type(delivery, "match").name == "match_record"


def test_records_are_called_by_their_name(tmp_path):
    assert propose_type(delivered(tmp_path, "boats.csv", BOATS)).caption == ("name",)
    assert propose_type(delivered(tmp_path, "boats.csv", {"Boat No.": BOATS["Boat No."]})).caption == ("boat_no",)


def test_the_number_that_tells_all_apart_is_unique_and_what_is_always_there_expected(tmp_path):
    fields = {field.name: field for field in propose_type(delivered(tmp_path, "boats.csv", BOATS)).fields}

    assert [name for name, field in fields.items() if field.unique] == ["boat_no"]
    assert (fields["berths"].level, fields["launched_on"].level) == ("expected", "optional")


def test_names_never_collide_and_are_always_valid(tmp_path):
    delivery = delivered(tmp_path, "x.csv", {"a": ["1"], "b": ["2"], "c": ["3"], "d": ["4"]})
    repeated = type(delivery)(**(vars(delivery) | {"headers": ("Größe", "Grösse", '"; drop table', "at")}))

    names = [field.name for field in propose_type(repeated).fields]

    assert len(set(names)) == 4
    assert names[0] == "grosse"


def test_people_are_called_by_both_names(tmp_path):
    made = propose_type(delivered(tmp_path, "guests.csv", {"Vorname": ["Ann", "Bob"], "Nachname": ["Lee", "Ray"]}))

    assert made.caption == ("vorname", "nachname")
    assert [field.kind for field in made.fields] == ["given_name", "family_name"]


def test_a_file_without_columns_makes_no_type(tmp_path):
    with pytest.raises(ImportRefused, match=r"nothing\.csv"):
        propose_type(delivered(tmp_path, "nothing.csv", {}))
