"""Workbooks: every sheet as text, with the same account as text tables."""

import io
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
import xlsxwriter

from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.read import read_file, read_files

from .reading import adds_up, lines, rows

TABLE = [["id", "name", "since"], [1, "Ann", "x"], [2, "Bo", "y"]]


def book(path: Path, sheets: dict[str, list[list[Any]]], *, top: int = 1, left: int = 1) -> Path:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, table in sheets.items():
        sheet = workbook.create_sheet(name)
        for r, row in enumerate(table):
            for c, value in enumerate(row):
                sheet.cell(top + r, left + c, value)
    workbook.save(path)
    return path


def rewritten(path: Path, member: str, change: Any) -> Path:
    """The workbook with one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            data = source.read(part)
            target.writestr(part.filename, change(data) if part.filename == member else data)
    path.write_bytes(out.getvalue())
    return path


def test_each_sheet_that_is_not_empty_is_a_delivery(tmp_path: Path) -> None:
    path = book(tmp_path / "crm.xlsx", {"People": TABLE, "Nothing": [], "Firms": [["id", "firm"], [7, "Acme"]]})

    people, firms = read_files([path], tmp_path / "landing")

    assert (people.name, firms.name) == ("crm.xlsx#People", "crm.xlsx#Firms")
    assert people.headers == ("id", "name", "since")
    assert rows(people) == [("1", "Ann", "x"), ("2", "Bo", "y")]
    assert rows(firms) == [("7", "Acme")]
    assert people.staged != firms.staged
    assert adds_up(people)


def test_a_second_table_on_a_sheet_is_said(tmp_path: Path) -> None:
    bills = [["Nr", "Kunde", "Ort", "Betrag"], *([f"R{i}", f"Firma {i}", "Ulm", i] for i in range(1, 9))]
    people = [["Mitarbeiter", "E-Mail", "Abteilung"], *([f"Ann {i}", f"a{i}@b.example", "Vertrieb"] for i in range(3))]
    both = [["Rechnungen"], *bills, ["Summe", None, None, 36], [], [], *people]
    parted = [*bills[:5], [], *bills[5:]]
    path = book(tmp_path / "bills.xlsx", {"Both": both, "Parted": parted})

    said, unsaid = read_files([path], tmp_path / "landing")

    assert any("Rows 14 to 17 look like a second table" in note for note in said.notes)
    assert not any("second table" in note for note in unsaid.notes)
    assert adds_up(said)


@pytest.mark.parametrize("sheet", ["Firms", 2])
def test_a_sheet_is_chosen_by_name_or_number(tmp_path: Path, sheet: str | int) -> None:
    path = book(tmp_path / "crm.xlsx", {"People": TABLE, "Firms": [["id", "firm"], [7, "Acme"]]})

    assert read_file(path, tmp_path / "landing", sheet=sheet).headers == ("id", "firm")


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    path = book(tmp_path / "crm.xlsx", {"People": TABLE})

    with pytest.raises(ImportRefused, match=r"no sheet 'Deals'.*'People'"):
        read_file(path, tmp_path / "landing", sheet="Deals")


def test_a_table_may_stand_anywhere_in_its_sheet(tmp_path: Path) -> None:
    path = book(tmp_path / "crm.xlsx", {"People": [["All people"], [], *TABLE]}, top=3, left=4)

    delivery = read_file(path, tmp_path / "landing")

    assert delivery.headers == ("id", "name", "since")
    assert delivery.dialect.header_line == 5
    assert lines(delivery) == [(1, 6), (2, 7)]
    assert "1 row above the table was left out." in delivery.notes


def test_values_come_as_plain_text(tmp_path: Path) -> None:
    values = [["day", "moment", "clock", "number", "whole", "code", "yes"]]
    values += [
        [date(2017, 3, 1), datetime.fromisoformat("2017-03-01 10:30"), time(9, 15), 1234.5, 2**40, "007", True]
    ] * 2

    delivery = read_file(book(tmp_path / "a.xlsx", {"S": values}), tmp_path / "landing")

    assert rows(delivery)[0] == ("2017-03-01", "2017-03-01 10:30:00", "09:15:00", "1234.5", str(2**40), "007", "true")


def test_formula_errors_are_kept_as_text_and_said(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as workbook:
        sheet = workbook.add_worksheet("S")
        sheet.write_row(0, 0, ["id", "share", "ref"])
        for r in (1, 2, 3):
            sheet.write(r, 0, r)
            sheet.write_formula(r, 1, "=1/0", None, "#DIV/0!")
            sheet.write_formula(r, 2, "=A1", None, "#REF!" if r == 2 else "fine")

    delivery = read_file(tmp_path / "a.xlsx", tmp_path / "landing")

    assert rows(delivery) == [("1", "#DIV/0!", "fine"), ("2", "#DIV/0!", "#REF!"), ("3", "#DIV/0!", "fine")]
    assert any(note.startswith("4 cells hold a formula error") for note in delivery.notes)


def test_formulas_come_by_their_calculated_value_and_those_without_are_said(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"S": [["id", "double"], [1, "=A2*2"], [2, "=A3*2"]]})

    delivery = read_file(path, tmp_path / "landing")

    assert rows(delivery) == [("1", None), ("2", None)]
    assert any(note.startswith("2 formulas have no calculated value") for note in delivery.notes)


def test_blank_rows_are_skipped_and_the_names_coming_again_rejected(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"S": [*TABLE, [], TABLE[0], [3, "Cy", "z"]]})

    delivery = read_file(path, tmp_path / "landing")

    assert lines(delivery) == [(1, 2), (2, 3), (4, 6)]
    assert delivery.rejects.select("record_no", "line_no", "reason").rows() == [
        (3, 5, "repeats the line of column names")
    ]
    assert "1 blank row was skipped." in delivery.notes
    assert adds_up(delivery)


def test_totals_and_notes_below_the_records_are_rejected_as_in_a_text_file(tmp_path: Path) -> None:
    deals = [["Deal", "Stage", "Amount"], ["D1", "Won", 100], ["Total", "Won", 50], ["D2", "", ""]]
    below = [["Total", None, 150], [], ["Exported by Ann Lee"]]

    delivery = read_file(book(tmp_path / "a.xlsx", {"Deals": deals + below}), tmp_path / "landing")

    assert lines(delivery) == [(1, 2), (2, 3), (3, 4)]
    assert delivery.rejects["reason"].to_list() == [
        "is a line of totals below the records, not a record",
        "is a note below the records, not a record",
    ]
    assert delivery.counted == 5
    assert adds_up(delivery)


def test_hidden_sheets_and_merged_cells_are_said(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(["shown"])
    hidden = workbook.create_sheet("Secret")
    for row in TABLE:
        hidden.append(row)
    hidden.merge_cells("A2:A3")
    hidden.sheet_state = "hidden"
    workbook.save(tmp_path / "a.xlsx")

    delivery = read_file(tmp_path / "a.xlsx", tmp_path / "landing", sheet="Secret")

    assert "The sheet is hidden." in delivery.notes
    assert any(note.startswith("1 merged") for note in delivery.notes)


def test_a_name_that_lies_does_not_matter(tmp_path: Path) -> None:
    book(tmp_path / "a.xlsx", {"S": TABLE}).rename(tmp_path / "a.csv")

    assert rows(read_file(tmp_path / "a.csv", tmp_path / "landing")) == [("1", "Ann", "x"), ("2", "Bo", "y")]


def test_a_stray_cell_at_the_end_of_the_sheet_is_a_row(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    for row in TABLE:
        workbook.active.append(row)
    workbook.active["A100000"] = "end"
    workbook.save(tmp_path / "a.xlsx")

    delivery = read_file(tmp_path / "a.xlsx", tmp_path / "landing")

    assert lines(delivery)[-1] == (3, 100000)


def test_cells_spread_over_the_whole_sheet_are_refused(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "id"
    workbook.active["XFD1048576"] = "end"
    workbook.save(tmp_path / "a.xlsx")

    with pytest.raises(ImportRefused, match="too far apart"):
        read_file(tmp_path / "a.xlsx", tmp_path / "landing")


def test_a_dimension_that_lies_costs_nothing(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"S": TABLE})
    rewritten(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b'ref="A1:C3"', b'ref="A1:XFD1048576"'))

    assert read_file(path, tmp_path / "landing").counted == 2


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(80):
                sheet.write(b" " * (1 << 20))

    with pytest.raises(ImportRefused, match="unpack to 80 MB"):
        read_file(tmp_path / "a.xlsx", tmp_path / "landing")


def test_a_part_that_declares_entities_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"S": TABLE})
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    rewritten(path, "xl/workbook.xml", lambda xml: entities + xml.split(b"?>", 1)[-1])

    with pytest.raises(ImportRefused, match="XML entities"):
        read_file(path, tmp_path / "landing")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_workbook_is_refused(tmp_path: Path, share: float) -> None:
    content = book(tmp_path / "a.xlsx", {"S": TABLE}).read_bytes()
    (tmp_path / "a.xlsx").write_bytes(content[: int(len(content) * share)])

    with pytest.raises(ImportRefused, match="is damaged"):
        read_file(tmp_path / "a.xlsx", tmp_path / "landing")


def test_a_workbook_whose_sheet_is_damaged_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"S": TABLE})
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo("xl/worksheets/sheet1.xml").header_offset + 80
    content = bytearray(path.read_bytes())
    content[at : at + 8] = b"\x00" * 8
    path.write_bytes(content)

    with pytest.raises(ImportRefused, match="is damaged"):
        read_file(path, tmp_path / "landing")


def test_a_workbook_of_empty_sheets_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="is empty"):
        read_file(book(tmp_path / "a.xlsx", {"S": []}), tmp_path / "landing")


def test_ten_thousand_rows_are_counted_twice(tmp_path: Path) -> None:
    frame = pl.DataFrame({"id": range(10_000), "name": ["x"] * 10_000})
    frame.write_excel(tmp_path / "a.xlsx")

    delivery = read_file(tmp_path / "a.xlsx", tmp_path / "landing")

    assert (delivery.counted, delivery.staged_rows) == (10_000, 10_000)
    assert not any("only reader" in note for note in delivery.notes)


ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="S">{}</table:table></office:spreadsheet></office:body></office:document-content>'
)


def open_document(path: Path, *sheet_rows: str, encrypted: bool = False) -> Path:
    content = ODS.format("".join(f"<table:table-row{row}</table:table-row>" for row in sheet_rows))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml", "<manifest><encryption-data/></manifest>" if encrypted else "<manifest/>"
        )
        archive.writestr("content.xml", content)
    return path


def cell(text: str, kind: str = "string", more: str = "") -> str:
    return f'<table:table-cell office:value-type="{kind}" {more}><text:p>{text}</text:p></table:table-cell>'


def test_formula_errors_of_an_open_document_are_kept_though_its_reader_loses_them(tmp_path: Path) -> None:
    path = open_document(
        tmp_path / "a.ods",
        ">" + cell("id") + cell("share"),
        ">"
        + cell("1", "float", 'office:value="1"')
        + cell("#DIV/0!", more='office:string-value="" calcext:value-type="error"'),
        ">"
        + cell("2", "float", 'office:value="2"')
        + cell("#NAME?", "float", 'office:value="0" table:formula="of:=F(1)"'),
    )

    delivery = read_file(path, tmp_path / "landing")

    assert rows(delivery) == [("1", "#DIV/0!"), ("2", "#NAME?")]
    assert "2 cells hold a formula error, such as #DIV/0!, which was kept as text: B2, B3." in delivery.notes
    assert adds_up(delivery)


def test_an_open_document_with_a_password_is_refused_as_such(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="protected by a password"):
        read_file(open_document(tmp_path / "a.ods", encrypted=True), tmp_path / "landing")


def test_an_open_document_of_endless_repetitions_is_refused(tmp_path: Path) -> None:
    endless = ' table:number-rows-repeated="1048576">' + cell("x", more='table:number-columns-repeated="16384"')

    with pytest.raises(ImportRefused, match="too far apart"):
        read_file(open_document(tmp_path / "a.ods", endless), tmp_path / "landing")


def test_a_time_that_passed_is_no_date(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as workbook:
        sheet = workbook.add_worksheet("S")
        sheet.write_row(0, 0, ["id", "spent", "at"])
        for row, days in enumerate([255.5 / 24, 0.25, 1 / 86400], start=1):
            sheet.write(row, 0, row)
            sheet.write(row, 1, days, workbook.add_format({"num_format": "[h]:mm"}))
            sheet.write(row, 2, 0.25, workbook.add_format({"num_format": "hh:mm"}))

    delivery = read_file(tmp_path / "a.xlsx", tmp_path / "landing")

    assert rows(delivery) == [
        ("1", "255:30:00", "06:00:00"),
        ("2", "6:00:00", "06:00:00"),
        ("3", "0:00:01", "06:00:00"),
    ]


def test_what_numbers_are_formatted_as_is_told_and_their_value_stays(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as workbook:
        sheet = workbook.add_worksheet("S")
        percent, euro = (
            workbook.add_format({"num_format": "0%"}),
            workbook.add_format({"num_format": "#,##0.00 [$€-407]"}),
        )
        sheet.write_row(2, 1, ["id", "rate", "price", "some"])
        for row in (3, 4):
            sheet.write(row, 1, row)
            sheet.write(row, 2, 1.15, percent)
            sheet.write(row, 3, 12.5, euro)
            sheet.write(row, 4, 0.5, percent if row == 3 else None)
        sheet.set_row(4, None, None, {"hidden": True})
        sheet.set_column(3, 3, None, None, {"hidden": True})

    delivery = read_file(tmp_path / "a.xlsx", tmp_path / "landing")

    assert rows(delivery)[0] == ("3", "1.15", "12.5", "0.5")
    assert delivery.formats == ("", "percent", "€", "")
    assert {
        "rate: its numbers are formatted as percent, where 0.15 stands for 15 %.",
        "some: 1 of its 2 numbers are formatted as percent, where 0.15 stands for 15 %.",
        "1 hidden row and 1 hidden column were read like the others.",
    } <= set(delivery.notes)


def test_a_workbook_that_one_reader_refuses_is_read_by_another_and_that_is_said(tmp_path: Path) -> None:
    book(tmp_path / "plain.xlsx", {"S": TABLE})
    with zipfile.ZipFile(tmp_path / "plain.xlsx") as plain, zipfile.ZipFile(tmp_path / "a.xlsm", "w") as macro:
        for name in plain.namelist():
            content = plain.read(name)
            if name == "xl/workbook.xml":
                content = content.replace(b"</sheets>", b'<sheet name="M" sheetId="9" r:id="rId99"/></sheets>')
            if name == "xl/_rels/workbook.xml.rels":
                kind = b"http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet"
                added = (
                    b'<Relationship Id="rId99" Type="' + kind + b'" Target="macrosheets/sheet1.xml"/></Relationships>'
                )
                content = content.replace(b"</Relationships>", added)
            macro.writestr(name, content)
        macro.writestr(
            "xl/macrosheets/sheet1.xml",
            '<xm:macrosheet xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"/>',
        )

    delivery = read_file(tmp_path / "a.xlsm", tmp_path / "landing", sheet="S")

    assert rows(delivery) == [tuple(map(str, row)) for row in TABLE[1:]]
    assert any(note.startswith("Read with the second reader") for note in delivery.notes)


def test_an_error_keeps_its_place_wherever_the_table_stands(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as workbook:
        sheet, elapsed = workbook.add_worksheet("S"), workbook.add_format({"num_format": "[h]:mm:ss"})
        sheet.write_blank(0, 0, None, workbook.add_format({"bold": True}))
        sheet.write_row(4, 3, ["id", "share", "spent"])
        sheet.write_row(5, 3, [1, 0.5])
        sheet.write(5, 5, 2, elapsed)
        sheet.write(6, 3, 2)
        sheet.write_formula(6, 4, "=1/0", None, "#DIV/0!")

    delivery = read_file(tmp_path / "a.xlsx", tmp_path / "landing")

    assert rows(delivery) == [("1", "0.5", "48:00:00"), ("2", "#DIV/0!", None)]
    assert lines(delivery) == [(1, 6), (2, 7)]
    assert "1 cell holds a formula error, such as #DIV/0!, which was kept as text: E7." in delivery.notes


def test_a_sheet_without_names_leaves_no_row_out(tmp_path: Path) -> None:
    first = [12.5, None, None, None]
    path = book(tmp_path / "bare.xlsx", {"a": [first, [1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12], [13, 14, 15, 16]]})

    delivery = read_file(path, tmp_path / "landing")

    assert rows(delivery)[0][0] == "12.5"
    assert delivery.staged_rows == 5
    assert not any("left out" in note for note in delivery.notes)


def test_no_digit_of_a_small_number_is_rounded_away(tmp_path: Path) -> None:
    numbers = [1e-12, 2.1234567890123e-7, -0.00123456789012, 0.005, 0.25]
    path = book(tmp_path / "small.xlsx", {"a": [["name", "rate"], *(["x", number] for number in numbers)]}, left=3)

    delivery = read_file(path, tmp_path / "landing")

    assert [row[1] for row in rows(delivery)] == [
        "0.000000000001", "0.00000021234567890123", "-0.00123456789012", "0.005", "0.25",
    ]  # fmt: skip


def test_a_time_just_after_midnight_stays_a_time(tmp_path: Path) -> None:
    path = book(tmp_path / "times.xlsx", {"a": [["name", "at"], ["x", time(0, 0, 7)], ["y", time(12, 0)]]})

    assert [row[1] for row in rows(read_file(path, tmp_path / "landing"))] == ["00:00:07", "12:00:00"]
