"""A share that a workbook shows as percent comes in as what it shows, however few shares there are."""

from pathlib import Path

import pytest
import xlsxwriter

from xrm_lake.ingest.load import import_files
from xrm_lake.store.lake import Lake


@pytest.mark.parametrize(("format", "shown"), [("0%", [150, 20]), ("0.0", [1.5, 0.2])])
def test_a_share_is_worth_what_the_workbook_shows(lake: Lake, tmp_path: Path, format: str, shown: list[float]) -> None:
    with xlsxwriter.Workbook(tmp_path / "deals.xlsx") as book:
        sheet, style = book.add_worksheet("Deals"), book.add_format({"num_format": format})
        sheet.write_row(0, 0, ["Deal name", "Stage", "Amount", "Probability"])
        for row, share in enumerate([1.5, 0.2], start=1):
            sheet.write_row(row, 0, [f"Deal {row}", "Open", 100])
            sheet.write(row, 3, share, style)

    import_files(lake, [tmp_path / "deals.xlsx"], type="deal")

    found = lake.query("select probability from deal order by id").rows()
    assert [float(value) for (value,) in found] == shown
