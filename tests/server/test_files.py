"""Files over the network: taken in, given out, and nothing left behind."""

import io
import json
from zipfile import ZipFile

import polars as pl
import pytest

FIRMS = "name,city\nAcme,Bonn\nGlobex,Ulm\n"


def upload(client, text=FIRMS, name="firms.csv", **form):
    form = {"type": "organisation", "source": "test", **form}
    return client.post("/import", files={"files": (name, text, "text/csv")}, data=form)


def left_behind(lake):
    return [path.name for path in (lake.path / "tmp").iterdir()]


def test_an_uploaded_file_is_imported_and_counted(client, lake):
    [file] = upload(client).json()["files"]

    assert (file["file"], file["counted"], file["new"], file["rejected"]) == ("firms.csv", 2, 2, 0)
    assert client.get("/records/organisation").json()["total"] == 2
    assert client.get("/batches").json()[0]["file_name"] == "firms.csv"
    assert left_behind(lake) == []


def test_a_dry_run_keeps_nothing(client, lake):
    assert upload(client, dry_run="true").json()["dry_run"] is True

    assert client.get("/records/organisation").json()["total"] == 0
    assert left_behind(lake) == []


def test_a_dry_run_tells_each_row_and_the_import_only_when_asked(client):
    [tried] = upload(client, dry_run="true").json()["files"]
    [done] = upload(client).json()["files"]

    assert [(row["record_no"], row["verdict"], row["reason"]) for row in tried["rows"]] == [
        (1, "new", "no record has this key"),
        (2, "new", "no record has this key"),
    ]
    assert done["rows"] is None
    [again] = upload(client, rows="true").json()["files"]
    assert {row["verdict"] for row in again["rows"]} == {"same"}


def test_values_and_what_an_empty_cell_means_are_told_in_the_form(client):
    told = {"values": json.dumps({"country": {"Germny": "DE"}}), "mapping": json.dumps({"country": "country"})}
    upload(client, "name,city,country\nAcme,Bonn,Germny\n", **told)
    assert client.get("/records/organisation").json()["rows"][0]["country"] == "DE"
    assert client.post("/value_maps", json={"source": "test"}).json()[0]["new"] == "DE"

    cleared = upload(client, "name,city,country\nAcme,,Germny\n", key=["name"], empty="clear", rows="true", **told)
    assert "cleared: the cell is empty" in [row["reason"] for row in cleared.json()["files"][0]["rows"]]
    assert client.get("/records/organisation").json()["rows"][0]["city"] is None


@pytest.mark.parametrize("values", ["name", "[]", '{"country": "DE"}'])
def test_values_that_are_none_are_refused(client, values):
    assert upload(client, values=values).status_code == 400


def test_rejects_come_as_a_file_to_be_mended_and_go_in_again(client):
    [file] = upload(client, "name,city\nAcme,Bonn\nGlobex,Ulm,x\n").json()["files"]
    mend = client.post("/export_rejects", json={"batch_id": file["batch_id"], "as": "xlsx"})
    assert mend.content.startswith(b"PK")

    text = client.post("/export_rejects", json={"batch_id": file["batch_id"]}).text.replace("Ulm,x", "Ulm")
    answer = client.post("/import", files={"files": ("mend.csv", text, "text/csv")}).json()
    assert [each["new"] for each in answer["files"]] == [1]
    assert client.post("/rejects", json={"batch_id": file["batch_id"]}).json() == []


def test_headers_can_be_mapped_by_hand(client):
    answer = upload(client, "Firm,Seat\nAcme,Bonn\n", mapping=json.dumps({"Firm": "name", "Seat": "city"}))

    assert answer.status_code == 200
    assert client.get("/records/organisation").json()["rows"][0]["city"] == "Bonn"


@pytest.mark.parametrize("mapping", ["name", "[]", "{"])
def test_a_mapping_that_is_none_is_refused(client, mapping):
    assert upload(client, mapping=mapping).status_code == 400


@pytest.mark.parametrize("name", ["../../evil.csv", "..\\evil.csv", "/etc/evil.csv", "evil.csv"])
def test_the_name_of_a_file_leads_nowhere_else(client, lake, name):
    [file] = upload(client, name=name).json()["files"]

    assert file["file"] == "evil.csv"
    assert not list(lake.path.parent.glob("**/evil.csv"))


def test_what_is_no_table_is_refused_and_nothing_is_left_behind(client, lake):
    answer = upload(client, b"\x89PNG\r\n\x1a\n\x00\x00", name="picture.csv")

    assert (answer.status_code, answer.json()["error"]) == (409, "NoTable")
    assert left_behind(lake) == []


def test_an_import_in_the_background_is_a_job(client, lake):
    answer = upload(client, background="true")
    assert answer.status_code == 202

    job = {"state": "running"}
    while job["state"] == "running":
        job = client.get(f"/jobs/{answer.json()['job_id']}").json()
    assert job["state"] == "done"
    assert job["result"]["files"][0]["new"] == 2
    assert left_behind(lake) == []


@pytest.mark.parametrize("format", ["csv", "json", "xlsx", "parquet"])
def test_records_can_be_had_as_a_file(client, lake, format):
    upload(client)

    answer = client.get("/export/organisation", params={"as": format, "where": "city = 'Bonn'"})

    assert answer.status_code == 200
    assert f"organisation.{format}" in answer.headers["content-disposition"]
    readers = {"csv": pl.read_csv, "json": pl.read_json, "parquet": pl.read_parquet}
    if format in readers:
        assert readers[format](io.BytesIO(answer.content))["name"].to_list() == ["Acme"]
    else:
        assert "xl/workbook.xml" in ZipFile(io.BytesIO(answer.content)).namelist()
    assert left_behind(lake) == []


@pytest.mark.parametrize(("params", "status"), [({"as": "../x"}, 404), ({"where": "nothing > 1"}, 400)])
def test_an_export_that_cannot_be_leaves_nothing_behind(client, lake, params, status):
    assert client.get("/export/organisation", params=params).status_code == status
    assert left_behind(lake) == []


@pytest.mark.parametrize(
    ("format", "begin"), [("html", b"<!"), ("json", b"{"), ("md", b"#"), ("text", b""), ("xlsx", b"PK")]
)
def test_a_report_can_be_had_in_every_form(client, format, begin):
    answer = client.get("/reports/pipeline", params={"as": format, "as_of": "2017-12-31"})

    assert answer.status_code == 200
    assert answer.content.lower().startswith(begin.lower())


@pytest.mark.parametrize(
    ("path", "status"),
    [("/reports/weakly", 404), ("/reports/weekly?as=docx", 404), ("/reports/weekly?colour=red", 400)],
)
def test_a_report_that_is_not_there_is_said(client, path, status):
    assert client.get(path).status_code == status


@pytest.mark.parametrize("background", ["false", "true"])
def test_a_name_that_no_disk_takes_is_refused_and_leaves_nothing(client, lake, background):
    answer = upload(client, name="x" * 300 + ".csv", background=background)

    assert (answer.status_code, answer.json()["error"]) == (400, "InvalidValue")
    assert left_behind(lake) == []


def test_a_type_is_made_of_an_uploaded_file(client, lake):
    files = {"file": ("boats.csv", b"Name,Length,Built\nAlbatros,9.5,1999-04-01\nMove,7.2,2004-06-01\n")}

    made = client.post("/add_type_from_file", files=files, data={"name": "Boat"})

    assert made.json() == "boat"
    assert [field.name for field in lake.catalog.type("boat").fields] == ["name", "length", "built"]


def test_a_presets_file_of_this_machine_is_not_read_over_rest(client, tmp_path):
    file = tmp_path / "club.toml"
    file.write_text('[members]\ntype = "person"\nneeds = ["A"]\n')

    answer = client.post("/import", files={"files": ("a.csv", b"A,B\n1,2\n")}, data={"preset": str(file)})

    assert answer.status_code == 400
    assert "folder presets" in answer.text
