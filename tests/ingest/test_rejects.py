"""What could not be taken in: kept, shown with its place and reason, and fit to be mended and imported again."""

import pytest

from xrm_lake.errors import Refused, UnknownRecord
from xrm_lake.ingest.load import import_file
from xrm_lake.ingest.rejects import export_rejects, list_rejects

from .files import counts, load

TEXT = 'id;First name;Last name;Birth date\nk1;Ann;Lee;1990-02-01\nk2;Bob;Ray;soon\nk3;too;many;1990-01-01;cells\nk4;"Zoë; K.";Ito;\n'


def test_rejects_tell_place_reason_and_text(lake, tmp_path):
    result = load(lake, tmp_path, TEXT, type="person")

    assert counts(result) == (3, 0, 0, 1)
    listed = list_rejects(lake, result.batch_id)
    assert listed.columns == ["file_name", "record_no", "line_no", "column_name", "reason", "raw"]
    assert listed.select("file_name", "record_no", "line_no", "column_name", "raw").rows() == [
        ("people.csv", 2, 3, "Birth date", "soon"),
        ("people.csv", 3, 4, None, "k3;too;many;1990-01-01;cells"),
    ]


def test_mended_rejects_come_in_and_complete_what_is_there(lake, tmp_path):
    result = load(lake, tmp_path, TEXT, type="person")
    out = tmp_path / "mend.csv"

    assert export_rejects(lake, result.batch_id, out) == 2
    text = out.read_text(encoding="utf-8")
    assert text.splitlines() == [
        "id;First name;Last name;Birth date",
        "k2;Bob;Ray;soon",
        "k3;too;many;1990-01-01;cells",
    ]
    out.write_text(text.replace("soon", "1985-12-24").replace(";cells", ""), encoding="utf-8")
    mended = import_file(lake, out, type="person", source="crm").files[0]

    assert counts(mended) == (1, 1, 0, 0)
    assert lake.query("select birth_date::varchar from person where given_name = 'Bob'").value() == "1985-12-24"


def test_an_import_that_refused_nothing_has_nothing_to_mend(lake, tmp_path):
    result = load(lake, tmp_path, "id,First name,Last name\nk1,Ann,Lee\n", type="person")

    assert list_rejects(lake, result.batch_id).is_empty()
    with pytest.raises(Refused):
        export_rejects(lake, result.batch_id, tmp_path / "none.csv")


def test_there_are_no_rejects_of_a_batch_that_is_not_there(lake):
    with pytest.raises(UnknownRecord):
        list_rejects(lake, 99)


def test_rejects_of_a_sheet_can_be_mended_too(lake, tmp_path):
    import xlsxwriter

    people = [("id", "First name", "Last name", "Birth date"), ("k1", "Ann", "Lee", "soon")]
    people += [(f"k{n}", "Bob", "Ray", f"1990-01-0{n}") for n in range(2, 9)]
    with xlsxwriter.Workbook(tmp_path / "book.xlsx") as book:
        for name, rows in {"Firms": [("id", "Company name"), ("o1", "Acme")], "People": people}.items():
            sheet = book.add_worksheet(name)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    result = import_file(lake, tmp_path / "book.xlsx", source="crm")
    batch_id = next(item.batch_id for item in result.files if item.type == "person")

    assert export_rejects(lake, batch_id, tmp_path / "mend.csv") == 1
    assert (tmp_path / "mend.csv").read_text(encoding="utf-8").splitlines()[1] == "k1,Ann,Lee,soon"
