"""A file over the network, what is in it back, and nothing of it left."""

from xrm_lake.store.records import add_record


def test_an_uploaded_file_comes_back_as_tables_with_their_accounts(client, lake):
    content = b'{"id": 1, "name": "Ann"}\n{"id": 2\n'

    [table] = client.post("/read", files={"file": ("a.jsonl", content, "application/x-ndjson")}).json()

    assert table["rows"] == [{"id": "1", "name": "Ann"}]
    assert table["account"] == {"counted": 2, "staged": 1, "rejected": 1}
    assert table["rejects"][0]["raw"] == '{"id": 2\n'
    assert list((lake.path / "tmp").iterdir()) == []


def test_a_plan_in_an_upload_reaches_no_other_file(client):
    content = b'[{"sobject": "Account", "files": ["../../lake.duckdb"]}]'

    answer = client.post("/read", files={"file": ("plan.json", content, "application/json")})

    assert answer.status_code >= 400
    assert "outside of its folder" in answer.text


def test_an_uploaded_file_is_held_against_the_lake_and_nothing_comes_in(client, lake):
    acme = add_record(lake, "organisation", {"name": "Acme", "city": "Bonn"})
    content = b"Name,City\nAcme,Wien\nNeu,Bern\n"
    asked = {"type": "organisation", "key": "name", "source": "sheet"}

    rows = client.post("/compare", files={"file": ("firms.csv", content, "text/csv")}, data=asked).json()

    told = {(row["verdict"], row["record_id"], row["here"], row["there"]) for row in rows if row["field"] == "city"}
    assert ("conflicting", acme, "Bonn", "Wien") in told
    assert "only there" in {row["verdict"] for row in rows}
    assert lake.query("select count(*) from organisation").value() == 1
    assert list((lake.path / "tmp").iterdir()) == []
