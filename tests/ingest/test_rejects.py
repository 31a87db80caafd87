"""What could not be taken in: kept, shown with its place and reason, and fit to be mended and imported again."""

import pytest

from xrm_lake.errors import ImportRefused, Refused, UnknownRecord
from xrm_lake.ingest.load import import_file
from xrm_lake.ingest.rejects import export_rejects, list_rejects
from xrm_lake.store.undo import undo

from .files import counts, load, same_state, state

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
        "xrm_reject;xrm_reason;id;First name;Last name;Birth date",
        "2/2;Birth date: cannot be read as date;k2;Bob;Ray;soon",
        "2/3;has 5 cells, 4 expected;k3;too;many;1990-01-01;cells",
    ]
    out.write_text(text.replace(";soon", ";1985-12-24").replace(";cells", ""), encoding="utf-8")
    mended = import_file(lake, out).files[0]

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
    assert (tmp_path / "mend.csv").read_text(encoding="utf-8").splitlines()[1].endswith(",k1,Ann,Lee,soon")


@pytest.fixture
def sheet_of(tmp_path):
    """Mends a workbook of rejects as one would in Excel: gives the file with some cells replaced, by their row and column."""

    def mend(path, **cells):
        from openpyxl import load_workbook

        book = load_workbook(path)
        for place, text in cells.items():
            book.active[place] = text
        book.save(path)
        return path

    return mend


def test_rejects_are_mended_in_a_workbook_and_take_the_place_of_what_was_refused(lake, tmp_path, sheet_of):
    first = load(lake, tmp_path, TEXT, type="person", mapping={"Birth date": "birth_date"}, source="fair")
    before = state(lake)
    assert export_rejects(lake, first.batch_id, tmp_path / "mend.xlsx") == 2

    mended = import_file(lake, sheet_of(tmp_path / "mend.xlsx", F2="1985-12-24", G3=None)).files[0]

    assert (counts(mended), mended.counted) == ((1, 1, 0, 0), 2)
    assert list_rejects(lake, first.batch_id).is_empty()
    assert lake.query("select distinct source from entity where type = 'person'").column() == ["fair"]
    with pytest.raises(Refused, match="nothing waits"):
        export_rejects(lake, first.batch_id, tmp_path / "again.csv")

    undo(lake, mended.batch_id)
    same_state(before, state(lake))
    assert list_rejects(lake, first.batch_id).height == 2


def test_a_mended_row_without_an_id_completes_the_record_that_it_was_taken_in_as(lake, tmp_path):
    text = "First name,Last name,Birth date\nAnn,Lee,1990-02-01\nBob,Ray,soon\n"
    first = load(lake, tmp_path, text, type="person", mapping={"Birth date": "birth_date"})
    out = tmp_path / "mend.csv"
    export_rejects(lake, first.batch_id, out)
    out.write_text(out.read_text().replace(",soon", ",1985-12-24"))

    assert counts(import_file(lake, out).files[0]) == (0, 1, 0, 0)
    assert lake.query("select count(*) from person").value() == 2


def test_what_was_not_mended_waits_as_a_reject_of_the_new_import(lake, tmp_path):
    first = load(lake, tmp_path, TEXT, type="person")
    out = tmp_path / "mend.csv"
    export_rejects(lake, first.batch_id, out)
    again = import_file(lake, out).files[0]

    assert again.accounted
    assert list_rejects(lake, again.batch_id)["raw"].to_list()[0] == "soon"
    assert again.rejected == 1
    assert list_rejects(lake, first.batch_id).is_empty()


def test_a_formula_among_the_rejects_is_guarded_and_comes_back_as_it_was(lake, tmp_path):
    text = "id,First name,Last name,Birth date\nk1,=1+1,Lee,1990-02-01\nk2,=2+2,Ray,soon\n"
    first = load(lake, tmp_path, text, type="person", mapping={"Birth date": "birth_date"})
    out = tmp_path / "mend.csv"
    export_rejects(lake, first.batch_id, out)
    assert ",'=2+2," in out.read_text()

    assert counts(import_file(lake, out).files[0]) == (0, 0, 1, 0)


def test_a_formula_in_a_line_that_could_not_be_read_is_guarded_too(lake, tmp_path):
    text = "id,First name,Last name\nk1,Ann,Lee\nk2,=1+1,Ray,more\n"
    first = load(lake, tmp_path, text, type="person")
    out = tmp_path / "mend.csv"
    export_rejects(lake, first.batch_id, out)

    assert ",k2,'=1+1,Ray,more" in out.read_text(encoding="utf-8")


def test_a_file_of_rejects_of_no_import_is_refused(lake, tmp_path):
    out = tmp_path / "mend.csv"
    out.write_text("xrm_reject,xrm_reason,id,First name\nx,why,k1,Ann\n")

    with pytest.raises(ImportRefused, match="no import"):
        import_file(lake, out)
