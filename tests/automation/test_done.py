"""A workbook that comes back ticked: fixes are applied as one batch that can be undone, the rest is noted or told."""

from io import BytesIO

import openpyxl
import pytest

from tests.hygiene.many import add_many
from tests.reports.gallery.lakes import MONDAY, new_lake
from xrm_lake.automation.done import apply_done
from xrm_lake.automation.weekly import run_weekly
from xrm_lake.cli.run import run
from xrm_lake.errors import Misuse, Refused
from xrm_lake.ingest.read_done import read_done
from xrm_lake.model.todo import SHEET
from xrm_lake.reports.build import build_report
from xrm_lake.reports.render import render
from xrm_lake.store.read import show_record
from xrm_lake.store.records import set_record
from xrm_lake.store.undo import undo


@pytest.fixture
def lake(tmp_path):
    with new_lake(tmp_path / "l.xrm") as made:
        add_many(
            made, "organisation",
            [{"name": f"Firm {place}", "country": "DE", "city": "Bonn", "phone": f"+4930123450{place}"} for place in range(3)]
            + [{"name": "Bare", "country": "Germny", "city": "Bonn"}, {"name": "=1+1", "country": None, "phone": "+49 30 99887766"}],
        )  # fmt: skip
        run_weekly(made, as_of=MONDAY)
        yield made


def workbook(lake, tmp_path, tick, *, day=MONDAY):
    """The weekly workbook with what `tick` puts under Done for each row."""
    book = openpyxl.load_workbook(BytesIO(render(build_report(lake, "weekly", as_of=day), "xlsx")))
    sheet = book[SHEET]
    headings = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        told = dict(zip(headings, (cell.value for cell in row), strict=True))
        row[headings.index("Done")].value = tick(told)
    file = tmp_path / "back.xlsx"
    book.save(file)
    return file


def country(lake, name):
    id = lake.query("select id from organisation where name = $name", name=name).value()
    return show_record(lake, id).values["country"]


def fixes_of(told):
    return "x" if told["Proposed fix"] else None


def test_ticked_fixes_are_applied_as_one_batch_and_undone_again(lake, tmp_path):
    rows = read_done(workbook(lake, tmp_path, fixes_of))
    assert any(row["new"] for row in rows)

    tried = apply_done(lake, rows, dry_run=True)
    assert country(lake, "=1+1") is None
    done = apply_done(lake, rows)

    assert tried.fixed_in is None
    assert tried.rows.equals(done.rows)
    assert set(done.rows["outcome"]) == {"applied"}
    assert country(lake, "=1+1") == "DE"
    undo(lake, done.fixed_in)
    assert country(lake, "=1+1") is None


def test_a_workbook_may_come_back_after_a_later_run(lake, tmp_path):
    file = workbook(lake, tmp_path, fixes_of)
    set_record(lake, lake.query("select min(id) from organisation").value(), {"city": "Köln"})
    assert run_weekly(lake, as_of=MONDAY).is_new

    assert set(apply_done(lake, read_done(file)).rows["outcome"]) == {"applied"}


def test_what_cannot_be_done_is_told_row_by_row(lake, tmp_path):
    file = workbook(lake, tmp_path, fixes_of)
    apply_done(lake, read_done(file))

    again = apply_done(lake, read_done(file))
    unclear = apply_done(lake, read_done(workbook(lake, tmp_path, lambda told: "later")))

    assert again.fixed_in is None
    assert set(again.rows.select("outcome", "reason").rows()) == {("left", again.rows["reason"][0])}
    assert "not proposed any more" in again.rows["reason"][0]
    assert set(unclear.rows["reason"]) == {"what stands under Done is neither yes nor no"}


def test_a_fault_without_a_fix_is_noted_as_looked_at_and_the_next_list_says_so(lake, tmp_path):
    rows = read_done(workbook(lake, tmp_path, lambda told: None if told["Proposed fix"] else "done"))

    done = apply_done(lake, rows)

    assert set(done.rows["outcome"]) == {"looked at"}
    listed = build_report(lake, "weekly", as_of=MONDAY).appendix[0].rows
    assert listed.filter(listed["new"].is_null())["looked_on"].null_count() == 0
    undo(lake, done.looked_in)
    assert build_report(lake, "weekly", as_of=MONDAY).appendix[0].rows["looked_on"].null_count() == listed.height


def test_a_workbook_of_another_lake_is_refused(lake, tmp_path):
    rows = read_done(workbook(lake, tmp_path, fixes_of))

    with new_lake(tmp_path / "other.xrm") as other, pytest.raises(Refused, match="another lake"):
        apply_done(other, rows)


def test_a_file_that_is_no_list_is_refused(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("name,city\nAnn,Bonn\n", encoding="utf-8")

    with pytest.raises(Misuse, match="no column 'Done'"):
        read_done(file)


def test_every_row_leads_to_its_record_and_nothing_in_it_is_a_formula(lake):
    from dataclasses import replace

    page = replace(build_report(lake, "weekly", as_of=MONDAY), base_url="http://127.0.0.1:8501")
    sheet = openpyxl.load_workbook(BytesIO(render(page, "xlsx")))[SHEET]

    assert all(
        row[1].hyperlink.target.startswith("http://127.0.0.1:8501/record?type=") for row in sheet.iter_rows(min_row=2)
    )
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_the_command_previews_applies_and_says_how_to_take_it_back(lake, tmp_path, capsys):
    file, path = workbook(lake, tmp_path, fixes_of), str(lake.path)
    lake.close()

    tried = run(["--lake", path, "weekly", "--done", str(file), "--dry-run"])
    said = capsys.readouterr().err
    code = run(["--lake", path, "weekly", "--done", str(file)])

    assert (tried, code) == (0, 0)
    assert "would be applied" in said
    assert "xrm undo" in capsys.readouterr().err
