"""The account of a dry run a page at a time: counted as in the account, each record with its own text."""

from xrm_lake.ingest.load import load_planned
from xrm_lake.ingest.prepare import prepare
from xrm_lake.ingest.shown_rows import COUNTED, SHOWN, count_rows, show_rows

from .files import file, load

FIRST = "id,First name,Last name,Email\np1,Ann,Lee,ann@example.org\np2,Bob,Ray,bob@example.org\n"
LATER = "id,First name,Last name,Email\np1,Ann,Lee,ann@example.net\np2,Bob,Ray,bob@example.org\np3,Eva,Fox,eva@example.org\np4,x,y,z,too many\n"


def tried(lake, tmp_path):
    load(lake, tmp_path, FIRST, type="person")
    ready = prepare(lake, [file(tmp_path, "later.csv", LATER)], source="crm").planned
    return load_planned(lake, ready, dry_run=True), ready.plans


def test_the_counts_by_verdict_are_those_of_the_account(lake, tmp_path):
    result, _ = tried(lake, tmp_path)

    counted = count_rows(result)

    assert counted.schema == COUNTED
    rows = dict(counted.select("verdict", "rows").rows())
    assert rows == {"new": 1, "changed": 1, "same": 1, "rejected": 1}
    assert all(rows[name] == result.total(name) for name in rows)


def test_pages_hold_all_lines_once_and_records_show_their_text(lake, tmp_path):
    result, plans = tried(lake, tmp_path)

    parts = [show_rows(result, plans, limit=2, offset=place) for place in range(0, 6, 2)]
    assert {total for _, total in parts} == {result.rows.height}
    assert sum(part.height for part, _ in parts) == result.rows.height

    changed, total = show_rows(result, plans, verdicts=["changed"])
    assert changed.schema == SHOWN
    assert total == 2
    assert set(changed["text"]) == {"p1 · Ann · Lee · ann@example.net"}
    assert changed.row(1, named=True)["old"] == "ann@example.org"


def test_a_table_that_is_not_there_has_no_lines(lake, tmp_path):
    result, plans = tried(lake, tmp_path)

    assert show_rows(result, plans, file="other.csv")[1] == 0
