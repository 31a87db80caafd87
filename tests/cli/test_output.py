"""Data on stdout in three forms; the rest on stderr."""

import csv
import io
import json
from datetime import date, datetime
from decimal import Decimal

import polars as pl
import pytest

from xrm_lake.cli.output import csv_text
from xrm_lake.cli.table import table_text

FRAME = pl.DataFrame(
    {
        "id": [1, 20],
        "name": ["Ann", 'B, "C"\nD'],
        "amount": [Decimal("10.50"), None],
        "on": [date(2017, 3, 1), None],
        "moment": [datetime.fromisoformat("2017-03-01T10:00:00"), None],
        "tags": [["a", "b"], None],
        "share": [0.5, 1e-7],
        "raw": [b"\xffx", None],
    }
)


def test_csv_is_exact():
    rows = list(csv.reader(io.StringIO(csv_text(FRAME))))

    assert rows[0] == FRAME.columns
    assert rows[1] == ["1", "Ann", "10.50", "2017-03-01", "2017-03-01T10:00:00.000000", '["a", "b"]', "0.5", "\\xffx"]
    assert rows[2] == ["20", 'B, "C"\nD', "", "", "", "", "1e-7", ""]


def test_a_table_is_aligned_with_numbers_to_the_right():
    lines = table_text(FRAME.select("id", "name", "amount")).splitlines()

    assert lines == [
        "id  name      amount",
        "──  ────────  ──────",
        " 1  Ann        10.50",
        '20  B, "C" D',
    ]


def test_a_table_fits_the_terminal_by_cutting_texts_and_never_digits():
    frame = pl.DataFrame({"id": [123456789], "text": ["x" * 200], "more": ["y" * 90]})

    lines = table_text(frame, width=60).splitlines()

    assert max(map(len, lines)) <= 60
    assert "123456789" in lines[2]


def test_a_table_shows_control_codes_instead_of_obeying_them():
    assert "\x1b" not in table_text(pl.DataFrame({"name": ["\x1b[2Jgone\x07"]}))


def test_records_in_three_formats(xrm):
    added = xrm("add", "person", "full_name=Ann Smith", "email=ann@example.org")
    assert (added.code, added.out) == (0, "1\n")

    table = xrm("records", "person")
    assert "Ann Smith" in table.out.splitlines()[2]

    rows = list(csv.DictReader(io.StringIO(xrm("records", "person", "--format", "csv").out)))
    assert [(row["id"], row["full_name"], row["email"]) for row in rows] == [("1", "Ann Smith", "ann@example.org")]

    [record] = json.loads(xrm("--format", "json", "records", "person").out)
    assert (record["id"], record["full_name"], record["phone"]) == (1, "Ann Smith", None)


@pytest.mark.parametrize("format", ["table", "csv", "json"])
def test_stdout_holds_data_alone(xrm, format):
    found = xrm("doctor", "--format", format)

    assert found.code == 0
    assert "sound" in found.err
    assert "sound" not in found.out


def test_new_ids_in_three_formats(xrm):
    assert xrm("add", "person", "full_name=A").out == "1\n"
    assert xrm("add", "person", "full_name=B", "--format", "csv").out == "id\n3\n"
    assert json.loads(xrm("add", "person", "full_name=C", "--format", "json").out) == {"id": 5}


def test_money_keeps_its_digits_in_json(xrm):
    xrm("type", "add", "book", "--field", "title:text:required", "--field", "price:money", "--caption", "title")
    xrm("add", "book", "title=Dear", "price=1234567890123.10")

    assert '"price": 1234567890123.10' in xrm("records", "book", "--format", "json").out


def test_show_prints_a_record_whole(xrm):
    xrm("add", "person", "full_name=Ann Smith")
    xrm("add", "organisation", "name=Acme")
    xrm("link", "1", "works_for", "3")

    shown = xrm("show", "1")

    assert shown.out.startswith("Ann Smith  (person 1)\n")
    assert "Acme" in shown.out
    assert json.loads(xrm("show", "1", "--format", "json").out)["links"][0]["other"] == "Acme"


def test_a_record_out_of_use_is_shown_with_links_that_are_out_of_use_too(xrm):
    xrm("add", "person", "full_name=Ann Smith")
    xrm("add", "organisation", "name=Acme")
    xrm("link", "1", "works_for", "3")
    assert "out of use" not in xrm("show", "1").out

    xrm("delete", "1")

    assert "This record is out of use, and so are its links" in xrm("show", "1").out
