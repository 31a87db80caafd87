"""What a file falls short of is said where people look: required columns that are not there, cells that were rejected."""

from xrm_lake.ingest.rejects import list_rejects

from .files import load

ROWS = ["d1,One,Won,10,2026-01-02", "d2,Two,Won,abc,2026-01-03", "d3,Three,Won,def,soon"]
ROWS += [f"d{n},More,Won,{n},2026-01-0{n}" for n in range(4, 9)]
DEALS = "\n".join(["id,Deal name,Stage,Amount,Close date", *ROWS, ""])


def test_a_required_field_without_a_column_is_said_and_one_with_a_column_is_not(lake, tmp_path):
    lacking = load(lake, tmp_path, "id,Amount\nd1,10\nd2,20\n", name="deals.csv", type="deal", dry_run=True)
    whole = load(lake, tmp_path, DEALS, name="deals.csv", type="deal", dry_run=True)
    people = load(lake, tmp_path, "id,First name,Last name\np1,Ann,Lee\n", type="person", dry_run=True)

    assert [note for note in lacking.notes if "required" in note] == [
        "No column gives the stage of a deal, which is required: new ones come in without it."
    ]
    assert not [note for each in (whole, people) for note in each.notes if "required" in note]


def test_cells_that_were_rejected_are_counted_by_column_and_listed_with_their_lines(lake, tmp_path):
    result = load(lake, tmp_path, DEALS, name="deals.csv", type="deal")

    assert (result.new, result.rejected, result.cells) == (8, 0, {"Amount": 2, "Close date": 1})
    assert "Close date: 1 value could not be read; its text is kept." in result.notes
    listed = list_rejects(lake, result.batch_id).select("column_name", "line_no", "raw").rows()
    assert listed == [("Amount", 3, "abc"), ("Amount", 4, "def"), ("Close date", 4, "soon")]
