"""`xrm reconcile` as a user types it."""

import json


def test_imports_are_reconciled_written_and_verified(xrm, tmp_path):
    deals = tmp_path / "deals.csv"
    deals.write_text("Deal ID,Deal Name,Stage,Amount,Currency\nD1,One,Won,1000.50,EUR\nD2,Two,Won,1,EUR\n")
    xrm("import", str(deals), "--type", "deal", "--source", "crm")

    agreed = xrm("reconcile", str(deals), "--out", str(tmp_path / "proof"))
    verified = xrm("reconcile", "--verify", str(tmp_path / "proof.html"))
    [record] = [row for row in json.loads(xrm("records", "deal", "--format", "json").out) if row["name"] == "One"]
    xrm("set", str(record["id"]), "amount=900")
    differs = xrm("reconcile", str(deals), "--format", "json")
    again = xrm("reconcile", str(deals), "--out", str(tmp_path / "proof"))

    assert (agreed.code, verified.code, differs.code, again.code) == (0, 0, 1, 3)
    assert "numbers agree" in agreed.err
    assert "this lake sealed it" in verified.err
    assert json.loads(differs.out)["files"][0]["listed"][0]["amount"] == "100.50"


def test_a_page_is_verified_without_a_lake_too(xrm, tmp_path, capsys):
    from xrm_lake.cli.run import run

    page = tmp_path / "proof.json"
    page.write_text("{}")

    assert run(["--lake", str(tmp_path / "none.xrm"), "reconcile", "--verify", str(page)]) == 2
    assert "no reconciliation" in capsys.readouterr().err


def test_the_screen_names_the_records_that_differ_with_field_and_batch(xrm, tmp_path):
    deals = tmp_path / "deals.csv"
    deals.write_text("Deal ID,Deal Name,Stage,Amount,Currency\nD1,One,Won,1000.50,EUR\nD2,Two,Won,1,EUR\n")
    xrm("import", str(deals), "--type", "deal", "--source", "crm")
    [record] = [row for row in json.loads(xrm("records", "deal", "--format", "json").out) if row["name"] == "One"]
    xrm("set", str(record["id"]), "amount=900")

    said = xrm("reconcile", str(deals)).err

    [line] = [line for line in said.splitlines() if "D1" in line]
    assert {str(record["id"]), "amount", "100.50"} <= set(line.split())
    assert "D2" not in said
