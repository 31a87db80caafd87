"""What stands below a table, and other tables in the same file."""

import pytest

from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.read import read_file, read_files

from .conftest import Read
from .reading import adds_up, lines, rows

FIRMS = b"firm,city,sum\n" + b"".join(b"Firm %d,Ulm,%d\n" % (i, i) for i in range(1, 7))


@pytest.mark.parametrize("total", [b"Total,,21\n", b'"Grand total:","",21.00\n', b",Summe,21\n", b"TOTAL,,21"])
def test_a_line_of_totals_is_no_record_and_is_said(read: Read, total: bytes) -> None:
    delivery = read(FIRMS + total)

    assert [row[0] for row in rows(delivery)] == [f"Firm {i}" for i in range(1, 7)]
    assert delivery.rejects.select("record_no", "line_no", "byte_pos", "reason", "raw").rows() == [
        (7, 8, len(FIRMS), "is a line of totals below the records, not a record", total)
    ]
    assert adds_up(delivery)


def test_notes_below_a_blank_line_are_no_records_and_are_said(read: Read) -> None:
    notes = b"Source: our own, 2019\n"

    delivery = read(FIRMS + b"Total,,21\n\n\n" + notes + b"Printed in May 2019,,\n")

    assert delivery.staged_rows == 6
    assert delivery.rejects["raw"].to_list() == [b"Total,,21\n", notes, b"Printed in May 2019,,\n"]
    assert set(delivery.rejects["reason"].to_list()[1:]) == {"is a note below the records, not a record"}
    assert adds_up(delivery)


@pytest.mark.parametrize("last", [b"Total,Paris,7\n", b"Totally,,7\n", b"Sum & Co,,7\n"])
def test_a_firm_that_is_called_like_a_total_is_a_record(read: Read, last: bytes) -> None:
    delivery = read(FIRMS + last)

    assert delivery.staged_rows == 7
    assert delivery.rejects.is_empty()


PEOPLE = b"name,since\nAnn,2017-03-01\nBo,2018-01-01\nCy,2019-05-05\n"


@pytest.mark.parametrize("between", [b"", b"\n", b"\n\n", b",,\n"])
def test_a_second_table_in_a_file_is_a_table_of_its_own(tmp_path, between: bytes) -> None:
    path = tmp_path / "both.csv"
    path.write_bytes(FIRMS + between + PEOPLE)

    firms, people = read_files([path], tmp_path / "landing")

    assert (firms.name, people.name) == ("both.csv#1", "both.csv#2")
    assert firms.headers == ("firm", "city", "sum")
    assert people.headers == ("name", "since")
    assert (firms.staged_rows, people.staged_rows) == (6, 3)
    assert rows(people)[0] == ("Ann", "2017-03-01")
    assert lines(people)[0] == (1, 9 + between.count(b"\n"))
    assert people.dialect.header_line == 8 + between.count(b"\n")
    assert adds_up(firms)
    assert adds_up(people)


def test_a_second_table_of_the_same_width_behind_a_blank_line_is_one_of_its_own(tmp_path) -> None:
    path = tmp_path / "both.csv"
    path.write_bytes(FIRMS + b"\nname,since,sum paid\nAnn,2017-03-01,4\nBo,2018-01-01,5\n")

    firms, people = read_files([path], tmp_path / "landing")

    assert (firms.staged_rows, people.staged_rows) == (6, 2)
    assert people.headers == ("name", "since", "sum paid")


@pytest.mark.parametrize("total", [b"Total,,21\n", b"Summe,,21\n\n\nSource: our own\n"])
def test_a_line_of_totals_above_a_second_table_is_no_record(tmp_path, total: bytes) -> None:
    path = tmp_path / "both.csv"
    path.write_bytes(FIRMS + total + b"\n\n" + PEOPLE + b"Total,2\n")

    firms, people = read_files([path], tmp_path / "landing")

    assert (firms.staged_rows, people.staged_rows) == (6, 3)
    assert firms.rejects["reason"][0] == "is a line of totals below the records, not a record"
    assert firms.rejects["raw"].to_list() == [line for line in total.splitlines(keepends=True) if line.strip()]
    assert people.rejects["raw"].to_list() == [b"Total,2\n"]
    assert lines(people)[0] == (1, 11 + total.count(b"\n"))
    assert adds_up(firms)
    assert adds_up(people)


def test_one_of_several_tables_in_a_file_can_be_chosen(tmp_path) -> None:
    path = tmp_path / "both.csv"
    path.write_bytes(FIRMS + PEOPLE)

    assert read_file(path, tmp_path / "landing").headers == ("firm", "city", "sum")
    assert read_file(path, tmp_path / "landing", sheet=2).headers == ("name", "since")
    with pytest.raises(ImportRefused, match="has no table 3"):
        read_file(path, tmp_path / "landing", sheet=3)


def test_an_export_behind_another_of_the_same_build_is_one_table(read: Read) -> None:
    delivery = read(FIRMS + FIRMS)

    assert delivery.staged_rows == 12
    assert delivery.rejects["reason"].to_list() == ["repeats the line of column names"]


def test_a_blank_line_among_records_parts_no_table(read: Read) -> None:
    delivery = read(FIRMS + b"\nFirm 7,Ulm,7\nFirm 8,Ulm,8\n")

    assert delivery.staged_rows == 8
